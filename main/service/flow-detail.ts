/** One exchange for the ladder: the flow's steps with what the capture still has of their packets. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { FlowDetail } from '../../shared/contract/flow-records.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import { PACKET_TYPES, TYPE } from '../../shared/mqtt/packet.ts';
import { type FlowStepFacts, flowDetail as describeFlow } from '../engine/capture/flows/flow-view.ts';
import { decodePacket } from '../engine/codec/decode.ts';
import type { Recording } from '../engine/sources/recording.ts';
import type { LiveSource } from './live-source.ts';

/** Throws `no-such-flow` where it does not exist or was evicted. */
export function flowDetail(live: LiveSource, flow: number, nowUs: number, stalledAfterUs: number): FlowDetail {
  const { recording } = live;
  const detail = describeFlow(recording.flows.store, flow, {
    source: live.id,
    nowUs,
    stalledAfterUs,
    topicText: (topic) => recording.topics.table.text(topic),
    facts: (seq) => factsOf(recording, seq),
  });
  if (detail === undefined) throw new InspectorError('no-such-flow', { flow });
  // The flow has its own clock reading, a hair from what the capture's columns hold: times of steps count from the first.
  const [first] = detail.steps;
  return first?.stored === true ? { ...detail, startUs: first.timeUs } : detail;
}

function factsOf({ capture }: Recording, seq: Seq): FlowStepFacts | undefined {
  if (!capture.has(seq)) return undefined;
  const header = capture.firstByte(seq);
  const type = PACKET_TYPES[header >> 4];
  if (type === undefined || type === 'reserved') return undefined;
  return {
    timeUs: capture.timeUs(seq),
    direction: capture.direction(seq),
    type,
    dup: type === 'publish' && (header & 8) !== 0,
    reasonCode: type === 'publish' ? 0 : reasonCodeOf(capture, seq),
    connection: capture.connection(seq),
  };
}

/** The code a packet reports, the first failure of several; 0 where it has none. */
function reasonCodeOf(capture: Recording['capture'], seq: Seq): number {
  const bytes = capture.bytes(seq);
  if ((bytes[0] ?? 0) >> 4 !== TYPE.connack && bytes.length <= 4) return 0;
  const { version } = capture.protocolVersion(capture.connection(seq));
  const { packet } = decodePacket(bytes, version, capture.direction(seq));
  if (packet === undefined) return 0;
  if ('reasonCode' in packet) return packet.reasonCode;
  if ('reasonCodes' in packet) return packet.reasonCodes.find((code) => code >= 0x80) ?? packet.reasonCodes[0] ?? 0;
  return 0;
}
