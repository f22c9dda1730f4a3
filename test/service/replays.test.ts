/** Replays through the service against a real broker: everything arrives in order, progress is pushed, a broken connection is met. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { listenTo } from '../support/mqtt-peers.ts';
import { type DrivenPage, plainProfile, type StartedService, startService } from './drive-page.ts';

let broker: Mosquitto;
let started: StartedService;
let page: DrivenPage;
const payload = (text: string) => new TextEncoder().encode(text);

beforeAll(async () => {
  // Beyond its queue it drops what a slow listener has not taken yet.
  broker = await startMosquitto({ settings: ['max_queued_messages 0'] });
  started = await startService();
  page = started.attach();
});

afterAll(async () => {
  page[Symbol.dispose]();
  await started[Symbol.asyncDispose]();
  await broker.stop();
});

const replays = () => page.frames.findLast(({ replays: pushed }) => pushed !== undefined)?.replays ?? [];

async function filled(prefix: string, count: number, qos: 0 | 1 | 2): Promise<number> {
  const source = await page.open(plainProfile(broker.port));
  for (let index = 0; index < count; index += 1)
    await page.call('publish', {
      source,
      topic: `${prefix}/${index % 7}`,
      payload: payload(String(index)),
      qos,
      retain: false,
    });
  await page.until(
    'all settled',
    () => page.stats.get(source)?.openFlows === 0 && (page.stats.get(source)?.packets ?? 0) > count,
  );
  return source;
}

describe('a replay', () => {
  it.each([0, 1, 2] as const)('brings every message at QoS %i, in order, to topics of its own', async (qos) => {
    const from = await filled(`from${qos}`, 1000, qos);
    const to = await page.open(plainProfile(broker.port, { protocolVersion: 4 }));
    await using listener = await listenTo(broker.port, `to${qos}/#`);
    const topics = [{ from: `from${qos}/#`, to: `to${qos}/#` }];
    const preview = await page.call('previewReplay', { from, topics });
    expect(preview).toMatchObject({ total: 1000, complete: true });
    expect(preview.topics).toContain(`from${qos}/3`);
    const { replay } = await page.call('startReplay', { from, to, speed: 0, topics, rounds: 2 });
    await page.until('done', () => replays().some((one) => one.replay === replay && one.state === 'done'));
    expect(replays().find((one) => one.replay === replay)).toMatchObject({
      sent: 2000,
      refused: 0,
      missed: 0,
      rounds: 2,
    });
    await page.until('all arrived', () => listener.lines.length === 2000);
    const expected = Array.from(
      { length: 2000 },
      (_, index) => `${qos} 0 to${qos}/${(index % 1000) % 7} ${index % 1000}`,
    );
    expect(listener.lines).toEqual(expected);
    await page.call('stopReplay', { replay });
    await page.until('off the list', () => replays().every((one) => one.replay !== replay));
  });

  it('stops with the connection, says where, and goes on once it stands again', async () => {
    const from = await filled('cut', 40, 0);
    const to = await page.open(plainProfile(broker.port));
    const { replay } = await page.call('startReplay', { from, to, speed: 1, rounds: 0, topics: [] });
    const state = () => replays().find((one) => one.replay === replay);
    await page.until('under way', () => (state()?.sent ?? 0) > 5);
    await page.call('disconnect', { source: to });
    await page.until('interrupted', () => state()?.state === 'interrupted');
    expect(await page.failure('resumeReplay', { replay })).toMatchObject({ code: 'wrong-state' });
    const sent = state()?.sent ?? 0;
    await page.call('connect', { source: to });
    await page.until('connected', () => page.sources.find(({ id }) => id === to)?.state === 'connected');
    await page.call('resumeReplay', { replay });
    await page.until('goes on', () => (state()?.sent ?? 0) > sent);
    await page.call('pauseReplay', { replay });
    await page.until('paused', () => state()?.state === 'paused');
    await page.call('closeSource', { source: to });
    await page.until('stopped', () => state()?.state === 'stopped');
  });

  it('refuses rules that are none, filters that mean nothing, and who is not connected', async () => {
    const from = await page.open(plainProfile(broker.port));
    const idle = (await page.call('openSession', { profile: plainProfile(broker.port), connect: false })).id;
    const failure = async (input: object) =>
      (await page.failure('startReplay', { from, to: from, speed: 1, ...input })).code;
    expect(await failure({ topics: [{ from: 'a', to: 'b/#' }] })).toBe('bad-topic');
    expect(await failure({ filter: 'nonsense:1' })).toBe('bad-filter');
    expect(await failure({ to: idle })).toBe('wrong-state');
    expect((await page.failure('pauseReplay', { replay: 999 })).code).toBe('no-such-replay');
  });
});
