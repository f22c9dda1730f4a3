/** Announces the Publish panel; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { publishText } from './strings/text.ts';

export const publishPanel: PanelDescriptor<ReactNode> = {
  id: 'publish',
  title: () => publishText('title'),
  load: () => import('./PublishPanel.tsx'),
};
