/** Words for every failure of the contract, in the language of the moment: what failed and why, and what to do. */

import { type ErrorCode, type ErrorData, InspectorError, type SecretsFault } from '../../shared/contract/errors.ts';
import { en } from './error-strings/en.ts';
import { zhCn } from './error-strings/zh-cn.ts';
import { filterFaultWords } from './filter-field.ts';
import { defineText } from './language.ts';
import { statementWords } from './statement-text.ts';

const text = defineText('errors', en, zhCn);

export interface FailureWords {
  readonly what: string;
  readonly hint: string;
}

type Parameters = Readonly<Record<string, unknown>>;
type Wording = { readonly [C in ErrorCode]?: (data: ErrorData[C]) => Parameters };

/** Codes whose data do not go into the words as they are. */
const PARAMETERS: Wording = {
  'invalid-input': ({ procedure, issues }) => ({
    procedure,
    detail: issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '),
  }),
  'no-such-packet': ({ seq, firstSeq }) => ({ number: seq + 1, first: firstSeq + 1 }),
  'bad-filter': ({ at, reason, ...fault }) => ({
    position: at + 1,
    reason: filterFaultWords({ code: reason, ...fault }),
  }),
  'bad-rule': ({ name, fault: { at, reason, ...fault } }) => ({
    name: name === '' ? fault.text : name,
    position: at + 1,
    reason: filterFaultWords({ code: reason, ...fault }),
  }),
  'bad-edit': ({ rule, reason }) => ({ reason: statementWords(rule) ?? reason, rule }),
  'bad-topic': ({ topic, rule, reason }) => ({ topic, rule, reason: statementWords(rule) ?? reason }),
  refused: ({ reason, limit, actual }) => ({
    reason: wordsOrCode(`refused.${reason}`, reason),
    amount: limit === undefined ? '' : ` (${actual === undefined ? '' : `${actual} > `}${limit})`,
  }),
  'port-taken': ({ port }) => ({ port: String(port) }),
  'cannot-listen': ({ host, port, reason }) => ({ host, port: String(port), reason }),
  'tap-to-itself': ({ host, port }) => ({ host, port: String(port) }),
  'port-forbidden': ({ port }) => ({ port: String(port) }),
  'not-base64': ({ secret }) => ({ secret: text(`secret.${secret}`) }),
  'secrets-unavailable': (fault) => ({
    reason: text.of(`secrets-unavailable.${fault.reason}`, secretsParameters(fault)),
  }),
  'bad-import': (fault) => ({ reason: text.of(`bad-import.${fault.reason}`, { ...fault }) }),
};

function secretsParameters(fault: SecretsFault): Parameters {
  if ('storage' in fault) return { storage: text(`storage.${fault.storage}`) };
  return 'secret' in fault ? { secret: text(`secret.${fault.secret}`) } : {};
}

function wordsOrCode(key: string, code: string): string {
  return text.has(key) ? text.of(key) : code;
}

/** Of a contract failure, a notice's failure, or one with a code this page does not know. */
export function failureWords(failure: { readonly code: string; readonly data: object }): FailureWords {
  const { code } = failure;
  if (!text.has(code) || code.includes('.')) return { what: text('unknown', { code }), hint: text('unknown.hint') };
  const parameters = PARAMETERS[code as ErrorCode] as ((data: object) => Parameters) | undefined;
  const data = parameters?.(failure.data) ?? { ...failure.data };
  const keptAs = 'keptAs' in data && typeof data['keptAs'] === 'string' ? data['keptAs'] : undefined;
  const hint = code === 'damaged-file' && keptAs !== undefined ? text('damaged-file.kept', { keptAs }) : undefined;
  return { what: text.of(code, data), hint: hint ?? text.of(`${code as ErrorCode}.hint`) };
}

/** Of whatever was thrown; what is no {@link InspectorError} is a fault of ours. */
export function errorWords(error: unknown): FailureWords {
  if (error instanceof InspectorError) return failureWords(error);
  return failureWords({ code: 'internal', data: { message: error instanceof Error ? error.message : String(error) } });
}
