/** Everything the page can do by name: what the palette lists, the menus show and the keys start. */

import { createStore, disposable, type Readable } from './store.ts';

export interface Command {
  /** Unique, dotted: `packets.focus-filter`. */
  readonly id: string;
  /** Asked for at each showing, so that it follows the language. */
  readonly title: () => string;
  /** `Mod` is ⌘ on macOS and Ctrl elsewhere: `Mod+K`, `Mod+Shift+F`, `Escape`, `?`. */
  readonly keys?: string;
  /** Only while this panel is on screen. */
  readonly panel?: string;
  /** Absent means always. A disabled command is not listed and its keys do nothing. */
  readonly enabled?: () => boolean;
  readonly run: () => void;
}

export class Commands {
  readonly #all = createStore<readonly Command[]>([]);

  get all(): Readable<readonly Command[]> {
    return this.#all;
  }

  /** Adds commands until disposed; a later one with the same id replaces the earlier for as long. */
  add(commands: readonly Command[]): Disposable {
    this.#all.update((all) => [...all, ...commands]);
    return disposable(() => this.#all.update((all) => all.filter((command) => !commands.includes(command))));
  }

  /** What can run now on `panel`, newest of each id. */
  available(panel: string): readonly Command[] {
    const byId = new Map<string, Command>();
    for (const command of this.#all.get()) byId.set(command.id, command);
    return [...byId.values()].filter(
      (command) => (command.panel === undefined || command.panel === panel) && command.enabled?.() !== false,
    );
  }

  /** Runs the command of that id where it is available. */
  run(id: string, panel: string): boolean {
    const command = this.available(panel).find((candidate) => candidate.id === id);
    command?.run();
    return command !== undefined;
  }
}

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether the pressed keys are the command's. */
export function matchesKeys(keys: string, press: KeyPress, mac: boolean): boolean {
  const parts = keys.split('+').filter((part) => part !== '');
  const key = parts.at(-1) ?? '';
  const wants = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wants('Mod') || other || press.altKey !== wants('Alt')) return false;
  if (key.length === 1 && !/[a-z0-9]/i.test(key)) return press.key === key;
  if (press.shiftKey !== wants('Shift')) return false;
  return press.key.toLowerCase() === key.toLowerCase() || press.code === `Digit${key}`;
}

/** `⌘K` on macOS, `Ctrl+K` elsewhere. */
export function keyLabel(keys: string, mac: boolean): string {
  const parts = keys.split('+').map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'Shift') return mac ? '⇧' : 'Shift';
    if (part === 'Alt') return mac ? '⌥' : 'Alt';
    return part === 'Escape' ? 'Esc' : part;
  });
  return parts.join(mac ? '' : '+');
}
