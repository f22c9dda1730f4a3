/** How links to servers are shaped, said in the toolbar for as long as any is, and the menu that changes it. */

import { Gauge } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SourceSummary } from '../../shared/contract/source-records.ts';
import {
  type LinkConditions,
  PRESET_NAMES,
  PRESETS,
  presetOf,
  type ShapingRecord,
  UNSHAPED,
} from '../../shared/contract/shaping.ts';
import { useModel, useText } from '../model/use-store.ts';
import { MenuButton, type MenuEntry } from '../ui/Menu.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export function ShapingMenu({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const record = useModel(inspector.shaping);
  const sources = useModel(inspector.sources);
  const selected = useModel(navigation.source);
  const current = sources.find((source) => source.id === selected);
  const own = record.sources.find(({ source }) => source === selected)?.conditions;
  const here = presetOf(own ?? record.all);
  const isOn = isAnyShaped(record);
  const shown = here === 'off' && isOn ? t('shaping.elsewhere') : t(`shaping.${here}`);
  const custom = { id: 'custom', title: t('shaping.custom-values'), onPress: () => shell.sidePane.set('shaping') };
  const entries: MenuEntry[] = [
    ...presets(record.all, (conditions) => shell.setShaping(conditions)),
    { ...custom, chosen: presetOf(record.all) === 'custom' },
    { separator: true },
    ...(current === undefined || current.kind === 'file' ? [] : [ofSource(current)]),
    { id: 'cut', title: t('shaping.cut'), onPress: () => shell.cutLinks() },
  ];
  return (
    <MenuButton label={`${t('shaping.label')}: ${shown}`} entries={entries} className={isOn ? 'in-force' : ''}>
      <Gauge aria-hidden />
      {isOn ? shown : null}
    </MenuButton>
  );

  function presets(chosen: LinkConditions | undefined, onChoose: (conditions: LinkConditions) => void): MenuEntry[] {
    const is = chosen === undefined ? undefined : presetOf(chosen);
    return (['off', ...PRESET_NAMES] as const).map((name) => ({
      id: name,
      title: t(`shaping.${name}`),
      chosen: name === is,
      onPress: () => onChoose(name === 'off' ? UNSHAPED : PRESETS[name]),
    }));
  }

  function ofSource({ id, name }: SourceSummary): MenuEntry {
    return {
      id: 'source',
      title: t('shaping.only', { name }),
      items: [
        {
          id: 'as-all',
          title: t('shaping.as-all'),
          chosen: own === undefined,
          onPress: () => shell.setShaping(undefined, id),
        },
        ...presets(own, (conditions) => shell.setShaping(conditions, id)),
        { separator: true },
        { id: 'cut', title: t('shaping.cut-one'), onPress: () => shell.cutLinks(id) },
      ],
    };
  }
}

function isAnyShaped({ all, sources }: ShapingRecord): boolean {
  return [all, ...sources.map(({ conditions }) => conditions)].some((conditions) => presetOf(conditions) !== 'off');
}
