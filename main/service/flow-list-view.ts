/** A page's list of flows: a filter over them, the window of rows it shows, and the gauges over the list. */

import type { FlowViewPush } from '../../shared/contract/pushes.ts';
import type { FlowGauges } from '../../shared/contract/flow-records.ts';
import { isPacketField } from '../../shared/filter/filter-fields.ts';
import { compileFlowFilter } from '../engine/capture/flows/flow-filter.ts';
import { STATE } from '../engine/capture/flows/flow-store.ts';
import { FlowView } from '../engine/capture/flows/flow-view.ts';
import type { LiveSource } from './live-source.ts';
import { COUNTERS_US, firstRow, type LiveView, type Window } from './live-view.ts';
import { requireFilter } from './filter-text.ts';
import { KeptPlace } from './kept-place.ts';

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
  readonly #place = new KeptPlace();
  #window: Window = { from: 0, count: 0, follow: true };
  #stale = true;
  /** Rows may have changed since the last push. */
  #changed = false;
  #gauges: FlowGauges | undefined;
  #sentGauges: FlowGauges | undefined;
  #gaugedAtUs = 0;

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
    this.#place.forget();
    this.#stale = true;
  }

  collect(nowUs: number): FlowViewPush | undefined {
    this.#changed = this.#rows.advance(nowUs) || this.#changed;
    const { live, view } = this.#options;
    const { store } = live.recording.flows;
    const due = nowUs - this.#gaugedAtUs > COUNTERS_US;
    // A list that is not on the screen says no more than its counters.
    if (!this.#stale && !due && (!this.#changed || this.#window.count === 0)) return undefined;
    const gauges = this.#gaugesAt(nowUs, due);
    // Durations of open flows grow by time alone.
    const waits = store.counts[STATE.open] !== 0;
    if (!this.#stale && !this.#changed && !waits && gauges === this.#sentGauges) return undefined;
    this.#sentGauges = gauges;
    this.#stale = false;
    this.#changed = false;
    const { total } = this.#rows;
    this.#window = this.#place.keep(this.#window, (flow) => this.#rows.indexOf(flow).row);
    const first = firstRow(this.#window, total);
    const rows = this.#rows.window(first, this.#window.count);
    this.#place.shows(rows.flow.at(-1), first + rows.flow.length - 1);
    return {
      kind: 'flows',
      view,
      total,
      all: store.end - store.first,
      evicted: store.first,
      moved: this.#place.moved,
      gauges,
      rows,
    };
  }

  reveal(flow: number): { row: number; exact: boolean } {
    const { row, exact } = this.#rows.indexOf(flow);
    return { row: Math.max(0, row), exact };
  }

  close(): void {
    this.#rows.setFilter(undefined);
  }

  /** The gauges as they were read last, the same object where they did not change; read anew where `due`. */
  #gaugesAt(nowUs: number, due: boolean): FlowGauges {
    const known = this.#gauges;
    if (known !== undefined && !due) return known;
    this.#gaugedAtUs = nowUs;
    const read = this.#options.live.gauges();
    const same = known !== undefined && JSON.stringify(known) === JSON.stringify(read);
    this.#gauges = same ? known : read;
    return this.#gauges;
  }
}
