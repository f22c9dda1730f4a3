/** How many rules are on, said in the toolbar for as long as any is, and the menu that turns them on and off. */

import { OctagonPause } from 'lucide-react';
import type { ReactNode } from 'react';
import { rulesModelOf } from '../model/rules-model.ts';
import { useModelPart, useText } from '../model/use-store.ts';
import { MenuButton, type MenuEntry } from '../ui/Menu.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

/** More are in the panel. */
const LISTED = 30;

export function RulesMenu({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { app } = shell;
  const { rules } = useModelPart(app.inspector.rules, ({ book }) => book);
  const model = rulesModelOf(app);
  const on = rules.filter(({ enabled }) => enabled).length;
  const shown = on === 0 ? t('rules.none-on') : t('rules.on', { count: on });
  const entries: MenuEntry[] = [
    ...rules.slice(0, LISTED).map(({ id, name, filter, enabled }) => ({
      id,
      title: name || filter || t('rules.everything'),
      chosen: enabled,
      onPress: () => void model.setEnabled(id, !enabled),
    })),
    ...(rules.length === 0 ? [] : [{ separator: true } as const]),
    { id: 'all-off', title: t('rules.all-off'), disabled: on === 0, onPress: () => void model.turnAllOff() },
    { id: 'show', title: t('rules.show'), onPress: () => app.navigation.showPanel('rules') },
  ];
  return (
    <MenuButton label={`${t('rules.label')}: ${shown}`} entries={entries} className={on === 0 ? '' : 'in-force'}>
      <OctagonPause aria-hidden />
      {on === 0 ? null : shown}
    </MenuButton>
  );
}
