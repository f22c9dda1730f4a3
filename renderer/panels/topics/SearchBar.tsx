/** Search by name and value, the switch for $-topics, and how many topics there are. */

import { Search, X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import type { TopicsModel } from '../../model/topics-model.ts';
import type { SearchIn } from '../../model/topics-tree.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { topicsText } from './strings/text.ts';

const PLACES = ['both', 'name', 'value'] as const satisfies readonly SearchIn[];

export interface SearchBarProps {
  readonly model: TopicsModel;
  readonly field: RefObject<HTMLInputElement | null>;
}

export function SearchBar({ model, field }: SearchBarProps): ReactNode {
  const t = useText(topicsText);
  const { tree } = model;
  const options = useModel(tree.options);
  return (
    <div className="bar topics-bar" role="search">
      <div className="topics-search">
        <Search aria-hidden />
        <input
          ref={field}
          className="input mono"
          type="text"
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          spellCheck={false}
          value={options.search}
          onChange={(event) => tree.setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || options.search === '') return;
            event.stopPropagation();
            tree.setSearch('');
          }}
        />
        {options.search === '' ? null : (
          <Button label={t('search.clear')} onPress={() => tree.setSearch('')}>
            <X aria-hidden />
          </Button>
        )}
      </div>
      <select
        className="select"
        aria-label={t('search.in')}
        value={options.searchIn}
        onChange={(event) => tree.setSearch(options.search, event.target.value as SearchIn)}
      >
        {PLACES.map((place) => (
          <option key={place} value={place}>
            {t.of(`search.in.${place}`)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="chip mono"
        aria-pressed={!options.hideSystem}
        aria-label={t('system.show')}
        title={options.hideSystem ? t('system.show') : t('system.hide')}
        onClick={() => tree.setHideSystem(!options.hideSystem)}
      >
        {t('system.toggle')}
      </button>
      <span className="grow" />
      <TopicCount model={model} searching={options.search !== ''} />
    </div>
  );
}

function TopicCount({ model, searching }: { readonly model: TopicsModel; readonly searching: boolean }): ReactNode {
  const t = useText(topicsText);
  const topics = useModelPart(model.tree.push, (push) => push?.topics ?? 0);
  const matched = useModelPart(model.tree.push, (push) => push?.matched ?? 0);
  const running = useModelPart(model.tree.push, (push) => push?.searching ?? false);
  return (
    <span className="quiet number" role="status">
      {running ? `${t('search.running')} ` : ''}
      {searching ? t('count.matched', { matched, topics }) : t('count.topics', { count: topics })}
    </span>
  );
}
