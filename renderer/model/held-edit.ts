/** What is typed over a packet that waits: fields of a PUBLISH, or all bytes, and the verdict that comes of it. */

import type { DecodedBytes } from '../../shared/contract/packet-records.ts';
import type { HeldPacket, Verdict } from '../../shared/contract/rules.ts';
import type { QoS } from '../../shared/mqtt/packet.ts';
import { checkTopicName, type TopicFault } from '../../shared/mqtt/topics.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import { decodeText, hasControlCharacters } from '../../shared/payload/payload-text.ts';
import { type ParsedBytes, parseHex } from './publish-bytes.ts';

export interface HeldEdit {
  /** Which of both goes when it is forwarded with changes. */
  readonly as: 'fields' | 'bytes';
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly payloadAs: 'text' | 'hex';
  /** Undefined where the packet is too large to be typed over: its payload stays. */
  readonly payload: string | undefined;
  /** The whole packet in hexadecimal; undefined where it is too large. */
  readonly bytes: string | undefined;
}

export type HeldFault =
  | { readonly field: 'topic'; readonly fault: TopicFault }
  | {
      readonly field: 'payload' | 'bytes';
      readonly reason: Extract<ParsedBytes, { readonly fault: string }>['fault'] | 'empty';
      readonly at: number;
    };

export type HeldVerdict =
  /** It is as it came. */
  | { readonly changed: false }
  | { readonly changed: true; readonly verdict: Verdict }
  | { readonly changed: true; readonly fault: HeldFault };

const utf8 = new TextEncoder();

/** Fields and bytes as they came; `decoded` is undefined where the packet is too large to be read here. */
export function heldEdit(
  { type, topic, qos, retain }: Pick<HeldPacket, 'type' | 'topic' | 'qos' | 'retain'>,
  bytes: Uint8Array,
  decoded: DecodedBytes | undefined,
): HeldEdit {
  const payload = decoded === undefined ? undefined : bytes.subarray(decoded.payloadFrom, decoded.payloadTo);
  const payloadAs = payload === undefined || isText(payload) ? 'text' : 'hex';
  return {
    as: type === 'publish' ? 'fields' : 'bytes',
    topic: topic ?? '',
    qos: qos ?? 0,
    retain: retain ?? false,
    payloadAs,
    payload: payload === undefined ? undefined : payloadAs === 'text' ? decodeText(payload).text : toHex(payload),
    bytes: decoded === undefined ? undefined : toHex(bytes),
  };
}

/** The same payload written the other way; undefined where it cannot be. */
export function withPayloadAs(edit: HeldEdit, payloadAs: HeldEdit['payloadAs']): HeldEdit | undefined {
  if (edit.payload === undefined || payloadAs === edit.payloadAs) return edit;
  const parsed = payloadBytes(edit);
  if (!('bytes' in parsed)) return undefined;
  if (payloadAs === 'hex') return { ...edit, payloadAs, payload: toHex(parsed.bytes) };
  return isText(parsed.bytes) ? { ...edit, payloadAs, payload: decodeText(parsed.bytes).text } : undefined;
}

/** Only what differs from `came` is said, so that the rest stays byte for byte. */
export function heldVerdict(came: HeldEdit, edit: HeldEdit): HeldVerdict {
  return edit.as === 'bytes' ? bytesVerdict(came, edit) : fieldsVerdict(came, edit);
}

function bytesVerdict(came: HeldEdit, { bytes }: HeldEdit): HeldVerdict {
  if (bytes === undefined || bytes === came.bytes) return { changed: false };
  const parsed = parseHex(bytes);
  if (!('bytes' in parsed)) return { changed: true, fault: { field: 'bytes', reason: parsed.fault, at: parsed.at } };
  if (parsed.bytes.length === 0) return { changed: true, fault: { field: 'bytes', reason: 'empty', at: 0 } };
  if (toHex(parsed.bytes) === came.bytes) return { changed: false };
  return { changed: true, verdict: { kind: 'bytes', bytes: new Uint8Array(parsed.bytes) } };
}

function fieldsVerdict(came: HeldEdit, edit: HeldEdit): HeldVerdict {
  const topic = edit.topic === came.topic ? {} : { topic: edit.topic };
  const fault = 'topic' in topic ? checkTopicName(edit.topic) : undefined;
  if (fault !== undefined) return { changed: true, fault: { field: 'topic', fault } };
  const payload = changedPayload(came, edit);
  if ('fault' in payload) return { changed: true, fault: { field: 'payload', reason: payload.fault, at: payload.at } };
  const fields = {
    ...topic,
    ...payload,
    ...(edit.qos === came.qos ? {} : { qos: edit.qos }),
    ...(edit.retain === came.retain ? {} : { retain: edit.retain }),
  };
  return Object.keys(fields).length === 0
    ? { changed: false }
    : { changed: true, verdict: { kind: 'edit', ...fields } };
}

type ChangedPayload = { readonly payload?: Uint8Array<ArrayBuffer> } | Extract<ParsedBytes, { readonly fault: string }>;

function changedPayload(came: HeldEdit, edit: HeldEdit): ChangedPayload {
  const before = payloadBytes(came);
  const now = payloadBytes(edit);
  if (!('bytes' in now)) return now;
  if ('bytes' in before && toHex(before.bytes) === toHex(now.bytes)) return {};
  return { payload: new Uint8Array(now.bytes) };
}

function payloadBytes({ payload = '', payloadAs }: HeldEdit): ParsedBytes {
  return payloadAs === 'hex' ? parseHex(payload) : { bytes: utf8.encode(payload) };
}

function isText(bytes: Uint8Array): boolean {
  const { text, invalid } = decodeText(bytes);
  return invalid === 0 && !hasControlCharacters(text);
}
