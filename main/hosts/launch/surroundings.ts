/** What the machine offers for showing a window: a display, browsers, Electron. Read once, decided on in decide.ts. */

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a file exists. */
  readonly exists: (path: string) => boolean;
  readonly userId: number;
}

export function thisMachine(): Surroundings {
  return {
    platform: process.platform,
    environment: process.env,
    exists: existsSync,
    userId: process.getuid?.() ?? -1,
  };
}

export type NoDisplay = 'remote-shell' | 'container' | 'no-display';

/** Why no window can be shown here, or undefined where one can. */
export function whyNoDisplay({ platform, environment, exists }: Surroundings): NoDisplay | undefined {
  if (environment['SSH_CONNECTION'] !== undefined || environment['SSH_TTY'] !== undefined) return 'remote-shell';
  if (exists('/.dockerenv') || exists('/run/.containerenv') || environment['container'] !== undefined)
    return 'container';
  if (platform !== 'win32' && platform !== 'darwin' && !environment['DISPLAY'] && !environment['WAYLAND_DISPLAY'])
    return 'no-display';
  return undefined;
}

/** Chromium and what is built on it refuse to run as root, and this app will not switch their sandbox off. */
export function isRoot({ platform, userId }: Surroundings): boolean {
  return platform !== 'win32' && userId === 0;
}

const PROGRAMS = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
] as const;

const MAC_APPLICATIONS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
] as const;

const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
] as const;

/** An installed Chrome, Chromium or Edge, in this order. */
export function findBrowser({ platform, environment, exists }: Surroundings): string | undefined {
  const candidates = (folders: readonly (string | undefined)[], names: readonly string[]): string[] =>
    names.flatMap((name) => folders.flatMap((folder) => (folder ? [join(folder, name)] : [])));
  const home = environment['HOME'];
  switch (platform) {
    case 'darwin':
      return candidates(['/Applications', home && join(home, 'Applications')], MAC_APPLICATIONS).find(exists);
    case 'win32':
      return candidates(
        [environment['PROGRAMFILES'], environment['PROGRAMFILES(X86)'], environment['LOCALAPPDATA']],
        WINDOWS_PROGRAMS,
      ).find(exists);
    default:
      return candidates((environment['PATH'] ?? '').split(delimiter).filter(isAbsolute), PROGRAMS).find(exists);
  }
}

/**
 * Electron's executable, where it is: `ELECTRON_OVERRIDE_DIST_PATH`, else what `path.txt` of the package names in its
 * `dist`. The package itself is never loaded: without the executable that starts a download.
 *
 * @param packageFolder `node_modules/electron`
 */
export function findElectron(
  { platform, environment, exists }: Surroundings,
  packageFolder: string,
): string | undefined {
  const folder = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  if (folder) {
    const executable = join(
      folder,
      platform === 'win32'
        ? 'electron.exe'
        : platform === 'darwin'
          ? 'Electron.app/Contents/MacOS/Electron'
          : 'electron',
    );
    return exists(executable) ? executable : undefined;
  }
  const pathFile = join(packageFolder, 'path.txt');
  if (!exists(pathFile)) return undefined;
  const executable = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return exists(executable) ? executable : undefined;
}
