/** The state of a flow: a shape, a colour and the word, so that none of them stands alone. */

import type { ReactNode } from 'react';
import type { FlowState } from '../../../shared/contract/flow-records.ts';
import type { PacketType } from '../../../shared/mqtt/packet.ts';
import { flowText } from '../../model/flow-ladder.ts';

const SHAPE = {
  open: '○',
  complete: '●',
  failed: '✕',
  abandoned: '◌',
  protocolError: '▲',
  stalled: '◐',
} as const satisfies Record<FlowState, string>;

export interface StateMarkProps {
  readonly state: FlowState;
  readonly awaits?: PacketType | undefined;
}

export function StateMark({ state, awaits }: StateMarkProps): ReactNode {
  const tooltip = awaits === undefined ? undefined : flowText('state.awaits', { packet: awaits.toUpperCase() });
  return (
    <span className="flows-state" data-state={state} title={tooltip}>
      <span aria-hidden>{SHAPE[state]}</span> {flowText(`state.${state}`)}
    </span>
  );
}
