/** What the service shows of two captures beside each other. */

import type { SourceId } from './identifiers.ts';

/** Bits of {@link ComparedRows.flags}; a row without any is the same on both sides. */
export const COMPARED = { onlyA: 1, onlyB: 2, fields: 4, payload: 8, moved: 16, late: 32 } as const;

/** How many rows differ, and how; one row may count more than once. */
export interface ComparisonCounts {
  readonly same: number;
  /** In fields or payload. */
  readonly changed: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly moved: number;
  readonly late: number;
}

/** Rows of a comparison, as columns. */
export interface ComparedRows {
  readonly first: number;
  /** Number among all rows, differing or not. */
  readonly row: Float64Array;
  /** Packet on each side, -1 for none. */
  readonly seqA: Float64Array;
  readonly seqB: Float64Array;
  /** Microseconds from the first packet of the side, NaN for none. */
  readonly timeA: Float64Array;
  readonly timeB: Float64Array;
  /** First byte of the fixed header, of A where it has one. */
  readonly header: Uint8Array;
  readonly flags: Uint8Array;
  readonly topic: readonly string[];
}

/** A field that is not the same on both sides; absent where a side has none. */
export interface ComparedField {
  /** Path of specification names: `retain`, `properties.contentType`. */
  readonly name: string;
  readonly a?: string;
  readonly b?: string;
}

export type ComparisonState = 'running' | 'done' | 'cancelled';

/** One comparison as pages are told of it. */
export interface ComparisonRecord {
  /** Unique while the service runs. */
  readonly comparison: number;
  readonly a: SourceId;
  readonly b: SourceId;
  readonly state: ComparisonState;
  /** 0 to 1. */
  readonly progress: number;
  readonly counts: ComparisonCounts;
  /** Rows, and those of them that differ; 0 until it is done. */
  readonly total: number;
  readonly differing: number;
  /** Only the first packets of a side were compared: there are too many. */
  readonly cut: boolean;
}
