/** Filtered views against a naive evaluation of the same filter, while records arrive and go. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOccurrences, byteSearch, TOO_MANY } from '../../main/engine/capture/byte-search.ts';
import { Capture } from '../../main/engine/capture/capture.ts';
import { PacketView } from '../../main/engine/capture/packet-view.ts';
import { FLAG } from '../../main/engine/capture/record-block.ts';
import { NO_TOPIC, TopicTable } from '../../main/engine/topics/topic-table.ts';
import type { Filter, ValueTest } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { type Direction, PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { ack, anyPacket, connect, frame, publish, topicName } from './capture-model.ts';

function nativeSearch(bytes: Uint8Array, needle: Uint8Array, from: number, to: number): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).indexOf(needle);
  return at < 0 ? -1 : at + from;
}

const never = (): boolean => false;
const always = (): boolean => true;

const compare = (operator: string, left: number, right: number): boolean =>
  ({
    '=': left === right,
    '!=': left !== right,
    '<': left < right,
    '<=': left <= right,
    '>': left > right,
    '>=': left >= right,
  })[operator] ?? false;

function topicMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const pattern = filter
    .split('/')
    .map((level) =>
      level === '+' ? '[^/]*' : level === '#' ? '.*' : level.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`),
    )
    .join('/')
    .replace(/\/\.\*$/, '(/.*)?');
  return new RegExp(`^${pattern}$`, 's').test(topic);
}

function textPasses(test: ValueTest, text: string): boolean {
  if (test.kind === 'contains') return text.includes(test.text);
  if (test.kind === 'equals') return text === test.text;
  return test.kind === 'matches' && new RegExp(test.pattern, 'u').test(text);
}

/** Evaluates a filter by reading every field of one record, with no index of any kind. */
function naive(filter: Filter, capture: Capture, seq: number): boolean {
  const first = capture.firstByte(seq);
  const isPublish = first >> 4 === 3;
  const topic = capture.topicId(seq) === NO_TOPIC ? undefined : capture.topics.text(capture.topicId(seq));
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => naive(term, capture, seq));
    case 'or':
      return filter.terms.some((term) => naive(term, capture, seq));
    case 'not':
      return !naive(filter.term, capture, seq);
    case 'text': {
      const bytes = Buffer.from(capture.bytes(seq));
      if (capture.flags(seq) & (FLAG.event | FLAG.undecodable)) return bytes.includes(filter.text);
      if (bytes.length <= 4) return topic?.includes(filter.text) ?? false;
      let body = 1;
      while ((bytes[body++] ?? 0) >= 128);
      if (!isPublish) return bytes.subarray(body).includes(filter.text);
      const rest = body + 2 + bytes.readUInt16BE(body);
      return [bytes.subarray(body + 2, rest), bytes.subarray(rest), Buffer.from(topic ?? '')].some((part) =>
        part.includes(filter.text),
      );
    }
    case 'compare':
  }
  switch (filter.field) {
    case 'type':
      return first !== 0 && filter.values.some((value) => value === PACKET_TYPES[first >> 4]);
    case 'dir':
      return filter.values.includes(capture.direction(seq));
    case 'topic':
      return topic !== undefined && filter.values.some((value) => topicMatches(value, topic));
    case 'retain':
      return isPublish && (first & 1) === Number(filter.value);
    case 'dup':
      return isPublish && ((first >> 3) & 1) === Number(filter.value);
    case 'qos':
      return isPublish && filter.values.some((test) => compare(test.operator, (first >> 1) & 3, test.value));
    case 'len':
      return filter.values.some((test) => compare(test.operator, capture.length(seq), test.value));
    case 'remaining': {
      const bytes = capture.bytes(seq);
      let header = 2;
      while ((bytes[header - 1] ?? 0) >= 128) header++;
      const remaining = capture.length(seq) - header;
      return first !== 0 && filter.values.some((test) => compare(test.operator, remaining, test.value));
    }
    case 'topic.name':
      return topic !== undefined && filter.values.some((test) => textPasses(test, topic));
    case 'conn':
      return filter.values.some((test) => compare(test.operator, capture.connection(seq) + 1, test.value));
    case 'id':
      return (
        capture.packetId(seq) > 0 &&
        filter.values.some((test) => compare(test.operator, capture.packetId(seq), test.value))
      );
    case 'is':
      break;
    default:
      throw new Error(`${filter.field} is no field of a packet`);
  }
  return filter.values.some(
    (value) => value !== 'error' && value !== 'intervened' && (capture.flags(seq) & FLAG[value]) !== 0,
  );
}

const term = fc.oneof(
  fc.constantFrom(
    'type:publish',
    'type:puback,pubrec',
    'type:connect',
    'dir:in',
    'dir:out',
    'qos:>0',
    'qos:0,2',
    'retain',
    'retain:false',
    'dup',
    'len:>100',
    'len:!=4',
    'remaining:<3',
    'topic.name:te',
    'topic.name:=site,/^.{3}$/',
    'len:<=4',
    'conn:1',
    'id:>30000',
    'is:event',
    'is:malformed',
    'is:truncated,undecodable',
    'topic:#',
    'topic:+',
    'topic:+/temp',
    'topic:site/#',
    'topic:$SYS/#',
    'topic:a/+/b,b',
    'site',
    'te',
    'a',
    'kind',
    'ü',
    'mp/si',
  ),
);
const filterText = fc.oneof(
  { weight: 3, arbitrary: term },
  { weight: 2, arbitrary: fc.array(term, { minLength: 2, maxLength: 3 }).map((terms) => terms.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(term, term).map(([left, right]) => `${left} -${right}`) },
  { weight: 1, arbitrary: fc.tuple(term, term, term).map(([a, b, c]) => `-(${a} or -${b}) or ${c}`) },
);

type Step =
  | { kind: 'append'; connection: number; direction: Direction; bytes: Uint8Array }
  | { kind: 'event' }
  | { kind: 'advance'; slices: number };

const traffic = fc.oneof(
  { weight: 6, arbitrary: anyPacket(3000).map(({ bytes }) => bytes) },
  {
    weight: 3,
    arbitrary: fc
      .record({ topic: topicName, payload: fc.constantFrom('site', 'xxsitexx', 'temp', 'si', '', 'a'.repeat(500)) })
      .map(publish),
  },
  { weight: 1, arbitrary: fc.constantFrom(frame(0x36, [0, 1, 0x61, 0, 0]), frame(0x30, [0, 9, 1]), connect(4)) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      connection: fc.nat(2),
      direction: fc.constantFrom<Direction>('client-to-server', 'server-to-client'),
      bytes: traffic,
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'event' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), slices: fc.nat(3) }) },
);

describe('a view', () => {
  it('finds exactly what a naive evaluation finds, however records come and go', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 150, size: 'max' }),
        fc.array(step, { maxLength: 150, size: 'max' }),
        filterText,
        fc.constantFrom(8, 64, 1024),
        fc.constantFrom(2000, 8000, 60_000),
        (before, after, text, recordsPerBlock, slack) => {
          const capture = new Capture({
            topics: new TopicTable({ a: 1, b: 2 }),
            segmentBytes: 1024,
            recordsPerBlock,
            byteBudget: 4096 + 2 * 18 * recordsPerBlock + slack,
          });
          for (let id = 0; id < 3; id++) capture.openConnection(0, 4);
          const { filter } = parseFilter(text);
          let view: PacketView | undefined;
          const run = (steps: readonly Step[]): void => {
            for (const action of steps) {
              if (action.kind === 'append') capture.append(action.connection, action.direction, action.bytes, 1);
              else if (action.kind === 'event') capture.appendEvent(0, 1, { kind: 'opened', data: 'site' });
              else {
                let slices = action.slices;
                view?.advance(() => slices-- <= 0);
              }
            }
          };
          run(before);
          view = new PacketView(capture, filter);
          run(after);
          const progress = view.advance(never);
          const expected: number[] = [];
          for (let seq = capture.firstSeq; seq < capture.nextSeq; seq++)
            if (naive(filter, capture, seq)) expected.push(seq);
          expect([...view.rows(0, 1e9)]).toEqual(expected);
          expect(progress).toEqual({
            matched: expected.length,
            scanned: capture.recordCount,
            total: capture.recordCount,
            done: true,
          });
          const middle = expected.length >> 1;
          expect([...view.rows(middle, middle + 3)]).toEqual(expected.slice(middle, middle + 3));
          const target = expected[middle];
          expect(view.indexOf(target ?? capture.nextSeq)).toBe(middle);
        },
      ),
      { numRuns: 150 },
    );
  });

  const filled = (count: number): Capture => {
    const capture = new Capture({ topics: new TopicTable({ a: 1, b: 2 }), byteBudget: 128 << 20 });
    const connection = capture.openConnection(0, 4);
    for (let index = 0; index < count; index++) {
      capture.append(
        connection,
        'server-to-client',
        publish({ topic: `t/${index % 10}`, payload: `value ${index}` }),
        1,
      );
    }
    return capture;
  };
  const view = (capture: Capture, text: string): PacketView => new PacketView(capture, parseFilter(text).filter);

  it('goes newest first and gives back control after each slice', () => {
    const capture = filled(70_000);
    const list = view(capture, 'topic:t/3');
    const { scanned, done, matched } = list.advance(always);
    expect([scanned, done]).toEqual([4096, false]);
    expect(Math.min(...list.rows(0, 10))).toBeGreaterThanOrEqual(70_000 - 4096);
    expect(list.rows(0, matched).at(-1)).toBe(69_993);
    expect(list.advance(never)).toEqual({ matched: 7000, scanned: 70_000, total: 70_000, done: true });
    expect(list.indexBytes).toBeLessThan(20_000);
  });

  it('without a filter has no index and nothing to scan', () => {
    const capture = filled(100);
    const list = view(capture, '');
    expect(list.progress).toEqual({ matched: 100, scanned: 100, total: 100, done: true });
    expect([...list.rows(98, 200)]).toEqual([98, 99]);
    expect(list.indexBytes).toBe(0);
  });

  it('skips blocks by their type mask', () => {
    const capture = filled(70_000);
    const list = view(capture, 'type:subscribe');
    expect(list.advance(always).scanned).toBe(70_000 - 65_536);
    expect(list.advance(always)).toEqual({ matched: 0, scanned: 70_000, total: 70_000, done: true });
  });

  it('notices a record that is marked malformed later', () => {
    const capture = filled(10);
    const list = view(capture, 'is:malformed');
    expect(list.advance(never).matched).toBe(0);
    capture.markMalformed(4);
    list.recheck(4);
    expect([...list.rows(0, 9)]).toEqual([4]);
  });

  it('starts over when the capture is cleared, and sees nothing of what is not kept', () => {
    const capture = filled(100);
    const list = view(capture, 'topic:t/3');
    expect(list.advance(never).matched).toBe(10);
    capture.clear();
    expect(list.progress).toEqual({ matched: 0, scanned: 0, total: 0, done: true });
    const packet = publish({ topic: 't/3', qos: 1, id: 9, payload: 'again' });
    capture.setKeeping(false);
    for (const byte of packet) capture.append(0, 'server-to-client', Uint8Array.of(byte), 2);
    capture.append(0, 'server-to-client', packet, 2);
    expect([capture.unkept, capture.nextSeq]).toEqual([2, 100]);
    capture.setKeeping(true);
    capture.append(0, 'server-to-client', packet, 3);
    list.advance(never);
    expect([...list.rows(0, 9)]).toEqual([100]);
    expect(capture.bytes(100)).toEqual(packet);
    expect(capture.evicted).toEqual({ packets: 0, bytes: 0 });
  });

  it('finds nothing more once closed', () => {
    const capture = filled(10);
    const list = view(capture, 'value');
    list.close();
    expect(list.advance(never)).toMatchObject({ matched: 0, done: true });
    expect(list.rows(0, 10)).toHaveLength(0);
  });

  it('finds text in a packet that was finished after one that came behind it', () => {
    const capture = new Capture({ topics: new TopicTable({ a: 1, b: 2 }) });
    const connection = capture.openConnection(0, 4);
    const early = publish({ topic: 'early', payload: 'the needle' });
    capture.append(connection, 'server-to-client', early.subarray(0, 12), 1);
    capture.append(connection, 'client-to-server', publish({ topic: 'late', payload: 'another needle' }), 2);
    capture.append(connection, 'server-to-client', early.subarray(12), 3);
    capture.append(connection, 'client-to-server', publish({ topic: 'last', payload: 'hay, and no more' }), 4);
    expect([...filteredRows(capture, 'needle')]).toEqual([0, 1]);
  });

  it('finds a topic that only an alias stands for', () => {
    const capture = new Capture({ topics: new TopicTable({ a: 1, b: 2 }) });
    const connection = capture.openConnection(0, 5);
    capture.append(connection, 'server-to-client', publish({ topic: 'long/name', properties: [0x23, 0, 1] }), 1);
    capture.append(connection, 'server-to-client', publish({ topic: '', properties: [0x23, 0, 1], payload: 'v' }), 1);
    for (const text of ['topic:long/+', 'name']) expect([...filteredRows(capture, text)]).toEqual([0, 1]);
  });
  const filteredRows = (capture: Capture, text: string): Float64Array => {
    const list = view(capture, text);
    list.advance(never);
    return list.rows(0, 100);
  };

  it('counts failures that packets report as errors', () => {
    const capture = new Capture({ topics: new TopicTable({ a: 1, b: 2 }) });
    const old = capture.openConnection(0, 4);
    const five = capture.openConnection(0, 5);
    const send = (connection: number, bytes: Uint8Array): void =>
      capture.append(connection, 'server-to-client', bytes, 1);
    send(old, frame(0x20, [0, 0]));
    send(old, frame(0x20, [0, 5]));
    send(old, frame(0x90, [0, 1, 0, 0x80]));
    send(old, frame(0x90, [0, 1, 1]));
    send(five, frame(0x90, [0, 1, 3, 0x1f, 0, 0, 1]));
    send(five, frame(0x90, [0, 1, 0, 0x87]));
    send(five, ack(4, 1, 0x10));
    send(five, ack(5, 1, 0x97));
    send(five, frame(0xe0, [0x8e]));
    send(five, frame(0xe0, []));
    send(five, frame(0x36, [0, 1, 0x61, 0, 1, 0]));
    capture.appendEvent(five, 1, { kind: 'connect-failed', data: {} });
    capture.appendEvent(five, 1, { kind: 'closed', data: {} });
    expect([...filteredRows(capture, 'is:error')]).toEqual([1, 2, 5, 7, 8, 10, 11]);
  });
});

describe('the byte search', () => {
  it('agrees with the native one', () => {
    const letters = fc.array(fc.constantFrom(97, 98, 99), { minLength: 0, maxLength: 60 });
    fc.assert(
      fc.property(
        letters,
        fc.array(fc.constantFrom(97, 98, 99), { minLength: 1, maxLength: 6 }),
        fc.nat(60),
        fc.nat(60),
        (text, needle, a, b) => {
          const bytes = Uint8Array.from(text);
          const wanted = Uint8Array.from(needle);
          const from = Math.min(a, b, bytes.length);
          const to = Math.min(Math.max(a, b), bytes.length);
          expect(byteSearch(wanted)(bytes, from, to)).toBe(nativeSearch(bytes, wanted, from, to));
        },
      ),
      { numRuns: 1000 },
    );
  });
  it('finds all occurrences, those that overlap too', () => {
    const letters = fc.array(fc.constantFrom(97, 98), { minLength: 0, maxLength: 300 });
    const needles = fc.array(fc.constantFrom(97, 98), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(letters, needles, fc.nat(20), fc.nat(20), fc.nat(3), (text, needle, before, after, borrowed) => {
        const bytes = Uint8Array.from([...new Array<number>(borrowed).fill(97), ...text]).subarray(borrowed);
        const wanted = Uint8Array.from(needle);
        const from = Math.min(before, bytes.length);
        const to = Math.max(from, bytes.length - after);
        const positions: number[] = [];
        for (let at = from; at + wanted.length <= to; at++)
          if (wanted.every((byte, index) => bytes[at + index] === byte)) positions.push(at);
        const hits = new Int32Array(40);
        const count = allOccurrences(wanted)(bytes, from, to, hits);
        if (positions.length > hits.length) expect(count).toBe(TOO_MANY);
        else expect([...hits.subarray(0, count)]).toEqual(positions);
      }),
      { numRuns: 1000 },
    );
  });
  it('finds needles longer than its shift table counts', () => {
    const bytes = new Uint8Array(2000).fill(1);
    bytes.fill(2, 900, 1300);
    expect(byteSearch(new Uint8Array(400).fill(2))(bytes, 0, 2000)).toBe(900);
    const hits = new Int32Array(2);
    expect(allOccurrences(new Uint8Array(400).fill(2))(bytes, 0, 2000, hits)).toBe(1);
    expect(hits[0]).toBe(900);
  });
});
