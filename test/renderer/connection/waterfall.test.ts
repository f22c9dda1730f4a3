/** Bars and axis of a connection attempt. */

import { describe, expect, it } from 'vitest';
import { ticksOf, waterfallOf } from '../../../renderer/model/connection-waterfall.ts';
import type { ConnectionAttempt } from '../../../shared/contract/connection-records.ts';

const attempt = (stages: ConnectionAttempt['stages'], endUs?: number): ConnectionAttempt => ({
  connection: 1,
  startUs: 1000,
  stages,
  ...(endUs === undefined ? {} : { endUs }),
});

describe('waterfall', () => {
  it('lays stages end to end over the whole span', () => {
    const { bars, spanUs } = waterfallOf(
      attempt([
        { name: 'dns', startUs: 1000, endUs: 3000, failed: false, facts: {} },
        { name: 'tcp', startUs: 3000, endUs: 11_000, failed: true, facts: {} },
      ]),
      0,
    );
    expect(spanUs).toBe(10_000);
    expect(bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 0.2],
      [0.2, 0.8],
    ]);
  });

  it('lets what runs grow until now, and stops it with the attempt', () => {
    const stages = [{ name: 'tcp', startUs: 2000, failed: false, facts: {} }] as const;
    expect(waterfallOf(attempt(stages), 9000).bars[0]).toMatchObject({ toUs: 8000, running: true });
    expect(waterfallOf(attempt(stages, 5000), 9000).bars[0]).toMatchObject({ toUs: 4000, running: false });
  });

  it('cuts a first message that came much later', () => {
    const { bars, spanUs } = waterfallOf(
      attempt([
        { name: 'connect', startUs: 1000, endUs: 2000, failed: false, facts: {} },
        { name: 'first-message', startUs: 2000, endUs: 900_000, failed: false, facts: {} },
      ]),
      0,
    );
    expect(spanUs).toBe(3000);
    expect(bars[1]).toMatchObject({ cut: true, toUs: 899_000 });
  });

  it('marks round numbers', () => {
    expect(ticksOf(10_000)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
    for (const span of [100, 777, 1e5, 3.3e7]) {
      const ticks = ticksOf(span);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }
  });
});
