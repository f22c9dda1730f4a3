/** The rows of one source that go into a file: those that stand when it begins, pass a filter and lie in what was chosen, each once and in order. */

import type { SeqRange } from '../../shared/contract/identifiers.ts';
import { PacketView } from '../engine/capture/packet-view.ts';
import { requireFilter } from './filter-text.ts';
import type { LiveSource } from './live-source.ts';
import { lengthOf, rangesWithin, rowsFrom } from './seq-ranges.ts';

/** Rows that are looked up at once. */
const ROWS_AT_ONCE = 2_048;

export interface RowChoice {
  readonly filter: string;
  /** In order and apart; absent for all that pass the filter. */
  readonly ranges?: readonly SeqRange[] | undefined;
}

export class ExportRows {
  readonly live: LiveSource;
  readonly #view: PacketView;
  readonly #ranges: readonly SeqRange[];
  readonly #end: number;
  #next: number;
  #buffer: Float64Array = new Float64Array(0);
  #at = 0;
  #missed: number;

  /** Throws `bad-filter`. */
  constructor(live: LiveSource, { filter, ranges }: RowChoice) {
    const { capture } = live.recording;
    this.live = live;
    this.#next = capture.firstSeq;
    this.#end = capture.nextSeq;
    this.#ranges = rangesWithin(ranges, capture.firstSeq, capture.nextSeq);
    this.#missed = ranges === undefined ? 0 : lengthOf(rangesWithin(ranges, 0, capture.firstSeq));
    this.#view = new PacketView(capture, requireFilter(filter), live.filterSubject);
  }

  /** Rows that may be written, those that pass the filter among them. */
  get total(): number {
    return lengthOf(this.#ranges);
  }

  /** Rows that were evicted before their turn came. */
  get missed(): number {
    return this.#missed;
  }

  /** Whether the filter has looked at all rows; only then rows come. At least a little is done in each call. */
  ready(deadline: () => boolean): boolean {
    return this.#view.advance(deadline).done || this.#scanned();
  }

  /** The next row, which stays the next until {@link take}; undefined where there is none. */
  peek(): number | undefined {
    const { capture } = this.live.recording;
    for (;;) {
      if (this.#at >= this.#buffer.length && !this.#fill()) return undefined;
      const seq = this.#buffer[this.#at];
      if (seq === undefined) return undefined;
      if (capture.has(seq)) return seq;
      this.#missed += 1;
      this.#at += 1;
    }
  }

  take(): void {
    this.#at += 1;
  }

  close(): void {
    this.#view.close();
  }

  /** A capture that goes on is never scanned whole: what stood at the start is enough. */
  #scanned(): boolean {
    const { scanned, total } = this.#view.progress;
    return total - scanned <= this.live.recording.capture.nextSeq - this.#end;
  }

  #fill(): boolean {
    const { firstSeq } = this.live.recording.capture;
    if (firstSeq > this.#next) {
      this.#missed += lengthOf(rangesWithin(this.#ranges, this.#next, firstSeq));
      this.#next = firstSeq;
    }
    this.#buffer = rowsFrom(this.#view, this.#ranges, this.#next, ROWS_AT_ONCE);
    this.#at = 0;
    this.#next = (this.#buffer.at(-1) ?? this.#end - 1) + 1;
    return this.#buffer.length > 0;
  }
}
