/** One MQTT client as a pure state machine: events and time in, packets to send and facts out. */

import type {
  AuthPacket,
  ConnackPacket,
  ConnectPacket,
  DisconnectPacket,
  Malformed,
  Packet,
  PacketType,
  Properties,
  PublishPacket,
} from '../../../shared/mqtt/packet.ts';
import { protocolNameOf } from '../../../shared/mqtt/version.ts';
import { Agreement } from './agreement.ts';
import { Authentication } from './authentication.ts';
import { ARRIVAL, IncomingFlows } from './incoming-flows.ts';
import { KeepAlive } from './keep-alive.ts';
import type { SessionOptions } from './options.ts';
import { OutgoingFlows } from './outgoing-flows.ts';
import type {
  AckType,
  CommandOutcome,
  OutgoingMessage,
  PublishOutcome,
  SessionEnd,
  SessionOutput,
  SessionState,
  SubscribeOutcome,
  SubscriptionRequest,
} from './output.ts';
import { PacketIdentifiers } from './packet-identifiers.ts';
import { connackHeals, disconnectHeals, ReconnectSchedule } from './reconnect.ts';
import { NO_LIMITS } from './server-limits.ts';
import type { SessionSnapshot } from './snapshot.ts';
import { Subscriptions } from './subscriptions.ts';
import { TAKEN_OVER, TakeOverWatch } from './take-over.ts';
import { IncomingAliases, OutgoingAliases } from './topic-aliases.ts';
import { TopicNames } from './topic-names.ts';
import { type AckedQoS, type Violation, Wire } from './wire.ts';

export interface DisconnectOptions {
  /** 0x00 discards the will, 0x04 asks for it; others tell a fault. MQTT 5.0 only. */
  readonly reasonCode?: number;
  readonly properties?: Properties;
  /** Seconds; overrides CONNECT's, unless that was 0. MQTT 5.0 only. */
  readonly sessionExpiryInterval?: number;
  /** Waits, at most `drainTimeoutMs`, until everything in flight and queued is settled; new messages are refused meanwhile. */
  readonly afterInflight?: boolean;
}

/** How the transport ended, where it was not in order. */
export interface TransportEnd {
  /** Passed on unread, in `SessionEnd.failure`. */
  readonly failure: unknown;
  /** Whether trying again may help: a refused port may, an unknown certificate authority will not. */
  readonly heals: boolean;
}

/** What became of an inbound PUBLISH. `ignored`: it broke a rule or came when nothing may come; a fact tells. */
export type PublishArrival = 'deliver' | 'duplicate' | 'ignored';

const NEVER = Number.POSITIVE_INFINITY;
/** A connection that lived so long starts the reconnect schedule over; one that is closed at once does not, or two clients of one name would chase each other at the shortest delay. */
const SETTLED_MS = 5_000;

/**
 * Every method that takes `nowMs` expects milliseconds of one clock that never runs backwards.
 * The owner calls {@link tick} when {@link nextDeadlineMs} is reached; a tick that comes early does nothing.
 *
 * @mqtt MQTT-3.1.0-1
 * @mqtt MQTT-3.1.0-2
 * @mqtt MQTT-3.1.2-23
 * @mqtt MQTT-4.1.0-1
 */
export class ClientSession {
  /** For the source, which writes the topics that the session let pass. */
  readonly topicNames = new TopicNames();
  readonly #options: SessionOptions;
  readonly #v5: boolean;
  readonly #wire: Wire;
  readonly #incoming: IncomingFlows;
  readonly #aliasesOut: OutgoingAliases;
  readonly #aliasesIn = new IncomingAliases();
  readonly #outgoing: OutgoingFlows;
  readonly #subscriptions: Subscriptions;
  readonly #keepAlive: KeepAlive;
  readonly #schedule: ReconnectSchedule;
  readonly #takeOver: TakeOverWatch;
  readonly #agreement: Agreement;
  readonly #authentication: Authentication;

  #state: SessionState = 'idle';
  #transport: 'none' | 'opening' | 'open' | 'closing' = 'none';
  /** CONNACK accepted us on this connection. */
  #accepted = false;
  /** Packets may go out: accepted, and DISCONNECT neither sent nor received. */
  #live = false;
  /** Why the present connection is being given up; decides what follows its close. */
  #end: SessionEnd | undefined;
  #lastEnd: SessionEnd | undefined;
  /** The DISCONNECT that waits for handshakes to finish. */
  #farewell: DisconnectPacket | undefined;

  /** We hold state of a session that the server may hold too. */
  #hasState = false;
  #sessionPresent = false;

  #acceptedAtMs = 0;
  #connackDeadlineMs = NEVER;
  #drainDeadlineMs = NEVER;
  #closeDeadlineMs = NEVER;
  #reconnectAtMs = NEVER;

  constructor(options: SessionOptions, output: SessionOutput) {
    const { policy, properties } = options;
    this.#options = options;
    this.#v5 = options.protocolVersion === 5;
    this.#wire = new Wire(output);
    this.#agreement = new Agreement(options, this.#wire);
    this.#authentication = new Authentication(this.#v5 ? properties?.authenticationMethod : undefined, this.#wire);
    const { receiveMaximum } = this.#agreement;
    this.#incoming = new IncomingFlows(this.#wire, policy.autoAcknowledge, this.#v5, receiveMaximum);
    this.#aliasesOut = new OutgoingAliases(options.topicAliases);
    const identifiers = new PacketIdentifiers();
    this.#outgoing = new OutgoingFlows(options, this.#wire, identifiers, this.#aliasesOut, this.topicNames);
    this.#subscriptions = new Subscriptions(options, this.#wire, identifiers);
    this.#keepAlive = new KeepAlive(this.#wire, policy.autoPing, options.pingTimeoutMs);
    this.#takeOver = new TakeOverWatch(this.#wire);
    this.#schedule = new ReconnectSchedule(options.reconnect, options.jitterBytes);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When {@link tick} is due, `Infinity` for never. Activity may move it later without notice. */
  get nextDeadlineMs(): number {
    return Math.min(
      this.#connackDeadlineMs,
      this.#drainDeadlineMs,
      this.#closeDeadlineMs,
      this.#reconnectAtMs,
      this.#live ? this.#keepAlive.nextDeadlineMs : NEVER,
    );
  }

  // --- commands of the application

  /** Starts an attempt, at once also where one was scheduled. Refused while a connection stands or is being closed. */
  connect(nowMs: number): CommandOutcome {
    this.#wire.nowMs = nowMs;
    if (this.#transport !== 'none') return { outcome: 'refused', reason: 'wrong-state' };
    this.#schedule.reset();
    this.#takeOver.reset();
    this.#openTransport();
    return { outcome: 'done' };
  }

  /**
   * Ends the connection in order, or calls off what is under way. Nothing reconnects afterwards.
   * @mqtt MQTT-3.14.4-1
   * @mqtt MQTT-3.14.4-2
   * @mqtt MQTT-3.1.2-23
   */
  disconnect(nowMs: number, options: DisconnectOptions = {}): CommandOutcome {
    this.#wire.nowMs = nowMs;
    const { reasonCode = 0, sessionExpiryInterval, afterInflight = false } = options;
    const needsV5 = reasonCode !== 0 || options.properties !== undefined || sessionExpiryInterval !== undefined;
    if (needsV5 && !this.#v5) return { outcome: 'refused', reason: 'needs-mqtt-5' };
    if (sessionExpiryInterval !== undefined && sessionExpiryInterval > 0 && this.#agreement.requestedExpiry === 0) {
      return { outcome: 'refused', reason: 'session-expiry-not-allowed', statement: 'MQTT5 §3.14.2.2.2' };
    }
    if (this.#transport === 'none') {
      this.#reconnectAtMs = NEVER;
      this.#enter('idle');
      return { outcome: 'done' };
    }
    if (this.#transport === 'closing') {
      this.#end = { code: 'asked' };
      return { outcome: 'done' };
    }
    const properties: Properties = {
      ...options.properties,
      ...(sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval }),
    };
    const farewell: DisconnectPacket = {
      type: 'disconnect',
      reasonCode,
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
    };
    if (afterInflight && this.#live && !this.#outgoing.settled) {
      this.#farewell = farewell;
      this.#drainDeadlineMs = nowMs + this.#options.drainTimeoutMs;
      this.#enter('disconnecting');
      return { outcome: 'draining' };
    }
    if (sessionExpiryInterval !== undefined) this.#agreement.sessionExpiryInterval = sessionExpiryInterval;
    this.#leave({ code: 'asked' }, farewell);
    return { outcome: 'done' };
  }

  /** Cuts the connection without DISCONNECT, so that the server publishes the will. Nothing reconnects afterwards. */
  abort(nowMs: number): void {
    this.#wire.nowMs = nowMs;
    if (this.#transport === 'none') {
      this.#reconnectAtMs = NEVER;
      this.#enter('idle');
      return;
    }
    this.#end = undefined;
    this.#leave({ code: 'aborted' }, undefined);
  }

  /** Settles every message that is left, for an owner that throws the session away. Call after the transport is closed. */
  abandon(nowMs: number): void {
    this.#wire.nowMs = nowMs;
    this.#outgoing.abandon();
  }

  publish(message: OutgoingMessage, nowMs: number): PublishOutcome {
    this.#wire.nowMs = nowMs;
    if (this.#farewell !== undefined || this.#end?.code === 'asked' || this.#end?.code === 'aborted') {
      return { outcome: 'refused', reason: 'closing' };
    }
    return this.#outgoing.publish(message);
  }

  /** Takes a queued message back; false where it is on its way already, or settled. */
  cancel(ticket: number, nowMs: number): boolean {
    this.#wire.nowMs = nowMs;
    return this.#outgoing.cancel(ticket);
  }

  /** @param properties User Properties of the SUBSCRIBE; its identifier comes from the requests. MQTT 5.0 only. */
  subscribe(
    requests: readonly SubscriptionRequest[],
    properties: Properties | undefined,
    nowMs: number,
  ): SubscribeOutcome {
    this.#wire.nowMs = nowMs;
    return this.#subscriptions.subscribe(requests, properties);
  }

  unsubscribe(topicFilters: readonly string[], properties: Properties | undefined, nowMs: number): SubscribeOutcome {
    this.#wire.nowMs = nowMs;
    return this.#subscriptions.unsubscribe(topicFilters, properties);
  }

  /** Sends a PINGREQ now, whatever keep-alive says. */
  ping(nowMs: number): CommandOutcome {
    this.#wire.nowMs = nowMs;
    if (!this.#live) return { outcome: 'refused', reason: 'wrong-state' };
    this.#keepAlive.ping();
    return { outcome: 'done' };
  }

  /** Answers a PUBLISH by hand (`policy.autoAcknowledge` off), in order of arrival. False where none waits for an answer. */
  acknowledge(packetId: number, reasonCode: number, nowMs: number): boolean {
    this.#wire.nowMs = nowMs;
    return this.#live && this.#incoming.acknowledge(packetId, reasonCode);
  }

  /** Answers a challenge (0x18) or starts a re-authentication (0x19) with the method that CONNECT named. */
  authenticate(reasonCode: 0x18 | 0x19, data: Uint8Array | undefined, nowMs: number): CommandOutcome {
    this.#wire.nowMs = nowMs;
    if (!this.#v5) return { outcome: 'refused', reason: 'needs-mqtt-5' };
    const outcome = this.#authentication.answer(reasonCode, data, this.#live, this.#agreement.limits);
    if (outcome.outcome === 'done' && !this.#accepted) {
      this.#connackDeadlineMs = nowMs + this.#options.connackTimeoutMs;
    }
    return outcome;
  }

  // --- events of the transport

  /**
   * The byte stream stands: CONNECT goes out, and with `policy.sendBeforeConnack` what waits behind it.
   * @mqtt MQTT-3.1.2-30
   */
  transportOpened(nowMs: number): void {
    this.#wire.nowMs = nowMs;
    if (this.#transport !== 'opening') return;
    this.#transport = 'open';
    this.#aliasesIn.reset(this.#v5 ? (this.#options.properties?.topicAliasMaximum ?? 0) : 0);
    this.#aliasesOut.reset(0);
    this.#connackDeadlineMs = nowMs + this.#options.connackTimeoutMs;
    this.#wire.sendPacket(this.#connectPacket());
    if (!this.#options.policy.sendBeforeConnack || this.#authentication.method !== undefined) return;
    this.#subscriptions.open(NO_LIMITS);
    this.#outgoing.open(NO_LIMITS);
    if (this.#hasState || this.#outgoing.inFlight > 0) return;
    this.#subscriptions.restore(true);
    this.#outgoing.drain();
  }

  /** The last word of a transport, whoever ended it. `end` is absent where it closed in order. */
  transportClosed(nowMs: number, end?: TransportEnd): void {
    this.#wire.nowMs = nowMs;
    if (this.#transport === 'none') return;
    const wasConnected = this.#accepted;
    const wasLeaving = this.#farewell !== undefined;
    const cause: SessionEnd =
      this.#end ??
      (end === undefined
        ? { code: 'closed-by-peer', heals: true }
        : { code: 'transport', failure: end.failure, heals: end.heals });
    if (wasConnected && nowMs - this.#acceptedAtMs >= SETTLED_MS) this.#schedule.reset();
    this.#forgetConnection();
    this.#lastEnd = cause;
    this.#wire.fact({ fact: 'connection-ended', end: cause, wasConnected });
    if (wasConnected) this.#takeOver.ended(cause);
    if (wasLeaving || cause.code === 'asked' || cause.code === 'aborted') this.#enter('idle');
    else if (this.#shouldReconnect(cause)) this.#scheduleReconnect();
    else this.#enter('failed');
  }

  /** Bytes of any kind came; once for each read is enough. */
  noteInbound(nowMs: number): void {
    this.#wire.nowMs = nowMs;
    this.#keepAlive.noteInbound();
  }

  // --- packets of the server

  /**
   * A PUBLISH at QoS 1 or 2, by its numbers; nothing is allocated. The answer, if any, went out before this returns.
   * @mqtt MQTT-3.1.2-23
   */
  receivePublish(packetId: number, qos: AckedQoS, dup: boolean, nowMs: number): PublishArrival {
    this.#wire.nowMs = nowMs;
    if (!this.#live) {
      this.#refuseEarly('publish');
      return 'ignored';
    }
    if (packetId === 0) {
      this.#refuseZero('publish', 'MQTT-2.2.1-4');
      return 'ignored';
    }
    const arrival = this.#incoming.receivePublish(packetId, qos);
    if (arrival === ARRIVAL.delivered) return 'deliver';
    if (arrival === ARRIVAL.duplicate) {
      if (!dup) {
        this.#wire.note(
          'MQTT-3.3.1-1',
          'a PUBLISH whose identifier is in use came again without DUP',
          'publish',
          packetId,
        );
      }
      return 'duplicate';
    }
    if (arrival === ARRIVAL.receiveMaximumExceeded) {
      this.#violate({
        statement: 'MQTT-3.3.4-9',
        reasonCode: 0x93,
        detail: `more unacknowledged PUBLISH packets than our Receive Maximum of ${this.#agreement.receiveMaximum}`,
        packetType: 'publish',
        packetId,
      });
      return 'ignored';
    }
    this.#misstep({
      statement: 'MQTT-2.2.1-4',
      reasonCode: 0x82,
      detail: 'a PUBLISH whose packet identifier is in use at another QoS',
      packetType: 'publish',
      packetId,
    });
    return 'ignored';
  }

  /**
   * A PUBLISH of any QoS that carries a Topic Alias, before it is delivered. Returns the topic it is about, or undefined where
   * the alias is invalid; the connection is given up then.
   * @mqtt MQTT-3.3.2-10
   */
  receiveTopicAlias(alias: number, topic: string, nowMs: number): string | undefined {
    this.#wire.nowMs = nowMs;
    const resolved = this.#aliasesIn.resolve(alias, topic);
    if (resolved !== undefined || this.#transport !== 'open') return resolved;
    this.#violate({
      statement: alias === 0 ? 'MQTT-3.3.2-8' : 'MQTT-3.1.2-26',
      reasonCode: 0x94,
      detail: `Topic Alias ${alias} is ${topic === '' ? 'unknown or ' : ''}outside what our CONNECT allowed`,
      packetType: 'publish',
    });
    return undefined;
  }

  /** PUBACK (4), PUBREC (5), PUBREL (6) or PUBCOMP (7), by their numbers; nothing is allocated. */
  receiveAck(type: AckType, packetId: number, reasonCode: number, nowMs: number): void {
    this.#wire.nowMs = nowMs;
    if (!this.#accepted && this.#refuseEarly(ACK_NAMES[type])) return;
    if (this.#transport === 'none') return;
    if (packetId === 0) {
      this.#refuseZero(ACK_NAMES[type], 'MQTT-2.2.1-5');
      return;
    }
    if (type === 6) {
      if (!this.#incoming.receivePubrel(packetId, this.#live)) this.#unmatchedPubrel(packetId);
      return;
    }
    const violation = this.#outgoing.receiveAck(type, packetId, reasonCode, this.#live);
    if (violation !== undefined) this.#misstep(violation);
    if (this.#farewell !== undefined && this.#outgoing.settled) this.#finishDrain();
  }

  /** Every other packet, decoded. PUBLISH and acknowledgements may come this way too. Returns what became of a PUBLISH. */
  receivePacket(packet: Packet, nowMs: number): PublishArrival | undefined {
    this.#wire.nowMs = nowMs;
    switch (packet.type) {
      case 'connack':
        this.#receiveConnack(packet);
        break;
      case 'publish':
        return this.#receivePublishPacket(packet);
      case 'puback':
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        this.receiveAck(ACK_TYPES[packet.type], packet.packetId, packet.reasonCode, nowMs);
        break;
      case 'suback':
        if (!this.#refuseEarly('suback')) this.#judge(this.#subscriptions.receiveSuback(packet));
        this.#outgoing.drain();
        break;
      case 'unsuback':
        if (!this.#refuseEarly('unsuback')) this.#judge(this.#subscriptions.receiveUnsuback(packet));
        this.#outgoing.drain();
        break;
      case 'pingresp':
        if (!this.#refuseEarly('pingresp')) this.#receivePingresp();
        break;
      case 'disconnect':
        this.#receiveDisconnect(packet);
        break;
      case 'auth':
        this.#receiveAuth(packet);
        break;
      case 'connect':
      case 'subscribe':
      case 'unsubscribe':
      case 'pingreq':
        this.#violate({
          statement: 'MQTT5 §2.1.2',
          reasonCode: 0x82,
          detail: `${packet.type.toUpperCase()} goes from client to server only`,
          packetType: packet.type,
        });
        break;
    }
    return undefined;
  }

  /**
   * Bytes that are no legal packet.
   * @mqtt MQTT-4.13.1-1
   */
  receiveMalformed(malformed: Malformed, nowMs: number): void {
    this.#wire.nowMs = nowMs;
    this.#violate({
      statement: malformed.rule,
      reasonCode: 0x81,
      detail: malformed.message,
      packetType: 'unknown',
    });
  }

  /** A packet of `size` bytes, more than the Maximum Packet Size that our CONNECT announced. */
  receiveOversized(size: number, nowMs: number): void {
    this.#wire.nowMs = nowMs;
    this.#violate({
      statement: 'MQTT-3.1.2-24',
      reasonCode: 0x95,
      detail: `a packet of ${size} bytes is larger than our Maximum Packet Size`,
      packetType: 'unknown',
    });
  }

  // --- time

  /** Does what is due at `nowMs`. */
  tick(nowMs: number): void {
    this.#wire.nowMs = nowMs;
    if (nowMs >= this.#closeDeadlineMs) {
      this.#closeDeadlineMs = NEVER;
      this.#wire.output.closeTransport('destroy');
    }
    if (nowMs >= this.#drainDeadlineMs) this.#finishDrain();
    if (nowMs >= this.#connackDeadlineMs) {
      this.#leave({ code: 'connack-timeout', afterMs: this.#options.connackTimeoutMs, heals: true }, undefined);
    }
    if (nowMs >= this.#reconnectAtMs) this.#openTransport();
    if (!this.#live) return;
    const silentMs = this.#keepAlive.tick();
    if (silentMs !== undefined) {
      this.#leave({ code: 'keep-alive-timeout', afterMs: silentMs, heals: true }, undefined);
    }
  }

  snapshot(): SessionSnapshot {
    const { will } = this.#options;
    const { challenge } = this.#authentication;
    return {
      ...this.#agreement.told(),
      state: this.#state,
      protocolVersion: this.#options.protocolVersion,
      cleanStart: this.#options.cleanStart,
      sessionPresent: this.#sessionPresent,
      ...(will === undefined ? {} : { will }),
      subscriptions: this.#subscriptions.list(),
      inFlightOut: this.#outgoing.inFlight,
      inFlightIn: this.#incoming.inFlight,
      window: this.#outgoing.window,
      queued: this.#outgoing.queued,
      queuedBytes: this.#outgoing.queuedBytes,
      queueLimit: this.#options.queue.maxMessages,
      queueLost: this.#outgoing.queueLost,
      receiveMaximum: this.#agreement.receiveMaximum,
      aliasesOut: this.#aliasesOut.entries(),
      aliasesIn: this.#aliasesIn.entries(),
      ...(challenge === undefined ? {} : { challenge }),
      ...(this.#lastEnd === undefined ? {} : { lastEnd: this.#lastEnd }),
      reconnect: {
        attempt: this.#schedule.attempt,
        ...(this.#reconnectAtMs === NEVER ? {} : { atMs: this.#reconnectAtMs }),
      },
    };
  }

  // --- CONNECT and CONNACK

  #openTransport(): void {
    this.#reconnectAtMs = NEVER;
    this.#end = undefined;
    this.#lastEnd = undefined;
    this.#transport = 'opening';
    this.#enter('connecting');
    this.#wire.output.openTransport();
  }

  /** @mqtt MQTT-3.1.3-2 */
  #connectPacket(): ConnectPacket {
    const { protocolVersion, cleanStart, keepAlive, will, username, password, properties } = this.#options;
    return {
      type: 'connect',
      protocolName: protocolNameOf(protocolVersion),
      protocolVersion,
      cleanStart,
      keepAlive,
      clientId: this.#agreement.clientId,
      ...(will === undefined ? {} : { will }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(properties === undefined || !this.#v5 ? {} : { properties }),
    };
  }

  #receiveConnack(connack: ConnackPacket): void {
    if (this.#transport !== 'open' || this.#end !== undefined) return;
    if (this.#accepted) {
      this.#violate({
        statement: 'MQTT-3.2.0-2',
        reasonCode: 0x82,
        detail: 'a second CONNACK on one connection',
        packetType: 'connack',
      });
      return;
    }
    this.#connackDeadlineMs = NEVER;
    this.#authentication.forget();
    if (connack.reasonCode !== 0) this.#refused(connack);
    else this.#acceptedBy(connack);
  }

  #refused(connack: ConnackPacket): void {
    const { reasonCode, properties } = connack;
    if (connack.sessionPresent) {
      this.#wire.note('MQTT-3.2.2-6', 'Session Present is set in a CONNACK that refuses', 'connack');
    }
    const heals = connackHeals(this.#options.protocolVersion, reasonCode);
    const told = { reasonCode, ...(properties === undefined ? {} : { properties }), heals };
    this.#wire.fact({ fact: 'connection-refused', ...told });
    this.#leave({ code: 'connack', ...told }, undefined);
  }

  /**
   * @mqtt MQTT-3.2.2-2
   * @mqtt MQTT-3.2.2-4
   * @mqtt MQTT-3.2.2-5
   */
  #acceptedBy(connack: ConnackPacket): void {
    const { sessionPresent } = connack;
    const foreign = sessionPresent && !this.#hasState;
    if (sessionPresent && this.#options.cleanStart) {
      this.#violateConnack('MQTT-3.2.2-2', 'Session Present is set although CONNECT asked for a clean start');
      return;
    }
    if (foreign && this.#options.foreignSession === 'close') {
      this.#violateConnack('MQTT-3.2.2-4', 'the server resumed a session of which this client has no state');
      return;
    }
    this.#agreement.accept(connack);
    this.#authentication.checkConnack(connack);
    const { limits } = this.#agreement;
    this.#accepted = true;
    this.#live = true;
    this.#takeOver.accepted();
    // MQTT 3.1 has no Session Present flag: a server that was not told to start clean keeps the session.
    const present = this.#options.protocolVersion === 3 ? !this.#options.cleanStart && this.#hasState : sessionPresent;
    const hadState = this.#hasState;
    this.#hasState = true;
    this.#sessionPresent = present;
    this.#acceptedAtMs = this.#wire.nowMs;
    this.#keepAlive.start(this.#agreement.keepAlive);
    this.#aliasesOut.reset(limits.topicAliasMaximum);
    this.#enter('connected');
    this.#wire.fact({ fact: 'connected', connack, ...this.#agreement.told() });
    this.#outgoing.open(limits);
    this.#subscriptions.open(limits);
    if (present) {
      this.#wire.fact({ fact: 'session-resumed', ...this.#outgoing.resume(), foreign });
    } else {
      this.#incoming.discard();
      const told = this.#outgoing.discard();
      const isNews = hadState && !this.#options.cleanStart;
      if (isNews || told.republished + told.lost > 0) this.#wire.fact({ fact: 'session-discarded', ...told });
    }
    // MQTT 3.1 servers cannot say what they kept; subscribing again does no harm.
    this.#subscriptions.restore(present && this.#options.protocolVersion !== 3);
    this.#outgoing.drain();
  }

  #violateConnack(statement: string, detail: string): void {
    this.#violate({ statement, reasonCode: 0x82, detail, packetType: 'connack' });
  }

  // --- packets after CONNACK

  #receivePublishPacket(packet: PublishPacket): PublishArrival {
    const { nowMs } = this.#wire;
    if (!this.#live) {
      this.#refuseEarly('publish');
      return 'ignored';
    }
    const alias = packet.properties?.topicAlias;
    if (alias !== undefined && this.receiveTopicAlias(alias, packet.topic, nowMs) === undefined) return 'ignored';
    if (packet.qos === 0) return 'deliver';
    return this.receivePublish(packet.packetId ?? 0, packet.qos, packet.dup, nowMs);
  }

  #receivePingresp(): void {
    const roundTripMs = this.#keepAlive.answered();
    if (roundTripMs !== undefined) this.#wire.fact({ fact: 'ping-answered', roundTripMs });
    else if (this.#live) this.#wire.note('MQTT-3.12.4-1', 'a PINGRESP that answers no PINGREQ', 'pingresp');
  }

  #unmatchedPubrel(packetId: number): void {
    this.#wire.note('MQTT5 §3.7.2.1', 'PUBREL for a packet identifier that is not in use', 'pubrel', packetId);
  }

  /**
   * @mqtt MQTT-3.14.2-2
   * @mqtt MQTT-4.13.2-1
   */
  #receiveDisconnect(packet: DisconnectPacket): void {
    if (this.#transport !== 'open' || this.#end !== undefined) return;
    if (!this.#v5) {
      this.#violate({
        statement: 'MQTT5 §2.1.2',
        reasonCode: 0x82,
        detail: 'DISCONNECT goes from client to server only before MQTT 5.0',
        packetType: 'disconnect',
      });
      return;
    }
    if (!this.#accepted) this.#wire.note('MQTT-3.14.0-1', 'DISCONNECT before a successful CONNACK', 'disconnect');
    const { reasonCode, properties } = packet;
    if (properties?.sessionExpiryInterval !== undefined) {
      this.#wire.note('MQTT-3.14.2-2', 'a server may not send Session Expiry Interval on DISCONNECT', 'disconnect');
    }
    const heals = disconnectHeals(reasonCode);
    const told = { reasonCode, ...(properties === undefined ? {} : { properties }), heals };
    this.#wire.fact({ fact: 'server-disconnected', ...told });
    if (reasonCode === TAKEN_OVER) this.#wire.fact({ fact: 'taken-over', suspected: false, shortLives: 0 });
    this.#leave({ code: reasonCode === TAKEN_OVER ? 'taken-over' : 'disconnect', ...told }, undefined);
  }

  #receiveAuth(packet: AuthPacket): void {
    if (this.#transport !== 'open' || this.#end !== undefined) return;
    const violation = this.#authentication.receive(packet, this.#accepted);
    if (violation !== undefined) this.#violate(violation);
    // A person may have to answer: the server waits for us, not we for it.
    else if (this.#authentication.challenge !== undefined) this.#connackDeadlineMs = NEVER;
  }

  // --- faults

  /**
   * Whether nothing may be taken at this point: before CONNACK that is the server's fault, later our connection is closing.
   * @mqtt MQTT-3.2.0-1
   */
  #refuseEarly(packetType: PacketType): boolean {
    if (this.#accepted) return this.#transport === 'none';
    if (this.#transport === 'open' && this.#end === undefined) {
      this.#violate({
        statement: 'MQTT-3.2.0-1',
        reasonCode: 0x82,
        detail: `${packetType.toUpperCase()} before CONNACK`,
        packetType,
      });
    }
    return true;
  }

  /** Nobody may give out the identifier 0, so nothing can answer it. */
  #refuseZero(packetType: PacketType, statement: string): void {
    this.#violate({ statement, reasonCode: 0x81, detail: 'packet identifier 0', packetType, packetId: 0 });
  }

  #judge(violation: Violation | undefined): void {
    if (violation !== undefined) this.#misstep(violation);
  }

  /** A fault that harms nobody: recorded, and fatal only where the policy is strict. */
  #misstep(violation: Violation): void {
    if (this.#options.policy.strict) this.#violate(violation);
    else this.#wire.note(violation.statement, violation.detail, violation.packetType, violation.packetId);
  }

  /**
   * A fault that ends the connection; before CONNACK and before MQTT 5.0 without a DISCONNECT.
   * @mqtt MQTT-4.13.1-1
   * @mqtt MQTT-4.13.2-1
   */
  #violate({ statement, reasonCode, detail, packetType, packetId }: Violation): void {
    if (this.#transport !== 'open' || this.#end !== undefined) return;
    this.#wire.fact({
      fact: 'protocol-error',
      statement,
      detail,
      packetType,
      ...(packetId === undefined ? {} : { packetId }),
      closes: true,
    });
    const farewell: DisconnectPacket | undefined =
      this.#v5 && this.#live ? { type: 'disconnect', reasonCode } : undefined;
    this.#leave({ code: 'protocol-error', statement, reasonCode, detail, heals: this.#accepted }, farewell);
  }

  // --- endings

  #finishDrain(): void {
    const farewell = this.#farewell;
    if (farewell === undefined) return;
    const expiry = farewell.properties?.sessionExpiryInterval;
    if (expiry !== undefined) this.#agreement.sessionExpiryInterval = expiry;
    this.#leave({ code: 'asked' }, farewell);
  }

  /**
   * Gives the connection up for `end`; `transportClosed` completes it.
   * @mqtt MQTT-3.14.4-1
   * @mqtt MQTT-3.14.4-2
   */
  #leave(end: SessionEnd, farewell: DisconnectPacket | undefined): void {
    if (this.#end !== undefined || this.#transport === 'none') return;
    const polite = farewell !== undefined && this.#transport === 'open';
    if (polite) this.#wire.sendPacket(this.#withinServerSize(farewell));
    this.#end = end;
    this.#live = false;
    this.#farewell = undefined;
    this.#authentication.forget();
    this.#transport = 'closing';
    this.#outgoing.close();
    this.#subscriptions.close();
    this.#keepAlive.stop();
    this.#connackDeadlineMs = NEVER;
    this.#drainDeadlineMs = NEVER;
    this.#closeDeadlineMs = this.#wire.nowMs + this.#options.closeTimeoutMs;
    this.#enter('disconnecting');
    const inOrder = polite || end.code === 'connack' || end.code === 'disconnect' || end.code === 'taken-over';
    this.#wire.output.closeTransport(inOrder ? 'end' : 'destroy');
  }

  /**
   * The DISCONNECT, without Reason String and User Properties where they would make it too large.
   * @mqtt MQTT-3.14.2-3
   * @mqtt MQTT-3.14.2-4
   */
  #withinServerSize(packet: DisconnectPacket): DisconnectPacket {
    const { maximumPacketSize } = this.#agreement.limits;
    if (maximumPacketSize === Number.POSITIVE_INFINITY || packet.properties === undefined) return packet;
    if (this.#wire.output.packetSize(packet) <= maximumPacketSize) return packet;
    const { reasonString: _, userProperties: __, ...properties } = packet.properties;
    return { ...packet, properties };
  }

  #forgetConnection(): void {
    this.#transport = 'none';
    this.#accepted = false;
    this.#live = false;
    this.#end = undefined;
    this.#farewell = undefined;
    this.#authentication.forget();
    this.#connackDeadlineMs = NEVER;
    this.#drainDeadlineMs = NEVER;
    this.#closeDeadlineMs = NEVER;
    if (this.#agreement.sessionExpiryInterval === 0) this.#hasState = false;
    this.#agreement.connectionLost();
    this.#keepAlive.stop();
    this.#outgoing.connectionLost();
    this.#incoming.connectionLost();
    this.#subscriptions.connectionLost();
    this.#aliasesOut.reset(0);
    this.#aliasesIn.reset(0);
  }

  #shouldReconnect(end: SessionEnd): boolean {
    if (!this.#options.policy.autoReconnect || !('heals' in end)) return false;
    if (end.code === 'taken-over') return false;
    return end.heals || this.#options.reconnect.after === 'everything';
  }

  #scheduleReconnect(): void {
    const delayMs = this.#schedule.nextDelayMs();
    this.#reconnectAtMs = this.#wire.nowMs + delayMs;
    this.#enter('waiting');
    this.#wire.fact({
      fact: 'reconnect-scheduled',
      atMs: this.#reconnectAtMs,
      delayMs,
      attempt: this.#schedule.attempt,
    });
  }

  #enter(state: SessionState): void {
    const previous = this.#state;
    if (previous === state) return;
    this.#state = state;
    this.#wire.fact({ fact: 'state-changed', state, previous });
  }
}

const ACK_TYPES = { puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7 } as const;
const ACK_NAMES = { 4: 'puback', 5: 'pubrec', 6: 'pubrel', 7: 'pubcomp' } as const;
