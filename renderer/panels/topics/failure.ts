/** Words for what the service refuses in this panel. */

import type { InspectorError } from '../../../shared/contract/errors.ts';
import type { TopicsText } from './strings/text.ts';

export function failureText(t: TopicsText, error: InspectorError): string {
  const key = `failure.${error.code}`;
  const data: Readonly<Record<string, unknown>> = { ...error.data };
  if (error.code === 'no-such-packet') {
    const { seq, firstSeq } = error.data as { readonly seq: number; readonly firstSeq: number };
    return t('failure.no-such-packet', { seq: seq + 1, firstSeq: firstSeq + 1 });
  }
  if (error.code === 'wrong-state') {
    const state = `state.${String(data['state'])}`;
    return t.of('failure.wrong-state', { ...data, state: t.has(state) ? t.of(state) : data['state'] });
  }
  if (t.has(key)) return t.of(key, data);
  return t('failure.other', { code: error.code, detail: JSON.stringify(error.data) });
}
