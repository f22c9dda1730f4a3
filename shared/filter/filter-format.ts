/** A filter's meaning back into text, in the one spelling that the parser reads as the same meaning. */

import type { Comparison, Filter, NumberTest, PropertyComparison, ValueTest } from './filter-ast.ts';
import { isFieldName, PAYLOAD_HEAD, PROPERTY_HEAD, USER_PROPERTY_HEAD } from './filter-fields.ts';
import { formatPath, isComparison, readDecimal } from './filter-values.ts';

const DIRECTION_NAMES = { 'server-to-client': 'in', 'client-to-server': 'out' } as const;

/** Text that {@link parseFilter} reads back as `filter`, but for groups that say nothing. */
export function formatFilter(filter: Filter): string {
  return formatTerm(filter, 'top');
}

function formatTerm(filter: Filter, place: 'top' | 'or' | 'and'): string {
  switch (filter.kind) {
    case 'and': {
      const text = filter.terms.map((term) => formatTerm(term, filter.terms.length === 1 ? place : 'and')).join(' ');
      return filter.terms.length > 1 && place === 'and' ? `(${text})` : text;
    }
    case 'or': {
      const text = filter.terms.map((term) => formatTerm(term, filter.terms.length === 1 ? place : 'or')).join(' or ');
      return filter.terms.length > 1 && place !== 'top' ? `(${text})` : text;
    }
    case 'not':
      return `-${formatTerm(filter.term, 'and')}`;
    case 'text':
      return quote(filter.text, filter.text === 'retain' || filter.text === 'dup');
    case 'compare':
  }
  return formatComparison(filter);
}

function formatComparison(comparison: Comparison): string {
  switch (comparison.field) {
    case 'type':
    case 'is':
    case 'flow.kind':
    case 'flow.state':
      return `${comparison.field}:${comparison.values.join(',')}`;
    case 'dir':
      return `dir:${comparison.values.map((value) => DIRECTION_NAMES[value]).join(',')}`;
    case 'topic':
      return `topic:${comparison.values.map((value) => quote(value, false)).join(',')}`;
    case 'retain':
    case 'dup':
      return comparison.value ? comparison.field : `${comparison.field}:false`;
    case 'topic.name':
    case 'client':
    case 'source':
    case 'initiator':
    case 'payload':
      return `${comparison.field}:${comparison.values.map((test) => formatValue(test, false)).join(',')}`;
    case 'json':
      return `${PAYLOAD_HEAD}${formatPath(comparison.path)}:${comparison.values.map((test) => formatValue(test, true)).join(',')}`;
    case 'prop':
      return `${propertyField(comparison)}:${comparison.values.map((test) => formatValue(test, false)).join(',')}`;
    case 'time':
    case 'rtt':
      return `${comparison.field}:${comparison.values.map((test) => `${formatNumber(test)}us`).join(',')}`;
    case 'qos':
    case 'id':
    case 'len':
    case 'remaining':
    case 'reason':
    case 'conn':
  }
  return `${comparison.field}:${comparison.values.map(formatNumber).join(',')}`;
}

function propertyField({ name, key }: PropertyComparison): string {
  return key === undefined ? `${PROPERTY_HEAD}${name}` : `${USER_PROPERTY_HEAD}${key}`;
}

/** `whole` as in `readValueTest`: what a plain word means there. */
function formatValue(test: ValueTest, whole: boolean): string {
  switch (test.kind) {
    case 'present':
      return '*';
    case 'bytes':
      return `0x${test.hex}`;
    case 'matches':
      return `/${test.pattern.replaceAll('/', String.raw`\/`)}/${test.ignoreCase ? 'i' : ''}`;
    case 'number': {
      const { operator, value } = test.test;
      return operator === '=' && whole ? String(value) : `${operator}${value}`;
    }
    case 'contains':
      return quote(test.text, saysMore(test.text));
    case 'equals':
  }
  return whole ? quote(test.text, saysMore(test.text)) : `=${quote(test.text, readDecimal(test.text) !== undefined)}`;
}

/** True for a text that would be read as a number, bytes, a pattern or a sign. */
function saysMore(text: string): boolean {
  return /^(?:[*/=<>!]|0x)/i.test(text) || readDecimal(text) !== undefined;
}

const formatNumber = ({ operator, value }: NumberTest): string => `${operator === '=' ? '' : operator}${value}`;

/** Quotes what would otherwise be read as more or other than one word. */
function quote(text: string, always: boolean): string {
  const plain =
    text !== '' &&
    !always &&
    !/[\s"():,]/u.test(text) &&
    !/^(?:-|!|&&|\|\||mqtt\.)/.test(text) &&
    !/^(?:or|and|not)$/i.test(text) &&
    !isComparison(text, isFieldName);
  return plain ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
