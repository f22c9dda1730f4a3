/** One line of text for each packet, for ladders, transcripts and the command line. */

import type { AckPacket, Packet, PacketOf, PacketType, ProtocolVersion, Will } from './packet.ts';
import { reasonCodeSlug } from './reason-codes.ts';
import { versionName } from './version.ts';

type Labels = { readonly [T in PacketType]: (packet: PacketOf<T>, version: ProtocolVersion) => string };

const LABELS: Labels = {
  connect: (p) =>
    [
      `CONNECT ${p.clientId === '' ? '(no client id)' : p.clientId} ${versionName(p.protocolVersion)}`,
      p.cleanStart ? 'clean' : 'resume',
      `keep-alive ${p.keepAlive}`,
      ...(p.username === undefined ? [] : [`user ${p.username}`]),
      ...(p.will === undefined ? [] : [willLabel(p.will)]),
    ].join(', '),
  connack: (p, version) =>
    `CONNACK ${reasonCodeSlug('connack', version, p.reasonCode)}${p.sessionPresent ? ', session present' : ''}`,
  publish: publishLabel,
  puback: acknowledgementLabel,
  pubrec: acknowledgementLabel,
  pubrel: acknowledgementLabel,
  pubcomp: acknowledgementLabel,
  subscribe: (p) => `SUBSCRIBE #${p.packetId} ${p.subscriptions.map((s) => `${s.topicFilter} q${s.qos}`).join(', ')}`,
  suback: (p, version) => `SUBACK #${p.packetId} ${codes('suback', version, p.reasonCodes)}`,
  unsubscribe: (p) => `UNSUBSCRIBE #${p.packetId} ${p.topicFilters.join(', ')}`,
  unsuback: (p, version) => `UNSUBACK #${p.packetId} ${codes('unsuback', version, p.reasonCodes)}`.trimEnd(),
  pingreq: () => 'PINGREQ',
  pingresp: () => 'PINGRESP',
  disconnect: (p, version) =>
    version === 5 ? `DISCONNECT ${reasonCodeSlug('disconnect', version, p.reasonCode)}` : 'DISCONNECT',
  auth: (p, version) => `AUTH ${reasonCodeSlug('auth', version, p.reasonCode)}`,
};

/**
 * What `packet` says, in one line, e.g. `PUBLISH lamp/kitchen q1 #7 retain, 12 B` or `PUBCOMP #7 packet-identifier-not-found`.
 * Codes are named as `version` names them; of acknowledgements, success goes without saying.
 */
export function packetLabel(packet: Packet, version: ProtocolVersion): string {
  return labelOf(packet.type, packet, version);
}

/** Keeps type and packet together for the compiler. */
function labelOf<T extends PacketType>(type: T, packet: PacketOf<T>, version: ProtocolVersion): string {
  return LABELS[type](packet, version);
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
