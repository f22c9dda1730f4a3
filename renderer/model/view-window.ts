/** The part of a long view that the page holds: asks for the rows around what is on screen, or for the newest while it follows. */

import type { ViewPush } from '../../shared/contract/pushes.ts';
import type { ViewId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';
import { createStore, disposable, type Readable } from './store.ts';

type RowPush = Extract<ViewPush, { readonly total: number }>;

/** Contract's limit of one window, rows. */
const MAX_WINDOW = 500;

export interface ViewWindowOptions<K extends RowPush['kind']> {
  readonly kind: K;
  open(): Promise<{ readonly view: ViewId }>;
  /** The view stands, for the first time or after a reconnect: set filter, sort order … again. */
  opened?(view: ViewId): void;
  failed?(error: Error): void;
  /** Starts at the newest rows and stays there. */
  readonly follow: boolean;
}

export class ViewWindow<K extends RowPush['kind']> implements Disposable {
  readonly #inspector: Inspector;
  readonly #push = createStore<Extract<RowPush, { readonly kind: K }> | undefined>(undefined);
  readonly #following;
  readonly #live: Disposable;
  /** A panel that is not on screen asks for no rows; the view stays open, for the service remembers what is open and sorted in it. */
  #paused = false;
  #view: ViewId | undefined;
  /** What the view last said of how far its rows have moved; undefined for one that has said nothing yet. */
  #movedInView: number | undefined;
  #moved = 0;
  /** What is on screen. */
  #from = 0;
  #count = 0;
  /** What was asked for last, and whether the answer is awaited. */
  #asked = { from: 0, count: 0, follow: false };
  #asking = false;

  constructor(inspector: Inspector, options: ViewWindowOptions<K>) {
    this.#inspector = inspector;
    this.#following = createStore(options.follow);
    this.#live = inspector.openView<K>({
      kind: options.kind,
      open: () => options.open(),
      opened: (view) => {
        this.#view = view;
        this.#movedInView = undefined;
        this.#asked = { from: 0, count: 0, follow: false };
        this.#asking = false;
        options.opened?.(view);
        this.#ask();
      },
      push: (push) => this.#pushed(push),
      failed: (error) => options.failed?.(error),
    });
  }

  /** The newest state of the view with the rows held; undefined until the first came. */
  get push(): Readable<Extract<RowPush, { readonly kind: K }> | undefined> {
    return this.#push;
  }

  /** How far rows have moved since this was made, over reconnects: what `VirtualList` takes, so that rows on screen stay there. */
  get moved(): number {
    return this.#moved;
  }

  /** True while the window sticks to the newest rows. */
  get following(): Readable<boolean> {
    return this.#following;
  }

  /** Undefined while the link is down. */
  get view(): ViewId | undefined {
    return this.#view;
  }

  /** Rows `from`…`from + count - 1` came on screen. Cheap: asks only where they are not held with some rows to spare. */
  setVisible(from: number, count: number): void {
    this.#from = Math.max(0, Math.floor(from));
    this.#count = Math.min(MAX_WINDOW, Math.max(0, Math.ceil(count)));
    this.#ask();
  }

  follow(on: boolean): void {
    this.#following.set(on);
    this.#ask();
  }

  /** Rows come until the result is disposed, then none: for as long as a panel is on screen. */
  show(): Disposable {
    this.#paused = false;
    this.#ask();
    return disposable(() => {
      this.#paused = true;
      this.#ask();
    });
  }

  [Symbol.dispose](): void {
    this.#live[Symbol.dispose]();
  }

  /** The service moves a window along with its rows when others before them come or go. */
  #pushed(push: Extract<RowPush, { readonly kind: K }>): void {
    if (!this.#asking && !this.#asked.follow && push.rows.first !== this.#asked.from && this.#asked.count > 0)
      this.#asked = { ...this.#asked, from: push.rows.first };
    if ('moved' in push) {
      this.#moved += push.moved - (this.#movedInView ?? push.moved);
      this.#movedInView = push.moved;
    }
    this.#push.set(push);
    this.#ask();
  }

  #wanted(): { from: number; count: number; follow: boolean } | undefined {
    const asked = this.#asked;
    if (this.#paused) return asked.count === 0 ? undefined : { from: 0, count: 0, follow: false };
    if (this.#count === 0) return undefined;
    if (this.#following.get()) {
      if (asked.follow && asked.count >= this.#count && asked.count <= this.#count * 2) return undefined;
      return { from: 0, count: this.#count, follow: true };
    }
    const spare = Math.min(this.#count, Math.floor((MAX_WINDOW - this.#count) / 2));
    const margin = Math.floor(spare / 2);
    const covered =
      !asked.follow &&
      asked.count > 0 &&
      (asked.from === 0 || asked.from <= this.#from - margin) &&
      asked.from + asked.count >= this.#from + this.#count + margin;
    if (covered) return undefined;
    return {
      from: Math.max(0, this.#from - spare),
      count: Math.min(MAX_WINDOW, this.#count + spare * 2),
      follow: false,
    };
  }

  /** One request at a time: what changed meanwhile is asked for when the answer is in. */
  #ask(): void {
    const view = this.#view;
    if (view === undefined || this.#asking) return;
    const wanted = this.#wanted();
    if (wanted === undefined) return;
    this.#asked = wanted;
    this.#asking = true;
    this.#inspector.call('setWindow', { view, ...wanted }).then(
      () => {
        if (this.#view !== view) return;
        this.#asking = false;
        this.#ask();
      },
      () => {
        this.#asking = false;
      },
    );
  }
}
