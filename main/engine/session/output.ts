/** What a session tells and asks its source: packets to send, the transport to open or close, and facts in the past tense. */

import type { ConnackPacket, Packet, PacketType, Properties, QoS, Subscription } from '../../../shared/mqtt/packet.ts';

/** A message of the application. The session keeps a reference until it is settled: do not change it after handing it over. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  /** MQTT 5.0 only. A `topicAlias` here sets or uses that alias on the connection; an empty `topic` then means the aliased one. */
  readonly properties?: Properties;
}

/** One filter to subscribe to. Requests with the same identifier share a SUBSCRIBE packet. */
export interface SubscriptionRequest extends Subscription {
  /** 1 … 268 435 455, MQTT 5.0 only. */
  readonly subscriptionIdentifier?: number;
}

/** Type numbers of the packets on the numeric fast path: PUBACK, PUBREC, PUBREL, PUBCOMP. */
export type AckType = 4 | 5 | 6 | 7;

/** The same words as the contract's `SessionState`, less `closed`, which is the source's. `connecting` lasts from the transport's start to CONNACK. */
export type SessionState = 'idle' | 'connecting' | 'connected' | 'disconnecting' | 'waiting' | 'failed';

/** Why something was not done. Nothing of it went out. `statement` is the rule that forbids it, where a rule does. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly reason: RefusalReason;
  readonly statement?: string;
  /** The bound that was met, in the unit of the reason: bytes, messages, a QoS, an alias. */
  readonly limit?: number;
  readonly actual?: number;
  readonly topicFilter?: string;
}

type RefusalReason =
  /** Not connected, and the policy or the queue's options let nothing wait. */
  | 'offline'
  | 'closing'
  | 'queue-full'
  | 'packet-too-large'
  | 'qos-not-supported'
  | 'retain-not-supported'
  | 'wildcards-not-supported'
  | 'shared-subscriptions-not-supported'
  | 'subscription-identifiers-not-supported'
  | 'subscription-identifier-invalid'
  | 'shared-subscription-no-local'
  | 'topic-invalid'
  | 'topic-alias-invalid'
  | 'no-subscriptions'
  | 'packet-identifiers-exhausted'
  /** Properties, subscription options, AUTH and DISCONNECT reasons exist in MQTT 5.0 only. */
  | 'needs-mqtt-5'
  | 'no-authentication-method'
  | 'no-challenge'
  | 'session-expiry-not-allowed'
  | 'wrong-state';

/** `packetId` is 0 at QoS 0 and while queued. `ticket` returns in {@link SessionOutput.publishSettled}. */
export type PublishOutcome =
  | { readonly outcome: 'sent' | 'queued'; readonly ticket: number; readonly packetId: number }
  | Refusal;

/** `queued`: remembered, and sent once connected. */
export type SubscribeOutcome =
  | { readonly outcome: 'sent'; readonly packetIds: readonly number[] }
  | { readonly outcome: 'queued' }
  | Refusal;

/** `draining`: DISCONNECT follows once everything in flight and queued is settled. */
export type CommandOutcome = { readonly outcome: 'done' | 'draining' } | Refusal;

/**
 * How an accepted message ended.
 * - `sent`: QoS 0, handed to the transport.
 * - `acknowledged`: PUBACK or PUBCOMP with a success code.
 * - `rejected`: PUBACK, PUBREC or PUBCOMP with a reason code of 0x80 or more.
 * - `cancelled`, `dropped` (by the queue's `drop-oldest`), `refused` (limits of the server that became known after queueing).
 * - `expired`: its Message Expiry Interval passed in the queue.
 * - `session-lost`: the server gave up the session; whether the message arrived is unknown.
 */
export type Settlement =
  | 'sent'
  | 'acknowledged'
  | 'rejected'
  | 'cancelled'
  | 'dropped'
  | 'refused'
  | 'expired'
  | 'session-lost';

/** Why a connection, or an attempt at one, ended. `heals` tells whether trying again may help. */
export type SessionEnd =
  | { readonly code: 'asked' }
  | { readonly code: 'aborted' }
  /** `failure` is what the source passed to `transportClosed`. */
  | { readonly code: 'transport'; readonly failure: unknown; readonly heals: boolean }
  | { readonly code: 'closed-by-peer'; readonly heals: true }
  | {
      readonly code: 'connack' | 'disconnect' | 'taken-over';
      readonly reasonCode: number;
      readonly properties?: Properties;
      readonly heals: boolean;
    }
  | {
      readonly code: 'protocol-error';
      readonly statement: string;
      readonly reasonCode: number;
      readonly detail: string;
      readonly heals: boolean;
    }
  | { readonly code: 'keep-alive-timeout'; readonly afterMs: number; readonly heals: true }
  | { readonly code: 'connack-timeout'; readonly afterMs: number; readonly heals: true };

/** What the server allows, from CONNACK; before it, and in 3.1 and 3.1.1, the specification's defaults. */
export interface ServerLimits {
  readonly receiveMaximum: number;
  readonly maximumQoS: QoS;
  readonly retainAvailable: boolean;
  /** Bytes of a whole packet; `Infinity` where the server set no limit. */
  readonly maximumPacketSize: number;
  readonly topicAliasMaximum: number;
  readonly wildcardSubscriptionAvailable: boolean;
  readonly subscriptionIdentifiersAvailable: boolean;
  readonly sharedSubscriptionAvailable: boolean;
}

interface SubscriptionResult {
  readonly topicFilter: string;
  /** What was asked; absent for UNSUBSCRIBE. */
  readonly requestedQoS?: QoS;
  /** Granted QoS 0 … 2, or a failure of 0x80 and above. 0 for an UNSUBACK before 5.0, which carries none. */
  readonly reasonCode: number;
}

/** Everything worth telling, in the past tense. Wording is made in the page, from codes. */
export type SessionFact =
  | { readonly fact: 'state-changed'; readonly state: SessionState; readonly previous: SessionState }
  | {
      readonly fact: 'connected';
      readonly connack: ConnackPacket;
      readonly clientId: string;
      readonly clientIdAssigned: boolean;
      /** Seconds in force. */
      readonly keepAlive: number;
      readonly keepAliveFromServer: boolean;
      /** Seconds in force. */
      readonly sessionExpiryInterval: number;
      readonly limits: ServerLimits;
      readonly responseInformation?: string;
    }
  /** CONNACK with a refusal. `serverReference` in the properties names another server for 0x9C and 0x9D. */
  | {
      readonly fact: 'connection-refused';
      readonly reasonCode: number;
      readonly properties?: Properties;
      readonly heals: boolean;
    }
  | {
      readonly fact: 'server-disconnected';
      readonly reasonCode: number;
      readonly properties?: Properties;
      readonly heals: boolean;
    }
  | { readonly fact: 'connection-ended'; readonly end: SessionEnd; readonly wasConnected: boolean }
  | { readonly fact: 'reconnect-scheduled'; readonly atMs: number; readonly delayMs: number; readonly attempt: number }
  /** The server kept the session; counts are what goes out again with DUP or as PUBREL. */
  | {
      readonly fact: 'session-resumed';
      readonly publishes: number;
      readonly pubrels: number;
      readonly foreign: boolean;
    }
  /** The server has no session: our state of it is gone; `republished` messages go out as new ones, `lost` were settled. */
  | { readonly fact: 'session-discarded'; readonly republished: number; readonly lost: number }
  | { readonly fact: 'subscribed'; readonly packetId: number; readonly results: readonly SubscriptionResult[] }
  | { readonly fact: 'unsubscribed'; readonly packetId: number; readonly results: readonly SubscriptionResult[] }
  /** A remembered subscription that the server of this connection cannot take; not sent. */
  | { readonly fact: 'subscription-withheld'; readonly refusal: Refusal }
  | {
      readonly fact: 'queue-overflowed';
      readonly policy: 'refuse-newest' | 'drop-oldest';
      readonly messages: number;
      readonly bytes: number;
      /** Since the session was made. */
      readonly lost: number;
    }
  /** A queued message met a limit that became known only with CONNACK. */
  | { readonly fact: 'publish-withheld'; readonly ticket: number; readonly refusal: Refusal }
  | {
      readonly fact: 'authentication-challenged';
      readonly method: string;
      readonly data: Uint8Array;
      readonly properties?: Properties;
    }
  | { readonly fact: 'reauthenticated'; readonly properties?: Properties }
  | { readonly fact: 'ping-answered'; readonly roundTripMs: number }
  /** `closes` is false where the session records the fault and goes on. */
  | {
      readonly fact: 'protocol-error';
      readonly statement: string;
      readonly detail: string;
      readonly packetType: PacketType | 'unknown';
      readonly packetId?: number;
      readonly closes: boolean;
    }
  /** The server said so (0x8E), or, before 5.0, keeps closing fresh connections as a second user of the client identifier makes it do. */
  | { readonly fact: 'taken-over'; readonly suspected: boolean; readonly shortLives: number };

/**
 * Implemented by the source, called synchronously from within the session's methods, in wire order.
 * It may call `publish`, `subscribe` and `unsubscribe` back from {@link fact} and {@link publishSettled}; nothing else.
 */
export interface SessionOutput {
  /** Starts one attempt; `transportOpened` or `transportClosed` follows. */
  openTransport(): void;
  /** `end` flushes what was written first, `destroy` does not. `transportClosed` follows in either case. */
  closeTransport(how: 'end' | 'destroy'): void;
  /** Every packet but PUBLISH and the four acknowledgements. */
  sendPacket(packet: Packet): void;
  /**
   * @param packetId 0 at QoS 0
   * @param message its properties never hold an alias, whatever the application gave
   * @param topicAlias the alias to send, 0 for none
   * @param omitTopic the Topic Name goes out empty, the alias standing for it
   */
  sendPublish(message: OutgoingMessage, packetId: number, dup: boolean, topicAlias: number, omitTopic: boolean): void;
  /** In the order in which they must reach the wire. */
  sendAck(type: AckType, packetId: number, reasonCode: number): void;
  /** Called once per accepted message; numbers only, since floods come through here. `reasonCode` is 0 where none applies. */
  publishSettled(ticket: number, packetId: number, settlement: Settlement, reasonCode: number): void;
  fact(fact: SessionFact): void;
  /** Bytes of the whole packet as {@link sendPacket} would write it. Asked only where the server set a Maximum Packet Size. */
  packetSize(packet: Packet): number;
  /** Bytes of the whole PUBLISH as {@link sendPublish} would write it. Asked only where the server set a Maximum Packet Size. */
  publishSize(message: OutgoingMessage, topicAlias: number, omitTopic: boolean): number;
}
