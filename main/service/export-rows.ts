/** The rows of one source that go into a file: those that stand when it begins and pass a filter, or are named, each once and in order. */

import { PacketView } from '../engine/capture/packet-view.ts';
import { requireFilter } from './filter-text.ts';
import type { LiveSource } from './live-source.ts';

/** Rows that are looked up at once. */
const ROWS_AT_ONCE = 2_048;

export interface RowChoice {
  readonly filter: string;
  /** Sequence numbers, ascending; absent for all that pass the filter. */
  readonly seqs?: readonly number[];
}

export class ExportRows {
  readonly live: LiveSource;
  readonly #view: PacketView | undefined;
  readonly #named: readonly number[];
  readonly #end: number;
  #next: number;
  #buffer: Float64Array = new Float64Array(0);
  #at = 0;
  #missed = 0;

  /** Throws `bad-filter`. */
  constructor(live: LiveSource, { filter, seqs }: RowChoice) {
    const { capture } = live.recording;
    this.live = live;
    this.#named = seqs ?? [];
    this.#next = capture.firstSeq;
    this.#end = seqs === undefined ? capture.nextSeq : 0;
    const parsed = requireFilter(filter);
    this.#view = seqs === undefined ? new PacketView(capture, parsed, live.filterSubject) : undefined;
    if (seqs !== undefined) this.#buffer = Float64Array.from(this.#named);
  }

  /** Rows that may be written, those that pass the filter among them. */
  get total(): number {
    return this.#view === undefined ? this.#named.length : this.#end - this.live.recording.capture.firstSeq;
  }

  /** Rows that were evicted before their turn came. */
  get missed(): number {
    return this.#missed;
  }

  /** Whether the filter has looked at all rows; only then rows come. At least a little is done in each call. */
  ready(deadline: () => boolean): boolean {
    return this.#view === undefined || this.#view.advance(deadline).done || this.#scanned();
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
    this.#view?.close();
  }

  /** A capture that goes on is never scanned whole: what stood at the start is enough. */
  #scanned(): boolean {
    const { scanned = 0, total = 0 } = this.#view?.progress ?? {};
    return total - scanned <= this.live.recording.capture.nextSeq - this.#end;
  }

  #fill(): boolean {
    const view = this.#view;
    if (view === undefined) return false;
    const { firstSeq } = this.live.recording.capture;
    if (firstSeq > this.#next) {
      this.#missed += Math.min(firstSeq, this.#end) - this.#next;
      this.#next = firstSeq;
    }
    if (this.#next >= this.#end) return false;
    const from = view.indexOf(this.#next);
    const rows = view.rows(from, from + ROWS_AT_ONCE).filter((seq) => seq < this.#end);
    this.#buffer = rows;
    this.#at = 0;
    this.#next = (rows.at(-1) ?? this.#end - 1) + 1;
    return rows.length > 0;
  }
}
