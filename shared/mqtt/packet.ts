/** The vocabulary of the wire: the fifteen MQTT control packets of versions 3.1, 3.1.1 and 5.0 as plain data. */

/** The Protocol Level byte of CONNECT: 3 is MQTT 3.1 (`MQIsdp`), 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type ProtocolVersion = 3 | 4 | 5;

export type QoS = 0 | 1 | 2;

/** Who sent the bytes. A session of ours is the client; a tap sees both. */
export type Direction = 'client-to-server' | 'server-to-client';

/** Four-bit packet types in the order of MQTT 5.0 table 2-1; the index is the type's number. Zero is reserved. */
export const PACKET_TYPES = [
  'reserved',
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
] as const;

/** The type nibble of the first byte, MQTT 5.0 §2.1.2. */
export const TYPE = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const satisfies Record<PacketType, number>;

/** Largest legal Remaining Length, 256 MB less one (MQTT 5.0 §1.5.5). */
export const MAX_REMAINING_LENGTH = 268_435_455;

/**
 * Every property of MQTT 5.0 §2.2.2.2 under its specification name. A packet of 3.1 or 3.1.1 has none.
 * Values are what the wire carries: integers in their unit, text decoded from UTF-8, bytes as they came.
 */
export interface Properties {
  payloadFormatIndicator?: number;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  /** May occur more than once in a PUBLISH, once per matching subscription. */
  subscriptionIdentifiers?: readonly number[];
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
  requestProblemInformation?: number;
  willDelayInterval?: number;
  requestResponseInformation?: number;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQoS?: number;
  retainAvailable?: number;
  /** In wire order; names may repeat. */
  userProperties?: readonly (readonly [name: string, value: string])[];
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: number;
  subscriptionIdentifiersAvailable?: number;
  sharedSubscriptionAvailable?: number;
}

export type PropertyName = keyof Properties;

export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties?: Properties;
}

export interface ConnectPacket {
  readonly type: 'connect';
  /** `MQIsdp` for 3.1, else `MQTT`. */
  readonly protocolName: string;
  readonly protocolVersion: ProtocolVersion;
  /** Clean Session in 3.1 and 3.1.1. */
  readonly cleanStart: boolean;
  /** Seconds; 0 turns the mechanism off. */
  readonly keepAlive: number;
  readonly clientId: string;
  readonly will?: Will;
  readonly username?: string;
  readonly password?: Uint8Array;
  readonly properties?: Properties;
}

export interface ConnackPacket {
  readonly type: 'connack';
  readonly sessionPresent: boolean;
  /** Reason Code in 5.0, Connect Return code before. */
  readonly reasonCode: number;
  readonly properties?: Properties;
}

export interface PublishPacket {
  readonly type: 'publish';
  readonly dup: boolean;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Empty where a Topic Alias stands in its place. */
  readonly topic: string;
  /** Present at QoS 1 and 2 only. */
  readonly packetId?: number;
  readonly properties?: Properties;
  readonly payload: Uint8Array;
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP share one shape; a short form on the wire means reason code 0. */
export interface AckPacket<
  T extends 'puback' | 'pubrec' | 'pubrel' | 'pubcomp' = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
> {
  readonly type: T;
  readonly packetId: number;
  readonly reasonCode: number;
  readonly properties?: Properties;
}

export interface Subscription {
  readonly topicFilter: string;
  readonly qos: QoS;
  /** 5.0 only, as are the next two. */
  readonly noLocal?: boolean;
  readonly retainAsPublished?: boolean;
  readonly retainHandling?: 0 | 1 | 2;
}

export interface SubscribePacket {
  readonly type: 'subscribe';
  readonly packetId: number;
  readonly subscriptions: readonly Subscription[];
  readonly properties?: Properties;
}

export interface SubackPacket {
  readonly type: 'suback';
  readonly packetId: number;
  /** One for each filter of the SUBSCRIBE, in its order. */
  readonly reasonCodes: readonly number[];
  readonly properties?: Properties;
}

export interface UnsubscribePacket {
  readonly type: 'unsubscribe';
  readonly packetId: number;
  readonly topicFilters: readonly string[];
  readonly properties?: Properties;
}

export interface UnsubackPacket {
  readonly type: 'unsuback';
  readonly packetId: number;
  /** Empty before 5.0. */
  readonly reasonCodes: readonly number[];
  readonly properties?: Properties;
}

export interface PingreqPacket {
  readonly type: 'pingreq';
}

export interface PingrespPacket {
  readonly type: 'pingresp';
}

export interface DisconnectPacket {
  readonly type: 'disconnect';
  readonly reasonCode: number;
  readonly properties?: Properties;
}

/** MQTT 5.0 only. */
export interface AuthPacket {
  readonly type: 'auth';
  readonly reasonCode: number;
  readonly properties?: Properties;
}

export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AckPacket<'puback'>
  | AckPacket<'pubrec'>
  | AckPacket<'pubrel'>
  | AckPacket<'pubcomp'>
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;

export type PacketType = Packet['type'];

export type PacketOf<T extends PacketType> = Extract<Packet, { type: T }>;

/**
 * What is wrong with bytes that are no legal packet. A value, never an exception: the capture keeps the bytes and shows this.
 */
export interface Malformed {
  /** Byte offset from the start of the packet's fixed header. */
  readonly offset: number;
  /**
   * Normative statement of MQTT 5.0, e.g. `MQTT-3.3.1-4`, or of 3.1.1 alone, e.g. `MQTT-3.1.2-22 (3.1.1)`;
   * the section, e.g. `MQTT5 §2.2.2.2`, where the specification numbers none.
   */
  readonly rule: string;
  /** English, one sentence, for logs and JSON output; the page words it from {@link rule} where it knows better. */
  readonly message: string;
}

/** The parts of a packet that could still be read, before and, where the layout is still known, behind {@link Malformed.offset}. */
export type PartialPacket = { readonly type: PacketType | 'reserved' } & { readonly [field: string]: unknown };

/**
 * One field of a packet's bytes, for the field tree beside the hex view.
 * `from` and `to` are byte offsets from the fixed header's first byte, `to` exclusive; `bits` narrows a single byte, 7 is the highest.
 */
export interface Field {
  /** Specification name in camelCase (`topicName`, `packetIdentifier`, `propertyLength` …); a property's own {@link PropertyName} inside `properties`. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly bits?: readonly [high: number, low: number];
  /** Decoded value; bytes are not repeated here, the reader slices them. */
  readonly value?: string | number | boolean;
  /** How the value reads on the wire, where more than {@link value}: `reasonCode`, `bytes`, `flags`. */
  readonly kind?: 'reasonCode' | 'bytes' | 'flags' | 'text';
  readonly children?: readonly Field[];
  /** Set on the field that breaks a rule. Where reading could not go on behind it, the bytes left follow as a field `unread`. */
  readonly malformed?: Malformed;
}
