/** Measures how evenly the page draws. The bench starts it through `window.frameMeter`, which exists only under `?bench`. */

import { disposable } from './store.ts';

/** Milliseconds between animation frames. */
export interface FrameReport {
  readonly frames: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
}

export class FrameMeter {
  #gaps: number[] = [];
  #last = Number.NaN;
  #request: number | undefined;

  start(): void {
    this.stop();
    this.#gaps = [];
    this.#last = Number.NaN;
    const tick = (now: number) => {
      if (!Number.isNaN(this.#last)) this.#gaps.push(now - this.#last);
      this.#last = now;
      this.#request = requestAnimationFrame(tick);
    };
    this.#request = requestAnimationFrame(tick);
  }

  /** Ends the measurement and answers it; also answers the last one again. */
  stop(): FrameReport {
    if (this.#request !== undefined) cancelAnimationFrame(this.#request);
    this.#request = undefined;
    const sorted = [...this.#gaps].toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { frames: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: sorted.at(-1) ?? 0 };
  }
}

/** Lends the meter to a bench as `window.frameMeter` until disposed. */
export function installFrameMeter(meter: FrameMeter): Disposable {
  const lent: { frameMeter?: FrameMeter } = globalThis as never;
  lent.frameMeter = meter;
  return disposable(() => {
    delete lent.frameMeter;
  });
}
