/** Which rows of the packet list are chosen: one, some, or all, however many that are. */

import type { Seq, SeqRange } from '../../shared/contract/identifiers.ts';
import { createStore, type Readable } from './store.ts';

/** A row of the view: its packet, and its index, -1 where the filter hides it. */
export interface PlacedRow {
  readonly seq: Seq;
  readonly row: number;
}

/** All rows of the view between two, both included. */
interface ChosenRange {
  readonly first: PlacedRow;
  readonly last: PlacedRow;
}

/** What a click or a key does to the choice. */
export type RowPick =
  /** This row and no other. */
  | 'only'
  /** In or out. */
  | 'toggle'
  /** From the last row that was picked to this one, and no other. */
  | 'extend'
  /** As `extend`, beside what is chosen. */
  | 'add'
  /** Nothing: only the place of the keys moves. */
  | 'pass';

/** An end that has gone, or was never meant to be one: the first row there is at any time. */
const OLDEST: PlacedRow = { seq: 0, row: 0 };

/**
 * Ranges are in order and apart. They mean the rows that pass the filter of the view at the time: who changes the filter begins a new choice.
 * Packets decide what is in a range; indexes of rows are for counting: tell {@link moved} when they move, and {@link recount} what it cannot know.
 */
export class PacketChoice {
  readonly #ranges = createStore<readonly ChosenRange[]>([]);
  #anchor: PlacedRow | undefined;

  /** Changes with every choice. */
  get changes(): Readable<unknown> {
    return this.#ranges;
  }

  get count(): number {
    return this.#ranges.get().reduce((sum, { first, last }) => sum + Math.max(0, last.row - first.row + 1), 0);
  }

  has(seq: Seq): boolean {
    return this.#ranges.get().some(({ first, last }) => seq >= first.seq && seq <= last.seq);
  }

  get ranges(): readonly SeqRange[] {
    return this.#ranges.get().map(({ first, last }) => [first.seq, last.seq] as const);
  }

  /** Indexes of the chosen rows, by their first and last. */
  get rows(): readonly (readonly [from: number, to: number])[] {
    return this.#ranges.get().map(({ first, last }) => [first.row, last.row] as const);
  }

  pick(at: PlacedRow, how: RowPick): void {
    const anchor = this.#anchor;
    if (how === 'pass') return;
    if (how === 'only' || anchor === undefined || anchor.row < 0) {
      this.#anchor = at;
      this.#ranges.set([{ first: at, last: at }]);
    } else if (how === 'toggle') {
      this.#anchor = at;
      this.#ranges.update((ranges) => (this.has(at.seq) ? without(ranges, at) : joined(ranges, between(at, at))));
    } else this.#ranges.update((ranges) => joined(how === 'add' ? ranges : [], between(anchor, at)));
  }

  /** Every row up to the last. */
  all(last: PlacedRow): void {
    this.#anchor ??= last;
    this.#ranges.set([{ first: OLDEST, last }]);
  }

  clear(): void {
    this.#anchor = undefined;
    if (this.#ranges.get().length > 0) this.#ranges.set([]);
  }

  /** The index of a packet became known. */
  placed(at: PlacedRow): void {
    const [range, more] = this.#ranges.get();
    if (more === undefined && range?.first.seq === at.seq && range.last.seq === at.seq) this.pick(at, 'only');
  }

  /** All rows before those on screen became more, or fewer: the oldest went. */
  moved(by: number): void {
    if (this.#anchor === undefined && this.count === 0) return;
    const move = ({ seq, row }: PlacedRow): PlacedRow => (seq === 0 || row + by < 0 ? OLDEST : { seq, row: row + by });
    if (this.#anchor !== undefined && this.#anchor.row >= 0) this.#anchor = move(this.#anchor);
    this.#ranges.update((ranges) =>
      ranges
        .filter(({ first, last }) => first.row < 0 || last.row + by >= 0)
        .map((range) => (range.first.row < 0 ? range : { first: move(range.first), last: move(range.last) })),
    );
  }

  /**
   * Asks where the ends stand now: rows come and go within ranges too, and a list that follows does not say how far they moved. `placeOf`
   * answers the row of a packet, or of the next later one where that is not `exact`.
   */
  async recount(
    placeOf: (seq: Seq) => Promise<{ readonly row: number; readonly exact: boolean } | undefined>,
  ): Promise<void> {
    const ranges = this.#ranges.get();
    const placed = await Promise.all(
      ranges.map(async ({ first, last }) => {
        const [from, to] = await Promise.all([placeOf(first.seq), placeOf(last.seq)]);
        if (from === undefined || to === undefined) return undefined;
        const end = to.exact ? to.row : to.row - 1;
        return end < from.row ? [] : [{ first: { ...first, row: from.row }, last: { ...last, row: end } }];
      }),
    );
    const anchor = this.#anchor;
    const anchored = anchor === undefined || anchor.row < 0 ? undefined : await placeOf(anchor.seq);
    // What was picked meanwhile stands; it is asked for again.
    if (this.#ranges.get() !== ranges || this.#anchor !== anchor || placed.includes(undefined)) return;
    if (anchor !== undefined && anchored !== undefined) this.#anchor = { seq: anchor.seq, row: anchored.row };
    const now = placed.flatMap((range) => range ?? []);
    if (JSON.stringify(now) !== JSON.stringify(ranges)) this.#ranges.set(now);
  }
}

function between(one: PlacedRow, other: PlacedRow): ChosenRange {
  return one.seq <= other.seq ? { first: one, last: other } : { first: other, last: one };
}

function joined(ranges: readonly ChosenRange[], added: ChosenRange): readonly ChosenRange[] {
  const before = ranges.filter(({ last }) => last.seq < added.first.seq);
  const behind = ranges.filter(({ first }) => first.seq > added.last.seq);
  const met = ranges.slice(before.length, ranges.length - behind.length);
  const first = met[0] === undefined || met[0].first.seq > added.first.seq ? added.first : met[0].first;
  const end = met.at(-1);
  const last = end === undefined || end.last.seq < added.last.seq ? added.last : end.last;
  return [...before, { first, last }, ...behind];
}

/** What was one range around the row becomes two, whose ends need be no rows, and which may have none: no row is between them and the one that went. */
function without(ranges: readonly ChosenRange[], { seq, row }: PlacedRow): readonly ChosenRange[] {
  return ranges.flatMap(({ first, last }) => {
    if (seq < first.seq || seq > last.seq) return [{ first, last }];
    return [
      ...(seq === first.seq ? [] : [{ first, last: { seq: seq - 1, row: row - 1 } }]),
      ...(seq === last.seq ? [] : [{ first: { seq: seq + 1, row: row + 1 }, last }]),
    ];
  });
}
