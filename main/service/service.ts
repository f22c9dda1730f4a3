/** The service behind every host: many sources, many pages, and the contract answered between them. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Port } from '../../shared/contract/port.ts';
import type { Hello } from '../../shared/contract/procedures.ts';
import type { Profile, Secrets, SubscriptionRequest } from '../../shared/contract/profiles.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { RunRecord, SourceStats, SourceSummary } from '../../shared/contract/source-records.ts';
import { MOST_RUN_SOURCES } from '../../shared/contract/script-link.ts';
import type { Clock, HostLookup, Random, TransportFactory, TransportOptions } from '../engine/sources/ports.ts';
import type { TapHost } from '../engine/sources/tap-ports.ts';
import { shownState } from '../engine/capture/flows/flow-view.ts';
import type { DemoBroker } from '../storage/demo-broker.ts';
import type { Storage } from '../storage/open.ts';
import { FileReading } from './file-reading.ts';
import { Comparisons } from './comparisons.ts';
import { makeHandlers } from './handlers.ts';
import { LiveFile, type Reading } from './live-file.ts';
import { LiveScript, type LiveScriptOptions } from './live-script.ts';
import { LiveSession } from './live-session.ts';
import { LiveTap } from './live-tap.ts';
import type { LiveSource } from './live-source.ts';
import { COUNTERS_US } from './live-view.ts';
import { Notices } from './notices.ts';
import { type Broadcast, Page } from './page.ts';
import { Repeats } from './repeats.ts';
import { Replays } from './replays.ts';
import { type ScriptHost, ScriptRuntime } from './script-runtime.ts';
import { sessionFailure } from './session-failure.ts';
import { RowColours } from './row-colours.ts';
import { Rules } from './rules.ts';
import { Shaping } from './shaping.ts';
import { MOST_DEVICES, Taps } from './taps.ts';
import { messageProperties, requireTopicName } from './session-options.ts';

/** Frames a page gets at most: sixty a second. */
const FRAME_MS = 16;
/** Indexes are kept up to date this often while nobody looks. */
const IDLE_MS = 250;
/** Closed clients of scripts that stay to be looked at, and as many of taps; older ones go, counted, when there is need for more. */
const CLOSED_KEPT = 200;

export interface ServiceOptions {
  readonly storage: Storage;
  readonly createTransport: TransportFactory;
  /** Answers scripts that look hosts up themselves. */
  readonly lookUpHost: HostLookup;
  readonly clock: Clock;
  readonly random: Random;
  /** Absent where the host cannot listen for devices. */
  readonly taps?: TapHost;
  /** Absent where the host has no broker to lend. */
  readonly demoBroker?: DemoBroker;
  readonly version: string;
  readonly host: Hello['host'];
  readonly platform: string;
  /** A fault of ours that a page was answered `internal` for. */
  readonly onFault: (where: string, error: unknown) => void;
}

export interface Service {
  /** Serves a page until its port closes or the result is disposed. */
  attach(port: Port): Disposable;
  /** Serves a Python runtime's clients until its port closes or the result is disposed: then they are cut off, and stay readable. */
  attachScript(port: Port): Disposable;
  /** Opens the demo where the settings ask for it; called once by a host that shows a window. */
  openStartSources(): Promise<void>;
  /** Ends sessions in order, tells pages, saves what is unsaved. */
  close(): Promise<void>;
}

export function createService(options: ServiceOptions): Service {
  return new RunningService(options);
}

/** What the handlers work on. */
export class RunningService implements Service, ScriptHost {
  readonly options: ServiceOptions;
  readonly notices: Notices;
  readonly repeats: Repeats;
  readonly replays: Replays;
  readonly comparisons: Comparisons;
  readonly taps: Taps;
  readonly shaping: Shaping;
  readonly rules: Rules;
  readonly #colours = new WeakMap<LiveSource, RowColours>();
  readonly #sources: LiveSource[] = [];
  readonly #pages = new Set<Page>();
  readonly #runtimes = new Set<ScriptRuntime>();
  readonly #ofStorage: readonly Disposable[];
  #nextSource = 0;
  #nextRun = 0;
  #nextFile = 0;
  #refusals: { readonly run: number; readonly count: number; readonly notice: number } | undefined;
  readonly #dropped = { script: { count: 0, notice: -1 }, tap: { count: 0, notice: -1 } };
  #refusedDevices = -1;
  #tapsChanged = false;
  #timer: Disposable | undefined;
  #sourcesChanged = false;
  #closed = false;
  #statsAtUs = 0;
  #stats: readonly SourceStats[] = [];

  constructor(options: ServiceOptions) {
    this.options = options;
    this.notices = new Notices(() => this.broadcast({ notices: this.notices.all }));
    this.repeats = new Repeats(
      options.clock,
      (request) => this.publish(request),
      () => this.broadcast({ repeats: this.repeats.all }),
    );
    this.comparisons = new Comparisons(
      options.clock,
      (id) => this.source(id),
      () => this.broadcast({ comparisons: this.comparisons.all }),
    );
    this.replays = new Replays(options.clock, this, () => this.broadcast({ replays: this.replays.all }));
    this.shaping = new Shaping(options.clock, options.random, () => this.broadcast({ shaping: this.shaping.record }));
    const { storage } = options;
    this.rules = new Rules({ clock: options.clock, random: options.random, store: storage.rules });
    this.taps = new Taps({
      host: options.taps,
      authority: (make) => storage.tapAuthority.get(make),
      openTap: (tapped) => {
        this.#dropOld('tap');
        return this.#add(new LiveTap({ ...this.#commonOptions(), ...tapped }));
      },
      shape: (source, create, onward) => this.shaping.relay(source, create, onward),
      refused: ({ name, refused }) => {
        const failure = { code: 'too-many-devices', data: { tap: name, limit: MOST_DEVICES, count: refused } } as const;
        this.#refusedDevices = this.notices.replace(this.#refusedDevices, 'warning', failure);
      },
      changed: () => {
        this.#tapsChanged = true;
      },
    });
    this.#ofStorage = [
      storage.onFailure((failure) => this.notices.add('error', failure)),
      storage.watch(() => void this.#takeInProfiles()),
    ];
    this.#schedule();
  }

  get sources(): readonly LiveSource[] {
    return this.#sources;
  }

  /** A handshake without progress for so long is shown as stalled; microseconds. */
  get stalledAfterUs(): number {
    return this.options.storage.settings.get().stalledAfterMs * 1000;
  }

  /** One for each source, whoever looks at it. */
  coloursOf(live: LiveSource): RowColours {
    const known = this.#colours.get(live);
    if (known !== undefined) return known;
    const { clock, storage } = this.options;
    const { capture, flows } = live.recording;
    const flowState = (flow: number): number => shownState(flows.store, flow, clock.nowUs(), this.stalledAfterUs);
    const subject = { ...live.filterSubject, capture, flowState };
    const colours = new RowColours(subject, () => storage.settings.get().colourRules);
    this.#colours.set(live, colours);
    return colours;
  }

  get summaries(): readonly SourceSummary[] {
    return this.#sources.map((source) => source.summary());
  }

  /** Throws `no-such-source`. */
  source(id: SourceId): LiveSource {
    const found = this.#sources.find((source) => source.id === id);
    if (found === undefined) throw new InspectorError('no-such-source', { source: id });
    return found;
  }

  /** Throws `no-such-source`, and `driven-by-script`, `driven-by-device` or `read-from-file` for a source that somebody else drives, or nobody. */
  session(id: SourceId): LiveSession {
    const found = this.source(id);
    if (found instanceof LiveFile) throw new InspectorError('read-from-file', { source: id });
    if (found instanceof LiveTap) throw new InspectorError('driven-by-device', { source: id });
    if (!(found instanceof LiveSession)) throw new InspectorError('driven-by-script', { source: id });
    return found;
  }

  /** Throws `bad-topic` or `not-base64` for a profile that cannot go on the wire. */
  open(profile: Profile, secrets: Secrets, demo = false): LiveSession {
    return this.#add(new LiveSession({ ...this.#commonOptions(), profile, secrets, demo }));
  }

  /** A source for the file, which is read by what its caller pushes. */
  openFile(name: string, size: number): LiveFile {
    const id = this.#nextFile;
    this.#nextFile += 1;
    const openSource = (reading: Reading, pieces: 'large' | 'small'): LiveFile =>
      this.#add(new LiveFile({ ...this.#commonOptions(), name, reading, pieces }));
    return new FileReading({ id, name, size, openSource }).source;
  }

  /** Throws `no-such-source`, also where it is not read from a file. */
  file(id: SourceId): LiveFile {
    const found = this.source(id);
    if (found instanceof LiveFile) return found;
    throw new InspectorError('no-such-source', { source: id });
  }

  openScript(options: Pick<LiveScriptOptions, 'name' | 'mode' | 'run' | 'listener'>): LiveScript {
    this.#dropOld('script');
    return this.#add(new LiveScript({ ...this.#commonOptions(), ...options }));
  }

  beginRun(name: string): RunRecord {
    const id = this.#nextRun;
    this.#nextRun += 1;
    return { id, name };
  }

  sourceRefused(run: RunRecord): void {
    const last = this.#refusals?.run === run.id ? this.#refusals : undefined;
    const count = (last?.count ?? 0) + 1;
    const failure = {
      code: 'too-many-script-sources',
      data: { run: run.name, limit: MOST_RUN_SOURCES, count },
    } as const;
    this.#refusals = { run: run.id, count, notice: this.notices.replace(last?.notice, 'warning', failure) };
  }

  get lookUpHost(): HostLookup {
    return this.options.lookUpHost;
  }

  #commonOptions() {
    const { clock, random, createTransport, storage } = this.options;
    const id = this.#nextSource;
    this.#nextSource += 1;
    return {
      id,
      settings: storage.settings.get(),
      clock,
      random,
      createTransport: (target: TransportOptions) => this.shaping.transport(id, createTransport, target),
      rules: this.rules,
      stalledAfterUs: () => this.stalledAfterUs,
      changed: () => {
        this.#sourcesChanged = true;
      },
    };
  }

  #add<S extends LiveSource>(source: S): S {
    this.#sources.push(source);
    this.#sourcesChanged = true;
    return source;
  }

  /** Makes room for another client of the kind: the oldest closed ones go. */
  #dropOld(kind: 'script' | 'tap'): void {
    const closed = this.#sources.filter((source) => isOver(source, kind));
    const old = closed.slice(0, Math.max(0, closed.length - CLOSED_KEPT + 1));
    if (old.length === 0) return;
    for (const { id } of old) this.closeSource(id);
    const dropped = this.#dropped[kind];
    dropped.count += old.length;
    const failure = { code: `${kind}-sources-dropped`, data: { kept: CLOSED_KEPT, count: dropped.count } } as const;
    dropped.notice = this.notices.replace(dropped.notice, 'info', failure);
  }

  closeSource(id: SourceId): void {
    const source = this.source(id);
    this.repeats.stopOf(id);
    this.replays.stopOf(id);
    this.comparisons.closeOf(id);
    this.shaping.forget(id);
    for (const page of this.#pages) page.closeViewsOf(id);
    this.#stats = this.#stats.filter(({ source: of }) => of !== id);
    this.#sources.splice(this.#sources.indexOf(source), 1);
    source.close();
    this.#sourcesChanged = true;
  }

  moveSource(id: SourceId, to: number): void {
    const source = this.source(id);
    this.#sources.splice(this.#sources.indexOf(source), 1);
    this.#sources.splice(Math.min(to, this.#sources.length), 0, source);
    this.#sourcesChanged = true;
  }

  /** Throws `bad-topic` and `refused`. */
  publish(request: {
    readonly source: SourceId;
    readonly topic: string;
    readonly payload: Uint8Array;
    readonly qos: 0 | 1 | 2;
    readonly retain: boolean;
    readonly properties?: Parameters<typeof messageProperties>[0];
  }): { outcome: 'sent' | 'queued'; packetId: number } {
    const source = this.session(request.source);
    const { topic, payload, qos, retain } = request;
    const properties = source.session.protocolVersion === 5 ? messageProperties(request.properties) : undefined;
    if (topic !== '' || properties?.topicAlias === undefined) requireTopicName(topic);
    const outcome = source.session.publish({
      topic,
      payload,
      qos,
      retain,
      ...(properties === undefined ? {} : { properties }),
    });
    if (outcome.outcome === 'refused') throw sessionFailure(source, outcome);
    return { outcome: outcome.outcome, packetId: outcome.packetId };
  }

  broadcast(broadcast: Broadcast): void {
    for (const page of this.#pages) page.tell(broadcast);
  }

  attach(port: Port): Disposable {
    const page = new Page(port, (self) => makeHandlers(this, self), this.options.clock, {
      closed: () => this.#pages.delete(page),
      faulted: (procedure, error) => this.options.onFault(procedure, error),
    });
    this.#pages.add(page);
    this.#schedule();
    return {
      [Symbol.dispose]: () => {
        this.#pages.delete(page);
        page.close();
      },
    };
  }

  attachScript(port: Port): Disposable {
    const runtime = new ScriptRuntime(port, this, { closed: () => this.#runtimes.delete(runtime) });
    this.#runtimes.add(runtime);
    return {
      [Symbol.dispose]: () => {
        this.#runtimes.delete(runtime);
        runtime.close();
      },
    };
  }

  async openStartSources(): Promise<void> {
    if (this.options.storage.settings.get().demoAtStart) await this.openDemo();
  }

  /** Opens the demo, or finds it open. Throws `port-taken` where the built-in broker cannot listen. */
  async openDemo(): Promise<LiveSession> {
    const { demoBroker } = this.options;
    if (demoBroker === undefined) throw new InspectorError('internal', { message: 'this host has no built-in broker' });
    const { port, suggestedSubscriptions } = await demoBroker.start();
    const open = this.#sources.find((source) => source.isDemo);
    if (open instanceof LiveSession) return open;
    const source = this.open(demoProfile(port, suggestedSubscriptions), {}, true);
    source.session.connect();
    return source;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    for (const part of this.#ofStorage) part[Symbol.dispose]();
    this.repeats.stopAll();
    this.replays.stopAll();
    this.comparisons.closeAll();
    for (const runtime of this.#runtimes) runtime.close();
    this.taps.stopAll();
    for (const source of this.#sources) source.close();
    for (const page of this.#pages) page.close();
    this.#pages.clear();
    await this.options.demoBroker?.stop();
    await this.options.storage.close();
  }

  /** Another process may have saved connections: every page sees them. */
  async #takeInProfiles(): Promise<void> {
    const { storage } = this.options;
    if (!(await storage.refresh()) || this.#closed) return;
    const { profiles, secrets } = storage;
    this.broadcast({ profiles: { profiles: profiles.list(), secrets: secrets.status() } });
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.options.clock.after(this.#pages.size > 0 ? FRAME_MS : IDLE_MS, () => this.#tick());
  }

  #tick(): void {
    const nowUs = this.options.clock.nowUs();
    for (const source of this.#sources) source.settle(nowUs);
    if (this.#sourcesChanged) {
      this.#sourcesChanged = false;
      this.broadcast({ sources: this.summaries });
    }
    if (this.#tapsChanged) {
      this.#tapsChanged = false;
      this.broadcast({ taps: this.taps.all });
    }
    if (this.rules.takeChanged()) this.broadcast({ rules: this.rules.record });
    if (this.#pages.size > 0) {
      // Rates move even where nothing arrives any more, but nobody reads them sixty times a second.
      if (nowUs - this.#statsAtUs > COUNTERS_US) {
        this.#statsAtUs = nowUs;
        this.#stats = this.#sources.map((source) => source.stats());
      }
      for (const page of this.#pages) page.sendFrame(nowUs, this.#stats);
    }
    this.#schedule();
  }
}

/** Whether the source is of that kind and nothing will come of it any more. */
function isOver(source: LiveSource, kind: 'script' | 'tap'): boolean {
  if (source instanceof LiveTap) return kind === 'tap' && source.over;
  return source instanceof LiveScript && kind === 'script' && source.script.closed;
}

/** The session that the first start shows: everything the demo devices publish, at the QoS they use. */
function demoProfile(port: number, subscriptions: readonly SubscriptionRequest[]): Profile {
  return {
    id: '',
    name: 'demo',
    folder: '',
    colour: '',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    srv: false,
    bindAddress: '',
    protocolVersion: 4,
    clientId: 'mqtt-inspector-demo',
    cleanStart: true,
    sessionExpiryInterval: 0,
    keepAlive: 30,
    connectTimeoutMs: 10_000,
    reconnect: { enabled: true, minDelayMs: 1000, maxDelayMs: 10_000 },
    inflightWindow: 20,
    queueLimit: 1000,
    useTopicAliases: false,
    subscriptions: [...subscriptions],
  };
}
