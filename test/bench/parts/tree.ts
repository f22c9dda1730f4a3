/** A topic tree of a million topics: build, memory, windows of rows; beside nested Maps. */

import { ROOT } from '../../../main/engine/topics/topic-nodes.ts';
import { TopicTree } from '../../../main/engine/topics/topic-tree.ts';
import { TopicView } from '../../../main/engine/topics/topic-view.ts';
import { atMost, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const FRAME_US = 16_667;
const CHANGES = 2000;
const FRAMES = 60;
const WINDOW = 60;

interface Names {
  readonly bytes: Uint8Array;
  /** End of each name in {@link bytes}. */
  readonly ends: Uint32Array;
}

/** Names `site/S/line/L/mI/temp`: a million topics make over two million nodes. */
function makeNames(topics: number): Names {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(topics * 40);
  const ends = new Uint32Array(topics);
  let at = 0;
  for (let index = 0; index < topics; index += 1) {
    const name = `site/${index % 10}/line/${(index >> 4) % 1000}/m${index}/temp`;
    at += encoder.encodeInto(name, bytes.subarray(at)).written;
    ends[index] = at;
  }
  return { bytes, ends };
}

interface Figures {
  readonly buildSeconds: number;
  readonly reserved: number;
  readonly resident: number;
  readonly firstWindowMs: number;
  readonly frameMs: number;
  readonly rows: number;
}

function measure({ bytes, ends }: Names): Figures {
  const topics = ends.length;
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const tree = new TopicTree({ seed: { a: 0x1357_9bdf, b: 0x2468_ace1 }, isEmptyPayload: () => false });
  const ids = new Uint32Array(topics);
  let nowUs = 1e15;
  let from = performance.now();
  for (let index = 0; index < topics; index += 1) {
    const topic = tree.table.intern(bytes, index === 0 ? 0 : (ends[index - 1] ?? 0), ends[index] ?? 0);
    ids[index] = topic;
    tree.stats.note(topic, index, 100, 0x30, nowUs);
    if (index % 2500 === 2499) tree.settle((nowUs += FRAME_US));
  }
  while (!tree.settle((nowUs += FRAME_US)));
  const buildSeconds = (performance.now() - from) / 1000;
  globalThis.gc?.();
  const resident = (process.memoryUsage.rss() - before) / topics;
  const view = new TopicView(tree);
  view.advance(nowUs);
  from = performance.now();
  view.expandAll(ROOT);
  view.window(0, WINDOW);
  const firstWindowMs = performance.now() - from;
  const frames: number[] = [];
  for (let frame = 0; frame < FRAMES; frame += 1) {
    for (let change = 0; change < CHANGES; change += 1)
      tree.stats.note(ids[(change * 7919 + frame) % topics] ?? 0, topics + change, 100, 0x30, nowUs);
    tree.settle((nowUs += FRAME_US));
    from = performance.now();
    view.advance(nowUs);
    view.window(0, WINDOW);
    frames.push(performance.now() - from);
  }
  return {
    buildSeconds,
    reserved: tree.reservedBytes / topics,
    resident,
    firstWindowMs,
    frameMs: median(frames),
    rows: view.total,
  };
}

interface MapNode {
  readonly children: Map<string, MapNode>;
  messages: number;
}

/** What a tree of objects costs: a Map of children by level, nothing else. */
function measureMaps({ bytes, ends }: Names): { seconds: number; bytes: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const root: MapNode = { children: new Map(), messages: 0 };
  const decoder = new TextDecoder();
  const from = performance.now();
  for (let index = 0; index < ends.length; index += 1) {
    const name = decoder.decode(bytes.subarray(index === 0 ? 0 : (ends[index - 1] ?? 0), ends[index]));
    let node = root;
    for (const level of name.split('/')) {
      let next = node.children.get(level);
      if (next === undefined) {
        next = { children: new Map(), messages: 0 };
        node.children.set(level, next);
      }
      node = next;
    }
    node.messages += 1;
  }
  const seconds = (performance.now() - from) / 1000;
  globalThis.gc?.();
  const grown = process.memoryUsage().heapUsed - before;
  return { seconds, bytes: root.children.size === 0 ? Number.NaN : grown / ends.length };
}

export async function measureTree({ repetitions, quick }: PartOptions): Promise<Section> {
  const topics = quick ? 200_000 : 1_000_000;
  const names = makeNames(topics);
  const ours: Figures[] = [];
  const theirs: { seconds: number; bytes: number }[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    ours.push(measure(names));
    theirs.push(measureMaps(names));
  }
  const of = (figure: keyof Figures): number => median(ours.map((figures) => figures[figure]));
  const mapSeconds = median(theirs.map(({ seconds }) => seconds));
  const mapBytes = median(theirs.map(({ bytes }) => bytes));
  const ratios = ours.map(({ buildSeconds }, index) => (theirs[index]?.seconds ?? Number.NaN) / buildSeconds);
  const peer = 'nested Maps of nodes';
  return {
    title: `Tree of ${topics / 1e6} M topics`,
    rows: [
      {
        what: 'Build, with the settling of every frame',
        ours: of('buildSeconds'),
        unit: 's',
        peer,
        theirs: mapSeconds,
        ratio: median(ratios),
        bars: [atMost(1.5)],
      },
      {
        what: 'Memory per topic: names, counters, rates, nodes',
        ours: of('reserved'),
        unit: 'B',
        // Later repetitions reuse memory that the first one left to the process.
        note: `process grew ${(ours[0]?.resident ?? 0).toFixed(0)} B in the first build`,
        peer: `${peer}, no counters`,
        theirs: mapBytes,
        ratio: mapBytes / of('reserved'),
        bars: [atMost(220)],
      },
      {
        what: `First window of ${WINDOW} rows, all ${(of('rows') / 1e6).toFixed(1)} M rows expanded`,
        ours: of('firstWindowMs'),
        unit: 'ms',
        bars: [atMost(50)],
      },
      {
        what: `Window of a frame with ${CHANGES} changed topics`,
        ours: of('frameMs'),
        unit: 'ms',
        bars: [atMost(1)],
      },
    ],
    remarks: [],
  };
}
