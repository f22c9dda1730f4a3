/** What a command of the command line is: its line in the help, and how to run it. */

import type { Readable, Writable } from 'node:stream';

/** What a command may touch of the process; tests lend their own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted by SIGINT, SIGTERM and SIGHUP: clean up and return. A second signal ends the process at once. */
  readonly signal: AbortSignal;
}

/** 0: done; 1: it failed, and stderr says why; 2: the arguments were wrong. */
export type ExitCode = number;

/** What a command's file exports. Throwing an {@link InspectorError} or {@link UsageError} prints it and exits with 1 or 2. */
export interface CommandModule {
  run(argv: readonly string[], io: CommandIo): Promise<ExitCode>;
}

export interface Command {
  readonly summary: string;
  /** Loads the command's file, so that `--help` and the other commands do not pay for it. */
  load(): Promise<CommandModule>;
}
