/** `mqtt-inspector compare`: in what the packets of two capture files differ. */

import { createReadStream } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { COMPARED } from '../../../shared/contract/comparison-records.ts';
import { EVERYTHING } from '../../../shared/filter/filter-ast.ts';
import { systemRandom } from '../../engine/transport/system.ts';
import { Comparison, MOST_COMPARED } from '../../service/comparison.ts';
import { HeadlessDecode } from '../../service/headless-decode.ts';
import { decodeRow } from '../../service/packet-json.ts';
import { packetLine, terminalText } from '../../service/packet-line.ts';
import { readArguments, readInteger, UsageError } from './arguments.ts';
import { OutputError, StreamOutput } from './capture-output.ts';
import type { CommandIo, ExitCode } from './command.ts';
import { fileFault, nameOf } from './file-fault-words.ts';
import { readFilter } from './filter-option.ts';
import { systemFault } from './system-fault-words.ts';

const HELP = `Usage: mqtt-inspector compare A B [OPTIONS]

Writes in what the packets of two capture files differ, and how many do on stderr. Packets answer to each other by type, topic
and order; Packet Identifiers do not count. A and B are what decode reads.

  - a packet of A that B does not have        + a packet of B that A does not have
  < > a pair that differs, and below it how: fields, payload, place, time

  --filter EXPR         only packets that pass, e.g. type:publish
  --ignore-direction    what a client sent answers to what a server sent: published and delivered
  --ignore-order        pairs in another order are no difference
  --tolerance MS        times, from the first packet of each file, that differ by more are one; default: times do not count
  --json                one JSON object for each difference

Exit code: 0 where there is no difference, 1 where there is one, 2 where a file cannot be read or arguments are wrong.
`;

/** Of each file's packets, bytes: what is beyond is evicted, and said. */
const BYTE_BUDGET = 1024 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const SLICE_MS = 50;
const ROWS_AT_ONCE = 500;
const TROUBLE = 2;

export async function run(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = readArguments(
    argv,
    {
      filter: { type: 'string' },
      'ignore-direction': { type: 'boolean' },
      'ignore-order': { type: 'boolean' },
      tolerance: { type: 'string' },
      json: { type: 'boolean' },
    },
    { positionals: true },
  );
  if (values.help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const [fileA, fileB, surplus] = positionals;
  if (fileA === undefined || fileB === undefined) throw new UsageError('two files are expected');
  if (surplus !== undefined) throw new UsageError(`"${surplus}" was not expected here`);
  if (fileA === '-' && fileB === '-') throw new UsageError('only one of the files can be stdin');
  const packets = readFilter(values.filter);
  const toleranceMs = readInteger('--tolerance', values.tolerance, 0, 86_400_000);
  const a = await read(fileA, io);
  const b = a === undefined ? undefined : await read(fileB, io);
  if (a === undefined || b === undefined) return TROUBLE;
  const comparison = new Comparison(
    { recording: a.recording, packets },
    { recording: b.recording, packets },
    {
      ignoresDirection: values['ignore-direction'] === true,
      ignoresOrder: values['ignore-order'] === true,
      toleranceMs,
    },
  );
  for (;;) {
    const endMs = performance.now() + SLICE_MS;
    if (comparison.advance(() => performance.now() > endMs)) break;
    // Signals are heard between slices.
    // oxlint-disable-next-line no-await-in-loop
    await turn();
    if (io.signal.aborted) return TROUBLE;
  }
  return tell({ a, b, comparison, isJson: values.json === true }, io);
}

/** The whole file; undefined where it cannot be read. */
async function read(file: string, io: CommandIo): Promise<HeadlessDecode | undefined> {
  const say = (text: string): void => void io.stderr.write(`mqtt-inspector compare: ${terminalText(text)}\n`);
  const decoding = new HeadlessDecode({
    filter: EVERYTHING,
    protocolVersion: undefined,
    byteBudget: BYTE_BUDGET,
    random: systemRandom,
  });
  try {
    const input: AsyncIterable<Uint8Array> =
      file === '-' ? io.stdin : createReadStream(file, { highWaterMark: READ_BYTES });
    for await (const piece of input) if (!decoding.push(piece) || io.signal.aborted) break;
  } catch (error) {
    say(`${nameOf(file)} cannot be read: ${systemFault(error)}`);
    return undefined;
  }
  decoding.end();
  const { fault, recording } = decoding;
  if (fault !== undefined) say(fileFault(nameOf(file), fault));
  const { packets } = recording.capture.evicted;
  if (packets > 0) say(`${file} is too large: its first ${packets} packets are left out`);
  return fault === undefined ? decoding : undefined;
}

interface Compared {
  readonly a: HeadlessDecode;
  readonly b: HeadlessDecode;
  readonly comparison: Comparison;
  readonly isJson: boolean;
}

async function tell(compared: Compared, io: CommandIo): Promise<ExitCode> {
  const { comparison, isJson } = compared;
  const output = new StreamOutput(io.stdout);
  const total = comparison.total('differences');
  try {
    for (let from = 0; from < total && !io.signal.aborted; from += ROWS_AT_ONCE) {
      const { row, seqA, seqB, flags, timeA, timeB } = comparison.rows(from, ROWS_AT_ONCE, 'differences');
      let text = '';
      for (const [index, number] of row.entries()) {
        const difference = {
          row: number,
          a: seqA[index] ?? -1,
          b: seqB[index] ?? -1,
          flags: flags[index] ?? 0,
          laterMs: ((timeB[index] ?? 0) - (timeA[index] ?? 0)) / 1000,
        };
        text += isJson ? json(compared, difference) : lines(compared, difference);
      }
      // oxlint-disable-next-line no-await-in-loop
      await output.write(text);
    }
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    io.stderr.write(`mqtt-inspector compare: ${error.message}\n`);
    return TROUBLE;
  }
  const { same, changed, onlyA, onlyB, moved, late } = comparison.counts;
  const cut = comparison.tooMany ? `; only the first ${MOST_COMPARED} packets of a file were compared` : '';
  io.stderr.write(
    `${same} the same, ${changed} changed, ${onlyA} only in A, ${onlyB} only in B, ${moved} in another place, ${late} at another time${cut}\n`,
  );
  return total === 0 ? 0 : 1;
}

interface Difference {
  readonly row: number;
  readonly a: number;
  readonly b: number;
  readonly flags: number;
  readonly laterMs: number;
}

function lines({ a, b, comparison }: Compared, difference: Difference): string {
  const line = ({ recording }: HeadlessDecode, seq: number): string =>
    packetLine(recording, seq, decodeRow(recording, seq), true);
  if (difference.b < 0) return `- ${line(a, difference.a)}\n`;
  if (difference.a < 0) return `+ ${line(b, difference.b)}\n`;
  const { flags } = difference;
  const how = [
    ...comparison.fields(difference.row).map((field) => `${field.name} ${field.a ?? '–'} → ${field.b ?? '–'}`),
    ...((flags & COMPARED.payload) === 0 ? [] : ['payload']),
    ...((flags & COMPARED.moved) === 0 ? [] : ['another place']),
    ...((flags & COMPARED.late) === 0
      ? []
      : [`${Math.abs(difference.laterMs).toFixed(1)} ms ${difference.laterMs > 0 ? 'later' : 'earlier'}`]),
  ];
  return `< ${line(a, difference.a)}\n> ${line(b, difference.b)}\n    ${terminalText(how.join('; '))}\n`;
}

function json({ comparison }: Compared, { row, a, b, flags, laterMs }: Difference): string {
  const kinds = Object.entries(COMPARED).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name]));
  const pair = a >= 0 && b >= 0;
  const fields = pair ? comparison.fields(row) : [];
  const more = pair ? { laterMs, ...(fields.length === 0 ? {} : { fields }) } : {};
  return `${JSON.stringify({ a: a < 0 ? null : a, b: b < 0 ? null : b, differences: kinds, ...more })}\n`;
}
