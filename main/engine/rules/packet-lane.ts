/** One direction of a connection while rules are on: its packets in their order, each passing when those before it have. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import type { Capture, ConnectionId } from '../capture/capture.ts';
import { announcedLength, UNFRAMEABLE } from '../codec/frame.ts';
import { PartialPacket } from '../sources/partial-packet.ts';
import { PacketBlock } from './packet-block.ts';

/** What may wait before its sender is not read any more; it is read again at half of it. */
export const MOST_HELD_BYTES = 8_388_608;
export const MOST_HELD_PACKETS = 20_000;

/** Something that passes when its turn comes. */
export interface Waiting {
  readonly bytes: Uint8Array;
  /** As many as it stands for. */
  readonly packets: number;
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
  /** Takes packets, records them, and answers what is to become of them, in their order. */
  readonly packets: (packets: PacketBlock, timeUs: number) => readonly Waiting[];
  readonly stopSender: (stopped: boolean) => void;
}

export class PacketLane {
  readonly #options: LaneOptions;
  readonly #partial = new PartialPacket();
  #queue: Waiting[] = [];
  #heldBytes = 0;
  #heldPackets = 0;
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
    return this.#heldPackets;
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
      this.#gone(first);
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
    this.#heldPackets = 0;
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

  /** Bytes at the beginning of a packet. Answers how many were taken. */
  #begin(bytes: Uint8Array, timeUs: number): number {
    const ends: number[] = [];
    let end = 0;
    let total = announcedLength(bytes, 0, bytes.length);
    while (total > 0 && total <= this.#options.largestBytes && total <= bytes.length - end) {
      end += total;
      ends.push(end);
      total = announcedLength(bytes, end, bytes.length);
    }
    if (end > 0) {
      this.#packets(new PacketBlock(bytes.slice(0, end), ends), timeUs);
      return end;
    }
    if (this.#isUnruled(total)) {
      const to = total > 0 ? Math.min(total, bytes.length) : bytes.length;
      this.#unruled(bytes.slice(0, to), timeUs);
      return to;
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
    else if (partial.isWhole) {
      const whole = partial.take();
      this.#packets(new PacketBlock(whole, [whole.length]), timeUs);
    }
    return taken;
  }

  #packets(packets: PacketBlock, timeUs: number): void {
    for (const waiting of this.#options.packets(packets, timeUs)) this.#add(waiting);
  }

  /** Records and passes, in its turn, what is no packet that rules are for. */
  #unruled(bytes: Uint8Array, timeUs: number): void {
    const { record, pass } = this.#options;
    record(bytes, timeUs);
    const turn = (): boolean => {
      pass(bytes);
      return true;
    };
    this.#add({ bytes, packets: 1, isPing: false, turn, lost: () => undefined });
  }

  #add(waiting: Waiting): void {
    if (this.#ended) return;
    this.#queue.push(waiting);
    this.#heldBytes += waiting.bytes.length;
    this.#heldPackets += waiting.packets;
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
      this.#gone(waiting);
    }
  }

  #gone({ bytes, packets }: Waiting): void {
    this.#heldBytes -= bytes.length;
    this.#heldPackets -= packets;
  }

  #tellSender(): void {
    const bytes = this.#heldBytes;
    const packets = this.#heldPackets;
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

export function isPing(firstByte: number): boolean {
  const type = firstByte >> 4;
  return type === TYPE.pingreq || type === TYPE.pingresp;
}
