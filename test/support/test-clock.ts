/** A clock that only the test moves: what is due runs in the order of time. */

import type { Clock } from '../../main/engine/sources/ports.ts';

export class TestClock implements Clock {
  #nowMs = 0;
  readonly #tasks = new Set<{ readonly atMs: number; readonly run: () => void }>();

  nowUs(): number {
    return this.#nowMs * 1000;
  }

  after(delayMs: number, run: () => void): Disposable {
    const task = { atMs: this.#nowMs + delayMs, run };
    this.#tasks.add(task);
    return { [Symbol.dispose]: () => void this.#tasks.delete(task) };
  }

  goTo(ms: number): void {
    for (;;) {
      const [next] = [...this.#tasks].filter(({ atMs }) => atMs <= ms).toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = ms;
  }

  /** How many wait. */
  get timers(): number {
    return this.#tasks.size;
  }
}
