/** Opening and writing large capture files, beside tshark and editcap on the same files. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../support/tools.ts';
import { type FileShape, type WrittenFile, writeCaptureFile } from '../capture-file.ts';
import { nextMessage, startProgram, startScript, stopChild } from '../children.ts';
import type { OpeningReport } from '../peers/opening.ts';
import { type Row, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const GB = 1e9;
const MB = 1e6;
/** Each repetition reads a gigabyte three times over. */
const MOST_REPETITIONS = 3;
/** The disk holds the file, what editcap writes, and has room left. */
const DISK_SHARE = 4;
const PATIENCE_MS = 300_000;

async function opened(path: string): Promise<OpeningReport> {
  const child = startScript('peers/opening.ts', [path], {
    execArgv: ['--expose-gc', '--max-old-space-size=8192', '--no-warnings'],
  });
  try {
    return (await nextMessage(child, 'opening', PATIENCE_MS)) as OpeningReport;
  } finally {
    await stopChild(child);
  }
}

/** Milliseconds that the program takes; NaN where it is not here or fails. */
async function timed(name: string, parameters: readonly string[]): Promise<number> {
  const program = findProgram([name]);
  if (program === undefined) return Number.NaN;
  const from = performance.now();
  const [code] = (await once(startProgram(program, parameters), 'exit')) as [number | null];
  return code === 0 ? performance.now() - from : Number.NaN;
}

interface Figures {
  readonly ours: readonly OpeningReport[];
  /** Reads only. */
  readonly tsharkMs: readonly number[];
  readonly dissectingMs: readonly number[];
  readonly editcapMs: readonly number[];
}

async function measure(path: string, repetitions: number): Promise<Figures> {
  const ours: OpeningReport[] = [];
  const tsharkMs: number[] = [];
  const dissectingMs: number[] = [];
  const editcapMs: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    ours.push(await opened(path));
    tsharkMs.push(await timed('tshark', ['-r', path, '-q']));
    dissectingMs.push(await timed('tshark', ['-r', path, '-q', '-z', 'io,stat,0,mqtt']));
    editcapMs.push(await timed('editcap', [path, `${path}.copy`]));
    rmSync(`${path}.copy`, { force: true });
  }
  return { ours, tsharkMs, dissectingMs, editcapMs };
}

function rowsOf(
  shape: FileShape,
  { packets, bytes }: WrittenFile,
  { ours, tsharkMs, dissectingMs, editcapMs }: Figures,
): Row[] {
  const of = (figure: keyof OpeningReport): number => median(ours.map((report) => report[figure]));
  const size = `${(bytes / GB).toFixed(2)} GB, ${(packets / 1e6).toFixed(1)} M packets, ${shape}`;
  const ratioTo = (theirs: readonly number[]): number =>
    median(ours.map(({ totalMs }, index) => (theirs[index] ?? Number.NaN) / totalMs));
  const rate = (ms: number): number => bytes / MB / (ms / 1000);
  const copies = ours.map(
    ({ exportPcapngMs, exportedPcapngBytes }, index) =>
      exportedPcapngBytes / exportPcapngMs / (bytes / (editcapMs[index] ?? Number.NaN)),
  );
  const lost = packets - of('packets');
  return [
    {
      what: `Open ${size}: first rows`,
      ours: of('firstRowsMs'),
      unit: 'ms',
    },
    {
      what: 'the whole file',
      ours: of('totalMs') / 1000,
      unit: 's',
      note: `${rate(of('totalMs')).toFixed(0)} MB/s; ${lost === 0 ? 'every packet' : `${lost} packets lost`}`,
      peer: 'tshark dissecting MQTT (-q -z io,stat,0,mqtt)',
      theirs: median(dissectingMs) / 1000,
      ratio: ratioTo(dissectingMs),
    },
    {
      what: 'the same',
      ours: of('totalMs') / 1000,
      unit: 's',
      peer: 'tshark -r FILE -q, which reads and dissects nothing',
      theirs: median(tsharkMs) / 1000,
      ratio: ratioTo(tsharkMs),
    },
    {
      what: 'longest time in which nothing else was done',
      ours: of('longestStepMs'),
      unit: 'ms',
    },
    {
      what: 'memory afterwards, of the file’s size',
      ours: of('residentBytes') / bytes,
      unit: '×',
      note: `${(of('heapBytes') / MB).toFixed(0)} MB of it JavaScript heap`,
    },
    {
      what: 'export as pcapng',
      ours: of('exportedPcapngBytes') / MB / (of('exportPcapngMs') / 1000),
      unit: 'MB/s',
      note: `${(((packets / of('exportPcapngMs')) * 1000) / 1e6).toFixed(2)} M packets/s`,
      peer: 'editcap FILE COPY',
      theirs: rate(median(editcapMs)),
      ratio: median(copies),
    },
    {
      what: 'export as JSON',
      ours: of('exportedJsonBytes') / MB / (of('exportJsonMs') / 1000),
      unit: 'MB/s',
      note: `${(((packets / of('exportJsonMs')) * 1000) / 1e6).toFixed(2)} M packets/s`,
    },
  ];
}

export async function measureFiles({ repetitions, quick }: PartOptions): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-inspector-bench-'));
  try {
    const { bavail, bsize } = statfsSync(folder);
    const wanted = quick ? 0.1 * GB : GB;
    const size = Math.min(wanted, (bavail * bsize) / DISK_SHARE);
    const rows: Row[] = [];
    for (const [shape, share] of [
      ['exported PDUs', 1],
      ['Ethernet', 0.25],
    ] as const) {
      const path = join(folder, 'bench.pcapng');
      const file = writeCaptureFile(path, shape, size * share);
      rows.push(...rowsOf(shape, file, await measure(path, Math.min(repetitions, MOST_REPETITIONS))));
      rmSync(path);
    }
    return {
      title: 'Capture files',
      rows,
      remarks: [
        'PUBLISH packets of 200 B payload on 1 000 topics. The file is in the system’s cache for everyone. Ours keeps every packet with its columns, ' +
          'topics and flows and is asked by a page in the same process, over the same messages; tshark forgets each packet.',
        ...(size < wanted ? [`The disk has room for ${(size / GB).toFixed(2)} GB only.`] : []),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
