/** Announces the saved connections; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { profilesText } from './strings/text.ts';

export const profilesPanel: PanelDescriptor<ReactNode> = {
  id: 'profiles',
  title: () => profilesText('title'),
  needsSource: false,
  whileOpen: true,
  load: () => import('./ProfilesPanel.tsx'),
};
