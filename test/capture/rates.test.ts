/** Rates over a sliding window. */

import { describe, expect, it } from 'vitest';
import { Rates } from '../../main/engine/capture/rates.ts';

const totals = () => ({ packets: new Float64Array(2), messages: new Float64Array(2), bytes: new Float64Array(2) });

describe('rates', () => {
  it('are zero before there are two samples', () => {
    const rates = new Rates(totals());
    expect(rates.read().packets).toEqual([0, 0]);
    rates.sample(5);
    expect(rates.read()).toMatchObject({ bytes: [0, 0], spanUs: 0 });
  });

  it('are per second, by direction, over the window asked for', () => {
    const counted = totals();
    const rates = new Rates(counted);
    for (let frame = 0; frame <= 600; frame++) {
      rates.sample(1e15 + frame * 16_667);
      counted.packets[0] = (counted.packets[0] ?? 0) + 10;
      counted.messages[1] = (counted.messages[1] ?? 0) + (frame < 500 ? 0 : 5);
      counted.bytes[1] = (counted.bytes[1] ?? 0) + 1000;
    }
    const second = rates.read();
    expect(second.packets[0]).toBeCloseTo(600, 0);
    expect(second.messages[1]).toBeCloseTo(300, 0);
    expect(second.bytes[1]).toBeCloseTo(60_000, -2);
    expect(second.spanUs).toBeLessThanOrEqual(1_000_000);
    expect(rates.read(5_000_000).messages[1]).toBeCloseTo(100, -1);
  });

  it('fall to zero while nothing arrives and sampling goes on', () => {
    const counted = totals();
    const rates = new Rates(counted);
    rates.sample(0);
    counted.packets[1] = 1000;
    for (let time = 16_000; time < 2_000_000; time += 16_000) rates.sample(time);
    expect(rates.read().packets).toEqual([0, 0]);
  });

  it('does not lose the past to samples that come too often', () => {
    const counted = totals();
    const rates = new Rates(counted);
    for (let time = 0; time <= 10_000_000; time += 500) {
      counted.packets[0] = time / 1000;
      rates.sample(time);
    }
    expect(rates.read(5_000_000).packets[0]).toBeCloseTo(1000, 0);
    expect(rates.read(5_000_000).spanUs).toBeGreaterThan(4_900_000);
  });
});
