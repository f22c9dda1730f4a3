/** The form of a replay: the messages, the connection they go to, pace and rounds, and what is changed on the way. */

import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { SourceSummary } from '../../../shared/contract/source-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formFilterField } from '../../model/filter-field.ts';
import { formatDuration, formatInteger } from '../../model/format.ts';
import { FACTORS, mappedTopic, type ReplayModel, ruleFault } from '../../model/replay-model.ts';
import { savedFilterField } from '../../model/saved-filter-field.ts';
import { savedFiltersOf } from '../../model/saved-filters.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { FilterInput } from '../../ui/FilterInput.tsx';
import { CheckField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { PairList } from '../../ui/PairList.tsx';
import { replayText } from './strings/text.ts';

export interface ReplayFormProps {
  readonly app: AppModel;
  readonly model: ReplayModel;
}

export function ReplayForm({ app, model }: ReplayFormProps): ReactNode {
  const t = useText(replayText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const busy = useModel(model.busy);
  const sources = useModel(app.inspector.sources);
  const sessions = sources.filter(({ kind }) => kind === 'session');
  const target = sessions.find(({ id }) => id === form.to);
  const offline = target !== undefined && target.state !== 'connected';
  const chooseSource = (text: string): SourceId | undefined => sources.find(({ id }) => String(id) === text)?.id;
  const wrongRule = form.rules.map(ruleFault).find((fault) => fault !== undefined);
  return (
    <form
      className="replay-form"
      aria-label={t('form.title')}
      onSubmit={(event) => {
        event.preventDefault();
        void model.start();
      }}
    >
      <h2>{t('form.title')}</h2>
      <SelectField
        label={t('from')}
        value={String(form.from ?? '')}
        choices={choicesOf(sources)}
        onChange={(text) => model.change({ from: chooseSource(text), fromSeq: undefined, chosen: undefined })}
      />
      <div className="field-row">
        <span>{t('filter')}</span>
        <span className="field-control">
          <FilterField app={app} model={model} />
        </span>
      </div>
      <SelectField
        label={t('direction')}
        value={form.direction}
        choices={(['both', 'client-to-server', 'server-to-client'] as const).map((which) => [
          which,
          t(`direction.${which}`),
        ])}
        hint={form.direction === 'both' ? t('direction.hint') : undefined}
        onChange={(direction) => model.change({ direction })}
      />
      {form.fromSeq === undefined ? null : (
        <div className="field-row">
          <span>{t('from-packet')}</span>
          <span className="field-control">
            <span className="mono">{formatInteger(form.fromSeq + 1)}</span>
            <Button label={t('from-packet.all')} onPress={() => model.change({ fromSeq: undefined })}>
              <X aria-hidden />
            </Button>
          </span>
        </div>
      )}
      {form.chosen === undefined ? null : (
        <div className="field-row">
          <span>{t('chosen')}</span>
          <span className="field-control">
            <span>{t('chosen.count', { count: form.chosen.count })}</span>
            <Button label={t('chosen.all')} onPress={() => model.change({ chosen: undefined })}>
              <X aria-hidden />
            </Button>
          </span>
        </div>
      )}
      <Found model={model} />
      <SelectField
        label={t('to')}
        value={String(form.to ?? '')}
        choices={sessions.length === 0 ? [['', t('to.none')]] : choicesOf(sessions)}
        fault={faults.has('to') ? t('to.fault') : undefined}
        hint={offline ? t('to.offline') : undefined}
        onChange={(text) => model.change({ to: chooseSource(text) })}
      />
      <SelectField
        label={t('pace')}
        value={form.pace}
        choices={(['recorded', 'scaled', 'fastest'] as const).map((pace) => [pace, t(`pace.${pace}`)])}
        onChange={(pace) => model.change({ pace })}
      />
      {form.pace === 'scaled' ? (
        <TextField
          label={t('factor')}
          value={form.factor}
          numeric
          unit="×"
          fault={faults.has('factor') ? t('factor.fault', FACTORS) : undefined}
          hint={t('factor.hint')}
          onChange={(factor) => model.change({ factor })}
        />
      ) : null}
      {form.endless ? null : (
        <TextField
          label={t('rounds')}
          value={form.rounds}
          numeric
          fault={faults.has('rounds') ? t('rounds.fault') : undefined}
          onChange={(rounds) => model.change({ rounds })}
        />
      )}
      <CheckField label={t('endless')} value={form.endless} onChange={(endless) => model.change({ endless })} />
      <SelectField
        label={t('qos')}
        value={form.qos}
        choices={(['', '0', '1', '2'] as const).map((qos) => [qos, qos === '' ? t('as-recorded') : `QoS ${qos}`])}
        onChange={(qos) => model.change({ qos })}
      />
      <SelectField
        label={t('retain')}
        value={form.retain}
        choices={[['', t('as-recorded')] as const, ['yes', t('retain.yes')] as const, ['no', t('retain.no')] as const]}
        onChange={(retain) => model.change({ retain })}
      />
      <PairList
        label={t('rules')}
        nameLabel={t('rules.from')}
        valueLabel={t('rules.to')}
        addLabel={t('rules.add')}
        removeLabel={t('rules.remove')}
        pairs={form.rules}
        hint={t('rules.hint')}
        fault={
          wrongRule === undefined
            ? undefined
            : t(`rules.fault.${wrongRule.fault === 'wildcards' ? 'wildcards' : wrongRule.side}`)
        }
        onChange={(rules) => model.change({ rules })}
      />
      <Mapped model={model} />
      <div className="replay-start">
        <Button
          kind="primary"
          label={t('start')}
          disabled={busy || offline || faults.size > 0}
          onPress={() => void model.start()}
        />
        {offline ? <span className="quiet">{t('start.offline')}</span> : null}
      </div>
    </form>
  );
}

function choicesOf(sources: readonly SourceSummary[]): (readonly [string, string])[] {
  return sources.map(({ id, name, endpoint }) => [String(id), endpoint === '' ? name : `${name} · ${endpoint}`]);
}

function FilterField({ app, model }: ReplayFormProps): ReactNode {
  const t = useText(replayText);
  const { filter, from } = useModel(model.form);
  const saved = useModel(savedFiltersOf(app.inspector).state);
  return (
    <FilterInput
      label={t('filter')}
      placeholder={t('filter.placeholder')}
      {...formFilterField(app.inspector, from, filter)}
      onChange={(next) => model.change({ filter: next })}
      history={[]}
      historyLabel={t('filter')}
      clearLabel={t('filter.clear')}
      saved={savedFilterField(app.inspector, saved)}
    />
  );
}

/** How many messages there are, and how long they took. */
function Found({ model }: { readonly model: ReplayModel }): ReactNode {
  const t = useText(replayText);
  const preview = useModel(model.preview);
  const text =
    preview === undefined
      ? ''
      : !preview.complete
        ? t('found.counting')
        : preview.total === 0
          ? t('found.none')
          : t('found.some', { count: preview.total, duration: formatDuration(preview.durationUs) });
  return (
    <div className="field-row">
      <span>{t('found')}</span>
      <span className="field-control" role="status">
        <span className={preview?.total === 0 ? 'quiet' : ''}>{text}</span>
        <Button label={t('found.again')} onPress={() => void model.look()} />
      </span>
    </div>
  );
}

/** Some topics and where the rules send them. */
function Mapped({ model }: { readonly model: ReplayModel }): ReactNode {
  const t = useText(replayText);
  const preview = useModel(model.preview);
  const { rules } = useModel(model.form);
  const topics = preview?.topics ?? [];
  if (topics.length === 0 || rules.length === 0) return null;
  return (
    <table className="replay-mapped mono" aria-label={t('mapped')}>
      <tbody>
        {topics.map((topic) => {
          const mapped = mappedTopic(rules, topic);
          return (
            <tr key={topic} className={mapped === topic ? 'faint' : ''}>
              <td>{topic}</td>
              <td aria-hidden>→</td>
              <td>{mapped}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
