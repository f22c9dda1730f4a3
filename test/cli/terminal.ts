/** Runs a command of the command line in this process, with streams of memory. */

import { PassThrough, Writable } from 'node:stream';
import { runCommandLine } from '../../main/hosts/cli/run.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly out: () => string;
  readonly err: () => string;
  /** As Ctrl-C does. */
  abort(): void;
  readonly ended: Promise<Ran>;
}

export interface StartOptions {
  /** Makes the reader of its output slow. */
  readonly delayMs?: number;
  /** Its output is not read before this resolves. */
  readonly readAfter?: Promise<void>;
  readonly stdin?: PassThrough;
}

export function start(
  argv: readonly string[],
  { delayMs = 0, readAfter, stdin = new PassThrough() }: StartOptions = {},
): Running {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err', delay: number): Writable =>
    new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString('utf8');
        if (name === 'out' && readAfter !== undefined) void readAfter.then(() => done());
        else if (delay === 0) done();
        else setTimeout(done, delay);
      },
    });
  const controller = new AbortController();
  const io = { stdin, stdout: into('out', delayMs), stderr: into('err', 0), signal: controller.signal };
  const ended = runCommandLine(argv, io, '1.2.3').then((code) => ({ code, out: written.out, err: written.err }));
  return { out: () => written.out, err: () => written.err, abort: () => controller.abort(), ended };
}

export function run(argv: readonly string[]): Promise<Ran> {
  return start(argv).ended;
}

/** The objects of `--json` output. */
export function objects(out: string): Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
