/** Announces the replay of messages; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { replayText } from './strings/text.ts';

export const replayPanel: PanelDescriptor<ReactNode> = {
  id: 'replay',
  title: () => replayText('title'),
  whileOpen: true,
  load: () => import('./ReplayPanel.tsx'),
  commands: (app) => [
    {
      id: 'replay.open',
      title: () => replayText('command.open'),
      enabled: () => app.navigation.source.get() !== undefined,
      run: () => {
        const source = app.navigation.source.get();
        if (source !== undefined) app.navigation.go({ to: 'replay', source });
      },
    },
  ],
};
