/** A packet list whose filter asks for the state of exchanges: packets come and go with it. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownState } from '../../main/engine/capture/flows/flow-view.ts';
import { PacketView } from '../../main/engine/capture/packet-view.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { systemRandom } from '../../main/engine/transport/system.ts';
import { requireFilter } from '../../main/service/filter-text.ts';
import type { LiveSource } from '../../main/service/live-source.ts';
import { PacketListView } from '../../main/service/packet-list-view.ts';
import type { Packet } from '../../shared/mqtt/packet.ts';
import { noColours } from './no-colours.ts';
import { TestClock } from '../support/test-clock.ts';

function setup(filter: string, name = 'kitchen') {
  const clock = new TestClock();
  const recording = new Recording({
    byteBudget: 16_777_216,
    maxPacketBytes: 65_536,
    random: systemRandom,
    pieces: 'small',
  });
  let connection = recording.openConnection(0, 5);
  const filterSubject = {
    flows: recording.flows.store,
    originUs: () => 0,
    initiator: (seq: number) => recording.initiator(seq),
    intervened: (seq: number) => recording.interventions.has(seq),
    source: () => live.shownName,
  };
  const live = { id: 1, recording, originUs: 0, filterSubject, shownName: name };
  const view = new PacketListView({
    view: 1,
    live: live as unknown as LiveSource,
    filter,
    clock,
    stalledAfterUs: () => 2_000_000,
    colours: noColours(recording),
  });
  view.setWindow({ from: 0, count: 50, follow: true });
  let shown: number[] = [];
  return {
    clock,
    recording,
    rename: (next: string): void => void (live.shownName = next),
    reconnect: (): void => {
      recording.closeConnection(connection, clock.nowUs());
      connection = recording.openConnection(clock.nowUs(), 5);
    },
    /** Rows that the filter finds where nothing was looked at before. */
    fresh: (): number[] => {
      const { store } = recording.flows;
      const flowState = (flow: number): number => shownState(store, flow, clock.nowUs(), 2_000_000);
      const rows = new PacketView(recording.capture, requireFilter(filter), { ...filterSubject, flowState });
      return [...rows.rows(0, rows.advance(() => false).matched)];
    },
    send: (packet: Packet, direction: 'out' | 'in' = 'out', initiator = ''): void => {
      const way = direction === 'out' ? 'client-to-server' : 'server-to-client';
      recording.append(connection, way, encodePacket(packet, 5), clock.nowUs(), undefined, initiator);
    },
    /** Rows as a page sees them now. */
    rows: (): number[] => {
      const push = view.collect(clock.nowUs());
      if (push !== undefined) shown = [...push.rows.seq];
      return shown;
    },
  };
}

const publish = (packetId: number, qos: 1 | 2 = 1, dup = false): Packet => ({
  type: 'publish',
  dup,
  qos,
  retain: false,
  topic: 'a',
  packetId,
  payload: new Uint8Array(1),
});
const puback = (packetId: number, reasonCode = 0): Packet => ({ type: 'puback', packetId, reasonCode });
const step = (type: 'pubrec' | 'pubrel' | 'pubcomp', packetId: number): Packet => ({ type, packetId, reasonCode: 0 });
const anyStep = fc.record({
  what: fc.constantFrom('publish', 'again', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'reconnect', 'wait', 'look'),
  id: fc.integer({ min: 1, max: 3 }),
  qos: fc.constantFrom(1 as const, 2),
});

describe('a list of packets by the state of their exchange', () => {
  it('loses what is complete, and gains it where that is asked for', () => {
    const open = setup('flow.state:open,stalled');
    const complete = setup('flow.state:complete');
    const others = setup('-flow.state:complete type:publish');
    for (const list of [open, complete, others]) {
      for (const id of [1, 2, 3]) list.send(publish(id));
    }
    expect([open.rows(), complete.rows(), others.rows()]).toEqual([[0, 1, 2], [], [0, 1, 2]]);
    for (const list of [open, complete, others]) list.send(puback(2), 'in');
    expect([open.rows(), complete.rows(), others.rows()]).toEqual([
      [0, 2],
      [1, 3],
      [0, 2],
    ]);
    for (const list of [open, complete, others]) list.send(puback(1, 0x97), 'in');
    expect([open.rows(), complete.rows(), others.rows()]).toEqual([[2], [1, 3], [0, 2]]);
  });

  it('finds what stalls, by time alone', () => {
    const list = setup('flow.state:stalled');
    list.send(publish(1));
    expect(list.rows()).toEqual([]);
    list.clock.goTo(1900);
    expect(list.rows()).toEqual([]);
    list.clock.goTo(3000);
    expect(list.rows()).toEqual([0]);
    list.send(puback(1), 'in');
    expect(list.rows()).toEqual([]);
  });

  it('follows an exchange though another term found its packets first', () => {
    const list = setup('(type:puback or flow.state:open) id:>1');
    list.send(publish(1));
    list.send(publish(2));
    expect(list.rows()).toEqual([1]);
    list.send(puback(2), 'in');
    expect(list.rows()).toEqual([2]);
  });

  it('takes an exchange back that was over and goes on, by packets that were not asked themselves', () => {
    const list = setup('dir:in flow.state:open');
    list.send(publish(1, 2));
    list.send(step('pubrec', 1), 'in');
    expect(list.rows()).toEqual([1]);
    list.send(step('pubrel', 1));
    list.send(step('pubcomp', 1), 'in');
    expect(list.rows()).toEqual([]);
    list.send(step('pubrel', 1));
    expect(list.rows()).toEqual([1, 3]);
    list.send(step('pubcomp', 1), 'in');
    expect(list.rows()).toEqual([]);
  });

  it('is what a new look would find, whatever happens in whatever order', () => {
    const filters = fc.constantFrom(
      'flow.state:open',
      'flow.state:stalled',
      'flow.state:complete dir:in',
      '-flow.state:open,stalled',
      '(id:1 or flow.state:abandoned) -type:pubrel',
      'type:publish or flow.state:protocolError,failed',
    );
    fc.assert(
      fc.property(filters, fc.array(anyStep, { minLength: 1, maxLength: 40 }), (filter, steps) => {
        const list = setup(filter);
        let ms = 0;
        for (const { what, id, qos } of steps) {
          list.clock.goTo((ms += 10));
          if (what === 'publish' || what === 'again') list.send(publish(id, qos, what === 'again'));
          else if (what === 'puback') list.send(puback(id, qos === 1 ? 0 : 0x97), 'in');
          else if (what === 'reconnect') list.reconnect();
          else if (what === 'wait') list.clock.goTo((ms += 2500));
          else if (what === 'look') list.rows();
          else list.send(step(what, id), what === 'pubrel' ? 'out' : 'in');
          if (what === 'look') expect(list.rows()).toEqual(list.fresh());
        }
        expect(list.rows()).toEqual(list.fresh());
      }),
      { numRuns: 300 },
    );
  });
});

describe('a list of packets that rules did something to', () => {
  it('gains them when it is done, though they were recorded before', () => {
    const done = setup('is:intervened');
    const untouched = setup('-is:intervened');
    for (const list of [done, untouched]) for (const id of [1, 2, 3]) list.send(publish(id));
    expect([done.rows(), untouched.rows()]).toEqual([[], [0, 1, 2]]);
    for (const { recording, clock } of [done, untouched])
      recording.intervene(1, { what: 'drop', rule: 'lossy', atUs: clock.nowUs() });
    expect([done.rows(), untouched.rows()]).toEqual([[1], [0, 2]]);
  });
});

describe('a list of packets by what caused them, and by their source', () => {
  it('finds them', () => {
    const caused = setup('initiator:pump.py:12');
    const any = setup('initiator:*');
    const here = setup('source:kit type:publish');
    const elsewhere = setup('source:=cellar');
    for (const list of [caused, any, here, elsewhere]) {
      list.send(publish(1), 'out', 'pump.py:12');
      list.send(publish(2), 'out', 'pump.py:13');
      list.send(publish(3));
    }
    expect(caused.rows()).toEqual([0]);
    expect(any.rows()).toEqual([0, 1]);
    expect(here.rows()).toEqual([0, 1, 2]);
    expect(elsewhere.rows()).toEqual([]);
  });

  it('knows the source by its new name', () => {
    const list = setup('source:=cellar type:publish');
    list.send(publish(1));
    expect(list.rows()).toEqual([]);
    list.rename('cellar');
    expect(list.rows()).toEqual([0]);
    list.rename('attic');
    expect(list.rows()).toEqual([]);
  });
});
