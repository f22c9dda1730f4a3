/** The live tree of one source: its window, sort order, search, cursor, and what the keys of a file tree do to them. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { TopicViewPush } from '../../shared/contract/pushes.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { TopicSort } from '../../shared/contract/topic-records.ts';
import type { Inspector } from './inspector.ts';
import { createStore, disposeAll, type Readable } from './store.ts';
import { parentRow, RowCache, rowOfNode, rowStartingWith, type TopicRow } from './topics-rows.ts';
import { ViewWindow } from './view-window.ts';
import { topicSearchFaults } from './topics-search.ts';

export type SearchIn = 'name' | 'value' | 'both';

interface TreeOptions {
  readonly sort: TopicSort;
  readonly descending: boolean;
  readonly search: string;
  readonly searchIn: SearchIn;
  readonly hideSystem: boolean;
}

/** The row that the keys move. */
interface TreeCursor {
  /** Row in the view; follows its node where the window shows it. */
  readonly index: number;
  /** Undefined until the row's content has arrived. */
  readonly node: number | undefined;
  /** Whole path of the level; undefined until the row's content has arrived. */
  readonly path: string | undefined;
  readonly isTopic: boolean;
}

/** Milliseconds without a key after which type-ahead starts anew. */
const TYPE_AHEAD_MS = 800;
/** Milliseconds that a search waits for the next letter. */
const SEARCH_DELAY_MS = 120;
/** Milliseconds to wait for the push behind an answer. */
const REVEAL_WAIT_MS = 250;

export class TopicTree implements Disposable {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #window: ViewWindow<'topics'>;
  readonly #options = createStore<TreeOptions>({
    sort: 'name',
    descending: false,
    search: '',
    searchIn: 'both',
    hideSystem: false,
  });
  readonly #cursor = createStore<TreeCursor | undefined>(undefined);
  readonly #target = createStore<{ readonly index: number } | undefined>(undefined);
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  readonly #rows = new RowCache();
  readonly #live: Disposable;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  /** The search in force. */
  #sought = '';
  #typed = { text: '', atMs: 0 };
  /** A walk to the parent that went past the beginning of the window: the depth that is looked for. */
  #seekingAbove: number | undefined;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.#source = source;
    this.#window = new ViewWindow(inspector, {
      kind: 'topics',
      open: () => inspector.call('openTopicView', { source }),
      opened: () => void this.#sendOptions(),
      failed: (error) => this.#fail(error),
      follow: false,
    });
    this.#live = disposeAll([this.#window, this.#window.push.subscribe(() => this.#pushed())]);
  }

  get source(): SourceId {
    return this.#source;
  }
  get push(): Readable<TopicViewPush | undefined> {
    return this.#window.push;
  }
  get options(): Readable<TreeOptions> {
    return this.#options;
  }
  get cursor(): Readable<TreeCursor | undefined> {
    return this.#cursor;
  }
  /** The row that must come into sight; a new object each time the keys moved. */
  get target(): Readable<{ readonly index: number } | undefined> {
    return this.#target;
  }
  /** Why the service refused the last request; undefined once one went well. */
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }

  setVisible(from: number, count: number): void {
    this.#window.setVisible(from, count);
  }

  /**
   * The panel is on screen until the result is disposed. In between the view stays open, for it remembers what is expanded,
   * but asks for no rows.
   */
  show(): Disposable {
    return this.#window.show();
  }

  row(index: number): TopicRow | undefined {
    const push = this.#window.push.get();
    return push === undefined ? undefined : this.#rows.row(push.rows, index);
  }

  /** The cursor's row where the window holds it. */
  cursorRow(): TopicRow | undefined {
    const cursor = this.#cursor.get();
    const row = cursor === undefined ? undefined : this.row(cursor.index);
    return row !== undefined && row.node === cursor?.node ? row : undefined;
  }

  /** Sorts by the column; by the same column again turns the order round. Counts and times begin with the largest. */
  sortBy(sort: TopicSort): void {
    const options = this.#options.get();
    const descending = options.sort === sort ? !options.descending : sort !== 'name';
    this.#options.set({ ...options, sort, descending });
    void this.#sendOptions();
  }

  setHideSystem(hideSystem: boolean): void {
    this.#options.update((options) => ({ ...options, hideSystem }));
    void this.#sendOptions();
  }

  setSearch(search: string, searchIn: SearchIn = this.#options.get().searchIn): void {
    this.#options.update((options) => ({ ...options, search, searchIn }));
    clearTimeout(this.#searchTimer);
    // A filter that is half typed leaves the one before in force.
    if (topicSearchFaults(search).length > 0) return;
    this.#sought = search;
    this.#searchTimer = setTimeout(() => void this.#sendOptions(), SEARCH_DELAY_MS);
  }

  /** Puts the cursor on a row, which need not have arrived yet. */
  moveTo(index: number): void {
    const total = this.#window.push.get()?.total ?? 0;
    if (total === 0) return;
    this.#seekingAbove = undefined;
    this.#place(Math.min(Math.max(0, index), total - 1));
  }

  setExpanded(node: number, expanded: boolean, deep = false): void {
    const { view } = this.#window;
    if (view !== undefined) void this.#ask(this.#inspector.call('expandTopic', { view, node, expanded, deep }));
  }

  /**
   * Expands what hides the topic and puts the cursor there. A search that hides it is given up.
   * @returns false where the tree has no such topic
   */
  async reveal(topic: string): Promise<boolean> {
    const { view } = this.#window;
    if (view === undefined) return false;
    const answer = await this.#ask(this.#inspector.call('revealTopic', { view, topic }));
    if (answer === undefined) return false;
    let { row } = answer;
    const options = this.#options.get();
    if (row < 0 && (options.search !== '' || options.hideSystem)) {
      clearTimeout(this.#searchTimer);
      this.#options.set({ ...options, search: '', hideSystem: false });
      this.#sought = '';
      await this.#sendOptions();
      row = (await this.#ask(this.#inspector.call('revealTopic', { view, topic })))?.row ?? -1;
    }
    if (row < 0) return false;
    if (this.row(row)?.topic !== topic) await this.#nextPush();
    this.#cursor.set({ index: row, node: undefined, path: topic, isTopic: true });
    this.#pushed();
    return true;
  }

  /** The rows that the answer spoke of are in the push behind it; where nothing had to change, none comes. */
  #nextPush(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        subscription[Symbol.dispose]();
        resolve();
      };
      const subscription = this.#window.push.subscribe(done);
      const timer = setTimeout(done, REVEAL_WAIT_MS);
    });
  }

  /**
   * A key of a file tree, beyond those that move in any list.
   * @returns false where the key is not the tree's
   */
  press(key: string, nowMs = Date.now()): boolean {
    const push = this.#window.push.get();
    if (push === undefined || push.total === 0) return false;
    const at = this.#cursor.get()?.index;
    const row = at === undefined ? undefined : this.row(at);
    switch (key) {
      case 'ArrowRight':
        if (row?.hasChildren !== true) return true;
        if (row.expanded) this.moveTo(row.index + 1);
        else this.setExpanded(row.node, true);
        return true;
      case 'ArrowLeft':
        if (row?.hasChildren === true && row.expanded) this.setExpanded(row.node, false);
        else if (row !== undefined) this.#toParent(row);
        return true;
      case '*':
        if (row?.hasChildren === true) this.setExpanded(row.node, true, true);
        return true;
      default:
        return this.#typeAhead(key, nowMs);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#searchTimer);
    this.#live[Symbol.dispose]();
  }

  #place(index: number): void {
    this.#target.set({ index });
    const row = this.row(index);
    this.#cursor.set({
      index,
      node: row?.node,
      path: row?.topic,
      isTopic: row?.isTopic ?? false,
    });
  }

  #toParent(row: TopicRow): void {
    const push = this.#window.push.get();
    if (push === undefined) return;
    const parent = parentRow(push.rows, row.index);
    if (parent >= 0) this.#place(parent);
    else if (parent === -2) {
      this.#seekingAbove = row.depth - 1;
      this.#place(Math.max(0, push.rows.first - 1));
    }
  }

  /** Letters jump to the next level that begins with them, within the rows that the page holds. */
  #typeAhead(key: string, nowMs: number): boolean {
    const push = this.#window.push.get();
    if (push === undefined || Array.from(key).length !== 1 || key === ' ') return false;
    const fresh = nowMs - this.#typed.atMs > TYPE_AHEAD_MS;
    const text = fresh ? key : this.#typed.text + key;
    this.#typed = { text, atMs: nowMs };
    const at = this.#cursor.get()?.index ?? -1;
    const repeated = Array.from(text).every((letter) => letter === key);
    const found = rowStartingWith(push.rows, repeated ? at + 1 : Math.max(0, at), repeated ? key : text);
    if (found >= 0) this.#place(found);
    return true;
  }

  /** Keeps the cursor on its node while rows come, go and change places. */
  #pushed(): void {
    const push = this.#window.push.get();
    const cursor = this.#cursor.get();
    if (push === undefined || cursor === undefined) return;
    if (this.#seekingAbove !== undefined && this.#seek(push)) return;
    if (cursor.node === undefined) {
      if (cursor.path !== undefined) this.#arrive(push, cursor.path);
      else if (cursor.index >= push.total) this.#cursor.set(undefined);
      else if (this.row(cursor.index) !== undefined) this.#place(cursor.index);
      return;
    }
    const index = rowOfNode(push.rows, cursor.node);
    if (index < 0) {
      if (push.total === 0) this.#cursor.set(undefined);
      return;
    }
    const row = this.row(index);
    const path = row?.topic ?? cursor.path;
    const isTopic = row?.isTopic ?? cursor.isTopic;
    if (index !== cursor.index || path !== cursor.path || isTopic !== cursor.isTopic)
      this.#cursor.set({ index, node: cursor.node, path, isTopic });
  }

  /** A revealed topic is waited for by name: rows before it may have come or gone since its row was told. */
  #arrive(push: TopicViewPush, topic: string): void {
    const i = push.rows.topic.indexOf(topic);
    if (i >= 0) this.#place(push.rows.first + i);
  }

  /** Goes on upwards for the parent in rows that have just arrived; true while it has not been found. */
  #seek(push: TopicViewPush): boolean {
    const at = this.#cursor.get()?.index ?? 0;
    if (this.row(at) === undefined) return true;
    for (let index = at; index >= push.rows.first; index -= 1) {
      if ((push.rows.depth[index - push.rows.first] ?? 0) > (this.#seekingAbove ?? 0)) continue;
      this.#seekingAbove = undefined;
      this.#place(index);
      return true;
    }
    if (push.rows.first === 0) this.#seekingAbove = undefined;
    else this.#place(push.rows.first - 1);
    return true;
  }

  async #sendOptions(): Promise<void> {
    const { view } = this.#window;
    if (view === undefined) return;
    const { sort, descending, searchIn, hideSystem } = this.#options.get();
    await this.#ask(
      this.#inspector.call('setTopicView', {
        view,
        sort,
        descending,
        search: { text: this.#sought, in: searchIn },
        hideSystem,
      }),
    );
  }

  async #ask<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      const value = await answer;
      this.#failure.set(undefined);
      return value;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** A lost link is shown by the shell; the view comes back by itself. */
  #fail(error: unknown): void {
    if (!(error instanceof InspectorError)) throw error;
    if (error.code !== 'cancelled') this.#failure.set(error);
  }
}
