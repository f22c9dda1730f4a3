/** `tap` between real clients and a broker: what it writes agrees with the wire on both of its sides, by the dissector's reading too. */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { freePort, freePorts, listen } from '../support/ports.ts';
import { findPython } from '../support/tools.ts';
import { CODES, dissected, FIELDS, type Json, ours, recorded } from './dissection.ts';
import { objects, run, start } from './terminal.ts';

const exec = promisify(execFile);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-tap-'));
  process.env['MQTT_INSPECTOR_DATA'] = join(folder, 'data');
});
afterAll(() => {
  delete process.env['MQTT_INSPECTOR_DATA'];
  rmSync(folder, { recursive: true, force: true });
});

const PAHO = `
import sys, paho.mqtt.client as mqtt
port, version = int(sys.argv[1]), int(sys.argv[2])
client = mqtt.Client('paho', protocol=version)
client.on_connect = lambda *a: client.subscribe([('lamp/large', 1), ('x/+', 0)])
def subscribed(*a):
    client.publish('lamp/paho', bytes(range(256)), qos=1)
    client.publish('lamp/large', b'x' * 90000, qos=2)
client.on_subscribe = subscribed
client.on_message = lambda c, u, m: c.disconnect()
client.connect('127.0.0.1', port)
client.loop_forever()
`;

/** Packets without what a place of recording decides, in the order of each direction of each client. */
function sides(packets: readonly Json[]): Record<string, Json[]> {
  const names = new Map<unknown, string>();
  for (const { connection, clientId } of packets) if (typeof clientId === 'string') names.set(connection, clientId);
  return Object.groupBy(
    packets.map(({ seq: _seq, time: _time, ...packet }) => packet),
    ({ connection, direction }) => `${names.get(connection) ?? '?'} ${String(direction)}`,
  ) as Record<string, Json[]>;
}

/** Leaves out the numbers of connections, which depend on what else was recorded. */
function unnumbered(all: Record<string, Json[]>): Record<string, Json[]> {
  return Object.fromEntries(
    Object.entries(all).map(([side, packets]) => [side, packets.map(({ connection: _connection, ...rest }) => rest)]),
  );
}

it('keeps the secrets of TLS on both its sides: with them tshark reads what was on the wire', {
  timeout: 60_000,
}, async () => {
  await using broker = await startMosquitto({ listeners: [{ protocol: 'mqtts' }] });
  const [port = 0] = await freePorts(1);
  const [before, behind, keys] = ['devices.pcapng', 'broker.pcapng', 'keys.txt'].map((name) =>
    join(folder, `tls-${name}`),
  );
  if (before === undefined || behind === undefined || keys === undefined) throw new Error('three are there');
  const out = join(folder, 'tls-own.pcapng');
  await recorded(before, port, async () => {
    await recorded(behind, broker.port, async () => {
      const listening = ['--listen', `mqtts://localhost:${port}`, '--upstream', `mqtts://localhost:${broker.port}`];
      const tap = start(['tap', ...listening, '--insecure', '--quiet', '--tls-keylog', keys, '--out', out]);
      await expect.poll(tap.err, { timeout: 15_000 }).toContain('devices connect to');
      const device = await connectAsync(`mqtts://localhost:${port}`, { rejectUnauthorized: false, reconnectPeriod: 0 });
      await device.publishAsync('secret/topic', 'x', { qos: 1 });
      await device.endAsync();
      tap.abort();
      expect((await tap.ended).code).toBe(0);
    });
  });
  const read = async (file: string, at: number, ...more: string[]) => {
    const { stdout } = await exec('tshark', [
      '-r',
      file,
      ...more,
      '-d',
      `tls.port==${at},mqtt`,
      '-T',
      'fields',
      '-e',
      'mqtt.topic',
    ]);
    return stdout.split('\n').filter((line) => line !== '');
  };
  expect(await read(before, port)).toEqual([]);
  const log = ['-o', `tls.keylog_file:${keys}`];
  expect(await read(before, port, ...log)).toContain('secret/topic');
  expect(await read(behind, broker.port, ...log)).toContain('secret/topic');
  expect(readFileSync(out).includes(readFileSync(keys))).toBe(true);
});

describe.each([
  { version: 4, name: 'mqttv311' },
  { version: 5, name: 'mqttv5' },
] as const)('$name', ({ version, name }) => {
  it('writes what is on the wire, on either side of it', { timeout: 60_000 }, async () => {
    await using broker = await startMosquitto();
    const [port = 0] = await freePorts(1);
    const written = join(folder, `${name}-own.pcapng`);
    const before = join(folder, `${name}-devices.pcapng`);
    const behind = join(folder, `${name}-broker.pcapng`);
    const script = join(folder, 'traffic.py');
    writeFileSync(script, PAHO);
    let tapped: Json[] = [];
    await recorded(before, port, async () => {
      await recorded(behind, broker.port, async () => {
        const upstream = `mqtt://127.0.0.1:${broker.port}`;
        const tap = start(['tap', '--listen', String(port), '--upstream', upstream, '--json', '--out', written]);
        await expect.poll(tap.err, { timeout: 15_000 }).toContain('devices connect to');
        for (const qos of ['0', '1', '2']) {
          const message = ['-q', qos, '-t', 'lamp/kitchen', '-m', `on at ${qos}`, '-i', `pub-${qos}`];
          // oxlint-disable-next-line no-await-in-loop
          await exec('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-V', name, ...message]);
        }
        await exec(findPython() ?? 'python3', [script, String(port), String(version)]);
        await expect.poll(tap.err, { timeout: 15_000 }).toMatch(/c4 (?:closed|reset) by the device/);
        tap.abort();
        const { code, out } = await tap.ended;
        expect(code).toBe(0);
        tapped = objects(out);
      });
    });
    expect(tapped.filter(({ malformed }) => malformed !== undefined)).toEqual([]);
    const fields = [...FIELDS, ...CODES[version]];

    // Our own file, as the dissector reads it and as we do.
    expect(ours(tapped, fields)).toEqual(await dissected(written, port, fields));
    expect(objects((await run(['decode', written, '--json'])).out)).toEqual(tapped);

    // The wire on both sides, as tshark recorded it.
    const atDevices = objects((await run(['decode', before, '--json'])).out);
    const atBroker = objects((await run(['decode', behind, '--json'])).out);
    expect(ours(atDevices, fields)).toEqual(await dissected(before, port, fields));
    expect(unnumbered(sides(tapped))).toEqual(unnumbered(sides(atDevices)));
    expect(unnumbered(sides(tapped))).toEqual(unnumbered(sides(atBroker)));
    expect(Object.keys(sides(tapped))).toHaveLength(8);
  });
});

describe('tap', () => {
  it('makes certificates that a client trusts by the saved authority', { timeout: 60_000 }, async () => {
    await using broker = await startMosquitto();
    const ca = join(folder, 'tap-ca.pem');
    const upstream = `mqtt://127.0.0.1:${broker.port}`;
    const port = await freePort();
    const tap = start(['tap', '--listen', `mqtts://${port}`, '--upstream', upstream, '--save-ca', ca]);
    await expect.poll(tap.err, { timeout: 30_000 }).toContain('devices connect to mqtts://127.0.0.1:');
    expect(readFileSync(ca, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    const publish = (host: string) =>
      exec('mosquitto_pub', ['-h', host, '-p', String(port), '--cafile', ca, '-t', 'a', '-m', host, '-q', '1']);
    await publish('localhost');
    await publish('127.0.0.1');
    await exec('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-t', 'a', '-m', 'b']).catch(() => undefined);
    await expect.poll(tap.err, { timeout: 15_000 }).toContain('does not speak TLS here');
    tap.abort();
    const { out, err, code } = await tap.ended;
    expect(code).toBe(0);
    expect(err).toContain('asks for localhost');
    expect(err).not.toContain('everyone in this network');
    expect(out).toMatch(/ → .*PUBLISH a q1 #1, 9 B {2}localhost/);
    expect(out).toMatch(/ → c2 .*PUBLISH a q1 #1, 9 B {2}127\.0\.0\.1/);
    expect(err).toMatch(/3 connections: 10 packets/);
  });

  it('says that the broker is down, for each device that tries', { timeout: 30_000 }, async () => {
    const [port = 0, nobody = 0] = await freePorts(2);
    const tap = start(['tap', '--listen', String(port), '--upstream', `mqtt://127.0.0.1:${nobody}`]);
    await expect.poll(tap.err, { timeout: 15_000 }).toContain('devices connect to');
    const tries = Array.from({ length: 20 }, () =>
      exec('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-t', 'a', '-m', 'b']).catch(() => undefined),
    );
    await Promise.all(tries);
    await expect.poll(() => tap.err().match(/the connection was refused/g)?.length, { timeout: 15_000 }).toBe(20);
    tap.abort();
    expect((await tap.ended).code).toBe(0);
  });

  it('warns where the whole network may connect', { timeout: 30_000 }, async () => {
    const port = await freePort();
    const tap = start(['tap', '--listen', `0.0.0.0:${port}`, '--upstream', 'mqtt://127.0.0.1:1', '--seconds', '1']);
    const { err, code } = await tap.ended;
    expect(code).toBe(0);
    expect(err).toContain('everyone in this network can connect');
  });

  it('says that its port is taken', { timeout: 30_000 }, async () => {
    await using taken = await listen(createServer());
    const { code, err } = await run(['tap', '--listen', String(taken.port), '--upstream', 'mqtt://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(err).toContain(`port ${taken.port} is taken`);
  });

  it('does not connect to itself', async () => {
    const { code, err } = await run(['tap', '--listen', '0.0.0.0:31999', '--upstream', 'mqtt://localhost:31999']);
    expect(code).toBe(1);
    expect(err).toContain('the tap would connect to itself: 0.0.0.0, port 31999 is where it listens');
  });

  it.each([
    { argv: ['--upstream', 'mqtt://h'], says: '--listen is missing' },
    { argv: ['--listen', '1883'], says: '--upstream is missing' },
    { argv: ['--listen', 'here', '--upstream', 'mqtt://h'], says: 'the port is missing' },
    { argv: ['--listen', 'ftp://1', '--upstream', 'mqtt://h'], says: '--listen must begin with' },
    { argv: ['--listen', '1883', '--upstream', 'mqtt://u:p@h'], says: 'cannot have a user name' },
    { argv: ['--listen', '1883', '--upstream', 'mqtt://h', '--ca', 'f'], says: '--ca needs --upstream mqtts://' },
    {
      argv: ['--listen', '1883', '--upstream', 'mqtt://h', '--save-ca', 'f'],
      says: '--save-ca needs --listen mqtts://',
    },
    { argv: ['--listen', 'wss://1', '--upstream', 'mqtt://h', '--listen-cert', 'f'], says: 'go together' },
  ])('refuses $argv', async ({ argv, says }) => {
    const { code, err } = await run(['tap', ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('--shape', () => {
  it('slows devices down as the preset says', { timeout: 60_000 }, async () => {
    await using broker = await startMosquitto();
    const [port = 0] = await freePorts(1);
    const upstream = `mqtt://127.0.0.1:${broker.port}`;
    const tap = start(['tap', '--listen', String(port), '--upstream', upstream, '--json', '--shape', 'satellite']);
    await expect.poll(tap.err, { timeout: 15_000 }).toContain('the way on is shaped as satellite');
    await exec('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-q', '1', '-t', 'lamp', '-m', 'on']);
    await expect.poll(tap.out, { timeout: 15_000 }).toContain('"puback"');
    tap.abort();
    await tap.ended;
    const packets = objects(tap.out());
    const timeOf = (type: string): number =>
      Date.parse(String(packets.find((packet) => packet['type'] === type)?.['time']));
    expect(timeOf('puback') - timeOf('publish')).toBeGreaterThanOrEqual(558);
  });

  it('names the presets where it is given another word', async () => {
    const { code, err } = await run(['tap', '--listen', '0', '--upstream', 'mqtt://127.0.0.1', '--shape', '5g']);
    expect(code).toBe(2);
    expect(err).toContain('offline, 2g, 3g, satellite, flaky-wifi, half-open');
  });
});
