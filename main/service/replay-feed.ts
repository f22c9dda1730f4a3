/** The messages of a capture in their order, once or again and again: read from it when their turn comes, never copied before. */

import type { Filter } from '../../shared/filter/filter-ast.ts';
import type { Direction } from '../../shared/mqtt/packet.ts';
import type { FilterSubject } from '../engine/capture/filter-compile.ts';
import { PacketView } from '../engine/capture/packet-view.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { type CapturedMessage, capturedMessage } from './captured-message.ts';

export interface FeedOptions {
  readonly filter: Filter;
  /** Messages of one direction; both where absent. */
  readonly direction?: Direction | undefined;
  /** The first packet that counts; the oldest there is where absent. */
  readonly fromSeq?: number | undefined;
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
  readonly #endSeq: number;
  #next: number;
  #rows: Float64Array = new Float64Array(0);
  #at = 0;
  #taken = 0;
  #missed = 0;
  #total = 0;
  #firstUs = 0;
  #lastUs = 0;

  constructor(recording: Recording, { filter, direction, fromSeq = 0, subject }: FeedOptions) {
    const { capture, flows } = recording;
    this.#recording = recording;
    this.#fromSeq = fromSeq;
    this.#endSeq = capture.nextSeq;
    this.#next = fromSeq;
    this.#view = new PacketView(capture, messagesOf(filter, direction), { flows: flows.store, ...subject });
  }

  /** Looks for messages until `deadline` answers true; answers whether all are found. */
  prepare(deadline: () => boolean): boolean {
    if (!this.#view.advance(deadline).done) return false;
    const first = this.#view.indexOf(this.#fromSeq);
    const end = this.#view.indexOf(this.#endSeq);
    this.#total = end - first;
    const { capture } = this.#recording;
    const [firstSeq] = this.#view.rows(first, first + 1);
    const [lastSeq] = this.#view.rows(end - 1, end);
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
        const from = this.#view.indexOf(this.#next);
        this.#rows = this.#view.rows(from, from + ROWS_AT_ONCE);
        this.#at = 0;
        if (this.#rows.length === 0) break;
      } else if (seq >= this.#endSeq) break;
      else if (capture.has(seq)) return seq;
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
