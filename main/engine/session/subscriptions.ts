/** What the session subscribes to: remembered over connections, with what the server granted. */

import type { Packet, Properties, SubackPacket, Subscription, UnsubackPacket } from '../../../shared/mqtt/packet.ts';
import type { SessionOptions } from './options.ts';
import type { Refusal, ServerLimits, SubscribeOutcome, SubscriptionRequest } from './output.ts';
import type { PacketIdentifiers } from './packet-identifiers.ts';
import { SENDING } from './qos-tables.ts';
import { NO_LIMITS, refuseSubscription } from './server-limits.ts';
import type { Violation, Wire } from './wire.ts';

export interface SubscriptionState extends SubscriptionRequest {
  /** Granted QoS 0 … 2 or a failure of 0x80 and above; absent until a SUBACK tells. */
  readonly reasonCode?: number;
}

interface Remembered {
  readonly request: SubscriptionRequest;
  readonly properties: Properties | undefined;
  reasonCode?: number;
  /** A SUBSCRIBE for it went out, on whatever connection. */
  wasSent: boolean;
  /** Identifier of the SUBSCRIBE that waits on this connection; 0 for none. */
  packetId: number;
  /** The application unsubscribed; the server does not know yet. */
  leaving: boolean;
}

type Pending =
  | { readonly kind: 'subscribe'; readonly requests: readonly SubscriptionRequest[] }
  | { readonly kind: 'unsubscribe'; readonly topicFilters: readonly string[] };

/**
 * Assumes: an identifier is in `awaitSuback` or `awaitUnsuback` exactly while it has an entry in `#pending`.
 * @mqtt MQTT-2.2.1-6
 */
export class Subscriptions {
  readonly #options: SessionOptions;
  readonly #wire: Wire;
  readonly #identifiers: PacketIdentifiers;
  readonly #remembered = new Map<string, Remembered>();
  readonly #pending = new Map<number, Pending>();
  #open = false;
  #limits: ServerLimits = NO_LIMITS;

  constructor(options: SessionOptions, wire: Wire, identifiers: PacketIdentifiers) {
    this.#options = options;
    this.#wire = wire;
    this.#identifiers = identifiers;
    for (const request of options.subscriptions) this.#remember(request, undefined);
  }

  /** SUBACKs and UNSUBACKs awaited. */
  get pending(): number {
    return this.#pending.size;
  }

  open(limits: ServerLimits): void {
    this.#open = true;
    this.#limits = limits;
  }

  close(): void {
    this.#open = false;
  }

  /** SUBSCRIBE and UNSUBSCRIBE are never resent as they were: what is still wanted gets a packet of its own. */
  connectionLost(): void {
    this.#open = false;
    for (const packetId of this.#pending.keys()) this.#identifiers.move(packetId, SENDING.free);
    this.#pending.clear();
    for (const entry of this.#remembered.values()) entry.packetId = 0;
  }

  list(): readonly SubscriptionState[] {
    return [...this.#remembered.values()]
      .filter((entry) => !entry.leaving)
      .map(({ request, reasonCode }) => (reasonCode === undefined ? request : { ...request, reasonCode }));
  }

  /**
   * All or nothing: one filter that may not be sent refuses the whole call.
   * @mqtt MQTT-3.8.3-2
   */
  subscribe(requests: readonly SubscriptionRequest[], properties: Properties | undefined): SubscribeOutcome {
    if (requests.length === 0) return { outcome: 'refused', reason: 'no-subscriptions', statement: 'MQTT-3.8.3-2' };
    const version = this.#options.protocolVersion;
    if (properties !== undefined && version !== 5) return { outcome: 'refused', reason: 'needs-mqtt-5' };
    for (const request of requests) {
      const refusal = refuseSubscription(request, version, this.#open ? this.#limits : undefined);
      if (refusal !== undefined) return refusal;
    }
    if (!this.#open) {
      for (const request of requests) this.#remember(request, properties);
      return { outcome: 'queued' };
    }
    const packets = groupByIdentifier(requests).flatMap((group) => this.#fit(group, properties));
    const refusal = packets.find((packet) => 'outcome' in packet) ?? this.#refuseIdentifiers(packets.length);
    if (refusal !== undefined) return refusal;
    for (const request of requests) this.#remember(request, properties);
    const sent = packets.filter((packet) => Array.isArray(packet)).map((group) => this.#send(group, properties));
    return { outcome: 'sent', packetIds: sent };
  }

  /** @mqtt MQTT-3.10.3-2 */
  unsubscribe(topicFilters: readonly string[], properties: Properties | undefined): SubscribeOutcome {
    if (topicFilters.length === 0) {
      return { outcome: 'refused', reason: 'no-subscriptions', statement: 'MQTT-3.10.3-2' };
    }
    const version = this.#options.protocolVersion;
    if (properties !== undefined && version !== 5) return { outcome: 'refused', reason: 'needs-mqtt-5' };
    for (const topicFilter of topicFilters) {
      const refusal = refuseSubscription({ topicFilter, qos: 0 }, version, undefined);
      if (refusal !== undefined) return refusal;
    }
    if (!this.#open) {
      for (const topicFilter of topicFilters) this.#leave(topicFilter);
      return { outcome: 'queued' };
    }
    const probe = unsubscribePacket(1, topicFilters, properties);
    const refusal = this.#refuseSize(probe) ?? this.#refuseIdentifiers(1);
    if (refusal !== undefined) return refusal;
    for (const topicFilter of topicFilters) this.#leave(topicFilter);
    return { outcome: 'sent', packetIds: [this.#sendUnsubscribe(topicFilters, properties)] };
  }

  /**
   * After CONNACK: subscribes to what the server does not hold for us, takes back what it should not.
   * @param sessionPresent false where the server started anew
   */
  restore(sessionPresent: boolean): void {
    const leaving: string[] = [];
    const wanted: Remembered[] = [];
    for (const [topicFilter, entry] of this.#remembered) {
      if (entry.leaving) {
        if (sessionPresent) leaving.push(topicFilter);
        else this.#remembered.delete(topicFilter);
      } else if (entry.packetId !== 0) {
        continue;
      } else if (entry.wasSent && !this.#options.policy.resubscribe) {
        if (!sessionPresent || entry.reasonCode === undefined) this.#remembered.delete(topicFilter);
      } else if (!sessionPresent || entry.reasonCode === undefined) {
        wanted.push(entry);
      }
    }
    if (leaving.length > 0 && this.#refuseIdentifiers(1) === undefined) this.#sendUnsubscribe(leaving, undefined);
    for (const [properties, entries] of Map.groupBy(wanted, (entry) => entry.properties)) {
      this.#resubscribe(entries, properties);
    }
  }

  /**
   * @mqtt MQTT-3.8.4-6
   * @mqtt MQTT-3.9.3-1
   */
  receiveSuback(packet: SubackPacket): Violation | undefined {
    const pending = this.#take(packet.packetId, 'subscribe');
    if (pending?.kind !== 'subscribe') {
      return unmatched('suback', packet.packetId, 'SUBACK for a packet identifier that no SUBSCRIBE of ours holds');
    }
    const results = pending.requests.map((request, index) => ({
      topicFilter: request.topicFilter,
      requestedQoS: request.qos,
      reasonCode: packet.reasonCodes[index] ?? 0x80,
    }));
    for (const { topicFilter, reasonCode } of results) {
      const entry = this.#remembered.get(topicFilter);
      if (entry?.packetId !== packet.packetId) continue;
      entry.packetId = 0;
      entry.reasonCode = reasonCode;
    }
    this.#wire.fact({ fact: 'subscribed', packetId: packet.packetId, results });
    return miscounted('suback', packet.packetId, 'MQTT-3.8.4-6', packet.reasonCodes.length, results.length);
  }

  /** @mqtt MQTT-3.11.3-1 */
  receiveUnsuback(packet: UnsubackPacket): Violation | undefined {
    const pending = this.#take(packet.packetId, 'unsubscribe');
    if (pending?.kind !== 'unsubscribe') {
      return unmatched(
        'unsuback',
        packet.packetId,
        'UNSUBACK for a packet identifier that no UNSUBSCRIBE of ours holds',
      );
    }
    const v5 = this.#options.protocolVersion === 5;
    const results = pending.topicFilters.map((topicFilter, index) => ({
      topicFilter,
      reasonCode: v5 ? (packet.reasonCodes[index] ?? 0x80) : 0,
    }));
    for (const { topicFilter, reasonCode } of results) {
      const entry = this.#remembered.get(topicFilter);
      if (entry?.leaving !== true) continue;
      if (reasonCode < 0x80) this.#remembered.delete(topicFilter);
      else entry.leaving = false;
    }
    this.#wire.fact({ fact: 'unsubscribed', packetId: packet.packetId, results });
    if (!v5) return undefined;
    return miscounted('unsuback', packet.packetId, 'MQTT-3.11.3-1', packet.reasonCodes.length, results.length);
  }

  #take(packetId: number, kind: Pending['kind']): Pending | undefined {
    const pending = this.#pending.get(packetId);
    if (pending?.kind !== kind) return undefined;
    this.#pending.delete(packetId);
    this.#identifiers.move(packetId, SENDING.free);
    return pending;
  }

  /** A filter that is identical replaces the earlier subscription [MQTT-3.8.4-3]. */
  #remember(request: SubscriptionRequest, properties: Properties | undefined): void {
    const wasSent = this.#remembered.get(request.topicFilter)?.wasSent ?? false;
    this.#remembered.delete(request.topicFilter);
    this.#remembered.set(request.topicFilter, { request, properties, wasSent, packetId: 0, leaving: false });
  }

  #leave(topicFilter: string): void {
    const entry = this.#remembered.get(topicFilter);
    if (entry === undefined) return;
    if (entry.wasSent) entry.leaving = true;
    else this.#remembered.delete(topicFilter);
  }

  #resubscribe(entries: readonly Remembered[], properties: Properties | undefined): void {
    const version = this.#options.protocolVersion;
    const allowed: SubscriptionRequest[] = [];
    for (const { request } of entries) {
      const refusal = refuseSubscription(request, version, this.#limits);
      if (refusal === undefined) allowed.push(request);
      else this.#wire.fact({ fact: 'subscription-withheld', refusal });
    }
    for (const group of groupByIdentifier(allowed).flatMap((requests) => this.#fit(requests, properties))) {
      const refusal = 'outcome' in group ? group : this.#refuseIdentifiers(1);
      if (refusal !== undefined) this.#wire.fact({ fact: 'subscription-withheld', refusal });
      else if (Array.isArray(group)) this.#send(group, properties);
    }
  }

  /**
   * The requests, split until each SUBSCRIBE stays within the server's Maximum Packet Size.
   * @mqtt MQTT-3.2.2-15
   */
  #fit(
    requests: readonly SubscriptionRequest[],
    properties: Properties | undefined,
  ): readonly (SubscriptionRequest[] | Refusal)[] {
    const refusal = this.#refuseSize(subscribePacket(1, requests, properties));
    if (refusal === undefined) return [[...requests]];
    const [first] = requests;
    if (requests.length <= 1 || first === undefined) {
      return [first === undefined ? refusal : { ...refusal, topicFilter: first.topicFilter }];
    }
    const half = requests.length >> 1;
    return [...this.#fit(requests.slice(0, half), properties), ...this.#fit(requests.slice(half), properties)];
  }

  #refuseSize(packet: Packet): Refusal | undefined {
    const limit = this.#limits.maximumPacketSize;
    if (limit === Number.POSITIVE_INFINITY) return undefined;
    const actual = this.#wire.output.packetSize(packet);
    if (actual <= limit) return undefined;
    return { outcome: 'refused', reason: 'packet-too-large', statement: 'MQTT-3.2.2-15', limit, actual };
  }

  #refuseIdentifiers(needed: number): Refusal | undefined {
    if (this.#identifiers.inUse + needed <= 65_535) return undefined;
    return { outcome: 'refused', reason: 'packet-identifiers-exhausted', statement: 'MQTT-2.2.1-3', limit: 65_535 };
  }

  #send(requests: readonly SubscriptionRequest[], properties: Properties | undefined): number {
    const packetId = this.#identifiers.allocate(SENDING.awaitSuback);
    for (const { topicFilter } of requests) {
      const entry = this.#remembered.get(topicFilter);
      if (entry === undefined) continue;
      entry.wasSent = true;
      entry.packetId = packetId;
      delete entry.reasonCode;
    }
    this.#pending.set(packetId, { kind: 'subscribe', requests });
    this.#wire.sendPacket(subscribePacket(packetId, requests, properties));
    return packetId;
  }

  #sendUnsubscribe(topicFilters: readonly string[], properties: Properties | undefined): number {
    const packetId = this.#identifiers.allocate(SENDING.awaitUnsuback);
    this.#pending.set(packetId, { kind: 'unsubscribe', topicFilters });
    this.#wire.sendPacket(unsubscribePacket(packetId, topicFilters, properties));
    return packetId;
  }
}

/** A SUBSCRIBE carries one Subscription Identifier for all its filters, so each identifier gets a packet. */
function groupByIdentifier(requests: readonly SubscriptionRequest[]): SubscriptionRequest[][] {
  return [...Map.groupBy(requests, (request) => request.subscriptionIdentifier).values()];
}

function subscribePacket(
  packetId: number,
  requests: readonly SubscriptionRequest[],
  properties: Properties | undefined,
): Packet {
  const subscriptions = requests.map((request): Subscription => {
    const { subscriptionIdentifier: _, ...subscription } = request;
    return subscription;
  });
  const identifier = requests[0]?.subscriptionIdentifier;
  if (identifier !== undefined) {
    return {
      type: 'subscribe',
      packetId,
      subscriptions,
      properties: { ...properties, subscriptionIdentifiers: [identifier] },
    };
  }
  return { type: 'subscribe', packetId, subscriptions, ...(properties === undefined ? {} : { properties }) };
}

function unsubscribePacket(
  packetId: number,
  topicFilters: readonly string[],
  properties: Properties | undefined,
): Packet {
  return { type: 'unsubscribe', packetId, topicFilters, ...(properties === undefined ? {} : { properties }) };
}

function unmatched(packetType: 'suback' | 'unsuback', packetId: number, detail: string): Violation {
  return { statement: 'MQTT-2.2.1-6', reasonCode: 0x82, detail, packetType, packetId };
}

function miscounted(
  packetType: 'suback' | 'unsuback',
  packetId: number,
  statement: string,
  actual: number,
  expected: number,
): Violation | undefined {
  if (actual === expected) return undefined;
  const detail = `${packetType.toUpperCase()} has ${actual} reason codes for ${expected} filters`;
  return { statement, reasonCode: 0x82, detail, packetType, packetId };
}
