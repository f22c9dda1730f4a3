/** The Packets panel of one source: its rows, its filter, and the packet that is selected. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { FlowDetail } from '../../shared/contract/flow-records.ts';
import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import type { PacketDetail } from '../../shared/contract/packet-records.ts';
import type { FilterError } from '../../shared/filter/filter-ast.ts';
import type { Inspector } from './inspector.ts';
import { PacketChoice, type PlacedRow, type RowPick } from './packet-choice.ts';
import { type Chip, combinedFilter, filterFaults } from './packet-filter.ts';
import { type PacketRow, packetRows } from './packet-rows.ts';
import { createStore, derive, disposable, type Readable } from './store.ts';
import { ViewWindow } from './view-window.ts';

export interface PacketList {
  /** Rows that match the filter, and all rows of the capture. */
  readonly total: number;
  readonly captured: number;
  /** Rows that the filter has not looked at yet. */
  readonly unscanned: number;
  /** Index in the view of `rows[0]`. */
  readonly first: number;
  readonly rows: readonly PacketRow[];
  /** How far rows have moved since the panel was first opened, as {@link file://../../shared/contract/pushes.ts PacketViewPush.moved}. */
  readonly moved: number;
  /** Time of the capture's first packet, NaN before there is one. */
  readonly originUs: number;
}

export const EMPTY_LIST: PacketList = {
  total: 0,
  captured: 0,
  unscanned: 0,
  first: 0,
  rows: [],
  moved: 0,
  originUs: Number.NaN,
};

export type DetailState =
  | { readonly step: 'none' }
  | { readonly step: 'loading'; readonly seq: Seq }
  | { readonly step: 'loaded'; readonly seq: Seq; readonly packet: PacketDetail; readonly flow?: FlowDetail }
  | { readonly step: 'failed'; readonly seq: Seq; readonly error: unknown };

/** Milliseconds of rest in typing before the list is filtered anew. */
const TYPING_PAUSE_MS = 120;
/** Milliseconds between two looks at where chosen packets stand. */
const RECOUNT_MS = 400;

export class PacketsModel implements Disposable {
  readonly source: SourceId;
  readonly #inspector: Inspector;
  readonly #list = createStore<PacketList>(EMPTY_LIST);
  readonly #selection = createStore<PlacedRow | undefined>(undefined);
  readonly #detail = createStore<DetailState>({ step: 'none' });
  readonly #filter = createStore('');
  readonly #chip = createStore<Chip>('all');
  readonly #faults = createStore<readonly FilterError[]>([]);
  /** A filter that the page found right and the service refused. */
  readonly #refused = createStore<InspectorError | undefined>(undefined);
  readonly #following = createStore(true);
  readonly #wantedRow = createStore<number | undefined>(undefined);
  /** What is copied, saved and replayed together. */
  readonly choice = new PacketChoice();
  /** Packets of the source that wait at a breakpoint. */
  readonly waiting: Readable<ReadonlySet<Seq>>;
  /** Row at the top of the screen, kept while the panel is away. */
  topRow = 0;
  /** Rows that fit on the screen. */
  visibleRows = 0;
  #window: ViewWindow<'packets'> | undefined;
  #applied = '';
  /** Asked for before the view stood. */
  #unplaced: Seq | undefined;
  /** Counts what was asked to be selected: a row that is told late is passed over once another was asked for. */
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #recounting: ReturnType<typeof setTimeout> | undefined;
  #known: ReadonlyMap<Seq, PacketRow> = new Map();

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.source = source;
    let waiting: ReadonlySet<Seq> = new Set();
    this.waiting = derive([inspector.rules], () => {
      const { held } = inspector.rules.get();
      const now = held.filter((packet) => packet.source === source).map(({ seq }) => seq);
      if (now.length !== waiting.size || now.some((seq) => !waiting.has(seq))) waiting = new Set(now);
      return waiting;
    });
  }

  get list(): Readable<PacketList> {
    return this.#list;
  }
  /** The packet of the detail: where the keys are, and mostly among the {@link choice}. */
  get selection(): Readable<PlacedRow | undefined> {
    return this.#selection;
  }
  get detail(): Readable<DetailState> {
    return this.#detail;
  }
  get filter(): Readable<string> {
    return this.#filter;
  }
  get chip(): Readable<Chip> {
    return this.#chip;
  }
  get faults(): Readable<readonly FilterError[]> {
    return this.#faults;
  }
  get refused(): Readable<InspectorError | undefined> {
    return this.#refused;
  }
  get following(): Readable<boolean> {
    return this.#following;
  }

  /** A row to bring on screen once the list is that long. */
  get wantedRow(): Readable<number | undefined> {
    return this.#wantedRow;
  }

  showedRow(): void {
    this.#wantedRow.set(undefined);
  }

  /** The filter that the list stands under, chip and all. */
  get applied(): string {
    return this.#applied;
  }

  /** Opens the view on the service; the panel holds this while it is on screen. */
  open(): Disposable {
    const { source } = this;
    const movedBefore = this.#list.get().moved;
    const window = new ViewWindow(this.#inspector, {
      kind: 'packets',
      open: () => this.#inspector.call('openPacketView', { source, filter: this.#applied }),
      opened: () => {
        if (this.#unplaced !== undefined) void this.reveal(this.#unplaced);
      },
      failed: (error) => this.#refused.set(error instanceof InspectorError ? error : undefined),
      follow: this.#following.get(),
    });
    this.#window = window;
    const pushes = window.push.subscribe(() => {
      const push = window.push.get();
      if (push === undefined) return;
      const rows = packetRows(push.rows, this.#known);
      this.#hearOfSelected(rows);
      this.#known = new Map(rows.map((row) => [row.seq, row]));
      const { total, captured, unscanned, originUs } = push;
      const moved = movedBefore + window.moved;
      const by = moved - this.#list.get().moved;
      this.#list.set({ total, captured, unscanned, first: push.rows.first, rows, moved, originUs });
      if (by !== 0) {
        this.choice.moved(by);
        this.#moveSelection(by);
      }
      this.#followSelection();
      this.#recountSoon();
    });
    let rules = this.#inspector.settings.get().colourRules;
    const settings = this.#inspector.settings.subscribe(() => {
      const { colourRules } = this.#inspector.settings.get();
      if (colourRules !== rules && this.#selection.get() !== undefined) this.reloadDetail();
      rules = colourRules;
    });
    return disposable(() => {
      settings[Symbol.dispose]();
      pushes[Symbol.dispose]();
      window[Symbol.dispose]();
      if (this.#window === window) this.#window = undefined;
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#recounting);
    this.#window?.[Symbol.dispose]();
  }

  setVisible(from: number, count: number): void {
    this.topRow = from;
    this.visibleRows = count;
    this.#window?.setVisible(from, count);
  }

  follow(on: boolean): void {
    this.#following.set(on);
    this.#window?.follow(on);
  }

  rowAt(index: number): PacketRow | undefined {
    const { first, rows } = this.#list.get();
    return rows[index - first];
  }

  setFilter(text: string): void {
    this.#filter.set(text);
    this.#faults.set(filterFaults(text));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#apply(), TYPING_PAUSE_MS);
  }

  /** Filters at once. */
  showFilter(text: string): void {
    this.setFilter(text);
    this.#chip.set('all');
    clearTimeout(this.#timer);
    void this.#apply();
  }

  setChip(chip: Chip): void {
    this.#chip.set(chip);
    clearTimeout(this.#timer);
    void this.#apply();
  }

  /** Selects the packet in row `index` of the view, and chooses it as told. */
  selectRow(index: number, how: RowPick = 'only'): void {
    const row = this.rowAt(index);
    this.#asked += 1;
    if (row !== undefined) this.#pick({ seq: row.seq, row: index }, how);
    else void this.#selectUnseen(index, how);
  }

  /** Chooses every row there is now; those that come later are not among them. */
  async chooseAll(): Promise<void> {
    const { total } = this.#list.get();
    const last = await this.#placeOf(total - 1);
    if (last !== undefined) this.choice.all(last);
  }

  /** The chosen packets in order, at most `most`. */
  async chosenRows(most: number): Promise<readonly PacketRow[]> {
    const view = this.#window?.view;
    await this.choice.recount((seq) => this.#place(seq));
    const found: PacketRow[] = [];
    for (const [from, to] of view === undefined ? [] : this.choice.rows) {
      const count = Math.min(to - from + 1, most - found.length);
      if (view === undefined || count <= 0) break;
      // Ranges follow one another: the limit counts over all of them.
      // oxlint-disable-next-line no-await-in-loop
      const rows = await this.#inspector.call('readRows', { view, from: Math.max(0, from), count });
      found.push(...packetRows(rows, new Map()).filter(({ seq }) => this.choice.has(seq)));
    }
    return found;
  }

  clearSelection(): void {
    this.choice.clear();
    if (this.#selection.get() === undefined) return;
    this.#selection.set(undefined);
    this.#detail.set({ step: 'none' });
  }

  /** Selects a packet by number and brings it on screen; drops the filter where that hides it. */
  async reveal(seq: Seq): Promise<void> {
    this.follow(false);
    this.#pick({ seq, row: -1 }, 'only');
    this.#unplaced = this.#window?.view === undefined ? seq : undefined;
    let place = await this.#place(seq);
    if (place?.exact === false && combinedFilter(this.#filter.get(), this.#chip.get()) !== '') {
      this.#filter.set('');
      this.#faults.set([]);
      this.#chip.set('all');
      await this.#apply();
      place = await this.#place(seq);
    }
    if (place === undefined || this.#selection.get()?.seq !== seq) return;
    this.#placed({ seq, row: place.exact ? place.row : -1 });
    this.#wantedRow.set(place.row);
  }

  /** Asks for the selected packet again, after a failure. */
  reloadDetail(): void {
    const selection = this.#selection.get();
    if (selection !== undefined) void this.#load(selection.seq);
  }

  async #place(seq: Seq): Promise<{ readonly row: number; readonly exact: boolean } | undefined> {
    const view = this.#window?.view;
    if (view === undefined) return undefined;
    return this.#inspector.call('revealPacket', { view, seq }).catch(() => undefined);
  }

  async #selectUnseen(index: number, how: RowPick): Promise<void> {
    const asked = this.#asked;
    const at = await this.#placeOf(index);
    if (at !== undefined && asked === this.#asked) this.#pick(at, how);
  }

  async #placeOf(index: number): Promise<PlacedRow | undefined> {
    const known = this.rowAt(index);
    if (known !== undefined) return { seq: known.seq, row: index };
    const view = this.#window?.view;
    if (view === undefined || index < 0) return undefined;
    const rows = await this.#inspector.call('readRows', { view, from: index, count: 1 }).catch(() => undefined);
    const seq = rows?.seq[0];
    return seq === undefined ? undefined : { seq, row: index };
  }

  #pick(at: PlacedRow, how: RowPick): void {
    this.choice.pick(at, how);
    this.#select(at);
  }

  /** The selected packet is where it says. */
  #placed(at: PlacedRow): void {
    this.#selection.set(at);
    this.choice.placed(at);
  }

  #select({ seq, row }: PlacedRow): void {
    const before = this.#selection.get();
    if (before?.seq === seq && before.row === row) return;
    this.#selection.set({ seq, row });
    if (before?.seq !== seq) void this.#load(seq);
  }

  /** Not with every frame, and only where it is more than what is selected. */
  #recountSoon(): void {
    if (this.choice.count <= 1) return;
    this.#recounting ??= setTimeout(() => {
      this.#recounting = undefined;
      void this.choice.recount((seq) => this.#place(seq));
    }, RECOUNT_MS);
  }

  #moveSelection(by: number): void {
    const selection = this.#selection.get();
    if (selection === undefined || selection.row < 0) return;
    this.#selection.set({ seq: selection.seq, row: Math.max(-1, selection.row + by) });
  }

  /** Rows move when older ones are evicted or the filter changes; the selection stays with its packet. */
  #followSelection(): void {
    const selection = this.#selection.get();
    const { first, rows, captured } = this.#list.get();
    if (captured === 0) this.clearSelection();
    if (selection === undefined || captured === 0) return;
    const at = rows.findIndex((row) => row.seq === selection.seq);
    if (at >= 0 && first + at !== selection.row) this.#placed({ seq: selection.seq, row: first + at });
    else if (at < 0 && selection.row >= first && selection.row < first + rows.length)
      this.#selection.set({ seq: selection.seq, row: -1 });
  }

  /** What was done to the selected packet is told in its detail: that may come long after the packet. */
  #hearOfSelected(rows: readonly PacketRow[]): void {
    const seq = this.#selection.get()?.seq;
    const before = seq === undefined ? undefined : this.#known.get(seq);
    const now = before === undefined ? undefined : rows.find((row) => row.seq === seq);
    if (now?.intervened === true && before?.intervened === false) this.reloadDetail();
  }

  async #load(seq: Seq): Promise<void> {
    const { source } = this;
    const isWanted = () => this.#selection.get()?.seq === seq;
    const before = this.#detail.get();
    if (before.step !== 'loaded') this.#detail.set({ step: 'loading', seq });
    try {
      const packet = await this.#inspector.call('getPacket', { source, seq });
      if (!isWanted()) return;
      this.#detail.set({ step: 'loaded', seq, packet });
      if (packet.flow === undefined) return;
      const flow = await this.#inspector.call('getFlow', { source, flow: packet.flow });
      if (isWanted()) this.#detail.set({ step: 'loaded', seq, packet, flow });
    } catch (error) {
      if (isWanted() && this.#detail.get().step !== 'loaded') this.#detail.set({ step: 'failed', seq, error });
      else if (isWanted() && before.step === 'loaded' && before.seq !== seq && this.#detail.get() === before)
        this.#detail.set({ step: 'failed', seq, error });
    }
  }

  /** Under another filter rows are elsewhere, and what lies between two of them is something else. */
  #unplace(): void {
    const selection = this.#selection.get();
    if (selection === undefined) this.choice.clear();
    else {
      this.#selection.set({ seq: selection.seq, row: -1 });
      this.choice.pick({ seq: selection.seq, row: -1 }, 'only');
    }
  }

  async #apply(): Promise<void> {
    if (this.#faults.get().length > 0) return;
    const filter = combinedFilter(this.#filter.get(), this.#chip.get());
    if (filter === this.#applied && this.#refused.get() === undefined) return;
    const view = this.#window?.view;
    this.#applied = filter;
    if (view === undefined) return;
    try {
      await this.#inspector.call('setFilter', { view, filter });
      this.#refused.set(undefined);
      this.#unplace();
    } catch (error) {
      if (error instanceof InspectorError && error.code !== 'cancelled') this.#refused.set(error);
    }
  }
}
