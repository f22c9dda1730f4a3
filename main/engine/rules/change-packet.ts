/** A packet's bytes with something about them changed. */

import type { Malformed, PublishPacket, QoS, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import type { RulePayload } from '../../../shared/contract/rules.ts';
import { decodePacket } from '../codec/decode.ts';
import { encodePacket, EncodeError } from '../codec/encode.ts';

/** Fields make no packet. */
export class EditFault extends Error {
  readonly rule: string;
  readonly reason: string;

  constructor({ rule, message }: Pick<Malformed, 'rule' | 'message'>) {
    super(message);
    this.name = 'EditFault';
    this.rule = rule;
    this.reason = message;
  }
}

/** Members that are absent stay as they are. */
export interface PublishChanges {
  readonly topic?: string | undefined;
  readonly payload?: Uint8Array | undefined;
  readonly qos?: QoS | undefined;
  readonly retain?: boolean | undefined;
  /** Of a QoS that needs one. */
  readonly packetId?: number | undefined;
}

export function readPublish(bytes: Uint8Array, version: ProtocolVersion): PublishPacket | undefined {
  const { packet } = decodePacket(bytes, version);
  return packet?.type === 'publish' ? packet : undefined;
}

/** The PUBLISH without its Topic Alias, where it has one, and naming a topic itself if `topic` is given. */
export function withoutAlias(packet: PublishPacket, topic: string): PublishPacket {
  const { properties, ...rest } = packet;
  if (properties?.topicAlias === undefined) return { ...packet, topic };
  const { topicAlias: _, ...others } = properties;
  return { ...rest, topic, properties: others };
}

/** Throws an {@link EditFault} where the result is no legal PUBLISH. */
export function changePublish(
  packet: PublishPacket,
  version: ProtocolVersion,
  { topic, payload, qos, retain, packetId }: PublishChanges,
): Uint8Array {
  const named = topic === undefined || topic === packet.topic ? packet : withoutAlias(packet, topic);
  const { packetId: own, ...rest } = named;
  const nextQos = qos ?? packet.qos;
  const id = packetId ?? own;
  const changed: PublishPacket = {
    ...rest,
    qos: nextQos,
    // At QoS 0 there is no second delivery.
    dup: nextQos > 0 && packet.dup,
    retain: retain ?? packet.retain,
    payload: payload ?? packet.payload,
    ...(nextQos === 0 || id === undefined ? {} : { packetId: id }),
  };
  let bytes: Uint8Array;
  try {
    bytes = encodePacket(changed, version);
  } catch (error) {
    if (error instanceof EncodeError) throw new EditFault({ rule: '', message: error.message });
    throw error;
  }
  const { malformed } = decodePacket(bytes, version);
  if (malformed !== undefined) throw new EditFault(malformed);
  return bytes;
}

const encoder = new TextEncoder();

/** Bytes of a rule's payload. */
export function payloadBytes({ as, text }: RulePayload): Uint8Array {
  if (as === 'text') return encoder.encode(text);
  const digits = text.replaceAll(/\s/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}

/** A copy in which the bits of `mask` of one byte are turned over; `offset` as of the `corrupt` action. Undefined where it has no such byte. */
export function corruptByte(bytes: Uint8Array, offset: number, mask: number): Uint8Array | undefined {
  const at = offset < 0 ? bytes.length + offset : offset;
  if (at < 0 || at >= bytes.length) return undefined;
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}
