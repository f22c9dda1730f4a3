/** Announces the taps; the panel itself loads on first use. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../../model/panel.ts';
import { tapsText } from './strings/text.ts';

export const tapsPanel: PanelDescriptor<ReactNode> = {
  id: 'taps',
  title: () => tapsText('title'),
  needsSource: false,
  whileOpen: true,
  load: () => import('./TapsPanel.tsx'),
};
