/** Lists beside a flood: gauges four times a second however many rows come, and of a list off the screen the counters alone. */

import { expect, it } from 'vitest';
import { Recording } from '../../main/engine/sources/recording.ts';
import { FlowListView } from '../../main/service/flow-list-view.ts';
import type { LiveSource } from '../../main/service/live-source.ts';
import { PacketListView } from '../../main/service/packet-list-view.ts';
import type { LiveView } from '../../main/service/live-view.ts';
import type { ViewPush } from '../../shared/contract/pushes.ts';
import type { FlowGauges } from '../../shared/contract/flow-records.ts';
import { noColours } from './no-colours.ts';

const FRAME_US = 16_000;
/** PUBLISH at QoS 1 to `a`, packet identifier 0. */
const PUBLISH = [0x32, 5, 0, 1, 0x61, 0, 0];

class Flood {
  readonly recording = new Recording({
    byteBudget: 2 ** 27,
    maxPacketBytes: 65_536,
    random: { fill: (bytes) => bytes.fill(7) },
  });
  gaugesRead = 0;
  nowUs = 1e6;
  readonly #connection = this.recording.openConnection(0, 4);
  #packetId = 0;

  get live(): LiveSource {
    const gauges = (): FlowGauges => {
      this.gaugesRead += 1;
      return { open: this.recording.flows.store.counts[0] ?? 0 } as FlowGauges;
    };
    return { id: 1, recording: this.recording, originUs: 0, gauges } as unknown as LiveSource;
  }

  /** So many frames with a message in each; answers what `view` pushed. */
  run(frames: number, view: LiveView, messages = 1): ViewPush[] {
    const pushes: ViewPush[] = [];
    for (let frame = 0; frame < frames; frame += 1) {
      this.nowUs += FRAME_US;
      for (let message = 0; message < messages; message += 1) this.#publish();
      this.recording.settle(this.nowUs);
      const push = view.collect(this.nowUs);
      if (push !== undefined) pushes.push(push);
    }
    return pushes;
  }

  /** The client acknowledges the newest message. */
  acknowledge(): void {
    const bytes = new Uint8Array([0x40, 2, this.#packetId >> 8, this.#packetId & 255]);
    this.recording.append(this.#connection, 'client-to-server', bytes, this.nowUs);
  }

  #publish(): void {
    this.#packetId += 1;
    const bytes = new Uint8Array(PUBLISH);
    bytes[5] = this.#packetId >> 8;
    bytes[6] = this.#packetId & 255;
    this.recording.append(this.#connection, 'server-to-client', bytes, this.nowUs);
  }
}

const flowList = (flood: Flood): FlowListView =>
  new FlowListView({ view: 1, live: flood.live, filter: '', stalledAfterUs: () => 1e12 });

const packetList = (flood: Flood): PacketListView =>
  new PacketListView({
    view: 1,
    live: flood.live,
    filter: '',
    clock: { nowUs: () => flood.nowUs, after: () => ({ [Symbol.dispose]: () => undefined }) },
    stalledAfterUs: () => 1e12,
    colours: noColours(flood.recording),
  });

it('reads gauges four times a second while rows come with every frame', () => {
  const flood = new Flood();
  const view = flowList(flood);
  view.setWindow({ from: 0, count: 10, follow: true });
  const pushes = flood.run(125, view);
  expect(pushes).toHaveLength(125);
  expect(flood.gaugesRead).toBeGreaterThanOrEqual(7);
  expect(flood.gaugesRead).toBeLessThanOrEqual(9);
});

it('ends with the gauges of the last change', () => {
  const flood = new Flood();
  const view = flowList(flood);
  view.setWindow({ from: 0, count: 10, follow: true });
  flood.run(1, view);
  flood.acknowledge();
  const pushes = flood.run(40, view, 0);
  expect(pushes.at(-1)).toMatchObject({ gauges: { open: 0 }, rows: { state: new Uint8Array([1]) } });
  expect(flood.run(40, view, 0)).toEqual([]);
});

it.each([
  ['flows', flowList],
  ['packets', packetList],
])('tells of %s off the screen four times a second how many there are', (_name, makeView) => {
  const flood = new Flood();
  const view = makeView(flood);
  const hidden = flood.run(125, view);
  expect(hidden.length).toBeGreaterThanOrEqual(7);
  expect(hidden.length).toBeLessThanOrEqual(9);
  view.setWindow({ from: 0, count: 10, follow: true });
  expect(flood.run(10, view)).toHaveLength(10);
});
