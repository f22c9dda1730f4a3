/** `--filter EXPR`: the filter language of the app. */

import { InspectorError } from '../../../shared/contract/errors.ts';
import type { Filter } from '../../../shared/filter/filter-ast.ts';
import { headlessFilter } from '../../service/headless-filter.ts';
import { UsageError } from './arguments.ts';
import { filterFault } from './capture-words.ts';

/** Without an expression everything passes. Throws {@link UsageError} with a caret under the character that is wrong. */
export function readFilter(text = ''): Filter {
  try {
    return headlessFilter(text);
  } catch (error) {
    if (error instanceof InspectorError && error.code === 'bad-filter') {
      throw new UsageError(filterFault((error as InspectorError<'bad-filter'>).data));
    }
    throw error;
  }
}
