import fc from 'fast-check';
import { expect, it } from 'vitest';
import { laggingHeight, MAX_SCROLL_PX, ScrollSpace } from '../../../renderer/ui/scroll-space.ts';

it('is one to one while the browser can draw it', () => {
  const space = new ScrollSpace(22 * 1000, 600);
  expect(space.scaled).toBe(false);
  expect(space.toOffset(1234)).toBe(1234);
  expect(space.maxOffset).toBe(22 * 1000 - 600);
});

it('reaches both ends of any length and maps back and forth, with a spacer that lags or not', () => {
  const rowCounts = fc.integer({ min: 0, max: 200_000_000 });
  const shares = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(rowCounts, fc.integer({ min: 1, max: 3000 }), shares, fc.boolean(), (rows, viewport, share, lags) => {
      const space = new ScrollSpace(rows * 22, viewport, lags ? laggingHeight(rows, 22) : rows * 22);
      expect(space.physical).toBeLessThanOrEqual(MAX_SCROLL_PX);
      fc.pre(space.physical > viewport || space.maxOffset === 0);
      expect(space.toOffset(space.toScroll(0))).toBe(0);
      expect(space.toOffset(space.toScroll(space.maxOffset))).toBeCloseTo(space.maxOffset, 3);
      const offset = space.maxOffset * share;
      expect(space.toOffset(space.toScroll(offset))).toBeCloseTo(offset, 3);
    }),
  );
});

it('lags by a hundredth or so at most, and not at all in short lists', () => {
  for (const rows of [0, 1, 60, 127]) expect(laggingHeight(rows, 22)).toBe(rows * 22);
  for (const rows of [1000, 123_457, 99_999_999]) {
    expect(laggingHeight(rows, 1)).toBeLessThanOrEqual(rows);
    expect(laggingHeight(rows, 1)).toBeGreaterThan(rows * 0.98);
  }
});
