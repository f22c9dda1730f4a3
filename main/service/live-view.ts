/** What a page keeps open: something that, asked once a frame, answers with a push where its window changed. */

import type { ViewPush } from '../../shared/contract/pushes.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';

/** Milliseconds a view may work on a filter or a search in one frame. */
export const FRAME_BUDGET_MS = 4;

/** Counters over a list are read this often: nobody follows them faster, and some cost as much as the rows. */
export const COUNTERS_US = 250_000;

export interface Window {
  readonly from: number;
  readonly count: number;
  /** Sticks to the newest rows; `from` counts for nothing then. */
  readonly follow: boolean;
}

export interface LiveView {
  readonly source: SourceId;
  /** Rows to push from now on; the next frame carries them. */
  setWindow(window: Window): void;
  /** Answers undefined where nothing that the page sees has changed since the last answer. */
  collect(nowUs: number): ViewPush | undefined;
  close(): void;
}

/** First row of a window over `total` rows. */
export function firstRow({ from, count, follow }: Window, total: number): number {
  return follow ? Math.max(0, total - count) : Math.min(from, total);
}
