/** What is wrong with a field, in words. */

import type { FormFault } from '../../model/profiles-form.ts';
import type { ProfilesText } from './strings/text.ts';

export function faultWords(t: ProfilesText, fault: FormFault | undefined): string | undefined {
  if (fault === undefined) return undefined;
  if (fault.code === 'number') return t('fault.number', { min: fault.min, max: fault.max });
  if (fault.code !== 'topic') return t.of(`fault.${fault.code}`);
  const { rule, message } = fault.fault;
  const key = `topic-fault.${rule}`;
  return `${t.has(key) ? t.of(key) : message} (${rule})`;
}
