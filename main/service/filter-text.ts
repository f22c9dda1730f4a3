/** The text of a filter field as a filter, or the contract's error that points at the part that means nothing. */

import { InspectorError } from '../../shared/contract/errors.ts';
import { type Comparison, type Filter, type FilterErrorCode, findField } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';

/**
 * Throws `bad-filter` at the first part of the text that means nothing, or at a field that `refused` answers true for;
 * `reason` then says why.
 */
export function requireFilter(
  text: string,
  reason: FilterErrorCode = 'unknown-field',
  refused: (field: Comparison['field']) => boolean = () => false,
): Filter {
  const { filter, errors } = parseFilter(text);
  const [first] = errors;
  if (first !== undefined) {
    throw new InspectorError('bad-filter', {
      text,
      at: first.from,
      length: first.to - first.from,
      reason: first.code,
      word: first.word,
      ...(first.field === undefined ? {} : { field: first.field }),
      ...(first.expected === undefined ? {} : { expected: first.expected }),
    });
  }
  const field = findField(filter, refused);
  if (field === undefined) return filter;
  const word = field === 'json' ? 'payload' : field;
  const at = Math.max(0, text.toLowerCase().indexOf(word));
  throw new InspectorError('bad-filter', { text, at, length: word.length, reason, word, field: word });
}
