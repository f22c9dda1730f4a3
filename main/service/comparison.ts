/** Two captures, or two exchanges, side by side: what answers to what, and in what it differs. Works in slices, holds numbers only. */

import {
  COMPARED,
  type ComparedField,
  type ComparedRows,
  type ComparisonCounts,
} from '../../shared/contract/comparison-records.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import type { Filter } from '../../shared/filter/filter-ast.ts';
import { TYPE } from '../../shared/mqtt/packet.ts';
import type { FilterSubject } from '../engine/capture/filter-compile.ts';
import { PacketView } from '../engine/capture/packet-view.ts';
import { payloadStart } from '../engine/capture/publish-payload.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { NO_TOPIC } from '../engine/topics/topic-table.ts';
import { align } from './comparison-align.ts';
import { type Decoded, differingFields, isSameBytes, isSameFrame, payloadOf, sumOf } from './comparison-fields.ts';
import { decodeRow } from './packet-json.ts';
import { topicOf } from './packet-rows.ts';

/** One side. */
export interface ComparedSide {
  readonly recording: Recording;
  /** Which packets; a list of them instead for one exchange. */
  readonly packets: Filter | Float64Array;
  /** What the filter looks at besides the recording's packets and exchanges. */
  readonly subject?: Omit<FilterSubject, 'capture'>;
}

export interface ComparisonOptions {
  /** Packets that a client sent answer to those that a server sent: what was published to what was delivered. */
  readonly ignoresDirection: boolean;
  /** Times, from the first packet on each side, that differ by no more are the same; undefined: times do not count. Milliseconds. */
  readonly toleranceMs: number | undefined;
  /** Pairs that cross are no difference. */
  readonly ignoresOrder: boolean;
}

/** Packets of one side, at most. */
export const MOST_COMPARED = 1_000_000;
/** Packets between two looks at the clock. */
const STEP = 128;

interface Column {
  readonly seq: Float64Array;
  readonly timeUs: Float64Array;
  readonly key: Uint32Array;
  readonly hash: Uint32Array;
}

interface Row {
  readonly a: number;
  readonly b: number;
}

/** Packets that were evicted while it works count as they were when they were looked at, or as differing where they could not be. */
export class Comparison {
  readonly #sides: readonly [ComparedSide, ComparedSide];
  readonly #options: ComparisonOptions;
  /** Exchanges are compared step by step, whatever their topics are. */
  readonly #byTopic: boolean;
  readonly #work: Generator<void, void>;
  readonly #keys = new Map<string, number>();
  readonly #columns: Column[] = [];
  /** Of the {@link advance} under way. */
  #deadline: () => boolean = () => true;
  #isDone = false;
  #looked = 0;
  #toLook = 1;
  /** Place in each side's columns, -1 for none. */
  #a: Int32Array = new Int32Array(0);
  #b: Int32Array = new Int32Array(0);
  #flags = new Uint8Array(0);
  #differing = new Int32Array(0);
  #counts: ComparisonCounts = { same: 0, changed: 0, onlyA: 0, onlyB: 0, moved: 0, late: 0 };
  #tooMany = false;

  constructor(a: ComparedSide, b: ComparedSide, options: ComparisonOptions) {
    this.#sides = [a, b];
    this.#options = options;
    this.#byTopic = !(a.packets instanceof Float64Array && b.packets instanceof Float64Array);
    this.#work = this.#compare();
  }

  /** Works until `deadline` answers true; answers whether everything is compared. */
  advance(deadline: () => boolean): boolean {
    this.#deadline = deadline;
    while (!this.#isDone) {
      this.#isDone = this.#work.next().done === true;
      if (deadline()) break;
    }
    return this.#isDone;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** 0 to 1. */
  get progress(): number {
    return this.#isDone ? 1 : Math.min(1, this.#looked / this.#toLook);
  }

  /** A side has more than {@link MOST_COMPARED}: only so many of its first were compared. */
  get tooMany(): boolean {
    return this.#tooMany;
  }

  get counts(): ComparisonCounts {
    return this.#counts;
  }

  /** Of all rows, or of those that differ. */
  total(only: 'all' | 'differences'): number {
    return only === 'all' ? this.#flags.length : this.#differing.length;
  }

  rows(from: number, count: number, only: 'all' | 'differences'): ComparedRows {
    const end = Math.min(from + count, this.total(only));
    const places = Int32Array.from({ length: Math.max(0, end - from) }, (_, index) =>
      only === 'all' ? from + index : (this.#differing[from + index] ?? 0),
    );
    return {
      first: from,
      row: Float64Array.from(places),
      seqA: Float64Array.from(places, (row) => this.#seq(row, 0)),
      seqB: Float64Array.from(places, (row) => this.#seq(row, 1)),
      timeA: Float64Array.from(places, (row) => this.#time(row, 0)),
      timeB: Float64Array.from(places, (row) => this.#time(row, 1)),
      header: Uint8Array.from(places, (row) => this.#header(row)),
      flags: Uint8Array.from(places, (row) => this.#flags[row] ?? 0),
      topic: Array.from(places, (row) => this.#topic(row)),
    };
  }

  /** The nearest row in that direction that differs; -1 where there is none. */
  next(row: number, direction: 1 | -1): number {
    const differing = this.#differing;
    let low = 0;
    let high = differing.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((differing[middle] ?? 0) < (direction === 1 ? row + 1 : row)) low = middle + 1;
      else high = middle;
    }
    return differing[direction === 1 ? low : low - 1] ?? -1;
  }

  /** In what the two packets of a row differ; nothing for a row with one. */
  fields(row: number): readonly ComparedField[] {
    const seqs = [this.#seq(row, 0), this.#seq(row, 1)] as const;
    if (seqs[0] < 0 || seqs[1] < 0 || !this.#isThere(0, seqs[0]) || !this.#isThere(1, seqs[1])) return [];
    return differingFields(this.#decode(0, seqs[0]), this.#decode(1, seqs[1]));
  }

  #isThere(side: 0 | 1, seq: Seq): boolean {
    return this.#sides[side].recording.capture.has(seq);
  }

  #decode(side: 0 | 1, seq: Seq): Decoded {
    return decodeRow(this.#sides[side].recording, seq).result;
  }

  #seq(row: number, side: 0 | 1): number {
    const place = (side === 0 ? this.#a : this.#b)[row] ?? -1;
    return place < 0 ? -1 : (this.#columns[side]?.seq[place] ?? -1);
  }

  /** Microseconds from the first packet of the side; NaN for none. */
  #time(row: number, side: 0 | 1): number {
    const place = (side === 0 ? this.#a : this.#b)[row] ?? -1;
    const times = this.#columns[side]?.timeUs;
    return place < 0 || times === undefined ? Number.NaN : (times[place] ?? 0) - (times[0] ?? 0);
  }

  #header(row: number): number {
    const side = (this.#a[row] ?? -1) >= 0 ? 0 : 1;
    const seq = this.#seq(row, side);
    return this.#isThere(side, seq) ? this.#sides[side].recording.capture.firstByte(seq) : 0;
  }

  #topic(row: number): string {
    const side = (this.#a[row] ?? -1) >= 0 ? 0 : 1;
    const seq = this.#seq(row, side);
    return this.#isThere(side, seq) ? topicOf(this.#sides[side].recording, seq) : '';
  }

  *#compare(): Generator<void, void> {
    this.#toLook = Math.max(
      1,
      this.#sides.reduce((sum, side) => sum + side.recording.capture.recordCount * 2, 0),
    );
    for (const side of this.#sides) this.#columns.push(yield* this.#collect(side));
    const [a, b] = this.#columns;
    if (a === undefined || b === undefined) return;
    this.#toLook = Math.max(1, (a.seq.length + b.seq.length) * 2);
    this.#looked = a.seq.length + b.seq.length;
    const { partnerOfA, partnerOfB, moved } = yield* align(a, b, this.#keys.size);
    const rows = merged(partnerOfA, partnerOfB, moved);
    this.#a = rows.a;
    this.#b = rows.b;
    const flags = new Uint8Array(rows.a.length);
    for (let row = 0; row < flags.length; row += 1) {
      const placeA = rows.a[row] ?? -1;
      flags[row] = this.#flagsOf(a, b, { a: placeA, b: rows.b[row] ?? -1 }, moved[placeA] === 1);
      this.#looked += 1;
      if (row % STEP === STEP - 1) yield;
    }
    this.#flags = flags;
    yield* this.#count();
  }

  *#collect(side: ComparedSide): Generator<void, Column> {
    const { recording, packets } = side;
    const { capture } = recording;
    const seqs = packets instanceof Float64Array ? packets : yield* this.#matching(side, packets);
    const kept = new Float64Array(Math.min(seqs.length, MOST_COMPARED));
    let count = 0;
    for (const [index, seq] of seqs.entries()) {
      if (index % STEP === STEP - 1) yield;
      if (!capture.has(seq) || (capture.flags(seq) & FLAG.event) !== 0) continue;
      if (count === kept.length) {
        this.#tooMany = true;
        break;
      }
      kept[count] = seq;
      count += 1;
    }
    const column: Column = {
      seq: kept.subarray(0, count),
      timeUs: new Float64Array(count),
      key: new Uint32Array(count),
      hash: new Uint32Array(count),
    };
    const known = new Map<number, number>();
    for (const [place, seq] of column.seq.entries()) {
      this.#looked += 1;
      if (place % STEP === STEP - 1) yield;
      if (!capture.has(seq)) continue;
      column.timeUs[place] = capture.timeUs(seq);
      column.key[place] = this.#keyOf(recording, seq, known);
      column.hash[place] = hashOf(recording, seq);
    }
    return column;
  }

  *#matching({ recording, subject }: ComparedSide, filter: Filter): Generator<void, Float64Array> {
    const view = new PacketView(recording.capture, filter, { flows: recording.flows.store, ...subject });
    while (!view.advance(this.#deadline).done) yield;
    const seqs = view.rows(0, view.progress.matched);
    view.close();
    return seqs;
  }

  /** Numbers for kind and topic; `known` remembers them by the recording's own topic numbers. */
  #keyOf(recording: Recording, seq: Seq, known: Map<number, number>): number {
    const { capture, flows } = recording;
    const type = capture.firstByte(seq) >> 4;
    const direction = this.#options.ignoresDirection || capture.direction(seq) === 'client-to-server' ? 0 : 1;
    if (this.#byTopic && (type === TYPE.subscribe || type === TYPE.unsubscribe)) {
      const packet = decodeRow(recording, seq).result?.packet;
      const filters =
        packet?.type === 'subscribe'
          ? packet.subscriptions.map(({ topicFilter }) => topicFilter)
          : packet?.type === 'unsubscribe'
            ? packet.topicFilters
            : [];
      return this.#number(`${type} ${direction} ${filters.join('\0')}`);
    }
    if (!this.#byTopic) return this.#number(`${type} ${direction}`);
    const flow = capture.flow(seq);
    const own = capture.topicId(seq);
    const topic = own !== NO_TOPIC ? own : flows.store.has(flow) ? flows.store.topic(flow) : NO_TOPIC;
    const short = (topic === NO_TOPIC ? 0 : topic + 1) * 32 + type * 2 + direction;
    const found = known.get(short) ?? this.#number(`${type} ${direction} ${topicOf(recording, seq)}`);
    known.set(short, found);
    return found;
  }

  #number(key: string): number {
    const found = this.#keys.get(key) ?? this.#keys.size;
    this.#keys.set(key, found);
    return found;
  }

  #flagsOf(a: Column, b: Column, row: Row, isMoved: boolean): number {
    if (row.a < 0) return COMPARED.onlyB;
    if (row.b < 0) return COMPARED.onlyA;
    const { toleranceMs, ignoresOrder } = this.#options;
    const late = Math.abs((b.timeUs[row.b] ?? 0) - (b.timeUs[0] ?? 0) - (a.timeUs[row.a] ?? 0) + (a.timeUs[0] ?? 0));
    return (
      this.#contentFlags(a.seq[row.a] ?? -1, b.seq[row.b] ?? -1) |
      (isMoved && !ignoresOrder ? COMPARED.moved : 0) |
      (toleranceMs !== undefined && late > toleranceMs * 1000 ? COMPARED.late : 0)
    );
  }

  #contentFlags(seqA: Seq, seqB: Seq): number {
    if (!this.#isThere(0, seqA) || !this.#isThere(1, seqB)) return COMPARED.fields;
    const [sideA, sideB] = this.#sides;
    if (isSameFrame(sideA.recording.capture.bytes(seqA), sideB.recording.capture.bytes(seqB))) return 0;
    const a = this.#decode(0, seqA);
    const b = this.#decode(1, seqB);
    const payloads = [payloadOf(a), payloadOf(b)] as const;
    const isPayloadSame =
      payloads[0] === undefined || payloads[1] === undefined
        ? payloads[0] === payloads[1]
        : isSameBytes(payloads[0], payloads[1]);
    return (isPayloadSame ? 0 : COMPARED.payload) | (differingFields(a, b).length === 0 ? 0 : COMPARED.fields);
  }

  *#count(): Generator<void, void> {
    const counts = { same: 0, changed: 0, onlyA: 0, onlyB: 0, moved: 0, late: 0 };
    const differing = new Int32Array(this.#flags.length);
    let found = 0;
    for (const [row, flags] of this.#flags.entries()) {
      if (row % STEP === STEP - 1) yield;
      if (flags === 0) {
        counts.same += 1;
        continue;
      }
      differing[found] = row;
      found += 1;
      if ((flags & COMPARED.onlyA) !== 0) counts.onlyA += 1;
      if ((flags & COMPARED.onlyB) !== 0) counts.onlyB += 1;
      if ((flags & (COMPARED.fields | COMPARED.payload)) !== 0) counts.changed += 1;
      if ((flags & COMPARED.moved) !== 0) counts.moved += 1;
      if ((flags & COMPARED.late) !== 0) counts.late += 1;
    }
    this.#counts = counts;
    this.#differing = differing.slice(0, found);
  }
}

function hashOf({ capture }: Recording, seq: Seq): number {
  if (capture.firstByte(seq) >> 4 !== TYPE.publish) return 0;
  const bytes = capture.bytes(seq);
  return sumOf(bytes, payloadStart(bytes, capture.protocolVersion(capture.connection(seq)).version));
}

/**
 * Rows in an order that both sides can be read in: pairs that do not cross stand where they are, what only one side has stands between them,
 * A's before B's; a pair that crosses stands at its place in A.
 */
function merged(
  partnerOfA: Int32Array,
  partnerOfB: Int32Array,
  moved: Uint8Array,
): { readonly a: Int32Array; readonly b: Int32Array } {
  let alone = 0;
  for (const partner of partnerOfB) if (partner < 0) alone += 1;
  const rows = { a: new Int32Array(partnerOfA.length + alone), b: new Int32Array(partnerOfA.length + alone) };
  let row = 0;
  const add = (a: number, b: number): void => {
    rows.a[row] = a;
    rows.b[row] = b;
    row += 1;
  };
  let nextB = 0;
  const onlyB = (end: number): void => {
    for (; nextB < end; nextB += 1) if ((partnerOfB[nextB] ?? -1) < 0) add(-1, nextB);
  };
  for (let a = 0; a < partnerOfA.length; a += 1) {
    const b = partnerOfA[a] ?? -1;
    if (b >= 0 && moved[a] === 0) {
      onlyB(b);
      nextB = b + 1;
    }
    add(a, b);
  }
  onlyB(partnerOfB.length);
  return rows;
}
