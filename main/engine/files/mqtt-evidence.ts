/** Tells MQTT from other bytes at the start of a stream, or in the midst of one. */

import { type Direction, TYPE } from '../../../shared/mqtt/packet.ts';

/** The port that IANA gave to MQTT. */
export const MQTT_PORT = 1883;

/** `MQTT` and `MQIsdp` as UTF-8 strings with their lengths. */
const PROTOCOL_NAMES: readonly (readonly number[])[] = [
  [0, 4, 0x4d, 0x51, 0x54, 0x54],
  [0, 6, 0x4d, 0x51, 0x49, 0x73, 0x64, 0x70],
];

/** Bytes of the packet at `at`; -1 where its fixed header is not whole, -2 where it is none. */
function packetLength(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return -1;
    length += (byte & 0x7f) * 128 ** (index - 1);
    if (byte < 0x80) return length + index + 1;
  }
  return -2;
}

/** Whether a stream begins with CONNECT; `unsure` where that takes more bytes. */
export function beginsWithConnect(bytes: Uint8Array): boolean | 'unsure' {
  if (bytes.length === 0) return 'unsure';
  if (bytes[0] !== TYPE.connect << 4) return false;
  let at = 1;
  while (at < 5 && (bytes[at] ?? 0) >= 0x80) at += 1;
  if (at === 5) return false;
  if (at >= bytes.length) return 'unsure';
  const rest = bytes.subarray(at + 1);
  const fits = PROTOCOL_NAMES.filter((name) =>
    name.every((byte, index) => rest[index] === undefined || rest[index] === byte),
  );
  if (fits.length === 0) return false;
  return fits.some((name) => rest.length >= name.length) ? true : 'unsure';
}

/** A TLS handshake record. */
export function beginsWithTls(bytes: Uint8Array): boolean {
  return bytes[0] === 0x16 && bytes[1] === 3;
}

/** Flags that each type must carry, by type number (MQTT 5.0 table 2-2). */
const FLAGS = [0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0] as const;
const PACKETS_CHECKED = 8;
/** A packet that is not there whole says less: only one of an ordinary size is believed. */
const ORDINARY_BYTES = 1024 * 1024;

/** Whether packets may begin here: every fixed header of the first few makes sense. */
export function looksLikePackets(bytes: Uint8Array): boolean {
  let at = 0;
  for (let packets = 0; packets < PACKETS_CHECKED && at < bytes.length; packets += 1) {
    const first = bytes[at] ?? 0;
    const type = first >> 4;
    const flags = first & 0x0f;
    if (type === 0 || (type === TYPE.publish ? (flags & 6) === 6 : flags !== FLAGS[type])) return false;
    const length = packetLength(bytes, at);
    if (length === -2 || length > ORDINARY_BYTES) return false;
    if (length === -1) return packets > 0;
    at += length;
  }
  return at > 0;
}

const CLIENTS: ReadonlySet<number> = new Set([TYPE.connect, TYPE.subscribe, TYPE.unsubscribe, TYPE.pingreq]);
const SERVERS: ReadonlySet<number> = new Set([TYPE.connack, TYPE.suback, TYPE.unsuback, TYPE.pingresp]);

/** Who sends such packets, by the first that only one side may send; undefined where none is among them. */
export function senderOf(bytes: Uint8Array): Direction | undefined {
  for (let at = 0; at < bytes.length; ) {
    const type = (bytes[at] ?? 0) >> 4;
    if (CLIENTS.has(type)) return 'client-to-server';
    if (SERVERS.has(type)) return 'server-to-client';
    const length = packetLength(bytes, at);
    if (length < 0) return undefined;
    at += length;
  }
  return undefined;
}
