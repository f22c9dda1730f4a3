/** Builds the page, and for Electron the whole app, where what is built is missing or older than its sources. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InspectorError } from '../../../shared/contract/errors.ts';

/** The folder of package.json. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

const CONFIGURATION = ['electron.config.ts', 'package-lock.json'];

/** The newest change of a file below `path`, in milliseconds; 0 where there is none. */
async function newestMs(path: string): Promise<number> {
  try {
    const { mtimeMs } = await stat(path);
    // A folder's own time changes when a file is removed from it.
    const names = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
    const times = await Promise.all(
      names.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs),
    );
    return times.reduce((newest, time) => Math.max(newest, time), mtimeMs);
  } catch {
    return 0;
  }
}

/** Whether `built` is missing or older than any of the sources, relative to `project`. A project without sources is never stale. */
export async function isStale(project: string, built: string, sources: readonly string[]): Promise<boolean> {
  const times = await Promise.all([...sources, ...CONFIGURATION].map((source) => newestMs(join(project, source))));
  const newest = Math.max(...times);
  if (!existsSync(join(project, built))) return newest > 0;
  return newest > (await stat(join(project, built))).mtimeMs;
}

/**
 * Makes `out/renderer` up to date and answers its path. Built aside and renamed, so that a host that runs meanwhile never
 * serves half a page.
 *
 * @param say tells the user that a build began
 */
export async function ensurePage(say: (line: string) => void, project = PROJECT): Promise<string> {
  const folder = join(project, 'out', 'renderer');
  if (!(await isStale(project, 'out/renderer/index.html', ['renderer', 'shared']))) return folder;
  if (!existsSync(join(project, 'renderer', 'index.html')))
    throw new InspectorError('internal', { message: `there is neither a built page nor its sources in ${project}` });
  say('Building the page …');
  const { build } = await import('vite');
  const { default: config } = await import(pathToFileURL(join(project, 'electron.config.ts')).href);
  const aside = join(project, 'out', `.renderer-${process.pid}`);
  const environment = process.env['NODE_ENV'];
  try {
    // React and its libraries choose their development halves by this, whatever the build's mode is.
    process.env['NODE_ENV'] = 'production';
    await build({
      ...config.renderer,
      configFile: false,
      logLevel: 'error',
      build: { ...config.renderer.build, outDir: aside },
    });
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InspectorError('internal', { message: `the page could not be built\n${reason}` });
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

/** Makes `out/main`, `out/preload` and `out/renderer` up to date, as Electron runs them. */
export async function ensureApp(say: (line: string) => void, project = PROJECT): Promise<void> {
  if (!(await isStale(project, 'out/main/main.js', ['main', 'renderer', 'shared']))) return;
  say('Building the app …');
  const program = join(project, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const child = spawn(process.execPath, [program, 'build', '-c', 'electron.config.ts', '--logLevel', 'error'], {
    cwd: project,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new InspectorError('internal', { message: `the build ended with ${code}` });
}
