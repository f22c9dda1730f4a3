/** What rules did to a packet, behind its line in a terminal. */

import type { Intervention } from '../../shared/contract/rules.ts';

const WORDS: Readonly<Record<Intervention['what'], string>> = {
  delay: 'delayed',
  drop: 'dropped',
  duplicate: 'passed more than once',
  corrupt: 'corrupted',
  rewrite: 'rewritten',
  answer: 'answered here',
  close: 'closed the connection',
  reset: 'reset the connection',
  forward: 'waited',
  edit: 'edited',
  'sent-in-stead': 'sent in the other’s stead',
  'acknowledges-rewrite': 'kept back: it acknowledges what was rewritten',
  lost: 'lost: the connection ended first',
};

/** ` [dropped: lose acks]`; empty where nothing was done. */
export function interventionWords(interventions: readonly Intervention[]): string {
  if (interventions.length === 0) return '';
  const said = interventions.map(({ what, rule, fault }) => {
    const done = fault === undefined ? WORDS[what] : `not ${WORDS[what]} (${fault})`;
    return rule === '' ? done : `${done}: ${rule}`;
  });
  return `  [${said.join('; ')}]`;
}
