/** A capture without a page: one connection, its packets in order, and how it ended. */

import type { Profile, Secrets } from '../../shared/contract/profiles.ts';
import type { Filter } from '../../shared/filter/filter-ast.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { endpointOf as addressOf, type Endpoint } from '../engine/files/ip-address.ts';
import type { Parties } from '../engine/files/mqtt-conversation.ts';
import { PacketFileWriter } from '../engine/files/packet-file-writer.ts';
import type { Clock, Random, Transport, TransportFactory } from '../engine/sources/ports.ts';
import { Recording } from '../engine/sources/recording.ts';
import { SessionSource } from '../engine/sources/session-source.ts';
import { type HeadlessRow, HeadlessRows } from './headless-rows.ts';
import { endpointOf, sessionOptions, transportOptions } from './session-options.ts';

export interface HeadlessCaptureOptions {
  /** Its subscriptions are what is captured. Reconnection is off, whatever it says. */
  readonly profile: Profile;
  readonly secrets: Secrets;
  readonly filter: Filter;
  /** Bytes of packets that may wait to be read; older ones are evicted and counted. */
  readonly byteBudget: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly createTransport: TransportFactory;
  /** Tried where the server refuses the profile's version with CONNACK; absent: nothing else is tried. */
  readonly fallbackVersion?: ProtocolVersion;
  readonly listener: HeadlessListener;
}

/** Calls come from within the connection's events: they must not call back. */
export interface HeadlessListener {
  /** Rows may have come. */
  recorded(): void;
  connected(address: string, version: ProtocolVersion): void;
  /** The server's answers to SUBSCRIBE; reason codes of 0x80 and above are refusals. */
  subscribed(results: readonly { readonly topicFilter: string; readonly reasonCode: number }[]): void;
  fellBack(version: ProtocolVersion): void;
  /** The last call. */
  ended(end: HeadlessEnd): void;
}

/** Why a capture ended. `stage` and `code` are those of the connection report. */
export interface HeadlessFailure {
  readonly stage: string;
  readonly code: string;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface HeadlessEnd {
  /** Absent where the end was asked for. */
  readonly failure?: HeadlessFailure;
  /** Whether a session stood before. */
  readonly wasConnected: boolean;
}

/** Unsupported Protocol Version. */
const VERSION_REFUSED = 0x84;
/** CONNACK of a server that knows no MQTT 5.0: the return code 1 of 3.1.1 (MQTT 5.0 §3.1.2.2 allows it), malformed as a packet of 5.0. */
const OLD_REFUSAL = [0x20, 2, 0, 1] as const;

const NOWHERE: Endpoint = { address: '0.0.0.0', port: 0 };

/** Used once: {@link start}, then {@link stop} or an end of its own, then {@link close}. */
export class HeadlessCapture {
  readonly rows: HeadlessRows;
  readonly endpoint: string;
  readonly #recording: Recording;
  readonly #options: HeadlessCaptureOptions;
  readonly #writer = new PacketFileWriter();
  readonly #parties = new Map<number, Parties>();
  #source: SessionSource;
  #wasConnected = false;
  #ended = false;

  /** Throws `bad-topic` for a subscription that MQTT forbids, `not-base64` for a damaged credential. */
  constructor(options: HeadlessCaptureOptions) {
    this.#options = options;
    this.endpoint = endpointOf(options.profile);
    const { byteBudget, random } = options;
    this.#recording = new Recording({ byteBudget, maxPacketBytes: Number.POSITIVE_INFINITY, random });
    this.rows = new HeadlessRows(this.#recording, options.filter, () => true);
    this.#source = this.#makeSource(options.profile.protocolVersion);
  }

  get protocolVersion(): ProtocolVersion {
    return this.#source.protocolVersion;
  }

  /** What publishes; another one after {@link HeadlessListener.fellBack}. */
  get session(): SessionSource {
    return this.#source;
  }

  /** PUBLISH packets that the server has sent so far. */
  get messagesReceived(): number {
    return this.#recording.capture.totals.messages[1] ?? 0;
  }

  /** Handshakes of received messages that are not over. */
  get unfinishedReceipts(): number {
    return this.#source.snapshot().inFlightIn;
  }

  start(): void {
    this.#source.connect();
  }

  /** Ends in order: DISCONNECT goes out where a session stands. `ended` follows, unless it came before. */
  stop(): void {
    if (this.#ended) return;
    if (this.#source.state === 'connected') this.#source.disconnect();
    else if (this.#source.state === 'connecting') this.#source.abort();
    else if (this.#source.state !== 'disconnecting') this.#end({ wasConnected: this.#wasConnected });
  }

  /** Drops what still stands. Rows stay readable. */
  close(): void {
    this.#ended = true;
    this.#source.close();
  }

  /** Begins a pcapng file. */
  fileHeader(application: string): Uint8Array {
    return this.#writer.header(application);
  }

  /** TLS secrets as they stand in the file, lines of the NSS Key Log Format. */
  fileSecrets(lines: readonly string[]): Uint8Array {
    return this.#writer.secrets(lines);
  }

  /** A row as it stands in the file; undefined for a packet whose bytes were not kept. */
  filePiece({ seq }: HeadlessRow): Uint8Array | undefined {
    const { capture } = this.#recording;
    const bytes = capture.bytes(seq);
    if (bytes.length === 0) return undefined;
    const parties = this.#partiesOf(capture.connection(seq));
    return this.#writer.packet(parties, capture.direction(seq), capture.timeUs(seq), bytes);
  }

  #partiesOf(connection: number): Parties {
    const known = this.#parties.get(connection);
    if (known !== undefined) return known;
    const attempt = this.#source.log.attempts.find((one) => one.connection === connection);
    return {
      client: addressOf(attempt?.localAddress ?? '') ?? NOWHERE,
      server: addressOf(attempt?.remoteAddress ?? '') ?? NOWHERE,
    };
  }

  #makeSource(protocolVersion: ProtocolVersion): SessionSource {
    const { secrets, random, clock, listener } = this.#options;
    const { reconnect } = this.#options.profile;
    const profile: Profile = { ...this.#options.profile, protocolVersion, reconnect: { ...reconnect, enabled: false } };
    const source: SessionSource = new SessionSource(
      {
        session: sessionOptions(profile, secrets, random),
        transport: transportOptions(profile, secrets),
        recording: this.#recording,
        clock,
        createTransport: (options) => this.#watched(this.#options.createTransport(options)),
      },
      {
        changed: () => undefined,
        settled: () => undefined,
        fact: (fact) => {
          if (source !== this.#source) return;
          if (fact.fact === 'connected') {
            this.#wasConnected = true;
            listener.connected(source.log.current?.remoteAddress ?? '', protocolVersion);
          } else if (fact.fact === 'subscribed') listener.subscribed(fact.results);
          else if (fact.fact === 'state-changed' && (fact.state === 'idle' || fact.state === 'failed')) {
            this.#over(source);
          }
        },
      },
    );
    return source;
  }

  /** The source is done: what came of it is told once its last rows stand. */
  #over(source: SessionSource): void {
    this.#options.clock.after(0, () => {
      if (this.#ended || source !== this.#source) return;
      for (const { connection } of source.log.attempts) this.#parties.set(connection, this.#partiesOf(connection));
      const { failure } = source;
      const { fallbackVersion, listener } = this.#options;
      if (this.#refusesVersion(source) && fallbackVersion !== undefined && source.protocolVersion !== fallbackVersion) {
        this.#source = this.#makeSource(fallbackVersion);
        listener.fellBack(fallbackVersion);
        this.#source.connect();
      } else this.#end({ ...(failure === undefined ? {} : { failure }), wasConnected: this.#wasConnected });
    });
  }

  #refusesVersion({ failure, connection }: SessionSource): boolean {
    if (failure === undefined || this.#wasConnected) return false;
    if (failure.code === 'connack' && failure.data['reasonCode'] === VERSION_REFUSED) return true;
    const { capture } = this.#recording;
    for (let seq = capture.firstSeq; seq < capture.nextSeq; seq += 1) {
      if (capture.connection(seq) !== connection || capture.length(seq) !== OLD_REFUSAL.length) continue;
      const bytes = capture.bytes(seq);
      if (OLD_REFUSAL.every((byte, at) => bytes[at] === byte)) return true;
    }
    return false;
  }

  #end(end: HeadlessEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.listener.ended(end);
  }

  /** Tells the listener after whatever leaves rows. */
  #watched(transport: Transport): Transport {
    const { listener } = this.#options;
    return {
      start: (events) =>
        transport.start({
          stage: (stage) => events.stage(stage),
          open: (facts) => events.open(facts),
          data: (bytes) => {
            events.data(bytes);
            listener.recorded();
          },
          drained: () => events.drained(),
          closed: (failure) => {
            events.closed(failure);
            listener.recorded();
          },
        }),
      write: (bytes) => {
        listener.recorded();
        return transport.write(bytes);
      },
      pause: () => transport.pause(),
      resume: () => transport.resume(),
      end: () => transport.end(),
      destroy: () => transport.destroy(),
    };
  }
}
