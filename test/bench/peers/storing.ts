/** Keeps what it receives, by the product's recording or as objects in an array, and says what that costs. Arguments: who, packets. */

import { PerformanceObserver } from 'node:perf_hooks';
import { connect } from 'mqtt';
import { createServer } from 'node:net';
import { Recording } from '../../../main/engine/sources/recording.ts';
import { systemClock, systemRandom } from '../../../main/engine/transport/system.ts';
import { endWithParent } from '../children.ts';
import { makeTraffic } from '../packets.ts';

export interface StoringReport {
  /** Growth of the process beyond the packets' own bytes, per packet. */
  readonly residentBytes: number;
  /** What the product itself says its columns and tables take, per packet. */
  readonly accountedBytes: number;
  readonly heapBytes: number;
  readonly longestPauseMs: number;
  /** Steps of 64 KiB by the clock; NaN where there are no such steps. */
  readonly stepP99Ms: number;
  readonly longestStepMs: number;
}

endWithParent();
const [, , who, wantedPackets] = process.argv;
const wanted = Number(wantedPackets);
const BATCH = 100_000;
const traffic = makeTraffic(BATCH, 1000, (index) => String.fromCharCode(65 + (index % 26)).repeat(100));

/** Pauses are told some turns after they were; whether they count is decided by when they began. */
const REPORT_DELAY_MS = 100;
const pauses: PerformanceEntry[] = [];
new PerformanceObserver((list) => void pauses.push(...list.getEntries())).observe({ entryTypes: ['gc'] });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Figures of the process now, after a collection. */
async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  await turn();
  globalThis.gc?.();
  return process.memoryUsage();
}

/** The longest pause between two moments, 0 where there was none; not those of {@link settledMemory} around them. */
async function longestPause(from: number, to: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, REPORT_DELAY_MS));
  const within = pauses.filter(({ startTime }) => startTime >= from && startTime < to);
  return Math.max(0, ...within.map(({ duration }) => duration));
}

async function storeByProduct(): Promise<StoringReport> {
  const before = await settledMemory();
  const began = performance.now();
  const recording = new Recording({ byteBudget: 16 * 2 ** 30, maxPacketBytes: 2 ** 28, random: systemRandom });
  const connection = recording.openConnection(systemClock.nowUs(), 4);
  const steps = new Float64Array(Math.ceil((wanted / BATCH) * traffic.chunks.length));
  let step = 0;
  let settledAt = performance.now();
  for (let round = 0; round < wanted / BATCH; round += 1) {
    for (const chunk of traffic.chunks) {
      const from = performance.now();
      recording.append(connection, 'server-to-client', chunk, systemClock.nowUs());
      if (from - settledAt > 16) {
        recording.settle(systemClock.nowUs());
        settledAt = from;
      }
      steps[step] = performance.now() - from;
      step += 1;
    }
    // The steps are timed whole; turns let the observer report pauses.
    await turn();
  }
  const ended = performance.now();
  const after = await settledMemory();
  const { capture } = recording;
  const packetBytes = capture.totals.bytes[1] ?? 0;
  const count = capture.recordCount;
  const sorted = steps.subarray(0, step).toSorted();
  return {
    residentBytes: (after.rss - before.rss - packetBytes) / count,
    accountedBytes: capture.columnBytes / count,
    heapBytes: after.heapUsed,
    longestPauseMs: await longestPause(began, ended),
    stepP99Ms: sorted[Math.floor(step * 0.99)] ?? 0,
    longestStepMs: sorted.at(-1) ?? 0,
  };
}

/** Over a socket in the same process: the client offers no other way in. */
async function storeByMqttjs(): Promise<StoringReport> {
  const kept: { topic: string; payload: Buffer }[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if ((chunk[0] ?? 0) === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if ((chunk[0] ?? 0) !== 0x82) return;
      socket.write(Buffer.from([0x90, 3, chunk[2] ?? 0, chunk[3] ?? 0, 0]));
      for (let round = 0; round < wanted / BATCH; round += 1) socket.write(traffic.bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const before = await settledMemory();
  const began = performance.now();
  const client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  client.on('connect', () => client.subscribe('#'));
  await new Promise<void>((resolve) => {
    client.on('message', (topic, payload) => {
      kept.push({ topic, payload });
      if (kept.length >= wanted) resolve();
    });
  });
  const ended = performance.now();
  const after = await settledMemory();
  const packetBytes = (traffic.bytes.length / BATCH) * kept.length;
  return {
    residentBytes: (after.rss - before.rss - packetBytes) / kept.length,
    accountedBytes: Number.NaN,
    heapBytes: after.heapUsed,
    longestPauseMs: await longestPause(began, ended),
    stepP99Ms: Number.NaN,
    longestStepMs: Number.NaN,
  };
}

const storing = who === 'inspector' ? await storeByProduct() : await storeByMqttjs();
process.send?.({ storing }, () => process.exit(0));
