/** The product without a page: service, session, capture, topics and flows. Arguments: port, QoS, byte budget. Any message asks for its report, and ends it. */

import { PerformanceObserver } from 'node:perf_hooks';
import { systemClock } from '../../../main/engine/transport/system.ts';
import { endWithParent } from '../children.ts';
import { loopbackProfile, openService } from '../product.ts';

/** What the product says of itself after a flood. */
export interface ReceiverReport {
  /** PUBLISH packets received. */
  readonly messages: number;
  /** Packets that stand in the capture now. */
  readonly kept: number;
  readonly evicted: number;
  readonly malformed: number;
  /** Handshakes seen, and those that are complete. */
  readonly flows: number;
  readonly topics: number;
  readonly heapBytes: number;
  readonly longestPauseMs: number;
}

const [, , port, qos, byteBudget] = process.argv;
endWithParent();
let longestPauseMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestPauseMs = Math.max(longestPauseMs, duration);
}).observe({ entryTypes: ['gc'] });
const service = await openService(Number(byteBudget));
const source = service.open(loopbackProfile(Number(port), Number(qos) as 0 | 1 | 2), {});
source.session.connect();
process.on('message', () => {
  // The tree is brought up to date in slices between reads; what is left of that is done before it is counted.
  while (!source.recording.settle(systemClock.nowUs()));
  const { capture, flows, topics, malformed } = source.recording;
  const report: ReceiverReport = {
    messages: capture.totals.messages[1] ?? 0,
    kept: capture.recordCount,
    evicted: capture.evicted.packets,
    malformed,
    flows: flows.store.end,
    topics: topics.topics,
    heapBytes: process.memoryUsage().heapUsed,
    longestPauseMs,
  };
  process.send?.({ report }, () => process.exit(0));
});
