/** Rules in a file of their own: written, read with the place of what is wrong, and joined with those that are there. */

import * as v from 'valibot';
import { MOST_RULES, type Rule, type RuleBook, RuleBookSchema } from './rules.ts';
import type { FilterError } from '../filter/filter-ast.ts';
import { parseJson } from '../payload/json-tree.ts';
import { parseFilter } from '../filter/filter-parse.ts';

const FORMAT = 'mqtt-inspector-rules';
const VERSION = 1;

export type RulesFileFault =
  | { readonly reason: 'not-json'; readonly line: number; readonly column: number }
  | { readonly reason: 'not-rules' }
  | { readonly reason: 'newer-version'; readonly version: number; readonly newest: number }
  /** `path` as in `rules[2].action.ms`. */
  | { readonly reason: 'bad-member'; readonly path: string; readonly expected: string; readonly received: string }
  /** `rule` counts from 1. */
  | {
      readonly reason: 'bad-filter';
      readonly rule: number;
      readonly name: string;
      readonly text: string;
      readonly fault: FilterError;
    }
  | { readonly reason: 'too-many'; readonly count: number; readonly most: number };

export type ReadRules = { readonly book: RuleBook } | { readonly fault: RulesFileFault };

export function writeRules(book: RuleBook): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, book }, undefined, 2)}\n`;
}

/** Each rule gets an identifier from `newId`. Never throws. */
export function readRules(text: string, newId: () => string): ReadRules {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const { fault } = parseJson(json);
  if (fault !== undefined) {
    const before = json.slice(0, fault.at).split('\n');
    return { fault: { reason: 'not-json', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } };
  }
  const data: unknown = JSON.parse(json);
  const envelope = v.safeParse(v.object({ format: v.literal(FORMAT), version: v.number(), book: v.unknown() }), data);
  if (!envelope.success) return { fault: { reason: 'not-rules' } };
  const { version, book } = envelope.output;
  if (version > VERSION) return { fault: { reason: 'newer-version', version, newest: VERSION } };
  const read = v.safeParse(RuleBookSchema, withIds(book, newId));
  if (!read.success) return { fault: memberFault(read.issues[0]) };
  for (const [index, { name, filter }] of read.output.rules.entries()) {
    const [wrong] = parseFilter(filter).errors;
    if (wrong !== undefined)
      return { fault: { reason: 'bad-filter', rule: index + 1, name, text: filter, fault: wrong } };
  }
  return { book: read.output };
}

/** Identifiers say nothing outside of the book that they came from: two of them alike are no fault of the file. */
function withIds(book: unknown, newId: () => string): unknown {
  if (typeof book !== 'object' || book === null || !('rules' in book) || !Array.isArray(book.rules)) return book;
  const rules = book.rules.map((rule: unknown) =>
    typeof rule === 'object' && rule !== null ? { ...rule, id: newId() } : rule,
  );
  return { ...book, rules };
}

function memberFault(issue: v.InferIssue<typeof RuleBookSchema>): RulesFileFault {
  const keys = issue.path?.map(({ key }) => key) ?? [];
  const path = keys.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`));
  if (issue.kind === 'validation' && issue.type === 'max_length' && keys.length === 1)
    return { reason: 'too-many', count: Number(issue.received), most: MOST_RULES };
  return {
    reason: 'bad-member',
    path: path.join('') || 'book',
    expected: issue.expected ?? 'another value',
    received: issue.received,
  };
}

/** The rules of a file behind those that are there, or the fault that they are too many together. */
export function appendRules(to: RuleBook, rules: readonly Rule[]): ReadRules {
  const count = to.rules.length + rules.length;
  if (count > MOST_RULES) return { fault: { reason: 'too-many', count, most: MOST_RULES } };
  return { book: { ...to, rules: [...to.rules, ...rules] } };
}
