/** The chips over the Flows panel: each sets filter terms of its own and leaves the rest of the text alone. */

export const FLOW_CHIPS = ['all', 'open', 'stalled', 'failed', 'qos1', 'qos2', 'subscribe', 'ping', 'connect'] as const;
type FlowChip = (typeof FLOW_CHIPS)[number];

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
