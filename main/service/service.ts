/** The service behind every host: many sources, many pages, and the contract answered between them. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Port } from '../../shared/contract/port.ts';
import type { Hello } from '../../shared/contract/procedures.ts';
import type { Profile, Secrets, SubscriptionRequest } from '../../shared/contract/profiles.ts';
import type { SourceId, SourceStats, SourceSummary } from '../../shared/contract/records.ts';
import type { ByteSearch } from '../engine/capture/byte-search.ts';
import type { Clock, Random, TransportFactory } from '../engine/sources/ports.ts';
import type { DemoBroker } from '../storage/demo-broker.ts';
import type { Storage } from '../storage/open.ts';
import { makeHandlers } from './handlers.ts';
import { LiveSource } from './live-source.ts';
import { COUNTERS_US } from './live-view.ts';
import { Notices } from './notices.ts';
import { type Broadcast, Page } from './page.ts';
import { Repeats } from './repeats.ts';
import { sessionFailure } from './session-failure.ts';
import { messageProperties, requireTopicName } from './session-options.ts';

/** Frames a page gets at most: sixty a second. */
const FRAME_MS = 16;
/** Indexes are kept up to date this often while nobody looks. */
const IDLE_MS = 250;

export interface ServiceOptions {
  readonly storage: Storage;
  readonly createTransport: TransportFactory;
  readonly clock: Clock;
  readonly random: Random;
  /** The host's native search for bytes, where it has one. */
  readonly byteSearch?: ByteSearch;
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
  /** Opens the demo where the settings ask for it; called once by a host that shows a window. */
  openStartSources(): Promise<void>;
  /** Ends sessions in order, tells pages, saves what is unsaved. */
  close(): Promise<void>;
}

export function createService(options: ServiceOptions): Service {
  return new RunningService(options);
}

/** What the handlers work on. */
export class RunningService implements Service {
  readonly options: ServiceOptions;
  readonly notices: Notices;
  readonly repeats: Repeats;
  readonly #sources: LiveSource[] = [];
  readonly #pages = new Set<Page>();
  readonly #storageFailures: Disposable;
  #nextSource = 0;
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
    this.#storageFailures = options.storage.onFailure((failure) => this.notices.add('error', failure));
    this.#schedule();
  }

  get sources(): readonly LiveSource[] {
    return this.#sources;
  }

  /** A handshake without progress for so long is shown as stalled; microseconds. */
  get stalledAfterUs(): number {
    return this.options.storage.settings.get().stalledAfterMs * 1000;
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

  /** Throws `bad-topic` or `unencodable` for a profile that cannot go on the wire. */
  open(profile: Profile, secrets: Secrets, demo = false): LiveSource {
    const { clock, random, createTransport, storage } = this.options;
    const id = this.#nextSource;
    this.#nextSource += 1;
    const source = new LiveSource({
      id,
      profile,
      secrets,
      settings: storage.settings.get(),
      clock,
      random,
      createTransport,
      demo,
      stalledAfterUs: () => this.stalledAfterUs,
      changed: () => {
        this.#sourcesChanged = true;
      },
    });
    this.#sources.push(source);
    this.#sourcesChanged = true;
    return source;
  }

  closeSource(id: SourceId): void {
    const source = this.source(id);
    this.repeats.stopOf(id);
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
    const source = this.source(request.source);
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

  async openStartSources(): Promise<void> {
    if (this.options.storage.settings.get().demoAtStart) await this.openDemo();
  }

  /** Opens the demo, or finds it open. Throws `port-taken` where the built-in broker cannot listen. */
  async openDemo(): Promise<LiveSource> {
    const { demoBroker } = this.options;
    if (demoBroker === undefined) throw new InspectorError('internal', { message: 'this host has no built-in broker' });
    const { port, suggestedSubscriptions } = await demoBroker.start();
    const open = this.#sources.find((source) => source.isDemo);
    if (open !== undefined) return open;
    const source = this.open(demoProfile(port, suggestedSubscriptions), {}, true);
    source.session.connect();
    return source;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    this.#storageFailures[Symbol.dispose]();
    this.repeats.stopAll();
    for (const source of this.#sources) source.close();
    for (const page of this.#pages) page.close();
    this.#pages.clear();
    await this.options.demoBroker?.stop();
    await this.options.storage.close();
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
