/** What every panel is handed: the service, the way to other panels, the commands, and where failures are told. */

import type { Actions } from './actions.ts';
import type { Commands } from './commands.ts';
import type { PythonParts } from './console-run.ts';
import type { FileSaving } from './file-saving.ts';
import type { Inspector } from './inspector.ts';
import type { Navigation } from './navigation.ts';

export interface AppModel {
  readonly inspector: Inspector;
  readonly navigation: Navigation;
  readonly commands: Commands;
  readonly actions: Actions;
  readonly saving: FileSaving;
  /** What the console runs Python with. */
  readonly python: PythonParts;
  /** ⌘ instead of Ctrl. */
  readonly mac: boolean;
}
