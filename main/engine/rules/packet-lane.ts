/** One direction of a connection while rules are on: its packets in their order, each passing when those before it have. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import type { Capture, ConnectionId } from '../capture/capture.ts';
import { announcedLength, UNFRAMEABLE } from '../codec/frame.ts';
import { PartialPacket } from '../sources/partial-packet.ts';

/** What may wait before its sender is not read any more; it is read again at half of it. */
const MOST_HELD_BYTES = 8_388_608;
const MOST_HELD_PACKETS = 20_000;

/** Something that passes when its turn comes. */
export interface Waiting {
  readonly bytes: Uint8Array;
  /** PINGREQ or PINGRESP: may go past what waits. */
  readonly isPing: boolean;
  /** Its turn has come. True once it is over, false where it waits; {@link PacketLane.advance} then asks again. */
  turn(): boolean;
  /** The connection ended before its turn was over. */
  lost(): void;
}

export interface LaneOptions {
  readonly capture: Capture;
  readonly connection: ConnectionId;
  readonly direction: Direction;
  /** Larger packets pass as they come: to wait for one would cost its memory. */
  readonly largestBytes: number;
  readonly keepAlive: () => boolean;
  /** Records bytes that are not for rules, without passing them. */
  readonly record: (bytes: Uint8Array, timeUs: number) => void;
  /** Passes such bytes. */
  readonly pass: (bytes: Uint8Array) => void;
  /** Takes a whole packet, records it, and answers what is to become of it. */
  readonly packet: (bytes: Uint8Array, timeUs: number) => Waiting;
  readonly stopSender: (stopped: boolean) => void;
}

export class PacketLane {
  readonly #options: LaneOptions;
  readonly #partial = new PartialPacket();
  #queue: Waiting[] = [];
  #heldBytes = 0;
  #senderStopped = false;
  #advancing = false;
  /** All that came together is recorded before the first of it passes. */
  #taking = false;
  #ended = false;
  #afterwards: (() => void)[] = [];
  /** Waits for the end of a packet that passes as it comes. */
  #inserted: Waiting[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#partial.isEmpty;
  }

  get heldBytes(): number {
    return this.#heldBytes + this.#partial.length;
  }

  /** Packets that wait, the one whose turn it is among them. */
  get heldPackets(): number {
    return this.#queue.length;
  }

  get senderStopped(): boolean {
    return this.#senderStopped;
  }

  /** `bytes` are borrowed. */
  take(bytes: Uint8Array, timeUs: number): void {
    const before = this.#queue.length;
    this.#taking = true;
    let at = 0;
    while (at < bytes.length && !this.#ended) {
      if (!this.#partial.isEmpty) at += this.#continue(bytes.subarray(at), timeUs);
      else {
        at += this.#passUnfinished(bytes.subarray(at), timeUs);
        this.#insertWaiting();
        if (at < bytes.length) at += this.#begin(bytes.subarray(at), timeUs);
      }
    }
    this.#taking = false;
    this.#settle(this.#queue.length - before);
  }

  /** Passes what has come of a packet that will not come whole. */
  flushPartial(timeUs: number): void {
    if (!this.#partial.isEmpty) this.#unruled(this.#partial.take(), timeUs);
  }

  whenIdle(then: () => void): void {
    if (this.#queue.length === 0) then();
    else this.#afterwards.push(then);
  }

  /** Something of the inspector's own, between two packets; never where nobody can tell where one ends. */
  insert(waiting: Waiting): void {
    const { capture, connection, direction } = this.#options;
    if (capture.unfinished(connection, direction) === 0) this.#add(waiting);
    else this.#inserted.push(waiting);
  }

  /** Goes on where the first one waits no more. */
  advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    for (let first = this.#queue[0]; first !== undefined && !this.#ended && first.turn(); [first] = this.#queue) {
      this.#queue.shift();
      this.#heldBytes -= first.bytes.length;
    }
    this.#advancing = false;
    if (this.#ended) return;
    this.#tellSender();
    if (this.#queue.length > 0) return;
    for (const then of this.#afterwards.splice(0)) then();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const waiting of this.#queue) waiting.lost();
    this.#queue = [];
    this.#heldBytes = 0;
    this.#afterwards = [];
  }

  #isUnruled(announced: number): boolean {
    return announced === UNFRAMEABLE || announced > this.#options.largestBytes;
  }

  #insertWaiting(): void {
    if (this.#inserted.length === 0) return;
    const { capture, connection, direction } = this.#options;
    if (capture.unfinished(connection, direction) !== 0) return;
    for (const waiting of this.#inserted.splice(0)) this.#add(waiting);
  }

  /** Bytes of a packet that began before the lane did, or that nobody can frame. Answers how many. */
  #passUnfinished(bytes: Uint8Array, timeUs: number): number {
    const { capture, connection, direction } = this.#options;
    let at = 0;
    while (at < bytes.length) {
      const missing = capture.unfinished(connection, direction);
      if (missing === 0) return at;
      const to = missing < 0 ? at + 1 : Math.min(bytes.length, at + missing);
      this.#unruled(bytes.slice(at, to), timeUs);
      at = to;
    }
    return at;
  }

  /** The first bytes of a packet. Answers how many belong to it. */
  #begin(bytes: Uint8Array, timeUs: number): number {
    const total = announcedLength(bytes, 0, bytes.length);
    if (this.#isUnruled(total)) {
      const to = total > 0 ? Math.min(total, bytes.length) : bytes.length;
      this.#unruled(bytes.slice(0, to), timeUs);
      return to;
    }
    if (total > 0 && total <= bytes.length) {
      this.#packet(bytes.slice(0, total), timeUs);
      return total;
    }
    this.#partial.begin(bytes);
    return bytes.length;
  }

  #continue(bytes: Uint8Array, timeUs: number): number {
    const partial = this.#partial;
    // No further than its header, before it is known whether the rest is kept.
    const header = partial.announced > 0 ? 0 : headerEnd(bytes);
    const taken = partial.add(header === 0 ? bytes : bytes.subarray(0, header));
    if (this.#isUnruled(partial.announced)) this.#unruled(partial.take(), timeUs);
    else if (partial.isWhole) this.#packet(partial.take(), timeUs);
    return taken;
  }

  #packet(bytes: Uint8Array, timeUs: number): void {
    this.#add(this.#options.packet(bytes, timeUs));
  }

  /** Records and passes, in its turn, what is no packet that rules are for. */
  #unruled(bytes: Uint8Array, timeUs: number): void {
    const { record, pass } = this.#options;
    record(bytes, timeUs);
    const turn = (): boolean => {
      pass(bytes);
      return true;
    };
    this.#add({ bytes, isPing: false, turn, lost: () => undefined });
  }

  #add(waiting: Waiting): void {
    if (this.#ended) return;
    this.#queue.push(waiting);
    this.#heldBytes += waiting.bytes.length;
    if (!this.#taking) this.#settle(1);
  }

  /** Passes what can pass, the last `added` of the queue being new to it. */
  #settle(added: number): void {
    this.advance();
    if (this.#queue.length === 0 || this.#advancing || !this.#options.keepAlive()) return;
    // The first one waits: what keeps the connection alive goes past it.
    for (const waiting of this.#queue.slice(Math.max(1, this.#queue.length - added))) {
      if (!waiting.isPing || !waiting.turn()) continue;
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      this.#heldBytes -= waiting.bytes.length;
    }
  }

  #tellSender(): void {
    const bytes = this.#heldBytes;
    const packets = this.#queue.length;
    const isFull = bytes >= MOST_HELD_BYTES || packets >= MOST_HELD_PACKETS;
    const hasRoom = bytes < MOST_HELD_BYTES / 2 && packets < MOST_HELD_PACKETS / 2;
    if (this.#senderStopped ? !hasRoom : !isFull) return;
    this.#senderStopped = !this.#senderStopped;
    this.#options.stopSender(this.#senderStopped);
  }
}

/** Bytes up to the first that can end a Remaining Length. */
function headerEnd(bytes: Uint8Array): number {
  const last = bytes.subarray(0, 4).findIndex((byte) => byte < 0x80);
  return last < 0 ? Math.min(4, bytes.length) : last + 1;
}

export function isPing(bytes: Uint8Array): boolean {
  const type = (bytes[0] ?? 0) >> 4;
  return type === TYPE.pingreq || type === TYPE.pingresp;
}
