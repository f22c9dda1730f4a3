/** What the palette and the keys can do with the console. */

import type { Command } from '../../model/commands.ts';
import type { ConsoleModel } from '../../model/console-model.ts';
import { consoleText as t } from './strings/text.ts';

export interface ConsoleActions {
  readonly run: () => void;
  readonly runSelection: () => void;
  readonly format: () => void;
  readonly newFile: () => void;
}

export function consoleCommands(model: ConsoleModel, actions: ConsoleActions): readonly Command[] {
  const hasFile = () => model.files.current !== undefined;
  const several = () => model.files.files.get().length > 1;
  return [
    {
      id: 'console.run',
      title: () => t('command.run'),
      keys: 'Mod+Enter',
      panel: 'console',
      enabled: hasFile,
      run: actions.run,
    },
    {
      id: 'console.stop',
      title: () => t('command.stop'),
      enabled: () => model.selected.get()?.busy === true,
      run: () => model.stop(),
    },
    {
      id: 'console.run-selection',
      title: () => t('command.run-selection'),
      panel: 'console',
      enabled: hasFile,
      run: actions.runSelection,
    },
    {
      id: 'console.format',
      title: () => t('command.format'),
      panel: 'console',
      enabled: hasFile,
      run: actions.format,
    },
    { id: 'console.new-file', title: () => t('command.new-file'), panel: 'console', run: actions.newFile },
    { id: 'console.prompt', title: () => t('command.prompt'), panel: 'console', run: () => void model.openPrompt() },
    {
      id: 'console.next-file',
      title: () => t('command.next-file'),
      keys: 'Alt+PageDown',
      panel: 'console',
      enabled: several,
      run: () => model.files.step(1),
    },
    {
      id: 'console.previous-file',
      title: () => t('command.previous-file'),
      keys: 'Alt+PageUp',
      panel: 'console',
      enabled: several,
      run: () => model.files.step(-1),
    },
  ];
}
