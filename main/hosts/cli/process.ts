/** Runs a command line in this process: its streams, its signals, its exit code. */

import { keepKeysOf } from '../launch/key-log-file.ts';
import { ownVersion } from '../launch/version.ts';
import { runCommandLine } from './run.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends the process with the command's exit code once its output is written. */
export async function runInThisProcess(argv: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr } = process;
  const abort = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(130);
      abort.abort();
    });
  }
  // A reader that went away (`| head`) is no fault: there is nobody left to write for.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  keepKeysOf(process.env, (text) => stderr.write(`mqtt-inspector: ${text}\n`));
  const code = await runCommandLine(argv, { stdin, stdout, stderr, signal: abort.signal }, ownVersion());
  stdout.write('', () => stderr.write('', () => process.exit(code)));
}
