/** The session's way out: passes packets to the source and remembers when the last one went. */

import type { Packet, PacketType, QoS } from '../../../shared/mqtt/packet.ts';
import type { AckType, OutgoingMessage, SessionFact, SessionOutput, Settlement } from './output.ts';

/** Shared by the parts of one session. The session sets {@link nowMs} at each of its entrances. */
export class Wire {
  readonly output: SessionOutput;
  /** Time of the input being worked on. */
  nowMs = 0;
  /** For keep-alive: when a packet was last sent. */
  lastSentMs = 0;

  constructor(output: SessionOutput) {
    this.output = output;
  }

  sendPacket(packet: Packet): void {
    this.lastSentMs = this.nowMs;
    this.output.sendPacket(packet);
  }

  sendPublish(message: OutgoingMessage, packetId: number, dup: boolean, topicAlias: number, omitTopic: boolean): void {
    this.lastSentMs = this.nowMs;
    this.output.sendPublish(message, packetId, dup, topicAlias, omitTopic);
  }

  sendAck(type: AckType, packetId: number, reasonCode: number): void {
    this.lastSentMs = this.nowMs;
    this.output.sendAck(type, packetId, reasonCode);
  }

  settle(ticket: number, packetId: number, settlement: Settlement, reasonCode: number): void {
    this.output.publishSettled(ticket, packetId, settlement, reasonCode);
  }

  fact(fact: SessionFact): void {
    this.output.fact(fact);
  }

  /** Records a fault of the server's that does not end the connection. */
  note(statement: string, detail: string, packetType: PacketType | 'unknown', packetId?: number): void {
    this.output.fact({
      fact: 'protocol-error',
      statement,
      detail,
      packetType,
      ...(packetId === undefined ? {} : { packetId }),
      closes: false,
    });
  }
}

/** What a handler of inbound packets found: undefined where all is well, else a fault that must end the connection. */
export interface Violation {
  readonly statement: string;
  /** For the DISCONNECT, MQTT 5.0 only. */
  readonly reasonCode: number;
  readonly detail: string;
  readonly packetType: PacketType | 'unknown';
  readonly packetId?: number;
}

/** Narrowing for the numeric fast path. */
export type AckedQoS = Exclude<QoS, 0>;
