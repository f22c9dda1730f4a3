/** A message as the Publish form holds it, everything as typed, and the way to what is sent and back. */

import type { MessageProperties } from '../../shared/contract/profiles.ts';
import type { ProtocolVersion, QoS } from '../../shared/mqtt/packet.ts';
import { checkTopicName, type TopicFault } from '../../shared/mqtt/topics.ts';
import { type JsonFault, parseJson } from '../../shared/payload/json-tree.ts';
import { toBase64, toHex } from '../../shared/payload/payload-encoding.ts';
import { payloadKind } from '../../shared/payload/payload-kind.ts';
import { decodeText, hasControlCharacters } from '../../shared/payload/payload-text.ts';
import type { MessageDraft } from './navigation.ts';
import { type ParsedBytes, parseBase64, parseHex } from './publish-bytes.ts';

export const FORMATS = ['text', 'json', 'hex', 'base64'] as const;
export type PayloadFormat = (typeof FORMATS)[number];

export interface PublishForm {
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly format: PayloadFormat;
  readonly payload: string;
  /** A payload too large to edit, or from a file; stands in place of {@link payload}. */
  readonly attached: Uint8Array | undefined;
  /** '' sends no Payload Format Indicator. */
  readonly payloadFormat: '' | '0' | '1';
  readonly messageExpiryInterval: string;
  readonly contentType: string;
  readonly responseTopic: string;
  readonly correlationData: string;
  readonly correlationFormat: 'text' | 'hex';
  readonly topicAlias: string;
  readonly userProperties: readonly (readonly [string, string])[];
  readonly intervalMs: string;
  /** Empty or 0 never stops. */
  readonly count: string;
}

export const EMPTY_MESSAGE: PublishForm = {
  topic: '',
  qos: 0,
  retain: false,
  format: 'text',
  payload: '',
  attached: undefined,
  payloadFormat: '',
  messageExpiryInterval: '',
  contentType: '',
  responseTopic: '',
  correlationData: '',
  correlationFormat: 'text',
  topicAlias: '',
  userProperties: [],
  intervalMs: '1000',
  count: '',
};

/** Larger payloads are attached: an editor would only get slow. Bytes. */
export const LARGEST_EDITED = 1_048_576;

export type PublishFault =
  | { readonly code: 'topic'; readonly fault: TopicFault }
  | { readonly code: 'number'; readonly min: number; readonly max: number }
  | {
      readonly code: 'bytes';
      readonly reason: Extract<ParsedBytes, { readonly fault: string }>['fault'];
      readonly at: number;
    };

export type PublishField =
  | 'topic'
  | 'payload'
  | 'messageExpiryInterval'
  | 'responseTopic'
  | 'correlationData'
  | 'topicAlias'
  | 'intervalMs'
  | 'count';

export type PublishFaults = ReadonlyMap<PublishField, PublishFault>;

/** A message as the contract takes it. */
export interface CheckedMessage {
  readonly topic: string;
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties?: MessageProperties;
}

const utf8 = new TextEncoder();

/** The bytes the form stands for, whatever the format. */
export function payloadBytes(form: PublishForm): ParsedBytes {
  if (form.attached !== undefined) return { bytes: form.attached };
  if (form.format === 'hex') return parseHex(form.payload);
  if (form.format === 'base64') return parseBase64(form.payload);
  return { bytes: utf8.encode(form.payload) };
}

/** Where a payload in JSON format is none; it may be sent all the same. */
export function jsonFault(form: PublishForm): JsonFault | undefined {
  return form.format === 'json' && form.attached === undefined && form.payload.trim() !== ''
    ? parseJson(form.payload).fault
    : undefined;
}

/** JSON over several lines; numbers keep every digit. The text itself where it is no JSON. */
export function prettyJson(text: string): string {
  const { root, fault } = parseJson(text);
  if (root === undefined || fault !== undefined) return text;
  const parts: string[] = [];
  const write = (node: typeof root, indent: string) => {
    if (node.kind !== 'object' && node.kind !== 'array') {
      parts.push(node.raw);
      return;
    }
    const [open, close] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
    if (node.children.length === 0) {
      parts.push(open, close);
      return;
    }
    const inner = `${indent}  `;
    parts.push(open, '\n');
    node.children.forEach((child, index) => {
      parts.push(inner);
      if (node.kind === 'object') parts.push(JSON.stringify(child.key), ': ');
      write(child, inner);
      parts.push(index < node.children.length - 1 ? ',\n' : '\n');
    });
    parts.push(indent, close);
  };
  write(root, '');
  return parts.join('');
}

/** The same bytes in another format; undefined where text could not hold them. A payload that cannot be read stays as it is. */
export function withFormat(form: PublishForm, format: PayloadFormat): PublishForm | undefined {
  if (format === form.format || form.attached !== undefined) return { ...form, format };
  const toText = (from: PayloadFormat) => from === 'text' || from === 'json';
  if (toText(form.format) && toText(format)) return { ...form, format };
  const parsed = payloadBytes(form);
  if (!('bytes' in parsed)) return { ...form, format };
  const payload = textIn(format, parsed.bytes);
  return payload === undefined ? undefined : { ...form, format, payload };
}

function textIn(format: PayloadFormat, bytes: Uint8Array): string | undefined {
  if (format === 'hex') return toHex(bytes);
  if (format === 'base64') return toBase64(bytes);
  const { text, invalid } = decodeText(bytes);
  return invalid > 0 ? undefined : text;
}

/** Puts bytes into the form in the format that suits them, or attaches them where they are too many to edit. */
export function withPayload(form: PublishForm, bytes: Uint8Array): PublishForm {
  if (bytes.length > LARGEST_EDITED) return { ...form, attached: bytes, payload: '' };
  const kind = payloadKind(bytes);
  const format: PayloadFormat = kind === 'json' ? 'json' : kind === 'binary' ? 'hex' : 'text';
  const payload = textIn(format, bytes);
  return payload === undefined
    ? { ...form, attached: undefined, format: 'hex', payload: toHex(bytes) }
    : { ...form, attached: undefined, format, payload };
}

/** The form of a message; the repeat settings stay. A Topic Alias belongs to the connection it was made on and is left out. */
export function withMessage(form: PublishForm, message: MessageDraft): PublishForm {
  const { properties } = message;
  const correlation = properties?.correlationData;
  const decoded = correlation === undefined ? undefined : decodeText(correlation);
  const readable = decoded !== undefined && decoded.invalid === 0 && !hasControlCharacters(decoded.text);
  return withPayload(
    {
      ...EMPTY_MESSAGE,
      intervalMs: form.intervalMs,
      count: form.count,
      topic: message.topic,
      qos: message.qos,
      retain: message.retain,
      payloadFormat:
        properties?.payloadFormatIndicator === undefined ? '' : properties.payloadFormatIndicator === 1 ? '1' : '0',
      messageExpiryInterval: String(properties?.messageExpiryInterval ?? ''),
      contentType: properties?.contentType ?? '',
      responseTopic: properties?.responseTopic ?? '',
      correlationData: correlation === undefined ? '' : readable ? decoded.text : toHex(correlation),
      correlationFormat: correlation === undefined || readable ? 'text' : 'hex',
      userProperties: properties?.userProperties ?? [],
    },
    message.payload,
  );
}

/**
 * The message of a form, or everything that is wrong with it.
 * @mqtt MQTT-3.3.2-2
 * @mqtt MQTT-3.3.2-14
 */
export function checkMessage(
  form: PublishForm,
  version: ProtocolVersion,
): { readonly message: CheckedMessage } | { readonly faults: PublishFaults } {
  const faults = new Map<PublishField, PublishFault>();
  const topicFault = checkTopicName(form.topic);
  if (topicFault !== undefined) faults.set('topic', { code: 'topic', fault: topicFault });
  const payload = payloadBytes(form);
  if (!('bytes' in payload)) faults.set('payload', { code: 'bytes', reason: payload.fault, at: payload.at });
  const properties = version === 5 ? propertiesOf(form, faults) : undefined;
  if (faults.size > 0 || !('bytes' in payload)) return { faults };
  const { topic, qos, retain } = form;
  return {
    message: {
      topic,
      payload: payload.bytes as Uint8Array<ArrayBuffer>,
      qos,
      retain,
      ...(properties === undefined ? {} : { properties }),
    },
  };
}

function propertiesOf(form: PublishForm, faults: Map<PublishField, PublishFault>): MessageProperties | undefined {
  const expiry = numberIn(form.messageExpiryInterval, 0, 4_294_967_295);
  if (Number.isNaN(expiry)) faults.set('messageExpiryInterval', { code: 'number', min: 0, max: 4_294_967_295 });
  const alias = numberIn(form.topicAlias, 1, 65_535);
  if (Number.isNaN(alias)) faults.set('topicAlias', { code: 'number', min: 1, max: 65_535 });
  const responseFault = form.responseTopic === '' ? undefined : checkTopicName(form.responseTopic);
  if (responseFault !== undefined) faults.set('responseTopic', { code: 'topic', fault: responseFault });
  const correlation: ParsedBytes =
    form.correlationFormat === 'hex' ? parseHex(form.correlationData) : { bytes: utf8.encode(form.correlationData) };
  if (!('bytes' in correlation))
    faults.set('correlationData', { code: 'bytes', reason: correlation.fault, at: correlation.at });
  const pairs = form.userProperties.filter(([name, value]) => name !== '' || value !== '');
  const properties: MessageProperties = {
    ...(form.payloadFormat === '' ? {} : { payloadFormatIndicator: Number(form.payloadFormat) }),
    ...(expiry === undefined ? {} : { messageExpiryInterval: expiry }),
    ...(form.contentType === '' ? {} : { contentType: form.contentType }),
    ...(form.responseTopic === '' ? {} : { responseTopic: form.responseTopic }),
    ...('bytes' in correlation && correlation.bytes.length > 0
      ? { correlationData: correlation.bytes as Uint8Array<ArrayBuffer> }
      : {}),
    ...(alias === undefined ? {} : { topicAlias: alias }),
    ...(pairs.length === 0 ? {} : { userProperties: pairs.map(([name, value]): [string, string] => [name, value]) }),
  };
  return Object.keys(properties).length === 0 ? undefined : properties;
}

/** Undefined where empty, NaN where it is no whole number in the range. */
export function numberIn(text: string, min: number, max: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const value = /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return value >= min && value <= max ? value : Number.NaN;
}

/** How many properties a form sends. */
export function propertyCount(form: PublishForm): number {
  const single = [
    form.payloadFormat,
    form.messageExpiryInterval,
    form.contentType,
    form.responseTopic,
    form.correlationData,
    form.topicAlias,
  ].filter((text) => text !== '').length;
  return single + form.userProperties.filter(([name, value]) => name !== '' || value !== '').length;
}
