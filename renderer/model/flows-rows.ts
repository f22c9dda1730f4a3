/** Reads the columns of a flow view's window as rows. */

import {
  FLOW_KINDS,
  FLOW_STATES,
  type FlowKind,
  type FlowRows,
  type FlowState,
} from '../../shared/contract/flow-records.ts';
import { PACKET_TYPES, type PacketType } from '../../shared/mqtt/packet.ts';

export interface FlowRow {
  /** Row in the view. */
  readonly index: number;
  readonly flow: number;
  readonly kind: FlowKind;
  readonly state: FlowState;
  /** True where the client began. */
  readonly fromClient: boolean;
  /** 0 where the exchange has none. */
  readonly packetId: number;
  readonly connection: number;
  readonly startUs: number;
  readonly durationUs: number;
  readonly retries: number;
  readonly steps: number;
  readonly awaits: PacketType | undefined;
  readonly reasonCode: number;
  readonly topic: string;
}

/** The row at `index` of the view, undefined where the window does not hold it. */
export function flowRow(rows: FlowRows, index: number): FlowRow | undefined {
  const i = index - rows.first;
  const flow = rows.flow[i];
  if (i < 0 || flow === undefined) return undefined;
  return {
    index,
    flow,
    kind: FLOW_KINDS[rows.kind[i] ?? 0] ?? 'orphan',
    state: FLOW_STATES[rows.state[i] ?? 0] ?? 'open',
    fromClient: rows.direction[i] === 0,
    packetId: rows.packetId[i] ?? 0,
    connection: rows.connection[i] ?? 0,
    startUs: rows.startUs[i] ?? 0,
    durationUs: rows.durationUs[i] ?? 0,
    retries: rows.retries[i] ?? 0,
    steps: rows.steps[i] ?? 0,
    awaits: awaitedType(rows.awaits[i] ?? 0),
    reasonCode: rows.reasonCode[i] ?? 0,
    topic: rows.topic[i] ?? '',
  };
}

function awaitedType(type: number): PacketType | undefined {
  const name = PACKET_TYPES[type];
  return name === undefined || name === 'reserved' ? undefined : name;
}

/** Whether a packet is still awaited, so that the flow's waiting time runs. */
export function isWaiting(state: FlowState): boolean {
  return state === 'open' || state === 'stalled';
}

/**
 * How long a flow has waited for its next packet, in microseconds; undefined once it is settled. Never negative: page and host may
 * disagree by a few microseconds about now.
 */
export function waitingUs(
  flow: { readonly state: FlowState; readonly startUs: number; readonly durationUs: number },
  nowUs: number,
): number | undefined {
  if (!isWaiting(flow.state)) return undefined;
  const since = flow.startUs + (Number.isFinite(flow.durationUs) ? flow.durationUs : 0);
  return Math.max(0, nowUs - since);
}
