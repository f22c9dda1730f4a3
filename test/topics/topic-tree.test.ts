/** Counts, levels, retained marks, wildcards and last values of the tree, each against a plain model or the specification's own examples. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOLLAR_ROOT, MAX_DEPTH, NO_NODE, ROOT } from '../../main/engine/topics/topic-nodes.ts';
import { matchesTopicFilter } from '../../main/engine/topics/topic-filter.ts';
import { PinnedValues } from '../../main/engine/topics/pinned-values.ts';
import { TopicTree } from '../../main/engine/topics/topic-tree.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const START_US = 1_700_000_000_000_000;

function treeOf(empty: ReadonlySet<number> = new Set()): TopicTree {
  return new TopicTree({ seed: { a: 1, b: 2 }, isEmptyPayload: (seq) => empty.has(seq) });
}

function note(
  tree: TopicTree,
  name: string | Uint8Array,
  seq: number,
  { firstByte = 0x30, length = 10, timeUs = START_US } = {},
): number {
  const bytes = typeof name === 'string' ? encoder.encode(name) : name;
  const topic = tree.table.intern(bytes, 0, bytes.length);
  tree.stats.note(topic, seq, length, firstByte, timeUs);
  return topic;
}

const nodeOf = (tree: TopicTree, name: string): number => tree.nodes.find(encoder.encode(name));

describe('TopicTree', () => {
  it('keeps every level, empty ones too, and `$` topics apart', () => {
    const tree = treeOf();
    const names = ['a', '/a', 'a/', '/', '//', 'a//b', '$SYS/uptime', '$', 'A', ''];
    names.forEach((name, seq) => note(tree, name, seq));
    tree.settle(START_US);
    expect(names.map((name) => decoder.decode(tree.nodes.path(nodeOf(tree, name))))).toEqual(names);
    expect(new Set(names.map((name) => nodeOf(tree, name))).size).toBe(names.length);
    expect(names.map((name) => tree.nodes.depth(nodeOf(tree, name)))).toEqual([0, 1, 1, 1, 2, 2, 1, 0, 0, 0]);
    expect(tree.nodes.parent(nodeOf(tree, '$SYS'))).toBe(DOLLAR_ROOT);
    expect(tree.nodes.parent(nodeOf(tree, '$'))).toBe(DOLLAR_ROOT);
    expect(tree.nodes.subtreeTopics(ROOT)).toBe(8);
    expect(tree.nodes.subtreeTopics(DOLLAR_ROOT)).toBe(2);
    expect(nodeOf(tree, 'a/x')).toBe(NO_NODE);
  });

  it('finds every child while its table grows, whether it is alone or gets siblings later', () => {
    const tree = treeOf();
    const parents = 40_000;
    let seq = 0;
    let now = START_US;
    for (const child of ['only', 'second', 'third']) {
      for (let parent = 0; parent < parents; parent++) note(tree, `${parent}/${child}`, seq++);
      while (!tree.settle((now += 16_667)));
      expect(nodeOf(tree, '7/none')).toBe(NO_NODE);
      expect(nodeOf(tree, '7/only/below')).toBe(NO_NODE);
    }
    expect(tree.nodes.count).toBe(2 + 4 * parents);
    for (let parent = 0; parent < parents; parent++) {
      const node = nodeOf(tree, String(parent));
      for (const child of ['only', 'second', 'third']) {
        if (tree.nodes.parent(nodeOf(tree, `${parent}/${child}`)) !== node) expect.fail(`${parent}/${child} is lost`);
      }
    }
  });

  it('adds up to the same counts as a model, however the frames fall', () => {
    const level = fc.constantFrom('', 'a', 'b', 'A', '$x', '\u00e9', '10');
    const name = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
    const step = fc.tuple(name, fc.nat(50), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const tree = treeOf();
        const messages = new Map<string, number>();
        const last = new Map<string, number>();
        steps.forEach(([topic, length, settle], seq) => {
          note(tree, topic, seq, { length });
          messages.set(topic, (messages.get(topic) ?? 0) + 1);
          last.set(topic, seq);
          if (settle === 0) tree.settle(START_US + seq * 5000, 3);
        });
        while (!tree.settle(START_US + 1e9, 7));
        const prefixes = new Set(
          [...messages.keys()].flatMap((topic) =>
            topic.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')),
          ),
        );
        for (const prefix of prefixes) {
          const under = [...messages].filter(([topic]) => topic === prefix || topic.startsWith(`${prefix}/`));
          const node = nodeOf(tree, prefix);
          expect(tree.nodes.subtreeMessages(node)).toBe(under.reduce((sum, [, count]) => sum + count, 0));
          expect(tree.nodes.subtreeTopics(node)).toBe(under.filter(([topic]) => topic !== prefix).length);
          const topic = tree.table.find(encoder.encode(prefix));
          expect(tree.stats.messagesOf(topic)).toBe(messages.get(prefix) ?? 0);
          expect(tree.stats.lastSeqOf(topic)).toBe(last.get(prefix) ?? -1);
        }
        expect(tree.topics).toBe(messages.size);
        expect(tree.nodes.count).toBe(prefixes.size + 2);
      }),
      { numRuns: 150 },
    );
  });

  it('finds the node of every one of 40 000 topics while its index grows', () => {
    const tree = treeOf();
    for (let index = 0; index < 40_000; index++) note(tree, `s/${index % 13}/d${index}/t`, index);
    tree.settle(START_US, Number.POSITIVE_INFINITY);
    let wrong = 0;
    for (let index = 0; index < 40_000; index++) {
      const name = `s/${index % 13}/d${index}/t`;
      if (decoder.decode(tree.nodes.path(nodeOf(tree, name))) !== name) wrong++;
      if (tree.nodes.subtreeTopics(nodeOf(tree, `s/${index % 13}/d${index}`)) !== 1) wrong++;
    }
    expect(wrong).toBe(0);
    expect(tree.nodes.count).toBe(2 + 1 + 13 + 80_000);
  });

  it('folds levels beyond the deepest into one node, so that slashes alone cannot fill the memory', () => {
    const tree = treeOf();
    const slashes = '/'.repeat(65_535);
    note(tree, slashes, 0);
    note(tree, `${'/'.repeat(MAX_DEPTH)}a/b`, 1);
    tree.settle(START_US);
    expect(tree.nodes.count).toBe(2 + MAX_DEPTH + 2);
    expect(tree.nodes.levelLength(nodeOf(tree, slashes))).toBe(65_535 - MAX_DEPTH);
    expect([...tree.matching(encoder.encode(`${'+/'.repeat(MAX_DEPTH + 1)}b`))]).toEqual([0, 1]);
    expect([...tree.matching(encoder.encode('#'))]).toEqual([1, 1]);
  });

  it('knows retained topics below a node, and takes the mark off when an empty retained message comes', () => {
    const tree = treeOf(new Set([3]));
    const on = { firstByte: 0x31 };
    const ids = ['home/a', 'home/b', 'home/b/c', 'home/a'].map((name, seq) => note(tree, name, seq, on));
    note(tree, 'home/d', 4);
    tree.settle(START_US);
    expect(tree.retainedUnder(nodeOf(tree, 'home')).toSorted((left, right) => left - right)).toEqual([ids[1], ids[2]]);
    expect(tree.retainedUnder(nodeOf(tree, 'home/b')).toSorted((left, right) => left - right)).toEqual([
      ids[1],
      ids[2],
    ]);
    expect(tree.stats.isRetained(ids[0] ?? -1)).toBe(false);
    note(tree, 'home/b', 5);
    tree.settle(START_US);
    expect(tree.stats.isRetained(ids[1] ?? -1)).toBe(true);
  });

  it('forgets a rate as time goes by, and reaches the true one under a steady load', () => {
    const tree = treeOf();
    for (let frame = 0; frame < 60 * 20; frame++) {
      for (let message = 0; message < 5; message++) note(tree, 'x/y', frame);
      tree.settle(START_US + (frame * 1e6) / 60);
    }
    expect(tree.rate(nodeOf(tree, 'x'))).toBeGreaterThan(290);
    expect(tree.rate(nodeOf(tree, 'x'))).toBeLessThan(310);
    tree.settle(START_US + 23e6);
    expect(tree.rate(nodeOf(tree, 'x/y'))).toBeCloseTo(300 / Math.E, -1);
  });

  it('resets counts but keeps topics and last values, and clears everything', () => {
    const tree = treeOf();
    const topic = note(tree, 'a/b', 7, { firstByte: 0x31 });
    tree.settle(START_US);
    tree.resetCounts();
    expect([tree.stats.messagesOf(topic), tree.nodes.subtreeMessages(nodeOf(tree, 'a'))]).toEqual([0, 0]);
    expect([tree.stats.lastSeqOf(topic), tree.stats.isRetained(topic), tree.topics]).toEqual([7, true, 1]);
    note(tree, 'a/b', 8);
    tree.settle(START_US);
    expect(tree.nodes.subtreeMessages(nodeOf(tree, 'a'))).toBe(1);
    tree.clear();
    expect([tree.topics, nodeOf(tree, 'a'), tree.stats.lastSeqOf(topic)]).toEqual([0, NO_NODE, -1]);
    expect(note(tree, 'a/b', 9)).toBe(topic);
    tree.settle(START_US);
    expect(tree.nodes.subtreeMessages(nodeOf(tree, 'a'))).toBe(1);
  });

  it('names the topics whose last message is about to be evicted, and lets go of a pin once a newer one came', () => {
    const tree = treeOf();
    const [a, b, c] = ['a', 'b', 'a', 'c'].map((name, seq) => note(tree, name, seq)).slice(1);
    const found: [number, number][] = [];
    tree.stats.eachLastIn(0, 3, (topic, seq) => found.push([topic, seq]));
    expect(found).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect([tree.stats.isLast(a ?? -1, 1), tree.stats.isLast(b ?? -1, 2), tree.stats.isLast(c ?? -1, 2)]).toEqual([
      true,
      true,
      false,
    ]);
    tree.settle(START_US);
    tree.pin(0, Uint8Array.of(1, 2, 3));
    expect(tree.pinned.get(0)).toEqual(Uint8Array.of(1, 2, 3));
    note(tree, 'a', 9);
    tree.settle(START_US);
    expect(tree.pinned.get(0)).toBeUndefined();
  });
});

describe('wildcards', () => {
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/#', 'sport', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/monitor', false],
    ['+/monitor', '$SYS/monitor', false],
    ['$SYS/#', '$SYS/monitor', true],
    ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
    ['ACCOUNTS', 'Accounts', false],
    ['sport/tennis#', 'sport/tennis', false],
  ])('%s and %s: %s', (filter, topic, expected) => {
    expect(matchesTopicFilter(encoder.encode(filter), encoder.encode(topic))).toBe(expected);
    const tree = treeOf();
    note(tree, topic, 0);
    expect([...tree.matching(encoder.encode(filter))]).toEqual([expected ? 1 : 0]);
    tree.settle(START_US);
    expect([...tree.matching(encoder.encode(filter))]).toEqual([expected ? 1 : 0]);
  });

  it('gives the same by the tree as topic by topic', () => {
    const level = fc.constantFrom('', 'a', 'b', '$a');
    const names = fc.array(
      fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/')),
      { maxLength: 30 },
    );
    const filter = fc
      .tuple(fc.array(fc.constantFrom('', 'a', 'b', '$a', '+'), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, deep]) => [...levels, ...(deep ? ['#'] : [])].join('/'));
    fc.assert(
      fc.property(names, filter, (topics, text) => {
        const tree = treeOf();
        topics.forEach((name, seq) => note(tree, name, seq));
        tree.settle(START_US);
        const wanted = Array.from({ length: tree.table.size }, (_, topic) =>
          Number(matchesTopicFilter(encoder.encode(text), tree.table.bytes(topic))),
        );
        expect([...tree.matching(encoder.encode(text))]).toEqual(wanted);
      }),
    );
  });
});

describe('PinnedValues', () => {
  it('agrees with a Map and does not keep what was let go', () => {
    const step = fc.tuple(fc.nat(20), fc.oneof(fc.constant(-1), fc.nat(300_000), fc.nat(40)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const pins = new PinnedValues();
        const model = new Map<number, Uint8Array>();
        steps.forEach(([topic, length], index) => {
          if (length < 0) {
            pins.unpin(topic);
            model.delete(topic);
            return;
          }
          const value = new Uint8Array(length).fill(index);
          pins.pin(topic, value);
          model.set(topic, value);
        });
        const wanted = [...model.values()].reduce((sum, value) => sum + value.length, 0);
        expect([pins.size, pins.bytes]).toEqual([model.size, wanted]);
        expect(pins.reservedBytes).toBeLessThanOrEqual(2 * wanted + 16 * model.size + 2 * 1024 * 1024);
        for (let topic = 0; topic <= 20; topic++) {
          const value = pins.get(topic);
          expect(value === undefined ? undefined : Buffer.from(value).toString('latin1')).toBe(
            model.has(topic) ? Buffer.from(model.get(topic) ?? []).toString('latin1') : undefined,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});
