/** The page's end of the contract: calls, frames, what the service said of itself, and coming back after the link was lost. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Port } from '../../shared/contract/port.ts';
import type { Hello, ProcedureInput, ProcedureName, ProcedureOutput } from '../../shared/contract/procedures.ts';
import type { ListedProfile, SecretStatus } from '../../shared/contract/profiles.ts';
import type { Frame, ViewPush } from '../../shared/contract/pushes.ts';
import type { ComparisonRecord } from '../../shared/contract/comparison-records.ts';
import type { SourceId, ViewId } from '../../shared/contract/identifiers.ts';
import type { RepeatRecord, ReplayRecord } from '../../shared/contract/replay-records.ts';
import type { Notice, SourceStats, SourceSummary, TapRecord } from '../../shared/contract/source-records.ts';
import { NO_RULES_RECORD, type RuleBook, type RulesRecord } from '../../shared/contract/rules.ts';
import { type Client, createClient } from '../../shared/contract/rpc.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/contract/settings.ts';
import { NO_SHAPING, type ShapingRecord } from '../../shared/contract/shaping.ts';
import { createStore, disposable, type Readable, type Writable } from './store.ts';

/**
 * The link between page and service. `lost` tries again at `retryAtMs` (of the {@link LinkClock}); `unauthorized` where the service is there
 * and does not know this page: `connect` rejected with an error of the name `Unauthorized`.
 */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'lost'; readonly attempts: number; readonly retryAtMs: number; readonly unauthorized: boolean };

export interface LinkClock {
  nowMs(): number;
  after(delayMs: number, task: () => void): Disposable;
}

const systemClock: LinkClock = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return disposable(() => clearTimeout(timer));
  },
};

/** Runs `task` once at a good moment; disposing cancels. May run it before it returns, and answers undefined then. */
export type Pace = (task: () => void) => Disposable | undefined;

const atOnce: Pace = (task) => {
  task();
  return undefined;
};

/** Retry delays in milliseconds; the last repeats. */
const RETRY_DELAYS_MS = [250, 500, 1000, 2000, 5000] as const;

/** Pushes that came before the answer to `open…View`, by view; a handful at most. */
const MAX_UNCLAIMED = 32;

export interface ViewRequest<K extends ViewPush['kind']> {
  readonly kind: K;
  /** Calls the procedure that opens the view. Runs again after each reconnect. */
  open(): Promise<{ readonly view: ViewId }>;
  /** The view stands; set its window, sort order and the rest from here. */
  opened?(view: ViewId): void;
  push(push: Extract<ViewPush, { readonly kind: K }>): void;
  /** The service refused to open the view: its source is gone, or its filter is wrong. */
  failed?(error: InspectorError): void;
}

interface OpenView {
  readonly request: Omit<ViewRequest<ViewPush['kind']>, 'kind' | 'push'>;
  readonly push: (push: ViewPush) => void;
  view: ViewId | undefined;
  closed: boolean;
}

export interface Profiles {
  readonly profiles: readonly ListedProfile[];
  readonly secrets: SecretStatus;
}

export class Inspector {
  readonly #connect: () => Promise<Port>;
  readonly #pace: Pace;
  /** What came since the last drawing: pushes by view, newest only; the rest in order. */
  readonly #pushes = new Map<ViewId, ViewPush>();
  #applying: Disposable | undefined;
  /** Acknowledges the frame whose pushes wait; the service sends none before. */
  #applied: (() => void) | undefined;
  readonly #clock: LinkClock;
  readonly #link: Writable<Link> = createStore<Link>({ state: 'connecting' });
  readonly #hello = createStore<Hello | undefined>(undefined);
  readonly #sources = createStore<readonly SourceSummary[]>([]);
  readonly #settings = createStore<Settings>(DEFAULT_SETTINGS);
  readonly #notices = createStore<readonly Notice[]>([]);
  readonly #taps = createStore<readonly TapRecord[]>([]);
  readonly #shaping = createStore<ShapingRecord>(NO_SHAPING);
  readonly #rules = createStore<RulesRecord>(NO_RULES_RECORD);
  /** As the service said it last. */
  #saidRules: RulesRecord = NO_RULES_RECORD;
  /** Books on their way to the service; until they are there, what it says of its book is of yesterday. */
  #bookChanges = 0;
  readonly #repeats = createStore<readonly RepeatRecord[]>([]);
  readonly #replays = createStore<readonly ReplayRecord[]>([]);
  readonly #comparisons = createStore<readonly ComparisonRecord[]>([]);
  readonly #profiles = createStore<Profiles | undefined>(undefined);
  readonly #stats = new Map<SourceId, Writable<SourceStats | undefined>>();
  readonly #views = new Set<OpenView>();
  readonly #byId = new Map<ViewId, OpenView>();
  readonly #unclaimed = new Map<ViewId, ViewPush>();
  #client: Client | undefined;
  #retry: Disposable | undefined;
  #attempts = 0;

  /** @param pace when pushes of views are applied; at once without it */
  constructor(connect: () => Promise<Port>, clock: LinkClock = systemClock, pace: Pace = atOnce) {
    this.#connect = connect;
    this.#pace = pace;
    this.#clock = clock;
  }

  get link(): Readable<Link> {
    return this.#link;
  }
  /** What the service said of itself; undefined before the first connection. */
  get hello(): Readable<Hello | undefined> {
    return this.#hello;
  }
  /** All sources in tab order. */
  get sources(): Readable<readonly SourceSummary[]> {
    return this.#sources;
  }
  get settings(): Readable<Settings> {
    return this.#settings;
  }
  get notices(): Readable<readonly Notice[]> {
    return this.#notices;
  }
  get repeats(): Readable<readonly RepeatRecord[]> {
    return this.#repeats;
  }
  /** Taps that listen. */
  get replays(): Readable<readonly ReplayRecord[]> {
    return this.#replays;
  }

  get comparisons(): Readable<readonly ComparisonRecord[]> {
    return this.#comparisons;
  }

  /** The conditions that links to servers are given. */
  get shaping(): Readable<ShapingRecord> {
    return this.#shaping;
  }

  /** The rules between clients and servers, and the packets that wait for a word. */
  get rules(): Readable<RulesRecord> {
    return this.#rules;
  }

  get taps(): Readable<readonly TapRecord[]> {
    return this.#taps;
  }
  /** Undefined until {@link loadProfiles} was called. */
  get profiles(): Readable<Profiles | undefined> {
    return this.#profiles;
  }

  /** Counters of one source; the same object for the same id. */
  statsOf(source: SourceId): Readable<SourceStats | undefined> {
    return this.#statsOf(source);
  }

  /** Connects for the first time, or at once while a retry waits. */
  start(): void {
    this.#retry?.[Symbol.dispose]();
    this.#retry = undefined;
    if (this.#link.get().state !== 'connected') void this.#open();
  }

  /** Rejects with an {@link InspectorError}; `cancelled` where there is no link. */
  call<N extends ProcedureName>(name: N, input: ProcedureInput<N>): Promise<ProcedureOutput<N>> {
    const client = this.#client;
    if (client === undefined) return Promise.reject(new InspectorError('cancelled', {}));
    return client.call(name, input);
  }

  /** Shows the changed setting at once; the service's answer has the last word. */
  async setSettings(patch: ProcedureInput<'setSettings'>): Promise<void> {
    const before = this.#settings.get();
    this.#settings.set({ ...before, ...withoutUndefined(patch) });
    try {
      this.#settings.set(await this.call('setSettings', patch));
    } catch (error) {
      this.#settings.set(before);
      throw error;
    }
  }

  /** Shows the book at once, so that the next change builds on it; the service has the last word. */
  async setRules(book: RuleBook): Promise<void> {
    this.#bookChanges++;
    this.#rules.update((record) => withBook(record, book));
    try {
      await this.call('setRules', book);
      this.#saidRules = withBook(this.#saidRules, book);
    } finally {
      this.#bookChanges--;
      if (this.#bookChanges === 0) this.#rules.set(this.#saidRules);
    }
  }

  async loadProfiles(): Promise<void> {
    this.#profiles.set(await this.call('listProfiles', {}));
  }

  /** Opens a view and keeps it open over reconnects, until the result is disposed. */
  openView<K extends ViewPush['kind']>(request: ViewRequest<K>): Disposable {
    const push = (pushed: ViewPush) => {
      if (pushed.kind === request.kind) request.push(pushed as Extract<ViewPush, { readonly kind: K }>);
    };
    const open: OpenView = { request, push, view: undefined, closed: false };
    this.#views.add(open);
    if (this.#client !== undefined && this.#link.get().state === 'connected') void this.#openView(open);
    return disposable(() => this.#closeView(open));
  }

  async #open(): Promise<void> {
    if (this.#link.get().state !== 'lost') this.#link.set({ state: 'connecting' });
    try {
      const port = await this.#connect();
      const client = createClient(
        port,
        (frame) => this.#apply(frame),
        () => this.#lost(client),
      );
      this.#client = client;
      this.#welcome(await client.call('hello', {}));
    } catch (error) {
      this.#lost(this.#client, error instanceof Error && error.name === 'Unauthorized');
    }
  }

  #welcome(hello: Hello): void {
    this.#attempts = 0;
    this.#hello.set(hello);
    this.#settings.set(hello.settings);
    this.#sources.set(hello.sources);
    this.#notices.set(hello.notices);
    this.#repeats.set(hello.repeats);
    this.#replays.set(hello.replays);
    this.#comparisons.set(hello.comparisons);
    this.#taps.set(hello.taps);
    this.#shaping.set(hello.shaping);
    this.#hearRules(hello.rules);
    this.#link.set({ state: 'connected' });
    if (this.#profiles.get() !== undefined) void this.loadProfiles().catch(() => undefined);
    for (const open of this.#views) void this.#openView(open);
  }

  #lost(client: Client | undefined, unauthorized = false): void {
    if (client !== this.#client || this.#retry !== undefined) return;
    this.#client = undefined;
    client?.close();
    this.#applying?.[Symbol.dispose]();
    this.#applying = undefined;
    this.#applied = undefined;
    this.#pushes.clear();
    this.#byId.clear();
    this.#unclaimed.clear();
    for (const open of this.#views) open.view = undefined;
    const delay = RETRY_DELAYS_MS[Math.min(this.#attempts, RETRY_DELAYS_MS.length - 1)] ?? 5000;
    this.#attempts++;
    this.#link.set({ state: 'lost', attempts: this.#attempts, retryAtMs: this.#clock.nowMs() + delay, unauthorized });
    this.#retry = this.#clock.after(delay, () => {
      this.#retry = undefined;
      void this.#open();
    });
  }

  async #openView(open: OpenView): Promise<void> {
    const client = this.#client;
    try {
      const { view } = await open.request.open();
      if (client !== this.#client) return;
      if (open.closed) {
        void this.call('closeView', { view }).catch(() => undefined);
        return;
      }
      open.view = view;
      this.#byId.set(view, open);
      open.request.opened?.(view);
      const early = this.#unclaimed.get(view);
      this.#unclaimed.delete(view);
      if (early !== undefined) open.push(early);
    } catch (error) {
      if (error instanceof InspectorError && error.code !== 'cancelled') open.request.failed?.(error);
    }
  }

  #closeView(open: OpenView): void {
    if (open.closed) return;
    open.closed = true;
    this.#views.delete(open);
    if (open.view === undefined) return;
    this.#byId.delete(open.view);
    void this.call('closeView', { view: open.view }).catch(() => undefined);
  }

  /** Fulfilled once the pushes of views are applied; undefined where they are by the time it returns. */
  #apply(frame: Frame): Promise<void> | undefined {
    if (frame.settings !== undefined) this.#settings.set(frame.settings);
    if (frame.sources !== undefined) this.#sources.set(frame.sources);
    if (frame.notices !== undefined) this.#notices.set(frame.notices);
    if (frame.repeats !== undefined) this.#repeats.set(frame.repeats);
    if (frame.replays !== undefined) this.#replays.set(frame.replays);
    if (frame.comparisons !== undefined) this.#comparisons.set(frame.comparisons);
    if (frame.taps !== undefined) this.#taps.set(frame.taps);
    if (frame.shaping !== undefined) this.#shaping.set(frame.shaping);
    if (frame.rules !== undefined) this.#hearRules(frame.rules);
    if (frame.profiles !== undefined) this.#profiles.set(frame.profiles);
    for (const stats of frame.stats) this.#statsOf(stats.source).set(stats);
    for (const push of frame.views) this.#pushes.set(push.view, push);
    if (frame.views.length === 0) return undefined;
    this.#applying ??= this.#pace(() => {
      this.#applying = undefined;
      try {
        this.#applyPushes();
      } finally {
        this.#applied?.();
        this.#applied = undefined;
      }
    });
    if (this.#pushes.size === 0) return undefined;
    return new Promise((resolve) => {
      this.#applied = resolve;
    });
  }

  #hearRules(heard: RulesRecord): void {
    // Counters change with every packet: what is drawn from the book alone is not drawn again for them.
    const { book } = this.#saidRules;
    const record = JSON.stringify(heard.book) === JSON.stringify(book) ? { ...heard, book } : heard;
    this.#saidRules = record;
    this.#rules.set(this.#bookChanges === 0 ? record : withBook(record, this.#rules.get().book));
  }

  #applyPushes(): void {
    const pushes = [...this.#pushes.values()];
    this.#pushes.clear();
    for (const push of pushes) {
      const open = this.#byId.get(push.view);
      if (open !== undefined) open.push(push);
      else if (this.#unclaimed.size < MAX_UNCLAIMED) this.#unclaimed.set(push.view, push);
    }
  }

  #statsOf(source: SourceId): Writable<SourceStats | undefined> {
    const known = this.#stats.get(source);
    if (known !== undefined) return known;
    const store = createStore<SourceStats | undefined>(undefined);
    this.#stats.set(source, store);
    return store;
  }
}

/** The record under another book: counters stay with their rules, new ones begin at zero. */
function withBook({ counts, held }: RulesRecord, book: RuleBook): RulesRecord {
  const known = new Map(counts.map((count) => [count.id, count]));
  return { book, counts: book.rules.map(({ id }) => known.get(id) ?? { id, found: 0, acted: 0 }), held };
}

function withoutUndefined<T extends object>(patch: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
