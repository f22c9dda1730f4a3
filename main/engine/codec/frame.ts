/** Where one packet ends and the next begins: the fixed header, read in place and without allocating. */

import { MAX_REMAINING_LENGTH } from '../../../shared/mqtt/packet.ts';

/** {@link scanFrame}: more bytes are needed to know, or to have, the whole packet. */
export const INCOMPLETE = 0;
/** {@link scanFrame}: the Remaining Length runs on past its fourth byte; nothing after it can be framed. */
export const UNFRAMEABLE = -1;

/**
 * Looks at the packet that starts at `offset` and may use bytes up to `end`, exclusive.
 * @returns the packet's whole length in bytes with its fixed header, or {@link INCOMPLETE}, or {@link UNFRAMEABLE}.
 */
export function scanFrame(bytes: Uint8Array, offset: number, end: number): number {
  const length = announcedLength(bytes, offset, end);
  return length > end - offset ? INCOMPLETE : length;
}

/**
 * Like {@link scanFrame}, but answers as soon as the fixed header is there, so that a reader can tell how much is still to come.
 * @returns the whole length in bytes that the header announces, or {@link INCOMPLETE}, or {@link UNFRAMEABLE}.
 */
export function announcedLength(bytes: Uint8Array, offset: number, end: number): number {
  let remaining = 0;
  let shift = 0;
  for (let at = offset + 1; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    remaining += (byte & 0x7f) << shift;
    if (byte < 0x80) return at + 1 - offset + remaining;
    shift += 7;
    if (shift === 28) return UNFRAMEABLE;
  }
  return INCOMPLETE;
}

/** Bytes that `value` takes as a Variable Byte Integer, 1 to 4, or -1 where it is beyond 268,435,455 (MQTT 5.0 §1.5.5). */
export function variableByteLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value <= MAX_REMAINING_LENGTH ? 4 : -1;
}

/**
 * Writes `value`, 0 to 268,435,455, in as few bytes as it takes.
 * @returns the offset after it.
 * @mqtt MQTT-1.5.5-1
 */
export function writeVariableByte(target: Uint8Array, offset: number, value: number): number {
  let rest = value;
  let at = offset;
  while (rest >= 0x80) {
    target[at] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
    at += 1;
  }
  target[at] = rest;
  return at + 1;
}
