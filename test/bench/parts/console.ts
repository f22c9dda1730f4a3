/** The console beside python3 with the genuine paho: the same script, the same broker, the same run. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { findProgram, findPython } from '../../support/tools.ts';
import { nextMessage, startScript, stopChild } from '../children.ts';
import { atMost, type Row, type Section } from '../report.ts';
import { median, quantile } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const PEER = 'paho 1.6.1, python3';
const PATIENCE_MS = 120_000;
type Task = 'publish' | 'receive' | 'round-trip';

/** Sends `count` messages of 100 bytes at QoS 0 as fast as the broker takes them. */
async function pour(port: number, count: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(Buffer.from('100f00044d5154540402003c0003706f75', 'hex'));
  const body = Buffer.concat([Buffer.from([0, 8]), Buffer.from('bench/in'), Buffer.alloc(100, 'x')]);
  const packet = Buffer.concat([Buffer.from([0x30, body.length]), body]);
  for (let sent = 0; sent < count; sent += 100) {
    const some = Buffer.concat(Array.from({ length: Math.min(100, count - sent) }, () => packet));
    // oxlint-disable-next-line no-await-in-loop
    if (!socket.write(some)) await once(socket, 'drain');
  }
  socket.end();
}

async function inConsole(task: Task, { port }: Mosquitto, count: number): Promise<readonly number[]> {
  const child = startScript('peers/console.ts', [task, port, count]);
  try {
    const samples = nextMessage(child, 'samples', PATIENCE_MS) as Promise<number[]>;
    if (task === 'receive') {
      await nextMessage(child, 'ready', PATIENCE_MS);
      await pour(port, count);
    }
    return await samples;
  } finally {
    await stopChild(child);
  }
}

async function underPython(task: Task, { port }: Mosquitto, count: number): Promise<readonly number[]> {
  const script = join(import.meta.dirname, '../peers/timed_paho.py');
  const child = spawn(findPython() ?? 'python3', [script, task, String(port), String(count)], { timeout: PATIENCE_MS });
  let output = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('ready')) resolve();
    });
  });
  const ended = once(child, 'close');
  if (task === 'receive') {
    await Promise.race([ready, ended]);
    await pour(port, count);
  }
  await ended;
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '[]') as number[];
}

/** Milliseconds until python3 has imported the library and printed. */
async function pythonStart(): Promise<number> {
  const begun = performance.now();
  const child = spawn(findPython() ?? 'python3', ['-c', 'import paho.mqtt.client; print("hello")']);
  await once(child.stdout, 'data');
  return performance.now() - begun;
}

/** Milliseconds from SIGINT to the end of a busy loop under python3. */
async function pythonStop(): Promise<number> {
  const child = spawn(findPython() ?? 'python3', [join(import.meta.dirname, '../peers/busy.py')]);
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stopped = performance.now();
  child.kill('SIGINT');
  await once(child, 'close');
  return performance.now() - stopped;
}

async function startOfConsole(): Promise<readonly number[]> {
  const child = startScript('peers/console.ts', ['start']);
  try {
    return (await nextMessage(child, 'samples', PATIENCE_MS)) as number[];
  } finally {
    await stopChild(child);
  }
}

export async function measureConsole({ repetitions, quick }: PartOptions): Promise<Section> {
  const title = 'Python in the console';
  if (findProgram(['mosquitto']) === undefined || findPython() === undefined)
    return { title, rows: [], remarks: ['Missing on this machine: mosquitto, or python3 with paho.'] };
  await using broker = await startMosquitto({
    settings: ['set_tcp_nodelay true', 'max_queued_messages 0'],
  });
  const counts: Readonly<Record<Task, number>> = quick
    ? { publish: 5000, receive: 5000, 'round-trip': 200 }
    : { publish: 30_000, receive: 30_000, 'round-trip': 2000 };
  const found = { publish: [], receive: [], 'round-trip': [] } as Record<Task, [ours: number[], theirs: number[]][]>;
  const starts: (readonly number[])[] = [];
  const theirStarts: number[] = [];
  const theirStops: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    starts.push(await startOfConsole());
    theirStarts.push(await pythonStart());
    theirStops.push(await pythonStop());
    for (const task of ['publish', 'receive', 'round-trip'] as const) {
      const ours = await inConsole(task, broker, counts[task]);
      const theirs = await underPython(task, broker, counts[task]);
      found[task].push([[...ours], [...theirs]]);
    }
  }
  const row = (what: string, task: Task, unit: string, figure: (samples: readonly number[]) => number): Row => {
    const pairs = found[task].map(([ours, theirs]) => [figure(ours), figure(theirs)] as const);
    const better = pairs.map(([ours, theirs]) => (task === 'publish' ? ours / theirs : theirs / ours));
    return {
      what,
      ours: median(pairs.map(([ours]) => ours)),
      unit,
      peer: PEER,
      theirs: median(pairs.map(([, theirs]) => theirs)),
      ratio: median(better),
    };
  };
  const start = (index: number): number => median(starts.map((figures) => figures[index] ?? Number.NaN));
  return {
    title,
    rows: [
      {
        what: 'start to the first line, cold',
        ours: start(0) + start(1),
        unit: 'ms',
        peer: PEER,
        theirs: median(theirStarts),
        ratio: median(
          starts.map((figures, index) => (theirStarts[index] ?? 0) / ((figures[0] ?? 0) + (figures[1] ?? 0))),
        ),
      },
      {
        what: 'start to the first line, with a spare ready',
        ours: start(1),
        unit: 'ms',
        peer: PEER,
        theirs: median(theirStarts),
        ratio: median(starts.map((figures, index) => (theirStarts[index] ?? 0) / (figures[1] ?? 0))),
      },
      {
        what: 'stop of a busy loop, to the end of the run',
        ours: start(3),
        unit: 'ms',
        peer: 'python3, SIGINT',
        theirs: median(theirStops),
        ratio: median(starts.map((figures, index) => (theirStops[index] ?? 0) / (figures[3] ?? 0))),
        bars: [atMost(100)],
      },
      row('publish, QoS 0, 100 bytes, with loop_start()', 'publish', 'msg/s', (samples) => samples[0] ?? Number.NaN),
      row('a callback’s cost per message received', 'receive', 'µs', (samples) => samples[0] ?? Number.NaN),
      row('QoS 1 round trip p50', 'round-trip', 'µs', (samples) => quantile(samples, 0.5)),
      row('QoS 1 round trip p99', 'round-trip', 'µs', (samples) => quantile(samples, 0.99)),
      { what: 'memory of an idle console', ours: start(2), unit: 'MB' },
    ],
    remarks: [
      'Everything the console sends and receives is captured with the lines of the script that caused it; the peer records nothing.',
    ],
  };
}
