/** The filter of the list, the chips that write it, and how many flows there are. */

import { type ReactNode, type Ref, useEffect, useMemo } from 'react';
import type { ErrorData, InspectorError } from '../../../shared/contract/errors.ts';
import { isPacketField } from '../../../shared/filter/filter-fields.ts';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import { completeFilter, filterFaultWords, filterSpans } from '../../model/filter-field.ts';
import { FilterHistory } from '../../model/filter-history.ts';
import { chipOfFilter, FLOW_CHIPS, withChip } from '../../model/flows-filter.ts';
import type { FlowsModel } from '../../model/flows-model.ts';
import { savedFilterField } from '../../model/saved-filter-field.ts';
import { savedFiltersOf } from '../../model/saved-filters.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { type FilterFault, FilterInput } from '../../ui/FilterInput.tsx';
import { type FlowsText, flowsText } from './strings/text.ts';

export interface FilterBarProps {
  readonly app: AppModel;
  readonly model: FlowsModel;
  readonly handle: Ref<{ focus(): void }>;
}

const saysOfFlows = (field: string): boolean => !isPacketField(field);

export function FilterBar({ app, model, handle }: FilterBarProps): ReactNode {
  const t = useText(flowsText);
  const filter = useModel(model.filter);
  const error = useModel(model.filterError);
  const history = useMemo(() => new FilterHistory(app.inspector, 'flow-filters'), [app]);
  const entries = useModel(history.entries);
  const saved = useModel(savedFiltersOf(app.inspector).state);
  useEffect(() => void history.load(), [history]);
  const complete = (typed: string, cursor: number) =>
    completeFilter(app.inspector, model.source, { text: typed, cursor }, saysOfFlows);
  const chip = chipOfFilter(filter);
  return (
    <div className="bar flows-bar" role="search">
      <FilterInput
        handle={handle}
        label={t('filter.label')}
        placeholder={t('filter.placeholder')}
        value={filter}
        onChange={(next) => void model.setFilter(next)}
        onCommit={(committed) => {
          if (error === undefined) history.add(committed);
        }}
        spans={filterSpans(filter)}
        faults={error === undefined ? [] : [faultOf(t, error, filter)]}
        complete={complete}
        history={entries}
        historyLabel={t('filter.history')}
        clearLabel={t('filter.clear')}
        saved={savedFilterField(app.inspector, saved, saysOfFlows)}
      />
      <div className="chips" role="group" aria-label={t('chips.label')}>
        {FLOW_CHIPS.map((id) => (
          <button
            key={id}
            type="button"
            className="chip"
            aria-pressed={chip === id}
            onClick={() => void model.setFilter(withChip(filter, id))}
          >
            {t.of(`chip.${id}`)}
          </button>
        ))}
      </div>
      <Count model={model} filtered={filter.trim() !== ''} />
    </div>
  );
}

function Count({ model, filtered }: { readonly model: FlowsModel; readonly filtered: boolean }): ReactNode {
  const t = useText(flowsText);
  const total = useModelPart(model.push, (push) => push?.total ?? 0);
  const all = useModelPart(model.push, (push) => push?.all ?? 0);
  const evicted = useModelPart(model.push, (push) => push?.evicted ?? 0);
  return (
    <span className="quiet number flows-count" role="status" aria-live="off">
      {filtered ? t('count.filtered', { total, all }) : t('count.flows', { count: all })}
      {evicted === 0 ? null : (
        <span title={t('count.evicted-tooltip')}> · {t('count.evicted', { count: evicted })}</span>
      )}
    </span>
  );
}

/** Where the fault is, what it is, and that the list still shows the filter before. */
function faultOf(t: FlowsText, error: InspectorError, filter: string): FilterFault {
  if (error.code !== 'bad-filter') return { from: 0, to: filter.length, message: errorWords(error).what };
  const { at, length, reason, ...fault } = error.data as ErrorData['bad-filter'];
  const words = [filterFaultWords({ code: reason, ...fault }), t('fault.before')];
  return { from: at, to: Math.max(at + 1, at + length), message: words.join(' ') };
}
