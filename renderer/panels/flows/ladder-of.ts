/** A flow as the ladder draws it: arrows with words, breaks between connections, and the packet that is awaited. */

import type { FlowDetail, FlowStep } from '../../../shared/contract/records.ts';
import type { Direction, PacketType, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { reasonCodeName } from '../../../shared/mqtt/reason-codes.ts';
import { isWaiting, waitingUs } from '../../model/flows-rows.ts';
import { formatDuration } from '../../model/format.ts';
import type { LadderProps, LadderStep } from '../../ui/Ladder.tsx';
import type { FlowsText } from './strings/text.ts';

type Drawn = Pick<LadderProps, 'steps' | 'breaks' | 'awaited'>;

export function ladderOf(t: FlowsText, detail: FlowDetail, version: ProtocolVersion, nowUs: number): Drawn {
  const awaited = awaitedArrow(t, detail, nowUs);
  return {
    steps: detail.steps.map((step, index) => ladderStep(t, detail, step, index, version)),
    breaks: detail.steps.flatMap((step, index) => {
      const before = detail.steps[index - 1];
      if (before === undefined || before.connection === step.connection) return [];
      return [{ before: stepId(index), label: t('ladder.reconnected', { connection: step.connection + 1 }) }];
    }),
    ...(awaited === undefined ? {} : { awaited }),
  };
}

/** A packet may stand twice in a flow, so that its place names the step. */
export function stepId(index: number): string {
  return `step-${index}`;
}

function ladderStep(
  t: FlowsText,
  detail: FlowDetail,
  step: FlowStep,
  index: number,
  version: ProtocolVersion,
): LadderStep {
  const toBroker = step.direction === 'client-to-server';
  const label = packetWord(detail, step.type);
  const notes = stepNotes(t, step, version).join(' · ');
  const timeText = formatDuration(step.timeUs - detail.startUs);
  const failed = step.rule !== undefined || step.reasonCode >= 0x80;
  return {
    id: stepId(index),
    direction: toBroker ? 'right' : 'left',
    label,
    timeUs: step.timeUs,
    timeText,
    ...(notes === '' ? {} : { detail: notes }),
    tone: failed ? 'error' : step.dup ? 'warning' : 'normal',
    dashed: !step.stored,
    spoken: t('ladder.spoken', {
      packet: label,
      direction: toBroker ? t('ladder.to-broker') : t('ladder.to-client'),
      time: timeText,
      detail: notes,
    }).trim(),
  };
}

/** `PUBLISH q2` for the packet whose QoS made the flow, the type alone for the rest. */
export function packetWord(detail: Pick<FlowDetail, 'kind'>, type: PacketType): string {
  if (type !== 'publish') return type.toUpperCase();
  return detail.kind === 'publish1' ? 'PUBLISH q1' : detail.kind === 'publish2' ? 'PUBLISH q2' : 'PUBLISH';
}

/** DUP, a reason other than success, the statement that was violated, and that the packet is gone. */
export function stepNotes(t: FlowsText, step: FlowStep, version: ProtocolVersion): readonly string[] {
  return [
    ...(step.dup ? [t('ladder.dup')] : []),
    ...(step.reasonCode === 0 ? [] : [reasonText(step.type, version, step.reasonCode)]),
    ...(step.rule === undefined ? [] : [t('ladder.rule', { rule: step.rule })]),
    ...(step.stored ? [] : [t('ladder.evicted')]),
  ];
}

/** `0x87 Not authorized`. */
export function reasonText(type: PacketType, version: ProtocolVersion, code: number): string {
  const hex = `0x${code.toString(16).padStart(2, '0').toUpperCase()}`;
  const name = reasonCodeName(type, version, code);
  return name === undefined ? hex : `${hex} ${name}`;
}

function awaitedArrow(t: FlowsText, detail: FlowDetail, nowUs: number): Drawn['awaited'] {
  const waited = waitingUs(detail, nowUs);
  if (detail.awaits === undefined || waited === undefined || !isWaiting(detail.state)) return undefined;
  const to = senderOf(detail.awaits, detail.direction) === 'client-to-server' ? 'right' : 'left';
  const label = t('ladder.awaited', { packet: packetWord(detail, detail.awaits), time: formatDuration(waited) });
  return { direction: to, label };
}

/** Who sends the packet that a flow awaits: PUBREL comes from the side that published, every answer from the other. */
export function senderOf(awaits: PacketType, began: Direction): Direction {
  const other = began === 'client-to-server' ? 'server-to-client' : 'client-to-server';
  return awaits === 'pubrel' || awaits === 'publish' ? began : other;
}
