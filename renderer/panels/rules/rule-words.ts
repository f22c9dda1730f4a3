/** Rules in words: what one is called, and what it does. */

import type { Rule, RuleAction } from '../../../shared/contract/rules.ts';
import { formatDuration } from '../../model/format.ts';
import { language } from '../../model/language.ts';
import { byteHex, reasonText } from '../../model/rule-form.ts';
import { rulesText as t } from './strings/text.ts';

/** Its name, its filter, or that it is for everything. */
export function ruleName({ name, filter }: Pick<Rule, 'name' | 'filter'>): string {
  return name || filter || t('rule.everything');
}

/** Of a rule by its id; the id itself where the rule is gone. */
export function ruleNameOf(rules: readonly Rule[], id: string): string {
  const rule = rules.find((candidate) => candidate.id === id);
  return rule === undefined ? id : ruleName(rule);
}

/** `Drop, every 3rd`. */
export function ruleWords({ action, every }: Pick<Rule, 'action' | 'every'>): string {
  const words = actionWords(action);
  return every === 1 ? words : t('words.every', { action: words, nth: ordinal(every) });
}

function actionWords(action: RuleAction): string {
  switch (action.kind) {
    case 'delay':
      return t('words.delay', { time: formatDuration(action.ms * 1000) });
    case 'duplicate':
      return t('words.duplicate', { count: action.copies });
    case 'corrupt':
      return corruptWords(action.offset, byteHex(action.mask));
    case 'rewrite': {
      const parts = (['topic', 'payload', 'qos', 'retain'] as const).filter((part) => action[part] !== undefined);
      const what = parts.map((part) => t(`words.rewrite.${part}`)).join(language.code.get() === 'en' ? ', ' : '、');
      return t('words.rewrite', { what: what === '' ? t('words.rewrite.nothing') : what });
    }
    case 'answer':
      return t('words.answer', { code: reasonText(action.reasonCode) });
    case 'pause':
    case 'drop':
    case 'close':
    case 'reset':
      return t(`words.${action.kind}`);
  }
}

function corruptWords(offset: number | undefined, mask: string): string {
  if (offset === undefined) return t('words.corrupt.any', { mask });
  if (offset === -1) return t('words.corrupt.last', { mask });
  return offset < 0 ? t('words.corrupt.end', { offset: -offset, mask }) : t('words.corrupt.at', { offset, mask });
}

const SUFFIXES: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' };
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

/** `3rd`; Chinese needs the number alone. */
function ordinal(value: number): string {
  return language.code.get() === 'en' ? `${value}${SUFFIXES[ordinals.select(value)] ?? 'th'}` : String(value);
}
