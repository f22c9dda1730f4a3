/** Search by name and value or by a filter, the switch for $-topics, and how many topics there are. */

import { type ReactNode, type Ref, useEffect, useMemo } from 'react';
import { isTopicField } from '../../../shared/filter/filter-fields.ts';
import { asksForFields } from '../../../shared/filter/filter-question.ts';
import type { AppModel } from '../../model/app-model.ts';
import { completeFilter, filterFaultWords, filterSpans } from '../../model/filter-field.ts';
import { FilterHistory } from '../../model/filter-history.ts';
import { savedFilterField } from '../../model/saved-filter-field.ts';
import { savedFiltersOf } from '../../model/saved-filters.ts';
import { topicSearchFaults } from '../../model/topics-search.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import type { SearchIn } from '../../model/topics-tree.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { FilterInput } from '../../ui/FilterInput.tsx';
import { topicsText } from './strings/text.ts';

const PLACES = ['both', 'name', 'value'] as const satisfies readonly SearchIn[];

export interface SearchBarProps {
  readonly app: AppModel;
  readonly model: TopicsModel;
  readonly handle: Ref<{ focus(): void }>;
}

export function SearchBar({ app, model, handle }: SearchBarProps): ReactNode {
  const t = useText(topicsText);
  const { tree } = model;
  const options = useModel(tree.options);
  const history = useMemo(() => new FilterHistory(app.inspector, 'topic-searches'), [app]);
  const entries = useModel(history.entries);
  const saved = useModel(savedFiltersOf(app.inspector).state);
  useEffect(() => void history.load(), [history]);
  const asks = asksForFields(options.search);
  const faults = topicSearchFaults(options.search);
  return (
    <div className="bar topics-bar" role="search">
      <FilterInput
        handle={handle}
        label={t('search.label')}
        placeholder={t('search.placeholder')}
        value={options.search}
        onChange={(text) => tree.setSearch(text)}
        onCommit={(text) => {
          if (faults.length === 0) history.add(text);
        }}
        spans={asks ? filterSpans(options.search) : []}
        faults={faults.map((fault) => ({
          from: fault.from,
          to: Math.max(fault.to, fault.from + 1),
          message: filterFaultWords(fault),
        }))}
        complete={(typed, cursor) => completeFilter(app.inspector, model.source, { text: typed, cursor }, isTopicField)}
        history={entries}
        historyLabel={t('search.history')}
        clearLabel={t('search.clear')}
        saved={savedFilterField(app.inspector, saved, isTopicField)}
      />
      <select
        className="select"
        aria-label={t('search.in')}
        value={options.searchIn}
        disabled={asks}
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
