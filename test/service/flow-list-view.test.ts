/** A window that does not follow stays with its flows while older ones are evicted. */

import { describe, expect, it } from 'vitest';
import { Recording } from '../../main/engine/sources/recording.ts';
import { FlowListView } from '../../main/service/flow-list-view.ts';
import type { LiveSource } from '../../main/service/live-source.ts';

/** Bytes of packets that are kept: about 10 000 messages. */
const BUDGET = 80 * 1024 * 1024;
/** Messages that push out more than 8 192 flows, which go in blocks of that many. */
const EVICTING = 11_000;
/** PUBLISH at QoS 1 to `a`, 8 000 bytes with its header; the packet identifier comes sixth. */
const PUBLISH = Uint8Array.from({ length: 8000 }, (_, i) => [0x32, 0xbd, 0x3e, 0, 1, 0x61][i] ?? 0x20);

function setup(filter: string) {
  const recording = new Recording({
    byteBudget: BUDGET,
    maxPacketBytes: 65_536,
    random: { fill: (bytes) => bytes.fill(7) },
  });
  const connection = recording.openConnection(0);
  let now = 0;
  let sent = 0;
  const live = { id: 1, recording, originUs: 0, gauges: () => ({}) };
  const view = new FlowListView({
    view: 1,
    live: live as unknown as LiveSource,
    filter,
    stalledAfterUs: () => 1e9,
  });
  return {
    view,
    flows: recording.flows.store,
    /** Acknowledged messages. */
    arrive: (messages: number): void => {
      const packet = PUBLISH.slice();
      for (let index = 0; index < messages; index++) {
        sent += 1;
        const id = (sent % 65_535) + 1;
        packet.set([id >> 8, id & 0xff], 6);
        recording.append(connection, 'server-to-client', packet, ++now);
        recording.append(connection, 'client-to-server', Uint8Array.of(0x40, 2, id >> 8, id & 0xff), ++now);
      }
      recording.settle(now);
    },
    /** A filter on states takes a second round to see what changed. */
    push: () => [1, 2].map(() => view.collect((now += 1_000_000))).findLast((pushed) => pushed !== undefined),
  };
}

describe.each([
  ['every flow', ''],
  ['a filter', 'flow.state:complete'],
])('a list of %s', (_name, filter) => {
  it('moves its window along with evicted rows and says how far', () => {
    const { view, flows, arrive, push } = setup(filter);
    arrive(9000);
    push();
    view.setWindow({ from: 8500, count: 50, follow: false });
    const before = push();
    expect(before).toMatchObject({ moved: 0, rows: { first: 8500 } });
    arrive(EVICTING);
    expect(flows.first).toBeGreaterThan(0);
    expect(flows.first).toBeLessThan(8500);
    const after = push();
    expect(after).toMatchObject({ moved: -flows.first, rows: { first: 8500 - flows.first } });
    expect([...(after?.rows.flow ?? [])]).toEqual([...(before?.rows.flow ?? [])]);
  });

  it('shows the oldest flows left where all of the window went, and counts nothing while it follows', () => {
    const { view, flows, arrive, push } = setup(filter);
    arrive(9000);
    view.setWindow({ from: 0, count: 10, follow: false });
    push();
    arrive(EVICTING);
    expect(flows.first).toBeGreaterThan(0);
    expect(push()?.rows).toMatchObject({ first: 0, flow: { 0: flows.first } });
    view.setWindow({ from: 0, count: 10, follow: true });
    const moved = push()?.moved;
    arrive(EVICTING);
    expect(push()?.moved).toBe(moved);
  });
});
