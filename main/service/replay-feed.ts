/** The messages of a capture in their order, once or again and again: read from it when their turn comes, never copied before. */

import type { SeqRange } from '../../shared/contract/identifiers.ts';
import type { Filter } from '../../shared/filter/filter-ast.ts';
import type { Direction } from '../../shared/mqtt/packet.ts';
import type { FilterSubject } from '../engine/capture/filter-compile.ts';
import { PacketView } from '../engine/capture/packet-view.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { type CapturedMessage, capturedMessage } from './captured-message.ts';
import { rangesWithin, rowsFrom } from './seq-ranges.ts';

export interface FeedOptions {
  readonly filter: Filter;
  /** Messages of one direction; both where absent. */
  readonly direction?: Direction | undefined;
  /** The first packet that counts; the oldest there is where absent. */
  readonly fromSeq?: number | undefined;
  /** Only what is in them, in order and apart; everything where absent. */
  readonly ranges?: readonly SeqRange[] | undefined;
  /** What the filter looks at besides the recording's packets and exchanges. */
  readonly subject?: Omit<FilterSubject, 'capture'>;
}

/** Rows looked up at once. */
const ROWS_AT_ONCE = 512;

/**
 * Messages are the PUBLISH packets that pass, without those sent again with DUP: the first of them is there. What comes into the capture
 * after the feed was made does not count. {@link prepare} until it answers true, then everything else.
 */
export class ReplayFeed {
  readonly #recording: Recording;
  readonly #view: PacketView;
  readonly #fromSeq: number;
  readonly #ranges: readonly SeqRange[];
  #next: number;
  #rows: Float64Array = new Float64Array(0);
  #at = 0;
  #taken = 0;
  #missed = 0;
  #total = 0;
  #firstUs = 0;
  #lastUs = 0;

  constructor(recording: Recording, { filter, direction, fromSeq = 0, ranges, subject }: FeedOptions) {
    const { capture, flows } = recording;
    this.#recording = recording;
    this.#fromSeq = fromSeq;
    this.#ranges = rangesWithin(ranges, fromSeq, capture.nextSeq);
    this.#next = fromSeq;
    this.#view = new PacketView(capture, messagesOf(filter, direction), { flows: flows.store, ...subject });
  }

  /** Looks for messages until `deadline` answers true; answers whether all are found. */
  prepare(deadline: () => boolean): boolean {
    if (!this.#view.advance(deadline).done) return false;
    const view = this.#view;
    const parts = this.#ranges
      .map(([first, last]) => [view.indexOf(first), view.indexOf(last + 1)] as const)
      .filter(([first, end]) => first < end);
    this.#total = parts.reduce((sum, [first, end]) => sum + end - first, 0);
    const { capture } = this.#recording;
    const first = parts[0]?.[0] ?? 0;
    const end = parts.at(-1)?.[1] ?? 0;
    const [firstSeq] = view.rows(first, first + 1);
    const [lastSeq] = view.rows(end - 1, end);
    if (this.#total > 0 && firstSeq !== undefined && lastSeq !== undefined) {
      this.#firstUs = capture.timeUs(firstSeq);
      this.#lastUs = capture.timeUs(lastSeq);
    }
    return true;
  }

  /** Messages of one round. */
  get total(): number {
    return this.#total;
  }

  /** When the first message was recorded, microseconds. */
  get firstUs(): number {
    return this.#firstUs;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  /** Messages that were evicted, or could not be read, before their turn. */
  get missed(): number {
    return this.#missed;
  }

  /** The packet of the next message; undefined at the end of a round. */
  get nextSeq(): number | undefined {
    return this.#total === 0 ? undefined : this.#peek();
  }

  /** When the next message was recorded; undefined at the end of a round. */
  peekUs(): number | undefined {
    const seq = this.#peek();
    return seq === undefined ? undefined : this.#recording.capture.timeUs(seq);
  }

  /** The next message; undefined at the end of a round, and for one that cannot be read. */
  take(): CapturedMessage | undefined {
    const seq = this.#peek();
    if (seq === undefined) return undefined;
    this.#at += 1;
    this.#next = seq + 1;
    const message = capturedMessage(this.#recording, seq);
    if (message !== undefined) this.#taken += 1;
    return message;
  }

  /** Begins the next round. */
  rewind(): void {
    this.#countMissed();
    this.#taken = 0;
    this.#next = this.#fromSeq;
    this.#rows = new Float64Array(0);
    this.#at = 0;
  }

  /** To be called once no more is taken. */
  close(): void {
    this.#view.close();
  }

  #countMissed(): void {
    this.#missed += Math.max(0, this.#total - this.#taken);
    this.#taken = this.#total;
  }

  #peek(): number | undefined {
    const { capture } = this.#recording;
    for (;;) {
      const seq = this.#rows[this.#at];
      if (seq === undefined) {
        this.#rows = rowsFrom(this.#view, this.#ranges, this.#next, ROWS_AT_ONCE);
        this.#at = 0;
        if (this.#rows.length === 0) break;
      } else if (capture.has(seq)) return seq;
      else this.#at += 1;
    }
    this.#countMissed();
    return undefined;
  }
}

function messagesOf(filter: Filter, direction: Direction | undefined): Filter {
  return {
    kind: 'and',
    terms: [
      { kind: 'compare', field: 'type', values: ['publish'] },
      { kind: 'compare', field: 'dup', value: false },
      ...(direction === undefined ? [] : [{ kind: 'compare', field: 'dir', values: [direction] } as const]),
      {
        kind: 'not',
        term: { kind: 'compare', field: 'is', values: ['malformed', 'truncated', 'undecodable', 'refused'] },
      },
      filter,
    ],
  };
}
