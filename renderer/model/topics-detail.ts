/** The pane of one topic: its newest message or one picked from the history, what it is compared with, and its chart. */

import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';
import { TopicChart } from './topics-chart.ts';
import { TopicCompare } from './topics-compare.ts';
import { TopicHistory } from './topics-history.ts';
import { MessageValue } from './topics-value.ts';

export type DetailTab = 'value' | 'difference' | 'chart' | 'properties';

export class TopicDetail implements Disposable {
  readonly topic: string;
  readonly value: MessageValue;
  readonly history: TopicHistory;
  readonly chart: TopicChart;
  readonly difference: TopicCompare;
  readonly #picked = createStore<Seq | undefined>(undefined);
  readonly #other = createStore<Seq | undefined>(undefined);
  readonly #newest = createStore<Seq | undefined>(undefined);
  readonly #live: Disposable;
  #comparing = false;

  constructor(inspector: Inspector, source: SourceId, topic: string) {
    this.topic = topic;
    this.value = new MessageValue(inspector, source);
    this.history = new TopicHistory(inspector, source, topic);
    this.chart = new TopicChart(inspector, source, topic);
    this.difference = new TopicCompare(inspector, source);
    this.#live = this.history.push.subscribe(() => this.#historyGrew());
  }

  /** The message that was picked from the history; undefined shows the newest. */
  get picked(): Readable<Seq | undefined> {
    return this.#picked;
  }
  /** What the message is compared with; undefined for the one before it. */
  get other(): Readable<Seq | undefined> {
    return this.#other;
  }
  get newest(): Readable<Seq | undefined> {
    return this.#newest;
  }

  /** The message on screen. */
  shown(): Seq | undefined {
    return this.#picked.get() ?? this.#newest.get();
  }

  /** The topic's newest message is `seq` now. */
  observe(seq: Seq): void {
    if (seq <= (this.#newest.get() ?? -1)) return;
    this.#newest.set(seq);
    this.chart.changed();
    if (this.#picked.get() === undefined) this.#show();
  }

  pick(seq: Seq | undefined): void {
    this.#picked.set(seq);
    this.#show();
  }

  /** Compares with `seq`; with the same one again, or undefined, with the one before. */
  compareWith(seq: Seq | undefined): void {
    this.#other.set(seq === this.#other.get() ? undefined : seq);
    this.#compare();
  }

  showTab(tab: DetailTab): void {
    this.chart.setActive(tab === 'chart');
    this.#comparing = tab === 'difference';
    this.#compare();
  }

  [Symbol.dispose](): void {
    this.#live[Symbol.dispose]();
    this.value[Symbol.dispose]();
    this.history[Symbol.dispose]();
    this.chart[Symbol.dispose]();
  }

  /** The tree tells of the newest message only while its row is in sight; the history does while it follows. */
  #historyGrew(): void {
    const push = this.history.push.get();
    const last = push === undefined ? undefined : this.history.row(push.total - 1);
    if (last !== undefined) this.observe(last.seq);
  }

  #show(): void {
    this.value.show(this.shown());
    this.#compare();
  }

  #compare(): void {
    const shown = this.shown();
    if (!this.#comparing || shown === undefined) return;
    const other = this.#other.get();
    void this.difference.compare(shown, other === shown ? undefined : other, (seq) => this.history.before(seq));
  }
}
