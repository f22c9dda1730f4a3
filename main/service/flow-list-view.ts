/** A page's list of flows: a filter over them, the window of rows it shows, and the gauges over the list. */

import type { FlowViewPush } from '../../shared/contract/pushes.ts';
import { compileFlowFilter, isPacketField } from '../engine/capture/flows/flow-filter.ts';
import { FlowView } from '../engine/capture/flows/flow-view.ts';
import type { LiveSource } from './live-source.ts';
import { firstRow, type LiveView, type Window } from './live-view.ts';
import { requireFilter } from './filter-text.ts';

/** Durations of open flows and gauges move by time alone; look this often. */
const TICK_US = 500_000;

export interface FlowListOptions {
  readonly view: number;
  readonly live: LiveSource;
  readonly filter: string;
  readonly stalledAfterUs: () => number;
}

export class FlowListView implements LiveView {
  readonly source: number;
  readonly #options: FlowListOptions;
  readonly #rows: FlowView;
  #window: Window = { from: 0, count: 0, follow: true };
  #stale = true;
  #sentAtUs = 0;
  #sentGauges = '';

  /** Throws `bad-filter`. */
  constructor(options: FlowListOptions) {
    const { live, filter, stalledAfterUs } = options;
    this.#options = options;
    this.source = live.id;
    this.#rows = new FlowView(live.recording.flows.store, {
      topicText: (topic) => live.recording.topics.table.text(topic),
      stalledAfterUs,
    });
    this.setFilter(filter);
  }

  setWindow(window: Window): void {
    this.#window = window;
    this.#stale = true;
  }

  /** Throws `bad-filter` and keeps the old filter then. */
  setFilter(text: string): void {
    const { recording } = this.#options.live;
    const filter = requireFilter(text, 'not-for-flows', isPacketField);
    const { store } = recording.flows;
    const { test, watchesState } = compileFlowFilter(filter, store, recording.topics.table);
    this.#rows.setFilter(test === undefined ? undefined : { where: { test, watchesState } });
    this.#stale = true;
  }

  collect(nowUs: number): FlowViewPush | undefined {
    const changed = this.#rows.advance(nowUs);
    const { live, view } = this.#options;
    const due = nowUs - this.#sentAtUs > TICK_US;
    if (!this.#stale && !changed && !due) return undefined;
    const { store } = live.recording.flows;
    const gauges = live.gauges();
    const gaugesText = JSON.stringify(gauges);
    const waits = store.counts[0] !== 0;
    if (!this.#stale && !changed && !waits && gaugesText === this.#sentGauges) {
      this.#sentAtUs = nowUs;
      return undefined;
    }
    this.#sentGauges = gaugesText;
    this.#stale = false;
    this.#sentAtUs = nowUs;
    const { total } = this.#rows;
    const first = firstRow(this.#window, total);
    return {
      kind: 'flows',
      view,
      total,
      all: store.end - store.first,
      evicted: store.first,
      gauges,
      rows: this.#rows.window(first, this.#window.count),
    };
  }

  reveal(flow: number): { row: number; exact: boolean } {
    const { row, exact } = this.#rows.indexOf(flow);
    return { row: Math.max(0, row), exact };
  }

  close(): void {
    this.#rows.setFilter(undefined);
  }
}
