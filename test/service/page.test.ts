/** When a page gets its frames: one at a time, thirty a second of what goes on by itself, at once what it asked for. */

import { expect, it } from 'vitest';
import type { LiveView } from '../../main/service/live-view.ts';
import { Page } from '../../main/service/page.ts';
import { createPortPair } from '../../shared/contract/port.ts';
import type { ConnectionViewPush, Frame } from '../../shared/contract/pushes.ts';
import type { SourceStats } from '../../shared/contract/source-records.ts';
import { createClient, type Handlers } from '../../shared/contract/rpc.ts';

const TICK_US = 16_000;
const STATS = { source: 0, packets: 1 } as SourceStats;

/** A view in which there is something new each time. */
class RestlessView implements LiveView {
  readonly source = 0;
  closed = false;
  setWindow = (): void => undefined;
  collect = (): ConnectionViewPush => ({ kind: 'connection', view: 0, report: {} as ConnectionViewPush['report'] });
  close(): void {
    this.closed = true;
  }
}

class DrivenTicks {
  readonly frames: Frame[] = [];
  /** What the page takes to apply a frame, microseconds. */
  tookUs = 0;
  stats: readonly SourceStats[] = [];
  #nowUs = 1e15;
  #apply: (() => void) | undefined;
  #dueUs = Number.POSITIVE_INFINITY;
  readonly page: Page;

  constructor() {
    const [near, far] = createPortPair(structuredClone);
    const clock = { nowUs: () => this.#nowUs, after: () => ({ [Symbol.dispose]: () => undefined }) };
    const events = { closed: () => undefined, faulted: () => undefined };
    this.page = new Page(far, () => ({}) as Handlers, clock, events);
    createClient(
      near,
      (frame) => {
        this.frames.push(frame);
        this.#dueUs = this.#nowUs + this.tookUs;
        return new Promise((resolve) => {
          this.#apply = resolve;
        });
      },
      () => undefined,
    );
  }

  sleep(us: number): void {
    this.#nowUs += us;
  }

  /** Frames that came during so many ticks. */
  async run(ticks: number): Promise<number> {
    const before = this.frames.length;
    for (let tick = 0; tick < ticks; tick += 1) {
      this.#nowUs += TICK_US;
      if (this.#nowUs >= this.#dueUs) this.#apply?.();
      await delivered();
      this.page.sendFrame(this.#nowUs, this.stats);
      await delivered();
    }
    return this.frames.length - before;
  }
}

/** The port delivers in microtasks. */
const delivered = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it('brings what goes on by itself with every second tick', async () => {
  const ticks = new DrivenTicks();
  ticks.page.open(() => new RestlessView());
  expect(await ticks.run(60)).toBe(30);
});

it('brings what the page asked for with the next tick', async () => {
  const ticks = new DrivenTicks();
  const { view } = ticks.page.open(() => new RestlessView());
  await ticks.run(1);
  for (let tick = 0; tick < 10; tick += 1) {
    ticks.page.anyView(view);
    expect(await ticks.run(1)).toBe(1);
  }
  ticks.page.tell({ notices: [] });
  expect(await ticks.run(1)).toBe(1);
  expect(ticks.frames.at(-1)?.notices).toEqual([]);
  expect(await ticks.run(1)).toBe(0);
});

it('leaves a page that is slow to apply frames time for something else', async () => {
  const ticks = new DrivenTicks();
  ticks.page.open(() => new RestlessView());
  ticks.tookUs = 6 * TICK_US;
  expect(await ticks.run(90)).toBe(10);
});

it('goes on at once after a page, or the whole machine, slept', async () => {
  const ticks = new DrivenTicks();
  ticks.page.open(() => new RestlessView());
  ticks.tookUs = 3.6e9;
  await ticks.run(1);
  ticks.sleep(3.6e9);
  ticks.tookUs = 0;
  expect(await ticks.run(20)).toBeGreaterThan(0);
});

it('waits for a page that does not answer, whatever it asks for', async () => {
  const ticks = new DrivenTicks();
  const { view } = ticks.page.open(() => new RestlessView());
  ticks.tookUs = Number.POSITIVE_INFINITY;
  await ticks.run(1);
  ticks.page.anyView(view);
  expect(await ticks.run(100)).toBe(0);
});

it('sends counters again only where they changed, and none late', async () => {
  const ticks = new DrivenTicks();
  ticks.stats = [STATS];
  expect(await ticks.run(4)).toBe(1);
  ticks.stats = [{ ...STATS }];
  expect(await ticks.run(4)).toBe(0);
  ticks.stats = [{ ...STATS, packets: 2 }];
  expect(await ticks.run(4)).toBe(1);
  expect(ticks.frames.at(-1)?.stats).toEqual([{ source: 0, packets: 2 }]);
});
