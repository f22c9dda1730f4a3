/** The filter of a command line. */

import type { Filter } from '../../shared/filter/filter-ast.ts';
import { requireFilter } from './filter-text.ts';

/** The filter that `text` means; the empty text lets everything through. Throws `bad-filter`, for fields of flows too: a line is written once. */
export function headlessFilter(text: string): Filter {
  return requireFilter(text, 'not-for-packets', (field) => field === 'flow.state' || field === 'source');
}
