/** Hands pressed keys to the commands that name them. */

import { type Command, matchesKeys } from '../model/commands.ts';
import { disposable } from '../model/store.ts';
import type { ShellModel } from './shell-model.ts';

/** Fields that take characters; keys without a modifier belong to them, but for those that make none. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]');
}

/** Listens on the whole document until disposed. */
export function bindKeys(shell: ShellModel): Disposable {
  const { commands, navigation, mac } = shell.app;
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === 'Escape' && shell.sidePane.get() !== undefined) {
      shell.sidePane.set(undefined);
      event.preventDefault();
      return;
    }
    const typing = isTyping(event.target) && !/^F\d+$/.test(event.key);
    const runs = (command: Command): boolean =>
      command.keys !== undefined &&
      matchesKeys(command.keys, event, mac) &&
      (!typing || event.ctrlKey || event.metaKey || event.altKey);
    const command = commands.available(navigation.panel.get()).findLast(runs);
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };
  document.addEventListener('keydown', pressed);
  return disposable(() => document.removeEventListener('keydown', pressed));
}
