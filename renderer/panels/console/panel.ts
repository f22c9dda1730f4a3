/** Announces the Console panel and its drawer; both load on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { consoleText } from './strings/text.ts';

export const consolePanel: PanelDescriptor<ReactNode> = {
  id: 'console',
  title: () => consoleText('title'),
  needsSource: false,
  load: () => import('./ConsolePanel.tsx'),
  drawer: () => import('./ConsoleDrawer.tsx'),
};
