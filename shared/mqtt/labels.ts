/** One line of text for each packet, for ladders, transcripts and the command line. */

import type { Packet, PacketOf, PacketType, ProtocolVersion, Will } from './packet.ts';
import { reasonCodeSlug } from './reason-codes.ts';
import { versionName } from './version.ts';

type Label<T extends PacketType> = (packet: PacketOf<T>, version: ProtocolVersion) => string;

/** Success goes without saying; anything else follows as a word. */
function acknowledgement<T extends 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'>(type: T): Label<T> {
  return (packet, version) => {
    const { packetId, reasonCode } = packet as PacketOf<'puback'>;
    const head = `${type.toUpperCase()} #${packetId}`;
    return reasonCode === 0 ? head : `${head} ${reasonCodeSlug(type, version, reasonCode)}`;
  };
}

const willLabel = (will: Will): string => `will ${will.topic} q${will.qos}${will.retain ? ' retain' : ''}`;

const PACKET_LABEL = {
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
  publish: (p) => {
    const alias = p.properties?.topicAlias;
    const topic = p.topic === '' && alias !== undefined ? `(alias ${alias})` : p.topic;
    const id = p.packetId === undefined ? '' : ` #${p.packetId}`;
    return `PUBLISH ${topic} q${p.qos}${id}${p.dup ? ' dup' : ''}${p.retain ? ' retain' : ''}, ${p.payload.length} B`;
  },
  puback: acknowledgement('puback'),
  pubrec: acknowledgement('pubrec'),
  pubrel: acknowledgement('pubrel'),
  pubcomp: acknowledgement('pubcomp'),
  subscribe: (p) => `SUBSCRIBE #${p.packetId} ${p.subscriptions.map((s) => `${s.topicFilter} q${s.qos}`).join(', ')}`,
  suback: (p, version) =>
    `SUBACK #${p.packetId} ${p.reasonCodes.map((code) => reasonCodeSlug('suback', version, code)).join(', ')}`,
  unsubscribe: (p) => `UNSUBSCRIBE #${p.packetId} ${p.topicFilters.join(', ')}`,
  unsuback: (p, version) =>
    [`UNSUBACK #${p.packetId}`, p.reasonCodes.map((code) => reasonCodeSlug('unsuback', version, code)).join(', ')]
      .join(' ')
      .trimEnd(),
  pingreq: () => 'PINGREQ',
  pingresp: () => 'PINGRESP',
  disconnect: (p, version) =>
    version === 5 ? `DISCONNECT ${reasonCodeSlug('disconnect', version, p.reasonCode)}` : 'DISCONNECT',
  auth: (p, version) => `AUTH ${reasonCodeSlug('auth', version, p.reasonCode)}`,
} as const satisfies { readonly [T in PacketType]: Label<T> };

/**
 * What `packet` says, in one line, e.g. `PUBLISH lamp/kitchen q1 #7 retain, 12 B` or `PUBCOMP #7 packet-identifier-not-found`.
 * Codes are named as `version` names them.
 */
export function packetLabel(packet: Packet, version: ProtocolVersion): string {
  const label = PACKET_LABEL[packet.type] as (packet: Packet, version: ProtocolVersion) => string;
  return label(packet, version);
}
