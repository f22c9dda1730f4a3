/** One source as the service keeps it: what the engine drives and records, under a name, with its counters and report. */

import type { ConnectionReport } from '../../shared/contract/connection-records.ts';
import { FLOW_STATES, type FlowGauges, type FlowState } from '../../shared/contract/flow-records.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { SessionState, SourceStats, SourceSummary } from '../../shared/contract/source-records.ts';
import type { Settings } from '../../shared/contract/settings.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import type { FilterSubject } from '../engine/capture/filter-compile.ts';
import type { FlowConnectionGauges } from '../engine/capture/flows/flow-table.ts';
import { shownState } from '../engine/capture/flows/flow-view.ts';
import { Rates } from '../engine/capture/rates.ts';
import { type Endpoint, endpointOf } from '../engine/files/ip-address.ts';
import type { Parties } from '../engine/files/mqtt-conversation.ts';
import type { Clock, Random } from '../engine/sources/ports.ts';
import { Recording, type RecordingOptions } from '../engine/sources/recording.ts';
import type { Source } from '../engine/sources/source.ts';

const NOWHERE: Endpoint = { address: '0.0.0.0', port: 0 };
const OPEN = FLOW_STATES.indexOf('open');
/** Readings this close belong to one tick of the service. */
const SAME_TICK_US = 10_000;

export interface LiveSourceOptions<S extends Source> {
  readonly id: SourceId;
  readonly name: string;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly pieces: NonNullable<RecordingOptions['pieces']>;
  readonly stalledAfterUs: () => number;
  /** The summary changed. */
  readonly changed: () => void;
  /** Makes what drives the source; `noteChange` is to be called with every change of its state. */
  readonly drive: (recording: Recording, noteChange: () => void) => S;
}

/** Members of a summary that its kind alone knows. */
export type KindFacts = Pick<SourceSummary, 'kind' | 'colour' | 'endpoint' | 'demo'> & Partial<SourceSummary>;

/** Owns a {@link Source} and its {@link Recording}; closed exactly once. A subclass for each kind adds what only that kind can do. */
export abstract class LiveSource<S extends Source = Source> {
  readonly id: SourceId;
  readonly recording: Recording;
  protected readonly source: S;
  protected name: string;
  readonly #clock: Clock;
  readonly #rates: Rates;
  readonly #byteBudget: number;
  readonly #stalledAfterUs: () => number;
  readonly #changed: () => void;
  #originUs = Number.NaN;
  #revision = 0;
  #comments = 0;
  #gauges:
    | {
        readonly gauges: FlowConnectionGauges;
        readonly connection: number;
        readonly changes: number;
        readonly atUs: number;
      }
    | undefined;

  constructor(options: LiveSourceOptions<S>) {
    const { byteBudget, maxPacketBytes } = options.settings;
    this.id = options.id;
    this.name = options.name;
    this.#clock = options.clock;
    this.#byteBudget = byteBudget;
    this.#stalledAfterUs = options.stalledAfterUs;
    this.#changed = options.changed;
    this.recording = new Recording({ byteBudget, maxPacketBytes, random: options.random, pieces: options.pieces });
    this.#rates = new Rates(this.recording.capture.totals);
    this.source = options.drive(this.recording, () => this.noteChange());
  }

  protected abstract kindFacts(): KindFacts;

  /** Whether this is the built-in broker's source. */
  abstract readonly isDemo: boolean;

  /** Whose profile it is, where it has one. */
  protected abstract readonly profileId: string;

  get state(): SessionState {
    return this.source.state;
  }

  /** Of the newest connection. */
  get protocolVersion(): ProtocolVersion {
    return this.source.protocolVersion;
  }

  /** Of the newest connection. */
  get clientId(): string {
    return this.source.snapshot().clientId;
  }

  /** Grows with every change of the summary or the connection report. */
  get revision(): number {
    return this.#revision;
  }

  /** Time of the first packet since the capture was cleared, NaN before there is one: what relative times count from. */
  get originUs(): number {
    return this.#originUs;
  }

  /** As its tab shows it. */
  get shownName(): string {
    return this.kindFacts().name ?? this.name;
  }

  /** What filters over its packets look at; exchanges are stalled or not as of now. */
  get filterSubject(): Omit<FilterSubject, 'capture'> {
    const { recording } = this;
    const { store } = recording.flows;
    const nowUs = this.#clock.nowUs();
    return {
      flows: store,
      flowState: (flow) => shownState(store, flow, nowUs, this.#stalledAfterUs()),
      originUs: () => this.originUs,
      initiator: (seq) => recording.initiator(seq),
      intervened: (seq) => recording.interventions.has(seq),
      source: () => this.shownName,
    };
  }

  rename(name: string): void {
    this.name = name;
    this.noteChange();
  }

  setRecording(recording: boolean): void {
    if (recording === this.recording.recording) return;
    this.recording.setRecording(recording, this.#clock.nowUs());
    this.noteChange();
  }

  /** Words on a packet; the empty text takes them away. */
  comment(seq: number, text: string): void {
    this.recording.comment(seq, text);
    this.#comments += 1;
  }

  /** Grows with every change of {@link comment}: rows that are shown are to be read again. */
  get comments(): number {
    return this.#comments;
  }

  clear(): void {
    this.recording.clear();
    this.#originUs = Number.NaN;
    this.noteChange();
  }

  /** Notes counters for rates and brings per-frame indexes up to date. */
  settle(nowUs: number): void {
    this.recording.settle(nowUs);
    const { capture } = this.recording;
    if (Number.isNaN(this.#originUs) && capture.recordCount > 0) this.#originUs = capture.timeUs(capture.firstSeq);
    this.#rates.sample(nowUs);
  }

  summary(): SourceSummary {
    const { source } = this;
    const snapshot = source.snapshot();
    const { tls, failure } = source;
    return {
      id: this.id,
      name: this.name,
      ...(this.profileId === '' ? {} : { profileId: this.profileId }),
      state: source.state,
      recording: this.recording.recording,
      clientId: snapshot.clientId,
      protocolVersion: source.protocolVersion,
      ...(tls === undefined
        ? {}
        : { tls: { protocol: tls.protocol, authorized: tls.authorized, verificationOff: tls.verificationOff } }),
      ...(failure === undefined ? {} : { failure }),
      ...this.kindFacts(),
    };
  }

  stats(): SourceStats {
    const { capture, topics, flows } = this.recording;
    const { evicted } = capture;
    const rates = this.#rates.read();
    const snapshot = this.source.snapshot();
    const { rttUs } = this.#flowGauges();
    return {
      source: this.id,
      packets: capture.recordCount,
      firstSeq: capture.firstSeq,
      storedBytes: capture.bytesKept,
      byteBudget: this.#byteBudget,
      evictedPackets: evicted.packets,
      evictedBytes: evicted.bytes,
      refusedPackets: capture.refused,
      malformedPackets: this.recording.malformed,
      topics: topics.topics,
      flows: flows.store.end - flows.store.first,
      openFlows: flows.store.counts[OPEN] ?? 0,
      inPerSecond: rates.messages[1],
      outPerSecond: rates.messages[0],
      inBytesPerSecond: rates.bytes[1],
      outBytesPerSecond: rates.bytes[0],
      inFlight: snapshot.inFlightOut,
      inFlightLimit: snapshot.window,
      queued: snapshot.queued,
      queueRefused: snapshot.queueLost,
      ...(rttUs === undefined ? {} : { rttUs }),
    };
  }

  gauges(): FlowGauges {
    const snapshot = this.source.snapshot();
    const { flows } = this.recording;
    const seen = this.#flowGauges();
    const count = (state: FlowState): number => flows.store.counts[FLOW_STATES.indexOf(state)] ?? 0;
    return {
      outInFlight: snapshot.inFlightOut,
      outLimit: snapshot.window,
      inInFlight: seen.inInFlight,
      inLimit: seen.inLimit,
      packetIdsInUse: seen.packetIdsInUse,
      queued: snapshot.queued,
      queueLimit: snapshot.queueLimit,
      open: count('open'),
      stalled:
        count('open') === 0 ? 0 : flows.stalled(this.source.connection, this.#clock.nowUs(), this.#stalledAfterUs()),
      failed: count('failed') + count('protocolError'),
    };
  }

  report(): ConnectionReport {
    const { source, profileId } = this;
    const snapshot = source.snapshot();
    const { limits } = snapshot;
    return {
      source: this.id,
      state: source.state,
      ...(profileId === '' ? {} : { profileId }),
      attempts: source.log.attempts,
      attemptsDropped: source.log.dropped,
      session: {
        clientId: snapshot.clientId,
        assignedClientId: snapshot.clientIdAssigned,
        protocolVersion: snapshot.protocolVersion,
        cleanStart: snapshot.cleanStart,
        sessionPresent: snapshot.sessionPresent,
        sessionExpiryInterval: snapshot.sessionExpiryInterval,
        keepAlive: snapshot.keepAlive,
        keepAliveFromServer: snapshot.keepAliveFromServer,
        subscriptions: snapshot.subscriptions,
        ...(snapshot.will === undefined
          ? {}
          : {
              will: {
                topic: snapshot.will.topic,
                qos: snapshot.will.qos,
                retain: snapshot.will.retain,
                payloadLength: snapshot.will.payload.length,
              },
            }),
        inFlightOut: snapshot.inFlightOut,
        inFlightIn: snapshot.inFlightIn,
        queued: snapshot.queued,
        queueLimit: snapshot.queueLimit,
        queueRefused: snapshot.queueLost,
        receiveMaximum: snapshot.receiveMaximum,
        serverReceiveMaximum: limits.receiveMaximum,
        aliasesOut: snapshot.aliasesOut,
        aliasesIn: snapshot.aliasesIn,
        server: {
          maximumQoS: limits.maximumQoS,
          retainAvailable: limits.retainAvailable,
          topicAliasMaximum: limits.topicAliasMaximum,
          wildcardSubscriptionAvailable: limits.wildcardSubscriptionAvailable,
          subscriptionIdentifiersAvailable: limits.subscriptionIdentifiersAvailable,
          sharedSubscriptionAvailable: limits.sharedSubscriptionAvailable,
          ...(Number.isFinite(limits.maximumPacketSize) ? { maximumPacketSize: limits.maximumPacketSize } : {}),
          ...(snapshot.responseInformation === undefined ? {} : { responseInformation: snapshot.responseInformation }),
        },
      },
      ...(snapshot.challenge === undefined ? {} : { challenge: { ...snapshot.challenge, reasonCode: 0x18 } }),
    };
  }

  /** The two ends of a connection, as far as they are known. */
  parties(connection: number): Parties {
    const attempt = this.source.log.attempts.findLast((one) => one.connection === connection);
    return {
      client: endpointOf(attempt?.localAddress ?? '') ?? NOWHERE,
      server: endpointOf(attempt?.remoteAddress ?? '') ?? NOWHERE,
    };
  }

  close(): void {
    this.source.close();
  }

  /** Read at most once a tick, whoever asks: with every packet identifier in use it takes a millisecond. */
  #flowGauges(): FlowConnectionGauges {
    const { flows } = this.recording;
    const { connection } = this.source;
    const { changes } = flows.store;
    const nowUs = this.#clock.nowUs();
    const kept = this.#gauges;
    if (kept?.connection === connection && (kept.changes === changes || nowUs - kept.atUs < SAME_TICK_US))
      return kept.gauges;
    const gauges = flows.gauges(connection);
    this.#gauges = { gauges, connection, changes, atUs: nowUs };
    return gauges;
  }

  protected noteChange(): void {
    this.#revision += 1;
    this.#changed();
  }
}
