/** Rows of the packet list as columns: what the capture has of each, and what only a decoded packet can say. */

import type { Seq } from '../../shared/contract/identifiers.ts';
import { type PacketDetailLine, type PacketRows, ROW_FLAG } from '../../shared/contract/packet-records.ts';
import { type Packet, TYPE } from '../../shared/mqtt/packet.ts';
import { shownState } from '../engine/capture/flows/flow-view.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import { decodePacket } from '../engine/codec/decode.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { NO_TOPIC } from '../engine/topics/topic-table.ts';
import type { RowColours } from './row-colours.ts';

/** Filters and reason codes that a row names; the detail pane has all. */
const NAMED = 8;
/** Larger packets are not decoded for a row: what it would say stands in their first bytes anyway. */
const LARGEST_DECODED = 65_536;
const NO_FLOW = -1;
const NO_STATE = 255;

export interface RowsContext {
  readonly recording: Recording;
  readonly nowUs: number;
  /** A handshake without progress for so long is stalled. */
  readonly stalledAfterUs: number;
  readonly colours: RowColours;
}

/** Topic of a PUBLISH, or of the flow that an acknowledgement belongs to; empty where there is none. */
export function topicOf(recording: Recording, seq: Seq): string {
  const { capture, flows, topics } = recording;
  const own = capture.topicId(seq);
  if (own !== NO_TOPIC) return topics.table.text(own);
  const flow = capture.flow(seq);
  if (!flows.store.has(flow)) return '';
  const topic = flows.store.topic(flow);
  return topic === NO_TOPIC ? '' : topics.table.text(topic);
}

/** Columns of the rows with these sequence numbers; `first` and `previousTimeUs` as in {@link PacketRows}. */
export function packetRows(
  context: RowsContext,
  seqs: Float64Array,
  first: number,
  previousTimeUs: number,
): PacketRows {
  const { recording } = context;
  const { capture, flows } = recording;
  const count = seqs.length;
  const rows = {
    first,
    seq: seqs,
    timeUs: new Float64Array(count),
    previousTimeUs,
    direction: new Uint8Array(count),
    header: new Uint8Array(count),
    flags: new Uint16Array(count),
    length: new Uint32Array(count),
    packetId: new Uint16Array(count),
    connection: new Uint32Array(count),
    flow: new Float64Array(count).fill(NO_FLOW),
    flowDurationUs: new Float64Array(count).fill(Number.NaN),
    flowState: new Uint8Array(count).fill(NO_STATE),
    flowStart: new Uint8Array(count),
    topic: [] as string[],
    detail: [] as PacketDetailLine[],
    initiator: [] as string[],
    ...context.colours.of(seqs),
  };
  for (let row = 0; row < count; row += 1) {
    const seq = seqs[row] ?? 0;
    rows.timeUs[row] = capture.timeUs(seq);
    rows.direction[row] = capture.direction(seq) === 'server-to-client' ? 1 : 0;
    rows.header[row] = capture.firstByte(seq);
    rows.flags[row] =
      rowFlags(capture.flags(seq), capture.firstByte(seq)) |
      (recording.comments.has(seq) ? ROW_FLAG.commented : 0) |
      (recording.interventions.has(seq) ? ROW_FLAG.intervened : 0);
    rows.length[row] = capture.length(seq);
    rows.packetId[row] = capture.packetId(seq);
    rows.connection[row] = capture.connection(seq);
    rows.topic.push(topicOf(recording, seq));
    rows.detail.push(detailLine(recording, seq));
    rows.initiator.push(recording.initiator(seq));
    const flow = capture.flow(seq);
    if (!flows.store.has(flow)) continue;
    rows.flow[row] = flow;
    rows.flowState[row] = shownState(flows.store, flow, context.nowUs, context.stalledAfterUs);
    rows.flowStart[row] = flows.store.firstSeq(flow) === seq ? 1 : 0;
    if (flows.store.stepCount(flow) > 1)
      rows.flowDurationUs[row] = flows.store.lastUs(flow) - flows.store.startUs(flow);
  }
  return rows;
}

function rowFlags(flags: number, header: number): number {
  const isPublish = header >> 4 === TYPE.publish;
  return (
    ((flags & FLAG.malformed) !== 0 ? ROW_FLAG.malformed : 0) |
    ((flags & FLAG.truncated) !== 0 ? ROW_FLAG.truncated : 0) |
    ((flags & FLAG.event) !== 0 ? ROW_FLAG.event : 0) |
    ((flags & FLAG.refused) !== 0 ? ROW_FLAG.refused : 0) |
    ((flags & FLAG.undecodable) !== 0 ? ROW_FLAG.undecodable : 0) |
    (isPublish && (header & 8) !== 0 ? ROW_FLAG.dup : 0) |
    (isPublish && (header & 1) !== 0 ? ROW_FLAG.retain : 0)
  );
}

function detailLine(recording: Recording, seq: Seq): PacketDetailLine {
  const { capture } = recording;
  const flags = capture.flags(seq);
  if ((flags & FLAG.event) !== 0) {
    const event = capture.eventAt(seq);
    return { kind: 'event', event: event?.kind ?? '', data: (event?.data ?? {}) as Readonly<Record<string, unknown>> };
  }
  if ((flags & FLAG.refused) !== 0) return { kind: 'refused', limit: capture.maxPacketBytes };
  const type = capture.firstByte(seq) >> 4;
  const isMalformed = (flags & (FLAG.malformed | FLAG.undecodable | FLAG.truncated)) !== 0;
  if (
    !isMalformed &&
    (type === TYPE.publish || capture.length(seq) <= 4) &&
    type !== TYPE.pingresp &&
    type !== TYPE.connack
  ) {
    return null;
  }
  const bytes = capture.bytes(seq).subarray(0, LARGEST_DECODED);
  const { version } = capture.protocolVersion(capture.connection(seq));
  const result = decodePacket(bytes, version, capture.direction(seq));
  if (result.packet !== undefined && !isMalformed) return packetLine(recording, seq, result.packet, version);
  const { rule, message, offset } = result.malformed ?? { rule: '', message: '', offset: 0 };
  return { kind: 'malformed', rule, message, offset };
}

function packetLine(recording: Recording, seq: Seq, packet: Packet, protocolVersion: number): PacketDetailLine {
  switch (packet.type) {
    case 'connect':
      return {
        kind: 'connect',
        clientId: packet.clientId,
        protocolVersion: packet.protocolVersion,
        keepAlive: packet.keepAlive,
        cleanStart: packet.cleanStart,
        username: packet.username !== undefined,
        will: packet.will !== undefined,
      };
    case 'connack':
      return { kind: 'connack', reasonCode: packet.reasonCode, sessionPresent: packet.sessionPresent, protocolVersion };
    case 'subscribe':
      return {
        kind: 'subscribe',
        filters: packet.subscriptions.slice(0, NAMED).map(({ topicFilter }) => topicFilter),
        total: packet.subscriptions.length,
      };
    case 'unsubscribe':
      return { kind: 'subscribe', filters: packet.topicFilters.slice(0, NAMED), total: packet.topicFilters.length };
    case 'suback':
    case 'unsuback':
      return {
        kind: 'suback',
        reasonCodes: packet.reasonCodes.slice(0, NAMED),
        total: packet.reasonCodes.length,
      };
    case 'pingresp': {
      const { capture, flows } = recording;
      const flow = capture.flow(seq);
      if (!flows.store.has(flow) || flows.store.stepCount(flow) < 2) return { kind: 'pingresp' };
      return { kind: 'pingresp', rttUs: flows.store.lastUs(flow) - flows.store.startUs(flow) };
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'disconnect':
    case 'auth': {
      const { reasonString } = packet.properties ?? {};
      return { kind: 'reason', reasonCode: packet.reasonCode, ...(reasonString === undefined ? {} : { reasonString }) };
    }
    case 'publish':
    case 'pingreq':
      return null;
  }
}
