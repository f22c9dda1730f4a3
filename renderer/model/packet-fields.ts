/** The decoder's field map in words: the items of the tree of fields. */

import type { PacketDetail } from '../../shared/contract/packet-records.ts';
import type { Field } from '../../shared/mqtt/packet.ts';
import { payloadKind } from '../../shared/payload/payload-kind.ts';
import { decodeText } from '../../shared/payload/payload-text.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import { formatBytes } from './format.ts';
import { reasonWords, TYPE_NAMES } from './packet-names.ts';
import { statementWords } from './statement-text.ts';

/** A packet that was on the wire, or bytes that are still to be sent. */
export type FieldsOf = Pick<
  PacketDetail,
  'type' | 'protocolVersion' | 'bytes' | 'fields' | 'payloadFrom' | 'payloadTo'
>;

/** One row of the tree. */
export interface FieldWords {
  /** Place in the tree, `0.2.1`. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly range: string;
  readonly tone?: 'error';
  readonly children: readonly FieldWords[];
  readonly open: boolean;
}

/** Fields whose specification name is no plain title case of ours. */
const NAMES: Readonly<Record<string, string>> = {
  dup: 'DUP',
  qos: 'QoS',
  retain: 'RETAIN',
  willQoS: 'Will QoS',
  userProperties: 'User Property',
  subscriptionIdentifiers: 'Subscription Identifier',
};

/** `topicName` → `Topic Name`: the specification's names, the same in every language. */
function fieldName(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  const spaced = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Bytes of a value that a line has room for. */
const PREVIEW = 64;

export function fieldItems(packet: FieldsOf): readonly FieldWords[] {
  return packet.fields.map((field, index) => item(packet, field, String(index), 0));
}

function item(packet: FieldsOf, field: Field, id: string, depth: number): FieldWords {
  const children = (field.children ?? []).map((child, index) => item(packet, child, `${id}.${index}`, depth + 1));
  const note = noteOf(packet, field);
  return {
    id,
    name: fieldName(field.name),
    value: valueOf(packet, field),
    ...(note === undefined ? {} : { note }),
    range: rangeText(field),
    ...(field.malformed === undefined ? {} : { tone: 'error' as const }),
    children,
    open: opensAtFirst(field, depth) || hasFault(field),
  };
}

/** Groups open, values with parts (length, characters) closed. */
function opensAtFirst(field: Field, depth: number): boolean {
  if (depth === 0) return true;
  return field.value === undefined && field.name !== 'properties' && field.kind !== 'bytes';
}

function hasFault(field: Field): boolean {
  return field.malformed !== undefined || (field.children ?? []).some(hasFault);
}

function isPayload(packet: FieldsOf, field: Field): boolean {
  return field.name === 'payload' && packet.type === 'publish';
}

function noteOf(packet: FieldsOf, field: Field): string | undefined {
  if (field.malformed !== undefined) return field.malformed.rule;
  if (!isPayload(packet, field)) return undefined;
  const kind = payloadKind(packet.bytes.subarray(field.from, field.to), field.to > packet.bytes.length);
  return `${kind === 'json' ? 'JSON · ' : ''}${formatBytes(Math.max(packet.payloadTo - packet.payloadFrom, field.to - field.from))}`;
}

function valueOf(packet: FieldsOf, field: Field): string {
  if (field.malformed !== undefined && field.value === undefined)
    return statementWords(field.malformed.rule) ?? field.malformed.message;
  if (field.name === 'packetType' && packet.type !== 'event') return `${field.value} ${TYPE_NAMES[packet.type]}`;
  if (field.kind === 'reasonCode' && typeof field.value === 'number')
    return reasonWords(packet.type, field.value, packet.protocolVersion);
  if (field.kind === 'bytes' || isPayload(packet, field)) return bytesPreview(packet, field);
  if (typeof field.value === 'boolean') return field.value ? '1' : '0';
  if (field.value !== undefined) return String(field.value);
  const names = (field.children ?? [])
    .filter((child) => child.name !== 'propertyLength')
    .map((child) => fieldName(child.name));
  if (field.name === 'properties') return names.length === 0 ? '0' : `${names.length} · ${names.join(', ')}`;
  if (field.name === 'userProperties') return userProperty(field);
  if (field.name === 'fixedHeader' && packet.type !== 'event') return TYPE_NAMES[packet.type];
  return '';
}

function userProperty(field: Field): string {
  const part = (name: string) => String(field.children?.find((child) => child.name === name)?.value ?? '');
  return `${part('name')}: ${part('value')}`;
}

function bytesPreview(packet: FieldsOf, field: Field): string {
  const bytes = packet.bytes.subarray(field.from, Math.min(field.to, field.from + PREVIEW));
  const cut = field.to - field.from > PREVIEW;
  const kind = payloadKind(bytes, cut);
  const text = kind === 'binary' ? toHex(bytes) : decodeText(bytes, cut).text.replaceAll(/\s+/g, ' ');
  return cut ? `${text}…` : text;
}

function rangeText({ from, to, bits }: Field): string {
  if (bits !== undefined) return bits[0] === bits[1] ? `${from}.${bits[0]}` : `${from}.${bits[0]}–${bits[1]}`;
  if (to <= from) return '';
  return to - from === 1 ? String(from) : `${from}–${to - 1}`;
}
