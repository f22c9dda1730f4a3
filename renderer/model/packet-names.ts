/** Names that the specification gives: packet types and reason codes, the same in both languages. */

import type { PacketType, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { reasonCodeName } from '../../shared/mqtt/reason-codes.ts';

/** What may stand in the type column. */
export type RowType = PacketType | 'reserved' | 'event';

export const TYPE_NAMES = {
  reserved: 'RESERVED',
  connect: 'CONNECT',
  connack: 'CONNACK',
  publish: 'PUBLISH',
  puback: 'PUBACK',
  pubrec: 'PUBREC',
  pubrel: 'PUBREL',
  pubcomp: 'PUBCOMP',
  subscribe: 'SUBSCRIBE',
  suback: 'SUBACK',
  unsubscribe: 'UNSUBSCRIBE',
  unsuback: 'UNSUBACK',
  pingreq: 'PINGREQ',
  pingresp: 'PINGRESP',
  disconnect: 'DISCONNECT',
  auth: 'AUTH',
  event: '',
} as const satisfies Record<RowType, string>;

/** `0x8E Session taken over`; the number alone where the specification gives it no name there. */
export function reasonWords(type: RowType, code: number, version: ProtocolVersion): string {
  const name = type === 'reserved' || type === 'event' ? undefined : reasonCodeName(type, version, code);
  const number = `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  return name === undefined ? number : `${number} ${name}`;
}
