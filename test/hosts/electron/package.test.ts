/** The packaging pipeline up to the unpacked app, with a stand-in for Electron's distribution: what is packed, which fuses are set. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPackage, extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
/** Marks the place of the fuses in Electron's executable; one version byte, the number of fuses, and their states follow. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_AS_SHIPPED = '10110011';

/** Runs a script with this Node, a package's by its path below node_modules; rejects with its output where it fails. */
async function node(script: string, ...argv: string[]): Promise<string> {
  const child = spawn(process.execPath, [resolve(PROJECT, 'node_modules', script), ...argv], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      output += part.toString('utf8');
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script} ended with ${code}\n${output}`);
  return output;
}

async function standInDistribution(folder: string): Promise<void> {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  const wire = Buffer.concat([
    Buffer.from(FUSE_SENTINEL, 'latin1'),
    Buffer.from([1, FUSES_AS_SHIPPED.length]),
    Buffer.from(FUSES_AS_SHIPPED, 'latin1'),
  ]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]));
  chmodSync(join(folder, 'electron'), 0o755);
  for (const [name, text] of [
    ['version', '45.4.1'],
    ['LICENSE', 'licence'],
    ['LICENSES.chromium.html', 'licences'],
    ['locales/en-US.pak', ''],
    ['locales/zh-CN.pak', ''],
    ['locales/de.pak', ''],
  ] as const)
    writeFileSync(join(folder, name), text);
  const defaultApp = join(folder, '..', 'default-app');
  mkdirSync(defaultApp);
  writeFileSync(join(defaultApp, 'package.json'), '{}');
  await createPackage(defaultApp, join(folder, 'resources', 'default_app.asar'));
}

/** Modules that the main bundle loads at run time: imports, and what the bundler left of `require`. */
function importsOf(bundle: string): string[] {
  const found = bundle.matchAll(/(?:^import\s[^;]*?from\s*|^import\s*|\bimport\(|\b__require\()["']([^"']+)["']/gm);
  return [...new Set([...found].map(([, name]) => name ?? ''))];
}

/** An `electron` package that says another instance runs already: the bundle loads, looks around, and quits. */
function standInModule(folder: string): void {
  const electron = join(folder, 'node_modules', 'electron');
  mkdirSync(electron, { recursive: true });
  writeFileSync(
    join(electron, 'package.json'),
    JSON.stringify({ name: 'electron', type: 'module', exports: { './main': './main.js', './common': './common.js' } }),
  );
  writeFileSync(join(electron, 'common.js'), 'export const shell = {};');
  const names = ['BrowserWindow', 'dialog', 'ipcMain', 'Menu', 'MessageChannelMain', 'nativeTheme', 'safeStorage'];
  writeFileSync(
    join(electron, 'main.js'),
    `export const app = {
      commandLine: { getSwitchValue: () => '' }, getVersion: () => '1', setPath() {}, enableSandbox() {}, on() {},
      requestSingleInstanceLock: () => false, quit: () => console.log('quit') };
    export const protocol = { registerSchemesAsPrivileged() {} };
    export const session = {}; export const screen = {};
    ${names.map((name) => `export const ${name} = {};`).join('\n')}`,
  );
}

it('packs three whole bundles, no modules and no maps, and sets the fuses', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-inspector-package-'));
  const away = mkdtempSync(join(tmpdir(), 'mqtt-inspector-alone-'));
  try {
    const distribution = join(folder, 'electron');
    for (const name of ['package.json', 'package-lock.json', 'electron-builder.yml', 'assets/icons'])
      cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    await Promise.all([
      standInDistribution(distribution),
      node('electron-vite/bin/electron-vite.js', 'build', '-c', 'electron.config.ts', '--outDir', join(folder, 'out')),
    ]);

    // The builder checks its configuration against its schema first: an unknown or misspelt option ends it.
    await node(
      'electron-builder/cli.js',
      '--dir',
      '--linux',
      '--projectDir',
      folder,
      `-c.electronDist=${distribution}`,
    );
    const unpacked = join(folder, 'dist', 'linux-unpacked');
    const archive = join(unpacked, 'resources', 'app.asar');
    const files = listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'));
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/main/main.js',
        '/out/preload/preload.cjs',
        '/out/renderer/index.html',
      ]),
    );
    expect(files.filter((name) => !/^\/(?:package\.json|out(?:\/|$))/.test(name))).toEqual([]);
    expect(files.filter((name) => /node_modules|\.map$|\.tsx?$|\.test\./.test(name))).toEqual([]);
    expect(existsSync(join(unpacked, 'resources', 'app.asar.unpacked'))).toBe(false);

    const manifest: unknown = JSON.parse(extractFile(archive, 'package.json').toString('utf8'));
    expect(manifest).toMatchObject({ name: 'mqtt-inspector', main: 'out/main/main.js', type: 'module' });
    const provided = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
    const main = extractFile(archive, 'out/main/main.js').toString('utf8');
    const optional = ['bufferutil', 'utf-8-validate'];
    const imported = importsOf(main);
    expect(
      imported.filter((name) => !provided.has(name) && !optional.includes(name) && !name.startsWith('./')).toSorted(),
    ).toEqual(['electron/common', 'electron/main']);
    // Not below the folder whose node_modules would help.
    const alone = join(away, 'app');
    extractAll(archive, alone);
    standInModule(alone);
    expect(await node(join(alone, 'out/main/main.js'))).toBe('quit\n');

    const preload = extractFile(archive, 'out/preload/preload.cjs').toString('utf8');
    expect([...preload.matchAll(/\brequire\(["'](.+?)["']\)/g)].map(([, name]) => name)).toEqual(['electron/renderer']);
    expect(preload).not.toMatch(/^(?:import|export)\s/m);

    const fuses = await getCurrentFuseWire(join(unpacked, 'mqtt-inspector'));
    const on = (option: FuseV1Options): boolean => Number(fuses[option]) === '1'.charCodeAt(0);
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      browserSnapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      inspect: false,
      asarIntegrity: true,
      onlyAsar: true,
      browserSnapshot: false,
      fileProtocol: false,
    });
    expect(readFileSync(join(unpacked, 'LICENSE.electron.txt'), 'utf8')).toBe('licence');
  } finally {
    for (const path of [folder, away]) rmSync(path, { recursive: true, force: true });
  }
});
