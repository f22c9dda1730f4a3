/** What a filter field shows of the saved filters, and what its menu does with them, in words. */

import { findField } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { errorWords } from './error-text.ts';
import { filterText } from './filter-field.ts';
import type { Inspector } from './inspector.ts';
import { MAX_SAVED_NAME, type SavedState, savedFiltersOf } from './saved-filters.ts';

/** @param means whether a field says anything in this list; every one does unless given */
export function savedFilterField(
  inspector: Inspector,
  { filters, failure }: SavedState,
  means?: (field: string) => boolean,
) {
  const saved = savedFiltersOf(inspector);
  const saysNothing = (filter: string): boolean =>
    means !== undefined && findField(parseFilter(filter).filter, (field) => !means(field)) !== undefined;
  return {
    entries: filters.map(({ name, filter }) => ({
      name,
      filter,
      note: saysNothing(filter) ? filterText('saved.packets-only') : undefined,
    })),
    longestName: MAX_SAVED_NAME,
    words: {
      title: filterText('saved.title'),
      save: filterText('saved.save'),
      name: filterText('saved.name'),
      keep: filterText('saved.keep'),
      replaces: filterText('saved.replaces'),
      taken: filterText('saved.taken'),
      cancel: filterText('saved.cancel'),
      rename: filterText('saved.rename'),
      remove: filterText('saved.remove'),
      removed: (name: string) => filterText('saved.removed', { name }),
      undo: filterText('saved.undo'),
      none: filterText('saved.none'),
      keys: filterText('saved.keys'),
    },
    failure: failure === undefined ? undefined : filterText('saved.failed', { why: errorWords(failure).what }),
    onOpen: () => void saved.load(),
    onSave: (name: string, filter: string) => void saved.save(name, filter),
    onRename: (name: string, to: string) => void saved.rename(name, to),
    onRemove: (name: string) => void saved.remove(name),
  };
}
