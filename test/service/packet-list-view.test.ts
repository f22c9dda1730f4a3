/** A window that does not follow stays with its packets while older ones are evicted or found. */

import { describe, expect, it } from 'vitest';
import type { LiveSource } from '../../main/service/live-source.ts';
import { PacketListView } from '../../main/service/packet-list-view.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { noColours } from './no-colours.ts';

const SEGMENT = 16 * 1024 * 1024;
/** PUBLISH at QoS 0 to `a` or `b`, 8 000 bytes with its header. */
const PACKET = Uint8Array.from({ length: 8000 }, (_, i) => [0x30, 0xbd, 0x3e, 0, 1, 0x61][i] ?? 0x20);

function setup(filter: string) {
  const recording = new Recording({
    byteBudget: 5 * SEGMENT,
    maxPacketBytes: 65_536,
    random: { fill: (bytes) => bytes.fill(7) },
  });
  const connection = recording.openConnection(0);
  let now = 0;
  const view = new PacketListView({
    view: 1,
    live: { id: 1, recording, originUs: 5 } as unknown as LiveSource,
    filter,
    clock: { nowUs: () => (now += 1), after: () => ({ [Symbol.dispose]: () => undefined }) },
    stalledAfterUs: () => 1e9,
    colours: noColours(recording),
  });
  return {
    view,
    recording,
    arrive: (packets: number): void => {
      const packet = PACKET.slice();
      for (let index = 0; index < packets; index++) {
        packet[5] = 0x61 + (recording.capture.nextSeq & 1);
        recording.append(connection, 'server-to-client', packet, ++now);
      }
      recording.settle(now);
    },
    push: () => view.collect(now),
  };
}

describe.each([
  ['every packet', ''],
  ['a filter', 'topic:a'],
])('a list of %s', (_name, filter) => {
  it('moves its window along with evicted rows and says how far', () => {
    const { view, recording, arrive, push } = setup(filter);
    arrive(9000);
    view.setWindow({ from: 3000, count: 50, follow: false });
    const before = push();
    const seqs = [...(before?.rows.seq ?? [])];
    expect(before).toMatchObject({ moved: 0, originUs: 5 });
    expect(seqs).toHaveLength(50);
    const { firstSeq } = recording.capture;
    arrive(2000);
    const gone = recording.capture.firstSeq - firstSeq;
    expect(gone).toBeGreaterThan(0);
    expect(recording.capture.firstSeq).toBeLessThan(seqs[0] ?? 0);
    const after = push();
    expect([...(after?.rows.seq ?? [])]).toEqual(seqs);
    const moved = filter === '' ? -gone : -Math.ceil((gone - (firstSeq & 1)) / 2);
    expect(after).toMatchObject({ moved, rows: { first: 3000 + moved } });
  });

  it('shows the oldest packets left where all of the window went', () => {
    const { view, recording, arrive, push } = setup(filter);
    arrive(9000);
    view.setWindow({ from: 0, count: 10, follow: false });
    push();
    arrive(12_000);
    const { firstSeq } = recording.capture;
    const step = filter === '' ? 1 : 2;
    expect(push()).toMatchObject({ rows: { first: 0 } });
    expect(view.read(0, 1, 1).seq[0]).toBe(firstSeq + (((firstSeq % step) + step) % step));
  });

  it('counts nothing while it follows', () => {
    const { view, arrive, push } = setup(filter);
    arrive(9000);
    view.setWindow({ from: 0, count: 10, follow: true });
    push();
    arrive(6000);
    expect(push()).toMatchObject({ moved: 0 });
  });
});
