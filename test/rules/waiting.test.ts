/** Packets that wait for a user's word: what is said of them, what becomes of them, and what their peers notice. */

import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mosquittoPublish } from '../support/mqtt-peers.ts';
import { Bench, rule } from './drive-rules.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('a packet that waits', () => {
  it('is described, with what waits behind it, and passes as it was edited', async () => {
    const stop = rule('type:publish topic:stop', { kind: 'pause' }, { name: 'stop here' });
    await bench.rules(stop);
    const device = await bench.device();
    const done = device.publishAsync('stop', 'red', { qos: 1, properties: { contentType: 'text/plain' } });
    device.publish('behind', '1');
    device.publish('behind', '2');
    const held = await bench.held(({ behind }) => behind === 2);
    expect(held).toMatchObject({
      rule: stop.id,
      source: bench.source().id,
      direction: 'client-to-server',
      type: 'publish',
      topic: 'stop',
      qos: 1,
      retain: false,
      protocolVersion: 5,
      senderStopped: false,
    });
    expect(Date.now() * 1000 - held.arrivedUs).toBeLessThan(60_000_000);
    const seen = await bench.page.call('readHeld', { held: held.id });
    expect(new TextDecoder().decode(seen)).toContain('red');
    expect(seen.length).toBe(held.length);
    await pause(60);
    expect(bench.listener.lines).toEqual([]);
    await bench.page.call('resolveHeld', { held: held.id, verdict: { kind: 'edit', payload: bytes('green') } });
    await done;
    expect(await bench.heard(3)).toEqual(['1 0 stop green', '0 0 behind 1', '0 0 behind 2']);
    await bench.noneHeld();
    const [packet] = await bench.packets('topic:stop');
    expect(packet?.interventions).toMatchObject([{ what: 'edit', rule: 'stop here' }]);
    expect(packet?.interventions?.[0]?.waitedUs).toBeGreaterThan(60_000);
    expect(await bench.page.failure('resolveHeld', { held: held.id, verdict: { kind: 'forward' } })).toEqual({
      code: 'no-such-held-packet',
      data: { held: held.id },
    });
  });

  it('still waits where fields make no packet', async () => {
    await bench.rules(rule('type:publish,connect', { kind: 'pause' }));
    const device = bench.device();
    const connect = await bench.held();
    expect(connect).toMatchObject({ type: 'connect', rule: bench.record?.book.rules[0]?.id });
    const edit = { kind: 'edit', topic: 'x' } as const;
    expect(await bench.page.failure('resolveHeld', { held: connect.id, verdict: edit })).toMatchObject({
      code: 'bad-edit',
    });
    await bench.page.call('resolveHeld', { held: connect.id, verdict: { kind: 'forward' } });
    (await device).publish('a', 'x');
    const { id } = await bench.held(({ type }) => type === 'publish');
    const wild = { kind: 'edit', topic: 'a/#' } as const;
    expect(await bench.page.failure('resolveHeld', { held: id, verdict: wild })).toMatchObject({
      code: 'bad-edit',
      data: { rule: expect.stringContaining('MQTT-3.3.2') as string },
    });
    await bench.page.call('resolveHeld', { held: id, verdict: { kind: 'edit', topic: 'b', qos: 2, retain: true } });
    expect(await bench.heard(1)).toEqual(['2 0 b x']);
  });

  it('passes more than once, not at all, or as any bytes', async () => {
    await bench.rules(rule('type:publish', { kind: 'pause' }));
    const device = await bench.device();
    for (const payload of ['twice', 'never', 'other', 'as it is']) device.publish('w', payload);
    const verdicts = [
      { kind: 'duplicate', copies: 1 },
      { kind: 'drop' },
      { kind: 'bytes', bytes: Uint8Array.of(0x30, 0x05, 0x00, 0x01, 0x77, 0x00, 0x21) },
      { kind: 'forward' },
    ] as const;
    for (const [index, verdict] of verdicts.entries()) {
      // oxlint-disable-next-line no-await-in-loop
      const held = await bench.held(({ behind }) => behind === 3 - index);
      // oxlint-disable-next-line no-await-in-loop
      await bench.page.call('resolveHeld', { held: held.id, verdict });
    }
    expect(await bench.heard(4)).toEqual(['0 0 w twice', '0 0 w twice', '0 0 w !', '0 0 w as it is']);
    const packets = await bench.packets('type:publish');
    expect(packets.map(({ interventions }) => interventions?.[0]?.what)).toEqual([
      'duplicate',
      'drop',
      'edit',
      'forward',
    ]);
  });

  it.each(['close', 'reset'] as const)('ends its connection: %s', async (kind) => {
    await bench.rules(rule('type:publish', { kind: 'pause' }));
    const device = await bench.device();
    const gone = new Promise((resolve) => device.once('close', () => resolve('gone')));
    device.publish('w', 'x');
    await bench.page.call('resolveHeld', { held: (await bench.held()).id, verdict: { kind } });
    expect(await gone).toBe('gone');
    await bench.noneHeld();
    expect(bench.listener.lines).toEqual([]);
  });

  it('lets what keeps the connection alive go past it, unless that shall not be', async () => {
    await bench.rules(rule('type:publish', { kind: 'pause' }));
    const device = await bench.device({ keepalive: 1 });
    device.publish('w', 'x');
    const { id } = await bench.held();
    await pause(2600);
    expect(device.connected).toBe(true);
    expect((await bench.packets('type:pingresp')).length).toBeGreaterThan(1);
    await bench.page.call('resolveHeld', { held: id, verdict: { kind: 'forward' } });
    await bench.heard(1);
    await bench.page.call('setRules', { rules: [rule('type:publish', { kind: 'pause' })], keepAlive: false });
    const gone = new Promise((resolve) => device.once('close', () => resolve('gone')));
    device.publish('w', 'x');
    expect(await gone).toBe('gone');
    await bench.noneHeld();
    const lost = await bench.packets('type:publish');
    expect(lost.at(-1)?.interventions).toMatchObject([{ what: 'lost' }]);
    expect(lost.at(-1)?.interventions?.[0]?.waitedUs).toBeGreaterThan(900_000);
  });

  it('reaches the broker though its device has closed meanwhile', async () => {
    await bench.rules(rule('type:publish', { kind: 'pause' }));
    await mosquittoPublish(bench.tapPort, { topic: 'parting', payload: 'word' });
    const held = await bench.held(({ behind }) => behind === 1);
    await bench.page.until('the end of the device', () => bench.source().state === 'disconnecting');
    expect(bench.listener.lines).toEqual([]);
    await bench.page.call('resolveHeld', { held: held.id, verdict: { kind: 'forward' } });
    expect(await bench.heard(1)).toEqual(['0 0 parting word']);
    await bench.page.until('the end', () => bench.source().state === 'closed');
  });

  it('stops its sender where much waits behind it, and loses nothing', async () => {
    await bench.rules(rule('type:publish topic:stop', { kind: 'pause' }));
    const device = await bench.device();
    device.publish('stop', 'x');
    const { id } = await bench.held();
    const payload = Buffer.alloc(100_000, 'y');
    const all = Promise.all(Array.from({ length: 300 }, () => device.publishAsync('many', payload, { qos: 1 })));
    const stopped = await bench.held(({ senderStopped }) => senderStopped);
    expect(stopped.behindBytes).toBeLessThan(20_000_000);
    await bench.page.call('resolveAllHeld', { verdict: 'forward' });
    expect(stopped.id).toBe(id);
    await all;
    expect((await bench.heard(301)).filter((line) => line === `1 0 many ${payload.toString()}`).length).toBe(300);
  });

  it('and those behind it that would stop too pass at once, or where the rule is off by then', async () => {
    const stop = rule('type:publish', { kind: 'pause' });
    await bench.rules(stop);
    const device = await bench.device();
    for (let count = 0; count < 50; count += 1) device.publish('w', String(count));
    await bench.held(({ behind }) => behind === 49);
    await bench.page.call('resolveAllHeld', { verdict: 'forward' });
    expect((await bench.heard(50)).at(-1)).toBe('0 0 w 49');
    await bench.noneHeld();
    for (let count = 50; count < 60; count += 1) device.publish('w', String(count));
    const { id } = await bench.held(({ behind }) => behind === 9);
    await bench.rules({ ...stop, enabled: false });
    await bench.page.call('resolveHeld', { held: id, verdict: { kind: 'drop' } });
    expect((await bench.heard(59)).slice(50)).toEqual(Array.from({ length: 9 }, (_, index) => `0 0 w ${index + 51}`));
  });

  it('waits on though its rule is gone, and all that wait can be dropped at once', async () => {
    await bench.rules(rule('type:publish', { kind: 'pause' }));
    const devices = [await bench.device(), await bench.device({ clientId: 'other' })];
    for (const device of devices) device.publish('w', 'x');
    await bench.page.until('both', () => bench.record?.held.length === 2);
    await bench.rules();
    expect(bench.record?.held.length).toBe(2);
    await bench.page.call('resolveAllHeld', { verdict: 'drop' });
    await bench.noneHeld();
    await devices[1]?.publishAsync('free', 'x', { qos: 1 });
    expect(await bench.heard(1)).toEqual(['1 0 free x']);
  });
});
