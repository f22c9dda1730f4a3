/** Rules of either kind in a file of their own: written, read with the place of what is wrong, and joined with those that are there. */

import * as v from 'valibot';
import { ColourRulesSchema, MOST_COLOUR_RULES } from './colours.ts';
import { MOST_RULES, type RuleBook, RuleBookSchema } from './rules.ts';
import type { FilterError } from '../filter/filter-ast.ts';
import { parseJson } from '../payload/json-tree.ts';
import { parseFilter } from '../filter/filter-parse.ts';

/** All that goes into a file. */
export interface Book {
  readonly rules: readonly { readonly name: string; readonly filter: string; readonly enabled: boolean }[];
}

/** A kind of file. */
export interface RulesFile<B extends Book> {
  readonly format: string;
  /** The newest that is read, and the one that is written. */
  readonly version: number;
  readonly schema: v.GenericSchema<unknown, B>;
  /** Rules that a book may hold. */
  readonly most: number;
}

/** What becomes of packets on their way. */
export const RULES_FILE: RulesFile<RuleBook> = {
  format: 'mqtt-inspector-rules',
  version: 1,
  schema: RuleBookSchema,
  most: MOST_RULES,
};

const ColourBookSchema = v.object({ rules: ColourRulesSchema });
export type ColourBook = v.InferOutput<typeof ColourBookSchema>;

/** How packets of the list are coloured. */
export const COLOUR_RULES_FILE: RulesFile<ColourBook> = {
  format: 'mqtt-inspector-colour-rules',
  version: 1,
  schema: ColourBookSchema,
  most: MOST_COLOUR_RULES,
};

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

export type ReadBook<B extends Book> = { readonly book: B } | { readonly fault: RulesFileFault };

export function writeBook<B extends Book>({ format, version }: RulesFile<B>, book: B): string {
  return `${JSON.stringify({ format, version, book }, undefined, 2)}\n`;
}

/** Each rule gets an identifier from `newId`. Never throws. */
export function readBook<B extends Book>(file: RulesFile<B>, text: string, newId: () => string): ReadBook<B> {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const { fault } = parseJson(json);
  if (fault !== undefined) {
    const before = json.slice(0, fault.at).split('\n');
    return { fault: { reason: 'not-json', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } };
  }
  const data: unknown = JSON.parse(json);
  const envelope = v.safeParse(
    v.object({ format: v.literal(file.format), version: v.number(), book: v.unknown() }),
    data,
  );
  if (!envelope.success) return { fault: { reason: 'not-rules' } };
  const { version, book } = envelope.output;
  if (version > file.version) return { fault: { reason: 'newer-version', version, newest: file.version } };
  const read = v.safeParse(file.schema, withIds(book, newId));
  if (!read.success) return { fault: memberFault(read.issues[0], file.most) };
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

function memberFault(issue: v.BaseIssue<unknown>, most: number): RulesFileFault {
  const keys = issue.path?.map(({ key }) => key) ?? [];
  const path = keys.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`));
  if (issue.kind === 'validation' && issue.type === 'max_length' && keys.length === 1)
    return { reason: 'too-many', count: Number(issue.received), most };
  return {
    reason: 'bad-member',
    path: path.join('') || 'book',
    expected: issue.expected ?? 'another value',
    received: issue.received,
  };
}

/** The rules of a file behind those that are there, or the fault that they are too many together. */
export function appendRules<B extends Book>({ most }: RulesFile<B>, to: B, rules: B['rules']): ReadBook<B> {
  const count = to.rules.length + rules.length;
  if (count > most) return { fault: { reason: 'too-many', count, most } };
  return { book: { ...to, rules: [...to.rules, ...rules] } };
}
