/** Shaped links as a page sets them: own sessions and taps, to a real broker. */

import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { type LinkConditions, PRESETS, UNSHAPED } from '../../shared/contract/shaping.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { peer } from '../support/scripted-peer.ts';
import { type DrivenPage, plainProfile, startService } from './drive-page.ts';

const payload = new TextEncoder().encode('x');
/** Longer than anything that passes takes, even on a busy machine where it is asked for the contrary. */
const A_WHILE_MS = 400;

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const stateOf = (page: DrivenPage, source: number) => page.sources.find(({ id }) => id === source)?.state;
const failureOf = (page: DrivenPage, source: number) => page.sources.find(({ id }) => id === source)?.failure;

/** Packets of the filter in the capture of the source. */
async function countOf(page: DrivenPage, source: number, filter: string): Promise<() => number> {
  const { view } = await page.call('openPacketView', { source, filter });
  await page.call('setWindow', { view, from: 0, count: 10, follow: true });
  return () => page.view('packets', view)?.total ?? 0;
}

/** Milliseconds from a PUBLISH with QoS 1 to its PUBACK. */
async function roundTrip(page: DrivenPage, source: number): Promise<number> {
  const acknowledged = await countOf(page, source, 'type:puback');
  await rest(60);
  const before = acknowledged();
  const began = performance.now();
  await page.call('publish', { source, topic: 'a/b', payload, qos: 1, retain: false });
  await page.until('PUBACK', () => acknowledged() > before);
  return performance.now() - began;
}

/** Presets that slow the link down. */
const slow: readonly (readonly [string, LinkConditions])[] = [
  ['2g', PRESETS['2g']],
  ['3g', PRESETS['3g']],
  ['satellite', PRESETS.satellite],
];

describe('a session on a shaped link', () => {
  it.each(slow)('takes the round trip of %s and no longer once it is off', async (_name, conditions) => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    await page.call('setShaping', { conditions });
    const least = 2 * (conditions.latencyMs - conditions.jitterMs);
    expect(await roundTrip(page, source)).toBeGreaterThanOrEqual(least);
    await page.call('setShaping', {});
    const trips = [await roundTrip(page, source), await roundTrip(page, source), await roundTrip(page, source)];
    expect(Math.min(...trips)).toBeLessThan(least);
  });

  it('connects a round trip later', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    await page.call('setShaping', { conditions: PRESETS.satellite });
    const began = performance.now();
    await page.open(plainProfile(broker.port));
    // One for TCP, one for CONNECT.
    expect(performance.now() - began).toBeGreaterThanOrEqual(4 * 280);
  });

  it('carries a large message at the rate of the link, and all of it', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    await page.call('setShaping', { conditions: { ...UNSHAPED, upKbit: 2000 } });
    const acknowledged = await countOf(page, source, 'type:puback');
    const large = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    const listener = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    const heard: Buffer[] = [];
    listener.on('message', (_topic, message) => heard.push(message));
    await listener.subscribeAsync('#', { qos: 1 });
    const began = performance.now();
    for (let count = 0; count < 3; count += 1) {
      await page.call('publish', { source, topic: 'a', payload: large, qos: 1, retain: false });
    }
    await page.until('three PUBACK', () => acknowledged() === 3);
    // 300 kB at 250 kB/s.
    expect(performance.now() - began).toBeGreaterThanOrEqual(1190);
    await page.until('three messages', () => heard.length === 3);
    for (const message of heard) expect(message.equals(large)).toBe(true);
    await listener.endAsync();
  });

  it('lets nothing pass while offline, dies of keep-alive, and comes back', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port, { keepAlive: 1 }));
    const listener = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    let heard = 0;
    listener.on('message', () => (heard += 1));
    await listener.subscribeAsync('#');
    await page.call('setShaping', { conditions: PRESETS.offline });
    await page.call('publish', { source, topic: 'a', payload, qos: 0, retain: false });
    await page.until('the end', () => failureOf(page, source)?.code === 'keep-alive-timeout');
    expect(heard).toBe(0);
    await page.call('setShaping', {});
    await page.call('connect', { source }).catch(() => undefined);
    await page.until('connected', () => stateOf(page, source) === 'connected');
    await listener.endAsync();
  });

  it('does not reach a broker while offline, and says where it got stuck', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    await page.call('setShaping', { conditions: PRESETS.offline });
    const { id } = await page.call('openSession', {
      profile: plainProfile(broker.port, { connectTimeoutMs: 1000 }),
    });
    const failure = await page.until('the failure', () => failureOf(page, id));
    expect(failure).toMatchObject({ stage: 'tcp', code: 'timeout', data: { timeoutMs: 1000, port: broker.port } });
  });

  it('disconnects in the end where the link does not carry it', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    await page.call('setShaping', { conditions: PRESETS.offline });
    await page.call('disconnect', { source });
    const ended = await page.until('the end', () => stateOf(page, source) === 'idle');
    expect(ended).toBe(true);
  });

  it('sends and hears nothing on a half-open link', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    const acknowledged = await countOf(page, source, 'type:puback');
    const listener = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    let heard = 0;
    listener.on('message', () => (heard += 1));
    await listener.subscribeAsync('#');
    await page.call('setShaping', { source, conditions: PRESETS['half-open'] });
    await page.call('publish', { source, topic: 'a', payload, qos: 1, retain: false });
    await page.until('the message', () => heard === 1);
    await rest(A_WHILE_MS);
    expect(acknowledged()).toBe(0);
    await page.call('setShaping', { source });
    await page.until('PUBACK', () => acknowledged() === 1);
    await listener.endAsync();
  });

  it('waits through the outages of a flaky Wi-Fi and loses nothing', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    const acknowledged = await countOf(page, source, 'type:puback');
    const conditions = { ...PRESETS['flaky-wifi'], outageEveryMs: 4000, outageMs: 3900 };
    await page.call('setShaping', { conditions });
    await rest(200);
    for (let count = 0; count < 5; count += 1) {
      await page.call('publish', { source, topic: 'a', payload, qos: 1, retain: false });
    }
    await rest(A_WHILE_MS);
    expect(acknowledged()).toBe(0);
    await page.until('all', () => acknowledged() === 5);
    await page.call('setShaping', { conditions: PRESETS['flaky-wifi'] });
    expect(await roundTrip(page, source)).toBeLessThan(15_000);
  });

  it('is reset where the links are cut, and connects again', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const source = await page.open(plainProfile(broker.port));
    const opened = await countOf(page, source, 'type:connack');
    await page.until('CONNACK', () => opened() === 1);
    await page.call('cutLinks', {});
    await page.until('the reset', () => failureOf(page, source)?.code === 'tcp-reset');
    await page.until('another CONNACK', () => opened() > 1);
    expect(opened()).toBe(2);
  });

  it('hears what came before the server closed, and of the close after it', async () => {
    await using server = await peer((socket) => {
      socket.end(Buffer.concat([Buffer.from([0x20, 3, 0, 0, 0]), Buffer.from([0xe0, 1, 0x8b])]));
    });
    await using started = await startService();
    using page = started.attach();
    await page.call('setShaping', { conditions: PRESETS['3g'] });
    const { id } = await page.call('openSession', { profile: plainProfile(server.port) });
    const failure = await page.until('the end', () => failureOf(page, id));
    expect(failure).toMatchObject({ code: 'disconnect', data: { reasonCode: 0x8b } });
  });
});

describe('a tap on a shaped link', () => {
  /** A device behind a tap, its source, and what it hears of its own messages. */
  async function tapped(page: DrivenPage, port: number) {
    const tap = await page.call('startTap', {
      listen: { protocol: 'mqtt', port: 0 },
      upstream: { profile: plainProfile(port) },
    });
    const device: MqttClient = await connectAsync(`mqtt://127.0.0.1:${tap.port}`, { reconnectPeriod: 0 });
    device.on('error', () => undefined);
    const source = await page.until('the source', () =>
      page.sources.find(({ kind, state }) => kind === 'tap' && state === 'connected'),
    );
    return { device, source: source.id };
  }

  it.each(slow)('slows the device down to %s, and lets it go again', async (_name, conditions) => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { device, source } = await tapped(page, broker.port);
    await page.call('setShaping', { source, conditions });
    const least = 2 * (conditions.latencyMs - conditions.jitterMs);
    const trip = async (): Promise<number> => {
      const began = performance.now();
      await device.publishAsync('a', 'x', { qos: 1 });
      return performance.now() - began;
    };
    expect(await trip()).toBeGreaterThanOrEqual(least);
    await page.call('setShaping', { source });
    expect(Math.min(await trip(), await trip(), await trip())).toBeLessThan(least);
    await device.endAsync();
    await page.until('its end', () => stateOf(page, source) === 'closed');
  });

  it('lets the broker hear a device, and not the device the broker, where it is half-open', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { device } = await tapped(page, broker.port);
    const listener = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    let heard = 0;
    listener.on('message', () => (heard += 1));
    await listener.subscribeAsync('#');
    await page.call('setShaping', { conditions: PRESETS['half-open'] });
    let acknowledged = false;
    const published = device.publishAsync('a', 'x', { qos: 1 }).then(() => (acknowledged = true));
    await page.until('the message', () => heard === 1);
    await rest(A_WHILE_MS);
    expect(acknowledged).toBe(false);
    await page.call('setShaping', {});
    await published;
    await Promise.all([device.endAsync(), listener.endAsync()]);
  });

  it('makes a device wait through the outages of a flaky Wi-Fi', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { device } = await tapped(page, broker.port);
    const conditions = { ...PRESETS['flaky-wifi'], outageEveryMs: 4000, outageMs: 3900 };
    await page.call('setShaping', { conditions });
    await rest(200);
    const began = performance.now();
    await Promise.all([1, 2, 3].map((mark) => device.publishAsync('a', String(mark), { qos: 2 })));
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
    await page.call('setShaping', {});
    await device.endAsync();
  });

  it('keeps what a device says while offline, and passes it on after', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { device } = await tapped(page, broker.port);
    await page.call('setShaping', { conditions: PRESETS.offline });
    let acknowledged = false;
    const published = device.publishAsync('a', 'x', { qos: 2 }).then(() => (acknowledged = true));
    await rest(A_WHILE_MS);
    expect(acknowledged).toBe(false);
    await page.call('setShaping', {});
    await published;
    await device.endAsync();
  });

  it('resets both ends where the links are cut', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { device, source } = await tapped(page, broker.port);
    const closed = new Promise((resolve) => device.once('close', () => resolve('closed')));
    await page.call('cutLinks', { source });
    expect(await closed).toBe('closed');
    await page.until('the reset', () => failureOf(page, source)?.code === 'tcp-reset');
  });

  it('passes every byte of a long stream in its order', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { device, source } = await tapped(page, broker.port);
    const sums: number[] = [];
    device.on('message', (_topic, message) => sums.push(message.reduce((sum, byte) => sum + byte, 0)));
    await device.subscribeAsync('#', { qos: 1 });
    await page.call('setShaping', { source, conditions: { ...UNSHAPED, latencyMs: 5, jitterMs: 5, downKbit: 50_000 } });
    const sent = Array.from({ length: 40 }, (_, index) => Buffer.alloc(60_000, index));
    const published = Promise.all(sent.map((message) => device.publishAsync('a', message, { qos: 1 })));
    await page.until('some', () => sums.length > 3);
    await page.call('setShaping', { source });
    await published;
    await page.until('all', () => sums.length === 40);
    expect(sums).toEqual(sent.map((message, index) => message.length * index));
    await device.endAsync();
  });
});

describe('shaping', () => {
  it('is told to every page, starts off, and goes with its source', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    using other = started.attach();
    expect((await page.call('hello', {})).shaping).toEqual({ all: UNSHAPED, sources: [] });
    const source = await page.open(plainProfile(broker.port));
    await page.call('setShaping', { conditions: PRESETS['3g'] });
    await page.call('setShaping', { source, conditions: PRESETS['2g'] });
    const told = () => other.frames.findLast(({ shaping }) => shaping !== undefined)?.shaping;
    const both = { all: PRESETS['3g'], sources: [{ source, conditions: PRESETS['2g'] }] };
    await other.until('both', () => told()?.sources.length === 1);
    expect(told()).toEqual(both);
    expect((await other.call('hello', {})).shaping).toEqual(both);
    await page.call('closeSource', { source });
    await other.until('its end', () => told()?.sources.length === 0);
  });

  it('refuses what is no link', async () => {
    await using started = await startService();
    using page = started.attach();
    const refused = async (changes: Partial<LinkConditions>) =>
      (await page.failure('setShaping', { conditions: { ...UNSHAPED, ...changes } })).code;
    expect(await refused({ latencyMs: -1 })).toBe('invalid-input');
    expect(await refused({ upKbit: 0.5 })).toBe('invalid-input');
    expect(await refused({ outageEveryMs: 1000, outageMs: 1000 })).toBe('invalid-input');
    expect((await page.failure('setShaping', { source: 99 })).code).toBe('no-such-source');
    expect((await page.failure('cutLinks', { source: 99 })).code).toBe('no-such-source');
  });
});
