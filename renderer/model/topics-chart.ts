/** The chart of one numeric field of a topic: asks for its values anew at most twice a second. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';
import { type JsonPath, samePath } from './topics-json.ts';

/** Twice a second. */
const CHART_INTERVAL_MS = 500;
/** Two for each pixel of a wide pane: the service keeps minimum and maximum of each bucket. */
const POINTS = 1000;

export interface ChartState {
  readonly path: JsonPath | undefined;
  readonly timeUs: Float64Array;
  readonly value: Float64Array;
  /** Values of which `value` is the thinned rest. */
  readonly total: number;
  readonly loading: boolean;
  readonly error: InspectorError | undefined;
}

const NOTHING: ChartState = {
  path: undefined,
  timeUs: new Float64Array(0),
  value: new Float64Array(0),
  total: 0,
  loading: false,
  error: undefined,
};

export class TopicChart implements Disposable {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #topic: string;
  readonly #state = createStore<ChartState>(NOTHING);
  #active = false;
  #stale = false;
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(inspector: Inspector, source: SourceId, topic: string) {
    this.#inspector = inspector;
    this.#source = source;
    this.#topic = topic;
  }

  get state(): Readable<ChartState> {
    return this.#state;
  }

  /** Only while its tab is on screen does the chart ask for anything. */
  setActive(active: boolean): void {
    this.#active = active;
    if (active) this.changed();
  }

  choose(path: JsonPath): void {
    const { path: before } = this.#state.get();
    if (before !== undefined && samePath(before, path)) return;
    this.#state.set({ ...NOTHING, path, loading: true });
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.changed();
  }

  /** The topic has a new message. */
  changed(): void {
    this.#stale = true;
    this.#next();
  }

  [Symbol.dispose](): void {
    this.#active = false;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (!this.#active || !this.#stale || this.#busy || this.#timer !== undefined) return;
    if (this.#state.get().path !== undefined) void this.#load();
  }

  async #load(): Promise<void> {
    const { path } = this.#state.get();
    if (path === undefined) return;
    this.#busy = true;
    this.#stale = false;
    try {
      const { timeUs, value, total } = await this.#inspector.call('chartTopic', {
        source: this.#source,
        topic: this.#topic,
        path: [...path],
        points: POINTS,
      });
      if (this.#state.get().path === path)
        this.#state.set({ path, timeUs, value, total, loading: false, error: undefined });
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      if (this.#state.get().path === path) this.#state.set({ ...this.#state.get(), loading: false, error });
    }
    this.#busy = false;
    if (!this.#active) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#next();
    }, CHART_INTERVAL_MS);
  }
}
