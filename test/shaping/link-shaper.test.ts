/** When bytes arrive over one direction of a shaped link, by a clock that only the test moves. */

import { describe, expect, it } from 'vitest';
import { LinkShaper, wayOf } from '../../main/engine/shaping/link-shaper.ts';
import type { Random } from '../../main/engine/sources/ports.ts';
import { type LinkConditions, PRESETS, UNSHAPED } from '../../shared/contract/shaping.ts';
import { TestClock } from '../support/test-clock.ts';

/** The jitter that the test asks for, in turn: -1 the earliest, 1 the latest. */
function jitters(...values: number[]): Random {
  let next = 0;
  return {
    fill: (target) => {
      const value = Math.round(((values[next % values.length] ?? 0) + 1) * 32_767.5);
      next += 1;
      target.set([value >> 8, value & 255]);
      return target;
    },
  };
}

function link(conditions: Partial<LinkConditions>, random = jitters(0)) {
  const clock = new TestClock();
  const story: string[] = [];
  const told = (what: string): void => void story.push(`${clock.nowUs() / 1000} ${what}`);
  const way = (changed: Partial<LinkConditions>) =>
    wayOf({ ...UNSHAPED, ...changed }, 'down', Math.round(clock.nowUs()));
  const shaper = new LinkShaper({
    clock,
    random,
    way: way(conditions),
    arrived: (bytes) => told(`${bytes[0]}:${bytes.length}`),
    room: () => told('room'),
  });
  return { clock, story, shaper, way, told };
}

const bytes = (mark: number, length = 1): Uint8Array => new Uint8Array(length).fill(mark);

describe('one direction of a link', () => {
  it('brings bytes after the latency, each on its own', () => {
    const { clock, story, shaper } = link({ latencyMs: 100 });
    shaper.push(bytes(1));
    clock.goTo(30);
    shaper.push(bytes(2));
    clock.goTo(99);
    expect(story).toEqual([]);
    clock.goTo(1000);
    expect(story).toEqual(['100 1:1', '130 2:1']);
    expect(shaper.isIdle).toBe(true);
  });

  it('never brings them within the call that sent them', () => {
    const { clock, story, shaper } = link({});
    shaper.push(bytes(1));
    expect(story).toEqual([]);
    clock.goTo(0);
    expect(story).toEqual(['0 1:1']);
  });

  it('keeps their order, whatever the jitter', () => {
    const { clock, story, shaper } = link({ latencyMs: 100, jitterMs: 50 }, jitters(1, -1, 0));
    for (const mark of [1, 2, 3]) shaper.push(bytes(mark));
    clock.goTo(149);
    expect(story).toEqual([]);
    clock.goTo(500);
    expect(story).toEqual(['150 1:1', '150 2:1', '150 3:1']);
  });

  it('takes no negative time where the jitter is more than the latency', () => {
    const { clock, story, shaper } = link({ latencyMs: 10, jitterMs: 50 }, jitters(-1));
    clock.goTo(5);
    shaper.push(bytes(1));
    clock.goTo(100);
    expect(story).toEqual(['5 1:1']);
  });

  it('carries no more than its rate, little by little, whichever way the bytes were cut', () => {
    // 80 kbit/s are 10 bytes a millisecond; a segment of 1460 bytes takes 146 ms.
    const { clock, story, shaper } = link({ downKbit: 80 });
    shaper.push(bytes(1, 2920));
    shaper.push(bytes(2, 100));
    clock.goTo(1000);
    expect(story).toEqual(['146 1:1460', '292 1:1460', '302 2:100']);
  });

  it('does not save up the rate of an idle time', () => {
    const { clock, story, shaper } = link({ downKbit: 80 });
    clock.goTo(10_000);
    shaper.push(bytes(1, 1000));
    clock.goTo(20_000);
    expect(story).toEqual(['10100 1:1000']);
  });

  it('has rates of its own for both ways', () => {
    const conditions = { ...UNSHAPED, upKbit: 8, downKbit: 80 };
    expect(wayOf(conditions, 'up', 0).bytesPerSecond).toBe(1000);
    expect(wayOf(conditions, 'down', 0).bytesPerSecond).toBe(10_000);
    expect(wayOf(UNSHAPED, 'up', 0).bytesPerSecond).toBe(Number.POSITIVE_INFINITY);
  });

  it('is full at its limit, takes what comes all the same, and says when there is room', () => {
    const { clock, story, shaper } = link({ downKbit: 8000 });
    expect(shaper.push(bytes(1, 65_535))).toBe(true);
    expect(shaper.push(bytes(2, 1))).toBe(false);
    expect(shaper.push(bytes(3, 1))).toBe(false);
    expect(shaper.bytes).toBe(65_537);
    clock.goTo(1000);
    expect(story.filter((line) => line.endsWith('room'))).toEqual(['40 room']);
    expect(story.at(-1)).toMatch(/ 3:1$/);
  });

  it('keeps everything in a black hole, and lets it go once the link is up', () => {
    const { clock, story, shaper, way } = link(PRESETS.offline);
    shaper.push(bytes(1));
    clock.goTo(60_000);
    expect(story).toEqual([]);
    shaper.shape(way({ latencyMs: 50 }));
    clock.goTo(60_049);
    expect(story).toEqual([]);
    clock.goTo(70_000);
    expect(story).toEqual(['60050 1:1']);
  });

  it('lets the server hear, and nobody hear the server, where it is half-open', () => {
    expect(wayOf(PRESETS['half-open'], 'up', 0).open).toBe(true);
    expect(wayOf(PRESETS['half-open'], 'down', 0).open).toBe(false);
  });

  it('says that there is room when a full black hole is lifted, and when it is emptied', () => {
    const { clock, story, shaper, way } = link(PRESETS.offline);
    expect(shaper.push(bytes(1, 1_048_576))).toBe(false);
    shaper.shape(way({}));
    clock.goTo(10);
    expect(story).toEqual(['0 1:1048576', '0 room']);
    expect(shaper.isFull).toBe(false);
  });

  it('starts nothing in an outage, and sends what waited at its end', () => {
    const { clock, story, shaper } = link({ outageEveryMs: 10_000, outageMs: 2000 });
    clock.goTo(7999);
    shaper.push(bytes(1));
    clock.goTo(8000);
    shaper.push(bytes(2));
    clock.goTo(9500);
    shaper.push(bytes(3));
    clock.goTo(20_000);
    expect(story).toEqual(['7999 1:1', '10000 2:1', '10000 3:1']);
  });

  it('tells what happened in its place among the bytes', () => {
    const { clock, story, shaper, told } = link({ downKbit: 80, latencyMs: 10 });
    shaper.push(bytes(1, 100));
    shaper.follow(() => told('closed'));
    shaper.push(bytes(2, 100));
    clock.goTo(1000);
    expect(story).toEqual(['20 1:100', '20 closed', '30 2:100']);
  });

  it('holds back while its reader rests, also in the middle', () => {
    const { clock, story, shaper } = link({ latencyMs: 10 });
    shaper.push(bytes(1));
    shaper.hold();
    clock.goTo(100);
    expect(story).toEqual([]);
    shaper.release();
    clock.goTo(200);
    expect(story).toEqual(['100 1:1']);
  });

  it('forgets what is on its way where the connection is dropped', () => {
    const { clock, story, shaper } = link({ latencyMs: 10 });
    shaper.push(bytes(1));
    shaper.clear();
    clock.goTo(100);
    expect(story).toEqual([]);
    expect([shaper.isIdle, shaper.bytes]).toEqual([true, 0]);
  });
});
