/** What the service shows of sources, packets, topics, flows and connections: output types of procedures and pushes. */

import type { ColourMark } from './colours.ts';
import type { FileFault } from './file-fault.ts';
import type { Profile } from './profiles.ts';
import type { Intervention } from './rules.ts';
import type { Direction, Field, Malformed, PacketType, ProtocolVersion, QoS, Subscription } from '../mqtt/packet.ts';

/** Numbers from one service; never reused while it runs. */
export type SourceId = number;
export type ViewId = number;
/** Number of a row in its capture, from 0, never reused; the page shows it plus one. */
export type Seq = number;
/** Rows from the first number to the last, both included. */
export type SeqRange = readonly [first: Seq, last: Seq];

export type SourceKind = 'session' | 'tap' | 'file' | 'script';

export type SessionState =
  | 'idle'
  | 'connecting'
  | 'connected'
  | 'disconnecting'
  /** Waits for {@link SourceSummary.reconnectAtMs}. */
  | 'waiting'
  | 'failed'
  | 'closed';

/** One run of a script, whose clients are sources of their own. */
export interface RunRecord {
  /** Unique while the service runs. */
  readonly id: number;
  /** What was run, `sensor.py`. */
  readonly name: string;
}

/** The tap that a device's connection came through. */
export interface TapReference {
  /** Unique while the service runs. */
  readonly id: number;
  /** `:1884`. */
  readonly name: string;
}

/** A tap that listens: devices connect to it instead of to their server. */
export interface TapRecord extends TapReference {
  /** What devices speak to it. */
  readonly protocol: Profile['protocol'];
  /** Address it listens on; `0.0.0.0` and `::` are all of this machine's. */
  readonly host: string;
  readonly port: number;
  /** What to point a device at, `mqtt://192.168.1.5:1884`; the nearest network first. */
  readonly addresses: readonly string[];
  /** Others than this machine can connect. */
  readonly openToNetwork: boolean;
  /** Devices are shown a certificate that the user brought; otherwise one of this machine's authority. */
  readonly ownCertificate: boolean;
  /** `mqtts://host:8883`, without credentials. */
  readonly upstream: string;
  /** Connections that stand. */
  readonly devices: number;
  /** Connections so far. */
  readonly connections: number;
  /** Connections that were turned away because too many stood. */
  readonly refused: number;
}

/** What a capture file held beside the packets that are shown. */
export interface FileFindings {
  /** Places where bytes of a connection are missing. */
  readonly gaps: number;
  readonly gapBytes: number;
  /** Behind a gap, or in a connection that was joined late, until a packet's beginning was found. */
  readonly skippedBytes: number;
  /** TCP connections that speak something else. */
  readonly otherConnections: number;
  readonly tlsConnections: number;
  /** IP datagrams in pieces, which are not put together. */
  readonly fragments: number;
  /** Exported PDUs of other protocols. */
  readonly otherPdus: number;
  /** Frames of link types that are not known here. */
  readonly unknownLinks: readonly { readonly linkType: number; readonly frames: number }[];
}

/** A session that was saved: several sources in one file, and how they were looked at. */
export interface SessionRecord {
  /** In the order of their tabs. */
  readonly sources: readonly SourceId[];
  /** What the page gave when it saved, JSON text of its own. */
  readonly view: string;
}

/** A capture file that is being read, or was. */
export interface FileRecord {
  /** Unique while the service runs. */
  readonly id: number;
  readonly name: string;
  /** Empty until its first bytes came. */
  readonly format: '' | 'pcapng' | 'pcap' | 'mqtt';
  /** Bytes. */
  readonly size: number;
  readonly read: number;
  /** `cancelled` was asked for, `interrupted` lost the page it came from, `damaged` cannot be read on; what was read stays. */
  readonly state: 'reading' | 'whole' | 'cancelled' | 'interrupted' | 'damaged';
  /** False where its packets carry no times. */
  readonly timed: boolean;
  /** Present where the file holds a session that was saved. */
  readonly session?: SessionRecord;
  /** Where and why it is damaged. */
  readonly fault?: FileFault;
  readonly findings: FileFindings;
}

/** The next bytes of a file that packets are written to. */
export interface ExportPiece {
  /** May be none while a filter still looks. */
  readonly bytes: Uint8Array;
  /** Packets written so far. */
  readonly packets: number;
  /** Rows that stood when it began, whether or not they pass the filter. */
  readonly total: number;
  /** Rows that were evicted before they were written. */
  readonly missed: number;
  readonly done: boolean;
}

/** One tab of the source bar. */
export interface SourceSummary {
  readonly id: SourceId;
  readonly kind: SourceKind;
  readonly name: string;
  readonly colour: string;
  readonly profileId?: string;
  /** The run of a script that the client belongs to; absent for other kinds. */
  readonly run?: RunRecord;
  /** The tap that the device connected to; absent for other kinds. */
  readonly tap?: TapReference;
  /** The file that the packets were read from; absent for other kinds. */
  readonly file?: FileRecord;
  /** What a source of a saved session was. */
  readonly savedAs?: SourceKind;
  readonly state: SessionState;
  readonly recording: boolean;
  /** `mqtts://host:8883`, without credentials. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
  /** Present while a TLS connection stands. */
  readonly tls?: { readonly protocol: string; readonly authorized: boolean; readonly verificationOff: boolean };
  /** Why the last attempt or connection ended, where it was not asked for. */
  readonly failure?: ConnectionFailure;
  /** Wall clock, milliseconds since the Unix epoch. */
  readonly reconnectAtMs?: number;
  /** True for the built-in broker's source of the first start. */
  readonly demo: boolean;
}

/**
 * Why a connection failed or ended. `stage` is where; `code` is a `TransportFailureCode`, `connack`, `disconnect`,
 * `protocol-error`, `keep-alive-timeout`, `connack-timeout`, `taken-over` or `closed-by-peer`; `data` carries what the words need
 * (`reasonCode`, `reasonString`, `serverReference`, `rule`, `host`, `port`, `errno` …).
 */
export interface ConnectionFailure {
  readonly stage: string;
  readonly code: string;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly atUs: number;
}

/** Counters of one source, pushed with every frame in which they changed. Rates are per second over the last second. */
export interface SourceStats {
  readonly source: SourceId;
  readonly packets: number;
  /** Oldest row still in the capture. */
  readonly firstSeq: Seq;
  /** Bytes of the packets that are here, with their columns. */
  readonly storedBytes: number;
  readonly byteBudget: number;
  readonly evictedPackets: number;
  readonly evictedBytes: number;
  /** Packets larger than the stated limit, counted and shown as rows without their bytes. */
  readonly refusedPackets: number;
  readonly malformedPackets: number;
  readonly topics: number;
  readonly flows: number;
  readonly openFlows: number;
  /** PUBLISH packets per second. */
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  readonly inBytesPerSecond: number;
  readonly outBytesPerSecond: number;
  readonly inFlight: number;
  readonly inFlightLimit: number;
  readonly queued: number;
  /** Messages that the full outgoing queue turned away. */
  readonly queueRefused: number;
  /** Last round trip measured from a PING or an acknowledgement. */
  readonly rttUs?: number;
}

/** Row flags of {@link PacketRows.flags}. */
export const ROW_FLAG = {
  malformed: 1,
  truncated: 2,
  event: 4,
  refused: 8,
  dup: 16,
  retain: 32,
  undecodable: 64,
  /** Somebody wrote words on it. */
  commented: 128,
  /** A rule, or a user's word on a packet that waited, changed what became of it. */
  intervened: 256,
} as const;

/** States of a flow; the index is the number in columns. */
export const FLOW_STATES = ['open', 'complete', 'failed', 'abandoned', 'protocolError', 'stalled'] as const;
export type FlowState = (typeof FLOW_STATES)[number];

/** Rows `first`…`first + seq.length - 1` of a packet view, as columns. */
export interface PacketRows {
  readonly first: number;
  readonly seq: Float64Array;
  /** Microseconds since the Unix epoch. */
  readonly timeUs: Float64Array;
  /** Time of the row before `first` in this view, NaN where there is none; the Δ column starts from it. */
  readonly previousTimeUs: number;
  /** 0 client to server, 1 server to client. */
  readonly direction: Uint8Array;
  /** First byte of the fixed header; 0 for events. */
  readonly header: Uint8Array;
  readonly flags: Uint16Array;
  /** Whole packet with its fixed header, bytes. */
  readonly length: Uint32Array;
  readonly packetId: Uint16Array;
  readonly connection: Uint32Array;
  /** Flow of the packet, -1 for none. */
  readonly flow: Float64Array;
  /** Microseconds from the flow's first packet to its last so far, NaN without a flow or while only one packet is known. */
  readonly flowDurationUs: Float64Array;
  /** Index into {@link FLOW_STATES}; 255 without a flow. */
  readonly flowState: Uint8Array;
  /** True on the packet that opened its flow: the handshake bar is drawn there. */
  readonly flowStart: Uint8Array;
  /** Topic of a PUBLISH, or of the flow that an acknowledgement belongs to; empty otherwise. */
  readonly topic: readonly string[];
  /** What the Detail column says beyond the topic, worded by the page. */
  readonly detail: readonly PacketDetailLine[];
  /** `file:line` of the script line or the action that caused the packet; empty where there is none. */
  readonly initiator: readonly string[];
  /** Which rule colours the row, as its place in {@link marks} plus one; 0 for none. */
  readonly colour: Uint8Array;
  /** Of the rules that are on, where any is. */
  readonly marks: readonly ColourMark[];
}

/** The facts of the Detail column by packet type; `null` where topic and packet identifier say it all. */
export type PacketDetailLine =
  | null
  | {
      readonly kind: 'connect';
      readonly clientId: string;
      readonly protocolVersion: number;
      readonly keepAlive: number;
      readonly cleanStart: boolean;
      readonly username: boolean;
      readonly will: boolean;
    }
  | {
      readonly kind: 'connack';
      readonly reasonCode: number;
      readonly sessionPresent: boolean;
      readonly protocolVersion: number;
    }
  | { readonly kind: 'reason'; readonly reasonCode: number; readonly reasonString?: string }
  | { readonly kind: 'subscribe'; readonly filters: readonly string[]; readonly total: number }
  | { readonly kind: 'suback'; readonly reasonCodes: readonly number[]; readonly total: number }
  | { readonly kind: 'pingresp'; readonly rttUs?: number }
  | { readonly kind: 'malformed'; readonly rule: string; readonly message: string; readonly offset: number }
  | { readonly kind: 'event'; readonly event: string; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly limit: number };

/** Everything the detail pane shows of one packet. */
export interface PacketDetail {
  readonly source: SourceId;
  readonly seq: Seq;
  readonly timeUs: number;
  readonly direction: Direction;
  readonly connection: number;
  readonly protocolVersion: ProtocolVersion;
  /** True where no CONNECT was seen and the version is a guess. */
  readonly versionGuessed: boolean;
  readonly type: PacketType | 'reserved' | 'event';
  readonly qos?: QoS;
  readonly retain?: boolean;
  readonly dup?: boolean;
  readonly topic?: string;
  /** True where the topic came from a Topic Alias and is not in the packet's own bytes. */
  readonly topicFromAlias?: boolean;
  readonly packetId?: number;
  readonly length: number;
  /** The first bytes of the packet, at most 64 KiB; the rest by `readBytes`. */
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
  /** Somebody's words on the packet; absent where there are none. */
  readonly comment?: string;
  /** What rules and users did to it, in order; absent where nothing was done. */
  readonly interventions?: readonly Intervention[];
  /** Of the rule that colours its row; absent where none does. */
  readonly mark?: ColourMark;
  readonly payloadFrom: number;
  readonly payloadTo: number;
  readonly malformed?: Malformed;
  readonly flow?: number;
  readonly initiator?: string;
  /** Codes of the notes that explain what the packet does not say itself; worded by the page. */
  readonly notes: readonly PacketNote[];
  readonly event?: { readonly event: string; readonly data: Readonly<Record<string, unknown>> };
}

/** What a server would read in bytes that a user typed: their first packet, and how much more there is. */
export interface DecodedBytes {
  readonly type: PacketType | 'reserved';
  /** Version that the bytes were read as. */
  readonly protocolVersion: ProtocolVersion;
  /** Of the first packet. */
  readonly fields: readonly Field[];
  /** Bytes of the first packet; all there are where none is whole. */
  readonly length: number;
  readonly payloadFrom: number;
  readonly payloadTo: number;
  readonly malformed?: Malformed;
  /** Whole packets. */
  readonly packets: number;
  /** Bytes after the last whole packet. */
  readonly rest: number;
}

export interface PacketNote {
  /**
   * `retain-cleared-on-forward`, `retained-from-store`, `qos-downgraded`, `qos-limit-of-subscription`, `dup-without-original`, `resent-after-reconnect`,
   * `alias-resolved`, `session-discarded`, `granted-less`, `no-matching-subscribers`, `keep-alive-overridden`, `taken-over`, `empty-retained-clears`, …
   */
  readonly code: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

/** Sort keys of the topic tree. */
export const TOPIC_SORTS = ['name', 'messages', 'rate', 'bytes', 'time'] as const;
export type TopicSort = (typeof TOPIC_SORTS)[number];

/**
 * Flags of {@link TopicRows.flags}. `retained`: the server is known to keep a message for this topic, from a PUBLISH with RETAIN set
 * that was seen in either direction; without the flag it may still keep one.
 */
export const TOPIC_FLAG = { hasChildren: 1, expanded: 2, isTopic: 4, retained: 8, matched: 16, system: 32 } as const;

/** Rows of the flattened, expanded part of a topic tree, as columns. */
export interface TopicRows {
  readonly first: number;
  /** Stable number of the tree node. */
  readonly node: Uint32Array;
  readonly depth: Uint16Array;
  readonly flags: Uint8Array;
  /** PUBLISH packets on exactly this topic. */
  readonly messages: Float64Array;
  /** PUBLISH packets on this topic and below. */
  readonly subtreeMessages: Float64Array;
  /** Topics below, without itself. */
  readonly subtreeTopics: Uint32Array;
  /** Of the PUBLISH packets on exactly this topic, with their headers. */
  readonly bytes: Float64Array;
  /** Messages per second, this topic and below. */
  readonly rate: Float32Array;
  readonly lastTimeUs: Float64Array;
  /** Row of the last message on exactly this topic, -1 for none. */
  readonly lastSeq: Float64Array;
  readonly qos: Uint8Array;
  /** One topic level; may be empty. */
  readonly level: readonly string[];
  /** Path from the top of the tree: the whole topic, or the levels so far where {@link TOPIC_FLAG.isTopic} is not set. */
  readonly topic: readonly string[];
  /** First bytes of the last payload, 48 a row; {@link previewLength} says how many count. */
  readonly preview: Uint8Array;
  readonly previewLength: Uint8Array;
  readonly payloadLength: Uint32Array;
  /** Last sixteen one-second buckets of this topic and below, oldest first. */
  readonly sparkline: Float32Array;
}

export const FLOW_KINDS = [
  'connect',
  'auth',
  'publish1',
  'publish2',
  'subscribe',
  'unsubscribe',
  'ping',
  'orphan',
] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

/** Rows of a flow view, as columns. */
export interface FlowRows {
  readonly first: number;
  readonly flow: Float64Array;
  /** Index into {@link FLOW_KINDS}. */
  readonly kind: Uint8Array;
  /** Index into {@link FLOW_STATES}. */
  readonly state: Uint8Array;
  /** 0 where the client began, 1 where the server did. */
  readonly direction: Uint8Array;
  readonly packetId: Uint16Array;
  readonly connection: Uint32Array;
  readonly startUs: Float64Array;
  /** First to last packet so far. */
  readonly durationUs: Float64Array;
  /** Resent PUBLISH and PUBREL packets. */
  readonly retries: Uint16Array;
  readonly steps: Uint16Array;
  /** Type number of the packet that is awaited, 0 once settled. */
  readonly awaits: Uint8Array;
  /** Reason code of the last acknowledgement, 0 where none. */
  readonly reasonCode: Uint8Array;
  readonly topic: readonly string[];
}

export interface FlowStep {
  readonly seq: Seq;
  readonly timeUs: number;
  readonly direction: Direction;
  readonly type: PacketType;
  readonly dup: boolean;
  readonly reasonCode: number;
  readonly connection: number;
  /** False where the packet was evicted and only this step is known. */
  readonly stored: boolean;
  readonly rule?: string;
}

export interface FlowDetail {
  readonly source: SourceId;
  readonly flow: number;
  readonly kind: FlowKind;
  readonly state: FlowState;
  /** Who began. */
  readonly direction: Direction;
  readonly packetId: number;
  readonly topic: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly retries: number;
  readonly awaits?: PacketType;
  readonly steps: readonly FlowStep[];
  /** Statement that explains a `protocolError`. */
  readonly rule?: string;
}

/** Gauges over the Flows panel, one per source: its newest connection. */
export interface FlowGauges {
  readonly outInFlight: number;
  readonly outLimit: number;
  readonly inInFlight: number;
  readonly inLimit: number;
  readonly packetIdsInUse: number;
  readonly queued: number;
  readonly queueLimit: number;
  readonly open: number;
  readonly stalled: number;
  readonly failed: number;
}

/** One stage of a connection attempt. Names of `ports.ts` stages plus the packets that complete a connection. */
export interface StageRecord {
  readonly name: 'srv' | 'dns' | 'tcp' | 'proxy' | 'tls' | 'upgrade' | 'connect' | 'suback' | 'first-message';
  readonly startUs: number;
  readonly endUs?: number;
  readonly failed: boolean;
  readonly facts: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface ConnectionAttempt {
  /** Connection number in the capture. */
  readonly connection: number;
  readonly startUs: number;
  readonly endUs?: number;
  readonly stages: readonly StageRecord[];
  readonly failure?: ConnectionFailure;
  readonly remoteAddress?: string;
  readonly localAddress?: string;
  readonly tls?: TlsRecord;
  /** Whose connection a tap passes on; all else here is of the way on to its server. */
  readonly device?: DeviceRecord;
}

/** The end of a tapped connection that the device made. */
export interface DeviceRecord {
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** Its handshakes with the tap: `tls`, `upgrade`. */
  readonly stages: readonly StageRecord[];
  /** What its ClientHello offered, whatever became of the handshake; versions newest first, `ciphers` a count. */
  readonly hello?: {
    readonly serverName?: string;
    readonly alpn: readonly string[];
    readonly versions: readonly string[];
    readonly ciphers: number;
  };
  /** `chain` holds the device's own certificates. */
  readonly tls?: TlsRecord;
  readonly websocket?: {
    readonly path: string;
    readonly offered: readonly string[];
    readonly subprotocol: string;
    readonly userAgent?: string;
  };
}

/** A certificate as the Security view shows it. Times are milliseconds since the Unix epoch. */
export interface CertificateRecord {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectAltNames: readonly string[];
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly serialNumber: string;
  readonly fingerprint256: string;
  readonly keyType: string;
  readonly keyBits?: number;
  readonly selfSigned: boolean;
  readonly pem: string;
}

/** What is known of a TLS connection that stands. */
export interface TlsRecord {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn?: string;
  readonly serverName?: string;
  readonly authorized: boolean;
  /** Node's or OpenSSL's verification error code, where verification failed or was switched off and would have. */
  readonly authorizationError?: string;
  readonly verificationOff: boolean;
  readonly chain: readonly CertificateRecord[];
  /** Absent where it cannot be known: TLS 1.1 and earlier, resumed sessions. */
  readonly clientCertificateRequested?: boolean;
  /** False also where {@link clientCertificateRequested} is unknown. */
  readonly clientCertificateSent: boolean;
  readonly resumed: boolean;
  readonly ephemeralKey?: string;
}

export interface SubscriptionRecord extends Subscription {
  readonly subscriptionIdentifier?: number;
  /** Granted QoS 0–2, a failure code ≥ 0x80, or absent while the SUBACK is awaited. */
  readonly reasonCode?: number;
}

/** The Connection panel of one source, pushed whole when it changed (at most four times a second). */
export interface ConnectionReport {
  readonly source: SourceId;
  readonly state: SessionState;
  readonly profileId?: string;
  /** Oldest first; the last fifty, `attemptsDropped` counts older ones. */
  readonly attempts: readonly ConnectionAttempt[];
  readonly attemptsDropped: number;
  readonly session?: {
    readonly clientId: string;
    readonly assignedClientId: boolean;
    readonly protocolVersion: ProtocolVersion;
    readonly cleanStart: boolean;
    readonly sessionPresent: boolean;
    readonly sessionExpiryInterval: number;
    /** Seconds in force, and whether the server overrode ours. */
    readonly keepAlive: number;
    readonly keepAliveFromServer: boolean;
    readonly subscriptions: readonly SubscriptionRecord[];
    readonly will?: {
      readonly topic: string;
      readonly qos: QoS;
      readonly retain: boolean;
      readonly payloadLength: number;
    };
    readonly inFlightOut: number;
    readonly inFlightIn: number;
    readonly queued: number;
    readonly queueLimit: number;
    readonly queueRefused: number;
    readonly receiveMaximum: number;
    readonly serverReceiveMaximum: number;
    readonly aliasesOut: readonly (readonly [alias: number, topic: string])[];
    readonly aliasesIn: readonly (readonly [alias: number, topic: string])[];
    /** What the server announced in CONNACK; absent entries mean the specification's default. */
    readonly server: Readonly<Record<string, string | number | boolean>>;
  };
  /** A challenge of enhanced authentication that waits for an answer. */
  readonly challenge?: { readonly method: string; readonly data: Uint8Array; readonly reasonCode: number };
}

/** A diagnostic of the host itself, shown as a bar that can be closed: disk full, damaged file, port taken. */
export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly failure: { readonly code: string; readonly data: Readonly<Record<string, unknown>> };
}

export interface RepeatRecord {
  readonly repeat: number;
  readonly source: SourceId;
  readonly topic: string;
  readonly intervalMs: number;
  readonly sent: number;
  readonly refused: number;
}

/**
 * `preparing` looks for the messages; `interrupted` by the loss of the connection, and goes on when told to; `done` and `stopped` are over.
 */
export type ReplayState = 'preparing' | 'running' | 'paused' | 'interrupted' | 'done' | 'stopped';

/** Messages of one source on their way to a session. */
export interface ReplayRecord {
  /** Unique while the service runs. */
  readonly replay: number;
  readonly from: SourceId;
  readonly fromName: string;
  readonly to: SourceId;
  readonly toName: string;
  /** 1 is as recorded, 0 as fast as the connection takes them. */
  readonly speed: number;
  /** 0 is endless. */
  readonly roundsWanted: number;
  readonly state: ReplayState;
  /** Messages of one round; 0 until they are counted. */
  readonly total: number;
  /** Rounds that are over. */
  readonly rounds: number;
  /** Messages handed to the session, of all rounds. */
  readonly sent: number;
  /** Messages that the session turned away; why the last one was. */
  readonly refused: number;
  readonly lastFailure?: { readonly code: string; readonly data: object };
  /** Messages that were gone from the capture before their turn. */
  readonly missed: number;
  /** The packet that is to be sent next; absent before there is one, and once it is over. */
  readonly nextSeq?: Seq;
  /** Until the end; absent where that cannot be told. */
  readonly leftMs?: number;
  /** How late the last message was. */
  readonly behindMs: number;
}

/** Bits of {@link ComparedRows.flags}; a row without any is the same on both sides. */
export const COMPARED = { onlyA: 1, onlyB: 2, fields: 4, payload: 8, moved: 16, late: 32 } as const;

/** How many rows differ, and how; one row may count more than once. */
export interface ComparisonCounts {
  readonly same: number;
  /** In fields or payload. */
  readonly changed: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly moved: number;
  readonly late: number;
}

/** Rows of a comparison, as columns. */
export interface ComparedRows {
  readonly first: number;
  /** Number among all rows, differing or not. */
  readonly row: Float64Array;
  /** Packet on each side, -1 for none. */
  readonly seqA: Float64Array;
  readonly seqB: Float64Array;
  /** Microseconds from the first packet of the side, NaN for none. */
  readonly timeA: Float64Array;
  readonly timeB: Float64Array;
  /** First byte of the fixed header, of A where it has one. */
  readonly header: Uint8Array;
  readonly flags: Uint8Array;
  readonly topic: readonly string[];
}

/** A field that is not the same on both sides; absent where a side has none. */
export interface ComparedField {
  /** Path of specification names: `retain`, `properties.contentType`. */
  readonly name: string;
  readonly a?: string;
  readonly b?: string;
}

export type ComparisonState = 'running' | 'done' | 'cancelled';

/** One comparison as pages are told of it. */
export interface ComparisonRecord {
  /** Unique while the service runs. */
  readonly comparison: number;
  readonly a: SourceId;
  readonly b: SourceId;
  readonly state: ComparisonState;
  /** 0 to 1. */
  readonly progress: number;
  readonly counts: ComparisonCounts;
  /** Rows, and those of them that differ; 0 until it is done. */
  readonly total: number;
  readonly differing: number;
  /** Only the first packets of a side were compared: there are too many. */
  readonly cut: boolean;
}
