/** Saved connections: what a profile holds, what of it is secret, and the schemas that guard both. */

import * as v from 'valibot';
import { COLOURS } from './colours.ts';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const integer = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
/** Certificates, keys and PKCS#12 files, as PEM text or base64. */
const credential = text(1_000_000);
/** An MQTT UTF-8 string: at most 65 535 bytes; the codec checks the bytes, the schema the order of magnitude. */
const mqttText = text(65_535);

export const QosSchema = v.picklist([0, 1, 2]);
export const ProtocolVersionSchema = v.picklist([3, 4, 5]);
export const UserPropertiesSchema = v.pipe(v.array(v.tuple([mqttText, mqttText])), v.maxLength(1000));

/** Properties of PUBLISH and will that a form can set; MQTT 5.0 §3.3.2.3 and §3.1.3.2. Bytes travel as Uint8Array. */
export const MessagePropertiesSchema = v.object({
  payloadFormatIndicator: v.optional(integer(0, 1)),
  messageExpiryInterval: v.optional(integer(0, 4_294_967_295)),
  contentType: v.optional(mqttText),
  responseTopic: v.optional(mqttText),
  correlationData: v.optional(v.instance(Uint8Array)),
  topicAlias: v.optional(integer(1, 65_535)),
  willDelayInterval: v.optional(integer(0, 4_294_967_295)),
  userProperties: v.optional(UserPropertiesSchema),
});

export const SubscriptionSchema = v.object({
  topicFilter: mqttText,
  qos: QosSchema,
  noLocal: v.optional(v.boolean()),
  retainAsPublished: v.optional(v.boolean()),
  retainHandling: v.optional(v.picklist([0, 1, 2])),
  subscriptionIdentifier: v.optional(integer(1, 268_435_455)),
});

const TlsVersionSchema = v.picklist(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);

/** A profile without its secrets, as stored in clear, listed, exported and imported. */
export const ProfileSchema = v.object({
  /** Stable and unique; made by the service for a new profile when empty. */
  id: text(64),
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  /** Folder path with `/` between levels; empty at the top. */
  folder: v.optional(text(500), ''),
  /** One of the page's named colours; empty for none. */
  colour: v.optional(v.picklist(['', ...COLOURS]), ''),
  protocol: v.picklist(['mqtt', 'mqtts', 'ws', 'wss']),
  host: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255)),
  port: integer(1, 65_535),
  srv: v.optional(v.boolean(), false),
  bindAddress: v.optional(text(255), ''),
  protocolVersion: ProtocolVersionSchema,
  /** Unique per profile, made on creation; empty asks the broker to assign one. */
  clientId: mqttText,
  cleanStart: v.boolean(),
  /** Seconds; MQTT 5.0 only, 4 294 967 295 never expires. */
  sessionExpiryInterval: v.optional(integer(0, 4_294_967_295), 0),
  /** Seconds; 0 is off. */
  keepAlive: integer(0, 65_535),
  connectTimeoutMs: v.optional(integer(100, 600_000), 30_000),
  username: v.optional(mqttText),
  will: v.optional(
    v.object({
      topic: mqttText,
      payload: v.instance(Uint8Array),
      qos: QosSchema,
      retain: v.boolean(),
      properties: v.optional(MessagePropertiesSchema),
    }),
  ),
  /** CONNECT properties, MQTT 5.0 §3.1.2.11. Absent sends none. */
  receiveMaximum: v.optional(integer(1, 65_535)),
  maximumPacketSize: v.optional(integer(1, 4_294_967_295)),
  topicAliasMaximum: v.optional(integer(0, 65_535)),
  requestResponseInformation: v.optional(v.boolean()),
  requestProblemInformation: v.optional(v.boolean()),
  userProperties: v.optional(UserPropertiesSchema),
  authenticationMethod: v.optional(mqttText),
  reconnect: v.optional(
    v.object({ enabled: v.boolean(), minDelayMs: integer(100, 600_000), maxDelayMs: integer(100, 3_600_000) }),
    { enabled: true, minDelayMs: 1_000, maxDelayMs: 120_000 },
  ),
  /** Unacknowledged QoS 1 and 2 messages that we send at once; the server's Receive Maximum still rules. */
  inflightWindow: v.optional(integer(1, 65_535), 20),
  /** Messages that wait while offline or for the window. */
  queueLimit: v.optional(integer(0, 1_000_000), 10_000),
  /** Sends a Topic Alias for repeated topics where the server allows. */
  useTopicAliases: v.optional(v.boolean(), false),
  tls: v.optional(
    v.object({
      ca: v.optional(credential),
      cert: v.optional(credential),
      /** SNI; empty sends none, absent sends the host's name. */
      serverName: v.optional(text(255)),
      alpn: v.optional(v.array(text(255))),
      ciphers: v.optional(text(5000)),
      minVersion: v.optional(TlsVersionSchema),
      maxVersion: v.optional(TlsVersionSchema),
      verify: v.optional(v.boolean(), true),
    }),
  ),
  websocket: v.optional(
    v.object({
      path: v.optional(text(4000), '/mqtt'),
      headers: v.optional(v.array(v.tuple([text(255), text(8000)])), []),
      subprotocol: v.optional(text(255), 'mqtt'),
    }),
  ),
  proxy: v.optional(
    v.object({
      protocol: v.picklist(['http', 'https', 'socks5']),
      host: text(255),
      port: integer(1, 65_535),
      username: v.optional(text(1000)),
    }),
  ),
  /** Sent after each CONNACK. Empty by default: nothing is subscribed to unless the user asks. */
  subscriptions: v.optional(v.array(SubscriptionSchema), []),
});

export type Profile = v.InferOutput<typeof ProfileSchema>;
export type ProfileInput = v.InferInput<typeof ProfileSchema>;
export type SubscriptionRequest = v.InferOutput<typeof SubscriptionSchema>;
export type MessageProperties = v.InferOutput<typeof MessagePropertiesSchema>;

/** The parts of a profile that never stand in clear on a disk, in an export, or in a listing. */
export const SECRET_NAMES = [
  'password',
  'key',
  'passphrase',
  'pfx',
  'proxyPassword',
  'authenticationData',
  /** Values of WebSocket headers that are credentials; made from the profile when it is saved, and empty in it from then on. */
  'websocketHeaders',
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];
export type Secrets = { readonly [N in SecretName]?: string };

/** A change to secrets: text sets, null removes, absent leaves. `pfx` and `authenticationData` are base64. */
export const SecretChangesSchema = v.object({
  password: v.optional(v.nullable(mqttText)),
  key: v.optional(v.nullable(credential)),
  passphrase: v.optional(v.nullable(text(10_000))),
  pfx: v.optional(v.nullable(credential)),
  proxyPassword: v.optional(v.nullable(text(10_000))),
  authenticationData: v.optional(v.nullable(credential)),
  websocketHeaders: v.optional(v.nullable(credential)),
});
export type SecretChanges = v.InferOutput<typeof SecretChangesSchema>;

/** A profile as listed: which secrets it has, never their values. */
export interface ListedProfile {
  readonly profile: Profile;
  readonly secrets: readonly SecretName[];
}

/**
 * Where secrets live. `system` is the operating system's keychain (Electron's safeStorage), `vault` a file encrypted by a
 * passphrase, `memory` forgets at exit.
 */
export type SecretStorage = 'system' | 'vault' | 'memory';

export interface SecretStatus {
  readonly storage: SecretStorage;
  readonly available: readonly SecretStorage[];
  /** True while a vault exists and its passphrase was not given since start. */
  readonly locked: boolean;
  readonly vaultExists: boolean;
}
