/** Runs a command line in this process: its streams, its signals, its exit code. */

import { keepKeysOf } from '../launch/key-log-file.ts';
import { ownVersion } from '../launch/version.ts';
import { runCommandLine } from './run.ts';
import { systemFault } from './system-fault-words.ts';

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
    stderr.write(`mqtt-inspector: the output cannot be written: ${systemFault(error)}\n`, () => process.exit(1));
  });
  // What is said beside the output is worth no end of the work.
  stderr.on('error', () => undefined);
  keepKeysOf(process.env, (text) => stderr.write(`mqtt-inspector: ${text}\n`));
  const code = await runCommandLine(argv, { stdin, stdout, stderr, signal: abort.signal }, ownVersion());
  stdout.write('', (error) => {
    // What could not be written has been told, and ends the process.
    if (error == null) stderr.write('', () => process.exit(code));
  });
}
