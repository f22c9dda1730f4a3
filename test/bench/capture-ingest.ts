/** Measures the capture alone: ingest of prebuilt chunks beside mqtt-packet in the same run, and memory per packet. */

import { parser as createParser } from 'mqtt-packet';
import { NO_FLOW } from '../../main/engine/capture/capture-observer.ts';
import { Capture } from '../../main/engine/capture/capture.ts';
import { TopicTable } from '../../main/engine/topics/topic-table.ts';
import { concat, publish } from '../capture/capture-model.ts';

const CHUNK = 65_536;
const MIB = 1024 * 1024;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** About `megabytes` of PUBLISH packets in socket-sized chunks. */
function traffic(
  payload: number,
  topics: number,
  qos: 0 | 1 | 2,
  megabytes: number,
): { chunks: Uint8Array[]; count: number } {
  const packets: Uint8Array[] = [];
  let bytes = 0;
  for (let index = 0; bytes < megabytes * MIB; index++) {
    const number = (index * 7919) % topics;
    const packet = publish({
      topic: `site/${number % 97}/device/${number}/temperature`,
      qos,
      id: 1 + (index % 65_535),
      payload: new Uint8Array(payload).fill(65 + (index % 26)),
    });
    packets.push(packet);
    bytes += packet.length;
  }
  const all = Buffer.from(concat(packets));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += CHUNK) chunks.push(all.subarray(at, at + CHUNK));
  return { chunks, count: packets.length };
}

let attention = 0;
const sink = {
  publish: () => {
    attention++;
    return NO_FLOW;
  },
  acknowledgement: () => {
    attention++;
    return NO_FLOW;
  },
  packet: () => NO_FLOW,
  malformed: (): void => {},
  refused: (): void => {},
};

function captureSeconds(capture: Capture, chunks: readonly Uint8Array[]): number {
  const connection = capture.openConnection(0, 4);
  const start = performance.now();
  let timeUs = 0;
  for (const chunk of chunks) capture.append(connection, 'server-to-client', chunk, (timeUs += 50), sink);
  return (performance.now() - start) / 1000;
}

function mqttPacketSeconds(chunks: readonly Uint8Array[]): number {
  const parser = createParser({ protocolVersion: 4 });
  let seen = 0;
  parser.on('packet', () => {
    seen++;
  });
  const start = performance.now();
  for (const chunk of chunks) parser.parse(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  return seen === 0 ? Number.NaN : (performance.now() - start) / 1000;
}

const lines = ['payload topics  qos   cold M/s   reused M/s   mqtt-packet M/s   ratio   columns B/packet'];
for (const [payload, topics, qos] of [
  [20, 1000, 0],
  [100, 1000, 0],
  [100, 100_000, 0],
  [1000, 1000, 0],
  [100, 1000, 1],
  [100, 1000, 2],
] as const) {
  const { chunks, count } = traffic(payload, topics, qos, 48);
  const rates: number[] = [];
  const peer: number[] = [];
  let cold = 0;
  let perPacket = 0;
  const table = new TopicTable({ a: 0x1234567, b: 0x89abcdf });
  const capture = new Capture({ topics: table, byteBudget: 160 * MIB });
  for (let round = 0; round < 7; round++) {
    const seconds = captureSeconds(capture, chunks);
    if (round === 0) cold = count / seconds / 1e6;
    else rates.push(count / seconds / 1e6);
    if (round === 0) perPacket = capture.columnBytes / capture.recordCount;
  }
  const few = chunks.slice(0, Math.ceil(chunks.length / 8));
  for (let round = 0; round < 5; round++) peer.push(count / 8 / mqttPacketSeconds(few) / 1e6);
  const reused = median(rates);
  const other = median(peer);
  lines.push(
    [
      String(payload).padStart(7),
      String(topics).padStart(6),
      String(qos).padStart(4),
      cold.toFixed(1).padStart(10),
      reused.toFixed(1).padStart(12),
      other.toFixed(2).padStart(17),
      (reused / other).toFixed(1).padStart(7),
      perPacket.toFixed(1).padStart(18),
    ].join(' '),
  );
}
process.stdout.write(`${lines.join('\n')}\n(${attention} packets reported)\n`);
