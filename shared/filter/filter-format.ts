/** A filter's meaning back into text, in the one spelling that the parser reads as the same meaning. */

import type { Comparison, Filter, NumberTest } from './filter-ast.ts';

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
    case 'qos':
    case 'id':
    case 'len':
    case 'conn':
  }
  return `${comparison.field}:${comparison.values.map(formatNumber).join(',')}`;
}

const formatNumber = ({ operator, value }: NumberTest): string => `${operator === '=' ? '' : operator}${value}`;

/** Quotes what would otherwise be read as more or other than one word. */
function quote(text: string, always: boolean): string {
  const plain =
    text !== '' && !always && !/[\s"():,]/u.test(text) && !text.startsWith('-') && !/^(or|and)$/i.test(text);
  return plain ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
