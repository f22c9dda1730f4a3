/** Clients that nobody here wrote work through a tap unchanged, over each transport, and what was recorded is what they exchanged. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../../main/engine/sources/ports.ts';
import { createAuthority, testCertificates } from '../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { findProgram, findPython } from '../support/tools.ts';
import { type DrivenTap, startTap, until } from './drive-tap.ts';

const exec = promisify(execFile);
const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
type Protocol = (typeof PROTOCOLS)[number];
type Version = 4 | 5;

let broker: Mosquitto;
let folder = '';
let authority = '';
beforeAll(async () => {
  broker = await startMosquitto({ listeners: PROTOCOLS.map((protocol) => ({ protocol })) });
  const certificates = await testCertificates();
  folder = mkdtempSync(join(tmpdir(), 'tap-peers-'));
  authority = join(folder, 'ca.pem');
  writeFileSync(authority, certificates.authority.cert);
  writeFileSync(join(folder, 'client.pem'), certificates.client.cert);
  writeFileSync(join(folder, 'client.key'), certificates.client.key);
});
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A tap that speaks `protocol` to devices and `onward` to the broker. */
async function tapOf(protocol: Protocol, onward: Protocol): Promise<DrivenTap> {
  const { server, authority: ca } = await testCertificates();
  const upstream: Partial<TransportOptions> & { port: number } = {
    protocol: onward,
    host: 'localhost',
    port: broker.ports[PROTOCOLS.indexOf(onward)] ?? 0,
    ...(onward === 'mqtts' || onward === 'wss' ? { tls: { verify: true, ca: ca.cert } } : {}),
  };
  return startTap({ protocol, credentials: () => Promise.resolve(server) }, upstream);
}

const PAHO = `
import sys, ssl, paho.mqtt.client as mqtt
protocol, port, version, ca = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
transport = 'websockets' if protocol.startswith('ws') else 'tcp'
client = mqtt.Client('paho', protocol=version, transport=transport)
if transport == 'websockets': client.ws_set_options('/mqtt')
if protocol in ('mqtts', 'wss'): client.tls_set(ca)
client.on_connect = lambda *a: client.subscribe('tap/paho/#', 2)
client.on_subscribe = lambda *a: client.publish('tap/paho/x', b'z' * 70000, qos=2)
def message(c, u, m):
    print(m.topic, len(m.payload), m.qos)
    c.disconnect()
client.on_message = message
client.connect('localhost', port)
client.loop_forever()
`;

describe.each([
  { protocol: 'mqtt', onward: 'mqtt' },
  { protocol: 'mqtts', onward: 'mqtts' },
  { protocol: 'ws', onward: 'ws' },
  { protocol: 'wss', onward: 'mqtt' },
  { protocol: 'mqtt', onward: 'wss' },
] as const)('devices over $protocol, server over $onward', ({ protocol, onward }) => {
  it.each([4, 5] as const)('MQTT.js, version %i', async (protocolVersion) => {
    using tap = await tapOf(protocol, onward);
    const certificates = await testCertificates();
    const client = await connectAsync(`${protocol}://localhost:${tap.port}`, {
      protocolVersion,
      reconnectPeriod: 0,
      ca: certificates.authority.cert,
      clientId: `js-${protocol}-${protocolVersion}`,
    });
    const messages: string[] = [];
    client.on('message', (topic, payload) => messages.push(`${topic} ${payload.toString()}`));
    await client.subscribeAsync('tap/js', { qos: 2 });
    await client.publishAsync('tap/js', 'hello', { qos: 2 });
    await until('the message', () => messages.length > 0);
    expect(messages).toEqual(['tap/js hello']);
    await client.endAsync();
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.snapshot().clientId).toBe(`js-${protocol}-${protocolVersion}`);
    expect(tapped.source.protocolVersion).toBe(protocolVersion);
    expect(tapped.source.failure).toBeUndefined();
    const types = tapped.packets().map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(types.filter((type) => type.startsWith('→'))).toEqual([
      '→ CONNECT',
      '→ SUBSCRIBE',
      '→ PUBLISH',
      ...['→ PUBREC', '→ PUBREL', '→ PUBCOMP'].toSorted((a, b) => order(types, a) - order(types, b)),
      '→ DISCONNECT',
    ]);
    expect(types.filter((type) => type.startsWith('←')).toSorted()).toEqual(
      ['← CONNACK', '← PUBCOMP', '← PUBLISH', '← PUBREC', '← PUBREL', '← SUBACK'].toSorted(),
    );
  });

  it.each([4, 5] as const)('paho, version %i', { timeout: 30_000 }, async (version) => {
    using tap = await tapOf(protocol, onward);
    const script = join(folder, 'device.py');
    writeFileSync(script, PAHO);
    const { stdout } = await exec(findPython() ?? 'python3', [
      ...[script, protocol, String(tap.port), String(version), authority],
    ]);
    expect(stdout.trim()).toBe('tap/paho/x 70000 2');
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.snapshot().clientId).toBe('paho');
    expect(tapped.packets().filter((line) => line.includes('tap/paho/x'))).toHaveLength(2);
  });

  // The clients of mosquitto have no WebSocket.
  const spoken: readonly Version[] = protocol === 'mqtt' || protocol === 'mqtts' ? [4, 5] : [];
  it.each(spoken)('mosquitto_pub and _sub, version %i', async (version) => {
    using tap = await tapOf(protocol, onward);
    const common = ['-h', 'localhost', '-p', String(tap.port), '-V', version === 5 ? 'mqttv5' : 'mqttv311'];
    const tls = protocol === 'mqtts' ? ['--cafile', authority] : [];
    const sub = exec(program('mosquitto_sub'), [...common, ...tls, '-t', 'tap/m', '-q', '2', '-C', '3', '-W', '15']);
    const subscriber = await tap.connection(0);
    await until('SUBACK', () => subscriber.packets().some((line) => line.startsWith('← SUBACK')));
    for (const qos of ['0', '1', '2']) {
      // oxlint-disable-next-line no-await-in-loop
      await exec(program('mosquitto_pub'), [...common, ...tls, '-t', 'tap/m', '-q', qos, '-m', `at ${qos}`]);
    }
    expect((await sub).stdout).toBe('at 0\nat 1\nat 2\n');
    expect(tap.connections).toHaveLength(4);
    await until('all ends', () => tap.connections.every(({ source }) => source.over));
    expect(tap.connections.map(({ source }) => source.failure?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('what a handshake tells', () => {
  it('keeps the name asked for and the certificate of the device', async () => {
    using tap = await tapOf('mqtts', 'mqtt');
    const { client, authority: ca } = await testCertificates();
    const device = connectTls({
      port: tap.port,
      host: '127.0.0.1',
      servername: 'broker.example.com',
      ca: ca.cert,
      cert: client.cert,
      key: client.key,
      ALPNProtocols: ['x-amzn-mqtt-ca', 'mqtt'],
      checkServerIdentity: () => undefined,
    });
    device.on('error', () => undefined);
    const tapped = await tap.connection(0);
    await until('the way on', () => tapped.source.log.current?.remoteAddress !== undefined);
    const known = tapped.source.log.current?.device;
    expect(known?.hello).toMatchObject({
      serverName: 'broker.example.com',
      alpn: ['x-amzn-mqtt-ca', 'mqtt'],
      versions: ['TLSv1.3', 'TLSv1.2'],
    });
    expect(known?.tls).toMatchObject({
      serverName: 'broker.example.com',
      alpn: 'x-amzn-mqtt-ca',
      clientCertificateSent: true,
    });
    expect(known?.tls?.chain[0]?.subject).toContain('test-client');
    expect(tapped.event('device-handshake')).toMatchObject({
      stage: 'tls',
      serverName: 'broker.example.com',
      clientCertificate: expect.stringContaining('test-client'),
    });
    device.destroy();
  });

  it('says why a device refused the certificate', async () => {
    using tap = await tapOf('mqtts', 'mqtt');
    const stranger = await createAuthority('Stranger');
    const file = join(folder, 'stranger.pem');
    writeFileSync(file, stranger.cert);
    const publishing = ['-h', 'localhost', '-p', String(tap.port), '--cafile', file, '-t', 'a', '-m', 'b'];
    await exec(program('mosquitto_pub'), publishing).catch(() => undefined);
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.failure).toMatchObject({ stage: 'device-tls' });
    expect(tapped.event('device-handshake-failed')).toMatchObject({
      stage: 'tls',
      serverName: 'localhost',
      alertName: 'unknown_ca',
    });
  });

  it('ends where a device hangs up on a certificate that it does not want', async () => {
    using tap = await tapOf('mqtts', 'mqtt');
    const device = connectTls({ port: tap.port, host: '127.0.0.1', servername: 'localhost' });
    device.on('error', () => undefined);
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.failure).toMatchObject({ stage: 'device-tls', data: { reason: 'hung-up' } });
    expect(tapped.packets()).toEqual([]);
  });

  it('says what a device offered that speaks too old a TLS', async () => {
    using tap = await tapOf('mqtts', 'mqtt');
    const device = connectTls({
      port: tap.port,
      host: '127.0.0.1',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    device.on('error', () => undefined);
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.failure).toMatchObject({ stage: 'device-tls', code: 'tls-protocol-version' });
    expect(tapped.event('device-handshake-failed')).toMatchObject({ versionsOffered: ['TLSv1.1'] });
  });

  it('says that a device does not speak TLS', async () => {
    using tap = await tapOf('mqtts', 'mqtt');
    await exec(program('mosquitto_pub'), ['-p', String(tap.port), '-t', 'a', '-m', 'b']).catch(() => undefined);
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.failure).toMatchObject({ stage: 'device-tls', code: 'tls-not-tls' });
    expect(tapped.event('device-handshake-failed')).toMatchObject({ peerSpoke: 'mqtt' });
  });

  it('says that a device sends text through the WebSocket', async () => {
    using tap = await tapOf('ws', 'mqtt');
    const device = new WebSocket(`ws://127.0.0.1:${tap.port}/mqtt`, 'mqtt');
    device.addEventListener('open', () => device.send('hello'));
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.failure).toMatchObject({ stage: 'device-session', code: 'websocket-text-frame' });
  });

  it('says that a device does not speak WebSocket', async () => {
    using tap = await tapOf('ws', 'mqtt');
    await exec(program('mosquitto_pub'), ['-p', String(tap.port), '-t', 'a', '-m', 'b']).catch(() => undefined);
    const refused = await fetch(`http://127.0.0.1:${tap.port}/mqtt`);
    expect(refused.status).toBe(426);
    const [first, second] = [await tap.connection(0), await tap.connection(1)];
    await until('both ends', () => first.source.over && second.source.over);
    expect(first.event('device-handshake-failed')).toMatchObject({ stage: 'upgrade', reason: 'not-http' });
    expect(second.event('device-handshake-failed')).toMatchObject({
      code: 'upgrade-refused',
      method: 'GET',
      path: '/mqtt',
    });
  });
});

function program(name: string): string {
  return findProgram([name]) ?? name;
}

function order(types: readonly string[], type: string): number {
  return types.indexOf(type);
}
