/** What could stand at the cursor of a filter field: field names, then their values. */

import { FIELDS, isField, PAYLOAD_HEAD, PROPERTY_FIELDS, PROPERTY_HEAD } from './filter-fields.ts';

interface FilterCompletion {
  /** Text to put in place of `[from, to)`. */
  readonly insert: string;
  readonly kind: 'field' | 'value' | 'keyword';
}

export interface FilterCompletions {
  /** UTF-16 positions of what a chosen completion replaces. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly FilterCompletion[];
  /** Set where topic names belong: the caller knows those. It is the part of the topic that stands before the cursor. */
  readonly topicPrefix?: string;
  /** The same where names of sources belong. */
  readonly sourcePrefix?: string;
}

/** Completions for the word that ends at `cursor`; what stands after the cursor up to the word's end is replaced too. */
export function completions(text: string, cursor: number): FilterCompletions {
  const start = wordStart(text, cursor);
  let end = cursor;
  while (end < text.length && !/[\s(),"]/u.test(text.charAt(end))) end++;
  const sign = text.slice(start, cursor).startsWith('-') ? 1 : 0;
  const from = start + sign;
  const typed = text.slice(from, cursor);
  const colon = typed.indexOf(':');
  if (colon < 0) {
    const options: FilterCompletion[] = fieldNames(typed).map((name) => ({ insert: fieldText(name), kind: 'field' }));
    if (typed !== '' && 'or'.startsWith(typed.toLowerCase())) options.push({ insert: 'or', kind: 'keyword' });
    return { from, to: end, options };
  }
  const field = typed.slice(0, colon).toLowerCase();
  const valueFrom = from + Math.max(colon, typed.lastIndexOf(',')) + 1;
  if (!isField(field)) return { from: valueFrom, to: end, options: [] };
  const value = text.slice(valueFrom, cursor).toLowerCase();
  if (field === 'source') return { from: valueFrom, to: end, options: [], sourcePrefix: text.slice(valueFrom, cursor) };
  if (field === 'topic') return { from: valueFrom, to: end, options: [], topicPrefix: text.slice(valueFrom, cursor) };
  const used = typed
    .slice(colon + 1)
    .split(',')
    .slice(0, -1);
  const values: readonly string[] = FIELDS[field];
  const options = values
    .filter((name) => name.startsWith(value) && !used.includes(name))
    .map((name): FilterCompletion => ({ insert: name, kind: 'value' }));
  return { from: valueFrom, to: end, options };
}

/** Fields that begin with what is typed; those of the properties only once their head stands there. */
function fieldNames(typed: string): readonly string[] {
  const start = typed.toLowerCase();
  if (start.startsWith(PROPERTY_HEAD)) return PROPERTY_FIELDS.filter((name) => name.toLowerCase().startsWith(start));
  return [...Object.keys(FIELDS), PAYLOAD_HEAD, PROPERTY_HEAD].filter((name) => name.startsWith(start));
}

/** A flag stands alone, and a head goes on with a name. */
function fieldText(name: string): string {
  return name === 'retain' || name === 'dup' || name.endsWith('.') ? name : `${name}:`;
}

/** Start of the word that ends at `cursor`: spaces and parentheses outside quotes end words. */
function wordStart(text: string, cursor: number): number {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < cursor; at++) {
    const char = text.charAt(at);
    if (char === '\\' && quoted) at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && /[\s()]/u.test(char)) start = at + 1;
  }
  return start;
}
