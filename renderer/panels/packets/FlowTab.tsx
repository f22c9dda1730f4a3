/** The exchange that the packet belongs to, as a ladder. */

import type { ReactNode } from 'react';
import type { FlowDetail, FlowStep, PacketDetail } from '../../../shared/contract/records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatDuration } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { Ladder, type LadderBreak, type LadderStep } from '../../ui/Ladder.tsx';
import { reasonWords, TYPE_NAMES } from './packet-words.ts';
import { packetsText } from './strings/text.ts';

export interface FlowTabProps {
  readonly app: AppModel;
  readonly packet: PacketDetail;
  readonly flow: FlowDetail;
}

const TONES = {
  open: 'tone-warning',
  stalled: 'tone-warning',
  complete: 'tone-in',
  failed: 'tone-error',
  abandoned: 'quiet',
  protocolError: 'tone-error',
} as const satisfies Record<FlowDetail['state'], string>;

export function FlowTab({ app, packet, flow }: FlowTabProps): ReactNode {
  const t = useText(packetsText);
  const direction = t(flow.direction === 'client-to-server' ? 'flow.out' : 'flow.in');
  const kind = t(`flow.kind.${flow.kind}`);
  const title =
    flow.packetId === 0
      ? t('flow.title-plain', { kind, direction })
      : t('flow.title', { id: String(flow.packetId), kind, direction });
  const awaited =
    flow.awaits === undefined
      ? undefined
      : { direction: awaitedSide(flow), label: t('flow.awaits', { type: TYPE_NAMES[flow.awaits] }) };
  return (
    <div className="flow-tab">
      <div className="flow-head">
        <h3>
          {title} · <span className={TONES[flow.state]}>{t(`flow.${flow.state}`)}</span>
        </h3>
        <span className="quiet number">{formatDuration(flow.durationUs)}</span>
      </div>
      {flow.rule === undefined ? null : (
        <p className="note" data-tone="error">
          <code>{flow.rule}</code>
        </p>
      )}
      <Ladder
        label={t('flow.ladder')}
        left={t('flow.client')}
        right={t('flow.broker')}
        steps={flow.steps.map((step) => ladderStep(flow, step, packet))}
        breaks={breaksOf(flow)}
        awaited={awaited}
        selected={String(packet.seq)}
        onSelect={(id) => app.navigation.go({ to: 'packet', source: packet.source, seq: Number(id) })}
      />
      <Button
        kind="framed"
        label={t('flow.show')}
        onPress={() => app.navigation.go({ to: 'flow', source: flow.source, flow: flow.flow })}
      />
    </div>
  );
}

function ladderStep(flow: FlowDetail, step: FlowStep, packet: PacketDetail): LadderStep {
  const t = packetsText;
  const qos = step.type === 'publish' ? (flow.kind === 'publish2' ? ' q2' : ' q1') : '';
  const label = `${TYPE_NAMES[step.type]}${qos}${step.dup ? ' DUP' : ''}`;
  const failed = step.reasonCode >= 0x80;
  const reason = step.reasonCode === 0 ? undefined : reasonWords(step.type, step.reasonCode, packet.protocolVersion);
  const detail = step.rule ?? reason ?? (step.stored ? undefined : t('flow.evicted'));
  const timeText = timeOnLadder(step.timeUs - flow.startUs, flow.durationUs);
  return {
    id: String(step.seq),
    direction: step.direction === 'client-to-server' ? 'right' : 'left',
    label,
    detail,
    timeUs: step.timeUs,
    timeText,
    tone: failed || step.rule !== undefined ? 'error' : step.stored ? 'normal' : 'faint',
    dashed: !step.stored,
    spoken: `${label}, ${timeText}${detail === undefined ? '' : `, ${detail}`}`,
  };
}

/** All of a ladder's times in one unit, as lengths are on a ruler. */
function timeOnLadder(us: number, whole: number): string {
  if (whole < 1000) return `${Math.round(us)} µs`;
  if (whole < 10_000_000) return `${(us / 1000).toFixed(2)} ms`;
  return `${(us / 1_000_000).toFixed(2)} s`;
}

function breaksOf(flow: FlowDetail): readonly LadderBreak[] {
  return flow.steps.flatMap((step, index) => {
    const before = flow.steps[index - 1];
    if (before === undefined || before.connection === step.connection) return [];
    return [
      { before: String(step.seq), label: packetsText('flow.reconnected', { connection: String(step.connection) }) },
    ];
  });
}

/** Who must send the packet that is awaited: PUBREL comes from the publisher, all else from the other side. */
function awaitedSide(flow: FlowDetail): 'left' | 'right' {
  const fromOpener = flow.awaits === 'pubrel';
  const openerIsClient = flow.direction === 'client-to-server';
  return fromOpener === openerIsClient ? 'right' : 'left';
}
