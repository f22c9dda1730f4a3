/** The fields of the filter language: their names, and the values that may follow. */

import { FLOW_KINDS, FLOW_STATES } from '../contract/flow-records.ts';
import { type Direction, PACKET_TYPES, type PacketType } from '../mqtt/packet.ts';
import { PROPERTIES } from '../mqtt/properties.ts';
import { REASON_CODES } from '../mqtt/reason-codes.ts';
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
  'intervened',
];

export const FLAG_VALUES: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Reason codes by name, as in `not-authorized`; the codes of SUBACK that grant a QoS are numbers to everybody. */
export const REASON_VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  REASON_CODES.filter(({ types }) => !types.includes('suback') || types.length > 1).map(({ code, name }) => [
    name.toLowerCase().replaceAll(' ', '-'),
    code,
  ]),
);

/** Heads of the fields that go on with a name of the user's choice. */
export const PAYLOAD_HEAD = 'payload.';
export const PROPERTY_HEAD = 'prop.';
export const USER_PROPERTY_HEAD = 'prop.user.';

/** What may follow {@link PROPERTY_HEAD}. */
export const PROPERTY_FIELDS: readonly string[] = [
  ...PROPERTIES.map(({ name }) => `${PROPERTY_HEAD}${name}`),
  USER_PROPERTY_HEAD,
];

/** Every field by name, and the values to offer for it; numbers and topics have no list. */
export const FIELDS = {
  type: TYPE_VALUES,
  dir: Object.keys(DIRECTION_VALUES),
  qos: ['0', '1', '2', '>0'],
  topic: [],
  'topic.name': [],
  payload: [],
  retain: Object.keys(FLAG_VALUES),
  dup: Object.keys(FLAG_VALUES),
  id: [],
  len: [],
  remaining: [],
  reason: ['>=0x80', ...Object.keys(REASON_VALUES)],
  client: [],
  source: [],
  initiator: [],
  conn: [],
  time: [],
  rtt: [],
  is: CONDITION_VALUES,
  'flow.kind': FLOW_KINDS,
  'flow.state': FLOW_STATES,
} as const satisfies Record<string, readonly string[]>;

export type FieldName = keyof typeof FIELDS;

export function isField(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}

/** Whether a word before a comparison is the name of a field, one of a payload's or property's included. */
export function isFieldName(name: string): boolean {
  const field = name.toLowerCase();
  return isField(field) || field.startsWith(PAYLOAD_HEAD) || field.startsWith(PROPERTY_HEAD);
}

const PACKET_FIELDS: ReadonlySet<string> = new Set([
  'retain',
  'dup',
  'len',
  'remaining',
  'client',
  'source',
  'initiator',
  'payload',
  'json',
  'prop',
  'time',
]);

/** Fields that say something of packets and nothing of flows, by the name in the text or in the meaning. */
export function isPacketField(name: string): boolean {
  return PACKET_FIELDS.has(name.split('.', 1)[0] ?? '');
}

const TOPIC_FIELDS: ReadonlySet<string> = new Set(['topic', 'payload', 'json', 'retain']);

/** Fields that say something of a topic and its last value, by the name in the text or in the meaning. */
export function isTopicField(name: string): boolean {
  return TOPIC_FIELDS.has(name.split('.', 1)[0] ?? '');
}

/** Fields whose values may be a regular expression between slashes. */
export function takesPattern(name: string): boolean {
  const field = name.toLowerCase();
  return (
    field === 'payload' ||
    field === 'client' ||
    field === 'source' ||
    field === 'initiator' ||
    field === 'topic.name' ||
    field.startsWith(PAYLOAD_HEAD) ||
    field.startsWith(PROPERTY_HEAD)
  );
}
