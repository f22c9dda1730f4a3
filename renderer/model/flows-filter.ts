/** The terms of the filter language that only flows have, and the chips that write them. */

import { FLOW_KINDS, FLOW_STATES } from '../../shared/contract/records.ts';

export const FLOW_CHIPS = ['all', 'open', 'stalled', 'failed', 'qos1', 'qos2', 'subscribe', 'ping', 'connect'] as const;
export type FlowChip = (typeof FLOW_CHIPS)[number];

/** Terms of the filter language that the chips write. A comma means any of. */
const CHIP_TERM = {
  all: '',
  open: 'flow.state:open,stalled',
  stalled: 'flow.state:stalled',
  failed: 'flow.state:failed,protocolError',
  qos1: 'flow.kind:publish1',
  qos2: 'flow.kind:publish2',
  subscribe: 'flow.kind:subscribe,unsubscribe',
  ping: 'flow.kind:ping',
  connect: 'flow.kind:connect,auth',
} as const satisfies Record<FlowChip, string>;

/** A term of ours anywhere in the text: outside quotes, between blanks. */
const OWN_TERM = /"(?:[^"\\]|\\.)*"|(?:^|(?<=\s))flow\.(state|kind):[^\s"]*\s*/g;

/** The filter's terms about states and kinds, and what remains without them. */
function split(filter: string): { readonly own: readonly string[]; readonly rest: string } {
  const own: string[] = [];
  const rest = filter
    .replaceAll(OWN_TERM, (term, field: string | undefined) => {
      if (field === undefined) return term;
      own.push(term.trim());
      return '';
    })
    .trim();
  return { own, rest };
}

/** The chip that the filter text stands for; undefined where its terms are the user's own. */
export function chipOfFilter(filter: string): FlowChip | undefined {
  const { own } = split(filter);
  const term = own.join(' ');
  return FLOW_CHIPS.find((chip) => CHIP_TERM[chip] === term);
}

/** The filter text after a click on `chip`; a click on the chip that is on goes back to all. */
export function withChip(filter: string, chip: FlowChip): string {
  const { rest } = split(filter);
  const term = chipOfFilter(filter) === chip ? '' : CHIP_TERM[chip];
  return [term, rest].filter((part) => part !== '').join(' ');
}

const FLOW_FIELDS: Readonly<Record<string, readonly string[]>> = { 'flow.state:': FLOW_STATES, 'flow.kind:': FLOW_KINDS };

/** What of a flow's own terms could stand at the cursor; undefined where the language's common terms are to be offered. */
export function completeFlowTerm(
  text: string,
  cursor: number,
): { readonly from: number; readonly to: number; readonly options: readonly { readonly insert: string }[] } | undefined {
  const word = /\S*$/.exec(text.slice(0, cursor))?.[0] ?? '';
  for (const [field, values] of Object.entries(FLOW_FIELDS)) {
    if (word.startsWith(field)) {
      const typed = word.slice(Math.max(field.length, word.lastIndexOf(',') + 1));
      const options = values.filter((value) => value.startsWith(typed)).map((insert) => ({ insert }));
      return { from: cursor - typed.length, to: cursor, options };
    }
  }
  if (!word.startsWith('flow')) return undefined;
  const options = Object.keys(FLOW_FIELDS)
    .filter((field) => field.startsWith(word))
    .map((insert) => ({ insert }));
  return { from: cursor - word.length, to: cursor, options };
}
