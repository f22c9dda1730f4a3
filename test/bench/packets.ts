/** PUBLISH packets by the megabyte, as a broker would send them, for measurements without a socket. */

/** What one socket read brings. */
export const CHUNK_BYTES = 65_536;

export interface Traffic {
  /** Whole packets end to end, to be fed again and again. */
  readonly bytes: Uint8Array;
  /** {@link bytes} cut as reads would cut it; packets cross the cuts. */
  readonly chunks: readonly Uint8Array[];
  readonly packets: number;
}

/**
 * QoS 0 PUBLISH packets (and a PUBACK after every `ackEvery`-th) over `topics` topics `site/S/device/D/temperature`.
 *
 * @param payload of packet `index`
 */
export function makeTraffic(
  packets: number,
  topics: number,
  payload: (index: number) => string,
  ackEvery = Number.POSITIVE_INFINITY,
): Traffic {
  const parts: Buffer[] = [];
  for (let index = 0; index < packets; index += 1) {
    if (index % ackEvery === ackEvery - 1) {
      parts.push(Buffer.from([0x40, 2, (index >> 8) & 255, (index & 255) | 1]));
      continue;
    }
    const number = (index * 7919) % topics;
    const topic = Buffer.from(`site/${number % 97}/device/${number}/temperature`);
    const body = Buffer.from(payload(index));
    const remaining = 2 + topic.length + body.length;
    const header = remaining < 128 ? [0x30, remaining] : [0x30, (remaining & 127) | 128, remaining >> 7];
    parts.push(Buffer.from([...header, topic.length >> 8, topic.length & 255]), topic, body);
  }
  const bytes = Buffer.concat(parts);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) chunks.push(bytes.subarray(at, at + CHUNK_BYTES));
  return { bytes, chunks, packets };
}
