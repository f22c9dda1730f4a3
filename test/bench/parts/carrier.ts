/** What a frame costs on its way to the page: typed columns in one binary message, beside the same rows as JSON. */

import { TopicTree } from '../../../main/engine/topics/topic-tree.ts';
import { ROOT } from '../../../main/engine/topics/topic-nodes.ts';
import { TopicView } from '../../../main/engine/topics/topic-view.ts';
import type { TopicRows } from '../../../shared/contract/topic-records.ts';
import { decodeMessage, encodeMessage } from '../../../shared/contract/wire.ts';
import type { Row, Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const PREVIEW_BYTES = 48;
const TOPICS = 10_000;

/** A window of a live tree as the service would push it. */
function makeRows(count: number): TopicRows {
  const tree = new TopicTree({ seed: { a: 0x1357_9bdf, b: 0x2468_ace1 }, isEmptyPayload: () => false });
  const encoder = new TextEncoder();
  let nowUs = 1.7e15;
  for (let round = 0; round < 3; round += 1) {
    for (let index = 0; index < TOPICS; index += 1) {
      const name = encoder.encode(`site/${index % 97}/device/${index}/temperature`);
      tree.stats.note(tree.table.intern(name, 0, name.length), round * TOPICS + index, 120, 0x30, nowUs);
    }
    while (!tree.settle((nowUs += 1_000_000)));
  }
  const view = new TopicView(tree);
  view.advance(nowUs);
  view.expandAll(ROOT);
  const { stamp: _stamp, ...columns } = view.window(100, count);
  const preview = new Uint8Array(count * PREVIEW_BYTES);
  for (let at = 0; at < count; at += 1)
    encoder.encodeInto(
      `{"value":${20 + (at % 70) / 10},"unit":"C","at":"2026-11-20T12:00"}`,
      preview.subarray(at * PREVIEW_BYTES, (at + 1) * PREVIEW_BYTES),
    );
  return {
    ...columns,
    preview,
    previewLength: new Uint8Array(count).fill(PREVIEW_BYTES),
    payloadLength: new Uint32Array(count).fill(100),
  };
}

/** The same rows as a plain tool would send them: an array of objects, previews as text. */
function asObjects(rows: TopicRows): unknown[] {
  const decoder = new TextDecoder();
  return Array.from(rows.node, (node, at) => ({
    node,
    depth: rows.depth[at],
    flags: rows.flags[at],
    messages: rows.messages[at],
    subtreeMessages: rows.subtreeMessages[at],
    subtreeTopics: rows.subtreeTopics[at],
    bytes: rows.bytes[at],
    rate: rows.rate[at],
    lastTimeUs: rows.lastTimeUs[at],
    lastSeq: rows.lastSeq[at],
    qos: rows.qos[at],
    level: rows.level[at],
    topic: rows.topic[at],
    preview: decoder.decode(rows.preview.subarray(at * PREVIEW_BYTES, (at + 1) * PREVIEW_BYTES)),
    payloadLength: rows.payloadLength[at],
    sparkline: [...rows.sparkline.subarray(at * 16, at * 16 + 16)],
  }));
}

interface Carried {
  readonly bytes: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
}

function carry<Encoded extends { readonly length: number }>(
  encode: () => Encoded,
  decode: (encoded: Encoded) => unknown,
): Carried {
  let from = performance.now();
  const encoded = encode();
  const encodeMs = performance.now() - from;
  from = performance.now();
  decode(encoded);
  return { bytes: encoded.length, encodeMs, decodeMs: performance.now() - from };
}

export async function measureCarrier({ repetitions }: PartOptions): Promise<Section> {
  const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };
  const rounds = repetitions * 100;
  const rows: Row[] = [];
  for (const count of [60, 2000]) {
    const topicRows = makeRows(count);
    const push = { kind: 'topics', view: 1, total: 2 * TOPICS, topics: TOPICS, matched: TOPICS, searching: false };
    const columns = { m: 'frame', a: [{ number: 1, views: [{ ...push, rows: topicRows }], stats: [] }] };
    const objects = { m: 'frame', a: [{ number: 1, views: [{ ...push, rows: asObjects(topicRows) }], stats: [] }] };
    const ours: Carried[] = [];
    const theirs: Carried[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(carry(() => encodeMessage(columns), decodeMessage));
      theirs.push(
        carry(
          () => utf8.encoder.encode(JSON.stringify(objects)),
          (bytes) => JSON.parse(utf8.decoder.decode(bytes)),
        ),
      );
    }
    const row = (what: string, figure: keyof Carried, unit: string, scale: number): Row => {
      const own = median(ours.map((each) => each[figure])) / scale;
      const other = median(theirs.map((each) => each[figure])) / scale;
      return { what: `${count} rows: ${what}`, ours: own, unit, peer: 'JSON rows', theirs: other, ratio: other / own };
    };
    rows.push(row('size', 'bytes', 'kB', 1000), row('encode', 'encodeMs', 'ms', 1), row('decode', 'decodeMs', 'ms', 1));
  }
  return {
    title: 'From the service to the page, one frame of topic rows',
    rows,
    remarks: [
      `A page shows about 60 rows and may ask for 500 at most; 2 000 is the frame of the design. Medians of ${rounds}. Sixteen buckets of sparkline are part of each row.`,
    ],
  };
}
