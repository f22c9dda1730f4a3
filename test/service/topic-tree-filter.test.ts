/** The topic tree under a filter: by names, last values and what the server keeps, as messages come. */

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { systemRandom } from '../../main/engine/transport/system.ts';
import type { LiveSource } from '../../main/service/live-source.ts';
import { TopicTreeView } from '../../main/service/topic-tree-view.ts';
import { InspectorError } from '../../shared/contract/errors.ts';

function setup() {
  const recording = new Recording({
    byteBudget: 16_777_216,
    maxPacketBytes: 65_536,
    random: systemRandom,
    pieces: 'small',
  });
  const connection = recording.openConnection(0, 5);
  const view = new TopicTreeView(1, { id: 1, recording, protocolVersion: 5 } as unknown as LiveSource);
  view.setWindow({ from: 0, count: 100, follow: false });
  let nowUs = 1;
  let names: string[] = [];
  let matched = 0;
  return {
    view,
    publish: (topic: string, payload: string, retain = false): void => {
      const packet = {
        type: 'publish',
        dup: false,
        qos: 0,
        retain,
        topic,
        payload: new TextEncoder().encode(payload),
      } as const;
      recording.append(connection, 'server-to-client', encodePacket(packet, 5), nowUs);
    },
    search: (text: string) => view.set({ search: { text, in: 'both' } }),
    /** Topics that are found, in the order of the tree. */
    found: (): { readonly matched: number; readonly names: string[] } => {
      for (let frame = 0; frame < 5; frame += 1) {
        nowUs += 20_000;
        while (!recording.settle(nowUs));
        const push = view.collect(nowUs);
        if (push === undefined) continue;
        ({ matched } = push);
        names = [...push.rows.level];
      }
      return { matched, names };
    },
  };
}

describe('the topic tree under a filter', () => {
  it('finds by name, value and both, with what stands above', () => {
    const tree = setup();
    tree.publish('site/a/temp', '{"value":35}');
    tree.publish('site/b/temp', '{"value":12}');
    tree.publish('site/b/door', 'closed');
    tree.search('topic:site/+/temp payload.value:>30');
    expect(tree.found()).toEqual({ matched: 1, names: ['site', 'a', 'temp'] });
    tree.search('-topic:site/+/temp');
    expect(tree.found()).toEqual({ matched: 1, names: ['site', 'b', 'door'] });
    tree.search('topic.name:/door$/ or payload:12');
    expect(tree.found().matched).toBe(2);
    tree.search('closed');
    expect(tree.found().matched).toBe(1);
  });

  it('gains a topic when its value comes to pass, and what is new', () => {
    const tree = setup();
    tree.publish('site/a/temp', '{"value":5}');
    tree.search('payload.value:>30');
    expect(tree.found()).toEqual({ matched: 0, names: [] });
    tree.publish('site/a/temp', '{"value":31}');
    expect(tree.found()).toEqual({ matched: 1, names: ['site', 'a', 'temp'] });
    tree.publish('site/c/temp', '{"value":99}');
    expect(tree.found().matched).toBe(2);
  });

  it('knows what the server keeps', () => {
    const tree = setup();
    tree.publish('kept', 'x', true);
    tree.publish('gone', 'x');
    tree.search('retain:true');
    expect(tree.found().names).toEqual(['kept']);
    tree.search('retain:false');
    expect(tree.found().names).toEqual(['gone']);
  });

  it('refuses what says nothing of a topic, and goes on as before', () => {
    const tree = setup();
    tree.publish('a', 'x');
    tree.publish('b', 'x');
    tree.search('topic:a');
    expect(tree.found().matched).toBe(1);
    for (const [text, reason, at] of [
      ['topic:a qos:1', 'not-for-topics', 8],
      ['topic:a/#/b', 'bad-topic-filter', 6],
    ] as const) {
      let fault: unknown;
      try {
        tree.search(text);
      } catch (error) {
        fault = error instanceof InspectorError ? error.data : error;
      }
      expect(fault).toMatchObject({ reason, at });
    }
    expect(tree.found().matched).toBe(1);
    tree.search('http://a');
    expect(tree.found().matched).toBe(0);
  });
});
