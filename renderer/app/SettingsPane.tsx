/** Every setting, applied as it is changed. */

import { type ReactNode, useId, useState } from 'react';
import type { ProcedureInput } from '../../shared/contract/procedures.ts';
import { useModel, useText } from '../model/use-store.ts';
import { SidePane } from './SidePane.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

const MEBIBYTE = 1_048_576;

export function SettingsPane({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const settings = useModel(shell.app.inspector.settings);
  const hello = useModel(shell.app.inspector.hello);
  const change = (patch: ProcedureInput<'setSettings'>) => void shell.changeSettings(patch);
  return (
    <SidePane shell={shell} title={t('settings.title')}>
      <h3>{t('settings.look')}</h3>
      <Choice
        label={t('settings.theme')}
        value={settings.theme}
        choices={(['system', 'dark', 'light'] as const).map((theme) => [theme, t(`settings.theme.${theme}`)])}
        onChange={(theme) => change({ theme })}
      />
      <Choice
        label={t('settings.language')}
        value={settings.language}
        choices={[
          ['system', t('settings.language.system')],
          ['en', 'English'],
          ['zh-CN', '简体中文'],
        ]}
        onChange={(language) => change({ language })}
      />
      <Choice
        label={t('settings.timeFormat')}
        value={settings.timeFormat}
        choices={(['clock', 'relative', 'iso'] as const).map((form) => [form, t(`settings.timeFormat.${form}`)])}
        onChange={(timeFormat) => change({ timeFormat })}
      />
      <Switch
        label={t('settings.flashOnChange')}
        value={settings.flashOnChange}
        onChange={(flashOnChange) => change({ flashOnChange })}
      />
      <h3>{t('settings.capture')}</h3>
      <Amount
        label={t('settings.byteBudget')}
        hint={t('settings.byteBudget.hint')}
        unit={t('unit.mib')}
        factor={MEBIBYTE}
        value={settings.byteBudget}
        min={16}
        max={16_384}
        onChange={(byteBudget) => change({ byteBudget })}
      />
      <Amount
        label={t('settings.maxPacketBytes')}
        hint={t('settings.maxPacketBytes.hint')}
        unit={t('unit.kib')}
        factor={1024}
        value={settings.maxPacketBytes}
        min={1}
        max={262_144}
        onChange={(maxPacketBytes) => change({ maxPacketBytes })}
      />
      <Amount
        label={t('settings.stalledAfterMs')}
        hint={t('settings.stalledAfterMs.hint')}
        unit={t('unit.ms')}
        factor={1}
        value={settings.stalledAfterMs}
        min={10}
        max={3_600_000}
        onChange={(stalledAfterMs) => change({ stalledAfterMs })}
      />
      <h3>{t('settings.start')}</h3>
      <Switch
        label={t('settings.demoAtStart')}
        value={settings.demoAtStart}
        onChange={(demoAtStart) => change({ demoAtStart })}
      />
      {hello === undefined ? null : (
        <p className="faint settings-version">{t('settings.version', { version: hello.version })}</p>
      )}
    </SidePane>
  );
}

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly choices: readonly (readonly [value: V, title: string])[];
  readonly onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, choices, onChange }: ChoiceProps<V>): ReactNode {
  const id = useId();
  return (
    <div className="field-row">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        value={value}
        onChange={(event) => {
          const chosen = choices.find(([candidate]) => candidate === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {choices.map(([choice, title]) => (
          <option key={choice} value={choice}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

function Switch({ label, value, onChange }: SwitchProps): ReactNode {
  return (
    <label className="switch-row">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

interface AmountProps {
  readonly label: string;
  readonly hint: string;
  readonly unit: string;
  /** What one shown unit is in the setting's own. */
  readonly factor: number;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function Amount(props: AmountProps): ReactNode {
  const t = useText(shellText);
  const id = useId();
  const [text, setText] = useState<string>();
  const shown = Math.floor(props.value / props.factor);
  const typed = text === undefined ? shown : Number(text);
  const fits = Number.isInteger(typed) && typed >= props.min && typed <= props.max;
  const finish = () => {
    if (text !== undefined && fits && typed !== shown) props.onChange(typed * props.factor);
    if (fits) setText(undefined);
  };
  return (
    <div className="field-row">
      <label htmlFor={id}>{props.label}</label>
      <span className="amount">
        <input
          id={id}
          className="input number"
          inputMode="numeric"
          value={text ?? String(shown)}
          aria-invalid={!fits}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.target.value)}
          onBlur={finish}
          onKeyDown={(event) => event.key === 'Enter' && finish()}
        />
        {props.unit}
      </span>
      <span id={`${id}-hint`} className={`field-hint ${fits ? '' : 'field-error'}`}>
        {fits ? props.hint : t('settings.not-a-number', { min: props.min, max: props.max })}
      </span>
    </div>
  );
}
