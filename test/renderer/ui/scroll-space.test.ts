import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_SCROLL_PX, ScrollSpace } from '../../../renderer/ui/scroll-space.ts';

it('is one to one while the browser can draw it', () => {
  const space = new ScrollSpace(22 * 1000, 600);
  expect(space.scaled).toBe(false);
  expect(space.toOffset(1234)).toBe(1234);
  expect(space.maxOffset).toBe(22 * 1000 - 600);
});

it('reaches both ends of any length and maps back and forth', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200_000_000 }),
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, viewport, share) => {
        const space = new ScrollSpace(rows * 22, viewport);
        expect(space.physical).toBeLessThanOrEqual(MAX_SCROLL_PX);
        expect(space.toOffset(space.toScroll(0))).toBe(0);
        expect(space.toOffset(space.toScroll(space.maxOffset))).toBeCloseTo(space.maxOffset, 3);
        const offset = space.maxOffset * share;
        expect(space.toOffset(space.toScroll(offset))).toBeCloseTo(offset, 3);
      },
    ),
  );
});
