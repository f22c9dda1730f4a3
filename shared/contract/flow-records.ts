/** What the service shows of flows: handshakes and exchanges. */

import type { Direction, PacketType } from '../mqtt/packet.ts';
import type { Seq, SourceId } from './identifiers.ts';

/** States of a flow; the index is the number in columns. */
export const FLOW_STATES = ['open', 'complete', 'failed', 'abandoned', 'protocolError', 'stalled'] as const;
export type FlowState = (typeof FLOW_STATES)[number];

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
