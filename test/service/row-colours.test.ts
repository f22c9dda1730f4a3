/** Rows of a packet list coloured by rules: the first that is on and finds a packet, and again when rules or packets change. */

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import type { LiveSource } from '../../main/service/live-source.ts';
import { packetDetail } from '../../main/service/packet-detail.ts';
import { PacketListView } from '../../main/service/packet-list-view.ts';
import { RowColours } from '../../main/service/row-colours.ts';
import type { Colour, ColourRule } from '../../shared/contract/colours.ts';
import type { PublishPacket } from '../../shared/mqtt/packet.ts';

function setup(...first: ColourRule[]) {
  let rules: readonly ColourRule[] = first;
  let now = 0;
  let name = 'kitchen';
  const recording = new Recording({
    byteBudget: 16 * 2 ** 20,
    maxPacketBytes: 2 ** 20,
    random: { fill: (bytes) => bytes.fill(7) },
    pieces: 'small',
  });
  const { capture, flows } = recording;
  const connection = recording.openConnection(0, 5);
  const live = { id: 1, recording, originUs: 0, clientId: 'c', filterSubject: {} } as unknown as LiveSource;
  const colours = new RowColours({ capture, flows: flows.store, originUs: () => 0, source: () => name }, () => rules);
  const view = new PacketListView({
    view: 1,
    live,
    filter: '',
    clock: { nowUs: () => (now += 1), after: () => ({ [Symbol.dispose]: () => undefined }) },
    stalledAfterUs: () => 1e9,
    colours,
  });
  view.setWindow({ from: 0, count: 100, follow: false });
  return {
    view,
    colours,
    live,
    capture,
    setRules: (...changed: ColourRule[]): void => {
      rules = changed;
    },
    rename: (next: string): void => {
      name = next;
    },
    publish: (topic: string, payload = '', qos: 0 | 1 = 0): void => {
      now += 1;
      recording.append(connection, 'client-to-server', encodePacket(publishOf(topic, payload, qos), 5), now);
      recording.settle(now);
    },
    acknowledge: (): void => {
      now += 1;
      const puback = { type: 'puback', packetId: 1, reasonCode: 0 } as const;
      recording.append(connection, 'server-to-client', encodePacket(puback, 5), now);
      recording.settle(now);
    },
    /** Colours of the rows that were sent, undefined where none were. */
    sent: (): (Colour | undefined)[] | undefined => {
      const rows = view.collect(now)?.rows;
      return rows === undefined ? undefined : Array.from(rows.colour, (place) => rows.marks[place - 1]?.colour);
    },
  };
}

function publishOf(topic: string, payload: string, qos: 0 | 1): PublishPacket {
  const head = { type: 'publish', topic, qos, retain: false, dup: false } as const;
  return { ...head, payload: new TextEncoder().encode(payload), ...(qos === 0 ? {} : { packetId: 1 }) };
}

const rule = (filter: string, colour: Colour, more: Partial<ColourRule> = {}): ColourRule => ({
  id: `${filter}-${colour}`,
  name: `the ${colour} ones`,
  filter,
  colour,
  enabled: true,
  ...more,
});

describe('rows', () => {
  it('have the colour of the first rule that is on and finds them', () => {
    const { publish, sent } = setup(
      rule('topic:a', 'grey', { enabled: false }),
      rule('topic:a or topic:b', 'red'),
      rule('topic:b or topic:c', 'blue'),
    );
    for (const topic of ['a', 'b', 'c', 'd', 'a']) publish(topic);
    expect(sent()).toEqual(['red', 'red', 'blue', undefined, 'red']);
  });

  it('are sent anew when rules change, and not otherwise', () => {
    const { publish, sent, setRules } = setup();
    publish('a');
    publish('b');
    expect(sent()).toEqual([undefined, undefined]);
    expect(sent()).toBeUndefined();
    setRules(rule('topic:b', 'green'));
    expect(sent()).toEqual([undefined, 'green']);
    expect(sent()).toBeUndefined();
    setRules(rule('topic:b', 'green', { enabled: false }));
    expect(sent()).toEqual([undefined, undefined]);
  });

  it('say nothing of rules where none is on', () => {
    const { publish, view } = setup(rule('topic:a', 'red', { enabled: false }), rule('  ', 'blue'));
    publish('a');
    expect(view.collect(1)?.rows).toMatchObject({ colour: new Uint8Array(1), marks: [] });
  });

  it('are found by what their payload says, those that were looked at before too', () => {
    const { publish, sent, setRules } = setup(rule('payload.t:>30', 'orange'), rule('alarm', 'red'));
    publish('a', '{"t":31}');
    publish('a', '{"t":29}');
    expect(sent()).toEqual(['orange', undefined]);
    publish('a', 'alarm');
    expect(sent()).toEqual(['orange', undefined, 'red']);
    publish('a', '{"t":32}');
    expect(sent()).toEqual(['orange', undefined, 'red', 'orange']);
    setRules(rule('payload.t:<30', 'orange'));
    expect(sent()).toEqual([undefined, 'orange', undefined, undefined]);
  });

  it('follow the state of their exchange', () => {
    const { publish, acknowledge, sent } = setup(
      rule('flow.state:open', 'yellow'),
      rule('flow.state:complete', 'green'),
    );
    publish('a', '', 1);
    expect(sent()).toEqual(['yellow']);
    acknowledge();
    expect(sent()).toEqual(['green', 'green']);
  });

  it('follow the name of their source', () => {
    const { publish, rename, sent } = setup(rule('source:cellar', 'blue'));
    publish('a');
    expect(sent()).toEqual([undefined]);
    rename('cellar');
    expect(sent()).toEqual(['blue']);
  });

  it('are coloured where a filter leaves them far apart, in more than one piece of the capture', () => {
    const { publish, view, capture, sent } = setup(rule('-topic:b', 'teal'), rule('topic:x or topic:b', 'blue'));
    const wanted: Colour[] = [];
    for (let packet = 0; packet < 20_000; packet += 1) {
      const isWanted = packet % 997 === 0;
      publish(isWanted ? (packet % 2 === 0 ? 'x' : 'b') : 'a', isWanted ? 'find' : '');
      if (isWanted) wanted.push(packet % 2 === 0 ? 'teal' : 'blue');
    }
    expect(capture.blockOf(0)).not.toBe(capture.blockOf(19_999));
    view.setFilter('find');
    while ((view.collect(0)?.unscanned ?? 0) > 0);
    view.setWindow({ from: 0, count: 100, follow: false });
    expect(sent()).toEqual(wanted);
  });

  it('wait for their colour while there are too many topics to look at in one frame', () => {
    const { publish, colours, sent, setRules } = setup();
    for (let topic = 0; topic < 5000; topic += 1) publish(`many/${topic}`);
    setRules(rule('topic:many/#', 'purple'));
    expect(colours.prepare(() => true)).toMatch(/preparing$/);
    expect(colours.of(Float64Array.of(0, 1))).toMatchObject({ colour: new Uint8Array(2), marks: [] });
    while (colours.prepare(() => true).endsWith('preparing'));
    expect(sent()?.every((colour) => colour === 'purple')).toBe(true);
  });
});

it('names the rule in the detail of a packet, by its filter where it has no name', () => {
  const { publish, live, colours, setRules } = setup(rule('topic:a', 'red'));
  publish('a');
  publish('b');
  expect(packetDetail(live, 0, colours).mark).toEqual({ rule: 'topic:a-red', name: 'the red ones', colour: 'red' });
  expect(packetDetail(live, 1, colours).mark).toBeUndefined();
  setRules(rule('topic:b', 'blue', { name: ' ' }));
  expect(packetDetail(live, 1, colours).mark).toEqual({ rule: 'topic:b-blue', name: 'topic:b', colour: 'blue' });
});
