/**
 * Acknowledgements where a rule changed what is to be acknowledged: each side gets those of the QoS that it speaks, and none that it does not
 * wait for. MQTT 5.0 §4.3.
 */

import type { AckPacket, Direction, QoS } from '../../../shared/mqtt/packet.ts';

/** What the inspector sends by itself, and in which direction. */
export interface OwnAck {
  readonly direction: Direction;
  readonly packet: AckPacket;
}

interface Expected {
  /** Of one who received a message in another QoS than it was sent in, by Packet Identifier. */
  readonly fromReceiver: Map<number, 'puback' | 'pubrec' | 'pubcomp'>;
  /** PUBREL of one whose PUBREC was said in the other side's stead. */
  readonly fromSender: Set<number>;
}

const other = (direction: Direction): Direction =>
  direction === 'client-to-server' ? 'server-to-client' : 'client-to-server';
const ack = (type: AckPacket['type'], packetId: number): AckPacket => ({ type, packetId, reasonCode: 0 });

/** Of one connection. */
export class Acknowledgements {
  readonly #expected: Readonly<Record<Direction, Expected>> = {
    'client-to-server': { fromReceiver: new Map(), fromSender: new Set() },
    'server-to-client': { fromReceiver: new Map(), fromSender: new Set() },
  };

  /** Nothing is expected that is not to pass. */
  get isEmpty(): boolean {
    return Object.values(this.#expected).every(
      ({ fromReceiver, fromSender }) => fromReceiver.size === 0 && fromSender.size === 0,
    );
  }

  /**
   * An identifier for a message that was sent without one. Clients and servers count upwards from 1, so it comes from the other end; nobody
   * tells which are free.
   */
  freeIdentifier(direction: Direction): number {
    const taken = this.#expected[other(direction)].fromReceiver;
    for (let id = 65_535; id > 0; id -= 1) if (!taken.has(id)) return id;
    return 65_535;
  }

  /**
   * A PUBLISH passes at `to` instead of `from`. `sentId` is the sender's identifier, `passedId` the receiver's. Answers what the sender is
   * told at once.
   */
  changed(direction: Direction, from: QoS, to: QoS, sentId: number, passedId: number): readonly OwnAck[] {
    if (to > 0) this.#expected[other(direction)].fromReceiver.set(passedId, to === 1 ? 'puback' : 'pubrec');
    if (from === 0) return [];
    if (from === 2) this.answered(direction, sentId);
    return [{ direction: other(direction), packet: ack(from === 1 ? 'puback' : 'pubrec', sentId) }];
  }

  /** A PUBREC was said to the sender of that direction: its PUBREL is for us. */
  answered(direction: Direction, packetId: number): void {
    this.#expected[direction].fromSender.add(packetId);
  }

  /**
   * Of a packet that is about to pass: undefined where it shall, else what is sent because of it, which may be nothing.
   * A PUBREC that refuses ends its exchange.
   */
  swallow(direction: Direction, { type, packetId, reasonCode }: AckPacket): readonly OwnAck[] | undefined {
    const { fromReceiver, fromSender } = this.#expected[direction];
    if (type === 'pubrel') {
      if (!fromSender.delete(packetId)) return undefined;
      return [{ direction: other(direction), packet: ack('pubcomp', packetId) }];
    }
    if (fromReceiver.get(packetId) !== type) return undefined;
    if (type !== 'pubrec' || reasonCode >= 0x80) {
      fromReceiver.delete(packetId);
      return [];
    }
    fromReceiver.set(packetId, 'pubcomp');
    return [{ direction: other(direction), packet: ack('pubrel', packetId) }];
  }
}
