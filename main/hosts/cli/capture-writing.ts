/** What `capture` and `tap` share: the options that say what is written and for how long, and the run that writes it. */

import type { Filter } from '../../../shared/filter/filter-ast.ts';
import { ownVersion } from '../launch/version.ts';
import { UsageError } from './arguments.ts';
import { readSeconds } from './capture-options.ts';
import { openFile, type Output, OutputError, StreamOutput } from './capture-output.ts';
import type { PacketPump } from './capture-pump.ts';
import type { CommandIo } from './command.ts';
import { readFilter } from './filter-option.ts';
import { KeptKeys } from './kept-keys.ts';

export const WRITING_OPTIONS = {
  filter: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  seconds: { type: 'string' },
  'tls-keylog': { type: 'string' },
} as const;

/** As `util.parseArgs` returns them. */
interface WritingValues {
  readonly filter?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly seconds?: string | undefined;
  readonly 'tls-keylog'?: string | undefined;
}

export interface Writing {
  readonly filter: Filter;
  readonly isFiltered: boolean;
  readonly seconds: number | undefined;
  /** File for the packets; `-` is stdout. */
  readonly out: string | undefined;
  /** File for TLS secrets. */
  readonly keyLog: string | undefined;
  readonly format: 'lines' | 'json' | 'quiet';
}

/** Throws {@link UsageError}. */
export function readWriting(values: WritingValues): Writing {
  if (values.json === true && values.quiet === true) throw new UsageError('--json and --quiet exclude each other');
  if (values.json === true && values.out === '-') throw new UsageError('--json and --out - exclude each other');
  const isQuiet = values.quiet === true || values.out === '-';
  return {
    filter: readFilter(values.filter),
    isFiltered: (values.filter ?? '') !== '',
    seconds: readSeconds('--seconds', values.seconds),
    out: values.out,
    keyLog: values['tls-keylog'],
    format: isQuiet ? 'quiet' : values.json === true ? 'json' : 'lines',
  };
}

/** What records, as far as a file of it goes. */
interface FileOrigin {
  /** Begins a pcapng file. */
  fileHeader(application: string): Uint8Array;
  /** TLS secrets as they stand in the file, lines of the NSS Key Log Format. */
  fileSecrets(lines: readonly string[]): Uint8Array;
}

export interface WritingRun {
  readonly origin: FileOrigin;
  readonly pump: PacketPump;
  /** Lets the packets come; false where it cannot, for a reason that was said. */
  begin(): boolean | Promise<boolean>;
  /** Called where the time is up or the command is to end; {@link isOver} follows. */
  stop(): void;
  isOver(): boolean;
  /** Takes a sentence for stderr. */
  say(text: string): void;
}

/**
 * Writes what comes between `begin` and the end. Answers whether that went well; where a file or a pipe does not take it, that is said,
 * and what was written so far stays.
 */
export async function writePackets(task: Writing, io: CommandIo, run: WritingRun): Promise<boolean> {
  const { out, seconds, format, keyLog } = task;
  using keys = keyLog === undefined ? undefined : new KeptKeys(keyLog, (text) => run.say(text));
  const stop = (): void => run.stop();
  let timer: NodeJS.Timeout | undefined;
  let file: Output | undefined;
  try {
    file = out === undefined ? undefined : out === '-' ? new StreamOutput(io.stdout) : await openFile(out);
    await file?.write(run.origin.fileHeader(`MQTT Inspector ${ownVersion()}`));
    const hasBegun = await run.begin();
    if (hasBegun) {
      io.signal.addEventListener('abort', stop);
      timer = seconds === undefined ? undefined : setTimeout(stop, Math.min(seconds * 1000, 0x7fff_ffff));
      if (io.signal.aborted) stop();
      const lines = format === 'quiet' ? undefined : new StreamOutput(io.stdout);
      await run.pump.run({ lines, file, asJson: format === 'json' }, () => run.isOver());
      if (keys !== undefined && keys.lines.length > 0) await file?.write(run.origin.fileSecrets(keys.lines));
    }
    await file?.close();
    return hasBegun;
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    run.say(error.message);
    await file?.close().catch(() => undefined);
    return false;
  } finally {
    clearTimeout(timer);
    io.signal.removeEventListener('abort', stop);
  }
}
