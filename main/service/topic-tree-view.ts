/** A page's topic tree: what is open, sorted and searched, and the window of rows with the first bytes of each last value. */

import type { TopicViewPush } from '../../shared/contract/pushes.ts';
import type { ProcedureParsed } from '../../shared/contract/procedures.ts';
import type { TopicRows, TopicSort } from '../../shared/contract/topic-records.ts';
import { isTopicField } from '../../shared/filter/filter-fields.ts';
import { asksForFields } from '../../shared/filter/filter-question.ts';
import { payloadStart } from '../engine/capture/publish-payload.ts';
import { compileTopicTest } from '../engine/capture/topic-test.ts';
import type { TopicSearch, TopicTest } from '../engine/topics/topic-search.ts';
import { NO_NODE, ROOT } from '../engine/topics/topic-nodes.ts';
import { TopicView, type TopicViewMark } from '../engine/topics/topic-view.ts';
import { requireFilter } from './filter-text.ts';
import type { LiveSource } from './live-source.ts';
import { type LiveView, type Window, firstRow } from './live-view.ts';

/** Bytes of a last value that travel with its row. */
const PREVIEW_BYTES = 48;
/** Rows that one `expandTopic` with `deep` may open. */
const DEEP_ROWS = 200_000;

/** A tree that nobody has opened or closed anything in shows itself as far as this many rows. */
const FIRST_ROWS = 60;
/** Larger trees are not looked through for that. */
const FIRST_NODES = 1000;

const utf8 = new TextEncoder();

export class TopicTreeView implements LiveView {
  readonly source: number;
  readonly #view: number;
  readonly #live: LiveSource;
  readonly #rows: TopicView;
  #window: Window = { from: 0, count: 0, follow: false };
  #sort: TopicSort = 'name';
  #descending = false;
  #mark: TopicViewMark | undefined;
  #shown: Uint32Array = new Uint32Array(0);
  #sentTotals = '';
  /** Nodes that were there when the tree last opened itself; -1 once the user took over. */
  #openedAt = 0;

  constructor(view: number, live: LiveSource) {
    this.#view = view;
    this.#live = live;
    this.source = live.id;
    this.#rows = new TopicView(live.recording.topics, { valueOf: (topic) => this.#payloadOf(topic) });
  }

  setWindow(window: Window): void {
    this.#window = window;
    this.#mark = undefined;
  }

  set({ sort, descending, search, hideSystem }: Omit<ProcedureParsed<'setTopicView'>, 'view'>): void {
    const sought = search === undefined ? undefined : this.#sought(search);
    this.#sort = sort ?? this.#sort;
    this.#descending = descending ?? this.#descending;
    this.#rows.setSort(this.#sort, this.#descending);
    if (sought !== undefined) this.#rows.setSearch(sought);
    if (hideSystem !== undefined) this.#rows.setHideSystem(hideSystem);
    this.#mark = undefined;
  }

  /** Throws `bad-filter`: then the search before goes on. */
  #sought(search: TopicSearch): TopicSearch | TopicTest {
    if (!asksForFields(search.text)) return search;
    const filter = requireFilter(search.text, 'not-for-topics', (field) => !isTopicField(field));
    const { topics } = this.#live.recording;
    return compileTopicTest(filter, { topics: topics.table, isRetained: (topic) => topics.stats.isRetained(topic) });
  }

  expand({ node, expanded, deep }: Omit<ProcedureParsed<'expandTopic'>, 'view'>): void {
    this.#openedAt = -1;
    if (!deep) {
      if (expanded) this.#rows.expand(node);
      else this.#rows.collapse(node);
    } else if (expanded) this.#rows.expandAll(node === 0 ? ROOT : node, DEEP_ROWS);
    else this.#rows.collapseAll(node === 0 ? ROOT : node);
    this.#mark = undefined;
  }

  /** Row of a topic name or the beginning of one, -1 where the view has none. Also finds what came since the last frame. */
  reveal(topic: string, nowUs: number): number {
    this.#live.recording.settle(nowUs);
    this.#rows.advance(nowUs);
    const node = this.#rows.nodeOf(utf8.encode(topic));
    if (node === NO_NODE) return -1;
    this.#mark = undefined;
    return this.#rows.reveal(node);
  }

  collect(nowUs: number): TopicViewPush | undefined {
    this.#rows.advance(nowUs);
    this.#openFirst();
    const { total, matched, searching } = this.#rows;
    const { topics } = this.#live.recording.topics;
    const totals = `${total} ${matched} ${searching} ${topics}`;
    if (totals === this.#sentTotals && this.#mark !== undefined) {
      const changed = this.#rows.changedRows(this.#shown, this.#mark);
      if (changed?.length === 0) return undefined;
    }
    this.#sentTotals = totals;
    this.#mark = this.#rows.mark;
    const first = firstRow(this.#window, total);
    const rows = this.#withPreviews(this.#rows.window(first, this.#window.count));
    this.#shown = rows.node;
    return { kind: 'topics', view: this.#view, total, topics, matched, searching, rows };
  }

  close(): void {
    this.#rows.setSearch(undefined);
  }

  /** Opens what there is at first, level by level, so that a small tree needs no click. */
  #openFirst(): void {
    const { count } = this.#live.recording.topics.nodes;
    if (this.#openedAt < 0 || count === this.#openedAt) return;
    this.#openedAt = count > FIRST_NODES ? -1 : count;
    if (this.#openedAt >= 0) this.#rows.expandAll(ROOT, FIRST_ROWS);
  }

  #payloadOf(topic: number): Uint8Array | undefined {
    const last = this.#live.recording.lastPublish(topic);
    if (last === undefined) return undefined;
    return last.subarray(payloadStart(last, this.#live.protocolVersion));
  }

  #withPreviews(rows: ReturnType<TopicView['window']>): TopicRows {
    const count = rows.node.length;
    const preview = new Uint8Array(count * PREVIEW_BYTES);
    const previewLength = new Uint8Array(count);
    const payloadLength = new Uint32Array(count);
    const { nodes } = this.#live.recording.topics;
    for (let row = 0; row < count; row += 1) {
      if ((rows.lastSeq[row] ?? -1) < 0) continue;
      const payload = this.#payloadOf(nodes.topic(rows.node[row] ?? 0));
      if (payload === undefined) continue;
      const bytes = payload.subarray(0, PREVIEW_BYTES);
      preview.set(bytes, row * PREVIEW_BYTES);
      previewLength[row] = bytes.length;
      payloadLength[row] = payload.length;
    }
    const { stamp: _stamp, ...columns } = rows;
    return { ...columns, preview, previewLength, payloadLength };
  }
}
