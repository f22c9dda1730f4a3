/** Publishing: messages of ours from the application's hand to their last acknowledgement. */

import type { Properties } from '../../../shared/mqtt/packet.ts';
import type { SessionOptions } from './options.ts';
import { MessageQueue, weightOf } from './outgoing-queue.ts';
import type { OutgoingMessage, PublishOutcome, Refusal, ServerLimits } from './output.ts';
import type { PacketIdentifiers } from './packet-identifiers.ts';
import { SENDING, senderStep } from './qos-tables.ts';
import { NO_LIMITS, refuseByLimits, refuseByRules } from './server-limits.ts';
import type { OutgoingAliases } from './topic-aliases.ts';
import type { TopicNames } from './topic-names.ts';
import type { Violation, Wire } from './wire.ts';

/** A message as kept: its topic is always spelled out and no alias in its properties, so that it can go out on any connection. */
interface KeptMessage extends OutgoingMessage {
  /** The alias that the application asked for. */
  readonly alias?: number;
  /** The application left the topic to its alias. */
  readonly aliasOnly?: true;
}

/** How often a stream of overflows is told; every one is counted. */
const OVERFLOW_FACT_INTERVAL_MS = 250;

const PACKET_NOT_FOUND = 0x92;

/**
 * In-flight state lives in arrays indexed by slot; a slot is held from PUBLISH to the last acknowledgement and no message
 * allocates on the way. Assumes: a slot's identifier is in one of the three `await…` states of PUBLISH, and only then.
 *
 * @mqtt MQTT-4.9.0-1
 * @mqtt MQTT-4.9.0-2
 * @mqtt MQTT-4.9.0-3
 * @mqtt MQTT-3.3.4-7
 * @mqtt MQTT-3.3.4-8
 */
export class OutgoingFlows {
  readonly #options: SessionOptions;
  readonly #wire: Wire;
  readonly #identifiers: PacketIdentifiers;
  readonly #aliases: OutgoingAliases;
  readonly #topics: TopicNames;

  /** Slot of an identifier; meaningful only while it is in flight. */
  readonly #slotOf = new Uint16Array(65_536);
  readonly #messages: (KeptMessage | undefined)[] = [];
  readonly #tickets: number[] = [];
  readonly #packetIds: number[] = [];
  /** Order of sending: of the PUBLISH, and from PUBREC on, of the PUBREL. */
  readonly #orders: number[] = [];
  /** 1 where the handshake's packet went out on the present connection, and so counts against the window. */
  readonly #live: number[] = [];
  readonly #freeSlots: number[] = [];

  /** QoS 1 and 2. */
  readonly #queue = new MessageQueue();
  /** QoS 0, waiting for a connection only. */
  readonly #queue0 = new MessageQueue();
  /** Slots whose PUBLISH is to go out again, in order, from {@link #resendNext} on. */
  #resend: number[] = [];
  #resendNext = 0;

  #open = false;
  #limits: ServerLimits = NO_LIMITS;
  #window: number;
  #outstanding = 0;
  #lastTicket = 0;
  #lastOrder = 0;
  #draining = false;
  #queueLost = 0;
  #overflowToldMs = Number.NEGATIVE_INFINITY;

  constructor(
    options: SessionOptions,
    wire: Wire,
    identifiers: PacketIdentifiers,
    aliases: OutgoingAliases,
    topics: TopicNames,
  ) {
    this.#options = options;
    this.#wire = wire;
    this.#identifiers = identifiers;
    this.#aliases = aliases;
    this.#topics = topics;
    this.#window = Math.max(1, options.inflightWindow);
  }

  /** Handshakes not over, of this connection and earlier ones. */
  get inFlight(): number {
    return this.#messages.length - this.#freeSlots.length;
  }

  get queued(): number {
    return this.#queue.count + this.#queue0.count;
  }

  get queuedBytes(): number {
    return this.#queue.bytes + this.#queue0.bytes;
  }

  /** Messages lost to the queue's bound since the session was made. */
  get queueLost(): number {
    return this.#queueLost;
  }

  get window(): number {
    return this.#window;
  }

  get settled(): boolean {
    return this.inFlight === 0 && this.queued === 0;
  }

  /** PUBLISH may go out from now on, within `limits`. */
  open(limits: ServerLimits): void {
    this.#open = true;
    this.#limits = limits;
    this.#window = Math.max(1, Math.min(this.#options.inflightWindow, limits.receiveMaximum));
  }

  /** Nothing more may be sent on this connection. */
  close(): void {
    this.#open = false;
  }

  /** The connection is gone: nothing of what is in flight counts against the next one's window. */
  connectionLost(): void {
    this.#open = false;
    this.#outstanding = 0;
    this.#live.fill(0);
    this.#resend = [];
    this.#resendNext = 0;
  }

  publish(message: OutgoingMessage): PublishOutcome {
    if (message.properties !== undefined || !this.#topics.knows(message.topic)) {
      const refusal = refuseByRules(message, this.#options.protocolVersion);
      if (refusal !== undefined) return refusal;
      if (message.topic !== '') this.#topics.remember(message.topic);
    }
    let kept: KeptMessage = message;
    if (message.properties?.topicAlias !== undefined) {
      const spelled = this.#spellOut(message, message.properties);
      if ('outcome' in spelled) return spelled;
      kept = spelled;
    }
    if (!this.#open) {
      if (message.qos === 0 && !this.#options.queue.qos0) return { outcome: 'refused', reason: 'offline' };
      return this.#enqueue(kept);
    }
    const refusal = this.#refuseNow(kept);
    if (refusal !== undefined) return refusal;
    if (message.qos === 0) {
      this.#lastTicket += 1;
      this.#send(kept, 0);
      return { outcome: 'sent', ticket: this.#lastTicket, packetId: 0 };
    }
    if (this.#outstanding >= this.#window || this.#queue.count > 0 || this.#resendNext < this.#resend.length) {
      return this.#enqueue(kept);
    }
    const packetId = this.#start(kept, this.#lastTicket + 1);
    if (packetId === 0) return this.#enqueue(kept);
    this.#lastTicket += 1;
    return { outcome: 'sent', ticket: this.#lastTicket, packetId };
  }

  /** Takes a waiting message back. False where it is on its way, settled or unknown: MQTT cannot recall it. */
  cancel(ticket: number): boolean {
    const removed = this.#queue.remove(ticket) || this.#queue0.remove(ticket);
    if (removed) this.#wire.settle(ticket, 0, 'cancelled', 0);
    return removed;
  }

  /**
   * PUBACK, PUBREC or PUBCOMP. Returns a violation where the pair is not in the table; nothing changes then.
   * @param replies false where DISCONNECT went out already: the state moves on, nothing is sent
   * @mqtt MQTT-2.2.1-5
   * @mqtt MQTT-4.3.3-4
   * @mqtt MQTT-4.3.3-6
   * @mqtt MQTT-4.6.0-4
   */
  receiveAck(type: 4 | 5 | 7, packetId: number, reasonCode: number, replies: boolean): Violation | undefined {
    const state = this.#identifiers.stateOf(packetId);
    const failed = reasonCode >= 0x80 ? 1 : 0;
    const step = senderStep(state, (type === 4 ? 0 : type === 5 ? 2 : 4) + failed);
    if (step === undefined) return unlisted(type, packetId, state);
    if (state === SENDING.free) {
      this.#wire.note('MQTT-2.2.1-5', 'PUBREC for a packet identifier that is not in use', 'pubrec', packetId);
      if (step.reply === 6 && replies) {
        this.#wire.sendAck(6, packetId, this.#options.protocolVersion === 5 ? PACKET_NOT_FOUND : 0);
      }
      return undefined;
    }
    const slot = this.#slotOf[packetId] ?? 0;
    if (step.next !== SENDING.free) {
      this.#identifiers.move(packetId, step.next);
      if (state === SENDING.awaitPubrec) {
        this.#messages[slot] = RELEASED;
        this.#orders[slot] = ++this.#lastOrder;
      }
      if (this.#live[slot] === 0) this.#goLive(slot);
      if (replies) this.#wire.sendAck(6, packetId, 0);
      return undefined;
    }
    const ticket = this.#tickets[slot] ?? 0;
    this.#release(slot, packetId);
    this.#wire.settle(ticket, packetId, failed === 1 && type !== 7 ? 'rejected' : 'acknowledged', reasonCode);
    this.drain();
    return undefined;
  }

  /**
   * The server kept the session: PUBRELs go out again at once, PUBLISHes as the window allows, each in its order.
   * @mqtt MQTT-4.4.0-1
   * @mqtt MQTT-4.6.0-1
   * @mqtt MQTT-4.6.0-4
   * @mqtt MQTT-3.3.1-1
   */
  resume(): { publishes: number; pubrels: number } {
    const waiting = this.#inOrder().filter((slot) => this.#live[slot] === 0);
    const isPubrel = (slot: number): boolean => this.#stateOf(slot) === SENDING.awaitPubcomp;
    const pubrels = waiting.filter(isPubrel);
    for (const slot of pubrels) {
      this.#goLive(slot);
      this.#wire.sendAck(6, this.#packetIds[slot] ?? 0, 0);
    }
    this.#resend = waiting.filter((slot) => !isPubrel(slot));
    this.#resendNext = 0;
    return { publishes: this.#resend.length, pubrels: pubrels.length };
  }

  /**
   * The server has no session: identifiers and handshakes of earlier connections are forgotten.
   * See `SessionOptions.onSessionLost` for the messages.
   * @mqtt MQTT-3.2.2-5
   */
  discard(): { republished: number; lost: number } {
    const old = this.#inOrder().filter((slot) => this.#live[slot] === 0);
    const again: { message: KeptMessage; ticket: number }[] = [];
    let lost = 0;
    for (const slot of old) {
      const packetId = this.#packetIds[slot] ?? 0;
      const message = this.#messages[slot];
      const ticket = this.#tickets[slot] ?? 0;
      const taken = this.#stateOf(slot) === SENDING.awaitPubcomp;
      this.#release(slot, packetId);
      if (this.#options.onSessionLost === 'republish' && !taken && message !== undefined)
        again.push({ message, ticket });
      else {
        lost += 1;
        this.#wire.settle(ticket, packetId, 'session-lost', 0);
      }
    }
    if (again.length > 0) {
      const rest = this.#queue.drain();
      for (const { message, ticket } of again) this.#queue.push(message, ticket, Number.POSITIVE_INFINITY);
      for (const { message, ticket, queuedAtMs } of rest) this.#queue.push(message, ticket, queuedAtMs);
    }
    return { republished: again.length, lost };
  }

  /** Sends what may go: first what is to be resent, then what waits, in order of acceptance as far as the window allows. */
  drain(): void {
    if (!this.#open || this.#draining) return;
    // Asked at every acknowledgement, and most often nothing waits.
    if (this.queued === 0 && this.#resendNext >= this.#resend.length) return;
    this.#draining = true;
    this.#drainResend();
    while (this.#open) {
      const fromQueue0 = this.#queue0.headTicket < this.#queue.headTicket || !this.#mayStart();
      const queue = fromQueue0 ? this.#queue0 : this.#queue;
      const message = queue.head();
      if (message === undefined) break;
      const ticket = queue.headTicket;
      const expired = this.#isExpired(message, queue.headQueuedAtMs);
      queue.shift();
      if (expired) {
        this.#wire.settle(ticket, 0, 'expired', 0);
        continue;
      }
      const refusal = this.#refuseNow(message);
      if (refusal !== undefined) {
        this.#withhold(ticket, 0, refusal);
      } else if (fromQueue0) {
        this.#send(message, 0);
        this.#wire.settle(ticket, 0, 'sent', 0);
      } else {
        this.#start(message, ticket);
      }
    }
    this.#draining = false;
  }

  /** Settles everything as lost; for a session that ends for good. */
  abandon(): void {
    for (const slot of this.#inOrder()) {
      const packetId = this.#packetIds[slot] ?? 0;
      const ticket = this.#tickets[slot] ?? 0;
      this.#release(slot, packetId);
      this.#wire.settle(ticket, packetId, 'session-lost', 0);
    }
    for (const { ticket } of [...this.#queue.drain(), ...this.#queue0.drain()]) {
      this.#wire.settle(ticket, 0, 'cancelled', 0);
    }
  }

  #mayStart(): boolean {
    return (
      this.#resendNext >= this.#resend.length && this.#outstanding < this.#window && this.#identifiers.inUse < 65_535
    );
  }

  #drainResend(): void {
    while (this.#open && this.#resendNext < this.#resend.length && this.#outstanding < this.#window) {
      const slot = this.#resend[this.#resendNext++] ?? 0;
      const message = this.#messages[slot];
      if (message === undefined || message === RELEASED || this.#live[slot] === 1) continue;
      const packetId = this.#packetIds[slot] ?? 0;
      const refusal = this.#refuseNow(message);
      if (refusal !== undefined) {
        const ticket = this.#tickets[slot] ?? 0;
        this.#release(slot, packetId);
        this.#withhold(ticket, packetId, refusal);
        continue;
      }
      this.#goLive(slot);
      this.#wire.sendPublish(message, packetId, true, 0, false);
    }
  }

  #withhold(ticket: number, packetId: number, refusal: Refusal): void {
    this.#wire.fact({ fact: 'publish-withheld', ticket, refusal });
    this.#wire.settle(ticket, packetId, 'refused', 0);
  }

  /** @mqtt MQTT-3.2.2-15 */
  #refuseNow(message: KeptMessage): Refusal | undefined {
    const limits = this.#limits;
    const { alias = 0 } = message;
    if (limits === NO_LIMITS && alias === 0) return undefined;
    const refusal = refuseByLimits(message, limits);
    if (refusal !== undefined) return refusal;
    if (alias > this.#aliases.maximum) {
      return {
        outcome: 'refused',
        reason: 'topic-alias-invalid',
        statement: this.#aliases.maximum === 0 ? 'MQTT-3.2.2-18' : 'MQTT-3.2.2-17',
        limit: this.#aliases.maximum,
        actual: alias,
      };
    }
    if (limits.maximumPacketSize === Number.POSITIVE_INFINITY) return undefined;
    const omits = message.aliasOnly === true && this.#aliases.topicOf(alias) === message.topic;
    const actual = this.#wire.output.publishSize(message, alias, omits);
    if (actual <= limits.maximumPacketSize) return undefined;
    return {
      outcome: 'refused',
      reason: 'packet-too-large',
      statement: 'MQTT-3.2.2-15',
      limit: limits.maximumPacketSize,
      actual,
    };
  }

  /** The message with the topic that its alias stands for, the alias beside its properties. */
  #spellOut(message: OutgoingMessage, given: Properties): KeptMessage | Refusal {
    const { topicAlias: alias = 0, ...properties } = given;
    const { payload, qos, retain } = message;
    const rest = { payload, qos, retain, properties, alias };
    if (message.topic !== '') return { topic: message.topic, ...rest };
    const topic = this.#open ? this.#aliases.topicOf(alias) : undefined;
    if (topic === undefined) {
      return { outcome: 'refused', reason: 'topic-alias-invalid', statement: 'MQTT5 §3.3.2.3.4', actual: alias };
    }
    return { topic, ...rest, aliasOnly: true };
  }

  #enqueue(message: KeptMessage): PublishOutcome {
    const { maxMessages, maxBytes, overflow } = this.#options.queue;
    const weight = weightOf(message);
    if (this.queued + 1 > maxMessages || this.queuedBytes + weight > maxBytes) {
      const fits = overflow === 'drop-oldest' && maxMessages > 0 && weight <= maxBytes;
      if (!fits) {
        this.#overflowed('refuse-newest');
        return { outcome: 'refused', reason: 'queue-full', limit: maxMessages, actual: this.queued };
      }
      while (this.queued + 1 > maxMessages || this.queuedBytes + weight > maxBytes) this.#dropOldest();
    }
    this.#lastTicket += 1;
    (message.qos === 0 ? this.#queue0 : this.#queue).push(message, this.#lastTicket, this.#wire.nowMs);
    return { outcome: 'queued', ticket: this.#lastTicket, packetId: 0 };
  }

  #dropOldest(): void {
    const queue = this.#queue0.headTicket < this.#queue.headTicket ? this.#queue0 : this.#queue;
    const ticket = queue.headTicket;
    queue.shift();
    this.#wire.settle(ticket, 0, 'dropped', 0);
    this.#overflowed('drop-oldest');
  }

  #overflowed(policy: 'refuse-newest' | 'drop-oldest'): void {
    this.#queueLost += 1;
    const { nowMs } = this.#wire;
    if (nowMs - this.#overflowToldMs < OVERFLOW_FACT_INTERVAL_MS) return;
    this.#overflowToldMs = nowMs;
    this.#wire.fact({
      fact: 'queue-overflowed',
      policy,
      messages: this.queued,
      bytes: this.queuedBytes,
      lost: this.#queueLost,
    });
  }

  /**
   * Message Expiry Interval runs only while nothing was sent.
   * @mqtt MQTT-4.3.3-7
   */
  #isExpired(message: KeptMessage, queuedAtMs: number): boolean {
    const interval = message.properties?.messageExpiryInterval;
    return interval !== undefined && this.#wire.nowMs - queuedAtMs > interval * 1000;
  }

  /**
   * First sending at QoS 1 or 2; 0 where no identifier is free.
   * @mqtt MQTT-4.3.2-2
   * @mqtt MQTT-4.3.3-2
   */
  #start(message: KeptMessage, ticket: number): number {
    const packetId = this.#identifiers.allocate(message.qos === 1 ? SENDING.awaitPuback : SENDING.awaitPubrec);
    if (packetId === 0) return 0;
    const slot = this.#freeSlots.pop() ?? this.#messages.length;
    this.#slotOf[packetId] = slot;
    this.#messages[slot] = message;
    this.#tickets[slot] = ticket;
    this.#packetIds[slot] = packetId;
    this.#orders[slot] = ++this.#lastOrder;
    this.#live[slot] = 1;
    this.#outstanding += 1;
    this.#send(message, packetId);
    return packetId;
  }

  /**
   * A PUBLISH for the first time, by an alias where there is one.
   * @mqtt MQTT-4.3.1-1
   * @mqtt MQTT-3.3.1-2
   * @mqtt MQTT-3.3.1-3
   */
  #send(message: KeptMessage, packetId: number): void {
    const aliases = this.#aliases;
    if (aliases.maximum === 0) {
      this.#wire.sendPublish(message, packetId, false, 0, false);
      return;
    }
    const manual = message.alias ?? 0;
    const known = manual === 0 ? aliases.known(message.topic) : 0;
    if (known !== 0) {
      this.#wire.sendPublish(message, packetId, false, known, true);
      return;
    }
    if (manual !== 0 && message.aliasOnly === true && aliases.topicOf(manual) === message.topic) {
      this.#wire.sendPublish(message, packetId, false, manual, true);
      return;
    }
    let alias = manual === 0 ? aliases.candidate() : manual;
    const { maximumPacketSize } = this.#limits;
    if (alias !== 0 && manual === 0 && maximumPacketSize !== Number.POSITIVE_INFINITY) {
      if (this.#wire.output.publishSize(message, alias, false) > maximumPacketSize) alias = 0;
    }
    if (alias !== 0) aliases.set(alias, message.topic);
    this.#wire.sendPublish(message, packetId, false, alias, false);
  }

  #stateOf(slot: number): number {
    return this.#identifiers.stateOf(this.#packetIds[slot] ?? 0);
  }

  #goLive(slot: number): void {
    this.#live[slot] = 1;
    this.#outstanding += 1;
  }

  #release(slot: number, packetId: number): void {
    if (this.#live[slot] === 1) this.#outstanding -= 1;
    this.#live[slot] = 0;
    this.#messages[slot] = undefined;
    this.#identifiers.move(packetId, SENDING.free);
    this.#freeSlots.push(slot);
  }

  /** Slots in flight, in order of sending. */
  #inOrder(): number[] {
    const slots: number[] = [];
    for (let slot = 0; slot < this.#messages.length; slot += 1) {
      if (this.#messages[slot] !== undefined) slots.push(slot);
    }
    return slots.toSorted((a, b) => (this.#orders[a] ?? 0) - (this.#orders[b] ?? 0));
  }
}

/** Stands in a slot once PUBREC came: the message will never be sent again, so its payload is let go. */
const RELEASED: KeptMessage = { topic: '', payload: new Uint8Array(0), qos: 2, retain: false };

const ACK_NAME = { 4: 'puback', 5: 'pubrec', 7: 'pubcomp' } as const;

function unlisted(type: 4 | 5 | 7, packetId: number, state: number): Violation {
  const packetType = ACK_NAME[type];
  const inFlight = state === SENDING.awaitPuback || state === SENDING.awaitPubrec || state === SENDING.awaitPubcomp;
  return {
    statement: inFlight ? 'MQTT-3.3.4-1' : 'MQTT-2.2.1-5',
    reasonCode: 0x82,
    detail: inFlight
      ? `${packetType.toUpperCase()} does not belong to this point of the handshake`
      : `${packetType.toUpperCase()} for a packet identifier that no PUBLISH of ours holds`,
    packetType,
    packetId,
  };
}
