/** The filter of the packet list: a typed text and a chip beside it, checked in the page before the service sees it. */

import type { FilterError } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { TYPE_VALUES } from '../../shared/filter/filter-fields.ts';

export const CHIPS = ['all', 'publish', 'acks', 'session', 'errors'] as const;
export type Chip = (typeof CHIPS)[number];

const ACKS = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;

/** What each chip adds to the text. */
const CHIP_FILTERS: Readonly<Record<Chip, string>> = {
  all: '',
  publish: 'type:publish',
  acks: `type:${ACKS.join(',')}`,
  session: `(type:${TYPE_VALUES.filter((type) => type !== 'publish' && !ACKS.some((ack) => ack === type)).join(',')} or is:event)`,
  errors: 'is:error',
};

/** Both as one filter for the service. */
export function combinedFilter(text: string, chip: Chip): string {
  const typed = text.trim();
  const added = CHIP_FILTERS[chip];
  if (typed === '' || added === '') return typed === '' ? added : typed;
  return `(${typed}) ${added}`;
}

/** What is wrong with the text, in its order; empty where it can be used. */
export function filterFaults(text: string): readonly FilterError[] {
  return parseFilter(text).errors;
}

/** A word of the filter language that means exactly `value`, quoted where it must be. */
export function filterWord(value: string): string {
  return /^[^\s(),"\\-][^\s(),"\\]*$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
