/** The schedule of a replay under a clock of its own: pace, rounds, pauses, a slow connection, one that breaks, and evicted packets. */

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import type { CapturedMessage } from '../../main/service/captured-message.ts';
import { Replay, type ReplayPlan } from '../../main/service/replay.ts';
import { ReplayFeed } from '../../main/service/replay-feed.ts';
import { InspectorError } from '../../shared/contract/errors.ts';
import { EVERYTHING } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import type { Packet, PublishPacket } from '../../shared/mqtt/packet.ts';

class TestClock {
  us = 1_000_000_000;
  #tasks: { readonly atUs: number; readonly task: () => void }[] = [];

  nowUs = (): number => this.us;

  after(delayMs: number, task: () => void): Disposable {
    const entry = { atUs: this.us + delayMs * 1000, task };
    this.#tasks.push(entry);
    return { [Symbol.dispose]: () => void (this.#tasks = this.#tasks.filter((other) => other !== entry)) };
  }

  /** Lets time pass, timer by timer. */
  run(ms: number): void {
    const endUs = this.us + ms * 1000;
    for (;;) {
      const next = this.#tasks.toSorted((a, b) => a.atUs - b.atUs)[0];
      if (next === undefined || next.atUs > endUs) break;
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.us = Math.max(this.us, next.atUs);
      next.task();
    }
    this.us = endUs;
  }

  get idle(): boolean {
    return this.#tasks.length === 0;
  }
}

function publish(topic: string, more: Partial<PublishPacket> = {}): PublishPacket {
  return { type: 'publish', dup: false, qos: 0, retain: false, topic, payload: new Uint8Array([1]), ...more };
}

type Line = readonly [atMs: number, packet: Packet, direction?: 'client-to-server' | 'server-to-client'];

function record(lines: readonly Line[], byteBudget = 128 * 1024 * 1024): Recording {
  const recording = new Recording({
    byteBudget,
    maxPacketBytes: 1_000_000,
    random: { fill: (bytes) => bytes.fill(7) },
  });
  const connection = recording.openConnection(0, 5);
  for (const [atMs, packet, direction = 'client-to-server'] of lines)
    recording.append(connection, direction, encodePacket(packet, 5), atMs * 1000);
  return recording;
}

const PLAN: ReplayPlan = { speed: 1, rounds: 1, topics: [] };

function start(
  recording: Recording,
  plan: Partial<ReplayPlan> = {},
  feed: Partial<ConstructorParameters<typeof ReplayFeed>[1]> = {},
) {
  const clock = new TestClock();
  const startUs = clock.us;
  const log: string[] = [];
  const messages: CapturedMessage[] = [];
  const target = {
    isConnected: true,
    isBusy: false,
    refuse: undefined as InspectorError | undefined,
    unsettled: 0,
    publish(message: CapturedMessage) {
      if (target.refuse !== undefined) throw target.refuse;
      messages.push(message);
      log.push(`${Math.round((clock.us - startUs) / 1000)} ${message.topic}`);
    },
  };
  const replay = new Replay(
    new ReplayFeed(recording, { filter: EVERYTHING, ...feed }),
    { ...PLAN, ...plan },
    target,
    clock,
    () => undefined,
  );
  return { clock, log, messages, target, replay };
}

const THREE = record([
  [1000, publish('a')],
  [1100, publish('b')],
  [1600, publish('c')],
]);

describe('pace', () => {
  it.each([
    [1, ['0 a', '100 b', '600 c']],
    [2, ['0 a', '50 b', '300 c']],
    [0.1, ['0 a', '1000 b', '6000 c']],
    [0, ['0 a', '0 b', '0 c']],
  ])('at a speed of %f', (speed, expected) => {
    const { clock, log, replay } = start(THREE, { speed });
    clock.run(10_000);
    expect(log).toEqual(expected);
    expect(replay.progress).toMatchObject({ state: 'done', sent: 3, total: 3, refused: 0, missed: 0 });
    expect(clock.idle).toBe(true);
  });

  it('tells how long it takes yet', () => {
    const { clock, replay } = start(THREE, { rounds: 2 });
    clock.run(200);
    expect(replay.progress.leftMs).toBe(1000);
    clock.run(600);
    expect(replay.progress).toMatchObject({ rounds: 1, leftMs: 400 });
  });

  it('does not go back in time with clocks that do', () => {
    const recording = record([
      [1000, publish('a')],
      [1500, publish('b')],
      [1200, publish('c')],
      [1600, publish('d')],
    ]);
    const { clock, log } = start(recording);
    clock.run(1000);
    expect(log).toEqual(['0 a', '500 b', '500 c', '600 d']);
  });
});

describe('rounds', () => {
  it('begin anew as often as told', () => {
    const { clock, log, replay } = start(THREE, { rounds: 3, speed: 10 });
    clock.run(1000);
    expect(log).toEqual(['0 a', '10 b', '60 c', '60 a', '70 b', '120 c', '120 a', '130 b', '180 c']);
    expect(replay.progress).toMatchObject({ state: 'done', rounds: 3, sent: 9 });
  });

  it('of what was chosen leave out the rest in each', () => {
    const { clock, log, replay } = start(
      THREE,
      { rounds: 2, speed: 0 },
      {
        ranges: [
          [0, 0],
          [2, 2],
        ],
      },
    );
    clock.run(100);
    expect(log.map((line) => line.split(' ')[1])).toEqual(['a', 'c', 'a', 'c']);
    expect(replay.progress).toMatchObject({ state: 'done', sent: 4, total: 2, missed: 0 });
  });

  it('go on until stopped', () => {
    const { clock, replay } = start(THREE, { rounds: 0, speed: 10 });
    clock.run(100_000);
    expect(replay.progress.state).toBe('running');
    expect(replay.progress.sent).toBeGreaterThan(3000);
    replay.stop();
    expect(replay.progress.state).toBe('stopped');
    expect(clock.idle).toBe(true);
  });
});

describe('what is sent', () => {
  it('is each message once, in one direction where asked, as the filter says, from a packet on', () => {
    const recording = record([
      [0, { type: 'pingreq' }],
      [0, publish('up', { qos: 1, packetId: 1 })],
      [0, publish('up', { qos: 1, packetId: 1, dup: true })],
      [0, publish('down'), 'server-to-client'],
      [0, publish('other'), 'server-to-client'],
    ]);
    const topics = (feed: Parameters<typeof start>[2]) => {
      const { clock, log } = start(recording, { speed: 0 }, feed);
      clock.run(10);
      return log.map((line) => line.split(' ')[1]);
    };
    expect(topics({})).toEqual(['up', 'down', 'other']);
    expect(topics({ direction: 'server-to-client' })).toEqual(['down', 'other']);
    expect(topics({ filter: parseFilter('topic:down or topic:up').filter })).toEqual(['up', 'down']);
    expect(topics({ fromSeq: 4 })).toEqual(['other']);
    expect(
      topics({
        ranges: [
          [0, 2],
          [4, 9],
        ],
      }),
    ).toEqual(['up', 'other']);
    expect(
      topics({
        ranges: [
          [0, 2],
          [4, 9],
        ],
        fromSeq: 2,
      }),
    ).toEqual(['other']);
    expect(topics({ ranges: [[2, 2]] })).toEqual([]);
  });

  it('has the topic of an alias, other topics by rule, and QoS and retain as told', () => {
    const recording = record([
      [
        0,
        publish('site/1', { properties: { topicAlias: 3, contentType: 'x', subscriptionIdentifiers: [9] } }),
        'server-to-client',
      ],
      [0, publish('', { properties: { topicAlias: 3 } }), 'server-to-client'],
    ]);
    const { clock, messages } = start(recording, {
      speed: 0,
      topics: [{ from: 'site/#', to: 'test/#' }],
      qos: 2,
      retain: true,
    });
    clock.run(10);
    const payload = new Uint8Array([1]);
    expect(messages).toEqual([
      { topic: 'test/1', payload, qos: 2, retain: true, properties: { contentType: 'x' } },
      { topic: 'test/1', payload, qos: 2, retain: true },
    ]);
  });

  it('ends at what was there at the start', () => {
    const recording = record([[0, publish('a')]]);
    const { clock, log } = start(recording, { rounds: 2 });
    recording.append(0, 'client-to-server', encodePacket(publish('later'), 5), 1000);
    clock.run(100);
    expect(log).toEqual(['0 a', '0 a']);
  });

  it('is nothing where there is nothing', () => {
    const { clock, replay } = start(record([[0, { type: 'pingreq' }]]), { rounds: 0 });
    clock.run(100);
    expect(replay.progress).toMatchObject({ state: 'done', total: 0, sent: 0 });
  });
});

describe('a connection', () => {
  it('that is busy makes the replay late, not shorter', () => {
    const { clock, log, target, replay } = start(THREE);
    clock.run(50);
    target.isBusy = true;
    clock.run(300);
    target.isBusy = false;
    clock.run(20);
    expect(replay.progress.behindMs).toBeGreaterThan(200);
    clock.run(1000);
    expect(log).toEqual(['0 a', expect.stringMatching(/^35\d b$/), '600 c']);
    expect(replay.progress.behindMs).toBe(0);
  });

  it('whose queue is full gets the same message again', () => {
    const { clock, log, target, replay } = start(THREE, { speed: 0 });
    target.refuse = new InspectorError('refused', { reason: 'queue-full' });
    clock.run(100);
    target.refuse = undefined;
    clock.run(100);
    expect(log.map((line) => line.split(' ')[1])).toEqual(['a', 'b', 'c']);
    expect(replay.progress.refused).toBe(0);
  });

  it('that refuses messages is told of, and the rest goes on', () => {
    const { clock, target, replay } = start(THREE);
    clock.run(50);
    target.refuse = new InspectorError('refused', { reason: 'packet-too-large' });
    clock.run(100);
    target.refuse = undefined;
    clock.run(1000);
    expect(replay.progress).toMatchObject({ state: 'done', sent: 2, refused: 1 });
    expect(replay.progress.lastFailure).toMatchObject({ code: 'refused', data: { reason: 'packet-too-large' } });
  });

  it('that breaks stops the replay where it is, and it goes on from there', () => {
    const { clock, log, target, replay } = start(THREE);
    clock.run(50);
    target.isConnected = false;
    clock.run(2000);
    expect(replay.progress).toMatchObject({ state: 'interrupted', sent: 1 });
    expect(replay.resume()).toBe(false);
    target.isConnected = true;
    clock.run(1000);
    expect(log).toEqual(['0 a']);
    expect(replay.resume()).toBe(true);
    clock.run(1000);
    expect(log.map((line) => line.split(' ')[1])).toEqual(['a', 'b', 'c']);
    const [, b = 0, c = 0] = log.map((line) => Number(line.split(' ')[0]));
    expect(c - b).toBe(500);
    expect(replay.progress.state).toBe('done');
  });
});

it('names the first packet that was not settled when the connection broke', () => {
  const { clock, target, replay } = start(THREE);
  clock.run(300);
  Object.assign(target, { isConnected: false, unsettled: 1 });
  clock.run(2000);
  expect(replay.progress).toMatchObject({ state: 'interrupted', sent: 2, nextSeq: 1 });
});

it('a pause moves the schedule', () => {
  const { clock, log, replay } = start(THREE);
  clock.run(50);
  replay.pause();
  clock.run(1000);
  expect(clock.idle).toBe(true);
  replay.resume();
  clock.run(1000);
  expect(log).toEqual(['0 a', '1100 b', '1600 c']);
});

it('what was evicted before its turn is counted', () => {
  const payload = new Uint8Array(100_000);
  const lines = Array.from({ length: 30 }, (_, index): Line => [index * 100, publish(`t${index}`, { payload })]);
  const recording = record(lines, 8 * 1024 * 1024);
  const { clock, replay } = start(recording);
  clock.run(500);
  for (let index = 0; index < 70; index += 1)
    recording.append(0, 'client-to-server', encodePacket(publish('more', { payload }), 5), 1e7);
  clock.run(10_000);
  const { sent, missed, total, state } = replay.progress;
  expect(state).toBe('done');
  expect(total).toBe(30);
  expect(missed).toBeGreaterThan(0);
  expect(sent + missed).toBe(total);
});
