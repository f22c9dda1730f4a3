/** What a comparison finds in two transcripts: presence, order, times, fields and payloads, and that much of it is quick. */

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { Comparison, type ComparisonOptions } from '../../main/service/comparison.ts';
import { align } from '../../main/service/comparison-align.ts';
import { COMPARED } from '../../shared/contract/comparison-records.ts';
import { EVERYTHING } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import type { Packet, PublishPacket } from '../../shared/mqtt/packet.ts';

const utf8 = new TextEncoder();

/** `topic payload`, or a packet; a line of its own each, ten milliseconds apart unless told. */
type Line = string | Packet | readonly [atMs: number, line: string | Packet];

function publish(text: string, more: Partial<PublishPacket> = {}): PublishPacket {
  const [topic = '', payload = ''] = text.split(' ');
  return { type: 'publish', dup: false, qos: 0, retain: false, topic, payload: utf8.encode(payload), ...more };
}

function record(
  lines: readonly Line[],
  direction: 'client-to-server' | 'server-to-client' = 'client-to-server',
): Recording {
  const recording = new Recording({
    byteBudget: 256 * 1024 * 1024,
    maxPacketBytes: 1_000_000,
    random: { fill: (bytes) => bytes.fill(7) },
  });
  const connection = recording.openConnection(0, 5);
  let nextMs = 0;
  for (const line of lines) {
    const [atMs, what] = Array.isArray(line)
      ? (line as readonly [number, string | Packet])
      : [nextMs, line as string | Packet];
    nextMs = atMs + 10;
    const packet = typeof what === 'string' ? publish(what) : what;
    recording.append(connection, direction, encodePacket(packet, 5), atMs * 1000);
  }
  return recording;
}

const OPTIONS: ComparisonOptions = { ignoresDirection: false, toleranceMs: undefined, ignoresOrder: false };

function compare(a: Recording, b: Recording, options: Partial<ComparisonOptions> = {}, filter = ''): Comparison {
  const packets = filter === '' ? EVERYTHING : parseFilter(filter).filter;
  const comparison = new Comparison({ recording: a, packets }, { recording: b, packets }, { ...OPTIONS, ...options });
  while (!comparison.advance(() => true));
  return comparison;
}

/** `1=1` the same, `2~3` differing, `4-` and `-5` on one side only, with letters of how; numbers of packets count from 0. */
function drawn(comparison: Comparison, only: 'all' | 'differences' = 'all'): string {
  const { seqA, seqB, flags } = comparison.rows(0, 1000, only);
  return [...flags]
    .map((flag, index) => {
      const [a = -1, b = -1] = [seqA[index], seqB[index]];
      if (flag === COMPARED.onlyA) return `${a}-`;
      if (flag === COMPARED.onlyB) return `-${b}`;
      const how = (['fields', 'payload', 'moved', 'late'] as const).filter((name) => (flag & COMPARED[name]) !== 0);
      return `${a}${flag === 0 ? '=' : '~'}${b}${how.length === 0 ? '' : `(${how.join(' ')})`}`;
    })
    .join(' ');
}

describe('presence', () => {
  it('is the same where everything is', () => {
    const lines = ['a 1', 'b 1', 'a 2'];
    const comparison = compare(record(lines), record(lines));
    expect(drawn(comparison)).toBe('0=0 1=1 2=2');
    expect(comparison.counts).toEqual({ same: 3, changed: 0, onlyA: 0, onlyB: 0, moved: 0, late: 0 });
  });

  it('finds what is missing and what is more, without taking the rest for changed', () => {
    const comparison = compare(
      record(['a 1', 'a 2', 'a 3', 'a 4', 'b 1']),
      record(['a 1', 'a 3', 'a 4', 'b 1', 'b 2', 'c 1']),
    );
    expect(drawn(comparison)).toBe('0=0 1- 2=1 3=2 4=3 -4 -5');
    expect(comparison.counts).toMatchObject({ same: 4, onlyA: 1, onlyB: 2 });
    expect(drawn(comparison, 'differences')).toBe('1- -4 -5');
  });

  it('of nothing is nothing', () => {
    expect(drawn(compare(record([]), record([])))).toBe('');
    expect(drawn(compare(record(['a 1']), record([])))).toBe('0-');
  });

  it('goes by topic, not by place', () => {
    const comparison = compare(record(['a 1', 'b 1', 'a 2', 'b 2']), record(['a 1', 'a 2', 'b 1', 'b 2']), {
      ignoresOrder: true,
    });
    expect(drawn(comparison)).toBe('0=0 1=2 2=1 3=3');
  });
});

describe('differences of a pair', () => {
  it('are in the payload where the order tells what belongs together', () => {
    const comparison = compare(record(['a 1', 'a 2', 'a 3']), record(['a 1', 'a two', 'a 3']));
    expect(drawn(comparison)).toBe('0=0 1~1(payload) 2=2');
    expect(comparison.fields(1)).toEqual([]);
  });

  it('are named field by field, without the Packet Identifier', () => {
    const properties = { contentType: 'x', userProperties: [['k', 'v']] } as const;
    const comparison = compare(
      record([
        publish('a 1', { qos: 1, packetId: 4, retain: true, properties }),
        publish('b 1', { qos: 1, packetId: 5 }),
      ]),
      record([
        publish('a 1', { qos: 2, packetId: 9, properties: { contentType: 'y' } }),
        publish('b 1', { qos: 1, packetId: 99 }),
      ]),
    );
    expect(drawn(comparison)).toBe('0~0(fields) 1=1');
    expect(comparison.fields(0)).toEqual([
      { name: 'qos', a: '1', b: '2' },
      { name: 'retain', a: 'true', b: 'false' },
      { name: 'properties.contentType', a: 'x', b: 'y' },
      { name: 'properties.userProperties.0.0', a: 'k' },
      { name: 'properties.userProperties.0.1', a: 'v' },
    ]);
  });

  it('never tell a password', () => {
    const connect = (password: string): Packet => ({
      type: 'connect',
      protocolName: 'MQTT',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 60,
      clientId: 'c',
      username: 'u',
      password: utf8.encode(password),
    });
    const comparison = compare(record([connect('one')]), record([connect('two')]));
    expect(comparison.fields(0)).toEqual([{ name: 'password', a: '********', b: '********' }]);
  });

  it('are in time, from the first packet on, beyond what is tolerated', () => {
    const a = record([
      [1000, 'a 1'],
      [1100, 'a 2'],
      [1200, 'a 3'],
    ]);
    const b = record([
      [9000, 'a 1'],
      [9140, 'a 2'],
      [9500, 'a 3'],
    ]);
    expect(drawn(compare(a, b))).toBe('0=0 1=1 2=2');
    expect(drawn(compare(a, b, { toleranceMs: 50 }))).toBe('0=0 1=1 2~2(late)');
    expect(drawn(compare(a, b, { toleranceMs: 10 }))).toBe('0=0 1~1(late) 2~2(late)');
  });

  it('are in order, as few as there can be', () => {
    const comparison = compare(record(['a 1', 'b 1', 'c 1', 'd 1']), record(['b 1', 'c 1', 'd 1', 'a 1']));
    expect(drawn(comparison)).toBe('0~3(moved) 1=0 2=1 3=2');
    expect(comparison.counts.moved).toBe(1);
  });

  it('are in order within a topic too, and nothing is called missing that is there', () => {
    const [a, b] = [record(['a 1', 'a 2', 'a 3', 'a 4']), record(['a 2', 'a 4', 'a 1'])];
    expect(compare(a, b).counts).toMatchObject({ same: 2, moved: 1, onlyA: 1, onlyB: 0, changed: 0 });
    expect(compare(a, b, { ignoresOrder: true }).counts).toMatchObject({ same: 3, moved: 0, onlyA: 1, onlyB: 0 });
  });
});

describe('what is compared', () => {
  it('is what passes the filter', () => {
    expect(drawn(compare(record(['a 1', 'b 1']), record(['a 1', 'b 2']), {}, 'topic:a'))).toBe('0=0');
  });

  it('may be what was sent with what arrived', () => {
    const sent = record(['a 1', 'a 2']);
    const arrived = record(['a 1'], 'server-to-client');
    expect(drawn(compare(sent, arrived))).toBe('0- 1- -0');
    expect(drawn(compare(sent, arrived, { ignoresDirection: true }))).toBe('0=0 1-');
  });

  it('may be two exchanges, step by step, whatever their topics', () => {
    const recording = record([
      publish('a 1', { qos: 2, packetId: 1 }),
      { type: 'pubrel', packetId: 1, reasonCode: 0 },
      publish('b 1', { qos: 2, packetId: 2 }),
    ]);
    const comparison = new Comparison(
      { recording, packets: Float64Array.of(0, 1) },
      { recording, packets: Float64Array.of(2) },
      OPTIONS,
    );
    while (!comparison.advance(() => true));
    expect(drawn(comparison)).toBe('0~2(fields) 1-');
    expect(comparison.fields(0)).toEqual([{ name: 'topic', a: 'a', b: 'b' }]);
  });
});

it('finds the next and the previous difference', () => {
  const comparison = compare(record(['a 1', 'a 2', 'a 3', 'a 4', 'a 5']), record(['a 1', 'a x', 'a 3', 'a y', 'a 5']));
  expect([-1, 0, 1, 2, 3, 4].map((row) => comparison.next(row, 1))).toEqual([1, 1, 3, 3, -1, -1]);
  expect([0, 1, 2, 3, 4].map((row) => comparison.next(row, -1))).toEqual([-1, -1, 1, 1, 3]);
});

describe('align', () => {
  const columns = (text: string) => ({
    key: Uint32Array.from(text, () => 0),
    hash: Uint32Array.from(text, (letter) => letter.charCodeAt(0)),
  });
  const partners = (a: string, b: string): readonly number[] => {
    const steps = align(columns(a), columns(b), 1);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return [...step.value.partnerOfA];
    }
  };

  it.each([
    ['abc', 'abc', [0, 1, 2]],
    ['abc', 'bc', [-1, 0, 1]],
    ['ac', 'abc', [0, 2]],
    ['axc', 'abc', [0, 1, 2]],
    ['aaaa', 'aaa', [0, 1, 2, -1]],
    ['abcdef', 'abXYef', [0, 1, 2, 3, 4, 5]],
    ['pqabc', 'abc', [-1, -1, 0, 1, 2]],
    ['', 'a', []],
    // QoS 2 goes round others: what is there in another order is not missing.
    ['abcde', 'bdeac', [3, 0, 4, 1, 2]],
    ['axbyc', 'bac', [1, -1, 0, -1, 2]],
    ['abXc', 'bYac', [2, 0, 1, 3]],
  ])('of %s with %s', (a, b, expected) => {
    expect(partners(a, b)).toEqual(expected);
  });

  it('gives each packet one partner of its own key at most, and pairs that do not cross, whatever comes', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 200; round += 1) {
      const side = () => {
        const length = random(40);
        return {
          key: Uint32Array.from({ length }, () => random(4)),
          hash: Uint32Array.from({ length }, () => random(6)),
        };
      };
      const [a, b] = [side(), side()];
      const steps = align(a, b, 4);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      const { partnerOfA, partnerOfB, moved } = step.value;
      const inOrder: number[] = [];
      for (const [placeA, placeB] of partnerOfA.entries()) {
        if (placeB < 0) continue;
        expect(partnerOfB[placeB]).toBe(placeA);
        expect(b.key[placeB]).toBe(a.key[placeA]);
        if (moved[placeA] === 0) inOrder.push(placeB);
      }
      expect(inOrder).toEqual(inOrder.toSorted((x, y) => x - y));
    }
  });
});

it('takes a hundred thousand packets a side in small slices', () => {
  const lines = (change: number): Line[] =>
    Array.from({ length: 100_000 }, (_, index) => `site/${index % 500}/x ${index % change === 0 ? 'other' : index}`);
  const [a, b] = [record(lines(1000)), record(lines(999))];
  const comparison = new Comparison(
    { recording: a, packets: EVERYTHING },
    { recording: b, packets: EVERYTHING },
    OPTIONS,
  );
  let slices = 1;
  while (!comparison.advance(() => true)) slices += 1;
  expect(comparison.total('all')).toBe(100_000);
  // Of each thousand and of each 999 one; the very first on both sides.
  expect(comparison.counts.changed).toBe(99 + 100);
  expect(slices).toBeGreaterThan(1000);
});
