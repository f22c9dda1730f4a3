/** `mqtt-inspector decode`: the packets of a capture file, or of bytes given on the command line. */

import { createReadStream } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { Filter } from '../../../shared/filter/filter-ast.ts';
import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { systemRandom } from '../../engine/transport/system.ts';
import { HeadlessDecode } from '../../service/headless-decode.ts';
import { readArguments, UsageError } from './arguments.ts';
import { readVersion } from './capture-options.ts';
import { type Output, OutputError, StreamOutput } from './capture-output.ts';
import { summary } from './capture-summary.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { findingLines } from './decode-findings.ts';
import { readHex } from './decode-hex.ts';
import { fileFault, nameOf } from './file-fault-words.ts';
import { readFilter } from './filter-option.ts';
import { systemFault } from './system-fault-words.ts';

const HELP = `Usage: mqtt-inspector decode (FILE | --hex BYTES) [OPTIONS]

Writes one line for each MQTT packet, and a summary on stderr. FILE is one of
  - a pcapng or pcap file of Wireshark, tcpdump or this program: Ethernet, loopback, Linux cooked, raw IP, exported PDUs.
    MQTT is found on any port where a connection begins with CONNECT, and on port 1883;
  - a plain file of MQTT bytes of one direction;
  - one of these from stdin, for which FILE is -

  --hex BYTES          packets as hexadecimal digits; blanks, colons, commas and 0x are passed over
  --mqtt-version N     3 (3.1), 4 (3.1.1) or 5, where no CONNECT tells; default: guessed from the packets
  --filter EXPR        write only packets that pass, e.g. 'type:publish topic:a/# len:>100'
  --json               one JSON object for each line, bytes as base64

Exit code: 0; 1 where the file is damaged, cut or unreadable - what came before was written; 2 for wrong arguments.
A malformed packet is a line like any other.
`;

const BYTE_BUDGET = 512 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const ROWS_AT_ONCE = 1_000;

interface DecodeTask {
  readonly name: string;
  readonly input: AsyncIterable<Uint8Array>;
  readonly filter: Filter;
  readonly isFiltered: boolean;
  readonly version: ProtocolVersion | undefined;
  readonly isJson: boolean;
}

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = readArguments(
    argv,
    {
      hex: { type: 'string' },
      'mqtt-version': { type: 'string' },
      filter: { type: 'string' },
      json: { type: 'boolean' },
    },
    { positionals: true },
  );
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const [file, surplus] = positionals;
  if (surplus !== undefined) throw new UsageError(`"${surplus}" was not expected here: one file at a time`);
  if (file === undefined && values.hex === undefined) throw new UsageError('a FILE or --hex BYTES is missing');
  if (file !== undefined && values.hex !== undefined) throw new UsageError('FILE and --hex exclude each other');
  const version = readVersion(values['mqtt-version']);
  const filter = readFilter(values.filter);
  const input =
    values.hex === undefined
      ? file === '-'
        ? io.stdin
        : createReadStream(file ?? '', { highWaterMark: READ_BYTES })
      : pieces(readHex(values.hex));
  const task: DecodeTask = {
    name: values.hex === undefined ? nameOf(file ?? '') : '--hex',
    input,
    filter,
    isFiltered: (values.filter ?? '') !== '',
    version,
    isJson: values.json === true,
  };
  return decode(task, io);
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function decode(task: DecodeTask, io: CommandIo): Promise<ExitCode> {
  const { name, filter, isFiltered, version, isJson } = task;
  const say = (text: string): void => void io.stderr.write(`mqtt-inspector decode: ${text}\n`);
  const decoding = new HeadlessDecode({
    filter,
    protocolVersion: version,
    byteBudget: BYTE_BUDGET,
    random: systemRandom,
  });
  const output = new StreamOutput(io.stdout);
  let isFine = true;
  try {
    for await (const piece of readable(task)) {
      const goesOn = decoding.push(piece);
      await write(decoding, output, isJson);
      if (!goesOn || io.signal.aborted) break;
    }
    decoding.end();
    await write(decoding, output, isJson);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    say(error.message);
    isFine = false;
  }
  const { fault, rows } = decoding;
  if (fault !== undefined) {
    say(fileFault(name, fault));
    isFine = false;
  }
  if (rows.missed > 0) say(`${rows.missed} rows were evicted before they could be written`);
  for (const line of findingLines(decoding.findings)) say(line);
  io.stderr.write(summary(rows, { of: name, isFiltered }));
  return isFine && rows.missed === 0 ? 0 : 1;
}

/** Failures of reading as {@link OutputError}, in words. */
async function* readable({ name, input }: DecodeTask): AsyncGenerator<Uint8Array> {
  try {
    yield* input;
  } catch (error) {
    throw new OutputError(`${name} cannot be read: ${systemFault(error)}`);
  }
}

/** Writes what has come. */
async function write({ rows }: HeadlessDecode, output: Output, isJson: boolean): Promise<void> {
  do {
    let text = '';
    for (const row of rows.take(ROWS_AT_ONCE)) text += `${isJson ? rows.json(row) : rows.line(row)}\n`;
    // oxlint-disable-next-line no-await-in-loop
    await output.write(text);
    // Signals are heard between steps.
    // oxlint-disable-next-line no-await-in-loop
    if (rows.behind) await turn();
  } while (rows.behind);
}
