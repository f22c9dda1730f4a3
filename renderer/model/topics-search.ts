/** What is typed into the search of the topic tree: a text, or a filter over topics and their last values. */

import { type FilterError, findField } from '../../shared/filter/filter-ast.ts';
import { isTopicField } from '../../shared/filter/filter-fields.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { asksForFields } from '../../shared/filter/filter-question.ts';

/** What is wrong with it; empty for a text, and for a filter that can be used. */
export function topicSearchFaults(text: string): readonly FilterError[] {
  if (!asksForFields(text)) return [];
  const { filter, errors } = parseFilter(text);
  if (errors.length > 0) return errors;
  const word = findField(filter, (field) => !isTopicField(field));
  if (word === undefined) return [];
  const from = Math.max(0, text.toLowerCase().indexOf(word));
  return [{ code: 'not-for-topics', from, to: from + word.length, word }];
}
