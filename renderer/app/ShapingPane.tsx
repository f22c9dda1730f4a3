/** Conditions of one's own for links to servers: figures, applied together. */

import { type ReactNode, useId, useState } from 'react';
import * as v from 'valibot';
import { LINKS, type LinkConditions, LinkConditionsSchema, UNSHAPED } from '../../shared/contract/shaping.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import { SelectField, TextField } from '../ui/FormFields.tsx';
import '../ui/form-fields.css';
import { SidePane } from './SidePane.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

const FIGURES = [
  ['latencyMs', 'unit.ms'],
  ['jitterMs', 'unit.ms'],
  ['upKbit', 'unit.kbit'],
  ['downKbit', 'unit.kbit'],
  ['outageEveryMs', 'unit.ms'],
  ['outageMs', 'unit.ms'],
] as const;
type Figure = (typeof FIGURES)[number][0];
type Texts = Readonly<Record<Figure, string>>;

export function ShapingPane({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const record = useModel(inspector.shaping);
  const sources = useModel(inspector.sources);
  const selected = useModel(navigation.source);
  const current = sources.find(({ id, kind }) => id === selected && kind !== 'file');
  const [scope, setScope] = useState<'all' | 'source'>('all');
  const [texts, setTexts] = useState<Texts>(() => textsOf(record.all));
  const [link, setLink] = useState(record.all.link);
  const heading = useId();
  const source = scope === 'source' ? current?.id : undefined;
  const conditions = { ...numbersOf(texts), link };
  const faults = faultsOf(conditions);
  return (
    <SidePane shell={shell} title={t('shaping.label')}>
      <p className="quiet" id={heading}>
        {t('shaping.explained')}
      </p>
      <form
        className="shaping-form"
        aria-labelledby={heading}
        onSubmit={(event) => {
          event.preventDefault();
          if (faults.size === 0) shell.setShaping(conditions, source);
        }}
      >
        {current === undefined ? null : (
          <SelectField
            label={t('shaping.scope')}
            value={scope}
            choices={[
              ['all', t('shaping.scope.all')],
              ['source', t('shaping.only', { name: current.name })],
            ]}
            onChange={(chosen) => {
              const own = record.sources.find((one) => chosen === 'source' && one.source === current.id);
              const shown = own?.conditions ?? record.all;
              setScope(chosen);
              setTexts(textsOf(shown));
              setLink(shown.link);
            }}
          />
        )}
        <SelectField
          label={t('shaping.link')}
          value={link}
          choices={LINKS.map((one) => [one, t(`shaping.link.${one}`)])}
          onChange={setLink}
        />
        {FIGURES.map(([figure, unit]) => (
          <TextField
            key={figure}
            numeric
            label={t(`shaping.${figure}`)}
            hint={t(`shaping.${figure}.hint`)}
            unit={t(unit)}
            value={texts[figure]}
            fault={faults.has(figure) ? t('shaping.fault') : undefined}
            onChange={(text) => setTexts({ ...texts, [figure]: text })}
          />
        ))}
        <div className="bar-buttons">
          <Button
            kind="primary"
            label={t('shaping.apply')}
            disabled={faults.size > 0}
            attributes={{ type: 'submit' }}
            onPress={() => undefined}
          />
          <Button kind="framed" label={t('shaping.turn-off')} onPress={() => shell.setShaping(UNSHAPED, source)} />
        </div>
      </form>
    </SidePane>
  );
}

function textsOf(conditions: LinkConditions): Texts {
  const entries = FIGURES.map(([figure]) => [figure, String(conditions[figure])] as const);
  return Object.fromEntries(entries) as Record<Figure, string>;
}

/** NaN for what is no number. */
function numbersOf(texts: Texts): Readonly<Record<Figure, number>> {
  const read = (text: string): number => (text.trim() === '' ? 0 : Number(text));
  const entries = FIGURES.map(([figure]) => [figure, read(texts[figure])] as const);
  return Object.fromEntries(entries) as Record<Figure, number>;
}

function faultsOf(conditions: LinkConditions): ReadonlySet<string> {
  const { issues = [] } = v.safeParse(LinkConditionsSchema, conditions);
  return new Set(issues.map((issue) => String(issue.path?.[0]?.key)));
}
