/** A child of the benchmark: the service opens a capture file as a page has it opened, then writes it out again. */

import { type FileHandle, open } from 'node:fs/promises';
import { createPortPair } from '../../../shared/contract/port.ts';
import { createClient } from '../../../shared/contract/rpc.ts';
import type { PacketViewPush } from '../../../shared/contract/pushes.ts';
import { endWithParent } from '../children.ts';
import { openService } from '../product.ts';

export interface OpeningReport {
  readonly firstRowsMs: number;
  readonly totalMs: number;
  /** Packets in the list at the end. */
  readonly packets: number;
  /** Growth of the process's memory. */
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Longest time in which the service answered nobody while it read. */
  readonly longestStepMs: number;
  readonly exportPcapngMs: number;
  readonly exportJsonMs: number;
  readonly exportedPcapngBytes: number;
  readonly exportedJsonBytes: number;
}

/** As the page does. */
const PIECE_BYTES = 1_048_576;
const PIECES_AHEAD = 2;
const ROWS = 60;
const BYTE_BUDGET = 8_589_934_592;

endWithParent();
const [, , path = ''] = process.argv;
const service = await openService(BYTE_BUDGET);
const [near, far] = createPortPair(structuredClone);
service.attach(far);
let seen: PacketViewPush | undefined;
let firstRowsMs = Number.NaN;
let began = 0;
const client = createClient(
  near,
  ({ views }) => {
    seen = views.find((view) => view.kind === 'packets') ?? seen;
    if (seen !== undefined && seen.rows.seq.length >= ROWS && Number.isNaN(firstRowsMs))
      firstRowsMs = performance.now() - began;
    return undefined;
  },
  () => undefined,
);

async function pieceOf(file: FileHandle, at: number): Promise<Uint8Array<ArrayBuffer>> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES, at);
  return buffer.subarray(0, bytesRead);
}

/** Answers the longest time between two turns of the event loop. */
async function send(): Promise<number> {
  const file = await open(path);
  const { size } = await file.stat();
  let longest = 0;
  let turned = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - turned);
    turned = now;
  }, 1);
  const { id: source } = await client.call('openFile', { name: 'bench.pcapng', size });
  const { view } = await client.call('openPacketView', { source });
  await client.call('setWindow', { view, from: 0, count: ROWS });
  const underway: Promise<unknown>[] = [];
  for (let at = 0; at < size; at += PIECE_BYTES) {
    const bytes = await pieceOf(file, at);
    underway.push(client.call('pushFile', { source, bytes }));
    if (underway.length >= PIECES_AHEAD) await underway.shift();
  }
  await Promise.all(underway);
  await client.call('endFile', { source, cancelled: false });
  clearInterval(beat);
  await file.close();
  return longest;
}

async function save(format: 'pcapng' | 'json'): Promise<{ readonly ms: number; readonly bytes: number }> {
  const from = performance.now();
  const source = service.summaries[0]?.id ?? 0;
  const { export: number } = await client.call('startExport', { format, source });
  let bytes = 0;
  for (;;) {
    const piece = await client.call('readExport', { export: number });
    bytes += piece.bytes.length;
    if (piece.done) break;
  }
  await client.call('endExport', { export: number });
  return { ms: performance.now() - from, bytes };
}

globalThis.gc?.();
const before = process.memoryUsage().rss;
began = performance.now();
const longestStepMs = await send();
const totalMs = performance.now() - began;
globalThis.gc?.();
const { rss, heapUsed } = process.memoryUsage();
const pcapng = await save('pcapng');
const json = await save('json');
const stats = service.sources[0]?.stats();
const opening: OpeningReport = {
  firstRowsMs,
  totalMs,
  packets: stats === undefined ? 0 : stats.packets,
  residentBytes: rss - before,
  heapBytes: heapUsed,
  longestStepMs,
  exportPcapngMs: pcapng.ms,
  exportJsonMs: json.ms,
  exportedPcapngBytes: pcapng.bytes,
  exportedJsonBytes: json.bytes,
};
process.send?.({ opening }, () => process.exit(0));
