/** One direction of a link under conditions: which bytes arrive when. */

import type { LinkConditions } from '../../../shared/contract/shaping.ts';
import type { Clock, Random } from '../sources/ports.ts';

/** Bytes are cut so that a slow link brings them little by little: a TCP segment, or what a faster link carries in 20 ms. */
const SEGMENT_BYTES = 1460;
const SEGMENTS_PER_SECOND = 50;
/** What may wait where a rate is set, unless the link itself holds more: as routers keep it. */
const LEAST_QUEUE_BYTES = 65_536;
/** What may wait on a link without a rate. */
const FAST_QUEUE_BYTES = 1_048_576;

/** What one direction does to bytes. */
export interface Way {
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** `Infinity` sets no limit. */
  readonly bytesPerSecond: number;
  /** False keeps everything back. */
  readonly open: boolean;
  /** For the last `downMs` of every `everyMs` since `sinceUs` nothing sets out. */
  readonly outage: { readonly everyMs: number; readonly downMs: number; readonly sinceUs: number } | undefined;
}

/** @param sinceUs when the conditions began: what outages count from, the same for all links that share them */
export function wayOf(conditions: LinkConditions, way: 'up' | 'down', sinceUs: number): Way {
  const { latencyMs, jitterMs, link, outageEveryMs, outageMs } = conditions;
  const kilobits = way === 'up' ? conditions.upKbit : conditions.downKbit;
  return {
    latencyMs,
    jitterMs,
    bytesPerSecond: kilobits === 0 ? Number.POSITIVE_INFINITY : kilobits * 125,
    open: link === 'up' || (link === 'half-open' && way === 'up'),
    outage: outageMs === 0 ? undefined : { everyMs: outageEveryMs, downMs: outageMs, sinceUs },
  };
}

export interface LinkShaperOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly way: Way;
  /** Bytes arrived. Never called from within a call of the owner's. */
  readonly arrived: (bytes: Uint8Array) => void;
  /** There is room again; only after {@link LinkShaper.push} returned false. As `arrived`. */
  readonly room: () => void;
}

interface Piece {
  /** Undefined for what takes no time on the link: {@link run} is called in its turn. */
  readonly bytes: Uint8Array | undefined;
  readonly run: (() => void) | undefined;
  /** When it arrives; `Infinity` while nothing does. */
  readonly atUs: number;
}

/**
 * Keeps the order, whatever the jitter, and loses nothing: TCP repeats what a link loses, so that loss is only seen as time.
 * Assumption: the clock does not go back.
 */
export class LinkShaper {
  readonly #options: LinkShaperOptions;
  readonly #jitter = new Uint8Array(2);
  #way: Way;
  #pieces: Piece[] = [];
  #bytes = 0;
  /** The link carries what came before until then; and the last of it arrives then. */
  #busyUntilUs = 0;
  #lastArrivalUs = 0;
  #held = false;
  #full = false;
  #timer: Disposable | undefined;

  constructor(options: LinkShaperOptions) {
    this.#options = options;
    this.#way = options.way;
  }

  /** Whether nothing is on its way. */
  get isIdle(): boolean {
    return this.#pieces.length === 0;
  }

  /** Bytes on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#full;
  }

  /** What waits sets out anew under the new conditions. */
  shape(way: Way): void {
    this.#way = way;
    const waiting = this.#pieces;
    this.clear();
    for (const { bytes, run } of waiting) this.#queue(bytes, run);
    this.#setTimer();
    // Who was told to wait is told of the room by the timer, even where nothing waits any more.
    if (this.#full && this.#pieces.length === 0) this.#after(0);
  }

  /** Sends bytes, which are the shaper's from now on; false where the queue is full: wait for `room`. It takes them all the same. */
  push(bytes: Uint8Array): boolean {
    this.#queue(bytes, undefined);
    this.#setTimer();
    this.#full ||= this.#bytes >= this.#limit();
    return !this.#full;
  }

  /** Runs `task` once everything before it has arrived, and after the latency of the link. */
  follow(task: () => void): void {
    this.#queue(undefined, task);
    this.#setTimer();
  }

  /** Nothing arrives until {@link release}. */
  hold(): void {
    this.#held = true;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  release(): void {
    this.#held = false;
    this.#setTimer();
  }

  /** Forgets what is on its way. */
  clear(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#pieces = [];
    this.#bytes = 0;
    this.#busyUntilUs = 0;
    this.#lastArrivalUs = 0;
  }

  #limit(): number {
    const { bytesPerSecond, latencyMs, jitterMs } = this.#way;
    if (!Number.isFinite(bytesPerSecond)) return FAST_QUEUE_BYTES;
    return Math.max(LEAST_QUEUE_BYTES, (2 * bytesPerSecond * (latencyMs + jitterMs)) / 1000);
  }

  #queue(bytes: Uint8Array | undefined, run: (() => void) | undefined): void {
    if (bytes === undefined) {
      this.#pieces.push({ bytes, run, atUs: this.#arrivalOf(0) });
      return;
    }
    this.#bytes += bytes.length;
    const most = Math.max(SEGMENT_BYTES, Math.floor(this.#way.bytesPerSecond / SEGMENTS_PER_SECOND));
    for (let from = 0; from < bytes.length; from += most) {
      const piece = bytes.subarray(from, from + most);
      this.#pieces.push({ bytes: piece, run, atUs: this.#arrivalOf(piece.length) });
    }
  }

  #arrivalOf(bytes: number): number {
    const { latencyMs, jitterMs, bytesPerSecond, open } = this.#way;
    if (!open) return Number.POSITIVE_INFINITY;
    const setsOutUs = this.#whenUp(Math.max(this.#options.clock.nowUs(), this.#busyUntilUs));
    this.#busyUntilUs = setsOutUs + (bytes / bytesPerSecond) * 1e6;
    const delayMs = Math.max(0, latencyMs + jitterMs * this.#anyOfBothSigns());
    this.#lastArrivalUs = Math.max(this.#lastArrivalUs, this.#busyUntilUs + delayMs * 1000);
    return this.#lastArrivalUs;
  }

  #whenUp(timeUs: number): number {
    const { outage } = this.#way;
    if (outage === undefined) return timeUs;
    const everyUs = outage.everyMs * 1000;
    const intoUs = (timeUs - outage.sinceUs) % everyUs;
    return intoUs < everyUs - outage.downMs * 1000 ? timeUs : timeUs + everyUs - intoUs;
  }

  /** From -1 to 1. */
  #anyOfBothSigns(): number {
    if (this.#way.jitterMs === 0) return 0;
    const [high = 0, low = 0] = this.#options.random.fill(this.#jitter);
    return (high * 256 + low) / 32_767.5 - 1;
  }

  #setTimer(): void {
    const [first] = this.#pieces;
    if (this.#timer !== undefined || this.#held || first === undefined || !Number.isFinite(first.atUs)) return;
    this.#after(Math.max(0, Math.ceil((first.atUs - this.#options.clock.nowUs()) / 1000)));
  }

  #after(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#arrive();
    });
  }

  #arrive(): void {
    const nowUs = this.#options.clock.nowUs();
    for (let first = this.#pieces[0]; first !== undefined; [first] = this.#pieces) {
      if (this.#held || first.atUs > nowUs) break;
      this.#pieces.shift();
      this.#bytes -= first.bytes?.length ?? 0;
      if (first.bytes !== undefined) this.#options.arrived(first.bytes);
      else first.run?.();
    }
    if (this.#full && this.#bytes <= this.#limit() / 2) {
      this.#full = false;
      this.#options.room();
    }
    this.#setTimer();
  }
}
