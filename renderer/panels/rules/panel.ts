/** Announces the Rules panel, and what can be done with waiting packets from everywhere. */

import type { ReactNode } from 'react';
import { formatInteger } from '../../model/format.ts';
import { heldModelOf } from '../../model/held-model.ts';
import type { PanelDescriptor } from '../../model/panel.ts';
import { rulesModelOf } from '../../model/rules-model.ts';
import { rulesText } from './strings/text.ts';

export const rulesPanel: PanelDescriptor<ReactNode> = {
  id: 'rules',
  title: () => rulesText('title'),
  waitingBadge: (waiting) => (waiting === 0 ? undefined : { text: formatInteger(waiting), tone: 'warning' }),
  needsSource: false,
  load: () => import('./RulesPanel.tsx'),
  commands: (app) => {
    const waits = () => app.inspector.rules.get().held.length > 0;
    return [
      {
        id: 'rules.add',
        title: () => rulesText('command.add'),
        run: () => app.navigation.go({ to: 'rule' }),
      },
      {
        id: 'rules.forward',
        title: () => rulesText('command.forward'),
        keys: 'F8',
        enabled: waits,
        run: () => void heldModelOf(app).forward(),
      },
      {
        id: 'rules.forward-all',
        title: () => rulesText('command.forward-all'),
        keys: 'Shift+F8',
        enabled: waits,
        run: () => void heldModelOf(app).resolveAll('forward'),
      },
      {
        id: 'rules.drop-all',
        title: () => rulesText('command.drop-all'),
        enabled: waits,
        run: () => void heldModelOf(app).resolveAll('drop'),
      },
      {
        id: 'rules.all-off',
        title: () => rulesText('command.all-off'),
        enabled: () => app.inspector.rules.get().book.rules.some(({ enabled }) => enabled),
        run: () => void rulesModelOf(app).turnAllOff(),
      },
    ];
  },
};
