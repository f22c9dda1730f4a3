/** Topic interning against a Map, under collisions, growth and bytes that are no text. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashBytes } from '../../main/engine/topics/topic-hash.ts';
import { NO_TOPIC, TopicTable } from '../../main/engine/topics/topic-table.ts';
import { topicText } from '../../main/engine/topics/topic-text.ts';

const seed = { a: 0x1234_5678, b: 0x9abc_def0 };
const encoder = new TextEncoder();
const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function internText(table: TopicTable, text: string): number {
  const bytes = encoder.encode(text);
  return table.intern(bytes, 0, bytes.length);
}

describe('TopicTable', () => {
  it('keeps apart names that differ only in slashes, case, normal form or length', () => {
    const names = [
      '',
      '/',
      '//',
      'a',
      'a/',
      '/a',
      '/a/',
      'a//',
      'A',
      '$SYS',
      '$sys',
      'e\u0301',
      '\u00e9',
      '\ufeffa',
      'a\0',
      'a\0\0',
    ];
    const table = new TopicTable(seed);
    expect(names.map((name) => internText(table, name))).toEqual(names.map((_, index) => index));
    expect(names.map((name) => internText(table, name))).toEqual(names.map((_, index) => index));
    expect(names.map((_, index) => table.text(index))).toEqual(names);
    expect(table.size).toBe(names.length);
  });

  it('agrees with a Map over any bytes, from any place in the source', () => {
    const name = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat(9)), { maxLength: 300 }), fc.nat(), fc.nat(), (names, a, b) => {
        const table = new TopicTable({ a, b });
        const model = new Map<string, number>();
        for (const [bytes, shift] of names) {
          const source = new Uint8Array(bytes.length + shift + 3).fill(0xee);
          source.set(bytes, shift);
          expect(table.find(bytes)).toBe(model.get(key(bytes)) ?? NO_TOPIC);
          const expected = model.get(key(bytes)) ?? model.size;
          model.set(key(bytes), expected);
          expect(table.intern(source, shift, shift + bytes.length)).toBe(expected);
          expect(key(table.bytes(expected))).toBe(key(bytes));
        }
        expect(table.size).toBe(model.size);
      }),
      { numRuns: 60 },
    );
  });

  it('finds every name at every moment of its growth', () => {
    const table = new TopicTable(seed);
    let wrong = 0;
    for (let index = 0; index < 60_000; index++) {
      if (internText(table, `site/${index % 7}/device/${index}`) !== index) wrong++;
      const earlier = (index * 7919) % (index + 1);
      if (table.find(encoder.encode(`site/${earlier % 7}/device/${earlier}`)) !== earlier) wrong++;
    }
    expect(wrong).toBe(0);
    expect(table.size).toBe(60_000);
  });

  it('keeps names apart whose whole 32-bit hashes are equal', () => {
    const byHash = new Map<number, Uint8Array>();
    const pairs: [Uint8Array, Uint8Array][] = [];
    for (let index = 0; pairs.length < 5; index++) {
      const bytes = encoder.encode(`c${index.toString(36)}`);
      const hash = hashBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, seed);
      const other = byHash.get(hash);
      if (other !== undefined && other.length === bytes.length) pairs.push([other, bytes]);
      byHash.set(hash, bytes);
    }
    const table = new TopicTable(seed);
    const numbers = pairs.flat().map((bytes) => table.intern(bytes, 0, bytes.length));
    expect(new Set(numbers).size).toBe(10);
    expect(pairs.flat().map((bytes) => table.find(bytes))).toEqual(numbers);
  });

  it('spreads hashes of similar names evenly, and differently under another seed', () => {
    const buckets = new Uint32Array(1024);
    let equal = 0;
    for (let index = 0; index < 102_400; index++) {
      const bytes = encoder.encode(`plant/line-${index >> 8}/machine/${index & 255}/t`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const hash = hashBytes(view, 0, bytes.length, seed);
      const bucket = hash & 1023;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      if (hash === hashBytes(view, 0, bytes.length, { a: seed.a, b: seed.b + 2 })) equal++;
    }
    expect(Math.max(...buckets)).toBeLessThan(170);
    expect(Math.min(...buckets)).toBeGreaterThan(50);
    expect(equal).toBeLessThan(4);
  });

  it('counts what a full table refuses, and still knows what it has', () => {
    const table = new TopicTable(seed, { limit: 2 });
    expect(['a', 'b', 'c', 'a', 'c'].map((name) => internText(table, name))).toEqual([0, 1, NO_TOPIC, 0, NO_TOPIC]);
    expect(table.refused).toBe(2);
  });

  it('holds the longest legal names, many to a segment', () => {
    const table = new TopicTable(seed);
    const names = Array.from({ length: 40 }, (_, index) => new Uint8Array(0xffff - (index % 3)).fill(65 + index));
    names.forEach((bytes) => table.intern(bytes, 0, bytes.length));
    expect(names.every((bytes, index) => Buffer.compare(table.bytes(index), bytes) === 0)).toBe(true);
  });

  it('refuses numbers it never gave out', () => {
    expect(() => new TopicTable(seed).bytes(0)).toThrow(RangeError);
  });
});

describe('topicText', () => {
  it('shows bytes that are no UTF-8 as escapes and keeps the rest', () => {
    expect(topicText(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\\xffb');
    expect(topicText(Uint8Array.of(0xc0, 0xaf))).toBe('\\xc0\\xaf');
    expect(topicText(Uint8Array.of(0xed, 0xa0, 0x80))).toBe('\\xed\\xa0\\x80');
    expect(topicText(Uint8Array.of(0xe2, 0x82))).toBe('\\xe2\\x82');
    expect(topicText(Uint8Array.of(0xe6, 0xb8, 0xa9, 0x80))).toBe('温\\x80');
    expect(topicText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  it('is exact for all well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(topicText(encoder.encode(text))).toBe(text.toWellFormed());
      }),
    );
  });

  it('shows any bytes without throwing, each wrong byte once', () => {
    const unescape = (text: string): number[] =>
      [...text.matchAll(/\\x([0-9a-f]{2})|[^]/gu)].flatMap((m) =>
        m[1] === undefined ? [...encoder.encode(m[0])] : [parseInt(m[1], 16)],
      );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        expect(unescape(topicText(bytes))).toEqual([...bytes]);
      }),
    );
  });
});
