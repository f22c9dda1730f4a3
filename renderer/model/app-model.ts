/** What every panel is handed: the service, the way to other panels, the commands, and where failures are told. */

import type { Actions } from './actions.ts';
import type { Commands } from './commands.ts';
import type { Inspector } from './inspector.ts';
import type { Navigation } from './navigation.ts';

export interface AppModel {
  readonly inspector: Inspector;
  readonly navigation: Navigation;
  readonly commands: Commands;
  readonly actions: Actions;
  /** ⌘ instead of Ctrl. */
  readonly mac: boolean;
}
