/** One source as the service keeps it: the engine's session and recording under a name, with its counters and report. */

import {
  type ConnectionReport,
  FLOW_STATES,
  type FlowGauges,
  type FlowState,
  type SourceId,
  type SourceStats,
  type SourceSummary,
} from '../../shared/contract/records.ts';
import type { Profile, Secrets } from '../../shared/contract/profiles.ts';
import type { Settings } from '../../shared/contract/settings.ts';
import type { FlowConnectionGauges } from '../engine/capture/flows/flow-table.ts';
import { Rates } from '../engine/capture/rates.ts';
import type { Clock, Random, TransportFactory } from '../engine/sources/ports.ts';
import { Recording } from '../engine/sources/recording.ts';
import { SessionSource } from '../engine/sources/session-source.ts';
import { endpointOf, sessionOptions, transportOptions } from './session-options.ts';

const OPEN = FLOW_STATES.indexOf('open');
/** Readings this close belong to one tick of the service. */
const SAME_TICK_US = 10_000;

export interface LiveSourceOptions {
  readonly id: SourceId;
  readonly profile: Profile;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly createTransport: TransportFactory;
  readonly demo: boolean;
  readonly stalledAfterUs: () => number;
  /** The summary changed. */
  readonly changed: () => void;
}

/** Owns a {@link SessionSource} and its {@link Recording}; closed exactly once. */
export class LiveSource {
  readonly id: SourceId;
  readonly profile: Profile;
  readonly recording: Recording;
  readonly session: SessionSource;
  readonly #clock: Clock;
  readonly #rates: Rates;
  readonly #demo: boolean;
  readonly #byteBudget: number;
  readonly #stalledAfterUs: () => number;
  readonly #changed: () => void;
  #name: string;
  #originUs = Number.NaN;
  #revision = 0;
  #reconnectAtMs: number | undefined;
  #gauges:
    | {
        readonly gauges: FlowConnectionGauges;
        readonly connection: number;
        readonly changes: number;
        readonly atUs: number;
      }
    | undefined;

  /** Throws `bad-topic` and `unencodable` for a profile that cannot be put on the wire. */
  constructor({
    id,
    profile,
    secrets,
    settings,
    clock,
    random,
    createTransport,
    demo,
    stalledAfterUs,
    changed,
  }: LiveSourceOptions) {
    this.id = id;
    this.profile = profile;
    this.#name = profile.name;
    this.#clock = clock;
    this.#demo = demo;
    this.#byteBudget = settings.byteBudget;
    this.#stalledAfterUs = stalledAfterUs;
    this.#changed = changed;
    this.recording = new Recording({
      byteBudget: settings.byteBudget,
      maxPacketBytes: settings.maxPacketBytes,
      random,
    });
    this.#rates = new Rates(this.recording.capture.totals);
    this.session = new SessionSource(
      {
        session: sessionOptions(profile, secrets, random),
        transport: transportOptions(profile, secrets),
        recording: this.recording,
        clock,
        createTransport,
      },
      {
        changed: () => this.#noteChange(),
        fact: (fact) => {
          if (fact.fact === 'reconnect-scheduled') this.#reconnectAtMs = Date.now() + fact.delayMs;
        },
        settled: () => undefined,
      },
    );
  }

  /** Grows with every change of the summary or the connection report. */
  get revision(): number {
    return this.#revision;
  }

  /** Time of the first packet since the capture was cleared, NaN before there is one: what relative times count from. */
  get originUs(): number {
    return this.#originUs;
  }

  /** Whether this is the built-in broker's source. */
  get isDemo(): boolean {
    return this.#demo;
  }

  rename(name: string): void {
    this.#name = name;
    this.#noteChange();
  }

  setRecording(recording: boolean): void {
    if (recording === this.recording.recording) return;
    this.recording.setRecording(recording, this.#clock.nowUs());
    this.#noteChange();
  }

  clear(): void {
    this.recording.clear();
    this.#originUs = Number.NaN;
    this.#noteChange();
  }

  /** Notes counters for rates and brings per-frame indexes up to date. */
  settle(nowUs: number): void {
    this.recording.settle(nowUs);
    const { capture } = this.recording;
    if (Number.isNaN(this.#originUs) && capture.recordCount > 0) this.#originUs = capture.timeUs(capture.firstSeq);
    this.#rates.sample(nowUs);
  }

  summary(): SourceSummary {
    const { session, profile } = this;
    const snapshot = session.snapshot();
    const { tls, failure } = session;
    return {
      id: this.id,
      kind: 'session',
      name: this.#name,
      colour: profile.colour,
      ...(profile.id === '' ? {} : { profileId: profile.id }),
      state: session.state,
      recording: this.recording.recording,
      endpoint: endpointOf(profile),
      clientId: snapshot.clientId,
      protocolVersion: session.protocolVersion,
      ...(tls === undefined
        ? {}
        : { tls: { protocol: tls.protocol, authorized: tls.authorized, verificationOff: tls.verificationOff } }),
      ...(failure === undefined ? {} : { failure }),
      ...(session.state === 'waiting' && this.#reconnectAtMs !== undefined
        ? { reconnectAtMs: this.#reconnectAtMs }
        : {}),
      demo: this.#demo,
    };
  }

  stats(): SourceStats {
    const { capture, topics, flows } = this.recording;
    const { evicted } = capture;
    const rates = this.#rates.read();
    const snapshot = this.session.snapshot();
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
    const snapshot = this.session.snapshot();
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
        count('open') === 0 ? 0 : flows.stalled(this.session.connection, this.#clock.nowUs(), this.#stalledAfterUs()),
      failed: count('failed') + count('protocolError'),
    };
  }

  report(): ConnectionReport {
    const { session, profile } = this;
    const snapshot = session.snapshot();
    const { limits } = snapshot;
    return {
      source: this.id,
      state: session.state,
      ...(profile.id === '' ? {} : { profileId: profile.id }),
      attempts: session.log.attempts,
      attemptsDropped: session.log.dropped,
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

  close(): void {
    this.session.close();
  }

  /** Read at most once a tick, whoever asks: with every packet identifier in use it takes a millisecond. */
  #flowGauges(): FlowConnectionGauges {
    const { flows } = this.recording;
    const { connection } = this.session;
    const { changes } = flows.store;
    const nowUs = this.#clock.nowUs();
    const kept = this.#gauges;
    if (kept?.connection === connection && (kept.changes === changes || nowUs - kept.atUs < SAME_TICK_US))
      return kept.gauges;
    const gauges = flows.gauges(connection);
    this.#gauges = { gauges, connection, changes, atUs: nowUs };
    return gauges;
  }

  #noteChange(): void {
    this.#revision += 1;
    this.#changed();
  }
}
