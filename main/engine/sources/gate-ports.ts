/** What a source needs of whoever may hold back or change its packets, as types. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import type { ConnectionId } from '../capture/capture.ts';

/** A connection as its gate works on it. Calls come from within {@link PacketGate}'s own and from timers, never once {@link PacketGate.end} was called. */
export interface GateEnds {
  /**
   * Makes rows of bytes as they arrived; of both directions each byte once, in the order of its wire. `whole` ones are a packet, others a piece of
   * one that the gate leaves alone.
   */
  record(direction: Direction, bytes: Uint8Array, timeUs: number, whole: boolean): void;
  /** Sends bytes on to the one they are for; they are its own from then on. `whole` as they were recorded, though a rule may have changed them. */
  pass(direction: Direction, bytes: Uint8Array, whole: boolean): void;
  /** Whoever sends in that direction shall not be read for now, or again. */
  stopSender(direction: Direction, stopped: boolean): void;
  /** Ends both sides: in order behind what was passed, or so that they notice. */
  close(how: 'in-order' | 'reset'): void;
}

/** Stands between a connection's two sides. Of one connection; single use. */
export interface PacketGate {
  /** Nothing waits and nothing is to be done to packets: bytes may go past the gate. */
  readonly isOpen: boolean;
  /** Bytes that wait, in both directions. */
  readonly heldBytes: number;
  /** Takes the next bytes of a direction, which are borrowed, to record and pass them. */
  take(direction: Direction, bytes: Uint8Array, timeUs: number): void;
  /** Calls once everything taken in that direction has passed; at once where nothing waits. Bytes of an unfinished packet pass as they are. */
  whenPassed(direction: Direction, then: () => void): void;
  /** The connection has ended: what waits is lost. Idempotent. */
  end(): void;
}

export type GateFactory = (connection: ConnectionId, ends: GateEnds) => PacketGate;
