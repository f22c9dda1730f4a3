/** A page's packet list: a filter over the capture and the window of rows that the page shows. */

import type { PacketViewPush } from '../../shared/contract/pushes.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import type { PacketRows } from '../../shared/contract/packet-records.ts';
import { findField } from '../../shared/filter/filter-ast.ts';
import { shownState } from '../engine/capture/flows/flow-view.ts';
import { PacketView } from '../engine/capture/packet-view.ts';
import type { Clock } from '../engine/sources/ports.ts';
import { requireFilter } from './filter-text.ts';
import { KeptPlace } from './kept-place.ts';
import type { LiveSource } from './live-source.ts';
import { COUNTERS_US, FRAME_BUDGET_MS, firstRow, type LiveView, type Window } from './live-view.ts';
import { packetRows, type RowsContext } from './packet-rows.ts';
import type { RowColours } from './row-colours.ts';

/** Handshakes stall without any packet arriving: rows that show one are looked at again so often. */
const STALL_CHECK_US = 500_000;

export interface PacketListOptions {
  readonly view: number;
  readonly live: LiveSource;
  readonly filter: string;
  readonly clock: Clock;
  readonly stalledAfterUs: () => number;
  readonly colours: RowColours;
}

export class PacketListView implements LiveView {
  readonly source: number;
  readonly #options: PacketListOptions;
  #rows: PacketView;
  #window: Window = { from: 0, count: 0, follow: true };
  readonly #place = new KeptPlace();
  #sent = '';
  #interventionsSeen = 0;
  #text: string;
  /** The source's name as the filter knows it. */
  #sourceName: string;
  /** Of the frame under way: all exchanges are stalled or not as of one moment. */
  #nowUs = 0;
  #sentAtUs = 0;
  #showsOpenFlow = false;

  /** Throws `bad-filter`. */
  constructor(options: PacketListOptions) {
    this.#options = options;
    this.source = options.live.id;
    this.#text = options.filter;
    this.#sourceName = options.live.shownName;
    this.#rows = this.#makeRows(options.filter);
  }

  setWindow(window: Window): void {
    this.#window = window;
    this.#sent = '';
  }

  /** Throws `bad-filter` and keeps the old filter then. */
  setFilter(text: string): void {
    const rows = this.#makeRows(text);
    this.#rows.close();
    this.#rows = rows;
    this.#text = text;
    this.#place.forget();
    this.#sent = '';
  }

  collect(nowUs: number): PacketViewPush | undefined {
    const { capture, interventionsMade } = this.#options.live.recording;
    const progress = this.#advance();
    this.#window = this.#place.keep(this.#window, (seq) => this.#rows.indexOf(seq));
    const first = firstRow(this.#window, progress.matched);
    const last = Math.min(first + this.#window.count, progress.matched);
    const state = `${first} ${last} ${progress.matched} ${progress.scanned} ${capture.firstSeq} ${capture.nextSeq} ${this.#changesInView()} ${this.#options.live.comments} ${interventionsMade} ${this.#prepareColours()}`;
    // A list that is not on the screen says no more than its counters.
    if (this.#sent !== '' && this.#window.count === 0 && nowUs - this.#sentAtUs < COUNTERS_US) return undefined;
    const stale = this.#showsOpenFlow && nowUs - this.#sentAtUs > STALL_CHECK_US;
    if (state === this.#sent && !stale) return undefined;
    this.#sent = state;
    this.#sentAtUs = nowUs;
    const rows = this.#read(first, last, nowUs);
    this.#place.shows(rows.seq.at(-1), last - 1);
    this.#showsOpenFlow = rows.flowState.includes(0);
    return {
      kind: 'packets',
      view: this.#options.view,
      total: progress.matched,
      captured: capture.recordCount,
      unscanned: progress.total - progress.scanned,
      moved: this.#place.moved,
      originUs: this.#options.live.originUs,
      rows,
    };
  }

  /** Rows once, for a copy; less where the view has less. */
  read(from: number, count: number, nowUs: number): PacketRows {
    return this.#read(from, Math.min(from + count, this.#rows.progress.matched), nowUs);
  }

  /** Row of a packet, or of the next one in the view. */
  reveal(seq: Seq): { row: number; exact: boolean } {
    this.#advance();
    const row = this.#rows.indexOf(seq);
    const [found] = this.#rows.rows(row, row + 1);
    return { row, exact: found === seq };
  }

  close(): void {
    this.#rows.close();
  }

  #makeRows(text: string): PacketView {
    const { live, clock, stalledAfterUs } = this.#options;
    const { store } = live.recording.flows;
    this.#nowUs = clock.nowUs();
    return new PacketView(live.recording.capture, requireFilter(text), {
      ...live.filterSubject,
      flowState: (flow) => shownState(store, flow, this.#nowUs, stalledAfterUs()),
    });
  }

  #advance(): ReturnType<PacketView['advance']> {
    const { clock, live } = this.#options;
    if (live.shownName !== this.#sourceName) this.#noteSourceName(live.shownName);
    const nowUs = clock.nowUs();
    this.#nowUs = nowUs;
    const halfUs = nowUs + (FRAME_BUDGET_MS * 1000) / 2;
    if (this.#rows.recheckFlows(nowUs, () => clock.nowUs() >= halfUs)) this.#sent = '';
    this.#recheckInterventions();
    const endUs = clock.nowUs() + FRAME_BUDGET_MS * 1000;
    return this.#rows.advance(() => clock.nowUs() >= endUs);
  }

  /** A source that was renamed may be another one to the filter. */
  #noteSourceName(name: string): void {
    this.#sourceName = name;
    if (findField(this.#rows.filter, (field) => field === 'source') !== undefined) this.setFilter(this.#text);
  }

  /** What rules do to a packet they do after it was recorded. */
  #recheckInterventions(): void {
    if (findField(this.#rows.filter, (field) => field === 'is') === undefined) return;
    const { recording } = this.#options.live;
    for (const seq of recording.interventionsSince(this.#interventionsSeen)) this.#rows.recheck(seq);
    this.#interventionsSeen = recording.interventionsMade;
  }

  /** What the colours of the rows depend on; nothing while no row is on the screen. */
  #prepareColours(): string {
    if (this.#window.count === 0) return '';
    const { clock, colours } = this.#options;
    const endUs = clock.nowUs() + FRAME_BUDGET_MS * 1000;
    return colours.prepare(() => clock.nowUs() >= endUs);
  }

  /** Flows of shown rows may have gone on without a row being added to a filtered view. */
  #changesInView(): number {
    return this.#showsOpenFlow ? this.#options.live.recording.flows.store.changes : 0;
  }

  #read(from: number, to: number, nowUs: number): PacketRows {
    const { live, stalledAfterUs, colours } = this.#options;
    const { capture } = live.recording;
    const seqs = this.#rows.rows(from, Math.max(from, to));
    const [before] = from > 0 ? this.#rows.rows(from - 1, from) : [];
    const previousTimeUs = before === undefined || !capture.has(before) ? Number.NaN : capture.timeUs(before);
    const context: RowsContext = { recording: live.recording, nowUs, stalledAfterUs: stalledAfterUs(), colours };
    return packetRows(context, seqs, from, previousTimeUs);
  }
}
