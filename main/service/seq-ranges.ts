/** Parts of a capture that somebody chose: ranges of its rows, in order and apart. */

import type { SeqRange } from '../../shared/contract/identifiers.ts';
import type { PacketView } from '../engine/capture/packet-view.ts';

const WHOLE: readonly SeqRange[] = [[0, Number.POSITIVE_INFINITY]];

/** What of the ranges lies at or behind `from` and before `end`; all of that without ranges. */
export function rangesWithin(ranges: readonly SeqRange[] = WHOLE, from: number, end: number): readonly SeqRange[] {
  return ranges.flatMap(([first, last]): SeqRange[] => {
    const part = [Math.max(first, from), Math.min(last, end - 1)] as const;
    return part[0] <= part[1] ? [part] : [];
  });
}

/** How many numbers the ranges have. */
export function lengthOf(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Rows of the view in the ranges, at or behind `seq`: at most `most`, of one range; none where there are no more. */
export function rowsFrom(view: PacketView, ranges: readonly SeqRange[], seq: number, most: number): Float64Array {
  for (let at = rangeAt(ranges, seq); at < ranges.length; at += 1) {
    const [first, last] = ranges[at] ?? [0, -1];
    const from = view.indexOf(Math.max(seq, first));
    const rows = view.rows(from, Math.min(from + most, view.indexOf(last + 1)));
    if (rows.length > 0) return rows;
  }
  return new Float64Array(0);
}

/** Index of the range that `seq` is in, or of the first behind it. */
function rangeAt(ranges: readonly SeqRange[], seq: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.[1] ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
