/** The form of the chosen rule; what is typed goes to the service when its field is left, or with Enter. */

import { type ReactNode, useEffect, useRef } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import { formFilterField } from '../../model/filter-field.ts';
import type { RuleField, RuleForm } from '../../model/rule-form.ts';
import type { RulesModel } from '../../model/rules-model.ts';
import { savedFilterField } from '../../model/saved-filter-field.ts';
import { savedFiltersOf } from '../../model/saved-filters.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { FilterInput } from '../../ui/FilterInput.tsx';
import { CheckField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { RULE_ACTIONS } from '../../../shared/contract/rules.ts';
import { ActionFields } from './ActionFields.tsx';
import { ruleName } from './rule-words.ts';
import { rulesText } from './strings/text.ts';

export interface RuleFieldsProps {
  readonly app: AppModel;
  readonly model: RulesModel;
  readonly form: RuleForm;
}

/** Actions that their fields alone do not explain. */
const EXPLAINED = {
  pause: 'action.pause.hint',
  drop: 'action.drop.hint',
  rewrite: 'action.rewrite.hint',
  answer: 'action.answer.hint',
  close: 'action.close.hint',
  reset: 'action.reset.hint',
} as const;

export function RuleFields({ app, model, form }: RuleFieldsProps): ReactNode {
  const t = useText(rulesText);
  const faults = useModel(model.faults);
  const refused = useModel(model.refused);
  const drafts = useModel(model.drafts);
  const commit = () => void model.commit();
  /** A panel that goes away takes its fields along without leaving them. */
  useEffect(() => () => void model.commit(), [model]);
  /** For choices: there is nothing more to type. */
  const choose = (patch: Partial<RuleForm>) => {
    model.change(patch);
    commit();
  };
  const fault = (field: Exclude<RuleField, 'filter'>) => (faults.has(field) ? t(`form.${field}.fault`) : undefined);
  const refusal = refused?.rule === form.id ? errorWords(refused.error) : undefined;
  const explained = form.action in EXPLAINED ? t(EXPLAINED[form.action as keyof typeof EXPLAINED]) : undefined;
  return (
    <form
      className="rules-form"
      aria-label={t('form.label', { name: ruleName(form) })}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.defaultPrevented && event.target instanceof HTMLInputElement) {
          event.preventDefault();
          commit();
        }
      }}
      onSubmit={(event) => event.preventDefault()}
    >
      {refusal === undefined ? null : <NoticeBar level="error" text={refusal.what} hint={refusal.hint} />}
      <CheckField label={t('form.enabled')} value={form.enabled} onChange={(enabled) => choose({ enabled })} />
      <TextField
        label={t('form.name')}
        value={form.name}
        placeholder={t('form.name.placeholder')}
        fault={fault('name')}
        onChange={(name) => model.change({ name })}
      />
      <FilterRow app={app} model={model} form={form} />
      <TextField
        label={t('form.every')}
        numeric
        value={form.every}
        hint={t('form.every.hint')}
        fault={fault('every')}
        onChange={(every) => model.change({ every })}
      />
      <SelectField
        label={t('form.action')}
        value={form.action}
        choices={RULE_ACTIONS.map((action) => [action, t(`action.${action}`)])}
        hint={explained}
        onChange={(action) => choose({ action })}
      />
      <ActionFields
        form={form}
        fault={fault}
        onType={(patch) => model.change(patch)}
        onChoose={(patch) => choose(patch)}
      />
      <div className="rules-state" role="status">
        {!drafts.has(form.id) ? null : faults.size > 0 || refusal !== undefined ? (
          <>
            <span className="field-error">{t('form.wrong')}</span>
            <Button kind="framed" label={t('form.revert')} onPress={() => model.revert()} />
          </>
        ) : (
          <span className="quiet">{t('form.typing')}</span>
        )}
      </div>
    </form>
  );
}

function FilterRow({ app, model, form }: RuleFieldsProps): ReactNode {
  const t = useText(rulesText);
  const source = useModel(app.navigation.source);
  const saved = useModel(savedFiltersOf(app.inspector).state);
  const typingWanted = useModel(model.typingWanted);
  const handle = useRef<{ focus(): void }>(null);
  useEffect(() => {
    if (!typingWanted) return;
    handle.current?.focus();
    model.focused();
  }, [model, typingWanted]);
  return (
    <div className="field-row">
      <span>{t('form.filter')}</span>
      <span className="field-control">
        <FilterInput
          handle={handle}
          label={t('form.filter')}
          placeholder={t('form.filter.placeholder')}
          {...formFilterField(app.inspector, source, form.filter)}
          onChange={(filter) => model.change({ filter })}
          onCommit={() => void model.commit()}
          history={[]}
          historyLabel={t('form.filter')}
          clearLabel={t('form.filter.clear')}
          saved={savedFilterField(app.inspector, saved)}
        />
      </span>
      {form.filter.trim() === '' ? <span className="field-hint">{t('form.filter.everything')}</span> : null}
    </div>
  );
}
