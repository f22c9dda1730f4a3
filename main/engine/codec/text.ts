/** UTF-8 text of the wire: checked and decoded without a copy, measured and written without an intermediate buffer. */

/** What {@link scanText} may find, as bits. */
export const TEXT_NUL = 1;
export const TEXT_WILDCARD = 2;
export const TEXT_BEYOND_ASCII = 4;

/** Longest ASCII text that is cheaper to build by hand than by a call into `TextDecoder` (measured on Node 24). */
const SHORT = 64;

const CLASSES = new Uint8Array(256);
CLASSES[0] = TEXT_NUL;
CLASSES[0x23] = TEXT_WILDCARD;
CLASSES[0x2b] = TEXT_WILDCARD;
CLASSES.fill(TEXT_BEYOND_ASCII, 0x80);

/**
 * A leading byte order mark is text like any other.
 * @mqtt MQTT-1.5.4-3
 */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The classes of bytes that occur in `bytes[from, to)`, or-ed together. */
export function scanText(bytes: Uint8Array, from: number, to: number): number {
  let found = 0;
  for (let at = from; at < to; at += 1) found |= CLASSES[bytes[at] ?? 0] ?? 0;
  return found;
}

/** Decodes `bytes[from, to)`; ill-formed sequences read as U+FFFD. `found` is {@link scanText}'s answer for the same range. */
export function decodeText(bytes: Uint8Array, from: number, to: number, found: number): string {
  if ((found & TEXT_BEYOND_ASCII) !== 0 || to - from > SHORT) return decoder.decode(bytes.subarray(from, to));
  let text = '';
  let at = from;
  for (; at + 8 <= to; at += 8) {
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    );
  }
  if (at + 4 <= to) {
    text += String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
    at += 4;
  }
  for (; at < to; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/**
 * Offset of the first byte in `bytes[from, to)` that is no well-formed UTF-8 (overlong forms, surrogates and code points
 * above U+10FFFF included), or -1.
 * @mqtt MQTT-1.5.4-1
 */
export function illFormedAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (more === 0 || at + more >= to) return at;
    // Table 3-7 of the Unicode standard: only the second byte has narrower bounds.
    const second = bytes[at + 1] ?? 0;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return at;
    for (let i = 2; i <= more; i += 1) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return at;
    at += more + 1;
  }
  return -1;
}

/** Bytes that `text` takes in UTF-8, or -1 where it holds half of a surrogate pair and so has no encoding. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      bytes += 1;
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes += 2;
    } else {
      const low = unit < 0xdc00 ? text.charCodeAt(at + 1) : Number.NaN;
      if (!(low >= 0xdc00 && low <= 0xdfff)) return -1;
      bytes += 2;
      at += 1;
    }
  }
  return bytes;
}

/** Writes `text`, known to take `length` bytes, at `offset`. */
export function writeUtf8(target: Uint8Array, offset: number, text: string, length: number): void {
  if (length !== text.length || length > SHORT) {
    encoder.encodeInto(text, target.subarray(offset, offset + length));
    return;
  }
  for (let i = 0; i < length; i += 1) target[offset + i] = text.charCodeAt(i);
}
