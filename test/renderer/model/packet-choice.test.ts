/** A choice of rows, step by step against a plain set of packets: picked, taken away, extended, while older rows come and go. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketChoice, type RowPick } from '../../../renderer/model/packet-choice.ts';

const PICKS = ['only', 'toggle', 'extend', 'add', 'pass'] as const satisfies readonly RowPick[];

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constantFrom(...PICKS), at: fc.nat(99) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('all' as const), at: fc.nat(99) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('evict' as const, 'find' as const),
      at: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

/** Sequence numbers of the rows of a filtered list: every third packet passes. */
const rowsFrom = (oldest: number, count: number): number[] => Array.from({ length: count }, (_, at) => oldest + at * 3);

function chosenOf(choice: PacketChoice, rows: readonly number[]): readonly number[] {
  return rows.filter((seq) => choice.has(seq));
}

describe('what is chosen', () => {
  it('is what the same picks make of a set', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const choice = new PacketChoice();
        let rows = rowsFrom(3_000, 30);
        let known = new Set<number>();
        let anchor: number | undefined;
        let evicted = false;
        for (const { what, at } of steps) {
          const row = at % rows.length;
          const seq = rows[row] ?? 0;
          if (what === 'evict') {
            const gone = Math.min(at, rows.length - 1);
            evicted = true;
            for (const old of rows.slice(0, gone)) known.delete(old);
            rows = rows.slice(gone);
            choice.moved(-gone);
            // The place that a range is extended from may have gone: then from the oldest that is left.
            if (anchor !== undefined) anchor = Math.max(anchor, rows[0] ?? 0);
            continue;
          }
          if (what === 'find') {
            // Nothing is older than what went.
            if (evicted) continue;
            rows = [...rowsFrom((rows[0] ?? 0) - at * 3, at), ...rows];
            choice.moved(at);
            continue;
          }
          if (what === 'all') {
            choice.all({ seq: rows.at(-1) ?? 0, row: rows.length - 1 });
            known = new Set(rows);
            anchor ??= rows.at(-1);
            // What is found before the first row from now on belongs to all: end here.
            expect(chosenOf(choice, rows)).toEqual(rows);
            expect(choice.count).toBe(rows.length);
            return;
          }
          choice.pick({ seq, row }, what);
          if (what === 'pass') continue;
          if (what === 'only' || anchor === undefined) known = new Set([seq]);
          else if (what === 'toggle') {
            if (!known.delete(seq)) known.add(seq);
          } else {
            const [low, high] = anchor < seq ? [anchor, seq] : [seq, anchor];
            if (what === 'extend') known = new Set();
            for (const one of rows) if (one >= low && one <= high) known.add(one);
          }
          if (what === 'only' || what === 'toggle' || anchor === undefined) anchor = seq;
          expect(chosenOf(choice, rows)).toEqual([...known].toSorted((a, b) => a - b));
          expect(choice.count).toBe(known.size);
          const ends = choice.ranges.flat();
          expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is one packet that the filter hides, until others are picked', () => {
    const choice = new PacketChoice();
    choice.pick({ seq: 7, row: -1 }, 'only');
    choice.moved(-3);
    expect([choice.count, choice.ranges]).toEqual([1, [[7, 7]]]);
    choice.placed({ seq: 7, row: 2 });
    choice.pick({ seq: 12, row: 4 }, 'extend');
    expect([choice.count, choice.ranges]).toEqual([3, [[7, 12]]]);
    choice.clear();
    expect([choice.count, choice.ranges]).toEqual([0, []]);
  });

  it('is counted anew where rows came and went unheard', async () => {
    const choice = new PacketChoice();
    choice.pick({ seq: 10, row: 0 }, 'only');
    choice.pick({ seq: 40, row: 3 }, 'extend');
    choice.pick({ seq: 70, row: 6 }, 'toggle');
    const rowsOf = (rows: readonly number[]) => (seq: number) => {
      const at = rows.findIndex((one) => one >= seq);
      return Promise.resolve({ row: at < 0 ? rows.length : at, exact: rows.includes(seq) });
    };
    await choice.recount(rowsOf([30, 35, 50, 70]));
    expect([choice.count, choice.rows]).toEqual([
      3,
      [
        [0, 1],
        [3, 3],
      ],
    ]);
    choice.pick({ seq: 50, row: 2 }, 'add');
    expect(choice.ranges).toEqual([
      [10, 40],
      [50, 70],
    ]);
    await choice.recount(rowsOf([80, 90]));
    expect([choice.count, choice.ranges]).toEqual([0, []]);
  });

  it('keeps what was picked while it was counted', async () => {
    const choice = new PacketChoice();
    choice.pick({ seq: 10, row: 0 }, 'only');
    const counting = choice.recount((seq) => Promise.resolve({ row: seq, exact: true }));
    choice.pick({ seq: 20, row: 1 }, 'extend');
    await counting;
    expect(choice.rows).toEqual([[0, 1]]);
  });

  it('of all has the rows that a filter finds later before them too', () => {
    const choice = new PacketChoice();
    choice.all({ seq: 100, row: 9 });
    choice.moved(5);
    expect([choice.count, choice.ranges]).toEqual([15, [[0, 100]]]);
    choice.pick({ seq: 50, row: 7 }, 'toggle');
    expect([choice.count, choice.has(50), choice.has(49), choice.has(51)]).toEqual([14, false, true, true]);
  });
});
