/** What is wrong with a field, in words. */

import type { FormFault } from '../../model/profiles-check.ts';
import { topicFaultWords } from '../../model/statement-text.ts';
import type { ProfilesText } from './strings/text.ts';

export function faultWords(t: ProfilesText, fault: FormFault | undefined): string | undefined {
  if (fault === undefined) return undefined;
  if (fault.code === 'number') return t('fault.number', { min: fault.min, max: fault.max });
  if (fault.code !== 'topic') return t.of(`fault.${fault.code}`);
  return topicFaultWords(fault.fault);
}
