/** Runs the real app (`mqtt-inspector serve`) as a process of its own on a data directory of its own. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../shared/contract/settings.ts';
import { openStorage } from '../../main/storage/open.ts';

const PROGRAM = fileURLToPath(new URL('../../main/hosts/cli/main.ts', import.meta.url));
/** A loaded machine takes its time to start a process, and a stale page is built first. */
const START_MS = 120_000;

export interface App extends AsyncDisposable {
  /** The printed address, with its token. */
  readonly url: string;
  readonly data: string;
  /** What it wrote to its error output so far: a fault of ours is told there. */
  errors(): string;
  /** Ends it as Ctrl-C does and starts it again on the same data; the address changes. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface AppOptions {
  /** Stored before the first start; the demo is off unless asked for here. */
  readonly settings?: Partial<Settings>;
}

interface Running {
  readonly url: string;
  readonly errors: () => string;
  readonly end: () => Promise<void>;
}

function start(data: string): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--no-open', '--exit-with-parent', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(late);
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      void end().then(() => reject(new Error(`the app printed no address in ${START_MS} ms\n${errors}`)));
    }, START_MS);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`the app ended with ${code}\n${errors}`));
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const url = /^http:\/\/\S+$/m.exec(output)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve({ url, errors: () => errors, end });
    });
  });
}

/** Resolves when the app prints its address. */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const data = mkdtempSync(join(tmpdir(), 'mqtt-inspector-app-'));
  const storage = await openStorage({ directory: data });
  await storage.settings.patch({ demoAtStart: false, ...options.settings });
  await storage.close();
  let running = await start(data);
  const stop = async (): Promise<void> => {
    await running.end();
    rmSync(data, { recursive: true, force: true });
  };
  return {
    get url() {
      return running.url;
    },
    data,
    errors: () => running.errors(),
    async restart() {
      await running.end();
      running = await start(data);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
