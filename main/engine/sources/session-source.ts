/** A source that is a client of ours: joins session, transport and recording, and executes what the session asks for. */

import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import {
  type Malformed,
  MAX_REMAINING_LENGTH,
  type Packet,
  type Properties,
  type ProtocolVersion,
  TYPE,
} from '../../../shared/mqtt/packet.ts';
import { encodedLength, encodePacket, encodeProperties } from '../codec/encode.ts';
import { MAX_ACK_LENGTH, NO_ROOM, publishLength, writeAck, writePublish } from '../codec/write-fast.ts';
import type { SessionOptions } from '../session/options.ts';
import type {
  AckType,
  CommandOutcome,
  OutgoingMessage,
  PublishOutcome,
  SessionEnd,
  SessionFact,
  SessionOutput,
  SessionState,
  Settlement,
  SubscribeOutcome,
  SubscriptionRequest,
} from '../session/output.ts';
import { ClientSession, type DisconnectOptions } from '../session/session.ts';
import type { SessionSnapshot } from '../session/snapshot.ts';
import { actOnPacket } from './act-on-packet.ts';
import { ConnectionLog } from './connection-log.ts';
import type { GateFactory, PacketGate } from './gate-ports.ts';
import { CHUNK_BYTES, OutBuffer } from './out-buffer.ts';
import type { Clock, TlsFacts, Transport, TransportFactory, TransportFailure, TransportOptions } from './ports.ts';
import type { PacketActor, Recording } from './recording.ts';
import { describeEnd, HOPELESS, protocolOf } from './session-end.ts';

/** Bytes that may wait for a slow network before new messages are refused. */
export const WRITE_BACKLOG_BYTES = 64 * 1024 * 1024;

export interface SessionSourceOptions {
  readonly session: SessionOptions;
  readonly transport: TransportOptions;
  readonly recording: Recording;
  readonly clock: Clock;
  readonly createTransport: TransportFactory;
  /** Makes what stands between session and transport; without it nothing does. */
  readonly makeGate?: GateFactory | undefined;
}

/** What the owner hears; called from within the source's methods and from transport events. */
export interface SessionSourceListener {
  /** The summary changed: state, connection facts, failure. */
  changed(): void;
  fact(fact: SessionFact): void;
  settled(ticket: number, packetId: number, settlement: Settlement, reasonCode: number): void;
}

/** A payload up to this size fits a packet whatever goes with it. */
const SURELY_FITS = 128 * 1024 * 1024;

/** Fixed header, length of the topic and Packet Identifier of a PUBLISH, at most. */
const MOST_HEADER_BYTES = 9;

const NO_PROPERTIES = new Uint8Array([0]);

/** What follows it runs when the caller's turn is over. */
const FLUSH_TURN = Promise.resolve();

/**
 * Assumptions: the session's calls into {@link SessionOutput} only collect bytes; they are recorded and written when the
 * event or call that caused them is over, so that an answer never overtakes the row of its question.
 */
export class SessionSource {
  readonly log = new ConnectionLog();
  readonly recording: Recording;
  readonly protocolVersion: ProtocolVersion;
  readonly #session: ClientSession;
  readonly #options: SessionSourceOptions;
  readonly #listener: SessionSourceListener;
  readonly #clock: Clock;
  readonly #out = new OutBuffer();
  readonly #actor: PacketActor;
  #transport: Transport | undefined;
  /** Of the connection that stands. */
  #gate: PacketGate | undefined;
  #open = false;
  #writable = true;
  #connection = -1;
  #tls: TlsFacts | undefined;
  #failure: ConnectionFailure | undefined;
  #messagesAtOpen = 0;
  #awaitsFirstMessage = false;
  /** The server has said something on this connection. */
  #heard = false;
  /** What else than MQTT its first bytes look like. */
  #peerSpoke: 'http' | 'tls' | undefined;
  /** When the bytes being acted on were read: one look at the clock serves all their packets. */
  #readAtMs = 0;
  #timer: Disposable | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #flushScheduled = false;
  /** While a flush is scheduled: the time at the beginning of the turn. */
  #turnMs = 0;
  /** Bytes of the server are being recorded and acted on. */
  #receiving = false;
  /** What the session asked for while {@link #receiving}: its last packet can be recorded only afterwards. */
  #closeAsked: 'end' | 'destroy' | undefined;
  #closed = false;

  constructor(options: SessionSourceOptions, listener: SessionSourceListener) {
    this.#options = options;
    this.#listener = listener;
    this.#clock = options.clock;
    this.recording = options.recording;
    this.protocolVersion = options.session.protocolVersion;
    this.#session = new ClientSession(options.session, this.#makeOutput());
    this.#actor = this.#makeActor();
  }

  get state(): SessionState {
    return this.#session.state;
  }

  /** Facts of the TLS connection that stands, if one does. */
  get tls(): TlsFacts | undefined {
    return this.#open ? this.#tls : undefined;
  }

  /** Why the last connection or attempt ended; gone once connected again. */
  get failure(): ConnectionFailure | undefined {
    return this.#failure;
  }

  /** Number of the newest connection in the capture, -1 before the first. */
  get connection(): number {
    return this.#connection;
  }

  /** Bytes handed over that the network has not taken. */
  get backlogBytes(): number {
    return this.#out.length;
  }

  snapshot(): SessionSnapshot {
    return this.#session.snapshot();
  }

  connect(): CommandOutcome {
    return this.#act((nowMs) => this.#session.connect(nowMs));
  }

  disconnect(options: DisconnectOptions = {}): CommandOutcome {
    return this.#act((nowMs) => this.#session.disconnect(nowMs, options));
  }

  /** Cuts the connection without DISCONNECT. */
  abort(): void {
    this.#act((nowMs) => this.#session.abort(nowMs));
  }

  /**
   * Takes one message. Bytes leave when the caller's turn is over, together with whatever else it publishes in it.
   * Refused with `queue-full` while more than {@link WRITE_BACKLOG_BYTES} wait for the network.
   */
  publish(message: OutgoingMessage): PublishOutcome {
    if (this.#out.length > WRITE_BACKLOG_BYTES) {
      return { outcome: 'refused', reason: 'queue-full', limit: WRITE_BACKLOG_BYTES, actual: this.#out.length };
    }
    if (message.payload.length > SURELY_FITS && this.#publishSize(message, 0, false) < 0) {
      return {
        outcome: 'refused',
        reason: 'packet-too-large',
        statement: 'MQTT5 §1.5.5',
        limit: MAX_REMAINING_LENGTH,
        actual: message.payload.length,
      };
    }
    if (!this.#flushScheduled) this.#scheduleFlush();
    return this.#session.publish(message, this.#turnMs);
  }

  cancel(ticket: number): boolean {
    return this.#session.cancel(ticket, this.#nowMs());
  }

  subscribe(requests: readonly SubscriptionRequest[]): SubscribeOutcome {
    return this.#act((nowMs) => this.#session.subscribe(requests, undefined, nowMs));
  }

  unsubscribe(topicFilters: readonly string[]): SubscribeOutcome {
    return this.#act((nowMs) => this.#session.unsubscribe(topicFilters, undefined, nowMs));
  }

  ping(): CommandOutcome {
    return this.#act((nowMs) => this.#session.ping(nowMs));
  }

  authenticate(reasonCode: 0x18 | 0x19, data: Uint8Array | undefined): CommandOutcome {
    return this.#act((nowMs) => this.#session.authenticate(reasonCode, data, nowMs));
  }

  /** Writes bytes past the session; false where no byte stream stands. They are recorded like any others. */
  sendRaw(bytes: Uint8Array): boolean {
    if (!this.#open) return false;
    this.#out.append(bytes);
    this.#flush();
    return true;
  }

  /** Ends for good: the connection is dropped, nothing reconnects, no further event comes. The recording stays readable. */
  close(): void {
    if (this.#closed) return;
    if (this.#session.state === 'connected') this.disconnect();
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    const transport = this.#transport;
    this.#transport = undefined;
    this.#open = false;
    this.#gate?.end();
    transport?.end();
    if (this.#connection >= 0) this.recording.closeConnection(this.#connection, this.#clock.nowUs());
    this.#session.abandon(this.#nowMs());
  }

  #nowMs(): number {
    return this.#clock.nowUs() / 1000;
  }

  /** Runs an input of the session, then sends what it asked for and sets the timer anew. */
  #act<T>(input: (nowMs: number) => T): T {
    const result = input(this.#nowMs());
    this.#flush();
    this.#setTimer();
    return result;
  }

  #scheduleFlush(): void {
    this.#flushScheduled = true;
    this.#turnMs = this.#nowMs();
    void FLUSH_TURN.then(this.#endOfTurn);
  }

  readonly #endOfTurn = (): void => {
    this.#flushScheduled = false;
    this.#flush();
    this.#setTimer();
  };

  #flush(): void {
    if (this.#out.length === 0 || !this.#writable) return;
    const transport = this.#transport;
    if (transport === undefined || !this.#open) {
      this.#out.clear();
      return;
    }
    const bytes = this.#out.take();
    const nowUs = this.#clock.nowUs();
    if (this.#gate !== undefined && !this.#gate.isOpen) {
      this.#gate.take('client-to-server', bytes, nowUs);
      return;
    }
    // On their way first: no answer is read before this turn is over, and so before the row stands.
    this.#writable = transport.write(bytes);
    this.recording.append(this.#connection, 'client-to-server', bytes, nowUs);
  }

  #setTimer(): void {
    const atMs = this.#session.nextDeadlineMs;
    // Keep-alive's deadline moves on with every turn: a timer that is early finds nothing due and is set anew.
    if (this.#closed || (atMs >= this.#timerAtMs && Number.isFinite(atMs))) return;
    if (atMs === this.#timerAtMs) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#timerAtMs = atMs;
    if (!Number.isFinite(atMs)) return;
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(atMs - this.#nowMs())), () => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.#act((nowMs) => this.#session.tick(nowMs));
    });
  }

  // --- what the session asks for

  #makeOutput(): SessionOutput {
    return {
      openTransport: () => this.#openTransport(),
      closeTransport: (how) => this.#closeTransport(how),
      sendPacket: (packet) => this.#sendPacket(packet),
      sendPublish: (message, packetId, dup, alias, omitTopic) =>
        this.#sendPublish(message, packetId, dup, alias, omitTopic),
      sendAck: (type, packetId, reasonCode) => this.#sendAck(type, packetId, reasonCode),
      publishSettled: (ticket, packetId, settlement, reasonCode) =>
        this.#listener.settled(ticket, packetId, settlement, reasonCode),
      fact: (fact) => this.#fact(fact),
      packetSize: (packet) => encodedLength(packet, this.protocolVersion),
      publishSize: (message, alias, omitTopic) => this.#publishSize(message, alias, omitTopic),
    };
  }

  #openTransport(): void {
    const nowUs = this.#clock.nowUs();
    const connection = this.recording.openConnection(nowUs, this.protocolVersion);
    const transport = this.#options.createTransport(this.#options.transport);
    this.#connection = connection;
    this.#transport = transport;
    this.#open = false;
    this.#writable = true;
    this.#out.reset();
    this.#tls = undefined;
    this.#heard = false;
    this.#peerSpoke = undefined;
    this.log.begin(connection, nowUs);
    const isCurrent = (): boolean => this.#transport === transport;
    this.#gate = this.#makeGate(connection);
    transport.start({
      stage: (stage) => {
        if (!isCurrent()) return;
        this.log.stage(stage);
        this.#listener.changed();
      },
      keyLog: (line) => this.recording.noteKey(line),
      open: (facts) => {
        if (isCurrent()) this.#opened(facts);
      },
      data: (bytes) => {
        if (isCurrent()) this.#received(bytes);
      },
      drained: () => {
        if (!isCurrent()) return;
        this.#writable = true;
        this.#flush();
      },
      closed: (failure) => {
        if (isCurrent()) this.#transportClosed(failure);
      },
    });
  }

  #closeTransport(how: 'end' | 'destroy'): void {
    if (this.#receiving) {
      this.#closeAsked = how;
      return;
    }
    // What was asked to be sent before the close, a DISCONNECT for one, leaves first.
    this.#writable = true;
    this.#flush();
    const transport = this.#transport;
    if (how === 'destroy') transport?.destroy();
    else if (this.#gate === undefined) transport?.end();
    else this.#gate.whenPassed('client-to-server', () => transport?.end());
  }

  #makeGate(connection: number): PacketGate | undefined {
    return this.#options.makeGate?.(connection, {
      record: (direction, bytes, timeUs, whole) => {
        if (direction === 'server-to-client' && !whole) this.#receive(bytes, timeUs);
        else this.recording.append(connection, direction, bytes, timeUs);
      },
      pass: (direction, bytes, whole) => {
        if (direction === 'client-to-server') this.#writable = this.#transport?.write(bytes) ?? false;
        else if (whole) this.#actOn(bytes);
      },
      stopSender: (direction, stopped) => {
        if (direction === 'client-to-server') {
          this.#writable = !stopped;
          if (!stopped) this.#flush();
        } else if (stopped) this.#transport?.pause();
        else this.#transport?.resume();
      },
      close: (how) => {
        this.#gate?.end();
        if (how === 'in-order') this.#transport?.end();
        else this.#transport?.destroy();
      },
    });
  }

  #sendPacket(packet: Packet): void {
    if (packet.type === 'connect') this.log.packetStageBegan('connect', this.#clock.nowUs());
    if (packet.type === 'subscribe') this.log.packetStageBegan('suback', this.#clock.nowUs());
    this.#out.append(encodePacket(packet, this.protocolVersion));
  }

  #sendPublish(message: OutgoingMessage, packetId: number, dup: boolean, alias: number, omitTopic: boolean): void {
    const topic = omitTopic ? NO_TOPIC_BYTES : this.#session.topicNames.encode(message.topic);
    const properties = this.#propertiesOf(message, alias);
    const flags = publishFlags(message, dup);
    const most = MOST_HEADER_BYTES + topic.length + (properties?.length ?? 0) + message.payload.length;
    const out = this.#out;
    if (out.room < most) this.#makeRoom();
    const target = out.reserve(most);
    const end = writePublish(target, out.position, topic, message.payload, flags, packetId, properties);
    if (end === NO_ROOM) throw new RangeError('a PUBLISH longer than a packet can be');
    out.commit(end);
  }

  /** Bytes of the PUBLISH, -1 where it is longer than a packet can be. */
  #publishSize(message: OutgoingMessage, topicAlias: number, omitTopic: boolean): number {
    const topic = omitTopic ? NO_TOPIC_BYTES : this.#session.topicNames.encode(message.topic);
    const properties = this.#propertiesOf(message, topicAlias);
    return publishLength(topic.length, message.payload.length, publishFlags(message, false), properties?.length ?? 0);
  }

  /** A full chunk leaves before the turn is over, so that a long turn neither grows the buffer nor moves it. */
  #makeRoom(): void {
    if (this.#out.length >= CHUNK_BYTES / 2 && !this.#receiving) this.#flush();
    const unsent = this.#transport?.unsentBytes;
    if (unsent !== undefined) this.#out.noteUnsent(unsent);
  }

  #propertiesOf({ properties }: OutgoingMessage, topicAlias: number): Uint8Array | undefined {
    if (this.protocolVersion !== 5) return undefined;
    if (properties === undefined && topicAlias === 0) return NO_PROPERTIES;
    const all: Properties = topicAlias === 0 ? (properties ?? {}) : { ...properties, topicAlias };
    return encodeProperties(all);
  }

  #sendAck(type: AckType, packetId: number, reasonCode: number): void {
    if (this.#out.room < MAX_ACK_LENGTH) this.#makeRoom();
    const target = this.#out.reserve(MAX_ACK_LENGTH);
    this.#out.commit(writeAck(target, this.#out.position, type, packetId, reasonCode, this.protocolVersion));
  }

  // --- what the transport tells

  #opened(facts: { readonly remoteAddress: string; readonly localAddress: string; readonly tls?: TlsFacts }): void {
    this.#open = true;
    this.#tls = facts.tls;
    this.#messagesAtOpen = this.#inboundMessages();
    this.#awaitsFirstMessage = true;
    this.log.opened(facts);
    this.recording.note(this.#connection, this.#clock.nowUs(), {
      kind: 'connection-opened',
      data: { remoteAddress: facts.remoteAddress, ...(facts.tls === undefined ? {} : { tls: facts.tls.protocol }) },
    });
    this.#act((nowMs) => this.#session.transportOpened(nowMs));
    this.#listener.changed();
  }

  #received(bytes: Uint8Array): void {
    const nowUs = this.#clock.nowUs();
    this.#readAtMs = nowUs / 1000;
    this.#session.noteInbound(this.#readAtMs);
    if (this.#gate !== undefined && !this.#gate.isOpen) {
      this.#gate.take('server-to-client', bytes, nowUs);
      return;
    }
    this.#receive(bytes, nowUs);
  }

  /** Records and acts on bytes at once. */
  #receive(bytes: Uint8Array, nowUs: number): void {
    this.#receiving = true;
    try {
      this.recording.append(this.#connection, 'server-to-client', bytes, nowUs, this.#actor);
    } finally {
      this.#receiving = false;
    }
    this.#afterReceiving(bytes, nowUs);
  }

  #afterReceiving(bytes: Uint8Array, nowUs: number): void {
    if (!this.#heard) this.#judgeFirstBytes(bytes);
    const closeAsked = this.#closeAsked;
    this.#closeAsked = undefined;
    if (closeAsked !== undefined) this.#closeTransport(closeAsked);
    if (this.#awaitsFirstMessage && this.#inboundMessages() > this.#messagesAtOpen) {
      this.#awaitsFirstMessage = false;
      this.log.packetStageEnded('first-message', nowUs, false, {});
    }
    this.#flush();
    this.#setTimer();
  }

  /** Acts on a packet that a gate lets pass; it was recorded when it arrived. */
  #actOn(bytes: Uint8Array): void {
    const nowUs = this.#clock.nowUs();
    this.#readAtMs = nowUs / 1000;
    this.#receiving = true;
    try {
      actOnPacket(bytes, this.protocolVersion, this.#actor);
    } finally {
      this.#receiving = false;
    }
    this.#afterReceiving(bytes, nowUs);
  }

  /**
   * Nothing but CONNACK, or AUTH in 5.0, may come first. Other bytes may claim a length that never comes, so they are judged by
   * their first: whoever speaks HTTP or TLS to us is told at once, not after the wait for CONNACK.
   * @mqtt MQTT-3.2.0-1
   */
  #judgeFirstBytes(bytes: Uint8Array): void {
    this.#heard = true;
    const type = (bytes[0] ?? 0) >> 4;
    if (type === TYPE.connack || (type === TYPE.auth && this.protocolVersion === 5)) return;
    this.#peerSpoke = protocolOf(bytes);
    if (this.#session.state !== 'connecting') return;
    const message = 'The first packet of a server is CONNACK.';
    this.#session.receiveMalformed({ offset: 0, rule: 'MQTT-3.2.0-1', message }, this.#readAtMs);
  }

  #inboundMessages(): number {
    return this.recording.capture.totals.messages[1] ?? 0;
  }

  #makeActor(): PacketActor {
    const session = this.#session;
    return {
      topicAlias: (alias, topic) => {
        session.receiveTopicAlias(alias, topic, this.#readAtMs);
      },
      publish: (firstByte, packetId) => {
        session.receivePublish(packetId, (firstByte & 6) === 2 ? 1 : 2, (firstByte & 8) !== 0, this.#readAtMs);
      },
      acknowledgement: (type, packetId, reasonCode) => {
        session.receiveAck(type as AckType, packetId, reasonCode, this.#readAtMs);
      },
      packet: (packet) => {
        session.receivePacket(packet, this.#readAtMs);
      },
      malformed: (fault: Malformed) => session.receiveMalformed(fault, this.#readAtMs),
      refused: (size) => {
        const limit = this.#options.session.properties?.maximumPacketSize;
        if (limit !== undefined && size > limit) session.receiveOversized(size, this.#readAtMs);
      },
    };
  }

  #transportClosed(failure: TransportFailure | undefined): void {
    const nowUs = this.#clock.nowUs();
    const wasOpen = this.#open;
    this.#transport = undefined;
    this.#open = false;
    this.#out.clear();
    this.#gate?.end();
    this.recording.closeConnection(this.#connection, nowUs);
    this.#act((nowMs) =>
      this.#session.transportClosed(
        nowMs,
        failure === undefined || failure.code === 'closed-by-peer'
          ? undefined
          : { failure, heals: !HOPELESS.has(failure.code) },
      ),
    );
    this.recording.note(this.#connection, nowUs, {
      kind: wasOpen ? 'connection-closed' : 'connection-failed',
      data:
        this.#failure === undefined
          ? {}
          : { stage: this.#failure.stage, code: this.#failure.code, ...this.#failure.data },
    });
    this.log.ended(nowUs);
    this.#listener.changed();
  }

  // --- what the session tells

  #fact(fact: SessionFact): void {
    switch (fact.fact) {
      case 'connected':
        this.#failure = undefined;
        this.#endStage('connect', false, {
          reasonCode: fact.connack.reasonCode,
          sessionPresent: fact.connack.sessionPresent,
        });
        this.log.packetStageBegan('first-message', this.#clock.nowUs());
        break;
      case 'connection-refused':
        this.#endStage('connect', true, { reasonCode: fact.reasonCode });
        break;
      case 'subscribed':
        this.#endStage(
          'suback',
          fact.results.some(({ reasonCode }) => reasonCode >= 0x80),
          {
            reasonCodes: fact.results.map(({ reasonCode }) => String(reasonCode)),
          },
        );
        break;
      case 'connection-ended':
        this.#connectionEnded(fact.end, fact.wasConnected);
        break;
      case 'taken-over':
        if (fact.suspected) this.#takeOverSuspected(fact.shortLives);
        break;
      case 'ping-answered':
      case 'state-changed':
      case 'reconnect-scheduled':
      case 'server-disconnected':
      case 'session-resumed':
      case 'session-discarded':
      case 'unsubscribed':
      case 'subscription-withheld':
      case 'queue-overflowed':
      case 'publish-withheld':
      case 'authentication-challenged':
      case 'reauthenticated':
      case 'protocol-error':
        break;
    }
    this.#listener.fact(fact);
    this.#listener.changed();
  }

  #endStage(
    name: 'connect' | 'suback',
    failed: boolean,
    facts: Readonly<Record<string, string | number | boolean | readonly string[]>>,
  ): void {
    this.log.packetStageEnded(name, this.#clock.nowUs(), failed, facts);
  }

  #connectionEnded(end: SessionEnd, wasConnected: boolean): void {
    if (end.code === 'asked' || end.code === 'aborted') {
      this.#failure = undefined;
      return;
    }
    const running = this.log.current?.stages.findLast((stage) => stage.failed || stage.endUs === undefined);
    const stage = wasConnected ? 'session' : (running?.name ?? 'connect');
    const { code, data } = describeEnd(end);
    const spoke = this.#peerSpoke === undefined ? data : { ...data, peerSpoke: this.#peerSpoke };
    const failure: ConnectionFailure = { stage, code, data: spoke, atUs: this.#clock.nowUs() };
    this.#failure = failure;
    this.log.failed(failure);
  }

  /** Told right after the end of the connection: its failure was only that the peer closed. */
  #takeOverSuspected(shortLives: number): void {
    if (this.#failure === undefined) return;
    this.#failure = { ...this.#failure, code: 'taken-over', data: { suspected: true, shortLives } };
    this.log.explained(this.#failure);
  }
}

const NO_TOPIC_BYTES = new Uint8Array(0);

function publishFlags({ qos, retain }: OutgoingMessage, dup: boolean): number {
  return (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
}

export { DEFAULT_OPTIONS as DEFAULT_SESSION_OPTIONS, type SessionOptions } from '../session/options.ts';
export type { Refusal } from '../session/output.ts';
