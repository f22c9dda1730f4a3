/** Announces the comparison of captures; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { compareText } from './strings/text.ts';

export const comparePanel: PanelDescriptor<ReactNode> = {
  id: 'compare',
  title: () => compareText('title'),
  whileOpen: true,
  load: () => import('./ComparePanel.tsx'),
  commands: (app) => [
    {
      id: 'compare.open',
      title: () => compareText('command.open'),
      enabled: () => app.navigation.source.get() !== undefined,
      run: () => {
        const source = app.navigation.source.get();
        if (source !== undefined) app.navigation.go({ to: 'compare', source, side: 'a' });
      },
    },
  ],
};
