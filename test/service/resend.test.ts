/** A captured packet sent once more through the service, to its own session and to another. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type DrivenPage, plainProfile, type StartedService, startService } from './drive-page.ts';

let broker: Mosquitto;
let started: StartedService;
let page: DrivenPage;

beforeAll(async () => {
  broker = await startMosquitto();
  started = await startService();
  page = started.attach();
});

afterAll(async () => {
  page[Symbol.dispose]();
  await started[Symbol.asyncDispose]();
  await broker.stop();
});

/** Packets that went out and begin with this type's nibble. */
async function sent(source: number, nibble: number) {
  const found = [];
  for (let seq = 0; seq < (page.stats.get(source)?.packets ?? 0) + 8; seq++) {
    const packet = await page.call('getPacket', { source, seq }).catch(() => undefined);
    if (packet?.direction === 'client-to-server' && (packet.bytes[0] ?? 0) >> 4 === nibble) found.push(packet);
  }
  return found;
}

it('sends a message again with its properties, and to an older version without them', async () => {
  const five = await page.open(plainProfile(broker.port));
  const four = await page.open(plainProfile(broker.port, { protocolVersion: 4 }));
  await page.call('publish', {
    source: five,
    topic: 'a/b',
    payload: new Uint8Array([0, 255]),
    qos: 2,
    retain: true,
    properties: { contentType: 'x/y', userProperties: [['k', 'v']] },
  });
  const [first] = await page.until('published', async () => {
    const all = await sent(five, 3);
    return all.length === 1 && all;
  });
  const seq = first?.seq ?? -1;
  await page.call('resend', { source: five, seq, to: five });
  await page.call('resend', { source: five, seq, to: four });
  const again = await page.until('sent again', async () => {
    const all = await sent(five, 3);
    return all.length === 2 && all[1];
  });
  expect(again).toMatchObject({ topic: 'a/b', qos: 2, retain: true, dup: false, length: first?.length });
  const older = await page.until('sent on', async () => (await sent(four, 3))[0]);
  expect(older).toMatchObject({ topic: 'a/b', qos: 2, retain: true, protocolVersion: 4 });
  expect([...older.bytes.subarray(older.payloadFrom)]).toEqual([0, 255]);
});

it('subscribes again, and refuses what nobody sends and who is not connected', async () => {
  const one = await page.open(plainProfile(broker.port));
  const two = await page.open(plainProfile(broker.port));
  await page.call('subscribe', {
    source: one,
    subscriptions: [{ topicFilter: 'x/#', qos: 1, noLocal: true, subscriptionIdentifier: 5 }],
  });
  const [subscribe] = await page.until('subscribed', async () => {
    const all = await sent(one, 8);
    return all.length === 1 && all;
  });
  await page.call('resend', { source: one, seq: subscribe?.seq ?? -1, to: two });
  const copy = await page.until('subscribed there', async () => (await sent(two, 8))[0]);
  expect(copy.bytes.length).toBe(subscribe?.bytes.length);
  const [connect] = await sent(one, 1);
  const seq = connect?.seq ?? -1;
  expect(await page.failure('resend', { source: one, seq, to: one })).toMatchObject({ code: 'refused' });
  await page.call('disconnect', { source: two });
  await page.until('offline', () => page.sources.find(({ id }) => id === two)?.state !== 'connected');
  expect(await page.failure('resend', { source: one, seq: subscribe?.seq ?? -1, to: two })).toMatchObject({
    code: 'wrong-state',
  });
});
