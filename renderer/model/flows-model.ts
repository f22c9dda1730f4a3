/** The Flows panel of one source: the list, its filter, and the exchange that is open as a ladder. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { FlowViewPush } from '../../shared/contract/pushes.ts';
import type { FlowDetail } from '../../shared/contract/flow-records.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import { type FlowRow, flowRow, isWaiting } from './flows-rows.ts';
import type { Inspector } from './inspector.ts';
import { createStore, disposable, disposeAll, type Readable } from './store.ts';
import { ViewWindow } from './view-window.ts';

/** Milliseconds between two looks at an open flow that the list does not show. */
const LOOK_AGAIN_MS = 1000;

type LadderState =
  | { readonly step: 'none' | 'loading' }
  | { readonly step: 'loaded'; readonly detail: FlowDetail }
  | { readonly step: 'failed'; readonly flow: number; readonly error: InspectorError };

export class FlowsModel implements Disposable {
  readonly source: SourceId;
  readonly #inspector: Inspector;
  readonly #push = createStore<FlowViewPush | undefined>(undefined);
  readonly #following = createStore(true);
  readonly #moved = createStore(0);
  #window: ViewWindow<'flows'> | undefined;
  readonly #filter = createStore('');
  /** The last filter that the service took: what a reconnect opens with. */
  #accepted = '';
  readonly #filterError = createStore<InspectorError | undefined>(undefined);
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  /** Row of the selected flow, -1 for none or unknown. */
  readonly #selected = createStore(-1);
  readonly #ladder = createStore<LadderState>({ step: 'none' });
  #flow: number | undefined;
  /** What was known of the flow when it was last fetched; a change fetches it again. */
  #fetched = '';
  #fetching = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.source = source;
  }

  /** Opens the view on the service; the panel holds this while it is on screen. */
  show(): Disposable {
    const { source } = this;
    const window = new ViewWindow(this.#inspector, {
      kind: 'flows',
      open: () => this.#inspector.call('openFlowView', { source, filter: this.#accepted }),
      failed: (error) => {
        if (error instanceof InspectorError) this.#failure.set(error);
      },
      follow: this.#following.get(),
    });
    this.#window = window;
    const movedBefore = this.#moved.get();
    const parts = disposeAll([
      window,
      window.push.subscribe(() => {
        const by = movedBefore + window.moved - this.#moved.get();
        this.#push.set(window.push.get());
        this.#moved.set(movedBefore + window.moved);
        this.#pushed(by);
      }),
      window.following.subscribe(() => this.#following.set(window.following.get())),
    ]);
    return disposable(() => {
      parts[Symbol.dispose]();
      if (this.#window === window) this.#window = undefined;
    });
  }

  get push(): Readable<FlowViewPush | undefined> {
    return this.#push;
  }
  get following(): Readable<boolean> {
    return this.#following;
  }
  /** How far rows have moved since the panel was first opened, as {@link file://../../shared/contract/pushes.ts FlowViewPush.moved}. */
  get moved(): Readable<number> {
    return this.#moved;
  }
  /** As it stands in the field, right or wrong. */
  get filter(): Readable<string> {
    return this.#filter;
  }
  /** Why the filter in the field is not the one in force. */
  get filterError(): Readable<InspectorError | undefined> {
    return this.#filterError;
  }
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }
  get selected(): Readable<number> {
    return this.#selected;
  }
  get ladder(): Readable<LadderState> {
    return this.#ladder;
  }

  row(index: number): FlowRow | undefined {
    const push = this.#push.get();
    return push === undefined ? undefined : flowRow(push.rows, index);
  }

  setVisible(from: number, count: number): void {
    this.#window?.setVisible(from, count);
  }

  follow(on: boolean): void {
    this.#following.set(on);
    this.#window?.follow(on);
  }

  async setFilter(filter: string): Promise<void> {
    this.#filter.set(filter);
    const view = this.#window?.view;
    if (view === undefined) {
      this.#accepted = filter;
      return;
    }
    try {
      await this.#inspector.call('setFilter', { view, filter });
      this.#accepted = filter;
      if (this.#filter.get() === filter) this.#filterError.set(undefined);
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      if (this.#filter.get() === filter) this.#filterError.set(error);
    }
  }

  /** Opens the flow of a row as a ladder; a row that has not arrived yet is selected when it does. */
  select(index: number): void {
    this.#selected.set(index);
    const row = this.row(index);
    if (row !== undefined) this.#open(row.flow);
    else this.#flow = undefined;
  }

  /** Opens a flow by number, whatever the filter, and answers its row where the list has it. */
  async reveal(flow: number): Promise<number> {
    this.#open(flow);
    const view = this.#window?.view;
    if (view === undefined) return -1;
    this.follow(false);
    try {
      const { row, exact } = await this.#inspector.call('revealFlow', { view, flow });
      const index = exact ? row : -1;
      if (this.#flow === flow) this.#selected.set(index);
      return index;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      return -1;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#flow = undefined;
    this.#selected.set(-1);
    this.#ladder.set({ step: 'none' });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#window?.[Symbol.dispose]();
  }

  #open(flow: number): void {
    if (this.#flow === flow) return;
    this.#flow = flow;
    this.#fetched = '';
    this.#ladder.set({ step: 'loading' });
    this.#refresh();
  }

  /** Keeps the selection on its flow while rows come and go: `by` is how far those before it did. */
  #pushed(by: number): void {
    const rows = this.#push.get()?.rows;
    if (rows === undefined) return;
    if (this.#flow === undefined) {
      const row = this.row(this.#selected.get());
      if (row !== undefined) this.#open(row.flow);
      return;
    }
    const at = rows.flow.indexOf(this.#flow);
    const selected = this.#selected.get();
    if (at >= 0) this.#selected.set(rows.first + at);
    else if (selected >= 0) this.#selected.set(Math.max(-1, selected + by));
    this.#refresh();
  }

  #refresh(): void {
    const flow = this.#flow;
    if (flow === undefined || this.#fetching) return;
    const at = this.#push.get()?.rows.flow.indexOf(flow) ?? -1;
    const row = at < 0 ? undefined : this.row((this.#push.get()?.rows.first ?? 0) + at);
    const known = row === undefined ? 'unseen' : `${row.state} ${row.steps} ${row.durationUs}`;
    if (known === this.#fetched) return;
    this.#fetched = known;
    void this.#fetch(flow);
  }

  async #fetch(flow: number): Promise<void> {
    this.#fetching = true;
    let next: LadderState;
    try {
      next = { step: 'loaded', detail: await this.#inspector.call('getFlow', { source: this.source, flow }) };
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      next = { step: 'failed', flow, error };
    }
    this.#fetching = false;
    if (this.#flow !== flow) {
      this.#fetched = '';
      this.#refresh();
      return;
    }
    this.#ladder.set(next);
    clearTimeout(this.#timer);
    if (next.step === 'loaded' && isWaiting(next.detail.state))
      this.#timer = setTimeout(() => {
        if (this.#fetched === 'unseen') this.#fetched = '';
        this.#refresh();
      }, LOOK_AGAIN_MS);
  }
}
