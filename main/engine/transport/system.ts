/** The process's clock and randomness, lent to the engine. */

import { randomFillSync } from 'node:crypto';
import type { Clock, Random } from '../sources/ports.ts';

const anchorUs = performance.timeOrigin * 1000;

/**
 * Wall clock at process start plus `performance.now()`: one anchor for the whole process, so that times of different
 * sources compare, and no step when somebody sets the clock. It therefore drifts from a wall clock that is set or slewed
 * later. Resolution is that of `performance.now()`, well under a microsecond.
 */
export const systemClock: Clock = {
  nowUs: () => anchorUs + performance.now() * 1000,
  after(delayMs, task) {
    // setTimeout fires at once for delays that do not fit its 32 bits.
    const timer = setTimeout(task, Math.min(delayMs, 0x7fff_ffff));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** The operating system's cryptographic generator. */
export const systemRandom: Random = {
  fill: (target) => randomFillSync(target),
};
