/** What the service shows of sources: sessions, taps, files and scripts, and of the host itself. */

import type { ProtocolVersion } from '../mqtt/packet.ts';
import type { ConnectionFailure } from './connection-records.ts';
import type { FileFault } from './file-fault.ts';
import type { Seq, SourceId } from './identifiers.ts';
import type { Profile } from './profiles.ts';

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

/** A diagnostic of the host itself, shown as a bar that can be closed: disk full, damaged file, port taken. */
export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly failure: { readonly code: string; readonly data: Readonly<Record<string, unknown>> };
}
