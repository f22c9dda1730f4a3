/** Every panel of the page in tab order. A panel adds its descriptor here and nothing else knows of it. */

import type { ReactNode } from 'react';
import type { PanelDescriptor } from '../model/panel.ts';
import { comparePanel } from '../panels/compare/panel.ts';
import { connectionPanel } from '../panels/connection/panel.ts';
import { consolePanel } from '../panels/console/panel.ts';
import { flowsPanel } from '../panels/flows/panel.ts';
import { packetsPanel } from '../panels/packets/panel.ts';
import { profilesPanel } from '../panels/profiles/panel.ts';
import { publishPanel } from '../panels/publish/panel.ts';
import { replayPanel } from '../panels/replay/panel.ts';
import { rulesPanel } from '../panels/rules/panel.ts';
import { tapsPanel } from '../panels/taps/panel.ts';
import { topicsPanel } from '../panels/topics/panel.ts';

export const panels: readonly PanelDescriptor<ReactNode>[] = [
  topicsPanel,
  packetsPanel,
  flowsPanel,
  publishPanel,
  connectionPanel,
  consolePanel,
  rulesPanel,
  profilesPanel,
  tapsPanel,
  replayPanel,
  comparePanel,
];
