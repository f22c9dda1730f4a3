/** How long an exchange took, as a bar on a logarithmic scale with the time beside it. */

import type { ReactNode } from 'react';
import { flowText } from '../../model/flow-ladder.ts';
import { formatDuration } from '../../model/format.ts';
import type { PacketRow } from '../../model/packet-rows.ts';
import { handshakeWords } from './packet-words.ts';

/** The scale's ends, microseconds. */
const SHORTEST = 10;
const LONGEST = 10_000_000;
const WIDTH = 72;
const LEAST = 4;

export function HandshakeBar({ row }: { readonly row: PacketRow }): ReactNode {
  const { flowState, flowDurationUs } = row;
  if (flowState === undefined) return null;
  const state = flowText(`state.${flowState}`);
  const known = Number.isFinite(flowDurationUs);
  const share = known ? Math.log(Math.max(1, flowDurationUs / SHORTEST)) / Math.log(LONGEST / SHORTEST) : 0;
  const waiting = flowState === 'open' || flowState === 'stalled';
  const width = waiting ? WIDTH : LEAST + Math.min(1, share) * (WIDTH - LEAST);
  return (
    <span
      className="handshake"
      data-state={flowState}
      data-qos={row.qos}
      title={`${state} · ${formatDuration(flowDurationUs)}`}
    >
      <span className="handshake-bar" style={{ width }} />
      <span className="handshake-time">{handshakeWords(row)}</span>
      {flowState === 'complete' || waiting ? null : <span className="visually-hidden">{state}</span>}
    </span>
  );
}
