/** Words about files of rules, in the language of the moment. */

import type { Book, RulesFileFault } from '../../shared/contract/rules-file.ts';
import { filterFaultWords } from './filter-field.ts';
import { defineText } from './language.ts';
import { en } from './rules-file-strings/en.ts';
import { zhCn } from './rules-file-strings/zh-cn.ts';

export const rulesFileText = defineText('rules-file', en, zhCn);

/** What is said or asked of a file that was chosen. */
export function openedRulesWords(opened: Book | undefined, fault: RulesFileFault | undefined) {
  const t = rulesFileText;
  const on = opened?.rules.filter(({ enabled }) => enabled).length;
  return {
    fault: fault === undefined ? undefined : fileFaultWords(fault),
    question: opened === undefined ? undefined : t('question', { count: opened.rules.length, on: on ?? 0 }),
    words: {
      hint: t('fault.file.hint'),
      dismiss: t('dismiss'),
      cancel: t('cancel'),
      append: t('append'),
      replace: t('replace'),
    },
  };
}

/** Why a file cannot be used, and where that is in it. */
export function fileFaultWords(fault: RulesFileFault): string {
  const reason =
    fault.reason === 'bad-filter'
      ? rulesFileText('fault.bad-filter', {
          rule: fault.name === '' ? fault.rule : `${fault.rule} “${fault.name}”`,
          position: fault.fault.from + 1,
          fault: filterFaultWords(fault.fault),
        })
      : rulesFileText.of(`fault.${fault.reason}`, { ...fault });
  return rulesFileText('fault.file', { reason });
}
