/** What a server sent, told to whoever acts on it, where it was recorded at another time. */

import { type ProtocolVersion, TYPE } from '../../../shared/mqtt/packet.ts';
import { decodePacket } from '../codec/decode.ts';
import { scanFrame } from '../codec/frame.ts';
import type { PacketActor } from './recording.ts';

const BAD_LENGTH = {
  offset: 1,
  rule: 'MQTT5 §1.5.5',
  message: 'The Remaining Length does not lead to the end of a packet.',
} as const;

/** As {@link PacketActor} is told while packets are recorded. Bytes that are no packet, as a user's own may be, are told as malformed. */
export function actOnPacket(bytes: Uint8Array, version: ProtocolVersion, actor: PacketActor): void {
  let at = 0;
  while (at < bytes.length) {
    const length = scanFrame(bytes, at, bytes.length);
    if (length <= 0) {
      actor.malformed(BAD_LENGTH);
      return;
    }
    actOnFrame(bytes.subarray(at, at + length), version, actor);
    at += length;
  }
}

function actOnFrame(bytes: Uint8Array, version: ProtocolVersion, actor: PacketActor): void {
  const { packet, malformed } = decodePacket(bytes, version, 'server-to-client');
  if (malformed !== undefined) actor.malformed(malformed);
  else if (packet.type === 'publish') {
    const alias = packet.properties?.topicAlias;
    if (alias !== undefined) actor.topicAlias(alias, packet.topic);
    if (packet.qos > 0) actor.publish(bytes[0] ?? 0, packet.packetId ?? 0);
  } else if (isAcknowledgement(bytes[0] ?? 0) && 'packetId' in packet && 'reasonCode' in packet) {
    actor.acknowledgement((bytes[0] ?? 0) >> 4, packet.packetId, packet.reasonCode);
  } else actor.packet(packet);
}

function isAcknowledgement(first: number): boolean {
  const type = first >> 4;
  return type >= TYPE.puback && type <= TYPE.pubcomp;
}
