/** Packets, messages and bytes per second over a sliding window, from the capture's totals as someone samples them. */

import type { CaptureTotals } from './capture.ts';

/** Per second, by direction: index 0 is client to server, 1 server to client. */
export interface RateReading {
  readonly packets: readonly [number, number];
  readonly messages: readonly [number, number];
  readonly bytes: readonly [number, number];
  /** Microseconds between the samples that were compared; 0 while there is only one. */
  readonly spanUs: number;
}

/** Time and six counters. */
const WIDTH = 7;
/** Samples closer than this replace each other: 1024 of them then reach back at least ten seconds. */
const LEAST_APART_US = 10_000;
const SAMPLES = 1024;

/** Costs nothing per packet: whoever draws frames calls {@link sample} at most once a frame, also while nothing arrives. */
export class Rates {
  readonly #totals: CaptureTotals;
  readonly #ring = new Float64Array(SAMPLES * WIDTH);
  #count = 0;

  constructor(totals: CaptureTotals) {
    this.#totals = totals;
  }

  /** Notes the totals as they stand at `timeUs`; times do not go backwards. */
  sample(timeUs: number): void {
    const last = this.#at(this.#count - 1);
    const before = this.#at(this.#count - 2);
    // The newest sample may always move; one that others are measured against must not.
    const replaces = this.#count > 1 && timeUs - (this.#ring[before] ?? 0) < LEAST_APART_US;
    const at = replaces ? last : this.#at(this.#count++);
    const { packets, messages, bytes } = this.#totals;
    this.#ring[at] = timeUs;
    this.#ring.set(packets, at + 1);
    this.#ring.set(messages, at + 3);
    this.#ring.set(bytes, at + 5);
  }

  /** Rates between the newest sample and the oldest that is at most `windowUs` older. */
  read(windowUs = 1_000_000): RateReading {
    const newest = this.#at(this.#count - 1);
    const now = this.#ring[newest] ?? 0;
    const oldestKept = Math.max(0, this.#count - SAMPLES);
    let index = this.#count - 1;
    while (index > oldestKept && now - (this.#ring[this.#at(index - 1)] ?? 0) <= windowUs) index--;
    const oldest = this.#at(index);
    const spanUs = this.#count === 0 ? 0 : now - (this.#ring[oldest] ?? 0);
    const perSecond = (column: number): number =>
      spanUs === 0 ? 0 : (((this.#ring[newest + column] ?? 0) - (this.#ring[oldest + column] ?? 0)) * 1e6) / spanUs;
    return {
      packets: [perSecond(1), perSecond(2)],
      messages: [perSecond(3), perSecond(4)],
      bytes: [perSecond(5), perSecond(6)],
      spanUs,
    };
  }

  #at(index: number): number {
    return (Math.max(0, index) % SAMPLES) * WIDTH;
  }
}
