/** Two captures or two exchanges side by side: the form, the comparison on the service, the rows on screen and the one that is open. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ProcedureInput } from '../../shared/contract/procedures.ts';
import { COMPARED, type ComparedField, type ComparisonRecord } from '../../shared/contract/comparison-records.ts';
import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import type { SourceSummary } from '../../shared/contract/source-records.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import type { AppModel } from './app-model.ts';
import type { RowType } from './packet-names.ts';
import { numberIn } from './publish-form.ts';
import { createStore, derive, type Readable } from './store.ts';
import { comparableTexts, type ComparedAs } from './topics-compare.ts';
import { loadMessage } from './topics-value.ts';

export type Side = 'a' | 'b';

/** What one side is: packets that pass a filter, or one exchange of the source. */
export interface SideForm {
  readonly source: SourceId | undefined;
  readonly filter: string;
  readonly flow: number | undefined;
}

export interface CompareForm {
  readonly a: SideForm;
  readonly b: SideForm;
  /** Milliseconds; empty: times do not count. */
  readonly tolerance: string;
  readonly ignoresDirection: boolean;
  readonly ignoresOrder: boolean;
}

export type CompareFault = 'a.source' | 'b.source' | 'a.filter' | 'b.filter' | 'tolerance';

export interface CompareRow {
  /** Among all rows, differing or not. */
  readonly row: number;
  readonly seqA: Seq | undefined;
  readonly seqB: Seq | undefined;
  /** Microseconds from the first packet of the side. */
  readonly timeA: number;
  readonly timeB: number;
  readonly type: RowType;
  readonly topic: string;
  /** Bits of {@link COMPARED}. */
  readonly flags: number;
}

/** The row that is open, with what was found out about it. */
export interface CompareDetail {
  readonly row: CompareRow;
  readonly fields: readonly ComparedField[];
  /** Payloads of both sides, where they differ. */
  readonly payload?: {
    readonly as: ComparedAs;
    readonly before: string;
    readonly after: string;
    /** Only the beginning was loaded. */
    readonly cut: boolean;
  };
  readonly error?: InspectorError;
}

const EMPTY_SIDE: SideForm = { source: undefined, filter: '', flow: undefined };
const FIRST: CompareForm = {
  a: EMPTY_SIDE,
  b: EMPTY_SIDE,
  tolerance: '',
  ignoresDirection: false,
  ignoresOrder: false,
};

/** Rows fetched at once, and how many of such pages are kept. */
const PAGE_ROWS = 200;
const KEPT_PAGES = 20;
const LONGEST_MS = 86_400_000;

export class CompareModel {
  readonly #app: AppModel;
  readonly #form = createStore<CompareForm>(FIRST);
  readonly #tried = createStore(false);
  readonly #id = createStore<number | undefined>(undefined);
  /** The sources that were compared, whatever the form says since. */
  readonly #compared = createStore<Readonly<Record<Side, SourceId>> | undefined>(undefined);
  readonly #only = createStore<'all' | 'differences'>('all');
  readonly #pages = new Map<number, readonly CompareRow[]>();
  readonly #asked = new Set<number>();
  /** Grows with every page of rows that came. */
  readonly #revision = createStore(0);
  #selectedDifference = -1;
  readonly #selected = createStore<CompareRow | undefined>(undefined);
  readonly #detail = createStore<CompareDetail | undefined>(undefined);
  /** Index in the list that is to come on screen. */
  readonly #wanted = createStore<number | undefined>(undefined);
  readonly faults: Readable<ReadonlySet<CompareFault>>;
  /** Undefined before the first one, and once its source or the service forgot it. */
  readonly record: Readable<ComparisonRecord | undefined>;

  constructor(app: AppModel) {
    this.#app = app;
    this.faults = derive([this.#form, this.#tried], () => faultsOf(this.#form.get(), this.#tried.get()));
    this.record = derive([this.#id, app.inspector.comparisons], () =>
      app.inspector.comparisons.get().find(({ comparison }) => comparison === this.#id.get()),
    );
  }

  get form(): Readable<CompareForm> {
    return this.#form;
  }
  get compared(): Readable<Readonly<Record<Side, SourceId>> | undefined> {
    return this.#compared;
  }
  get only(): Readable<'all' | 'differences'> {
    return this.#only;
  }
  get revision(): Readable<number> {
    return this.#revision;
  }
  get selected(): Readable<CompareRow | undefined> {
    return this.#selected;
  }
  get detail(): Readable<CompareDetail | undefined> {
    return this.#detail;
  }
  get wanted(): Readable<number | undefined> {
    return this.#wanted;
  }

  showed(): void {
    this.#wanted.set(undefined);
  }

  change(patch: Partial<CompareForm>): void {
    this.#form.update((form) => ({ ...form, ...patch }));
  }

  changeSide(side: Side, patch: Partial<SideForm>): void {
    this.#form.update((form) => ({ ...form, [side]: { ...form[side], ...patch } }));
  }

  /** Sources that are gone are no choice any more; the selected one is the first side, another one the second. */
  settle(sources: readonly SourceSummary[], selected: SourceId | undefined): void {
    const isOpen = (id: SourceId | undefined): boolean => sources.some((source) => source.id === id);
    const { a, b } = this.#form.get();
    const first = isOpen(a.source) ? a.source : (selected ?? sources[0]?.id);
    const second = isOpen(b.source) ? b.source : (sources.find(({ id }) => id !== first) ?? sources[0])?.id;
    if (first !== a.source) this.changeSide('a', { source: first, flow: undefined });
    if (second !== b.source) this.changeSide('b', { source: second, flow: undefined });
  }

  async start(): Promise<void> {
    this.#tried.set(true);
    const form = this.#form.get();
    const [a, b] = [sideOf(form.a), sideOf(form.b)];
    if (faultsOf(form, true).size > 0 || a === undefined || b === undefined) return;
    const tolerance = numberIn(form.tolerance, 0, LONGEST_MS);
    const { actions, inspector } = this.#app;
    await this.close();
    const { ignoresDirection, ignoresOrder } = form;
    const started = await actions.run(() =>
      inspector.call('startComparison', {
        a,
        b,
        ignoresDirection,
        ignoresOrder,
        ...(tolerance === undefined ? {} : { toleranceMs: tolerance }),
      }),
    );
    if (started === undefined) return;
    this.#tried.set(false);
    this.#forgetRows();
    this.#compared.set({ a: a.source, b: b.source });
    this.#id.set(started.comparison);
  }

  /** Stops one that runs, else clears the result away. */
  async close(): Promise<void> {
    const record = this.record.get();
    if (record === undefined) return;
    const { comparison, state } = record;
    await this.#app.actions.run(() => this.#app.inspector.call('closeComparison', { comparison }));
    if (state === 'running') return;
    this.#id.set(undefined);
    this.#forgetRows();
  }

  show(only: 'all' | 'differences'): void {
    if (only === this.#only.get()) return;
    this.#only.set(only);
    this.#pages.clear();
    this.#asked.clear();
    this.#revision.update((revision) => revision + 1);
  }

  /** The row at an index of the list, undefined until it was fetched. */
  rowAt(index: number): CompareRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  setVisible(from: number, count: number): void {
    const last = Math.floor((from + count) / PAGE_ROWS);
    for (let page = Math.floor(from / PAGE_ROWS); page <= last; page += 1) void this.#fetch(page);
  }

  /** Index of the open row among the differences, -1 where it was not opened there. */
  get selectedDifference(): number {
    return this.#selectedDifference;
  }

  select(index: number): void {
    const row = this.rowAt(index);
    if (row === undefined) return;
    this.#selectedDifference = this.#only.get() === 'differences' ? index : -1;
    this.#open(row);
  }

  clearSelection(): void {
    this.#selected.set(undefined);
    this.#detail.set(undefined);
  }

  /** Goes to the nearest difference after or before the open row. */
  async step(back: boolean): Promise<void> {
    const record = this.record.get();
    if (record?.state !== 'done') return;
    const { comparison, total } = record;
    const row = this.#selected.get()?.row ?? (back ? total : -1);
    const { inspector, actions } = this.#app;
    const found = await actions.run(() => inspector.call('nextDifference', { comparison, row, back }));
    if (found === undefined || found.row < 0) return;
    if (this.#only.get() === 'differences') this.show('all');
    await this.#fetch(Math.floor(found.row / PAGE_ROWS));
    this.select(found.row);
    this.#wanted.set(found.row);
  }

  async #fetch(page: number): Promise<void> {
    const record = this.record.get();
    if (record?.state !== 'done' || this.#asked.has(page)) return;
    this.#asked.add(page);
    const only = this.#only.get();
    const { comparison } = record;
    const request = { comparison, from: page * PAGE_ROWS, count: PAGE_ROWS, only };
    const rows = await this.#app.inspector.call('readComparison', request).catch((error) => {
      if (!(error instanceof InspectorError)) throw error;
      return undefined;
    });
    if (rows === undefined || only !== this.#only.get() || comparison !== this.#id.get()) return;
    const read: CompareRow[] = [];
    for (const [index, row] of rows.row.entries()) {
      const seq = (of: Float64Array): Seq | undefined => ((of[index] ?? -1) < 0 ? undefined : of[index]);
      read.push({
        row,
        seqA: seq(rows.seqA),
        seqB: seq(rows.seqB),
        timeA: rows.timeA[index] ?? Number.NaN,
        timeB: rows.timeB[index] ?? Number.NaN,
        type: PACKET_TYPES[(rows.header[index] ?? 0) >> 4] ?? 'reserved',
        topic: rows.topic[index] ?? '',
        flags: rows.flags[index] ?? 0,
      });
    }
    this.#pages.set(page, read);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > KEPT_PAGES && oldest !== undefined) {
      this.#pages.delete(oldest);
      this.#asked.delete(oldest);
    }
    this.#revision.update((revision) => revision + 1);
  }

  #open(row: CompareRow): void {
    this.#selected.set(row);
    void this.#load(row);
  }

  async #load(row: CompareRow): Promise<void> {
    const record = this.record.get();
    const compared = this.#compared.get();
    if (record === undefined || compared === undefined) return;
    const { inspector } = this.#app;
    let detail: CompareDetail;
    try {
      const fields = await inspector.call('comparedFields', { comparison: record.comparison, row: row.row });
      const { seqA, seqB } = row;
      if ((row.flags & COMPARED.payload) === 0 || seqA === undefined || seqB === undefined) detail = { row, fields };
      else {
        const [a, b] = await Promise.all([
          loadMessage(inspector, compared.a, seqA),
          loadMessage(inspector, compared.b, seqB),
        ]);
        const cut = a.payload.length < a.payloadLength || b.payload.length < b.payloadLength;
        detail = { row, fields, payload: { ...comparableTexts(a.payload, b.payload), cut } };
      }
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      detail = { row, fields: [], error };
    }
    if (this.#selected.get() === row) this.#detail.set(detail);
  }

  #forgetRows(): void {
    this.#pages.clear();
    this.#asked.clear();
    this.clearSelection();
    this.#revision.update((revision) => revision + 1);
  }
}

function sideOf({
  source,
  filter,
  flow,
}: SideForm): (ProcedureInput<'startComparison'>['a'] & { source: SourceId }) | undefined {
  if (source === undefined) return undefined;
  return flow === undefined ? { source, filter } : { source, flow };
}

function faultsOf(form: CompareForm, tried: boolean): ReadonlySet<CompareFault> {
  const faults = new Set<CompareFault>();
  for (const side of ['a', 'b'] as const) {
    const { source, filter, flow } = form[side];
    if (tried && source === undefined) faults.add(`${side}.source`);
    if (flow === undefined && parseFilter(filter).errors.length > 0) faults.add(`${side}.filter`);
  }
  if (Number.isNaN(numberIn(form.tolerance, 0, LONGEST_MS))) faults.add('tolerance');
  return faults;
}
