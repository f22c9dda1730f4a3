/** A source whose packets a script sends and reads: opens its connections, records both directions, and hands on what came in. */

import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import type { SessionState } from '../../../shared/contract/source-records.ts';
import { INBOUND_CREDIT_BYTES, type LinkFailure, type PacketBatch } from '../../../shared/contract/script-link.ts';
import type { Packet, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { EncodeError } from '../codec/encode.ts';
import type { SessionSnapshot } from '../session/snapshot.ts';
import { encodeBatch, type InitiatorRun, type SentBatch } from './batch-encoder.ts';
import { ConnectionLog } from './connection-log.ts';
import { ObservedSession } from './observed-session.ts';
import type {
  Clock,
  ConnectedFacts,
  TlsFacts,
  Transport,
  TransportFactory,
  TransportFailure,
  TransportOptions,
} from './ports.ts';
import { reasonData } from './packet-reason.ts';
import type { PacketActor, Recording } from './recording.ts';
import type { Source } from './source.ts';
import { StreamPackets } from './stream-packets.ts';

/** Bytes of one attempt that a script may have sent and the network not taken; its end of the link stops long before. */
const MOST_WAITING_BYTES = 320 * 1024 * 1024;

/** Told where somebody else than the script or the server ended the attempt. */
const ABORTED: LinkFailure = { code: 'aborted', data: {} };

/** In `packets` mode the source encodes and splits; in `bytes` mode the script does, and the capture alone reads along. */
export type ScriptMode = 'packets' | 'bytes';

export interface ScriptSourceOptions {
  readonly mode: ScriptMode;
  readonly recording: Recording;
  readonly clock: Clock;
  readonly createTransport: TransportFactory;
}

export interface OpenFacts extends ConnectedFacts {
  readonly tls?: TlsFacts;
}

/** What the owner hears of each attempt, by the number it was opened under. `closed` is an attempt's last call. */
export interface ScriptSourceListener {
  /** The summary changed: state, connection facts, failure. */
  changed(): void;
  /** TCP stands, and the script decides about TLS: {@link ScriptSource.secure}. Only where it was opened so. */
  connected(attempt: number, facts: ConnectedFacts): void;
  opened(attempt: number, facts: OpenFacts): void;
  /** `size` counts wire bytes, for {@link ScriptSource.took}. */
  packets(attempt: number, batch: PacketBatch, size: number): void;
  /** Borrowed: valid until the call returns. */
  bytes(attempt: number, bytes: Uint8Array): void;
  /** The network has taken all batches up to this one. */
  sent(attempt: number, batch: number): void;
  closed(attempt: number, failure: LinkFailure | undefined): void;
}

interface Waiting {
  readonly batch: number;
  readonly size: number;
  /** Encodes at the last moment, so that what is recorded is what leaves. Throws an {@link EncodeError}. */
  readonly make: () => { readonly bytes: Uint8Array; readonly runs: readonly InitiatorRun[] };
}

/** One connection of a script, or the attempt at one. */
interface Attempt {
  readonly number: number;
  readonly connection: number;
  readonly transport: Transport;
  readonly packets: StreamPackets;
  /** Answers the transport's question whether to secure the connection, while that is open. */
  secure: ((tls: TransportOptions['tls']) => void) | undefined;
  readonly waiting: Waiting[];
  waitingBytes: number;
  open: boolean;
  writable: boolean;
  /** Newest batch that was written and not yet reported. */
  written: number | undefined;
  /** Bytes handed on that the script has not used. */
  untaken: number;
  paused: boolean;
  /** The script closed: it hears nothing more but the end. */
  ending: boolean;
  /** CONNACK accepted. */
  accepted: boolean;
  /** A DISCONNECT of ours is out: whoever closes then does what was asked. */
  disconnected: boolean;
  /** A better reason for the end than that bytes stopped: a refusal or a DISCONNECT of the server, a fault of the link. */
  reason: LinkFailure | undefined;
}

/**
 * Never sends, answers or repeats a packet by itself. At most one attempt stands; opening another drops it.
 * Assumption: calls come from the link and from transport events, one at a time.
 */
export class ScriptSource implements Source {
  readonly log = new ConnectionLog();
  readonly recording: Recording;
  readonly mode: ScriptMode;
  readonly #options: ScriptSourceOptions;
  readonly #listener: ScriptSourceListener;
  readonly #clock: Clock;
  readonly #observed = new ObservedSession();
  readonly #sent: PacketActor;
  readonly #received: PacketActor;
  #attempt: Attempt | undefined;
  #connection = -1;
  #version: ProtocolVersion = 4;
  #state: SessionState = 'idle';
  #tls: TlsFacts | undefined;
  #failure: ConnectionFailure | undefined;
  #closed = false;

  constructor(options: ScriptSourceOptions, listener: ScriptSourceListener) {
    this.#options = options;
    this.#listener = listener;
    this.#clock = options.clock;
    this.recording = options.recording;
    this.mode = options.mode;
    this.#sent = this.#makeActor('out');
    this.#received = this.#makeActor('in');
  }

  get state(): SessionState {
    return this.#state;
  }

  get protocolVersion(): ProtocolVersion {
    if (this.#connection < 0) return this.#version;
    return this.recording.capture.protocolVersion(this.#connection).version;
  }

  get connection(): number {
    return this.#connection;
  }

  get tls(): TlsFacts | undefined {
    return this.#attempt?.open === true ? this.#tls : undefined;
  }

  get failure(): ConnectionFailure | undefined {
    return this.#failure;
  }

  /** Whether no attempt stands and none will. */
  get closed(): boolean {
    return this.#closed;
  }

  snapshot(): SessionSnapshot {
    const gauges = this.recording.flows.gauges(this.#connection);
    return {
      ...this.#observed.facts(),
      protocolVersion: this.protocolVersion,
      state: this.#state === 'closed' ? 'idle' : this.#state,
      inFlightOut: gauges.outInFlight,
      inFlightIn: gauges.inInFlight,
      window: gauges.outLimit,
      queued: 0,
      queuedBytes: this.#attempt?.waitingBytes ?? 0,
      queueLimit: 0,
      queueLost: 0,
      reconnect: { attempt: 0 },
    };
  }

  /**
   * Starts an attempt; `opened` or `closed` follows. One that still stands is dropped first. Where `decidesLater` the script says whether the
   * connection is secured once it is `connected`.
   */
  open(number: number, transport: TransportOptions, version: ProtocolVersion, decidesLater = false): void {
    this.#dropAttempt(undefined);
    if (this.#closed) {
      this.#listener.closed(number, ABORTED);
      return;
    }
    const nowUs = this.#clock.nowUs();
    const given = this.mode === 'packets' ? version : undefined;
    const attempt: Attempt = {
      number,
      connection: this.recording.openConnection(nowUs, given),
      transport: this.#options.createTransport(
        decidesLater ? { ...transport, secureLater: (facts) => this.#connected(number, facts) } : transport,
      ),
      packets: new StreamPackets(version),
      secure: undefined,
      waiting: [],
      waitingBytes: 0,
      open: false,
      writable: true,
      written: undefined,
      untaken: 0,
      paused: false,
      ending: false,
      accepted: false,
      disconnected: false,
      reason: undefined,
    };
    this.#attempt = attempt;
    this.#connection = attempt.connection;
    this.#version = version;
    this.#tls = undefined;
    this.#observed.connectionOpened(version);
    this.log.begin(attempt.connection, nowUs);
    this.#setState('connecting');
    this.#follow(attempt);
  }

  /** The script's word about a connection that is `connected`: secured so, or in clear. Ignored where nobody waits for it. */
  secure(number: number, tls: TransportOptions['tls']): void {
    const attempt = this.#standing(number);
    attempt?.secure?.(tls);
    if (attempt !== undefined) attempt.secure = undefined;
  }

  #connected(number: number, facts: ConnectedFacts): Promise<TransportOptions['tls']> {
    const attempt = this.#standing(number);
    return new Promise((resolve) => {
      if (attempt === undefined) return;
      attempt.secure = resolve;
      this.#listener.connected(number, facts);
    });
  }

  /** Takes a batch of packets; they leave at once, or when the network takes more. Ignored where the attempt is over. */
  send(number: number, batch: number, packets: SentBatch): void {
    const attempt = this.#standing(number);
    if (attempt === undefined) return;
    const version = this.#version;
    const size = packets.bytes.length + packets.rows.byteLength;
    this.#queue(attempt, { batch, size, make: () => encodeBatch(packets, version) });
  }

  /** Takes bytes that the script made itself. They are the source's from now on. */
  write(number: number, batch: number, bytes: Uint8Array, initiator: string): void {
    const attempt = this.#standing(number);
    if (attempt === undefined) return;
    const runs = [{ end: bytes.length, initiator }];
    this.#queue(attempt, { batch, size: bytes.length, make: () => ({ bytes, runs }) });
  }

  /** The script has used so many wire bytes of what it was handed. */
  took(number: number, bytes: number): void {
    const attempt = this.#standing(number);
    if (attempt === undefined) return;
    attempt.untaken = Math.max(0, attempt.untaken - bytes);
    if (!attempt.paused || attempt.untaken > INBOUND_CREDIT_BYTES / 2) return;
    attempt.paused = false;
    attempt.transport.resume();
  }

  /** Closes the attempt: after what was sent, or at once. `closed` follows. */
  end(number: number, abort: boolean): void {
    const attempt = this.#standing(number);
    if (attempt === undefined) return;
    attempt.ending = true;
    if (this.#state === 'connected') this.#setState('disconnecting');
    if (abort) {
      attempt.transport.destroy();
      return;
    }
    // A peer that nobody reads would never be seen to close.
    attempt.transport.resume();
    if (attempt.waiting.length === 0) attempt.transport.end();
  }

  /** Drops what stands, without a DISCONNECT. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropAttempt(ABORTED);
    this.#setState('closed');
  }

  #standing(number: number): Attempt | undefined {
    return this.#attempt?.number === number && !this.#attempt.ending ? this.#attempt : undefined;
  }

  #setState(state: SessionState): void {
    this.#state = state;
    this.#listener.changed();
  }

  // --- to the network

  #queue(attempt: Attempt, waiting: Waiting): void {
    attempt.waiting.push(waiting);
    attempt.waitingBytes += waiting.size;
    if (attempt.waitingBytes > MOST_WAITING_BYTES) {
      this.#giveUp(attempt, { code: 'protocol', data: { limit: MOST_WAITING_BYTES, actual: attempt.waitingBytes } });
    } else this.#flush(attempt);
  }

  #flush(attempt: Attempt): void {
    while (attempt.open && attempt.writable) {
      const next = attempt.waiting.shift();
      if (next === undefined) break;
      attempt.waitingBytes -= next.size;
      if (!this.#leave(attempt, next)) return;
      attempt.written = next.batch;
    }
    if (attempt.writable && attempt.written !== undefined) {
      this.#listener.sent(attempt.number, attempt.written);
      attempt.written = undefined;
    }
    if (attempt.ending && attempt.open && attempt.waiting.length === 0) attempt.transport.end();
  }

  /** Records and writes one batch; false where it cannot be encoded, which ends the attempt. */
  #leave(attempt: Attempt, { make }: Waiting): boolean {
    let made: ReturnType<Waiting['make']>;
    try {
      made = make();
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      const { field, rule, message } = error;
      this.#giveUp(attempt, { code: 'unencodable', data: { field, rule, message } });
      return false;
    }
    const { bytes, runs } = made;
    const nowUs = this.#clock.nowUs();
    let from = 0;
    for (const { end, initiator } of runs) {
      const part = bytes.subarray(from, end);
      this.recording.append(attempt.connection, 'client-to-server', part, nowUs, this.#sent, initiator);
      from = end;
    }
    attempt.writable = attempt.transport.write(bytes);
    return true;
  }

  /** A fault of the script's end: nothing it sends can be trusted any more. */
  #giveUp(attempt: Attempt, reason: LinkFailure): void {
    attempt.reason = reason;
    attempt.waiting.length = 0;
    attempt.waitingBytes = 0;
    attempt.transport.destroy();
  }

  // --- from the network

  #follow(attempt: Attempt): void {
    const isCurrent = (): boolean => this.#attempt === attempt;
    attempt.transport.start({
      stage: (stage) => {
        if (!isCurrent()) return;
        this.log.stage(stage);
        this.#listener.changed();
      },
      keyLog: (line) => this.recording.noteKey(line),
      open: (facts) => {
        if (isCurrent()) this.#opened(attempt, facts);
      },
      data: (bytes) => {
        if (isCurrent()) this.#arrived(attempt, bytes);
      },
      drained: () => {
        if (!isCurrent()) return;
        attempt.writable = true;
        this.#flush(attempt);
      },
      closed: (failure) => {
        if (isCurrent()) this.#ended(attempt, failure);
      },
    });
  }

  #opened(attempt: Attempt, facts: OpenFacts): void {
    attempt.open = true;
    this.#tls = facts.tls;
    this.log.opened(facts);
    this.recording.note(attempt.connection, this.#clock.nowUs(), {
      kind: 'connection-opened',
      data: { remoteAddress: facts.remoteAddress, ...(facts.tls === undefined ? {} : { tls: facts.tls.protocol }) },
    });
    this.#listener.changed();
    this.#listener.opened(attempt.number, facts);
    this.#flush(attempt);
  }

  #arrived(attempt: Attempt, bytes: Uint8Array): void {
    const nowUs = this.#clock.nowUs();
    const before = this.recording.capture.totals.messages[1] ?? 0;
    this.recording.append(attempt.connection, 'server-to-client', bytes, nowUs, this.#received);
    if ((this.recording.capture.totals.messages[1] ?? 0) > before) {
      this.log.packetStageEnded('first-message', nowUs, false, {});
    }
    if (attempt.ending) return;
    attempt.untaken += bytes.length;
    if (this.mode === 'bytes') this.#listener.bytes(attempt.number, bytes);
    else {
      const batch = attempt.packets.take(bytes);
      if (batch === undefined) attempt.untaken -= bytes.length;
      else this.#listener.packets(attempt.number, batch, bytes.length);
    }
    if (attempt.paused || attempt.untaken <= INBOUND_CREDIT_BYTES) return;
    attempt.paused = true;
    attempt.transport.pause();
  }

  #ended(attempt: Attempt, failure: TransportFailure | undefined, told = linkFailure(attempt, failure)): void {
    const nowUs = this.#clock.nowUs();
    const asked = attempt.reason === undefined && (attempt.ending || attempt.disconnected);
    const why: LinkFailure = attempt.reason ?? failure ?? { code: 'closed-by-peer', data: {} };
    this.#attempt = undefined;
    this.recording.closeConnection(attempt.connection, nowUs);
    if (asked) this.#failure = undefined;
    else {
      const running = this.log.current?.stages.findLast((stage) => stage.failed || stage.endUs === undefined);
      const stage = attempt.accepted ? 'session' : (running?.name ?? 'connect');
      this.#failure = { stage, code: why.code, data: why.data, atUs: nowUs };
      this.log.failed(this.#failure);
    }
    this.recording.note(attempt.connection, nowUs, {
      kind: attempt.open ? 'connection-closed' : 'connection-failed',
      data: asked ? {} : { stage: this.#failure?.stage, code: why.code, ...why.data },
    });
    this.log.ended(nowUs);
    if (!this.#closed) this.#setState(asked ? 'idle' : 'failed');
    this.#listener.closed(attempt.number, told);
  }

  #dropAttempt(told: LinkFailure | undefined): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    attempt.ending = true;
    this.#ended(attempt, undefined, told);
    attempt.transport.destroy();
  }

  // --- what the packets tell

  #makeActor(direction: 'out' | 'in'): PacketActor {
    const told = direction === 'out' ? this.#packetSent.bind(this) : this.#packetReceived.bind(this);
    return {
      topicAlias: (alias, topic) => this.#observed.aliasTold(direction, alias, topic),
      publish: () => undefined,
      acknowledgement: () => undefined,
      packet: told,
      malformed: () => undefined,
      refused: () => undefined,
    };
  }

  #packetSent(packet: Packet): void {
    this.#observed.sent(packet);
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    if (packet.type === 'connect') this.log.packetStageBegan('connect', this.#clock.nowUs());
    if (packet.type === 'subscribe') this.log.packetStageBegan('suback', this.#clock.nowUs());
    if (packet.type === 'disconnect') attempt.disconnected = true;
    this.#listener.changed();
  }

  #packetReceived(packet: Packet): void {
    this.#observed.received(packet);
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    const nowUs = this.#clock.nowUs();
    if (packet.type === 'connack') {
      const { reasonCode, sessionPresent } = packet;
      const refused = reasonCode !== 0;
      this.log.packetStageEnded('connect', nowUs, refused, refused ? { reasonCode } : { reasonCode, sessionPresent });
      if (refused) attempt.reason = { code: 'connack', data: reasonData(packet) };
      else {
        attempt.accepted = true;
        this.#failure = undefined;
        this.log.packetStageBegan('first-message', nowUs);
        this.#state = attempt.ending ? this.#state : 'connected';
      }
    } else if (packet.type === 'suback') {
      const failed = packet.reasonCodes.some((code) => code >= 0x80);
      this.log.packetStageEnded('suback', nowUs, failed, { reasonCodes: packet.reasonCodes.map(String) });
    } else if (packet.type === 'disconnect') {
      attempt.reason = { code: packet.reasonCode === 0x8e ? 'taken-over' : 'disconnect', data: reasonData(packet) };
    }
    this.#listener.changed();
  }
}

/** What the script hears: how its byte stream ended, whatever the packets on it meant. */
function linkFailure(attempt: Attempt, failure: TransportFailure | undefined): LinkFailure | undefined {
  if (attempt.reason?.code === 'unencodable' || attempt.reason?.code === 'protocol') return attempt.reason;
  if (attempt.ending) return undefined;
  return failure ?? { code: 'closed-by-peer', data: {} };
}
