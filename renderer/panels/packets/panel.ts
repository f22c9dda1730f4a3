/** Announces the Packets panel. */

import type { ReactNode } from 'react';
import { formatCompact } from '../../model/format.ts';
import type { PanelDescriptor } from '../../model/panel.ts';
import { packetsText } from './strings/text.ts';

export const packetsPanel: PanelDescriptor<ReactNode> = {
  id: 'packets',
  title: () => packetsText('title'),
  badge: (stats) => ({ text: formatCompact(stats.packets) }),
  load: async () => ({ Panel: (await import('./PacketsPanel.tsx')).PacketsPanel }),
};
