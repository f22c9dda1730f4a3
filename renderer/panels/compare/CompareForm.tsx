/** What is compared with what, and which differences count. */

import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import type { CompareModel, Side } from '../../model/compare-model.ts';
import { formFilterField } from '../../model/filter-field.ts';
import { formatInteger } from '../../model/format.ts';
import { savedFilterField } from '../../model/saved-filter-field.ts';
import { savedFiltersOf } from '../../model/saved-filters.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { ChipChoice } from '../../ui/ChipChoice.tsx';
import { FilterInput } from '../../ui/FilterInput.tsx';
import { compareText } from './strings/text.ts';

export interface CompareFormProps {
  readonly app: AppModel;
  readonly model: CompareModel;
}

export function CompareForm({ app, model }: CompareFormProps): ReactNode {
  const t = useText(compareText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const record = useModel(model.record);
  const running = record?.state === 'running';
  return (
    <form
      className="compare-form"
      aria-label={t('title')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!running) void model.start();
      }}
    >
      <SideRow app={app} model={model} side="a" />
      <SideRow app={app} model={model} side="b" />
      <div className="bar compare-options">
        <label className="field-check">
          <input
            type="checkbox"
            checked={form.ignoresDirection}
            onChange={(event) => model.change({ ignoresDirection: event.target.checked })}
          />
          <span title={t('direction.hint')}>{t('direction')}</span>
        </label>
        <label className="field-check">
          <input
            type="checkbox"
            checked={form.ignoresOrder}
            onChange={(event) => model.change({ ignoresOrder: event.target.checked })}
          />
          {t('order')}
        </label>
        <label className="compare-tolerance" title={t('tolerance.hint')}>
          {t('tolerance')}
          <input
            className="input number"
            inputMode="numeric"
            size={6}
            value={form.tolerance}
            placeholder={t('tolerance.any')}
            aria-invalid={faults.has('tolerance')}
            onChange={(event) => model.change({ tolerance: event.target.value })}
          />
          ms
        </label>
        <span className="grow" />
        {running ? (
          <>
            <progress aria-label={t('progress')} max={1} value={record.progress} />
            <Button kind="framed" label={t('stop')} onPress={() => void model.close()} />
          </>
        ) : (
          <button type="submit" className="button primary" disabled={faults.size > 0}>
            {t('start')}
          </button>
        )}
      </div>
      <Result model={model} />
    </form>
  );
}

function SideRow({ app, model, side }: CompareFormProps & { readonly side: Side }): ReactNode {
  const t = useText(compareText);
  const sources = useModel(app.inspector.sources);
  const { source, filter, flow } = useModel(model.form)[side];
  const saved = useModel(savedFiltersOf(app.inspector).state);
  return (
    <div className="bar compare-side" role="group" aria-label={t(`side.${side}`)}>
      <b>{t(`side.${side}`)}</b>
      <select
        className="select"
        aria-label={t('source')}
        value={String(source ?? '')}
        onChange={(event) =>
          model.changeSide(side, {
            source: sources.find(({ id }) => String(id) === event.target.value)?.id,
            flow: undefined,
          })
        }
      >
        {sources.map(({ id, name, endpoint }) => (
          <option key={id} value={String(id)}>
            {endpoint === '' ? name : `${name} · ${endpoint}`}
          </option>
        ))}
      </select>
      {flow === undefined ? (
        <FilterInput
          label={t('filter')}
          placeholder={t('filter.placeholder')}
          {...formFilterField(app.inspector, source, filter)}
          onChange={(next) => model.changeSide(side, { filter: next })}
          history={[]}
          historyLabel={t('filter')}
          clearLabel={t('filter.clear')}
          saved={savedFilterField(app.inspector, saved)}
        />
      ) : (
        <span className="grow">
          {t('flow', { flow: formatInteger(flow + 1) })}{' '}
          <Button label={t('flow.clear')} onPress={() => model.changeSide(side, { flow: undefined })}>
            <X aria-hidden />
          </Button>
        </span>
      )}
    </div>
  );
}

/** How much differs, and the way through it. */
function Result({ model }: { readonly model: CompareModel }): ReactNode {
  const t = useText(compareText);
  const record = useModel(model.record);
  const only = useModel(model.only);
  if (record?.state !== 'done') return null;
  const { counts, total, differing, cut } = record;
  const words = (['changed', 'onlyA', 'onlyB', 'moved', 'late'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => t(`count.${kind}`, { count: counts[kind] }));
  return (
    <div className="bar compare-result">
      <ChipChoice
        label={t('only')}
        chips={[
          { id: 'all', title: t('only.all'), note: formatInteger(total) },
          { id: 'differences', title: t('only.differences'), note: formatInteger(differing) },
        ]}
        chosen={only}
        onChoose={(choice) => model.show(choice)}
      />
      <span role="status" className="quiet">
        {differing === 0 ? t('same') : [...words, t('count.same', { count: counts.same })].join(' · ')}
        {cut ? ` · ${t('cut')}` : ''}
      </span>
      <span className="grow" />
      <Button
        label={t('command.previous')}
        keys="Shift+F7"
        disabled={differing === 0}
        onPress={() => void model.step(true)}
      >
        <ChevronUp aria-hidden />
      </Button>
      <Button label={t('command.next')} keys="F7" disabled={differing === 0} onPress={() => void model.step(false)}>
        <ChevronDown aria-hidden />
      </Button>
    </div>
  );
}
