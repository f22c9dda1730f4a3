/** Words for what the service refuses in this panel. */

import type { ErrorData, InspectorError } from '../../../shared/contract/errors.ts';
import type { FlowsText } from './strings/text.ts';

export function failureText(t: FlowsText, error: InspectorError): string {
  if (error.code === 'bad-filter') return filterFault(t, error.data as ErrorData['bad-filter']);
  const key = `failure.${error.code}`;
  if (t.has(key)) return t.of(key, { ...error.data });
  return t('failure.other', { code: error.code, detail: JSON.stringify(error.data) });
}

function filterFault(t: FlowsText, fault: ErrorData['bad-filter']): string {
  const key = `filter.fault.${fault.reason}`;
  const words = [t.has(key) ? t.of(key, { word: fault.word, field: fault.field ?? '' }) : fault.reason];
  if (fault.expected !== undefined && fault.expected.length > 0)
    words.push(t('filter.fault.expected', { expected: fault.expected.join(', ') }));
  return t('filter.fault', { fault: words.join(' '), at: fault.at + 1 });
}
