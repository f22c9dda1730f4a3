/** Taps as a page has them: started, seen, stopped, with a source for each device's connection. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { freePort, listen } from '../support/ports.ts';
import { type DrivenPage, plainProfile, startService } from './drive-page.ts';

/** Starts a tap for plain MQTT unless `changes` say otherwise. */
async function tapped(page: DrivenPage, upstreamPort: number, changes: object = {}) {
  const listening = { protocol: 'mqtt' as const, port: 0, ...changes };
  return page.call('startTap', { listen: listening, upstream: { profile: plainProfile(upstreamPort) } });
}

const device = (port: number, clientId: string): Promise<MqttClient> =>
  connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, reconnectPeriod: 0, protocolVersion: 5 });

const DEVICES = 500;

const taps = (page: DrivenPage) => page.frames.findLast(({ taps: seen }) => seen !== undefined)?.taps;

describe('a tap', () => {
  it('shows each connection as a source of its own, grouped under it', async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const tap = await tapped(page, broker.port);
    expect(tap).toMatchObject({
      name: `:${tap.port}`,
      protocol: 'mqtt',
      host: '127.0.0.1',
      addresses: [`mqtt://127.0.0.1:${tap.port}`],
      openToNetwork: false,
      upstream: `mqtt://127.0.0.1:${broker.port}`,
      connections: 0,
    });
    const clients = [await device(tap.port, 'one'), await device(tap.port, 'two')];
    const sources = await page.until('two sources', () => {
      const connected = page.sources.filter(({ kind, state }) => kind === 'tap' && state === 'connected');
      return connected.length === 2 && connected;
    });
    expect(
      sources.map(({ name, clientId, tap: of, protocolVersion, endpoint }) => ({
        name,
        clientId,
        of,
        protocolVersion,
        endpoint,
      })),
    ).toEqual(
      ['one', 'two'].map((name) => ({
        name,
        clientId: name,
        of: { id: tap.id, name: tap.name },
        protocolVersion: 5,
        endpoint: tap.upstream,
      })),
    );
    await page.until('the counts', () => taps(page)?.[0]?.devices === 2);
    await clients[0]?.publishAsync('a/b', 'x', { qos: 2 });
    const [first, second] = sources;
    if (first === undefined || second === undefined) throw new Error('two are there');
    const { view } = await page.call('openPacketView', { source: first.id, filter: 'type:publish' });
    await page.call('setWindow', { view, from: 0, count: 10, follow: true });
    const rows = await page.until('the packet', () => page.view('packets', view)?.rows.topic[0]);
    expect(rows).toBe('a/b');
    expect(
      await page.failure('publish', { source: first.id, topic: 'a', payload: new Uint8Array(), qos: 0, retain: false }),
    ).toEqual({
      code: 'driven-by-device',
      data: { source: first.id },
    });
    await clients[0]?.endAsync();
    await page.until('the end of one', () => page.sources.find(({ id }) => id === first.id)?.state === 'closed');
    await page.call('stopTap', { tap: tap.id });
    await page.until('the end of the other', () => page.sources.find(({ id }) => id === second.id)?.state === 'closed');
    await page.until('no tap', () => taps(page)?.length === 0);
    expect(await page.failure('stopTap', { tap: tap.id })).toMatchObject({ code: 'no-such-tap' });
    await expect(device(tap.port, 'late')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('says where it cannot listen', async () => {
    await using started = await startService();
    using page = started.attach();
    await using taken = await listen(createServer());
    const profile = plainProfile(1);
    const start = (listening: object) =>
      page.failure('startTap', { listen: { protocol: 'mqtt', port: taken.port, ...listening }, upstream: { profile } });
    expect(await start({})).toEqual({ code: 'port-taken', data: { port: taken.port } });
    expect(await start({ port: 1 })).toEqual({ code: 'tap-to-itself', data: { host: '127.0.0.1', port: 1 } });
    expect(await start({ host: '192.0.2.77' })).toMatchObject({
      code: 'cannot-listen',
      data: { reason: 'EADDRNOTAVAIL' },
    });
    expect(await start({ protocol: 'mqtts', port: 0, certificate: { cert: 'x', key: 'y' } })).toMatchObject({
      code: 'bad-tap-certificate',
    });
    expect(await page.call('listTaps', {})).toEqual([]);
  });

  it('shows devices a certificate of its authority, for the name that they ask for', { timeout: 30_000 }, async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const { certificate } = await page.call('tapAuthority', {});
    const tap = await tapped(page, broker.port, { protocol: 'mqtts' });
    const socket = connectTls({ port: tap.port, host: '127.0.0.1', servername: 'broker.example.com', ca: certificate });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().subjectaltname).toContain('DNS:broker.example.com');
    expect((await page.call('tapAuthority', {})).certificate).toBe(certificate);
    const { id } = await page.until('the source', () => page.sources.find(({ kind }) => kind === 'tap'));
    const { view } = await page.call('openConnectionView', { source: id });
    const report = await page.until('the report', () => {
      const pushed = page.view('connection', view)?.report;
      return pushed?.attempts[0]?.device?.tls !== undefined && pushed;
    });
    expect(report.attempts[0]?.device).toMatchObject({ hello: { serverName: 'broker.example.com' } });
    socket.destroy();
  });

  it('serves five hundred devices at once, under a rule', { timeout: 90_000 }, async () => {
    await using broker = await startMosquitto();
    await using started = await startService();
    using page = started.attach();
    const tap = await tapped(page, broker.port);
    const rest = { id: 'rest', name: '', enabled: true, filter: 'type:pingreq', action: { kind: 'drop' as const } };
    await page.call('setRules', { rules: [rest] });
    const clients = await Promise.all(
      Array.from({ length: DEVICES }, (_, index) => device(tap.port, `device-${index}`)),
    );
    await Promise.all(
      clients.map((client, index) => client.publishAsync(`site/${index}`, `value ${index}`, { qos: 1 })),
    );
    await page.until('all of them', () => taps(page)?.[0]?.devices === DEVICES);
    await page.until('all packets', () => {
      const counted = page.sources.filter(({ id }) => (page.stats.get(id)?.packets ?? 0) >= 6);
      return counted.length === DEVICES;
    });
    await Promise.all(clients.map((client) => client.endAsync()));
    await page.until('all ends', () => page.sources.every(({ state }) => state === 'closed'));
    expect(new Set(page.sources.map(({ clientId }) => clientId)).size).toBe(DEVICES);
    expect(page.sources.filter(({ failure }) => failure !== undefined)).toEqual([]);
  });

  it('keeps the newest where devices come again and again to a server that is down', { timeout: 60_000 }, async () => {
    const nobody = await freePort();
    await using started = await startService();
    using page = started.attach();
    const tap = await tapped(page, nobody);
    const attempt = async (): Promise<void> => {
      const socket: Socket = connect(tap.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(Buffer.from('100c00044d5154540402003c0000', 'hex'));
      await new Promise((resolve) => socket.once('close', resolve));
    };
    for (let round = 0; round < 26; round += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(Array.from({ length: 10 }, attempt));
    }
    await page.until('the counts', () => taps(page)?.[0]?.connections === 260 && taps(page)?.[0]?.devices === 0);
    await page.until('the rest', () => page.sources.length <= 201);
    expect(page.sources.length).toBeGreaterThanOrEqual(200);
    expect(page.sources.every(({ failure }) => failure?.code === 'tcp-refused')).toBe(true);
    const notices = page.frames.findLast((frame) => frame.notices !== undefined)?.notices;
    expect(notices?.map(({ failure }) => failure.code)).toEqual(['tap-sources-dropped']);
  });
});
