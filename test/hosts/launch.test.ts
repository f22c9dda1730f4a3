/** What `npm start` decides from: displays, browsers, Electron's program, stale builds, windows that do not come up. */

import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isStale } from '../../main/hosts/launch/build.ts';
import { decidePlace, type Possibilities } from '../../main/hosts/launch/decide.ts';
import { fetchElectron } from '../../main/hosts/launch/fetch-electron.ts';
import {
  findBrowser,
  findElectron,
  isRoot,
  type Surroundings,
  whyNoDisplay,
} from '../../main/hosts/launch/surroundings.ts';
import { appWindowArguments, openWindow } from '../../main/hosts/launch/window.ts';
import { temporaryDirectory } from '../storage/support.ts';

function machine(
  changes: Partial<Omit<Surroundings, 'exists'>> & { readonly files?: readonly string[] },
): Surroundings {
  const { files = [], ...rest } = changes;
  return { platform: 'linux', environment: {}, userId: 1000, ...rest, exists: (path) => files.includes(path) };
}

describe('the place', () => {
  it.each<[Possibilities, string, string | undefined]>([
    [{ root: false, electron: '/e', browser: '/b' }, 'electron', undefined],
    [{ root: false, electron: '/e' }, 'electron', undefined],
    [{ root: false, browser: '/b' }, 'browser', 'no-electron'],
    [{ root: false }, 'address', 'no-electron-no-browser'],
    [{ root: true, electron: '/e', browser: '/b' }, 'address', 'root'],
    [{ root: false, electron: '/e', browser: '/b', noDisplay: 'no-display' }, 'address', 'no-display'],
    [{ root: true, noDisplay: 'container' }, 'address', 'container'],
  ])('for %j is %s', (possibilities, kind, why) => {
    const place = decidePlace(possibilities);
    expect({ kind: place.kind, why: 'why' in place ? place.why : undefined }).toEqual({ kind, why });
  });
});

describe('a display', () => {
  it.each<[string, Surroundings, string | undefined]>([
    ['X11', machine({ environment: { DISPLAY: ':0' } }), undefined],
    ['Wayland', machine({ environment: { WAYLAND_DISPLAY: 'wayland-0' } }), undefined],
    ['macOS', machine({ platform: 'darwin' }), undefined],
    ['Windows', machine({ platform: 'win32' }), undefined],
    ['a bare console', machine({}), 'no-display'],
    ['an empty DISPLAY', machine({ environment: { DISPLAY: '' } }), 'no-display'],
    ['ssh -X', machine({ environment: { DISPLAY: ':10', SSH_CONNECTION: 'x' } }), 'remote-shell'],
    ['ssh to a Mac', machine({ platform: 'darwin', environment: { SSH_TTY: '/dev/x' } }), 'remote-shell'],
    ['Docker', machine({ environment: { DISPLAY: ':0' }, files: ['/.dockerenv'] }), 'container'],
    ['Podman', machine({ files: ['/run/.containerenv'] }), 'container'],
  ])('with %s', (_what, surroundings, why) => {
    expect(whyNoDisplay(surroundings)).toBe(why);
  });

  it('is not for root', () => {
    expect(isRoot(machine({ userId: 0 }))).toBe(true);
    expect(isRoot(machine({ userId: 1000 }))).toBe(false);
    expect(isRoot(machine({ platform: 'win32', userId: -1 }))).toBe(false);
  });
});

describe('a browser', () => {
  it('is found on PATH, Chrome before Chromium before Edge', () => {
    const environment = { PATH: 'relative:/opt/bin:/usr/bin' };
    const files = ['/usr/bin/microsoft-edge', '/opt/bin/chromium', 'relative/google-chrome'];
    expect(findBrowser(machine({ environment, files }))).toBe('/opt/bin/chromium');
    expect(findBrowser(machine({ environment, files: [...files, '/usr/bin/google-chrome'] }))).toBe(
      '/usr/bin/google-chrome',
    );
    expect(findBrowser(machine({ environment }))).toBeUndefined();
  });

  it('is found where macOS installs', () => {
    const file = '/Users/u/Applications/Chromium.app/Contents/MacOS/Chromium';
    expect(findBrowser(machine({ platform: 'darwin', environment: { HOME: '/Users/u' }, files: [file] }))).toBe(file);
  });

  it('gets a profile of its own and never loses its sandbox', () => {
    const given = appWindowArguments('http://127.0.0.1:1/#token=x', '/data/browser-profile');
    expect(given).toContain('--app=http://127.0.0.1:1/#token=x');
    expect(given).toContain('--user-data-dir=/data/browser-profile');
    expect(given.join(' ')).not.toMatch(/no-sandbox|disable-web-security|remote-debugging/);
  });
});

describe('the Electron program', () => {
  it('is found by path.txt and dist, without loading the package', () => {
    using directory = temporaryDirectory();
    const folder = directory.path;
    const here = { ...machine({}), exists: existsSync };
    expect(findElectron(here, folder)).toBeUndefined();
    writeFileSync(join(folder, 'path.txt'), 'electron');
    writeFileSync(join(folder, 'index.js'), 'throw new Error("loaded")');
    expect(findElectron(here, folder)).toBeUndefined();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'electron'), '');
    expect(findElectron(here, folder)).toBe(join(folder, 'dist', 'electron'));
  });

  it('is found where ELECTRON_OVERRIDE_DIST_PATH says', () => {
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: '/e' };
    expect(findElectron(machine({ environment, files: ['/e/electron'] }), '/p')).toBe('/e/electron');
    expect(findElectron(machine({ environment, platform: 'win32', files: [join('/e', 'electron.exe')] }), '/p')).toBe(
      join('/e', 'electron.exe'),
    );
    expect(findElectron(machine({ environment }), '/p')).toBeUndefined();
  });

  const fetching = (folder: string, install: string, answers: boolean) => {
    writeFileSync(join(folder, 'package.json'), '{"version":"45.4.1"}');
    writeFileSync(join(folder, 'install.js'), install);
    const said: string[] = [];
    const memoFile = join(folder, '.cache', 'electron-not-fetched');
    const probes: string[] = [];
    const go = () =>
      fetchElectron({
        packageFolder: folder,
        memoFile,
        say: (line) => said.push(line),
        signal: new AbortController().signal,
        fetchMs: 1_500,
        probe: async (url) => {
          probes.push(url);
          return answers;
        },
      });
    return { go, said, probes, memoFile };
  };

  it('is fetched where its server answers', async () => {
    using directory = temporaryDirectory();
    const { go, said, probes } = fetching(directory.path, 'process.exit(0)', true);
    expect(await go()).toBe(true);
    expect(said).toEqual(['Fetching Electron 45.4.1, about 110 MB, once …']);
    expect(probes[0]).toContain('v45.4.1/');
  });

  it.each([
    ['no server answers', 'process.exit(0)', false],
    ['the download fails', 'process.exit(1)', true],
    ['the download takes too long', 'setTimeout(() => {}, 60000)', true],
  ])('is not tried again where %s', async (_why, install, answers) => {
    using directory = temporaryDirectory();
    const { go, said, probes, memoFile } = fetching(directory.path, install, answers);
    expect(await go()).toBe(false);
    expect(said.at(-1)).toContain('could not be fetched');
    expect(readFileSync(memoFile, 'utf8')).toBe('45.4.1\n');
    const before = said.length;
    expect(await go()).toBe(false);
    expect(said).toHaveLength(before);
    expect(probes).toHaveLength(1);
  });
});

describe('a build', () => {
  it('is stale when a source is newer, and only then', async () => {
    using directory = temporaryDirectory();
    const project = directory.path;
    const put = (name: string, seconds: number): void => {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), '');
      utimesSync(join(project, name), seconds, seconds);
    };
    const stale = () => isStale(project, 'out/renderer/index.html', ['renderer', 'shared']);
    expect(await stale()).toBe(false);
    put('renderer/app/main.ts', 100);
    put('shared/a.ts', 100);
    const settle = (): void => {
      for (const folder of ['renderer', 'renderer/app', 'shared']) utimesSync(join(project, folder), 100, 100);
    };
    settle();
    expect(await stale()).toBe(true);
    put('out/renderer/index.html', 200);
    expect(await stale()).toBe(false);
    put('shared/a.ts', 300);
    expect(await stale()).toBe(true);
    put('shared/a.ts', 100);
    settle();
    put('electron.config.ts', 201);
    expect(await stale()).toBe(true);
  });
});

describe('a window', () => {
  const program = (folder: string, script: string): string => {
    const path = join(folder, 'program');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('that does not come up is no window', async () => {
    using directory = temporaryDirectory();
    expect(await openWindow(program(directory.path, 'exit 1'), [], 2_000)).toBeUndefined();
    expect(await openWindow(join(directory.path, 'missing'), [], 2_000)).toBeUndefined();
  });

  it('may be shown by another process of the program', async () => {
    using directory = temporaryDirectory();
    expect((await openWindow(program(directory.path, 'exit 0'), [], 2_000))?.handedOver).toBe(true);
    expect((await openWindow(program(directory.path, 'sleep 0.4'), [], 100))?.handedOver).toBe(false);
  });

  it('tells when it is closed, and can be closed', async () => {
    using directory = temporaryDirectory();
    const short = await openWindow(program(directory.path, 'sleep 0.4'), [], 100);
    expect(await short?.closed).toBe(0);
    const long = await openWindow(program(directory.path, 'exec sleep 60'), [], 100);
    long?.close();
    expect(await long?.closed).toBeNull();
  });
});
