/** The little that ingest needs of a PUBLISH's properties: the Topic Alias, and whether they are properties at all. */

/** Results of {@link topicAlias} other than an alias (1 to 65 535) or 0 for an alias of zero. */
export const NO_ALIAS = -1;
export const BROKEN = -2;

/** Sizes of the value after each identifier that a PUBLISH may carry (MQTT 5.0 §3.3.2.3). */
const PAYLOAD_FORMAT = 0x01;
const MESSAGE_EXPIRY = 0x02;
const CONTENT_TYPE = 0x03;
const RESPONSE_TOPIC = 0x08;
const CORRELATION_DATA = 0x09;
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const TOPIC_ALIAS = 0x23;
const USER_PROPERTY = 0x26;

/** End of the variable byte integer at `at`, or {@link BROKEN} where it does not end before `to` or within four bytes. */
function integerEnd(bytes: Uint8Array, at: number, to: number): number {
  for (let index = at; index < at + 4 && index < to; index++) {
    if ((bytes[index] ?? 0) < 0x80) return index + 1;
  }
  return BROKEN;
}

/** End of the two-byte length and its content at `at`; past `to` where it does not fit. */
function blockEnd(bytes: Uint8Array, at: number, to: number): number {
  if (at + 2 > to) return to + 1;
  return at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
}

/**
 * The Topic Alias of the properties whose length field stands at `at` in a packet that ends at `to`;
 * {@link NO_ALIAS} where there is none, {@link BROKEN} where these bytes are no properties of a PUBLISH.
 */
export function topicAlias(bytes: Uint8Array, at: number, to: number): number {
  let index = integerEnd(bytes, at, to);
  if (index === BROKEN) return BROKEN;
  let length = 0;
  for (let place = index - 1; place >= at; place--) length = length * 128 + ((bytes[place] ?? 0) & 0x7f);
  const end = index + length;
  if (end > to) return BROKEN;
  let alias = NO_ALIAS;
  while (index < end) {
    const identifier = bytes[index++] ?? 0;
    switch (identifier) {
      case PAYLOAD_FORMAT:
        index += 1;
        break;
      case MESSAGE_EXPIRY:
        index += 4;
        break;
      case TOPIC_ALIAS:
        if (index + 2 > end) return BROKEN;
        alias = ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
        index += 2;
        break;
      case CONTENT_TYPE:
      case RESPONSE_TOPIC:
      case CORRELATION_DATA:
        index = blockEnd(bytes, index, end);
        break;
      case USER_PROPERTY:
        index = blockEnd(bytes, blockEnd(bytes, index, end), end);
        break;
      case SUBSCRIPTION_IDENTIFIER:
        index = integerEnd(bytes, index, end);
        if (index === BROKEN) return BROKEN;
        break;
      default:
        return BROKEN;
    }
  }
  return index === end ? alias : BROKEN;
}

/** End of the properties at `at`, which {@link topicAlias} found to be in order. */
export function propertiesEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  let factor = 1;
  let index = at;
  for (;;) {
    const byte = bytes[index++] ?? 0;
    length += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) return index + length;
  }
}
