/** Packets without what must not leave the machine: stars stand in the place of user names, passwords and authentication data. */

import type { Direction, Field, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { TYPE } from '../../shared/mqtt/packet.ts';
import { fieldMap } from '../engine/codec/fields.ts';

const CREDENTIALS: ReadonlySet<string> = new Set(['userName', 'password', 'authenticationData']);
/** What a reader of fields gave up on: a credential may be in it. */
const UNREAD = 'unread';
const STAR = 0x2a;

/** A copy, as long as the packet, with stars for the characters of credentials. */
export function withoutCredentials(bytes: Uint8Array, version: ProtocolVersion, direction: Direction): Uint8Array {
  const masked = bytes.slice();
  const visit = (field: Field): void => {
    if (CREDENTIALS.has(field.name) || field.name === UNREAD) {
      let content = field;
      for (let last = content.children?.at(-1); last !== undefined; last = content.children?.at(-1)) content = last;
      masked.fill(STAR, content.from, content.to);
    } else for (const child of field.children ?? []) visit(child);
  };
  for (const field of fieldMap(bytes, version, direction)) visit(field);
  return masked;
}

const HOLDERS: ReadonlySet<number> = new Set([TYPE.connect, TYPE.connack, TYPE.auth]);

/** Whether packets of that type may hold credentials. @param header first byte */
export function mayHoldCredentials(header: number): boolean {
  return HOLDERS.has(header >> 4);
}
