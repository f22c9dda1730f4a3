/** What the chosen action of a rule needs to know. */

import type { ReactNode } from 'react';
import { REASON_CHOICES, type RuleField, type RuleForm } from '../../model/rule-form.ts';
import { useText } from '../../model/use-store.ts';
import { AreaField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { rulesText } from './strings/text.ts';

export interface ActionFieldsProps {
  readonly form: RuleForm;
  readonly fault: (field: Exclude<RuleField, 'filter'>) => string | undefined;
  /** More may be typed. */
  readonly onType: (patch: Partial<RuleForm>) => void;
  readonly onChoose: (patch: Partial<RuleForm>) => void;
}

export function ActionFields(props: ActionFieldsProps): ReactNode {
  const { form, fault, onType } = props;
  const t = useText(rulesText);
  switch (form.action) {
    case 'delay':
      return (
        <TextField
          label={t('form.ms')}
          numeric
          unit="ms"
          value={form.ms}
          fault={fault('ms')}
          onChange={(ms) => onType({ ms })}
        />
      );
    case 'duplicate':
      return (
        <TextField
          label={t('form.copies')}
          numeric
          value={form.copies}
          fault={fault('copies')}
          onChange={(copies) => onType({ copies })}
        />
      );
    case 'corrupt':
      return (
        <>
          <TextField
            label={t('form.offset')}
            numeric
            value={form.offset}
            placeholder={t('form.offset.placeholder')}
            hint={t('form.offset.hint')}
            fault={fault('offset')}
            onChange={(offset) => onType({ offset })}
          />
          <TextField
            label={t('form.mask')}
            numeric
            mono
            value={form.mask}
            hint={t('form.mask.hint')}
            fault={fault('mask')}
            onChange={(mask) => onType({ mask })}
          />
        </>
      );
    case 'rewrite':
      return <RewriteFields {...props} />;
    case 'answer':
      return (
        <TextField
          label={t('form.reasonCode')}
          value={form.reasonCode}
          choices={REASON_CHOICES}
          hint={t('form.reasonCode.hint')}
          fault={fault('reasonCode')}
          onChange={(reasonCode) => onType({ reasonCode })}
        />
      );
    case 'pause':
    case 'drop':
    case 'close':
    case 'reset':
      return null;
  }
}

function RewriteFields({ form, fault, onType, onChoose }: ActionFieldsProps): ReactNode {
  const t = useText(rulesText);
  return (
    <>
      <TextField
        label={t('form.topic')}
        mono
        value={form.topic}
        placeholder={t('form.topic.placeholder')}
        fault={fault('topic')}
        onChange={(topic) => onType({ topic })}
      />
      <SelectField
        label={t('form.payload')}
        value={form.payloadAs}
        choices={(['own', 'text', 'hex'] as const).map((as) => [as, t(`form.payload.${as}`)])}
        onChange={(payloadAs) => onChoose({ payloadAs })}
      />
      {form.payloadAs === 'own' ? null : (
        <AreaField
          label={t('form.payload.bytes')}
          value={form.payload}
          rows={4}
          fault={fault('payload')}
          onChange={(payload) => onType({ payload })}
        />
      )}
      <SelectField
        label={t('form.qos')}
        value={form.qos}
        choices={(['', '0', '1', '2'] as const).map((qos) => [qos, qos === '' ? t('form.own') : `QoS ${qos}`])}
        onChange={(qos) => onChoose({ qos })}
      />
      <SelectField
        label={t('form.retain')}
        value={form.retain}
        choices={[
          ['', t('form.own')] as const,
          ['yes', t('form.retain.yes')] as const,
          ['no', t('form.retain.no')] as const,
        ]}
        onChange={(retain) => onChoose({ retain })}
      />
    </>
  );
}
