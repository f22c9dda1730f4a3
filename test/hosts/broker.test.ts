/** The built-in broker and its demo, seen by clients that nobody here wrote: MQTT.js and mosquitto_sub. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { startBroker } from '../../main/hosts/broker/broker.ts';
import { createDemoBroker } from '../../main/hosts/broker/demo-broker.ts';
import { thumbnail } from '../../main/hosts/broker/demo-devices.ts';
import { freePorts } from '../support/ports.ts';
import { findProgram } from '../support/tools.ts';

interface Seen {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
  readonly atMs: number;
}

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

async function watch(port: number, filter: string, qos: 0 | 1 | 2): Promise<{ client: MqttClient; seen: Seen[] }> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0 });
  cleanups.push(() => client.endAsync(true));
  const seen: Seen[] = [];
  const from = performance.now();
  client.on('message', (topic, payload, packet) => {
    seen.push({ topic, payload, qos: packet.qos, retain: packet.retain, atMs: performance.now() - from });
  });
  await client.subscribeAsync(filter, { qos });
  return { client, seen };
}

describe('the demo', () => {
  it('has something of everything within two seconds', async () => {
    const demo = createDemoBroker({ port: await freePort() });
    cleanups.push(() => demo.stop());
    const { port, suggestedSubscriptions } = await demo.start();
    const [subscription] = suggestedSubscriptions;
    const { seen } = await watch(port, subscription?.topicFilter ?? '', subscription?.qos ?? 0);
    const has = (test: (message: Seen) => boolean) => () =>
      seen.some((message) => message.atMs < 2_000 && test(message));
    const within = { timeout: 2_500 };
    for (const qos of [0, 1, 2])
      await expect
        .poll(
          has((message) => message.qos === qos),
          within,
        )
        .toBe(true);
    for (const retain of [true, false])
      await expect
        .poll(
          has((message) => message.retain === retain),
          within,
        )
        .toBe(true);
    await expect
      .poll(
        has(({ topic }) => topic === 'demo/工厂/二号线/温度'),
        within,
      )
      .toBe(true);
    await expect
      .poll(
        has(({ topic }) => topic.startsWith('demo/odd//')),
        within,
      )
      .toBe(false);
    await expect
      .poll(
        has(
          ({ topic, payload }) =>
            topic.endsWith('/temperature') && typeof JSON.parse(payload.toString()).value === 'number',
        ),
        within,
      )
      .toBe(true);
    await expect
      .poll(
        has(({ payload }) => /^-?\d+\.\d+$/.test(payload.toString())),
        within,
      )
      .toBe(true);
    await expect
      .poll(
        has(({ topic, payload }) => topic.endsWith('/joints') && payload.length === 26),
        within,
      )
      .toBe(true);
    await expect
      .poll(
        has(({ payload }) => payload.subarray(1, 4).toString() === 'PNG'),
        within,
      )
      .toBe(true);
    await expect
      .poll(
        has(({ topic }) => topic === 'demo/truck-7/status'),
        within,
      )
      .toBe(true);
  });

  it('has a device that is lost with its will and comes back', async () => {
    const demo = createDemoBroker({ port: await freePort(), truckTimes: { onlineMs: 300, offlineMs: 200 } });
    cleanups.push(() => demo.stop());
    const { port } = await demo.start();
    const { seen } = await watch(port, 'demo/truck-7/status', 2);
    const online = () => seen.map(({ payload }) => JSON.parse(payload.toString()).online);
    await expect.poll(() => online().length, { timeout: 5_000 }).toBeGreaterThanOrEqual(4);
    expect(online().slice(0, 4)).toEqual([true, false, true, false]);
    expect(seen[1]?.qos).toBe(1);
  });

  it('is understood by mosquitto_sub, also as MQTT 3.1', async () => {
    const program = findProgram(['mosquitto_sub']);
    if (program === undefined) throw new Error('mosquitto_sub is missing: apt-get install mosquitto-clients');
    const demo = createDemoBroker({ port: await freePort() });
    cleanups.push(() => demo.stop());
    const { port } = await demo.start();
    for (const version of ['mqttv31', 'mqttv311']) {
      const child = spawn(program, [
        ...['-h', '127.0.0.1', '-p', String(port), '-V', version, '-t', 'demo/#', '-q', '2', '-C', '12', '-W', '5'],
        ...['-F', '%q %t'],
      ]);
      let output = '';
      child.stdout.on('data', (part: Buffer) => {
        output += part.toString('utf8');
      });
      const [code] = await once(child, 'close');
      expect(code).toBe(0);
      expect(output.trim().split('\n')).toHaveLength(12);
      expect(output).toContain('demo/工厂/二号线/');
    }
  });

  it('answers a second start with the same port, and starts again after a stop', async () => {
    const demo = createDemoBroker({ port: await freePort() });
    cleanups.push(() => demo.stop());
    const [first, second] = await Promise.all([demo.start(), demo.start()]);
    expect(second.port).toBe(first.port);
    await demo.stop();
    await demo.stop();
    const { port } = await demo.start();
    const { seen } = await watch(port, 'demo/#', 0);
    await expect.poll(() => seen.length, { timeout: 2_000 }).toBeGreaterThan(0);
  });

  it('leaves nothing running behind', async () => {
    const demo = createDemoBroker({ port: await freePort() });
    const { port } = await demo.start();
    const { client } = await watch(port, 'demo/#', 0);
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    await demo.stop();
    expect(await closed).toBe('closed');
    const socket = connectSocket(port, '127.0.0.1');
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('shows a thumbnail that is a PNG', () => {
    const png = Buffer.from(thumbnail(3));
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect(png.readUInt32BE(16)).toBe(32);
    expect(png.subarray(-8, -4).toString('latin1')).toBe('IEND');
  });
});

describe('its port', () => {
  it('is the next free one when the first is taken, and an error where it must be exact', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    cleanups.push(() => new Promise((resolve) => blocker.close(resolve)));
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startBroker({ port, exact: true })).rejects.toMatchObject({ code: 'port-taken', data: { port } });
    const broker = await startBroker({ port });
    cleanups.push(() => broker.close());
    expect(broker.port).toBeGreaterThan(0);
    expect(broker.port).not.toBe(port);
    await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 }).then((client) =>
      client.endAsync(true),
    );
  });

  it('survives a client that speaks something else', async () => {
    const broker = await startBroker({ port: 0 });
    cleanups.push(() => broker.close());
    const socket = connectSocket(broker.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    socket.on('error', () => undefined);
    await once(socket, 'close');
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    expect(client.connected).toBe(true);
    await client.endAsync(true);
  });
});
