/** How a panel announces itself: a cheap file that the registry lists, and the rest loaded on first use. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { SourceStats } from '../../shared/contract/source-records.ts';
import type { AppModel } from './app-model.ts';
import type { Command } from './commands.ts';

export interface PanelProps {
  readonly app: AppModel;
  /** The selected source; undefined while there is none. The panel is mounted once and follows this. */
  readonly source: SourceId | undefined;
}

export interface DrawerProps {
  readonly app: AppModel;
  readonly onClose: () => void;
}

export interface PanelBadge {
  readonly text: string;
  readonly tone?: 'warning' | 'error';
}

/** `View` is what the panel's component returns; the app names React's type, this file knows no React. */
export interface PanelDescriptor<View = unknown> {
  /** As in {@link file://./navigation.ts PANEL_OF}. */
  readonly id: string;
  /** Asked for at each drawing, so that it follows the language. */
  readonly title: () => string;
  /** What stands beside the title, from the selected source's counters. */
  readonly badge?: (stats: SourceStats) => PanelBadge | undefined;
  /** The same, of the packets that wait at a breakpoint, whatever the source. */
  readonly waitingBadge?: (waiting: number) => PanelBadge | undefined;
  readonly load: () => Promise<{ readonly Panel: (props: PanelProps) => View }>;
  /** What of the panel can stand below every other one. */
  readonly drawer?: () => Promise<{ readonly Drawer: (props: DrawerProps) => View }>;
  /** False where the panel has something to show without any source; true by default. */
  readonly needsSource?: boolean;
  /** Its tab shows only while it is on screen: a place one goes to and comes back from. */
  readonly whileOpen?: boolean;
  /** What the palette offers before the panel was ever opened. */
  readonly commands?: (app: AppModel) => readonly Command[];
}
