/** One line of text for each packet, for ladders, transcripts and the command line. */

import type { AckPacket, Packet, PacketOf, ProtocolVersion, Will } from './packet.ts';
import { reasonCodeSlug } from './reason-codes.ts';
import { versionName } from './version.ts';

/**
 * What `packet` says, in one line, e.g. `PUBLISH lamp/kitchen q1 #7 retain, 12 B` or `PUBCOMP #7 packet-identifier-not-found`.
 * Codes are named as `version` names them; of acknowledgements, success goes without saying.
 */
export function packetLabel(packet: Packet, version: ProtocolVersion): string {
  switch (packet.type) {
    case 'connect':
      return connectLabel(packet);
    case 'connack':
      return `CONNACK ${reasonCodeSlug('connack', version, packet.reasonCode)}${packet.sessionPresent ? ', session present' : ''}`;
    case 'publish':
      return publishLabel(packet);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return acknowledgementLabel(packet, version);
    case 'subscribe':
      return `SUBSCRIBE #${packet.packetId} ${packet.subscriptions.map((s) => `${s.topicFilter} q${s.qos}`).join(', ')}`;
    case 'suback':
      return `SUBACK #${packet.packetId} ${codes('suback', version, packet.reasonCodes)}`;
    case 'unsubscribe':
      return `UNSUBSCRIBE #${packet.packetId} ${packet.topicFilters.join(', ')}`;
    case 'unsuback':
      return `UNSUBACK #${packet.packetId} ${codes('unsuback', version, packet.reasonCodes)}`.trimEnd();
    case 'pingreq':
      return 'PINGREQ';
    case 'pingresp':
      return 'PINGRESP';
    case 'disconnect':
      return version === 5 ? `DISCONNECT ${reasonCodeSlug('disconnect', version, packet.reasonCode)}` : 'DISCONNECT';
    case 'auth':
      return `AUTH ${reasonCodeSlug('auth', version, packet.reasonCode)}`;
  }
}

function connectLabel(packet: PacketOf<'connect'>): string {
  return [
    `CONNECT ${packet.clientId === '' ? '(no client id)' : packet.clientId} ${versionName(packet.protocolVersion)}`,
    packet.cleanStart ? 'clean' : 'resume',
    `keep-alive ${packet.keepAlive}`,
    ...(packet.username === undefined ? [] : [`user ${packet.username}`]),
    ...(packet.will === undefined ? [] : [willLabel(packet.will)]),
  ].join(', ');
}

function willLabel(will: Will): string {
  return `will ${will.topic} q${will.qos}${will.retain ? ' retain' : ''}`;
}

function publishLabel(packet: PacketOf<'publish'>): string {
  const alias = packet.properties?.topicAlias;
  const topic = packet.topic === '' && alias !== undefined ? `(alias ${alias})` : packet.topic;
  const id = packet.packetId === undefined ? '' : ` #${packet.packetId}`;
  const flags = `${packet.dup ? ' dup' : ''}${packet.retain ? ' retain' : ''}`;
  return `PUBLISH ${topic} q${packet.qos}${id}${flags}, ${packet.payload.length} B`;
}

function acknowledgementLabel({ type, packetId, reasonCode }: AckPacket, version: ProtocolVersion): string {
  const head = `${type.toUpperCase()} #${packetId}`;
  return reasonCode === 0 ? head : `${head} ${reasonCodeSlug(type, version, reasonCode)}`;
}

function codes(type: 'suback' | 'unsuback', version: ProtocolVersion, reasonCodes: readonly number[]): string {
  return reasonCodes.map((code) => reasonCodeSlug(type, version, code)).join(', ');
}
