/** A service without engine: answers the page from a made-up capture, at any rate and length, over an in-process port. */

import { decodeBytes } from '../../../main/service/decode-bytes.ts';
import { InspectorError } from '../../../shared/contract/errors.ts';
import { createPortPair, type Port } from '../../../shared/contract/port.ts';
import type { PacketViewPush, ViewPush } from '../../../shared/contract/pushes.ts';
import type { Notice, SourceStats, SourceSummary } from '../../../shared/contract/source-records.ts';
import { NO_RULES_RECORD, type RulesRecord } from '../../../shared/contract/rules.ts';
import { createServer, type Handlers, type Server } from '../../../shared/contract/rpc.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../shared/contract/settings.ts';
import { NO_SHAPING } from '../../../shared/contract/shaping.ts';
import { fakeDetail, fakeFilter, fakeFlow, fakePacket, fakeRows } from './fake-packets.ts';

export interface FakeOptions {
  /** Rows in the capture at the start. */
  readonly packets?: number;
  /** Rows that arrive each second. */
  readonly rate?: number;
  readonly firstSeq?: number;
  readonly sources?: readonly SourceSummary[];
  readonly notices?: readonly Notice[];
  readonly rules?: RulesRecord;
  readonly settings?: Partial<Settings>;
  readonly stats?: Partial<SourceStats>;
  /** Procedures that answer otherwise. */
  readonly handlers?: Partial<Handlers>;
  /** Called for each frame and each view of another kind than `packets`: what to push, if anything. */
  readonly push?: (view: FakeView, elapsedMs: number) => ViewPush | undefined;
}

export interface FakeView {
  readonly id: number;
  readonly kind: ViewPush['kind'];
  readonly source: number;
  filter: string;
  from: number;
  count: number;
  follow: boolean;
  /** Set by every procedure that concerns the view; the fake clears it when it pushed. */
  changed: boolean;
  /** Rows of a filtered packet view, and how far the capture was scanned. */
  matches: number[];
  scanned: number;
}

/** Filtered views look no further back than this. */
const SCAN_LIMIT = 200_000;
const FRAME_MS = 16;

export function fakeSource(more: Partial<SourceSummary> = {}): SourceSummary {
  return {
    id: 1,
    kind: 'session',
    name: 'demo',
    colour: '',
    state: 'connected',
    recording: true,
    endpoint: 'mqtts://broker.example:8883',
    clientId: 'inspector-7f3a',
    protocolVersion: 5,
    tls: { protocol: 'TLSv1.3', authorized: true, verificationOff: false },
    demo: true,
    ...more,
  };
}

export class FakeService {
  /** Every call in order, for tests to look at. */
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  /** What handlers threw that is no failure of the contract; the page hears `internal`. */
  readonly faults: { readonly procedure: string; readonly error: unknown }[] = [];
  readonly views = new Map<number, FakeView>();
  sources: readonly SourceSummary[];
  settings: Settings;
  notices: readonly Notice[];
  rules: RulesRecord;
  readonly documents = new Map<string, string>();
  /** Rows in the capture now. */
  packets: number;
  rate: number;
  readonly #options: FakeOptions;
  readonly #pages = new Set<Page>();
  #nextView = 1;
  #started = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;

  #evicted = 0;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.sources = options.sources ?? [fakeSource()];
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.notices = options.notices ?? [];
    this.rules = options.rules ?? NO_RULES_RECORD;
    this.packets = options.packets ?? 0;
    this.rate = options.rate ?? 0;
  }

  /** What `startApp` takes. */
  readonly connect = async (): Promise<Port> => {
    const [page, service] = createPortPair((message) => structuredClone(message));
    this.#attach(service);
    return page;
  };

  /** Drops every page's link. */
  drop(): void {
    for (const page of this.#pages) page.server.close();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.drop();
  }

  /** Tells pages that these changed. */
  announce(changed: {
    readonly sources?: readonly SourceSummary[];
    readonly notices?: readonly Notice[];
    readonly rules?: RulesRecord;
  }): void {
    if (changed.sources !== undefined) this.sources = changed.sources;
    if (changed.notices !== undefined) this.notices = changed.notices;
    if (changed.rules !== undefined) this.rules = changed.rules;
    for (const page of this.#pages) page.dirty = true;
  }

  /** Drops the oldest packets, as a full capture does: windows that do not follow move along. */
  evict(packets: number): void {
    this.#evicted += packets;
    for (const view of this.views.values()) {
      if (!view.follow) view.from = Math.max(0, view.from - packets);
      view.changed = true;
    }
    for (const page of this.#pages) page.dirty = true;
  }

  get #firstSeq(): number {
    return (this.#options.firstSeq ?? 0) + this.#evicted;
  }

  #attach(port: Port): void {
    const page: Page = { server: undefined as never, frame: 0, acknowledged: 0, dirty: true, lastPackets: -1 };
    page.server = createServer(port, this.#handlers(), {
      acknowledged: (frame) => {
        page.acknowledged = frame;
      },
      closed: () => this.#pages.delete(page),
      faulted: (procedure, error) => void this.faults.push({ procedure, error }),
    });
    this.#pages.add(page);
    this.#timer ??= setInterval(() => this.#tick(), FRAME_MS);
  }

  #tick(): void {
    const now = performance.now();
    const arrived = (this.rate * (now - this.#started)) / 1000;
    if (arrived >= 1) {
      this.packets += Math.floor(arrived);
      this.#started = now;
    } else if (this.rate === 0) this.#started = now;
    for (const page of this.#pages) this.#sendFrame(page, now);
  }

  #sendFrame(page: Page, now: number): void {
    if (page.acknowledged < page.frame) return;
    const views: ViewPush[] = [];
    for (const view of this.views.values()) {
      const push = view.kind === 'packets' ? this.#packetPush(view) : this.#options.push?.(view, now);
      if (push !== undefined) views.push(push);
      view.changed = false;
    }
    const grown = page.lastPackets !== this.packets;
    if (views.length === 0 && !page.dirty && !grown) return;
    page.lastPackets = this.packets;
    page.frame++;
    page.server.sendFrame({
      number: page.frame,
      views,
      stats: grown || page.dirty ? this.sources.map((source) => this.#stats(source.id)) : [],
      ...(page.dirty
        ? { sources: this.sources, settings: this.settings, notices: this.notices, rules: this.rules }
        : {}),
    });
    page.dirty = false;
  }

  #packetPush(view: FakeView): PacketViewPush | undefined {
    const grown = view.scanned !== this.packets;
    if (!view.changed && !grown) return undefined;
    const filtered = view.filter.trim() !== '';
    const firstSeq = this.#firstSeq;
    if (filtered) {
      const test = fakeFilter(view.filter);
      for (let seq = Math.max(view.scanned, this.packets - SCAN_LIMIT, firstSeq); seq < this.packets; seq++)
        if (test(seq)) view.matches.push(seq);
    }
    view.scanned = this.packets;
    const total = filtered ? view.matches.length : this.packets - firstSeq;
    const first = view.follow ? Math.max(0, total - view.count) : Math.min(view.from, total);
    const count = Math.min(view.count, total - first);
    const seqAt = (index: number): number => (filtered ? (view.matches[index] ?? 0) : firstSeq + index);
    const seqs = Array.from({ length: count }, (_, index) => seqAt(first + index));
    return {
      kind: 'packets',
      view: view.id,
      total,
      captured: this.packets - firstSeq,
      unscanned: 0,
      moved: -this.#evicted,
      originUs: this.packets === 0 ? Number.NaN : (fakeRows(0, [0], undefined).timeUs[0] ?? Number.NaN),
      rows: fakeRows(first, seqs, first > 0 ? seqAt(first - 1) : undefined, this.settings.colourRules),
    };
  }

  #stats(source: number): SourceStats {
    const { packets } = this;
    return {
      source,
      packets,
      firstSeq: this.#firstSeq,
      storedBytes: Math.min(packets * 60, 1_073_741_824),
      byteBudget: this.settings.byteBudget,
      evictedPackets: this.#firstSeq,
      evictedBytes: this.#firstSeq * 60,
      refusedPackets: 0,
      malformedPackets: Math.floor(packets / 100),
      topics: 12,
      flows: Math.floor(packets / 4),
      openFlows: 2,
      inPerSecond: this.rate * 0.8,
      outPerSecond: this.rate * 0.1,
      inBytesPerSecond: this.rate * 50,
      outBytesPerSecond: this.rate * 5,
      inFlight: 2,
      inFlightLimit: 20,
      queued: 0,
      queueRefused: 0,
      rttUs: 1187,
      ...this.#options.stats,
    };
  }

  #openView(kind: ViewPush['kind'], source: number, filter: string): { view: number } {
    const id = this.#nextView++;
    const fresh = {
      id,
      kind,
      source,
      filter,
      from: 0,
      count: 0,
      follow: false,
      changed: true,
      matches: [],
      scanned: 0,
    };
    this.views.set(id, fresh);
    return { view: id };
  }

  #view(id: number): FakeView {
    const view = this.views.get(id);
    if (view === undefined) throw new InspectorError('no-such-view', { view: id });
    view.changed = true;
    return view;
  }

  #change(id: number, change: Partial<SourceSummary>): void {
    this.announce({ sources: this.sources.map((source) => (source.id === id ? { ...source, ...change } : source)) });
  }

  #indexOf(view: FakeView, seq: number): number {
    const firstSeq = this.#firstSeq;
    if (view.filter.trim() === '') return Math.min(Math.max(0, seq - firstSeq), this.packets - firstSeq - 1);
    const at = view.matches.findIndex((match) => match >= seq);
    return at < 0 ? Math.max(0, view.matches.length - 1) : at;
  }

  #handlers(): Handlers {
    const nothing = () => undefined;
    const refuse = (): never => {
      throw new InspectorError('internal', { message: 'the fake service does not do that' });
    };
    const own: Handlers = {
      hello: () => ({
        version: '0.0.0-fake',
        host: 'web',
        platform: 'test',
        settings: this.settings,
        sources: this.sources,
        ...(this.sources[0] === undefined ? {} : { current: this.sources[0].id }),
        notices: this.notices,
        repeats: [],
        replays: [],
        comparisons: [],
        taps: [],
        shaping: NO_SHAPING,
        rules: this.rules,
      }),
      getSettings: () => this.settings,
      setSettings: (patch) => {
        const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
        this.settings = { ...this.settings, ...given };
        for (const view of this.views.values()) view.changed = true;
        this.announce({});
        return this.settings;
      },
      dismissNotice: ({ id }) => this.announce({ notices: this.notices.filter((notice) => notice.id !== id) }),
      readDocument: ({ name }) => this.documents.get(name) ?? null,
      writeDocument: ({ name, text }) => void this.documents.set(name, text),
      listProfiles: () => ({
        profiles: [],
        secrets: { storage: 'memory', available: ['memory'], locked: false, vaultExists: false },
      }),
      decodeBytes: ({ bytes, protocolVersion }) => decodeBytes(bytes, protocolVersion),
      saveProfile: refuse,
      deleteProfile: nothing,
      duplicateProfile: refuse,
      exportProfiles: () => '{}',
      importProfiles: () => ({ added: 0, renamed: 0 }),
      setSecretStorage: refuse,
      unlockVault: refuse,
      openSession: ({ profile }) => this.#open(fakeSource({ name: profile.name, demo: false })),
      openSavedSession: () => this.#open(fakeSource({ name: 'saved', demo: false })),
      reopenSession: () => this.#open(fakeSource({ name: 'again', demo: false })),
      sessionProfile: refuse,
      openDemo: () => this.#open(fakeSource()),
      connect: ({ source }) => this.#change(source, { state: 'connected' }),
      disconnect: ({ source }) => this.#change(source, { state: 'closed' }),
      closeSource: ({ source }) =>
        this.announce({ sources: this.sources.filter((candidate) => candidate.id !== source) }),
      renameSource: ({ source, name }) => this.#change(source, { name }),
      moveSource: ({ source, to }) => {
        const moved = this.sources.find((candidate) => candidate.id === source);
        const others = this.sources.filter((candidate) => candidate.id !== source);
        if (moved !== undefined) this.announce({ sources: others.toSpliced(to, 0, moved) });
      },
      setRecording: ({ source, recording }) => this.#change(source, { recording }),
      clearCapture: () => {
        this.packets = 0;
        for (const view of this.views.values()) Object.assign(view, { matches: [], scanned: 0, changed: true });
        this.announce({});
      },
      setComment: nothing,
      startExport: refuse,
      readExport: refuse,
      endExport: nothing,
      openFile: refuse,
      pushFile: refuse,
      endFile: nothing,
      publish: () => ({ outcome: 'sent', packetId: 0 }),
      startRepeat: refuse,
      stopRepeat: nothing,
      sendRaw: nothing,
      subscribe: nothing,
      unsubscribe: nothing,
      ping: nothing,
      authenticate: nothing,
      startTap: refuse,
      stopTap: nothing,
      setShaping: nothing,
      cutLinks: nothing,
      setRules: (book) => {
        const counts = book.rules.map(
          ({ id }) => this.rules.counts.find((count) => count.id === id) ?? { id, found: 0, acted: 0 },
        );
        this.announce({ rules: { ...this.rules, book, counts } });
      },
      resetRuleCounts: () =>
        this.announce({
          rules: { ...this.rules, counts: this.rules.book.rules.map(({ id }) => ({ id, found: 0, acted: 0 })) },
        }),
      readHeld: ({ held }) => {
        const found = this.rules.held.find(({ id }) => id === held);
        if (found === undefined) throw new InspectorError('no-such-held-packet', { held });
        return fakePacket(found.seq).bytes;
      },
      resolveHeld: ({ held }) => {
        if (!this.rules.held.some(({ id }) => id === held)) throw new InspectorError('no-such-held-packet', { held });
        this.announce({ rules: { ...this.rules, held: this.rules.held.filter(({ id }) => id !== held) } });
      },
      resolveAllHeld: () => this.announce({ rules: { ...this.rules, held: [] } }),
      listTaps: () => [],
      tapAuthority: () => ({ certificate: '' }),
      clearRetained: () => ({ cleared: 0 }),
      countRetained: () => ({ retained: 0 }),
      openPacketView: ({ source, filter }) => this.#openView('packets', source, checkedFilter(filter)),
      openTopicView: ({ source }) => this.#openView('topics', source, ''),
      openFlowView: ({ source, filter }) => this.#openView('flows', source, filter),
      openConnectionView: ({ source }) => this.#openView('connection', source, ''),
      closeView: ({ view }) => void this.views.delete(view),
      setWindow: ({ view, from, count, follow }) => void Object.assign(this.#view(view), { from, count, follow }),
      setFilter: ({ view, filter }) =>
        void Object.assign(this.#view(view), { filter: checkedFilter(filter), matches: [], scanned: 0 }),
      setTopicView: ({ view }) => void this.#view(view),
      expandTopic: ({ view }) => void this.#view(view),
      revealTopic: () => ({ row: -1 }),
      revealPacket: ({ view, seq }) => {
        const found = this.#view(view);
        const row = this.#indexOf(found, seq);
        const exact = found.filter.trim() === '' ? seq < this.packets : found.matches[row] === seq;
        return { row, exact };
      },
      revealFlow: () => ({ row: 0, exact: false }),
      readRows: ({ view, from, count }) => {
        const found = this.#view(view);
        const seqs = Array.from({ length: count }, (_, index) => found.matches[from + index] ?? from + index);
        return fakeRows(from, seqs, undefined, this.settings.colourRules);
      },
      getPacket: ({ source, seq }) => {
        const firstSeq = this.#firstSeq;
        if (seq >= this.packets || seq < firstSeq) throw new InspectorError('no-such-packet', { seq, firstSeq });
        return fakeDetail(source, seq, this.settings.colourRules);
      },
      resend: () => undefined,
      startReplay: refuse,
      previewReplay: () => ({ total: 0, complete: true, durationUs: 0, topics: [] }),
      pauseReplay: () => undefined,
      resumeReplay: () => undefined,
      stopReplay: () => undefined,
      startComparison: refuse,
      closeComparison: () => undefined,
      readComparison: refuse,
      nextDifference: () => ({ row: -1 }),
      comparedFields: () => [],
      copyPacket: ({ seq, form }) => ({ text: `packet ${seq} as ${form}` }),
      readBytes: ({ seq, from, to }) => fakePacket(seq).bytes.slice(from, to),
      getFlow: ({ source, flow }) => fakeFlow(source, flow),
      completeTopic: ({ text, limit }) =>
        ['site/a1/temp', 'site/b2/temp', 'site/c3/数据/温度'].filter((topic) => topic.includes(text)).slice(0, limit),
      chartTopic: () => ({ timeUs: new Float64Array(), value: new Float64Array(), total: 0 }),
    };
    return recorded({ ...own, ...this.#options.handlers }, this.calls);
  }

  #open(source: SourceSummary): SourceSummary {
    const opened = { ...source, id: Math.max(0, ...this.sources.map((candidate) => candidate.id)) + 1 };
    this.announce({ sources: [...this.sources, opened] });
    return opened;
  }
}

interface Page {
  server: Server;
  frame: number;
  acknowledged: number;
  dirty: boolean;
  lastPackets: number;
}

/** A bracket without its partner is the fake's one wrong filter. */
function checkedFilter(filter: string): string {
  const at = filter.indexOf('(');
  if (at >= 0 && !filter.includes(')'))
    throw new InspectorError('bad-filter', { text: filter, at, length: 1, reason: 'unclosed-parenthesis', word: '(' });
  return filter;
}

function recorded(handlers: Handlers, calls: { readonly name: string; readonly input: unknown }[]): Handlers {
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (input: never) => {
      calls.push({ name, input });
      return (handler as (input: never) => unknown)(input);
    },
  ]);
  return Object.fromEntries(entries) as Handlers;
}
