/** The line difference against its definition: it must turn one text into the other, by the fewest edits. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiffLine, diffLines, foldUnchanged, MAX_EDITS } from '../../../renderer/model/topics-diff.ts';

const sideOf = (lines: readonly DiffLine[], hidden: DiffLine['kind']): string =>
  lines
    .filter((line) => line.kind !== hidden)
    .map((line) => line.text)
    .join('\n');

/** Length of the longest common subsequence by the textbook table. */
function commonLines(a: readonly string[], b: readonly string[]): number {
  let row = Array.from<number>({ length: b.length + 1 }).fill(0);
  for (const left of a) {
    const next = [0];
    for (const [j, right] of b.entries())
      next.push(left === right ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    row = next;
  }
  return row[b.length] ?? 0;
}

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 14 }).map((lines) => lines.join('\n'));

describe('line difference', () => {
  it('shows both texts whole and no more edits than needed', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffLines(before, after);
        expect(sideOf(diff.lines, 'added')).toBe(before);
        expect(sideOf(diff.lines, 'removed')).toBe(after);
        const a = before.split('\n');
        const b = after.split('\n');
        expect(diff.added + diff.removed).toBe(a.length + b.length - 2 * commonLines(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('numbers the lines of each side', () => {
    expect(diffLines('x\nold\nz', 'x\nnew\nz').lines).toEqual([
      { kind: 'same', text: 'x', before: 1, after: 1 },
      { kind: 'removed', text: 'old', before: 2 },
      { kind: 'added', text: 'new', after: 2 },
      { kind: 'same', text: 'z', before: 3, after: 3 },
    ]);
  });

  it('says so where it gave up on the shortest script, and still shows both texts', () => {
    const before = Array.from({ length: MAX_EDITS }, (_, i) => `a${i}`).join('\n');
    const after = Array.from({ length: MAX_EDITS }, (_, i) => `b${i}`).join('\n');
    const diff = diffLines(before, after);
    expect(diff.shortest).toBe(false);
    expect(sideOf(diff.lines, 'added')).toBe(before);
    expect(sideOf(diff.lines, 'removed')).toBe(after);
  });

  it('folds what is unchanged but for three lines of context', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `${i}`);
    const folded = foldUnchanged(diffLines(lines.join('\n'), lines.with(10, 'x').join('\n')).lines);
    expect(folded.map((part) => (part.kind === 'fold' ? `fold ${part.lines.length}` : part.text))).toEqual([
      'fold 7',
      '7',
      '8',
      '9',
      '10',
      'x',
      '11',
      '12',
      '13',
      'fold 6',
    ]);
  });
});
