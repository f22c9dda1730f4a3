/**
 * Messages between one Python runtime and the service, over a {@link Port} of their own: the runtime's clients drive connections that the
 * service opens, records and shows. What comes from the runtime is parsed at the door ({@link parseRuntimeMessage}); scripts are strangers.
 *
 * Numbers are the runtime's: a *source* is one client of a script over all its connections, an *attempt* is one of those connections,
 * opened or failed. An attempt's last message from the service is `closed`; later messages that name it are ignored by both ends.
 */

import * as v from 'valibot';
import type { Packet, Properties } from '../mqtt/packet.ts';
import type { TlsRecord } from './connection-records.ts';
import type { RunRecord } from './source-records.ts';

/** Bytes of one attempt that the service hands to a runtime which has not taken them, before it stops to read from the server. */
export const INBOUND_CREDIT_BYTES = 4 * 1024 * 1024;

/** Sources of one runtime's open run that may exist at a time; one more fails as a system does that is out of descriptors. */
export const MOST_RUN_SOURCES = 1000;

/** Numbers of one packet in {@link PacketBatch.rows}. */
export const ROW_NUMBERS = 5;

/**
 * Packets of one attempt in wire order, in columns, so that ten thousand of them are one message without an object each.
 *
 * `rows` has five numbers a packet: *header*, *packet identifier*, *topic end*, *payload end*, *initiator*.
 * A PUBLISH stands in the columns whole: its header is its first byte, topic and payload follow each other in `bytes`, from the payload end
 * of the packet before to its own ends. So does a PUBACK, PUBREC, PUBREL or PUBCOMP with reason code 0 and without properties. Any other
 * packet has header 0 and is the next of `others`. `properties` are those of PUBLISH packets that have some, by index of the packet.
 * The initiator is an index into `initiators`, of which the first is empty; always 0 in what comes from the server.
 */
export interface PacketBatch {
  readonly rows: Uint32Array;
  readonly bytes: Uint8Array;
  readonly others: readonly (Packet | MalformedPacket | RawPacket)[];
  readonly properties: readonly (readonly [packet: number, properties: Properties])[];
  readonly initiators: readonly string[];
}

/** From the server: bytes that break the specification, as they came. The stream goes on unless it is `undecodable`. */
export interface MalformedPacket {
  readonly type: 'malformed';
  readonly bytes: Uint8Array;
  readonly rule: string;
  readonly message: string;
  /** Nobody can tell where the next packet starts: nothing more comes of this attempt but its end. */
  readonly undecodable: boolean;
}

/** To the server: bytes that a script made itself and that no packet object can say, sent and recorded as they are. */
export interface RawPacket {
  readonly type: 'raw';
  readonly bytes: Uint8Array;
}

const number = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const integer = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const bytes = v.instance(Uint8Array);
const credential = text(1_000_000);
const tlsVersion = v.picklist(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
/** An MQTT UTF-8 string; the codec checks the bytes. */
const mqttText = text(65_535);
const qos = v.picklist([0, 1, 2]);
const twoBytes = integer(0, 65_535);
const reasonCode = integer(0, 255);

/** Certificates and keys as PEM text, their contents: the service reads no file for a script. */
export const ScriptTlsSchema = v.object({
  ca: v.optional(credential),
  cert: v.optional(credential),
  key: v.optional(credential),
  passphrase: v.optional(text(10_000)),
  /** SNI and the name to verify; empty sends none, absent uses the host. */
  serverName: v.optional(text(255)),
  alpn: v.optional(v.array(text(255))),
  ciphers: v.optional(text(5000)),
  minVersion: v.optional(tlsVersion),
  maxVersion: v.optional(tlsVersion),
  verify: v.boolean(),
  /** False accepts a good certificate for another host. */
  checkHostname: v.boolean(),
});

/** Where a script connects to, after the host overrides. */
export const ScriptTargetSchema = v.object({
  protocol: v.picklist(['mqtt', 'mqtts', 'ws', 'wss']),
  host: v.pipe(text(255), v.minLength(1)),
  port: integer(1, 65_535),
  /** Looks up the broker's service record first. */
  srv: v.optional(v.boolean(), false),
  bindAddress: v.optional(text(255), ''),
  connectTimeoutMs: integer(1, 86_400_000),
  tls: v.optional(ScriptTlsSchema),
  websocket: v.optional(
    v.object({
      path: text(4000),
      headers: v.optional(v.array(v.tuple([text(255), text(8000)])), []),
      subprotocol: v.optional(text(255), 'mqtt'),
    }),
  ),
  proxy: v.optional(
    v.object({
      protocol: v.picklist(['http', 'https', 'socks5']),
      host: v.pipe(text(255), v.minLength(1)),
      port: integer(1, 65_535),
      username: v.optional(text(1000)),
      password: v.optional(text(1000)),
    }),
  ),
});
export type ScriptTarget = v.InferOutput<typeof ScriptTargetSchema>;

/**
 * Sends a script's dead host to a live broker. `from` is `host` or `host:port` as the script names it, or `*` for every host; `to` is an
 * URL `mqtt://`, `mqtts://`, `ws://` or `wss://` with host and port, or `host:port`, which keeps the script's own protocol.
 * `tls` lends the broker's certificates and verification where `to` is secure.
 */
export const HostOverrideSchema = v.object({
  from: v.pipe(text(300), v.minLength(1)),
  to: v.pipe(text(4000), v.minLength(1)),
  tls: v.optional(v.partial(ScriptTlsSchema)),
});
export type HostOverride = v.InferOutput<typeof HostOverrideSchema>;

/** As {@link Properties}; values are checked by the codec when the packet is encoded. */
const properties = v.optional(
  v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform((value): Properties => value),
  ),
);
const acknowledgement = { packetId: twoBytes, reasonCode, properties };

const PacketSchema = v.variant('type', [
  v.object({
    type: v.literal('connect'),
    protocolName: mqttText,
    protocolVersion: v.picklist([3, 4, 5]),
    cleanStart: v.boolean(),
    keepAlive: twoBytes,
    clientId: mqttText,
    will: v.optional(v.object({ topic: mqttText, payload: bytes, qos, retain: v.boolean(), properties })),
    username: v.optional(mqttText),
    password: v.optional(bytes),
    properties,
  }),
  v.object({ type: v.literal('puback'), ...acknowledgement }),
  v.object({ type: v.literal('pubrec'), ...acknowledgement }),
  v.object({ type: v.literal('pubrel'), ...acknowledgement }),
  v.object({ type: v.literal('pubcomp'), ...acknowledgement }),
  v.object({
    type: v.literal('subscribe'),
    packetId: twoBytes,
    subscriptions: v.array(
      v.object({
        topicFilter: mqttText,
        qos,
        noLocal: v.optional(v.boolean()),
        retainAsPublished: v.optional(v.boolean()),
        retainHandling: v.optional(qos),
      }),
    ),
    properties,
  }),
  v.object({ type: v.literal('unsubscribe'), packetId: twoBytes, topicFilters: v.array(mqttText), properties }),
  v.object({ type: v.literal('pingreq') }),
  v.object({ type: v.literal('disconnect'), reasonCode, properties }),
  v.object({ type: v.literal('auth'), reasonCode, properties }),
  v.object({ type: v.literal('raw'), bytes }),
]);
export type SentPacket = v.InferOutput<typeof PacketSchema>;

/** Where a script stands in its text: `file.py:12`; empty where nobody knows. */
const initiator = text(300);

const RuntimeMessageSchema = v.variant('kind', [
  /** Sources that are opened from here on belong to this run. */
  v.object({ kind: v.literal('begin'), run: number, name: text(300) }),
  /** The run is over: what it still holds is dropped without DISCONNECT and stays readable. */
  v.object({ kind: v.literal('finish'), run: number }),
  v.object({
    kind: v.literal('source'),
    source: number,
    /** In `bytes` mode the script makes and reads the packets itself. */
    mode: v.picklist(['packets', 'bytes']),
    name: text(300),
  }),
  /** Nothing will be opened for the source any more. */
  v.object({ kind: v.literal('release'), source: number }),
  /** One attempt of a source at a time; an earlier one that still stands is dropped. In `bytes` mode the CONNECT tells the version. */
  v.object({
    kind: v.literal('open'),
    source: number,
    attempt: number,
    protocolVersion: v.picklist([3, 4, 5]),
    target: ScriptTargetSchema,
    /** The script says about TLS once TCP stands: `connected` is answered with `secure`. For `mqtt` without a proxy. */
    decidesLater: v.optional(v.boolean(), false),
  }),
  /** Secures a connection that is `connected`, or goes on in clear without `tls`; `opened` or `closed` follows. */
  v.object({ kind: v.literal('secure'), attempt: number, tls: v.optional(ScriptTlsSchema) }),
  /** Answered with `sent` once the network has taken it; `batch` counts up within an attempt. */
  v.object({
    kind: v.literal('packets'),
    attempt: number,
    batch: number,
    rows: v.instance(Uint32Array),
    bytes,
    others: v.array(PacketSchema),
    properties: v.array(v.tuple([number, v.record(v.string(), v.unknown())])),
    initiators: v.array(initiator),
  }),
  v.object({ kind: v.literal('bytes'), attempt: number, batch: number, bytes, initiator }),
  /** The script has used so many bytes more of what came: wire bytes for packets. */
  v.object({ kind: v.literal('took'), attempt: number, bytes: number }),
  /** Closes after what was sent, or at once. */
  v.object({ kind: v.literal('end'), attempt: number, abort: v.boolean() }),
  v.object({ kind: v.literal('resolve'), request: number, host: v.pipe(text(255), v.minLength(1)) }),
]);

/** What a runtime says, parsed. */
export type RuntimeMessage = v.InferOutput<typeof RuntimeMessageSchema>;

/** Why an attempt ended, where it was not asked for: a `TransportFailureCode`, or `too-many-sources`, `unencodable` and `protocol` of the link itself. */
export interface LinkFailure {
  readonly code: string;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** What the service says. */
export type ServiceMessage =
  /** Answers `begin`: how the sources of the run are marked. */
  | { readonly kind: 'begun'; readonly run: RunRecord }
  /** TCP stands, and the runtime decides about TLS. */
  | {
      readonly kind: 'connected';
      readonly attempt: number;
      readonly remoteAddress: string;
      readonly localAddress: string;
    }
  | {
      readonly kind: 'opened';
      readonly attempt: number;
      readonly remoteAddress: string;
      readonly localAddress: string;
      readonly tls?: TlsRecord;
    }
  /** `size` counts the wire bytes of the batch, for `took`. */
  | ({ readonly kind: 'packets'; readonly attempt: number; readonly size: number } & PacketBatch)
  | { readonly kind: 'bytes'; readonly attempt: number; readonly bytes: Uint8Array }
  /** The network has taken all batches up to this one. */
  | { readonly kind: 'sent'; readonly attempt: number; readonly batch: number }
  | { readonly kind: 'closed'; readonly attempt: number; readonly failure?: LinkFailure }
  | {
      readonly kind: 'resolved';
      readonly request: number;
      readonly addresses: readonly string[];
      /** `dns-not-found` or `dns-failed`, where there are none. */
      readonly failure?: LinkFailure;
    };

/**
 * The attempt that something is about which {@link parseRuntimeMessage} does not take: a script may ask for what cannot be sent, and that is the
 * end of its attempt alone. Undefined where it is about none.
 */
export function attemptOfRefused(message: unknown): number | undefined {
  const parsed = v.safeParse(RefusedSchema, message);
  return parsed.success ? parsed.output.attempt : undefined;
}

const RefusedSchema = v.object({ kind: v.picklist(['open', 'secure', 'packets', 'bytes']), attempt: number });

/** Parses what came over a runtime's port; undefined for anything that is no message of it. */
export function parseRuntimeMessage(message: unknown): RuntimeMessage | undefined {
  const parsed = v.safeParse(RuntimeMessageSchema, message);
  return parsed.success ? parsed.output : undefined;
}
