/** Rules on the app's own sessions: what they send and what they are sent. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainProfile } from '../service/drive-page.ts';
import { mosquittoPublish } from '../support/mqtt-peers.ts';
import { Bench, rule } from './drive-rules.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

let bench: Bench;
let source: number;
beforeEach(async () => {
  bench = await Bench.start();
  source = await bench.page.open(plainProfile(bench.broker.port, { clientId: 'own', keepAlive: 1 }));
});
afterEach(() => bench[Symbol.asyncDispose]());

const publish = (topic: string, qos: 0 | 1 | 2, payload = 'x') =>
  bench.page.call('publish', { source, topic, payload: bytes(payload), qos, retain: false });

describe('a session under rules', () => {
  it('waits for its own packet, edited on the way, and stays alive', async () => {
    await bench.rules(rule('type:publish dir:out', { kind: 'pause' }));
    await publish('own/a', 2, 'before');
    const held = await bench.held();
    expect(held).toMatchObject({ source, direction: 'client-to-server', topic: 'own/a', qos: 2 });
    await new Promise((resolve) => setTimeout(resolve, 2200));
    expect(bench.page.sources.find(({ id }) => id === source)?.state).toBe('connected');
    await bench.page.call('resolveHeld', { held: held.id, verdict: { kind: 'edit', payload: bytes('after') } });
    expect(await bench.heard(1)).toEqual(['2 0 own/a after']);
    await bench.page.until('the end', async () => (await bench.packets('type:pubcomp', source)).length === 1);
    const [sent] = await bench.packets('type:publish dir:out', source);
    expect(sent?.interventions).toMatchObject([{ what: 'edit' }]);
  });

  it('does not hear what is dropped before it, and acts on what is changed', async () => {
    await bench.page.call('subscribe', { source, subscriptions: [{ topicFilter: 'to/me/#', qos: 2 }] });
    await bench.rules(
      rule('type:publish topic:to/me/never', { kind: 'drop' }),
      rule('type:publish topic:to/me/once dir:in', { kind: 'rewrite', qos: 0 }),
    );
    for (const [topic, qos] of [
      ['to/me/never', 1],
      ['to/me/once', 2],
      ['to/me/twice', 2],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await mosquittoPublish(bench.broker.port, { topic, payload: 'x', qos });
    }
    await bench.page.until('the last', () => bench.broker.log().split('Received PUBCOMP from own').length === 3);
    const acks = await bench.packets('type:puback,pubrec,pubcomp dir:out', source);
    expect(acks.map(({ type, packetId, interventions }) => [packetId, type, interventions?.[0]?.what])).toEqual(
      expect.arrayContaining([
        [2, 'pubrec', 'sent-in-stead'],
        [2, 'pubcomp', 'sent-in-stead'],
        [3, 'pubrec', undefined],
        [3, 'pubcomp', undefined],
      ]),
    );
    expect(acks.length).toBe(4);
    expect(bench.broker.log()).not.toContain('Received PUBACK from own');
    const [never] = await bench.packets('topic:to/me/never', source);
    expect(never?.interventions).toMatchObject([{ what: 'drop' }]);
  });

  it('gives its server up where PINGRESP is lost, and says so', async () => {
    await bench.rules(rule('type:pingresp', { kind: 'drop' }));
    const failed = await bench.page.until(
      'the failure',
      () => bench.page.sources.find(({ id }) => id === source)?.failure,
    );
    expect(failed).toMatchObject({ code: 'keep-alive-timeout' });
  });

  it('goes on unharmed through rules that come and go', async () => {
    const all = Array.from({ length: 60 }, (_, index) => index);
    for (const index of all) {
      // oxlint-disable-next-line no-await-in-loop
      await publish(`flow/${index}`, (index % 3) as 0 | 1 | 2);
      // oxlint-disable-next-line no-await-in-loop
      await bench.rules(...(index % 2 === 0 ? [rule('', { kind: 'delay', ms: 3 })] : []));
    }
    const heard = await bench.heard(60);
    // Messages keep their order within a QoS; one of QoS 2 is delivered with its PUBREL.
    for (const qos of [0, 1, 2]) {
      const topics = heard.filter((line) => line.startsWith(`${qos} `)).map((line) => line.split(' ')[2]);
      expect(topics).toEqual(all.filter((index) => index % 3 === qos).map((index) => `flow/${index}`));
    }
    await bench.page.until('all exchanges', async () => {
      const open = await bench.packets('type:pubcomp', source);
      return open.length === 20;
    });
    expect(bench.page.sources.find(({ id }) => id === source)?.state).toBe('connected');
  });
});
