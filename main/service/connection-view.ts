/** Pushes a source's connection report when it changed, at most four times a second. */

import type { ConnectionViewPush } from '../../shared/contract/pushes.ts';
import type { LiveSource } from './live-source.ts';
import type { LiveView } from './live-view.ts';

const LEAST_APART_US = 250_000;
/** Counters move without a change of state; look this often where something is in flight. */
const COUNTERS_US = 1_000_000;

export class ConnectionView implements LiveView {
  readonly source: number;
  readonly #view: number;
  readonly #live: LiveSource;
  #sentRevision = -1;
  #sentAtUs = 0;
  #sentCounters = '';

  constructor(view: number, live: LiveSource) {
    this.#view = view;
    this.#live = live;
    this.source = live.id;
  }

  setWindow(): void {
    this.#sentRevision = -1;
  }

  collect(nowUs: number): ConnectionViewPush | undefined {
    const since = nowUs - this.#sentAtUs;
    if (since < LEAST_APART_US && this.#sentRevision >= 0) return undefined;
    const changed = this.#live.revision !== this.#sentRevision;
    if (!changed && since < COUNTERS_US) return undefined;
    const report = this.#live.report();
    const counters = JSON.stringify([report.session?.inFlightOut, report.session?.inFlightIn, report.session?.queued]);
    this.#sentAtUs = nowUs;
    if (!changed && counters === this.#sentCounters) return undefined;
    this.#sentCounters = counters;
    this.#sentRevision = this.#live.revision;
    return { kind: 'connection', view: this.#view, report };
  }

  close(): void {
    this.#sentRevision = 0;
  }
}
