/** The web worker that ticks for all Python runtimes of the page: a busy worker hears nothing but its shared memory. */

import { CLOCK_MS, INTERRUPT_CELLS, SIGALRM } from '../../shared/python/runtime/protocol.ts';

/** Cells of a runtime that starts or is over. */
export interface ClockMessage {
  readonly kind: 'add' | 'remove';
  readonly runtime: number;
  readonly cells: Int32Array;
}

const runtimes = new Map<number, Int32Array>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  for (const cells of runtimes.values())
    if (Atomics.load(cells, INTERRUPT_CELLS.busy) !== 0)
      Atomics.compareExchange(cells, INTERRUPT_CELLS.signal, 0, SIGALRM);
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ClockMessage>) => {
  if (data.kind === 'add') runtimes.set(data.runtime, data.cells);
  else runtimes.delete(data.runtime);
  if (runtimes.size === 0) {
    clearInterval(timer);
    timer = undefined;
  } else timer ??= setInterval(tick, CLOCK_MS);
});
