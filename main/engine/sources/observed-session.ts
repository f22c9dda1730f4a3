/** What can be told of a session by looking at its packets: for clients that are driven by somebody else. */

import type {
  ConnackPacket,
  ConnectPacket,
  Packet,
  ProtocolVersion,
  SubackPacket,
  SubscribePacket,
} from '../../../shared/mqtt/packet.ts';
import type { SessionSnapshot } from '../session/snapshot.ts';
import { limitsOf, NO_LIMITS } from '../session/server-limits.ts';
import type { SubscriptionState } from '../session/subscriptions.ts';

/** Subscriptions that are remembered; a script that subscribes to a million filters is shown the newest. */
const MOST_SUBSCRIPTIONS = 10_000;
const NEVER_EXPIRES = 4_294_967_295;
const DEFAULT_RECEIVE_MAXIMUM = 65_535;

/** The part of a snapshot that packets tell; the rest are counts of the capture's flows. */
export type ObservedFacts = Omit<
  SessionSnapshot,
  | 'state'
  | 'inFlightOut'
  | 'inFlightIn'
  | 'window'
  | 'queued'
  | 'queuedBytes'
  | 'queueLimit'
  | 'queueLost'
  | 'reconnect'
>;

/** Packets are told in the order in which they were sent and received; those of one connection after {@link connectionOpened}. */
export class ObservedSession {
  #connect: ConnectPacket | undefined;
  #connack: ConnackPacket | undefined;
  #version: ProtocolVersion = 4;
  readonly #subscriptions = new Map<string, SubscriptionState>();
  /** SUBSCRIBE and UNSUBSCRIBE packets that wait for their answer, by identifier. */
  readonly #asked = new Map<number, readonly string[]>();
  readonly #leaving = new Map<number, readonly string[]>();
  readonly #aliases = { out: new Map<number, string>(), in: new Map<number, string>() };

  /** Client identifier of the last CONNECT, or what the server assigned in its place. */
  get clientId(): string {
    return this.#connack?.properties?.assignedClientIdentifier ?? this.#connect?.clientId ?? '';
  }

  connectionOpened(version: ProtocolVersion): void {
    this.#version = version;
    this.#connack = undefined;
    this.#asked.clear();
    this.#leaving.clear();
    this.#aliases.out.clear();
    this.#aliases.in.clear();
  }

  sent(packet: Packet): void {
    switch (packet.type) {
      case 'connect':
        this.#connect = packet;
        this.#version = packet.protocolVersion;
        if (packet.cleanStart) this.#subscriptions.clear();
        return;
      case 'subscribe':
        this.#subscribed(packet);
        return;
      case 'unsubscribe':
        this.#leaving.set(packet.packetId, packet.topicFilters);
        return;
      default:
    }
  }

  received(packet: Packet): void {
    switch (packet.type) {
      case 'connack':
        this.#connack = packet;
        if (packet.reasonCode === 0 && !packet.sessionPresent) this.#forgetUnasked();
        return;
      case 'suback':
        this.#granted(packet);
        return;
      case 'unsuback': {
        const filters = this.#leaving.get(packet.packetId) ?? [];
        this.#leaving.delete(packet.packetId);
        for (const [index, filter] of filters.entries())
          if ((packet.reasonCodes[index] ?? 0) < 0x80) this.#subscriptions.delete(filter);
        return;
      }
      default:
    }
  }

  /** A Topic Alias stands for `topic` from now on; an empty one tells that the alias was unknown. */
  aliasTold(direction: 'out' | 'in', alias: number, topic: string): void {
    if (topic !== '') this.#aliases[direction].set(alias, topic);
  }

  facts(): ObservedFacts {
    const connect = this.#connect;
    const properties = this.#connack?.properties;
    const assigned = properties?.assignedClientIdentifier;
    const asked = connect?.properties?.sessionExpiryInterval ?? 0;
    const lasting = this.#version === 5 ? asked : connect?.cleanStart === false ? NEVER_EXPIRES : 0;
    return {
      protocolVersion: this.#version,
      clientId: this.clientId,
      clientIdAssigned: assigned !== undefined,
      cleanStart: connect?.cleanStart ?? true,
      sessionPresent: this.#connack?.sessionPresent ?? false,
      sessionExpiryInterval: properties?.sessionExpiryInterval ?? lasting,
      keepAlive: properties?.serverKeepAlive ?? connect?.keepAlive ?? 0,
      keepAliveFromServer: properties?.serverKeepAlive !== undefined,
      ...(connect?.will === undefined ? {} : { will: connect.will }),
      subscriptions: [...this.#subscriptions.values()],
      receiveMaximum: connect?.properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM,
      limits: this.#connack === undefined ? NO_LIMITS : limitsOf(properties),
      ...(properties?.responseInformation === undefined ? {} : { responseInformation: properties.responseInformation }),
      aliasesOut: [...this.#aliases.out],
      aliasesIn: [...this.#aliases.in],
    };
  }

  #subscribed({ packetId, subscriptions, properties }: SubscribePacket): void {
    const [subscriptionIdentifier] = properties?.subscriptionIdentifiers ?? [];
    const identified = subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier };
    for (const subscription of subscriptions) {
      // A filter that is identical replaces the earlier subscription [MQTT-3.8.4-3].
      this.#subscriptions.delete(subscription.topicFilter);
      this.#subscriptions.set(subscription.topicFilter, { ...subscription, ...identified });
    }
    for (const filter of this.#subscriptions.keys()) {
      if (this.#subscriptions.size <= MOST_SUBSCRIPTIONS) break;
      this.#subscriptions.delete(filter);
    }
    this.#asked.set(
      packetId,
      subscriptions.map(({ topicFilter }) => topicFilter),
    );
  }

  #granted({ packetId, reasonCodes }: SubackPacket): void {
    const filters = this.#asked.get(packetId) ?? [];
    this.#asked.delete(packetId);
    for (const [index, filter] of filters.entries()) {
      const subscription = this.#subscriptions.get(filter);
      const reasonCode = reasonCodes[index];
      if (subscription !== undefined && reasonCode !== undefined)
        this.#subscriptions.set(filter, { ...subscription, reasonCode });
    }
  }

  /** The server started anew: what it knew of earlier connections is gone, what was asked on this one is on its way. */
  #forgetUnasked(): void {
    const asked = new Set([...this.#asked.values()].flat());
    for (const filter of this.#subscriptions.keys()) if (!asked.has(filter)) this.#subscriptions.delete(filter);
  }
}
