/** Writes the secrets of TLS connections to the file that the user named, as browsers do for `SSLKEYLOGFILE`. */

import { appendFileSync } from 'node:fs';
import { takeKeys } from '../../engine/transport/key-log.ts';

/** Readable by its owner alone, where we make it. */
const MODE = 0o600;

/**
 * Appends every secret to the file until disposed. `failed` hears once, with the system's error code, where that cannot be written;
 * connections go on.
 */
export function keepKeys(path: string, failed: (code: string) => void): Disposable {
  let isBroken = false;
  const write = (text: string): void => {
    if (isBroken) return;
    try {
      appendFileSync(path, text, { mode: MODE });
    } catch (error) {
      isBroken = true;
      failed(error instanceof Error && 'code' in error ? String(error.code) : String(error));
    }
  };
  // The file is there before the first connection is: a wrong path is told at once.
  write('');
  return takeKeys((line) => write(`${line}\n`));
}

/** Does as the environment asks: `SSLKEYLOGFILE` names the file. `say` takes a sentence. */
export function keepKeysOf(
  environment: Readonly<Record<string, string | undefined>>,
  say: (text: string) => void,
): Disposable | undefined {
  const path = environment['SSLKEYLOGFILE'];
  if (path === undefined || path === '') return undefined;
  return keepKeys(path, (code) => say(`SSLKEYLOGFILE: ${path} cannot be written (${code}); TLS secrets are not kept`));
}
