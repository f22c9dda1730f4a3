/** Rows of the packet list as objects, made from the contract's columns; a row that did not change stays the same object. */

import type { ColourMark } from '../../shared/contract/colours.ts';
import { FLOW_STATES, type FlowState } from '../../shared/contract/flow-records.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import { type PacketDetailLine, type PacketRows, ROW_FLAG } from '../../shared/contract/packet-records.ts';
import { PACKET_TYPES, type PacketType } from '../../shared/mqtt/packet.ts';

export interface PacketRow {
  readonly seq: Seq;
  readonly timeUs: number;
  /** Since the row above, NaN at the top. */
  readonly deltaUs: number;
  readonly up: boolean;
  readonly type: PacketType | 'reserved' | 'event';
  /** 0–3 of a PUBLISH; 3 is malformed. */
  readonly qos: number | undefined;
  readonly dup: boolean;
  readonly retain: boolean;
  readonly malformed: boolean;
  readonly truncated: boolean;
  readonly undecodable: boolean;
  readonly refused: boolean;
  readonly commented: boolean;
  /** A rule, or a user's word on it while it waited, changed what became of it. */
  readonly intervened: boolean;
  readonly length: number;
  readonly packetId: number;
  readonly connection: number;
  readonly flow: number | undefined;
  readonly flowStart: boolean;
  readonly flowDurationUs: number;
  readonly flowState: FlowState | undefined;
  readonly topic: string;
  readonly detail: PacketDetailLine;
  readonly initiator: string;
  /** Of the rule that colours the row. */
  readonly mark: ColourMark | undefined;
}

/** @param index place in `rows`, not in the view */
function packetRow(rows: PacketRows, index: number): PacketRow {
  const flags = rows.flags[index] ?? 0;
  const header = rows.header[index] ?? 0;
  const type = (flags & ROW_FLAG.event) !== 0 ? 'event' : (PACKET_TYPES[header >> 4] ?? 'reserved');
  const flow = rows.flow[index] ?? -1;
  const before = index === 0 ? rows.previousTimeUs : (rows.timeUs[index - 1] ?? Number.NaN);
  const timeUs = rows.timeUs[index] ?? Number.NaN;
  return {
    seq: rows.seq[index] ?? -1,
    timeUs,
    deltaUs: timeUs - before,
    up: rows.direction[index] === 0,
    type,
    qos: type === 'publish' ? (header >> 1) & 3 : undefined,
    dup: (flags & ROW_FLAG.dup) !== 0,
    retain: (flags & ROW_FLAG.retain) !== 0,
    malformed: (flags & ROW_FLAG.malformed) !== 0,
    truncated: (flags & ROW_FLAG.truncated) !== 0,
    undecodable: (flags & ROW_FLAG.undecodable) !== 0,
    refused: (flags & ROW_FLAG.refused) !== 0,
    commented: (flags & ROW_FLAG.commented) !== 0,
    intervened: (flags & ROW_FLAG.intervened) !== 0,
    length: rows.length[index] ?? 0,
    packetId: rows.packetId[index] ?? 0,
    connection: rows.connection[index] ?? 0,
    flow: flow < 0 ? undefined : flow,
    flowStart: rows.flowStart[index] === 1,
    flowDurationUs: rows.flowDurationUs[index] ?? Number.NaN,
    flowState: FLOW_STATES[rows.flowState[index] ?? 255],
    topic: rows.topic[index] ?? '',
    detail: rows.detail[index] ?? null,
    initiator: rows.initiator[index] ?? '',
    mark: rows.marks[(rows.colour[index] ?? 0) - 1],
  };
}

/** The parts of a stored packet's row that can still change. */
function sameRow(a: PacketRow, b: PacketRow): boolean {
  return (
    Object.is(a.deltaUs, b.deltaUs) &&
    a.flowState === b.flowState &&
    Object.is(a.flowDurationUs, b.flowDurationUs) &&
    a.flow === b.flow &&
    a.commented === b.commented &&
    a.intervened === b.intervened &&
    a.topic === b.topic &&
    a.mark?.colour === b.mark?.colour &&
    a.mark?.name === b.mark?.name
  );
}

/** All rows of a push, reusing those of the push before. */
export function packetRows(rows: PacketRows, known: ReadonlyMap<Seq, PacketRow>): readonly PacketRow[] {
  return Array.from(rows.seq, (seq, index) => {
    const fresh = packetRow(rows, index);
    const old = known.get(seq);
    return old !== undefined && sameRow(old, fresh) ? old : fresh;
  });
}

export function isFaulty(row: PacketRow): boolean {
  return row.malformed || row.undecodable;
}
