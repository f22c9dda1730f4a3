/** What could be read of a malformed packet, under the names that a whole packet would have. */

import { type Field, PACKET_TYPES, type PartialPacket } from '../../../shared/mqtt/packet.ts';
import { isPropertyName, propertyByName } from '../../../shared/mqtt/properties.ts';

type Parts = Record<string, unknown>;

/** Takes what `field` says into `parts`. */
type Gatherer = (parts: Parts, field: Field, frame: Uint8Array) => void;

/** Gathers the values of a field tree of `frame`; byte values are views into it. */
export function partialPacket(frame: Uint8Array, fields: readonly Field[]): PartialPacket {
  const type = PACKET_TYPES[(frame[0] ?? 0) >> 4] ?? 'reserved';
  const list = LISTS[type];
  const parts: Parts = list === undefined ? { type } : { type, [list]: [] };
  return { ...gather(parts, fields, frame), type };
}

function gather(parts: Parts, fields: readonly Field[], frame: Uint8Array): Parts {
  for (const field of fields) (GATHERERS[field.name] ?? keep)(parts, field, frame);
  return parts;
}

const keep: Gatherer = (parts, field, frame) => {
  const value = valueOf(field, frame);
  if (value !== undefined) parts[field.name] = value;
};

const keepAs =
  (name: string): Gatherer =>
  (parts, field, frame) => {
    const value = valueOf(field, frame);
    if (value !== undefined) parts[name] = value;
  };

const unfold: Gatherer = (parts, field, frame) => {
  gather(parts, field.children ?? [], frame);
};

const skip: Gatherer = () => undefined;

/** A PUBLISH has a payload of bytes, the other types a group of fields. */
const payload: Gatherer = (parts, field, frame) => (field.children === undefined ? keep : unfold)(parts, field, frame);

const connectFlags: Gatherer = (parts, field) => {
  const flag = (name: string): unknown => field.children?.find((child) => child.name === name)?.value;
  parts['cleanStart'] = flag('cleanStart') ?? flag('cleanSession');
  if (flag('willFlag') === true) parts['will'] = { qos: flag('willQoS'), retain: flag('willRetain') };
};

const properties: Gatherer = (parts, field, frame) => {
  const values: Parts = {};
  for (const { name, children } of field.children ?? []) {
    if (!isPropertyName(name)) continue;
    const [, first, second] = children ?? [];
    const value = first === undefined ? undefined : valueOf(first, frame);
    const whole = second === undefined || second.name === 'unread' ? value : [value, valueOf(second, frame)];
    if (value === undefined) continue;
    if (propertyByName(name).repeatableIn.length > 0) append(values, name, whole);
    else values[name] ??= whole;
  }
  if (Object.keys(values).length > 0) parts['properties'] = values;
};

/** Inside a payload they are a list: SUBACK and UNSUBACK. */
const reasonCode: Gatherer = (parts, field, frame) => {
  if (parts['reasonCodes'] === undefined) keep(parts, field, frame);
  else if (field.value !== undefined) append(parts, 'reasonCodes', field.value);
};

/** Inside a SUBSCRIBE's entry it is one, in an UNSUBSCRIBE a list. */
const topicFilter: Gatherer = (parts, field, frame) => {
  if (parts['topicFilters'] === undefined) keep(parts, field, frame);
  else if (field.value !== undefined) append(parts, 'topicFilters', field.value);
};

/** What is a list even where nothing of it could be read. */
const LISTS: Readonly<Record<string, string>> = {
  subscribe: 'subscriptions',
  suback: 'reasonCodes',
  unsubscribe: 'topicFilters',
  unsuback: 'reasonCodes',
};

const GATHERERS: Readonly<Record<string, Gatherer>> = {
  fixedHeader: unfold,
  variableHeader: unfold,
  payload,
  connectFlags,
  connectAcknowledgeFlags: unfold,
  subscriptionOptions: unfold,
  properties,
  reasonCode,
  topicFilter,
  topicName: keepAs('topic'),
  packetIdentifier: keepAs('packetId'),
  clientIdentifier: keepAs('clientId'),
  userName: keepAs('username'),
  willTopic: keepAs('topic'),
  willPayload: keepAs('payload'),
  will: (parts, field, frame) => {
    const flags = parts['will'];
    parts['will'] = gather(typeof flags === 'object' ? { ...flags } : {}, field.children ?? [], frame);
  },
  subscription: (parts, field, frame) => append(parts, 'subscriptions', gather({}, field.children ?? [], frame)),
  packetType: skip,
  flags: skip,
  reserved: skip,
  remainingLength: skip,
  surplus: skip,
  omitted: skip,
  unread: skip,
};

function append(parts: Parts, name: string, value: unknown): void {
  const earlier = parts[name];
  if (Array.isArray(earlier)) earlier.push(value);
  else parts[name] = [value];
}

function valueOf(field: Field, frame: Uint8Array): unknown {
  if (field.kind !== 'bytes') return field.value;
  const bytes = field.children === undefined ? field : field.children.find((child) => child.name === 'bytes');
  return bytes === undefined ? frame.subarray(field.to, field.to) : frame.subarray(bytes.from, bytes.to);
}
