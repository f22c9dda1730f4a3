/** A rule as its form holds it, everything as typed, and the way to the rule and back. */

import * as v from 'valibot';
import { type Rule, type RuleAction, RuleSchema } from '../../shared/contract/rules.ts';
import type { QoS } from '../../shared/mqtt/packet.ts';
import { REASON_CODES } from '../../shared/mqtt/reason-codes.ts';
import { checkTopicName } from '../../shared/mqtt/topics.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import { filterFaults } from './packet-filter.ts';
import { parseHex } from './publish-bytes.ts';

export interface RuleForm {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly filter: string;
  readonly every: string;
  readonly action: RuleAction['kind'];
  readonly ms: string;
  readonly copies: string;
  /** Empty is any byte, by chance. */
  readonly offset: string;
  /** Hexadecimal. */
  readonly mask: string;
  /** Empty leaves the packet's own. */
  readonly topic: string;
  readonly payloadAs: 'own' | 'text' | 'hex';
  readonly payload: string;
  readonly qos: '' | '0' | '1' | '2';
  readonly retain: '' | 'yes' | 'no';
  /** A number, what stands behind it is a comment. */
  readonly reasonCode: string;
}

/** Fields of the form that can be wrong. */
export type RuleField =
  | 'name'
  | 'filter'
  | 'every'
  | 'ms'
  | 'copies'
  | 'offset'
  | 'mask'
  | 'topic'
  | 'payload'
  | 'reasonCode';

export type RuleFaults = ReadonlySet<RuleField>;

export type CheckedRule = { readonly rule: Rule } | { readonly faults: RuleFaults };

const NOT_AUTHORIZED = 0x87;

const QOS: Readonly<Record<'0' | '1' | '2', QoS>> = { '0': 0, '1': 1, '2': 2 };

/** What the fields of other actions hold until somebody chooses these. */
const UNUSED = {
  ms: '500',
  copies: '1',
  offset: '',
  mask: '01',
  topic: '',
  payloadAs: 'own',
  payload: '',
  qos: '',
  retain: '',
} as const;

export function ruleForm({ id, name, enabled, filter, every, action }: Rule): RuleForm {
  return {
    ...UNUSED,
    reasonCode: reasonText(NOT_AUTHORIZED),
    id,
    name,
    enabled,
    filter,
    every: String(every),
    action: action.kind,
    ...actionFields(action),
  };
}

function actionFields(action: RuleAction): Partial<RuleForm> {
  switch (action.kind) {
    case 'delay':
      return { ms: String(action.ms) };
    case 'duplicate':
      return { copies: String(action.copies) };
    case 'corrupt':
      return { offset: action.offset === undefined ? '' : String(action.offset), mask: byteHex(action.mask) };
    case 'rewrite':
      return {
        topic: action.topic ?? '',
        payloadAs: action.payload?.as ?? 'own',
        payload: action.payload?.text ?? '',
        qos: action.qos === undefined ? '' : (String(action.qos) as '0' | '1' | '2'),
        retain: action.retain === undefined ? '' : action.retain ? 'yes' : 'no',
      };
    case 'answer':
      return { reasonCode: reasonText(action.reasonCode) };
    case 'pause':
    case 'drop':
    case 'close':
    case 'reset':
      return {};
  }
}

/** The rule that the form stands for, or which of its fields cannot be used. */
export function checkRule(form: RuleForm): CheckedRule {
  const faults = new Set<RuleField>();
  if (filterFaults(form.filter).length > 0) faults.add('filter');
  if (form.action === 'rewrite' && form.topic !== '' && checkTopicName(form.topic) !== undefined) faults.add('topic');
  const { success, output, issues } = v.safeParse(RuleSchema, {
    id: form.id,
    name: form.name.trim(),
    enabled: form.enabled,
    filter: form.filter.trim(),
    every: wholeNumber(form.every),
    action: actionOf(form),
  });
  for (const issue of issues ?? []) {
    const keys = issue.path?.map(({ key }) => String(key)) ?? [];
    const field = FIELDS.find((name) => keys.includes(name));
    if (field !== undefined) faults.add(field);
  }
  return success && faults.size === 0 ? { rule: output } : { faults };
}

const FIELDS = [
  'name',
  'filter',
  'every',
  'ms',
  'copies',
  'offset',
  'mask',
  'topic',
  'payload',
  'reasonCode',
] as const satisfies readonly RuleField[];

/** As typed: numbers that are none are NaN, which no schema takes. */
function actionOf(form: RuleForm): object {
  switch (form.action) {
    case 'delay':
      return { kind: 'delay', ms: wholeNumber(form.ms) };
    case 'duplicate':
      return { kind: 'duplicate', copies: wholeNumber(form.copies) };
    case 'corrupt': {
      const mask = /^\s*(?:0x)?([\da-f]{1,2})\s*$/i.exec(form.mask)?.[1];
      const offset = form.offset.trim() === '' ? {} : { offset: wholeNumber(form.offset) };
      return { kind: 'corrupt', ...offset, mask: mask === undefined ? Number.NaN : Number.parseInt(mask, 16) };
    }
    case 'rewrite':
      return {
        kind: 'rewrite',
        ...(form.topic === '' ? {} : { topic: form.topic }),
        ...(form.payloadAs === 'own' ? {} : { payload: payloadOf(form.payloadAs, form.payload) }),
        ...(form.qos === '' ? {} : { qos: QOS[form.qos] }),
        ...(form.retain === '' ? {} : { retain: form.retain === 'yes' }),
      };
    case 'answer':
      return { kind: 'answer', reasonCode: reasonNumber(form.reasonCode) };
    case 'pause':
    case 'drop':
    case 'close':
    case 'reset':
      return { kind: form.action };
  }
}

/** Hexadecimal digits are typed in any way that {@link parseHex} reads. */
function payloadOf(as: 'text' | 'hex', text: string): object {
  if (as === 'text') return { as, text };
  const parsed = parseHex(text);
  return { as, text: 'bytes' in parsed ? toHex(parsed.bytes) : undefined };
}

function wholeNumber(text: string): number {
  const trimmed = text.trim().replace(/^−/, '-');
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** `0x87`, `135`, and either with its name behind it. */
export function reasonNumber(text: string): number {
  const [, hex, decimal] = /^\s*(?:0x([\da-f]{1,2})|(\d{1,3}))(?:\s|$)/i.exec(text) ?? [];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return decimal === undefined ? Number.NaN : Number(decimal);
}

/** `0x87 Not authorized`: with all the names that packets give it. */
export function reasonText(code: number): string {
  return [`0x${byteHex(code)}`, reasonNames(code)].filter((part) => part !== '').join(' ');
}

/** The specification's names of a code, whatever the packet; empty where it has none. */
function reasonNames(code: number): string {
  const names = REASON_CODES.filter((row) => row.code === code).map(({ name }) => name);
  return [...new Set(names)].join(', ');
}

/** What an answer may say, for completion. */
export const REASON_CHOICES: readonly string[] = [...new Set(REASON_CODES.map(({ code }) => code))].map(reasonText);

export function byteHex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}
