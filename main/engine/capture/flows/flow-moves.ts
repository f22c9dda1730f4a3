/** The tables of `flow-rules.ts` laid out for the hot path: one number per kind, awaited packet, packet and outcome. */

import { FLOW_KINDS } from '../../../../shared/contract/flow-records.ts';
import { PACKET_TYPES, TYPE } from '../../../../shared/mqtt/packet.ts';
import { FLOW_RULES, FLOW_STATEMENTS, type FlowMove, type FlowMoves } from './flow-rules.ts';
import { STATE } from './flow-store.ts';

/** A move: what to await next, the state to be in, whether it is a repetition, and which statement it breaks (index plus one). */
export interface CompiledMove {
  readonly awaits: number;
  readonly state: number;
  readonly repeats: boolean;
  readonly statement: number;
}

function compile(move: FlowMove): CompiledMove {
  if ('awaits' in move) {
    return { awaits: TYPE[move.awaits], state: STATE.open, repeats: move.repeats === true, statement: 0 };
  }
  if ('ends' in move) return { awaits: 0, state: STATE[move.ends], repeats: false, statement: 0 };
  return { awaits: 0, state: STATE.protocolError, repeats: false, statement: statementNumber(move.breaks) };
}

/** How the column of statements names one. Throws for one that is not in the list. */
export function statementNumber(statement: string): number {
  const index = FLOW_STATEMENTS.findIndex((each) => each === statement);
  if (index < 0) throw new RangeError(`${statement} is not listed`);
  return index + 1;
}

const slot = (kind: number, awaits: number, type: number, failed: boolean): number =>
  (((kind << 4) | awaits) << 5) | (type << 1) | (failed ? 1 : 0);

const typeNumbers: readonly string[] = PACKET_TYPES;
const moves: (CompiledMove | undefined)[] = Array.from({ length: FLOW_KINDS.length << 9 }, () => undefined);
for (const [kindIndex, kind] of FLOW_KINDS.entries()) {
  for (const [awaits, table] of Object.entries<FlowMoves>(FLOW_RULES[kind])) {
    for (const [type, move] of Object.entries(table)) {
      const at = slot(kindIndex, typeNumbers.indexOf(awaits), typeNumbers.indexOf(type), false);
      moves[at] = compile(move);
      moves[at + 1] = compile(move.failed ?? move);
    }
  }
}

/** The move of a flow with a packet; undefined where the packet has no part in it. All by number; `failed` means a reason code of 0x80 or more. */
export function moveOf(kind: number, awaits: number, type: number, failed: boolean): CompiledMove | undefined {
  return moves[slot(kind, awaits, type, failed)];
}
