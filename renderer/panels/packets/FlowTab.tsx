/** The exchange that the packet belongs to, as a ladder. */

import type { ReactNode } from 'react';
import type { FlowDetail } from '../../../shared/contract/flow-records.ts';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { flowLadder, flowText, stepId, stepIndex } from '../../model/flow-ladder.ts';
import { isWaiting } from '../../model/flows-rows.ts';
import { formatDuration } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { Ladder } from '../../ui/Ladder.tsx';
import { useNowUs } from '../../ui/use-now.ts';
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
  const nowUs = useNowUs(100, isWaiting(flow.state));
  const direction = t(flow.direction === 'client-to-server' ? 'flow.out' : 'flow.in');
  const kind = flowText(`kind.${flow.kind}`);
  const title =
    flow.packetId === 0
      ? t('flow.title-plain', { kind, direction })
      : t('flow.title', { id: String(flow.packetId), kind, direction });
  const show = (step: number) => {
    const seq = flow.steps[step]?.seq;
    if (seq !== undefined) app.navigation.go({ to: 'packet', source: packet.source, seq });
  };
  return (
    <div className="flow-tab">
      <div className="flow-head">
        <h2>
          {title} · <span className={TONES[flow.state]}>{flowText(`state.${flow.state}`)}</span>
        </h2>
        <span className="quiet number">{formatDuration(flow.durationUs)}</span>
      </div>
      {flow.rule === undefined ? null : (
        <p className="note" data-tone="error">
          <code>{flow.rule}</code>
        </p>
      )}
      <Ladder
        label={t('flow.ladder')}
        left={flowText('client')}
        right={flowText('broker')}
        {...flowLadder(flow, packet.protocolVersion, nowUs)}
        selected={stepId(flow.steps.findIndex((step) => step.seq === packet.seq))}
        onSelect={(id) => show(stepIndex(id))}
      />
      <Button
        kind="framed"
        label={t('flow.show')}
        onPress={() => app.navigation.go({ to: 'flow', source: flow.source, flow: flow.flow })}
      />
    </div>
  );
}
