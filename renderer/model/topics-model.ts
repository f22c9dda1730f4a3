/** Everything the Topics panel shows of one source. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';
import { createStore, disposeAll, type Readable, type Writable } from './store.ts';
import { type DetailTab, TopicDetail } from './topics-detail.ts';
import { TopicFlash } from './topics-flash.ts';
import { ClearRetained } from './topics-retained.ts';
import { rowOfNode, topicRow } from './topics-rows.ts';
import { Subscriptions } from './topics-subscriptions.ts';
import { TopicTree } from './topics-tree.ts';
import type { ValueFormat } from './topics-lines.ts';

/** Milliseconds that the cursor must rest on a topic before its pane follows: keys held down pass over many. */
const REST_MS = 80;

export class TopicsModel implements Disposable {
  readonly source: SourceId;
  readonly tree: TopicTree;
  readonly subscriptions: Subscriptions;
  readonly retained: ClearRetained;
  readonly flash = new TopicFlash();
  /** Kept while the cursor goes from topic to topic. */
  readonly tab: Writable<DetailTab> = createStore<DetailTab>('value');
  /** Undefined picks what suits the payload. */
  readonly format: Writable<ValueFormat | undefined> = createStore<ValueFormat | undefined>(undefined);
  readonly #inspector: Inspector;
  readonly #detail = createStore<TopicDetail | undefined>(undefined);
  readonly #live: Disposable;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.source = source;
    this.tree = new TopicTree(inspector, source);
    this.subscriptions = new Subscriptions(inspector, source);
    this.retained = new ClearRetained(inspector, source);
    this.#live = disposeAll([
      this.tree,
      this.subscriptions,
      this.tree.cursor.subscribe(() => this.#follow()),
      this.tree.push.subscribe(() => this.#pushed()),
    ]);
  }

  /** Of the topic under the cursor; stays where the cursor moves to a level that is no topic. */
  get detail(): Readable<TopicDetail | undefined> {
    return this.#detail;
  }

  closeDetail(): void {
    this.#detail.get()?.[Symbol.dispose]();
    this.#detail.set(undefined);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#rest);
    this.#live[Symbol.dispose]();
    this.closeDetail();
  }

  #pushed(): void {
    const push = this.tree.push.get();
    if (push === undefined) return;
    this.flash.observe(push.rows, Date.now());
    this.#follow();
  }

  #follow(): void {
    const cursor = this.tree.cursor.get();
    if (cursor?.path === undefined || !cursor.isTopic) return;
    const detail = this.#detail.get();
    if (detail?.topic !== cursor.path) {
      if (detail === undefined) this.#open(cursor.path);
      else this.#rest ??= setTimeout(() => this.#rested(), REST_MS);
      return;
    }
    clearTimeout(this.#rest);
    this.#rest = undefined;
    const rows = this.tree.push.get()?.rows;
    if (rows === undefined || cursor.node === undefined) return;
    const row = topicRow(rows, rowOfNode(rows, cursor.node));
    if (row?.topic === detail.topic && row.lastSeq >= 0) detail.observe(row.lastSeq);
  }

  #rested(): void {
    this.#rest = undefined;
    const cursor = this.tree.cursor.get();
    if (cursor?.path === undefined || !cursor.isTopic || cursor.path === this.#detail.get()?.topic) return;
    this.#detail.get()?.[Symbol.dispose]();
    this.#open(cursor.path);
  }

  #open(topic: string): void {
    this.#detail.set(new TopicDetail(this.#inspector, this.source, topic));
    this.#follow();
  }
}
