/** Topic views against a plain model that sorts and flattens everything anew after each step. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOPIC_FLAG, type TopicSort } from '../../shared/contract/topic-records.ts';
import { compareLevels, sortByLevel, sortByNumber } from '../../main/engine/topics/natural-order.ts';
import { NO_NODE, ROOT } from '../../main/engine/topics/topic-nodes.ts';
import { TopicTree } from '../../main/engine/topics/topic-tree.ts';
import { TopicView } from '../../main/engine/topics/topic-view.ts';

const encoder = new TextEncoder();
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

class Setup {
  readonly tree = new TopicTree({ seed: { a: 5, b: 6 }, isEmptyPayload: () => false });
  readonly values = new Map<number, Uint8Array>();
  readonly view = new TopicView(this.tree, { valueOf: (topic) => this.values.get(topic) });
  nowUs = 1_700_000_000_000_000;
  seq = 0;

  note(name: string, value = ''): void {
    const bytes = Buffer.from(name, 'latin1');
    const topic = this.tree.table.intern(bytes, 0, bytes.length);
    this.values.set(topic, encoder.encode(value));
    this.tree.stats.note(topic, this.seq++, 10, 0x30, this.nowUs);
  }

  frame(us = 16_000): void {
    this.nowUs += us;
    this.tree.settle(this.nowUs);
    this.view.advance(this.nowUs);
  }

  node(name: string): number {
    return this.tree.nodes.find(Buffer.from(name, 'latin1'));
  }

  paths(from = 0, count = 1e6): string[] {
    return [...this.view.nodesAt(from, count)].map((node) => latin1(this.tree.nodes.path(node)));
  }
}

/** The same view in the simplest words: paths as strings, everything computed from scratch. */
class Model {
  readonly topics = new Map<string, { messages: number; value: string }>();
  readonly open = new Set<string>();
  /** Search results only grow while a search stands. */
  readonly found = new Set<string>();
  readonly toggled = new Set<string>();
  hideSystem = false;
  search: { text: string; in: 'name' | 'value' | 'both' } | undefined;

  paths(): string[] {
    return [
      ...new Set(
        [...this.topics.keys()].flatMap((name) =>
          name.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')),
        ),
      ),
    ];
  }

  rows(compare: (left: string, right: string) => number): string[] {
    const all = this.paths();
    this.refreshFound(all);
    const childrenOf = (parent: string | undefined): string[] =>
      all
        .filter((path) =>
          parent === undefined
            ? !path.includes('/')
            : path.slice(0, path.lastIndexOf('/')) === parent && path.includes('/'),
        )
        .toSorted(
          (left, right) => Number(left.startsWith('$')) - Number(right.startsWith('$')) || compare(left, right),
        );
    const flatten = (parent: string | undefined): string[] =>
      childrenOf(parent).flatMap((path) => {
        if (!this.isShown(path)) return [];
        return this.isOpen(path) ? [path, ...flatten(path)] : [path];
      });
    return flatten(undefined);
  }

  isOpen(path: string): boolean {
    if (this.search === undefined) return this.open.has(path);
    return this.foundBelow(path) !== this.toggled.has(path);
  }

  foundBelow(path: string): boolean {
    return [...this.found].some((other) => other.startsWith(`${path}/`));
  }

  isShown(path: string): boolean {
    if (this.hideSystem && path === '$SYS') return false;
    if (this.search === undefined) return true;
    return (
      this.found.has(path) || this.foundBelow(path) || [...this.found].some((other) => path.startsWith(`${other}/`))
    );
  }

  refreshFound(all: string[]): void {
    const search = this.search;
    if (search === undefined) return;
    const text = search.text.toLowerCase();
    for (const path of all) {
      const start = path.lastIndexOf('/') + 1;
      const from = Math.max(0, start - text.length + (text.endsWith('/') ? 0 : 1));
      const named = search.in !== 'value' && path.toLowerCase().slice(from).includes(text);
      const valued = search.in !== 'name' && (this.topics.get(path)?.value.toLowerCase().includes(text) ?? false);
      if (named || valued) this.found.add(path);
    }
  }
}

/** Natural order written another way: split into pieces, compare piece by piece. */
function naturalModel(left: string, right: string): number {
  const pieces = (text: string): string[] => text.match(/[0-9]+|[^0-9]/g) ?? [];
  const a = pieces(left);
  const b = pieces(right);
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [x, y] = [a[index] ?? '', b[index] ?? ''];
    const numbers = /^[0-9]/.test(x) && /^[0-9]/.test(y);
    const difference = numbers
      ? Number(BigInt(x) - BigInt(y))
      : (x.replace(/[A-Z]/, (c) => c.toLowerCase()).codePointAt(0) ?? 0) -
        (y.replace(/[A-Z]/, (c) => c.toLowerCase()).codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const levels = fc.constantFrom('', 'a', 'b', 'B', 'a10', 'a9', 'a09', '$SYS', '$x', '\xff\xfe', 'lamp');
const names = fc.array(levels, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

describe('natural order', () => {
  it('puts numbers by value, folds case, and is total over bytes', () => {
    const setup = new Setup();
    const sorted = [
      '',
      '$',
      '-1',
      '0',
      '00',
      '1',
      '01',
      '2',
      '9a',
      '10',
      '10b',
      'A',
      'a',
      'a2',
      'A10',
      'a10',
      'B',
      '\xe9',
    ];
    sorted.toReversed().forEach((name) => setup.note(`r/${name}`));
    setup.frame();
    setup.view.expandAll(ROOT);
    expect(setup.paths().slice(1)).toEqual(sorted.map((name) => `r/${name}`));
  });

  it('agrees with piecewise comparison', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'B', 'b', '-', '\xff'), maxLength: 6 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const setup = new Setup();
        setup.note(left);
        setup.note(right);
        setup.frame();
        const result = Math.sign(compareLevels(setup.tree.nodes, setup.node(left), setup.node(right)));
        expect(result === 0).toBe(left === right);
        const wanted = Math.sign(naturalModel(left, right));
        expect([wanted, 0]).toContain(wanted === 0 ? 0 : result);
      }),
    );
  });

  it('sorts thousands by keys as it does by comparing', () => {
    const name = fc.string({ unit: fc.constantFrom('0', '1', '7', 'a', 'Z', '-', '\xff'), maxLength: 14 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 900, maxLength: 1200 }),
        fc.constantFrom('', 'device-', 'x0'),
        (list, prefix) => {
          const setup = new Setup();
          list.forEach((each) => setup.note(`${prefix}${each}`));
          setup.frame();
          const nodes = new Set(list.map((each) => setup.node(`${prefix}${each}`)));
          const byKeys = Uint32Array.from(nodes);
          sortByLevel(setup.tree.nodes, byKeys);
          expect([...byKeys]).toEqual(
            [...nodes].toSorted((left, right) => compareLevels(setup.tree.nodes, left, right)),
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  it('sorts by numbers, stable among equals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(5), fc.double({ min: 0, max: 1e300, noNaN: true })), { maxLength: 50 }),
        fc.boolean(),
        (values, descending) => {
          const indexes = Uint32Array.from(values.keys());
          sortByNumber(indexes, (index) => values[index] ?? 0, descending);
          const wanted = [...values.keys()].toSorted(
            (left, right) => ((values[left] ?? 0) - (values[right] ?? 0)) * (descending ? -1 : 1),
          );
          expect([...indexes]).toEqual(wanted);
        },
      ),
    );
  });
});

describe('TopicView', () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('note' as const),
        name: names,
        value: fc.constantFrom('x', 'Lamp', '42'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('expand' as const, 'collapse' as const, 'reveal' as const),
        pick: fc.nat(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('expandAll' as const, 'collapseAll' as const),
        pick: fc.nat(),
        root: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('hide' as const), hide: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('descending' as const), descending: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('search' as const),
        text: fc.constantFrom('', 'a', 'LAMP', 'a/b', 'b/', '9', '/', 'sys'),
        in: fc.constantFrom('name' as const, 'value' as const, 'both' as const),
      }),
    },
  );

  it('shows what a model shows, after any sequence of messages, openings, searches and orders', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), fc.nat(), fc.nat(), (actions, from, count) => {
        const setup = new Setup();
        const model = new Model();
        let descending = false;
        for (const step of actions) {
          const all = model.paths();
          const picked = 'pick' in step ? (all[step.pick % Math.max(1, all.length)] ?? '') : '';
          const node = picked === '' && !all.includes('') ? NO_NODE : setup.node(picked);
          const under =
            'root' in step && step.root ? all : all.filter((path) => path === picked || path.startsWith(`${picked}/`));
          const setOpen = (paths: readonly string[], open: boolean): void => {
            for (const path of paths) {
              if (model.search === undefined) {
                if (open) model.open.add(path);
                else model.open.delete(path);
              } else if (open === model.foundBelow(path)) model.toggled.delete(path);
              else model.toggled.add(path);
            }
          };
          const parents = all.filter((path) => all.some((other) => other.startsWith(`${path}/`)));
          if (step.do === 'note') {
            setup.note(step.name, step.value);
            model.topics.set(step.name, {
              messages: (model.topics.get(step.name)?.messages ?? 0) + 1,
              value: step.value,
            });
            setup.frame();
            // The second frame lets a search look again at a value that changed.
            setup.frame();
            setup.frame();
            const before = new Set(model.found);
            model.refreshFound(model.paths());
            for (const path of model.toggled) {
              const isNew = ![...before].some((other) => other.startsWith(`${path}/`)) && model.foundBelow(path);
              if (isNew) model.toggled.delete(path);
            }
          } else if (step.do === 'hide') {
            setup.view.setHideSystem(step.hide);
            model.hideSystem = step.hide;
          } else if (step.do === 'descending') {
            descending = step.descending;
            setup.view.setSort('name', descending);
          } else if (step.do === 'search') {
            setup.view.setSearch({ text: step.text, in: step.in });
            model.search = step.text === '' ? undefined : { text: step.text, in: step.in };
            model.found.clear();
            model.toggled.clear();
            model.refreshFound(all);
          } else if (all.length > 0 && step.do === 'expand') {
            setup.view.expand(node);
            setOpen([picked], true);
          } else if (all.length > 0 && step.do === 'collapse') {
            setup.view.collapse(node);
            setOpen([picked], false);
          } else if (all.length > 0 && step.do === 'reveal') {
            setup.view.reveal(node);
            setOpen(
              all.filter((path) => picked.startsWith(`${path}/`)),
              true,
            );
          } else if (all.length > 0 && step.do === 'expandAll') {
            setup.view.expandAll('root' in step && step.root ? ROOT : node);
            setOpen(
              under.filter((path) => parents.includes(path)),
              true,
            );
          } else if (all.length > 0 && step.do === 'collapseAll') {
            setup.view.collapseAll('root' in step && step.root ? ROOT : node);
            setOpen(under, false);
          }
          const compare = (left: string, right: string): number =>
            compareLevels(setup.tree.nodes, setup.node(left), setup.node(right)) * (descending ? -1 : 1);
          const rows = model.rows(compare);
          expect(setup.paths()).toEqual(rows);
          expect(setup.view.total).toBe(rows.length);
          expect(setup.view.searching).toBe(false);
          const first = from % (rows.length + 1);
          expect(setup.paths(first, count % 9)).toEqual(rows.slice(first, first + (count % 9)));
          for (const path of all) expect(setup.view.indexOf(setup.node(path))).toBe(rows.indexOf(path));
        }
      }),
      { numRuns: 250 },
    );
  });

  it('keeps thousands of siblings in order as they come, and jumps to any row', () => {
    const setup = new Setup();
    const numbers = Array.from({ length: 5000 }, (_, index) => (index * 2654435761) % 1_000_003);
    const seen: number[] = [];
    setup.note('d/0/x');
    setup.frame();
    setup.view.expand(setup.node('d'));
    for (let from = 0; from < numbers.length; from += 500) {
      for (const number of numbers.slice(from, from + 500)) {
        setup.note(`d/${number}/x`);
        seen.push(number);
      }
      setup.frame();
      setup.view.expand(setup.node(`d/${numbers[from]}`));
      expect(setup.view.window(0, 30).node.length).toBe(30);
    }
    const open = new Set(numbers.filter((_, index) => index % 500 === 0));
    const wanted = [
      'd',
      ...[...new Set([0, ...seen])]
        .toSorted((left, right) => left - right)
        .flatMap((each) => (open.has(each) ? [`d/${each}`, `d/${each}/x`] : [`d/${each}`])),
    ];
    expect(setup.paths()).toEqual(wanted);
    for (const row of [1, 777, 2600, wanted.length - 1]) {
      expect(setup.paths(row, 2)).toEqual(wanted.slice(row, row + 2));
      expect(setup.view.indexOf(setup.node(wanted[row] ?? ''))).toBe(row);
    }
  });

  it.each<[TopicSort, string[]]>([
    ['messages', ['b', 'c', 'a']],
    ['bytes', ['b', 'c', 'a']],
    ['time', ['a', 'c', 'b']],
    ['rate', ['b', 'c', 'a']],
  ])('orders by %s, and again once a second', (sort, wanted) => {
    const setup = new Setup();
    for (const [name, count] of [
      ['b', 30],
      ['c', 20],
      ['a', 1],
    ] as const) {
      for (let message = 0; message < count; message++) setup.note(name);
      setup.frame();
    }
    setup.view.setSort(sort, true);
    expect(setup.paths()).toEqual(wanted);
    for (let message = 0; message < 100; message++) setup.note('a');
    setup.frame();
    setup.frame(2_000_000);
    expect(setup.paths()[0]).toBe('a');
  });

  it('tells which rows of a window changed, and when they moved', () => {
    const setup = new Setup();
    ['a/x', 'a/y', 'b'].forEach((name) => setup.note(name));
    setup.frame();
    setup.view.expand(setup.node('a'));
    const shown = setup.view.window(0, 10).node;
    let mark = setup.view.mark;
    setup.frame();
    expect(setup.view.changedRows(shown, mark)).toEqual([]);
    setup.note('a/y');
    setup.frame();
    expect(setup.view.changedRows(shown, mark)).toEqual([0, 2]);
    mark = setup.view.mark;
    setup.frame(1_000_000);
    expect(setup.view.changedRows(shown, mark)).toEqual([0, 1, 2, 3]);
    mark = setup.view.mark;
    setup.note('aa');
    setup.frame();
    expect(setup.view.changedRows(shown, mark)).toBeUndefined();
  });

  it('fills a row with counts, flags, text and sparkline', () => {
    const setup = new Setup();
    setup.note('a/\xff');
    setup.note('$SYS/up');
    setup.frame();
    setup.view.expandAll(ROOT);
    setup.view.window(0, 10);
    for (let message = 0; message < 4; message++) setup.note('a/\xff');
    setup.frame(1_000_000);
    const rows = setup.view.window(0, 10);
    expect(rows.level).toEqual(['a', '\\xff', '$SYS', 'up']);
    expect(rows.topic).toEqual(['a', 'a/\\xff', '$SYS', '$SYS/up']);
    expect([...rows.depth]).toEqual([0, 1, 0, 1]);
    expect([...rows.messages]).toEqual([0, 5, 0, 1]);
    expect([...rows.subtreeMessages]).toEqual([5, 5, 1, 1]);
    expect([...rows.lastSeq]).toEqual([-1, 5, -1, 1]);
    expect([...rows.flags]).toEqual([
      TOPIC_FLAG.hasChildren | TOPIC_FLAG.expanded,
      TOPIC_FLAG.isTopic,
      TOPIC_FLAG.hasChildren | TOPIC_FLAG.expanded | TOPIC_FLAG.system,
      TOPIC_FLAG.isTopic | TOPIC_FLAG.system,
    ]);
    expect(rows.sparkline[15]).toBe(4);
    expect(rows.sparkline[2 * 16 + 15]).toBe(0);
  });

  it('opens no more rows than the limit allows', () => {
    const setup = new Setup();
    for (let index = 0; index < 50; index++) setup.note(`a/b/${index}`);
    setup.note('a/c/d');
    setup.frame();
    expect(setup.view.expandAll(setup.node('a'), 10)).toBe(false);
    expect(setup.paths().slice(0, 2)).toEqual(['a', 'a/b']);
    expect(setup.view.total).toBeLessThanOrEqual(11);
    expect(setup.view.expandAll(setup.node('a'), 100)).toBe(true);
    expect(setup.view.total).toBe(54);
  });

  it('searches large values a slice at a time, and says so', () => {
    const setup = new Setup();
    for (let index = 0; index < 30; index++) setup.note(`big/${index}`, `${'.'.repeat(1_000_000)}end`);
    setup.frame();
    setup.view.setSearch({ text: 'END', in: 'value' });
    let frames = 0;
    while (setup.view.searching) {
      setup.frame();
      frames++;
    }
    expect(frames).toBeGreaterThan(3);
    expect([setup.view.matched, setup.view.total]).toEqual([30, 31]);
  });

  it('starts over when the tree was cleared', () => {
    const setup = new Setup();
    setup.note('a/b');
    setup.frame();
    setup.view.expandAll(ROOT);
    const { mark } = setup.view;
    setup.tree.clear();
    setup.frame();
    expect([setup.view.total, setup.view.changedRows(new Uint32Array(0), mark)]).toEqual([0, undefined]);
    setup.note('b/c');
    setup.frame();
    expect(setup.paths()).toEqual(['b']);
  });
});
