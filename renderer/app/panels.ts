/** Every panel of the page in tab order. A panel adds its descriptor here and nothing else knows of it. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../model/panel.ts';
import { packetsPanel } from '../panels/packets/panel.ts';

export const panels: readonly PanelDescriptor<ReactNode>[] = [packetsPanel];
