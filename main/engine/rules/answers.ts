/** What the other side would answer to a packet, said in its stead. */

import type { Packet, ProtocolVersion } from '../../../shared/mqtt/packet.ts';

/**
 * With this reason code; 0 of a SUBSCRIBE grants what it asks for. Undefined for packets that nobody answers. Before 5.0 only CONNACK and
 * SUBACK can say a code.
 */
export function answerTo(packet: Packet, version: ProtocolVersion, reasonCode: number): Packet | undefined {
  const said = version === 5 ? reasonCode : 0;
  switch (packet.type) {
    case 'connect':
      return { type: 'connack', sessionPresent: false, reasonCode };
    case 'publish': {
      const { qos, packetId = 0 } = packet;
      if (qos === 0) return undefined;
      return { type: qos === 1 ? 'puback' : 'pubrec', packetId, reasonCode: said };
    }
    case 'pubrec':
      return { type: 'pubrel', packetId: packet.packetId, reasonCode: said };
    case 'pubrel':
      return { type: 'pubcomp', packetId: packet.packetId, reasonCode: said };
    case 'subscribe': {
      const reasonCodes = packet.subscriptions.map(({ qos }) => (reasonCode === 0 ? qos : reasonCode));
      return { type: 'suback', packetId: packet.packetId, reasonCodes };
    }
    case 'unsubscribe': {
      const reasonCodes = version === 5 ? packet.topicFilters.map(() => reasonCode) : [];
      return { type: 'unsuback', packetId: packet.packetId, reasonCodes };
    }
    case 'pingreq':
      return { type: 'pingresp' };
    default:
      return undefined;
  }
}
