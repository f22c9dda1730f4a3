/** The stages of a connection attempt as bars on an axis of milliseconds. */

import type { ConnectionAttempt, StageRecord } from '../../shared/contract/connection-records.ts';

export interface StageBar {
  readonly stage: StageRecord;
  /** Since the attempt began, microseconds. */
  readonly fromUs: number;
  /** Until now where it runs. */
  readonly toUs: number;
  readonly running: boolean;
  /** Share of the axis, 0…1. */
  readonly left: number;
  readonly width: number;
  /** The bar goes on beyond the axis. */
  readonly cut: boolean;
}

export interface Waterfall {
  readonly bars: readonly StageBar[];
  /** Length of the axis, microseconds. */
  readonly spanUs: number;
  /** Marks on the axis, microseconds. */
  readonly ticks: readonly number[];
}

/** A first message that came so many times later than the rest took would press everything else to the left. */
const LATE = 3;
const LEAST_SPAN_US = 100;

/** Each stage below what it waits for, whichever was told first. */
const ORDER: readonly StageRecord['name'][] = [
  'srv',
  'dns',
  'tcp',
  'proxy',
  'tls',
  'upgrade',
  'connect',
  'suback',
  'first-message',
];

/** @param nowUs microseconds since the Unix epoch; how long what runs has run */
export function waterfallOf(attempt: ConnectionAttempt, nowUs: number): Waterfall {
  const start = attempt.startUs;
  const inOrder = attempt.stages.toSorted((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  const timed = inOrder.map((stage) => {
    const running = stage.endUs === undefined && attempt.endUs === undefined;
    const end = stage.endUs ?? attempt.endUs ?? Math.max(nowUs, stage.startUs);
    return { stage, fromUs: stage.startUs - start, toUs: Math.max(end, stage.startUs) - start, running };
  });
  const own = timed.filter(({ stage }) => stage.name !== 'first-message');
  const base = Math.max(LEAST_SPAN_US, ...own.map(({ toUs }) => toUs));
  const last = timed.find(({ stage }) => stage.name === 'first-message');
  const whole = Math.max(base, last?.toUs ?? 0);
  const spanUs = whole > base * LATE ? base * LATE : whole;
  const bars = timed.map((bar) => {
    const left = Math.min(1, bar.fromUs / spanUs);
    const width = Math.max(0, Math.min(1, bar.toUs / spanUs) - left);
    return { ...bar, left, width, cut: bar.toUs > spanUs };
  });
  return { bars, spanUs, ticks: ticksOf(spanUs) };
}

/** Four to eight round marks, the first at 0. */
export function ticksOf(spanUs: number): readonly number[] {
  const rough = spanUs / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? power * 10;
  const ticks: number[] = [];
  for (let at = 0; at <= spanUs; at += step) ticks.push(at);
  return ticks;
}
