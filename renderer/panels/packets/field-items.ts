/** The decoder's field map as items of the tree, and the way from a byte or bit back to its field. */

import type { PacketDetail } from '../../../shared/contract/records.ts';
import type { Field } from '../../../shared/mqtt/packet.ts';
import { payloadKind } from '../../../shared/payload/payload-kind.ts';
import { decodeText } from '../../../shared/payload/payload-text.ts';
import { toHex } from '../../../shared/payload/payload-encoding.ts';
import { formatBytes } from '../../model/format.ts';
import type { ByteRange } from '../../ui/HexView.tsx';
import type { FieldItem } from '../../ui/FieldTree.tsx';
import { reasonWords, TYPE_NAMES } from '../../model/packet-names.ts';

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
export function fieldName(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  const spaced = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Bytes of a value that a line has room for. */
const PREVIEW = 64;

export function fieldItems(packet: PacketDetail): readonly FieldItem[] {
  return packet.fields.map((field, index) => item(packet, field, String(index), 0));
}

function item(packet: PacketDetail, field: Field, id: string, depth: number): FieldItem {
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

function isPayload(packet: PacketDetail, field: Field): boolean {
  return field.name === 'payload' && packet.type === 'publish';
}

function noteOf(packet: PacketDetail, field: Field): string | undefined {
  if (field.malformed !== undefined) return field.malformed.rule;
  if (!isPayload(packet, field)) return undefined;
  const kind = payloadKind(packet.bytes.subarray(field.from, field.to), field.to > packet.bytes.length);
  return `${kind === 'json' ? 'JSON · ' : ''}${formatBytes(Math.max(packet.payloadTo - packet.payloadFrom, field.to - field.from))}`;
}

function valueOf(packet: PacketDetail, field: Field): string {
  if (field.malformed !== undefined && field.value === undefined) return field.malformed.message;
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

function bytesPreview(packet: PacketDetail, field: Field): string {
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

/** The field of that id, as a range for the bytes. */
export function fieldById(fields: readonly Field[], id: string): ByteRange | undefined {
  let list = fields;
  let found: Field | undefined;
  for (const step of id.split('.')) {
    found = list[Number(step)];
    list = found?.children ?? [];
  }
  return found;
}

/** Id of the narrowest field that holds the byte, or the bit of it; of several bit fields in a byte without a bit, the byte's group. */
export function fieldAt(fields: readonly Field[], offset: number, bit?: number, prefix = ''): string | undefined {
  for (const [index, field] of fields.entries()) {
    if (offset < field.from || offset >= field.to) continue;
    if (field.bits !== undefined && bit !== undefined && (bit > field.bits[0] || bit < field.bits[1])) continue;
    const id = `${prefix}${index}`;
    return fieldAt(field.children ?? [], offset, bit, `${id}.`) ?? id;
  }
  return undefined;
}
