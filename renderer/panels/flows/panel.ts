/** Announces the Flows panel; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { flowsText } from './strings/text.ts';

export const flowsPanel: PanelDescriptor<ReactNode> = {
  id: 'flows',
  title: () => flowsText('title'),
  badge: (stats) => (stats.openFlows === 0 ? undefined : { text: flowsText('badge.open', { count: stats.openFlows }) }),
  load: () => import('./FlowsPanel.tsx'),
};
