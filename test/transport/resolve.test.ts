/** The order of service records and addresses, and the process's clock and randomness. */

import { describe, expect, it } from 'vitest';
import type { Random } from '../../main/engine/sources/ports.ts';
import { interleaveFamilies, orderServices, serviceName } from '../../main/engine/transport/resolve.ts';
import { systemClock, systemRandom } from '../../main/engine/transport/system.ts';

const record = (name: string, priority: number, weight: number) => ({ name, port: 1883, priority, weight });

describe('service records', () => {
  it('are asked for by the registered names, and not for WebSockets', () => {
    expect(serviceName('mqtt', 'example.org')).toBe('_mqtt._tcp.example.org');
    expect(serviceName('mqtts', 'example.org')).toBe('_secure-mqtt._tcp.example.org');
    expect(serviceName('wss', 'example.org')).toBeUndefined();
  });

  it('come by priority, whatever their weight', () => {
    const ordered = orderServices([record('c', 20, 100), record('a', 1, 0), record('b', 10, 65_535)], systemRandom);
    expect(ordered.map((each) => each.name)).toEqual(['a', 'b', 'c']);
  });

  it('are shared out by weight within a priority', () => {
    const firsts: Record<string, number> = { light: 0, heavy: 0, none: 0 };
    for (let round = 0; round < 4000; round += 1) {
      const ordered = orderServices(
        [record('light', 1, 25), record('heavy', 1, 75), record('none', 1, 0)],
        systemRandom,
      );
      expect(ordered).toHaveLength(3);
      const [first] = ordered;
      if (first !== undefined) firsts[first.name] = (firsts[first.name] ?? 0) + 1;
    }
    expect(firsts['heavy']).toBeGreaterThan(2700);
    expect(firsts['light']).toBeGreaterThan(700);
    expect(firsts['none']).toBeLessThan(150);
  });

  it('are all kept for every draw', () => {
    for (const byte of [0, 0x7f, 0xff]) {
      const random: Random = { fill: (target) => target.fill(byte) };
      const ordered = orderServices([record('a', 1, 0), record('b', 1, 0), record('c', 1, 9)], random);
      expect(ordered.map((each) => each.name).toSorted((a, b) => a.localeCompare(b))).toEqual(['a', 'b', 'c']);
    }
  });
});

it('addresses alternate between families, the first one leading', () => {
  expect(interleaveFamilies(['::1', '::2', '::3', '1.1.1.1'])).toEqual(['::1', '1.1.1.1', '::2', '::3']);
  expect(interleaveFamilies(['1.1.1.1', '::1'])).toEqual(['1.1.1.1', '::1']);
  expect(interleaveFamilies([])).toEqual([]);
});

describe('the clock', () => {
  it('agrees with the wall clock and does not go back', () => {
    expect(Math.abs(systemClock.nowUs() / 1000 - Date.now())).toBeLessThan(1000);
    let last = systemClock.nowUs();
    for (let index = 0; index < 1000; index += 1) {
      const now = systemClock.nowUs();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it('runs tasks later, and not those that were cancelled', async () => {
    const done: string[] = [];
    systemClock.after(5, () => done.push('kept'));
    systemClock.after(5, () => done.push('cancelled'))[Symbol.dispose]();
    systemClock.after(2 ** 40, () => done.push('next year'))[Symbol.dispose]();
    expect(done).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(done).toEqual(['kept']);
  });
});
