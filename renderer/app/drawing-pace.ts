/** When pushed rows are drawn: with the next animation frame, so that no frame draws twice; now and then in a hidden window, which has none. */

import type { Pace } from '../model/inspector.ts';
import { disposable } from '../model/store.ts';

/** Milliseconds after which a window without animation frames applies what came, so that nothing piles up. */
const HIDDEN_MS = 500;

export const drawingPace: Pace = (task) => {
  const stop = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const run = () => {
    stop();
    task();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_MS);
  return disposable(stop);
};
