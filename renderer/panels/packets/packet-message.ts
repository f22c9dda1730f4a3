/** What a captured PUBLISH or SUBSCRIBE asked for, as the forms that publish and subscribe take it. */

import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { MessageProperties, SubscriptionRequest } from '../../../shared/contract/profiles.ts';
import type { Field } from '../../../shared/mqtt/packet.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { MessageDraft } from '../../model/navigation.ts';

/** Contract's limit of one `readBytes`. */
const MAX_READ = 4 * 1024 * 1024;

/** Bytes `from`…`to` of the packet, from what the detail holds or from the service, in as many calls as it takes. */
export async function packetBytes(app: AppModel, packet: PacketDetail, from: number, to: number): Promise<Uint8Array> {
  if (to <= packet.bytes.length) return packet.bytes.subarray(from, to);
  const { source, seq } = packet;
  const parts: Uint8Array[] = [];
  let read = 0;
  while (from + read < to) {
    const start = from + read;
    const part = await app.inspector.call('readBytes', {
      source,
      seq,
      from: start,
      to: Math.min(to, start + MAX_READ),
    });
    if (part.length === 0) break;
    parts.push(part);
    read += part.length;
  }
  const whole = new Uint8Array(read);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The whole message with what can be set again of its properties; a Topic Alias and subscription identifiers stay behind. */
export async function messageOf(app: AppModel, packet: PacketDetail): Promise<MessageDraft> {
  const payload = await packetBytes(app, packet, packet.payloadFrom, packet.payloadTo);
  const properties = propertiesOf(packet);
  return {
    topic: packet.topic ?? '',
    payload: payload.slice(),
    qos: packet.qos ?? 0,
    retain: packet.retain ?? false,
    ...(properties === undefined ? {} : { properties }),
  };
}

/** The first subscription of a SUBSCRIBE; undefined where it could not be read. */
export function subscriptionOf({ fields }: PacketDetail): SubscriptionRequest | undefined {
  const found = find(fields, 'subscription');
  if (found === undefined) return undefined;
  const value = (name: string) => find([found], name)?.value;
  const topicFilter = value('topicFilter');
  if (typeof topicFilter !== 'string') return undefined;
  const level = (name: string) => ([0, 1, 2] as const).find((choice) => choice === value(name)) ?? 0;
  const identifier = find(fields, 'subscriptionIdentifiers')?.value;
  return {
    topicFilter,
    qos: level('qos'),
    noLocal: value('noLocal') === true,
    retainAsPublished: value('retainAsPublished') === true,
    retainHandling: level('retainHandling'),
    ...(typeof identifier === 'number' ? { subscriptionIdentifier: identifier } : {}),
  };
}

function propertiesOf(packet: PacketDetail): MessageProperties | undefined {
  const list = find(packet.fields, 'properties')?.children ?? [];
  const valueOf = (name: string) => list.find((field) => field.name === name)?.value;
  const number = (name: 'payloadFormatIndicator' | 'messageExpiryInterval') => {
    const value = valueOf(name);
    return typeof value === 'number' ? { [name]: value } : {};
  };
  const text = (name: 'contentType' | 'responseTopic') => {
    const value = valueOf(name);
    return typeof value === 'string' ? { [name]: value } : {};
  };
  const correlation = list.find((field) => field.name === 'correlationData');
  const data = correlation?.children?.findLast((child) => child.kind === 'bytes') ?? correlation?.children?.at(-1);
  const content = data?.children?.at(-1) ?? data;
  const users = list.filter((field) => field.name === 'userProperties').map(userProperty);
  const properties: MessageProperties = {
    ...number('payloadFormatIndicator'),
    ...number('messageExpiryInterval'),
    ...text('contentType'),
    ...text('responseTopic'),
    ...(content === undefined ? {} : { correlationData: packet.bytes.slice(content.from, content.to) }),
    ...(users.length === 0 ? {} : { userProperties: users }),
  };
  return Object.keys(properties).length === 0 ? undefined : properties;
}

function userProperty(field: Field): [string, string] {
  const part = (name: string) => String(field.children?.find((child) => child.name === name)?.value ?? '');
  return [part('name'), part('value')];
}

function find(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    if (field.name === name) return field;
    const inner = find(field.children ?? [], name);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
