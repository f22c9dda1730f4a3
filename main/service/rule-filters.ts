/** Rules checked before they are taken: their filters read, their topics legal. */

import type { ColourRule } from '../../shared/contract/colours.ts';
import { type ErrorData, InspectorError } from '../../shared/contract/errors.ts';
import type { Rule, RuleBook } from '../../shared/contract/rules.ts';
import { EVERYTHING, type Filter } from '../../shared/filter/filter-ast.ts';
import { requireFilter } from './filter-text.ts';
import { requireTopicName } from './session-options.ts';

/** In the order of the rules. Throws `bad-rule` for the first whose filter does not read, and `bad-topic` for a topic that no PUBLISH may name. */
export function ruleFilters(book: RuleBook): readonly Filter[] {
  return book.rules.map((rule) => {
    if (rule.action.kind === 'rewrite' && rule.action.topic !== undefined) requireTopicName(rule.action.topic);
    return filterOf(rule);
  });
}

/** A book as it was stored, maybe by another version: rules that do not read any more are switched off. */
export function readableBook(book: RuleBook): { readonly book: RuleBook; readonly filters: readonly Filter[] } {
  const filters: Filter[] = [];
  const rules = book.rules.map((rule) => {
    try {
      filters.push(...ruleFilters({ ...book, rules: [rule] }));
      return rule;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      filters.push(EVERYTHING);
      return { ...rule, enabled: false };
    }
  });
  return { book: { ...book, rules }, filters };
}

/** Throws `bad-rule` for the first that is on and whose filter does not read; one that is off may be unfinished. */
export function requireColourRules(rules: readonly ColourRule[]): void {
  for (const rule of rules) if (rule.enabled) filterOf(rule);
}

function filterOf({ id, name, filter }: Pick<Rule, 'id' | 'name' | 'filter'>): Filter {
  try {
    return requireFilter(filter);
  } catch (error) {
    if (!(error instanceof InspectorError) || error.code !== 'bad-filter') throw error;
    const fault = error.data as ErrorData['bad-filter'];
    throw new InspectorError('bad-rule', { rule: id, name, fault });
  }
}
