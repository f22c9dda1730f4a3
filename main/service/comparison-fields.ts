/** In what two packets of one kind differ, field by field. */

import type { ComparedField } from '../../shared/contract/comparison-records.ts';
import type { Packet } from '../../shared/mqtt/packet.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import { decodeText } from '../../shared/payload/payload-text.ts';
import { variableHeaderAt } from '../engine/capture/frame-header.ts';
import type { DecodeResult } from '../engine/codec/decode.ts';

/** Bytes of a value that are shown. */
const SHOWN_BYTES = 64;
const SECRET: ReadonlySet<string> = new Set(['password', 'properties.authenticationData']);
/** Says which exchange a packet belongs to, not what it is. */
const UNCOMPARED: ReadonlySet<string> = new Set(['type', 'packetId', 'payload']);
const MASK = '********';

/** Whether two packets with the same first byte are the same but for their Packet Identifier: looks at bytes alone, so it may say no in vain. */
export function isSameFrame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length || a[0] !== b[0]) return false;
  const identifier = identifierAt(a);
  for (let at = 0; at < a.length; at += 1) {
    if (a[at] !== b[at] && (identifier < 0 || at < identifier || at > identifier + 1)) return false;
  }
  return true;
}

/** Offset of the Packet Identifier; -1 where the type has none. */
function identifierAt(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0;
  const type = first >> 4;
  const start = variableHeaderAt(bytes, 0);
  if (type === 3) {
    if ((first & 6) === 0) return -1;
    return start + 2 + (((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0));
  }
  return type >= 4 && type <= 11 ? start : -1;
}

/** What a packet's bytes say; undefined where they were not kept or are none of a packet. */
export type Decoded = DecodeResult | undefined;

/** Fields but the payload that are not the same, by their names in the order of the packet; values of secrets are not told. */
export function differingFields(a: Decoded, b: Decoded): readonly ComparedField[] {
  if (a?.packet === undefined || b?.packet === undefined) {
    const told = (side: Decoded): string =>
      side?.malformed === undefined ? '' : `${side.malformed.message} [${side.malformed.rule}]`;
    return told(a) === told(b) ? [] : [{ name: 'malformed', a: told(a), b: told(b) }];
  }
  const inA = flattened(a.packet);
  const inB = flattened(b.packet);
  const differing: ComparedField[] = [];
  for (const name of new Set([...inA.keys(), ...inB.keys()])) {
    const valueA = inA.get(name);
    const valueB = inB.get(name);
    if (valueA === valueB) continue;
    differing.push({ name, ...shown('a', name, valueA), ...shown('b', name, valueB) });
  }
  return differing;
}

function shown<Side extends 'a' | 'b'>(side: Side, name: string, value: string | undefined): { [S in Side]?: string } {
  if (value === undefined) return {};
  return { [side]: SECRET.has(name) ? MASK : value } as { [S in Side]: string };
}

/** Payload of a PUBLISH; undefined for everything else. */
export function payloadOf(side: Decoded): Uint8Array | undefined {
  return side?.packet?.type === 'publish' ? side.packet.payload : undefined;
}

export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** Values as text under their paths, `will.properties.contentType`, `subscriptions.0.qos`. */
function flattened(packet: Packet): Map<string, string> {
  const values = new Map<string, string>();
  const add = (path: string, value: unknown): void => {
    if (value === undefined || UNCOMPARED.has(path)) return;
    if (value instanceof Uint8Array) values.set(path, bytesText(value));
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) add(path === '' ? name : `${path}.${name}`, inner);
    } else values.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  add('', packet);
  return values;
}

/** Long values tell what is beyond by a sum of it. */
function bytesText(bytes: Uint8Array): string {
  const { text, invalid } = decodeText(bytes);
  if (invalid === 0 && bytes.length <= SHOWN_BYTES && !/\p{Cc}/u.test(text)) return text;
  const more = bytes.length > SHOWN_BYTES ? `… ${bytes.length} B, ${sumOf(bytes).toString(16)}` : '';
  return `${toHex(bytes.subarray(0, SHOWN_BYTES))}${more}`;
}

/** FNV-1a of the bytes. */
export function sumOf(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let sum = 0x811c9dc5;
  for (let at = from; at < to; at += 1) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193);
  return sum >>> 0;
}
