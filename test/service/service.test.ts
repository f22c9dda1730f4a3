/** The service as a page sees it, over an in-process port, with sessions to a real broker. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOW_KINDS, FLOW_STATES } from '../../shared/contract/flow-records.ts';
import { ROW_FLAG } from '../../shared/contract/packet-records.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPublish } from '../support/mqtt-peers.ts';
import { type DrivenPage, plainProfile, startService, type StartedService } from './drive-page.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

let broker: Mosquitto;
let started: StartedService;

beforeAll(async () => {
  broker = await startMosquitto();
  started = await startService();
});
afterAll(async () => {
  await started?.[Symbol.asyncDispose]();
  await broker?.stop();
});

function publish(page: DrivenPage, source: number, topic: string, text: string, qos: 0 | 1 | 2 = 0, retain = false) {
  return page.call('publish', { source, topic, payload: bytes(text), qos, retain });
}

describe('a page', () => {
  it('is told everything that is not a view', async () => {
    using page = started.attach();
    const hello = await page.call('hello', {});
    expect(hello).toMatchObject({ version: '1.2.3', host: 'web', platform: 'linux', notices: [], repeats: [] });
    expect(hello.settings.theme).toBe('system');
  });

  it('is told what it did wrong, and stays', async () => {
    using page = started.attach();
    expect(await page.failure('ping', { source: 999 })).toEqual({ code: 'no-such-source', data: { source: 999 } });
    expect(await page.failure('setFilter', { view: 7, filter: '' })).toEqual({
      code: 'no-such-view',
      data: { view: 7 },
    });
    expect(await page.failure('moveSource', { source: -1, to: 0.5 })).toMatchObject({
      code: 'invalid-input',
      data: { procedure: 'moveSource', issues: [{ path: 'source' }, { path: 'to' }] },
    });
    const unknown = page.client.call('constructor' as 'hello', {});
    await expect(unknown).rejects.toMatchObject({ code: 'unknown-procedure', data: { procedure: 'constructor' } });
    await expect(page.call('hello', {})).resolves.toBeDefined();
  });

  it('is cut off in order when the port closes, and its calls are cancelled', async () => {
    const page = started.attach();
    const open = page.failure('hello', {});
    page.client.close();
    expect(await open).toEqual({ code: 'cancelled', data: {} });
    expect(page.closed).toBe(true);
  });
});

describe('packet views', () => {
  it('push the window that was asked for, follow the newest row, and filter', async () => {
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port, { subscriptions: [{ topicFilter: 'view/#', qos: 2 }] }));
    const { view } = await page.call('openPacketView', { source });
    await page.call('setWindow', { view, from: 0, count: 4 });
    const push = await page.until(
      'four rows',
      () => page.view('packets', view)?.rows.seq.length === 4 && page.view('packets', view),
    );
    expect([...push.rows.header].map((header) => header >> 4)).toEqual([0, 1, 2, 8]);
    expect(push.rows.flags[0]).toBe(ROW_FLAG.event);
    expect(push.rows.detail[1]).toMatchObject({ kind: 'connect', protocolVersion: 5, keepAlive: 60 });
    expect(push.rows.detail[2]).toMatchObject({ kind: 'connack', reasonCode: 0 });
    expect([...push.rows.direction].slice(1)).toEqual([0, 1, 0]);

    await page.call('setWindow', { view, from: 0, count: 2, follow: true });
    for (let index = 0; index < 20; index += 1) await publish(page, source, `view/${index}`, 'x', 1);
    const newest = await page.until('the newest rows', () => {
      const found = page.view('packets', view);
      return found !== undefined && found.total === 5 + 80 && found.rows.seq.length === 2 && found;
    });
    expect([...newest.rows.seq]).toEqual([83, 84]);

    await page.call('setFilter', { view, filter: 'type:publish topic:view/1' });
    const filtered = await page.until(
      'filtered',
      () => page.view('packets', view)?.rows.topic.join() === 'view/1,view/1' && page.view('packets', view),
    );
    expect(filtered).toMatchObject({ captured: 85, unscanned: 0 });

    const bad = await page.failure('setFilter', { view, filter: 'type:publish sort:7' });
    expect(bad).toMatchObject({ code: 'bad-filter', data: { at: 13, word: 'sort' } });
    await publish(page, source, 'view/1', 'again', 0);
    await page.until('the old filter still holds', () => page.view('packets', view)?.total === 4);

    const seq = filtered.rows.seq[1] ?? 0;
    expect(await page.call('revealPacket', { view, seq })).toEqual({ row: 1, exact: true });
    expect(await page.call('revealPacket', { view, seq: seq + 1 })).toEqual({ row: 2, exact: false });
    const detail = await page.call('getPacket', { source, seq });
    expect(detail).toMatchObject({ type: 'publish', topic: 'view/1', qos: 1, versionGuessed: false });
    expect(detail.bytes.length).toBe(detail.length);
    expect(Buffer.from(detail.bytes.subarray(detail.payloadFrom, detail.payloadTo)).toString()).toBe('x');
    expect(await page.failure('getPacket', { source, seq: 100_000 })).toMatchObject({ code: 'no-such-packet' });
    const rows = await page.call('readRows', { view, from: 1, count: 10 });
    expect(rows).toMatchObject({ first: 1, topic: ['view/1', 'view/1', 'view/1'] });
  });
});

describe('flow and topic views', () => {
  it('show handshakes with their steps and topics with their last values', async () => {
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port, { subscriptions: [{ topicFilter: 'tree/#', qos: 2 }] }));
    await mosquittoPublish(broker.port, { topic: 'tree/a/b', payload: '{"t": 20}', qos: 2, retain: true });
    await mosquittoPublish(broker.port, { topic: 'tree//empty', payload: 'second', qos: 1 });
    const { view: flows } = await page.call('openFlowView', { source, filter: 'topic:tree/a/b' });
    await page.call('setWindow', { view: flows, from: 0, count: 50 });
    const done = await page.until('the flow', () => {
      const push = page.view('flows', flows);
      return push !== undefined && push.total === 1 && FLOW_STATES[push.rows.state[0] ?? 0] === 'complete' && push;
    });
    expect(FLOW_KINDS[done.rows.kind[0] ?? 0]).toBe('publish2');
    const detail = await page.call('getFlow', { source, flow: done.rows.flow[0] ?? 0 });
    expect(detail.steps.map(({ type }) => type)).toEqual(['publish', 'pubrec', 'pubrel', 'pubcomp']);
    expect(detail.startUs).toBe(detail.steps[0]?.timeUs);
    expect(await page.failure('setFilter', { view: flows, filter: 'payload:x' })).toMatchObject({ code: 'bad-filter' });
    expect(await page.call('revealFlow', { view: flows, flow: detail.flow })).toEqual({ row: 0, exact: true });

    await page.until('both topics are known', () => page.stats.get(source)?.topics === 2);
    const { view: topics } = await page.call('openTopicView', { source });
    await page.call('setWindow', { view: topics, from: 0, count: 50 });
    for (const topic of ['tree/a/b', 'tree//empty'])
      expect((await page.call('revealTopic', { view: topics, topic })).row, topic).toBeGreaterThan(1);
    expect(await page.call('revealTopic', { view: topics, topic: 'tree/none' })).toEqual({ row: -1 });
    const tree = await page.until('both topics', () => {
      const push = page.view('topics', topics);
      return (
        push !== undefined && push.rows.topic.includes('tree/a/b') && push.rows.topic.includes('tree//empty') && push
      );
    });
    const at = tree.rows.topic.indexOf('tree/a/b');
    const from = at * 48;
    expect(Buffer.from(tree.rows.preview.subarray(from, from + (tree.rows.previewLength[at] ?? 0))).toString()).toBe(
      '{"t": 20}',
    );
    expect(tree.rows.level).toContain('');
    await page.call('setTopicView', { view: topics, search: { text: 'empty', in: 'name' } });
    await page.until('the search', () => page.view('topics', topics)?.matched === 1);
    expect(await page.call('completeTopic', { source, text: 'EMP', limit: 5 })).toEqual(['tree//empty']);
    const chart = await page.call('chartTopic', { source, topic: 'tree/a/b', path: ['t'], points: 100 });
    expect([...chart.value]).toEqual([20]);
  });

  it('count and clear retained messages', async () => {
    using page = started.attach();
    for (const name of ['a', 'b', 'c'])
      await mosquittoPublish(broker.port, { topic: `kept/${name}`, payload: 'x', retain: true });
    const source = await page.open(plainProfile(broker.port, { subscriptions: [{ topicFilter: 'kept/#', qos: 0 }] }));
    await page.until('three topics', () => page.stats.get(source)?.topics === 3);
    expect(await page.call('countRetained', { source, topic: 'kept', subtree: true })).toEqual({ retained: 3 });
    expect(await page.call('countRetained', { source, topic: 'kept/a', subtree: false })).toEqual({ retained: 1 });
    expect(await page.call('clearRetained', { source, topic: 'kept', subtree: true })).toEqual({ cleared: 3 });
    await page.until('the empty messages came back', () => (page.stats.get(source)?.packets ?? 0) >= 5 + 3 + 3 + 3);
    await page.until('nothing retained', async () => {
      const { retained } = await page.call('countRetained', { source, topic: '', subtree: true });
      return retained === 0;
    });
  });
});

describe('what a session refuses', () => {
  it('comes as a code with data', async () => {
    using page = started.attach();
    const { id: source } = await page.call('openSession', { profile: plainProfile(broker.port), connect: false });
    expect(await page.failure('ping', { source })).toMatchObject({ code: 'wrong-state', data: { needs: 'connected' } });
    expect(await page.failure('sendRaw', { source, bytes: bytes('x') })).toMatchObject({ code: 'wrong-state' });
    const message = { source, payload: bytes(''), qos: 0, retain: false } as const;
    expect(await page.failure('publish', { ...message, topic: 'a/+' })).toMatchObject({
      code: 'bad-topic',
      data: { rule: expect.stringMatching(/^MQTT-/) },
    });
    expect(await page.failure('publish', { ...message, topic: '' })).toMatchObject({ code: 'bad-topic' });
    const wrong = [{ topicFilter: 'a/#/b', qos: 0 as const }];
    expect(await page.failure('subscribe', { source, subscriptions: wrong })).toMatchObject({ code: 'bad-topic' });
    const will = { topic: 'will/#', payload: bytes('x'), qos: 0, retain: false } as const;
    expect(await page.failure('openSession', { profile: plainProfile(broker.port, { will }) })).toMatchObject({
      code: 'bad-topic',
    });
    await page.call('connect', { source });
    await page.until('connected', () => page.sources.find(({ id }) => id === source)?.state === 'connected');
    await page.call('sendRaw', { source, bytes: new Uint8Array([0xc0, 0]) });
    await page.until('its answer was counted', () => (page.stats.get(source)?.packets ?? 0) >= 5);
    await page.call('disconnect', { source });
    await page.until('idle', () => page.sources.find(({ id }) => id === source)?.state === 'idle');
  });
});

describe('repeats', () => {
  it('publish until stopped, by themselves after a count, and end with their source', async () => {
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    const request = { source, topic: 'rep', payload: bytes('x'), qos: 1, retain: false, intervalMs: 10 } as const;
    await page.call('startRepeat', { ...request, count: 5 });
    await page.until('five and over', () => page.frames.findLast(({ repeats }) => repeats)?.repeats?.length === 0);
    await page.until('ten packets', () => page.stats.get(source)?.packets === 3 + 10);
    const { repeat } = await page.call('startRepeat', request);
    await page.until('more', () => (page.stats.get(source)?.packets ?? 0) > 17);
    await page.call('stopRepeat', { repeat });
    expect(await page.failure('stopRepeat', { repeat })).toMatchObject({ code: 'no-such-repeat' });
    await page.call('startRepeat', request);
    await page.call('closeSource', { source });
    expect((await page.call('hello', {})).repeats).toEqual([]);
  });
});

describe('recording and sources', () => {
  it('pause, clear, rename, move and close, and every page sees it', async () => {
    using page = started.attach();
    using other = started.attach();
    const source = await page.open(plainProfile(broker.port, { name: 'one' }));
    await page.call('setRecording', { source, recording: false });
    await publish(page, source, 'unseen', 'x', 1);
    await page.call('setRecording', { source, recording: true });
    await page.call('renameSource', { source, name: '  renamed ' });
    const seen = await other.until('the new name', () => other.sources.find(({ name }) => name === 'renamed'));
    expect(seen).toMatchObject({ id: source, state: 'connected', recording: true });
    await page.call('moveSource', { source, to: 0 });
    await other.until('moved', () => other.sources[0]?.id === source);
    await page.call('clearCapture', { source });
    await page.until('cleared', () => page.stats.get(source)?.packets === 0);
    const { view } = await other.call('openPacketView', { source });
    await page.call('closeSource', { source });
    await other.until('closed', () => other.sources.every(({ id }) => id !== source));
    expect(await other.failure('setFilter', { view, filter: '' })).toMatchObject({ code: 'no-such-view' });
    expect(await page.failure('closeSource', { source })).toMatchObject({ code: 'no-such-source' });
  });
});

describe('back-pressure', () => {
  it('sends a page that hangs no second frame, while the capture and other pages go on', async () => {
    using page = started.attach();
    using other = started.attach();
    const source = await page.open(plainProfile(broker.port));
    const { view } = await page.call('openPacketView', { source });
    await page.call('setWindow', { view, from: 0, count: 50, follow: true });
    await page.until('the first rows', () => page.view('packets', view)?.total === 3);
    page.deaf = true;
    await publish(page, source, 'one/more', 'x', 1);
    await page.until('the last frame it gets', () => (page.view('packets', view)?.total ?? 0) > 3);
    const frames = page.frames.length;
    for (let index = 0; index < 50; index += 1) await publish(other, source, 'meanwhile', 'x', 1);
    await other.until('the other page sees all', () => other.stats.get(source)?.packets === 3 + 102);
    expect(page.frames.length).toBe(frames);
    page.deaf = false;
    page.client.close();
    using reloaded = started.attach();
    const { sources } = await reloaded.call('hello', {});
    expect(sources.map(({ id }) => id)).toContain(source);
    const { view: again } = await reloaded.call('openPacketView', { source });
    await reloaded.call('setWindow', { view: again, from: 0, count: 5 });
    await reloaded.until('everything is still there', () => reloaded.view('packets', again)?.total === 105);
  });
});

describe('the demo', () => {
  it('opens once, is live in a second, and can be closed and opened again', async () => {
    using page = started.attach();
    const demo = await page.call('openDemo', {});
    expect(demo).toMatchObject({ demo: true, kind: 'session', protocolVersion: 4 });
    expect((await page.call('openDemo', {})).id).toBe(demo.id);
    await page.until('topics', () => (page.stats.get(demo.id)?.topics ?? 0) > 8);
    await page.until('rates', () => (page.stats.get(demo.id)?.inPerSecond ?? 0) > 1);
    await page.call('closeSource', { source: demo.id });
    const again = await page.call('openDemo', {});
    expect(again.id).not.toBe(demo.id);
    await page.until('connected again', () => page.sources.find(({ id }) => id === again.id)?.state === 'connected');
  });
});
