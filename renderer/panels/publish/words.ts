/** What is wrong with a field of the message, in words. */

import type { PublishFault } from '../../model/publish-form.ts';
import { topicFaultWords } from '../../model/statement-text.ts';
import type { PublishText } from './strings/text.ts';

export function faultWords(t: PublishText, fault: PublishFault | undefined): string | undefined {
  if (fault === undefined) return undefined;
  if (fault.code === 'number') return t('fault.number', { min: fault.min, max: fault.max });
  if (fault.code === 'bytes') return t.of(`fault.${fault.reason}`, { at: fault.at + 1 });
  return topicFaultWords(fault.fault);
}

/** Line and column of a place in a text, from 1. */
export function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
