/** The fields of the filter language: their names, and the values that may follow. */

import { FLOW_KINDS, FLOW_STATES } from '../contract/records.ts';
import { type Direction, PACKET_TYPES, type PacketType } from '../mqtt/packet.ts';
import type { Condition } from './filter-ast.ts';

export const TYPE_VALUES: readonly PacketType[] = PACKET_TYPES.filter((type) => type !== 'reserved');

/** Both names of a direction: as a client sees it, and as the specification names it. */
export const DIRECTION_VALUES: Readonly<Record<string, Direction>> = {
  in: 'server-to-client',
  out: 'client-to-server',
  'server-to-client': 'server-to-client',
  'client-to-server': 'client-to-server',
};

export const CONDITION_VALUES: readonly Condition[] = [
  'error',
  'malformed',
  'truncated',
  'undecodable',
  'refused',
  'event',
];

export const FLAG_VALUES: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Every field by name, and the values to offer for it; numbers and topics have no list. */
export const FIELDS = {
  type: TYPE_VALUES,
  dir: Object.keys(DIRECTION_VALUES),
  qos: ['0', '1', '2', '>0'],
  topic: [],
  retain: Object.keys(FLAG_VALUES),
  dup: Object.keys(FLAG_VALUES),
  id: [],
  len: [],
  conn: [],
  is: CONDITION_VALUES,
  'flow.kind': FLOW_KINDS,
  'flow.state': FLOW_STATES,
} as const satisfies Record<string, readonly string[]>;

export type FieldName = keyof typeof FIELDS;

export function isField(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}
