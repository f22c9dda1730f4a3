/** A flow as the ladder draws it: arrows with words and times, breaks between connections, and the packet that is awaited. */

import type { FlowDetail, FlowStep } from '../../shared/contract/flow-records.ts';
import type { Direction, PacketType, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { en } from './flow-strings/en.ts';
import { zhCn } from './flow-strings/zh-cn.ts';
import { isWaiting, waitingUs } from './flows-rows.ts';
import { formatDuration } from './format.ts';
import { defineText } from './language.ts';
import { reasonWords, TYPE_NAMES } from './packet-names.ts';

/** States and kinds of flows, and what stands in their ladders. */
export const flowText = defineText('flow', en, zhCn);

type Side = 'left' | 'right';

/** The client stands left. */
const sideTowards = (direction: Direction): Side => (direction === 'client-to-server' ? 'right' : 'left');

/**
 * Steps, breaks and the awaited packet, as {@link file://../ui/Ladder.tsx} takes them.
 * @param version of the connection, for the names of reason codes
 * @param nowUs what the awaited packet's waiting time counts to, microseconds since the Unix epoch
 */
export function flowLadder(detail: FlowDetail, version: ProtocolVersion, nowUs: number) {
  return {
    steps: detail.steps.map((step, index) => ladderStep(detail, step, index, version)),
    breaks: detail.steps.flatMap((step, index) => {
      const before = detail.steps[index - 1];
      if (before === undefined || before.connection === step.connection) return [];
      return [{ before: stepId(index), label: flowText('reconnected', { connection: step.connection + 1 }) }];
    }),
    awaited: awaitedArrow(detail, nowUs),
  };
}

/** A packet may stand twice in a flow, so that its place names the step. */
export function stepId(index: number): string {
  return `step-${index}`;
}

/** Place in the flow of the step that {@link stepId} named. */
export function stepIndex(id: string): number {
  return Number(id.slice('step-'.length));
}

function ladderStep(detail: FlowDetail, step: FlowStep, index: number, version: ProtocolVersion) {
  const label = packetWord(detail, step.type);
  const notes = stepNotes(step, version).join(' · ');
  const before = detail.steps[index - 1];
  const timeText = formatDuration(step.timeUs - detail.startUs);
  const since = before === undefined ? undefined : formatDuration(step.timeUs - before.timeUs);
  const words = { packet: label, direction: directionWords(step.direction), time: timeText };
  const spoken = since === undefined ? flowText('spoken', words) : flowText('spoken.later', { ...words, since });
  const tone: 'error' | 'warning' | 'normal' = isFailedStep(step) ? 'error' : step.dup ? 'warning' : 'normal';
  return {
    id: stepId(index),
    direction: sideTowards(step.direction),
    label,
    detail: notes === '' ? undefined : notes,
    timeUs: step.timeUs,
    timeText,
    sinceText: since === undefined ? undefined : `+${since}`,
    tone,
    dashed: !step.stored,
    spoken: notes === '' ? spoken : `${spoken}. ${notes}`,
  };
}

export function isFailedStep(step: FlowStep): boolean {
  return step.rule !== undefined || step.reasonCode >= 0x80;
}

export function directionWords(direction: Direction): string {
  return flowText(direction === 'client-to-server' ? 'to-broker' : 'to-client');
}

/** `PUBLISH q2` for the packet whose QoS made the flow, the type alone for the rest. */
export function packetWord(detail: Pick<FlowDetail, 'kind'>, type: PacketType): string {
  if (type === 'publish' && detail.kind === 'publish1') return 'PUBLISH q1';
  if (type === 'publish' && detail.kind === 'publish2') return 'PUBLISH q2';
  return TYPE_NAMES[type];
}

/** DUP, a reason other than success, the statement that was violated, and that the packet is gone. */
export function stepNotes(step: FlowStep, version: ProtocolVersion): readonly string[] {
  return [
    ...(step.dup ? [flowText('dup')] : []),
    ...(step.reasonCode === 0 ? [] : [reasonWords(step.type, step.reasonCode, version)]),
    ...(step.rule === undefined ? [] : [flowText('rule', { rule: step.rule })]),
    ...(step.stored ? [] : [flowText('evicted')]),
  ];
}

function awaitedArrow(detail: FlowDetail, nowUs: number) {
  const waited = waitingUs(detail, nowUs);
  if (detail.awaits === undefined || waited === undefined || !isWaiting(detail.state)) return undefined;
  const label = flowText('awaited', { packet: packetWord(detail, detail.awaits), time: formatDuration(waited) });
  return { direction: sideTowards(senderOf(detail.awaits, detail.direction)), label };
}

/** Who sends the packet that a flow awaits: PUBREL comes from the side that published, every answer from the other. */
export function senderOf(awaits: PacketType, began: Direction): Direction {
  const other = began === 'client-to-server' ? 'server-to-client' : 'client-to-server';
  return awaits === 'pubrel' || awaits === 'publish' ? began : other;
}
