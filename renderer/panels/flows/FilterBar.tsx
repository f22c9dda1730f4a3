/** The filter of the list, the chips that write it, and how many flows there are. */

import type { ReactNode, RefObject } from 'react';
import { chipOfFilter, FLOW_CHIPS, withChip } from '../../model/flows-filter.ts';
import type { FlowsModel } from '../../model/flows-model.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { failureText } from './failure.ts';
import { flowsText } from './strings/text.ts';

export interface FilterBarProps {
  readonly model: FlowsModel;
  readonly field: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ model, field }: FilterBarProps): ReactNode {
  const t = useText(flowsText);
  const filter = useModel(model.filter);
  const error = useModel(model.filterError);
  const chip = chipOfFilter(filter);
  const total = useModelPart(model.push, (push) => push?.total ?? 0);
  const all = useModelPart(model.push, (push) => push?.all ?? 0);
  const evicted = useModelPart(model.push, (push) => push?.evicted ?? 0);
  return (
    <search>
      <div className="bar flows-bar">
        <input
          ref={field}
          className="input mono flows-filter"
          type="text"
          aria-label={t('filter.label')}
          aria-invalid={error !== undefined}
          aria-describedby="flows-filter-fault"
          placeholder={t('filter.placeholder')}
          spellCheck={false}
          autoComplete="off"
          value={filter}
          onChange={(event) => void model.setFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || filter === '') return;
            event.stopPropagation();
            void model.setFilter('');
          }}
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
        <span className="grow" />
        <span className="quiet number flows-count" role="status">
          {filter.trim() === '' ? t('count.flows', { count: all }) : t('count.filtered', { total, all })}
          {evicted === 0 ? null : (
            <span title={t('count.evicted-tooltip')}> · {t('count.evicted', { count: evicted })}</span>
          )}
        </span>
      </div>
      <div id="flows-filter-fault" aria-live="polite">
        {error === undefined ? null : <p className="flows-fault">{failureText(t, error)}</p>}
      </div>
    </search>
  );
}
