/** The message that a captured PUBLISH carried, as another connection can send it. */

import type { Seq } from '../../shared/contract/identifiers.ts';
import type { Properties, QoS } from '../../shared/mqtt/packet.ts';
import { TYPE } from '../../shared/mqtt/packet.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { aliasedTopic, decodeRow } from './packet-json.ts';

export interface CapturedMessage {
  /** Written out where the packet had an alias in its place. */
  readonly topic: string;
  /** A copy. */
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Without what belongs to the connection it came over: its alias and the identifiers of its subscriptions. */
  readonly properties?: Properties;
}

/** Undefined for other packets, for what is malformed, and where the topic of an alias is not known. The row must be in the capture. */
export function capturedMessage(recording: Recording, seq: Seq): CapturedMessage | undefined {
  if (recording.capture.firstByte(seq) >> 4 !== TYPE.publish) return undefined;
  const row = decodeRow(recording, seq);
  const packet = row.result?.packet;
  if (packet?.type !== 'publish') return undefined;
  const topic = aliasedTopic(recording, seq, row) ?? packet.topic;
  if (topic === '') return undefined;
  const { topicAlias: _alias, subscriptionIdentifiers: _identifiers, ...properties } = packet.properties ?? {};
  return {
    topic,
    payload: packet.payload.slice(),
    qos: packet.qos,
    retain: packet.retain,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}
