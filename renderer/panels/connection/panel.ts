/** Announces the Connection panel; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { connectionText } from './strings/text.ts';

export const connectionPanel: PanelDescriptor<ReactNode> = {
  id: 'connection',
  title: () => connectionText('title'),
  load: () => import('./ConnectionPanel.tsx'),
};
