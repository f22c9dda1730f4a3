/** Measures the topic tree at a million topics: build, memory per topic, and windows of a view. `node test/bench/topics-tree.ts` */

import { TopicTree } from '../../main/engine/topics/topic-tree.ts';
import { TopicView } from '../../main/engine/topics/topic-view.ts';
import { ROOT } from '../../main/engine/topics/topic-nodes.ts';

const TOPICS = 1_000_000;
const ROUNDS = 5;

type Figures = Record<string, number>;

const millis = (from: number): number => performance.now() - from;

/** Names `site/S/line/L/machine-M/temperature`: a million topics, two million nodes. */
function names(): { bytes: Uint8Array; ends: Uint32Array } {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(TOPICS * 40);
  const ends = new Uint32Array(TOPICS);
  let at = 0;
  for (let index = 0; index < TOPICS; index++) {
    const name = `site/${index % 10}/line/${(index >> 4) % 1000}/m${index}/temp`;
    at += encoder.encodeInto(name, bytes.subarray(at)).written;
    ends[index] = at;
  }
  return { bytes, ends };
}

function measure({ bytes, ends }: { bytes: Uint8Array; ends: Uint32Array }): Figures {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const tree = new TopicTree({ seed: { a: 0x1357_9bdf, b: 0x2468_ace1 }, isEmptyPayload: () => false });
  const ids = new Uint32Array(TOPICS);
  let started = performance.now();
  const cpu = process.cpuUsage();
  let longestSettleMs = 0;
  let now = 1e15;
  for (let index = 0; index < TOPICS; index++) {
    const topic = tree.table.intern(bytes, index === 0 ? 0 : (ends[index - 1] ?? 0), ends[index] ?? 0);
    ids[index] = topic;
    tree.stats.note(topic, index, 100, 0x30, now);
    if (index % 2_500 === 2_499) {
      const settling = performance.now();
      tree.settle((now += 16_000));
      longestSettleMs = Math.max(longestSettleMs, millis(settling));
    }
  }
  while (!tree.settle((now += 16_000)));
  const buildMs = millis(started);
  const buildCpuMs = process.cpuUsage(cpu).user / 1000;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const residentPerTopic = (after.rss - before.rss) / TOPICS;

  const view = new TopicView(tree);
  started = performance.now();
  view.advance(now);
  const takeInMs = millis(started);
  started = performance.now();
  view.expandAll(ROOT);
  const expandMs = millis(started);
  started = performance.now();
  view.window(0, 60);
  const firstWindowMs = millis(started);

  let frames = 0;
  for (let frame = 0; frame < 100; frame++) {
    for (let message = 0; message < 2_000; message++) {
      tree.stats.note(ids[(message * 7919 + frame) % TOPICS] ?? 0, TOPICS + message, 100, 0x30, now);
    }
    tree.settle((now += 16_000));
    started = performance.now();
    view.advance(now);
    view.window(0, 60);
    frames += millis(started);
  }
  started = performance.now();
  view.window(1_234_567, 60);
  const deepWindowMs = millis(started);

  const rows = view.total;
  view.setSort('rate', true);
  started = performance.now();
  view.window(0, 60);
  const sortRateMs = millis(started);
  started = performance.now();
  tree.matching(new TextEncoder().encode('site/3/line/+/+/temp'));
  const matchMs = millis(started);
  started = performance.now();
  view.setSearch({ text: 'M99999', in: 'name' });
  const searchSliceMs = millis(started);
  return {
    buildMs,
    buildCpuMs,
    longestSettleMs,
    bytesPerTopic: tree.reservedBytes / TOPICS,
    residentPerTopic,
    nodes: tree.nodes.count,
    rows,
    takeInMs,
    expandMs,
    firstWindowMs,
    frameMs: frames / 100,
    deepWindowMs,
    sortRateMs,
    matchMs,
    searchSliceMs,
  };
}

const input = names();
const rounds = Array.from({ length: ROUNDS }, () => measure(input));
const rows = Object.keys(rounds[0] ?? {}).map((name) => {
  const values = rounds.map((round) => round[name] ?? 0).toSorted((left, right) => left - right);
  return `${name.padEnd(18)} ${(values[ROUNDS >> 1] ?? 0).toFixed(3).padStart(14)}   (${(values[0] ?? 0).toFixed(3)} to ${(values[ROUNDS - 1] ?? 0).toFixed(3)})`;
});
process.stdout.write(`${TOPICS} topics, medians of ${ROUNDS}\n${rows.join('\n')}\n`);
