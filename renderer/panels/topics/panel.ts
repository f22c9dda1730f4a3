/** Announces the Topics panel; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import { formatCompact } from '../../model/format.ts';
import type { PanelDescriptor } from '../../model/panel.ts';
import { topicsText } from './strings/text.ts';

export const topicsPanel: PanelDescriptor<ReactNode> = {
  id: 'topics',
  title: () => topicsText('title'),
  badge: (stats) => (stats.topics === 0 ? undefined : { text: formatCompact(stats.topics) }),
  load: () => import('./TopicsPanel.tsx'),
};
