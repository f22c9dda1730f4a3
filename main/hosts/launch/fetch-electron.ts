/** Fetches Electron's program once, when its server answers soon; what failed is remembered and not tried again. */

import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How long to wait for the server's first answer. */
const PROBE_MS = 3_000;
/** How long the download of about 110 MB may take. */
const FETCH_MS = 90_000;

export interface FetchOptions {
  /** `node_modules/electron`. */
  readonly packageFolder: string;
  /** Remembers the version that could not be fetched. */
  readonly memoFile: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly fetchMs?: number;
  readonly probe?: (url: string, signal: AbortSignal) => Promise<boolean>;
}

/** Where `@electron/get` downloads from: a mirror where one is set. */
function downloadUrl(version: string): string {
  const mirror =
    process.env['ELECTRON_MIRROR'] ??
    process.env['npm_config_electron_mirror'] ??
    'https://github.com/electron/electron/releases/download/';
  return `${mirror}v${version}/SHASUMS256.txt`;
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    return (await fetch(url, { method: 'HEAD', signal: limit })).ok;
  } catch {
    return false;
  }
}

/** Resolves with whether the program is there now. Says each thing it does in one line; never rejects for the network. */
export async function fetchElectron(options: FetchOptions): Promise<boolean> {
  const { packageFolder, memoFile, say, signal } = options;
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  const memo = await readFile(memoFile, 'utf8').catch(() => '');
  if (memo.trim() === version) return false;

  const fetched = (await (options.probe ?? answers)(downloadUrl(version), signal))
    ? await install(options, version)
    : false;
  if (!fetched && !signal.aborted) {
    say(`Electron ${version} could not be fetched; this is not tried again (delete ${memoFile} to try).`);
    await mkdir(dirname(memoFile), { recursive: true });
    await writeFile(memoFile, `${version}\n`);
  }
  return fetched;
}

function install({ packageFolder, say, signal, fetchMs }: FetchOptions, version: string): Promise<boolean> {
  say(`Fetching Electron ${version}, about 110 MB, once …`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
      stdio: 'ignore',
      signal: AbortSignal.any([signal, AbortSignal.timeout(fetchMs ?? FETCH_MS)]),
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
