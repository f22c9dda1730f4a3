/** Scripts to begin with, one for each dialect. */

import type { ReactNode } from 'react';
import type { ConsoleModel } from '../../model/console-model.ts';
import { useText } from '../../model/use-store.ts';
import { MenuButton } from '../../ui/Menu.tsx';
import { type Example, EXAMPLES, loadExample } from './examples.ts';
import { consoleText } from './strings/text.ts';

/** What the empty editor offers. */
export const firstExample: Example = 'paho_publish_subscribe';

/** Opens a copy; the example itself stays as it is. */
export async function openExample(model: ConsoleModel, name: Example): Promise<void> {
  model.files.add(`${name}.py`, await loadExample(name));
}

export function ExamplesMenu({ model }: { readonly model: ConsoleModel }): ReactNode {
  const t = useText(consoleText);
  const entries = EXAMPLES.map((name) => ({
    id: name,
    title: t(`example.${name}`),
    onPress: () => void model.app.actions.run(() => openExample(model, name)),
  }));
  return (
    <MenuButton label={t('examples')} entries={entries}>
      {t('examples')}
    </MenuButton>
  );
}
