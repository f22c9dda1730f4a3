/** What the service shows of packets: rows as columns, and one packet whole. */

import type { Direction, Field, Malformed, PacketType, ProtocolVersion, QoS } from '../mqtt/packet.ts';
import type { ColourMark } from './colours.ts';
import type { Seq, SourceId } from './identifiers.ts';
import type { Intervention } from './rules.ts';

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
  /** Index into {@link file://./flow-records.ts FLOW_STATES}; 255 without a flow. */
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
