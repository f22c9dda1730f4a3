/** Values of one numeric field over a topic's stored history, thinned for a chart without losing its peaks. */

import { NO_TOPIC } from '../engine/topics/topic-table.ts';
import { payloadStart } from '../engine/capture/publish-payload.ts';
import type { LiveSource } from './live-source.ts';

/** Newest messages of the topic that a chart reads at most; `total` then says how many there were. */
const READ_AT_MOST = 20_000;
/** Larger payloads are not parsed for a chart. */
const LARGEST_PARSED = 1_048_576;

const utf8 = new TextEncoder();
const text = new TextDecoder();

export interface Chart {
  readonly timeUs: Float64Array;
  readonly value: Float64Array;
  /** Values found; more than points where they were thinned. */
  readonly total: number;
}

/** `path` leads through a JSON document; an empty one takes a payload that is a number itself. */
export function chartTopic(live: LiveSource, topic: string, path: readonly (string | number)[], points: number): Chart {
  const { capture, topics } = live.recording;
  const wanted = topics.table.find(utf8.encode(topic));
  if (wanted === NO_TOPIC || wanted < 0) return { timeUs: new Float64Array(0), value: new Float64Array(0), total: 0 };
  const times: number[] = [];
  const values: number[] = [];
  let read = 0;
  for (let seq = topics.stats.lastSeqOf(wanted); seq >= capture.firstSeq && read < READ_AT_MOST; seq -= 1) {
    if (capture.topicId(seq) !== wanted) continue;
    read += 1;
    const value = numberAt(capture.bytes(seq), live, path);
    if (value === undefined) continue;
    times.push(capture.timeUs(seq));
    values.push(value);
  }
  return thin(times.toReversed(), values.toReversed(), points);
}

function numberAt(bytes: Uint8Array, live: LiveSource, path: readonly (string | number)[]): number | undefined {
  const payload = bytes.subarray(payloadStart(bytes, live.protocolVersion));
  if (payload.length === 0 || payload.length > LARGEST_PARSED) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.decode(payload));
  } catch {
    return undefined;
  }
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  const number = typeof value === 'boolean' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Keeps the smallest and the largest value of each bucket, in their order. */
function thin(times: readonly number[], values: readonly number[], points: number): Chart {
  const total = values.length;
  if (total <= points) return { timeUs: Float64Array.from(times), value: Float64Array.from(values), total };
  const buckets = Math.max(1, Math.floor(points / 2));
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor((bucket * total) / buckets);
    const to = Math.floor(((bucket + 1) * total) / buckets);
    let least = from;
    let most = from;
    for (let index = from; index < to; index += 1) {
      if ((values[index] ?? 0) < (values[least] ?? 0)) least = index;
      if ((values[index] ?? 0) > (values[most] ?? 0)) most = index;
    }
    kept.push(Math.min(least, most));
    if (least !== most) kept.push(Math.max(least, most));
  }
  return {
    timeUs: Float64Array.from(kept, (index) => times[index] ?? 0),
    value: Float64Array.from(kept, (index) => values[index] ?? 0),
    total,
  };
}
