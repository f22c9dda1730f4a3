/** The codec alone: decoding PUBLISH packets beside mqtt-packet, and a million frames that nobody wrote. */

import { parser as createParser } from 'mqtt-packet';
import { Capture } from '../../../main/engine/capture/capture.ts';
import { decodePacket } from '../../../main/engine/codec/decode.ts';
import { scanFrame } from '../../../main/engine/codec/frame.ts';
import { TopicTable } from '../../../main/engine/topics/topic-table.ts';
import { fuzzFrames } from '../../codec/fuzz.ts';
import { makeTraffic, type Traffic } from '../packets.ts';
import { ratioAtLeast, type Row, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

/** Field maps cost the most and are checked on every so many frames. */
const MAP_EVERY = 50;

/** Nanoseconds per packet, chunk by chunk, all values read into the sum that is returned so that nothing is optimised away. */
function byMqttPacket({ chunks, packets }: Traffic): number {
  const parser = createParser({ protocolVersion: 4 });
  let seen = 0;
  parser.on('packet', () => {
    seen += 1;
  });
  const from = performance.now();
  for (const chunk of chunks) parser.parse(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  const took = performance.now() - from;
  if (seen !== packets) throw new Error(`mqtt-packet saw ${seen} of ${packets} packets`);
  return (took * 1e6) / packets;
}

function byDecoder({ bytes, packets }: Traffic): number {
  let seen = 0;
  const from = performance.now();
  for (let at = 0; at < bytes.length; ) {
    const length = scanFrame(bytes, at, bytes.length);
    const { packet } = decodePacket(bytes.subarray(at, at + length), 4, 'server-to-client');
    if (packet?.type === 'publish') seen += 1;
    at += length;
  }
  const took = performance.now() - from;
  if (seen !== packets) throw new Error(`the decoder saw ${seen} of ${packets} packets`);
  return (took * 1e6) / packets;
}

function byCapture(capture: Capture, { chunks, packets }: Traffic): number {
  const connection = capture.openConnection(0, 4);
  const before = capture.totals.messages[1] ?? 0;
  const from = performance.now();
  for (const chunk of chunks) capture.append(connection, 'server-to-client', chunk, 1);
  const took = performance.now() - from;
  const seen = (capture.totals.messages[1] ?? 0) - before;
  if (seen !== packets) throw new Error(`the capture saw ${seen} of ${packets} packets`);
  return (took * 1e6) / packets;
}

export async function measureCodec({ repetitions, quick }: PartOptions): Promise<Section> {
  const traffic = makeTraffic(quick ? 50_000 : 200_000, 1000, () => 'x'.repeat(100));
  const capture = new Capture({
    topics: new TopicTable({ a: 0x1357_9bdf, b: 0x2468_ace1 }),
    byteBudget: 128 * 2 ** 20,
  });
  // Compiled code and a full arena: what is measured is the steady state.
  while (capture.evicted.packets === 0) byCapture(capture, traffic);
  byDecoder(traffic);
  byMqttPacket(traffic);
  const figures = Array.from({ length: repetitions }, () => ({
    capture: byCapture(capture, traffic),
    decoder: byDecoder(traffic),
    theirs: byMqttPacket(traffic),
  }));
  const theirs = median(figures.map((each) => each.theirs));
  const row = (what: string, own: 'capture' | 'decoder', barred: boolean): Row => ({
    what,
    ours: median(figures.map((each) => each[own])),
    unit: 'ns',
    peer: 'mqtt-packet',
    theirs,
    ratio: median(figures.map((each) => each.theirs / each[own])),
    ...(barred ? { bars: [ratioAtLeast(11)] } : {}),
  });
  const frames = quick ? 50_000 : 1_000_000;
  return {
    title: 'Codec',
    rows: [
      row('QoS 0 PUBLISH framed, its topic interned, its row written', 'capture', true),
      row('QoS 0 PUBLISH decoded to an object, as a selected row is', 'decoder', false),
      fuzz(frames),
    ],
    remarks: [
      `Fuzz: random frames and mutated legal ones, three protocol versions; decoding never throws, never reads or writes beyond the frame, and what is legal encodes to the same bytes; the field map of every ${MAP_EVERY}th covers each byte once.`,
    ],
  };
}

function fuzz(frames: number): Row {
  const seed = Date.now() & 0x7fff_ffff;
  const from = performance.now();
  let outcome: string;
  try {
    const { legal, malformed, rules } = fuzzFrames(frames, seed, MAP_EVERY);
    outcome = `${legal} legal, ${malformed} malformed against ${rules} statements, no fault`;
  } catch (error) {
    outcome = `**fault** with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`;
  }
  return {
    what: `Fuzz of ${frames} frames`,
    ours: (performance.now() - from) / 1000,
    unit: 's',
    note: outcome,
  };
}
