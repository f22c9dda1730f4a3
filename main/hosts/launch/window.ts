/** Opens the app's window: a browser as app window with a profile of its own, or Electron. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that ends sooner with an error never showed a window. */
const START_MS = 3_000;

export interface Window {
  /** Resolves with the program's exit code when the user closed it; null where a signal ended it. */
  readonly closed: Promise<number | null>;
  /** The program ended at once and well: another process of it shows the window, and {@link closed} tells nothing. */
  readonly handedOver: boolean;
  close(): void;
}

/** Resolves once the program runs and has not failed within three seconds; undefined where it did. */
export async function openWindow(
  executable: string,
  argv: readonly string[],
  startMs = START_MS,
): Promise<Window | undefined> {
  const environment = { ...process.env };
  delete environment['ELECTRON_RUN_AS_NODE'];
  const child = spawn(executable, [...argv], { stdio: 'ignore', env: environment });
  const closed = ended(child);
  const early = await Promise.race([
    closed.then((code) => ({ code })),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), startMs)),
  ]);
  if (early !== undefined && early.code !== 0) return undefined;
  return { closed, handedOver: early !== undefined, close: () => void child.kill() };
}

async function ended(child: ChildProcess): Promise<number | null> {
  try {
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : null;
  } catch {
    // The program could not be started at all.
    return 127;
  }
}

/**
 * Arguments for Chrome, Chromium and Edge.
 *
 * @param url with a token that is good once: other users can read a command line
 * @param profileFolder keeps the window apart from the user's browser: own process, own extensions, own storage
 */
export function appWindowArguments(url: string, profileFolder: string): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profileFolder}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--window-size=1440,900',
  ];
}
