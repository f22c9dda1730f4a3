/** Wireshark's display filter fields for MQTT, as far as they say something that this language says too. */

import { type PacketType, TYPE } from '../mqtt/packet.ts';
import {
  type Comparison,
  type Filter,
  type FilterErrorCode,
  type NumberTest,
  type Operator,
  passes,
  type ValueTest,
} from './filter-ast.ts';
import { TYPE_VALUES } from './filter-fields.ts';
import type { FilterToken, Word } from './filter-tokens.ts';
import { readDecimal, readNumberTest, readPattern } from './filter-values.ts';

type DisplayToken = Extract<FilterToken, { readonly kind: 'display' }>;
type Fault = { readonly code: FilterErrorCode; readonly word: Word; readonly expected?: readonly string[] };
export type DisplayRead = { readonly filter: Filter } | { readonly fault: Fault };

/** How a field of Wireshark's is said in ours. */
type Meaning =
  | { readonly kind: 'number'; readonly field: 'qos' | 'id' | 'remaining'; readonly of?: PacketType }
  | { readonly kind: 'type' }
  | { readonly kind: 'flag'; readonly field: 'retain' | 'dup' }
  | { readonly kind: 'text'; readonly field: 'topic.name' | 'client' | 'payload'; readonly of: PacketType }
  | { readonly kind: 'reason'; readonly of: PacketType };

const reason = (of: PacketType): Meaning => ({ kind: 'reason', of });

const MEANINGS: Readonly<Record<string, Meaning>> = {
  'mqtt.msgtype': { kind: 'type' },
  'mqtt.qos': { kind: 'number', field: 'qos' },
  'mqtt.msgid': { kind: 'number', field: 'id' },
  'mqtt.len': { kind: 'number', field: 'remaining' },
  'mqtt.retain': { kind: 'flag', field: 'retain' },
  'mqtt.dupflag': { kind: 'flag', field: 'dup' },
  'mqtt.topic': { kind: 'text', field: 'topic.name', of: 'publish' },
  'mqtt.msg': { kind: 'text', field: 'payload', of: 'publish' },
  'mqtt.msg_text': { kind: 'text', field: 'payload', of: 'publish' },
  'mqtt.clientid': { kind: 'text', field: 'client', of: 'connect' },
  'mqtt.conack.val': reason('connack'),
  'mqtt.connack.reason_code': reason('connack'),
  'mqtt.puback.reason_code': reason('puback'),
  'mqtt.pubrec.reason_code': reason('pubrec'),
  'mqtt.pubrel.reason_code': reason('pubrel'),
  'mqtt.pubcomp.reason_code': reason('pubcomp'),
  'mqtt.suback.reason_code': reason('suback'),
  'mqtt.unsuback.reason_code': reason('unsuback'),
  'mqtt.disconnect.reason_code': reason('disconnect'),
  'mqtt.auth.reason_code': reason('auth'),
};

export const DISPLAY_FIELDS: readonly string[] = Object.keys(MEANINGS);

const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': '=',
  eq: '=',
  '!=': '!=',
  ne: '!=',
  '>': '>',
  gt: '>',
  '<': '<',
  lt: '<',
  '>=': '>=',
  ge: '>=',
  '<=': '<=',
  le: '<=',
  in: '=',
};

/** What a term of Wireshark's means. */
export function readDisplay(token: DisplayToken): DisplayRead {
  const { name, operator, values } = token;
  const meaning = Object.hasOwn(MEANINGS, name.text) ? MEANINGS[name.text] : undefined;
  if (meaning === undefined) return { fault: { code: 'unknown-field', word: name, expected: DISPLAY_FIELDS } };
  if (operator === undefined) return { filter: presence(meaning) };
  const [first] = values;
  if (first === undefined || (first.text === '' && !first.quoted))
    return { fault: { code: 'missing-value', word: operator } };
  switch (meaning.kind) {
    case 'text':
      return textFilter(meaning, operator, values);
    case 'flag': {
      const value = FLAG_WORDS[first.text.toLowerCase()];
      const sign = OPERATORS[operator.text];
      if (value === undefined) return { fault: { code: 'unknown-value', word: first, expected: ['1', '0'] } };
      if (sign !== '=' && sign !== '!=') return { fault: { code: 'operator-not-allowed', word: operator } };
      return { filter: { kind: 'compare', field: meaning.field, value: value === (sign === '=') } };
    }
    case 'type':
    case 'number':
    case 'reason':
  }
  const read = numberTests(operator, values);
  if ('code' in read) return { fault: read };
  const alternatives = read.map((tests) => numberFilter(meaning, tests));
  const [only] = alternatives;
  return { filter: alternatives.length === 1 && only !== undefined ? only : { kind: 'or', terms: alternatives } };
}

const FLAG_WORDS: Readonly<Record<string, boolean>> = { '1': true, true: true, '0': false, false: false };

function presence(meaning: Meaning): Filter {
  if (meaning.kind === 'type') return { kind: 'compare', field: 'type', values: TYPE_VALUES };
  if (meaning.kind === 'number')
    return { kind: 'compare', field: meaning.field, values: [{ operator: '>=', value: 0 }] };
  return ofType(meaning.kind === 'flag' ? 'publish' : meaning.of);
}

function ofType(type: PacketType): Comparison {
  return { kind: 'compare', field: 'type', values: [type] };
}

type NumberMeaning = Extract<Meaning, { kind: 'type' | 'number' | 'reason' }>;
/** Tests that a number passes all of, or any of. */
type NumberTests = { readonly [K in 'all' | 'any']?: readonly NumberTest[] };

function numberFilter(meaning: NumberMeaning, { all = [], any }: NumberTests): Filter {
  const alternatives = any === undefined ? all.map((test) => [test]) : [any];
  if (meaning.kind === 'type') {
    const values = TYPE_VALUES.filter((type) =>
      alternatives.every((tests) => tests.some((test) => passes(test, TYPE[type]))),
    );
    return values.length === 0 ? NOTHING : { kind: 'compare', field: 'type', values };
  }
  const field = meaning.kind === 'reason' ? 'reason' : meaning.field;
  const terms = alternatives.map((values): Filter => ({ kind: 'compare', field, values }));
  if (meaning.kind === 'reason') terms.unshift(ofType(meaning.of));
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind: 'and', terms };
}

/** No packet is so short: what a number asks for that no type has. */
const NOTHING: Comparison = { kind: 'compare', field: 'len', values: [{ operator: '<', value: 0 }] };

/** Numbers of a set are one alternative, and each range of one, `4..7`, is another. */
function numberTests(operator: Word, words: readonly Word[]): readonly NumberTests[] | Fault {
  const sign = OPERATORS[operator.text];
  if (sign === undefined) return { code: 'operator-not-allowed', word: operator };
  const numbers: NumberTest[] = [];
  const ranges: NumberTests[] = [];
  for (const word of words) {
    const ends = operator.text === 'in' ? word.text.split('..') : [word.text];
    const read = ends.map((text) => readNumberTest({ ...word, text }));
    const values = read.flatMap((test) => ('code' in test || test.operator !== '=' ? [] : [test.value]));
    const [first, last] = values;
    if (first === undefined || values.length !== ends.length || values.length > 2) return { code: 'bad-number', word };
    if (last === undefined) numbers.push({ operator: sign, value: first });
    else
      ranges.push({
        all: [
          { operator: '>=', value: first },
          { operator: '<=', value: last },
        ],
      });
  }
  return numbers.length === 0 ? ranges : [{ any: numbers }, ...ranges];
}

function textFilter(
  { field, of }: Extract<Meaning, { kind: 'text' }>,
  operator: Word,
  words: readonly Word[],
): DisplayRead {
  const tests: ValueTest[] = [];
  const negated = operator.text === '!=' || operator.text === 'ne';
  for (const word of words) {
    if (operator.text === 'matches' || operator.text === '~') {
      // Wireshark's own matching pays no heed to case.
      const test = readPattern(word.text, 'i');
      if ('code' in test) return { fault: { code: test.code, word } };
      tests.push(test);
    } else if (!word.quoted && /^[\da-f]{2}(?::[\da-f]{2})+$/i.test(word.text)) {
      tests.push({ kind: 'bytes', hex: word.text.replaceAll(':', '').toLowerCase() });
    } else if (operator.text === 'contains') tests.push({ kind: 'contains', text: word.text });
    else if (negated || OPERATORS[operator.text] === '=') tests.push({ kind: 'equals', text: word.text });
    else {
      const value = readDecimal(word.text);
      const sign = OPERATORS[operator.text];
      if (value === undefined || sign === undefined) return { fault: { code: 'operator-not-allowed', word: operator } };
      tests.push({ kind: 'number', test: { operator: sign, value } });
    }
  }
  const compared: Comparison = { kind: 'compare', field, values: tests };
  return { filter: { kind: 'and', terms: [ofType(of), negated ? { kind: 'not', term: compared } : compared] } };
}
