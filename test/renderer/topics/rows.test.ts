/** What the tree reads out of a window: rows, parents, and places. */

import { describe, expect, it } from 'vitest';
import { TOPIC_FLAG } from '../../../shared/contract/topic-records.ts';
import { parentRow, RowCache, rowOfNode, rowStartingWith, topicRow } from '../../../renderer/model/topics-rows.ts';
import { rowsOf, type TestNode } from './rows-of.ts';

/** All levels of the topics, expanded, in order of name; `isTopic` only where a topic ends. */
function flatten(topics: readonly string[]): TestNode[] {
  const paths = new Map<string, TestNode>();
  const ordered = [...topics].map((topic) => topic.split('/')).sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  for (const levels of ordered)
    for (const [depth, level] of levels.entries()) {
      const path = levels.slice(0, depth + 1).join('/');
      const ends = depth === levels.length - 1;
      const known = paths.get(path);
      if (known === undefined) paths.set(path, { node: paths.size, depth, level, path, isTopic: ends });
      else if (ends) paths.set(path, { ...known, isTopic: true });
    }
  return [...paths.values()];
}

describe('window of the topic tree', () => {
  it('finds parents, and says when they are above the window', () => {
    const nodes = flatten(['a/b/c', 'a/d']);
    expect(parentRow(rowsOf(nodes), 0)).toBe(-1);
    expect(parentRow(rowsOf(nodes), 3)).toBe(0);
    expect(parentRow(rowsOf(nodes.slice(2), 2), 3)).toBe(-2);
  });

  it('tells an empty level from no row', () => {
    const rows = rowsOf(flatten(['/a']));
    expect(topicRow(rows, 0)).toMatchObject({ level: '', isTopic: false, hasChildren: true });
    expect(topicRow(rows, 5)).toBeUndefined();
    expect(topicRow(rows, 1)).toMatchObject({ level: 'a', topic: '/a', isTopic: true });
  });

  it('finds nodes and first letters, wrapping round', () => {
    const rows = rowsOf(flatten(['Beta', 'alpha', 'beth']), 100);
    expect(rowStartingWith(rows, 101, 'bet')).toBe(102);
    expect(rowStartingWith(rows, 103, 'b')).toBe(100);
    expect(rowStartingWith(rows, 100, 'z')).toBe(-1);
    expect(rowOfNode(rows, 1)).toBe(101);
    expect(rowOfNode(rows, 9)).toBe(-1);
  });

  it('cuts previews at their stated length', () => {
    const rows = rowsOf([
      { node: 1, depth: 0, level: 'a', path: 'a', isTopic: true, value: 'x'.repeat(60), retained: true },
    ]);
    expect(topicRow(rows, 0)).toMatchObject({
      retained: true,
      payloadLength: 60,
      preview: { kind: 'text', shown: 48, total: 60 },
    });
    expect((rows.flags[0] ?? 0) & TOPIC_FLAG.retained).toBe(TOPIC_FLAG.retained);
  });

  it('keeps the object of a row of which nothing changed', () => {
    const cache = new RowCache();
    const window = (messages: number) =>
      rowsOf([
        { node: 1, depth: 0, level: 'a', path: 'a', isTopic: true, messages: 1, lastSeq: 4 },
        { node: 2, depth: 0, level: 'b', path: 'b', isTopic: true, messages, lastSeq: 4 + messages },
      ]);
    const rows = window(1);
    const before = [cache.row(rows, 0), cache.row(rows, 1)];
    expect(cache.row(rows, 0)).toBe(before[0]);
    const next = window(2);
    expect(cache.row(next, 0)).toBe(before[0]);
    expect(cache.row(next, 1)).not.toBe(before[1]);
    expect(cache.row(next, 1)).toMatchObject({ messages: 2, lastSeq: 6 });
  });
});
