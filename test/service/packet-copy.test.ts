/** Packets copied through the service: the session's own facts, and credentials only where they are asked for. */

import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type DrivenPage, plainProfile, type StartedService, startService } from './drive-page.ts';

let broker: Mosquitto;
let started: StartedService;
let page: DrivenPage;
let source: number;

const PASSWORD = 'open sesame';

beforeAll(async () => {
  broker = await startMosquitto({ users: { tester: PASSWORD } });
  started = await startService();
  page = started.attach();
  const profile = plainProfile(broker.port, { clientId: 'copied', username: 'tester' });
  source = (await page.call('openSession', { profile, secrets: { password: PASSWORD } })).id;
  await page.until('connected', () => page.sources.find(({ id }) => id === source)?.state === 'connected');
  const message = { topic: 'a/b', payload: new TextEncoder().encode('x'), qos: 1, retain: false } as const;
  await page.call('publish', { source, ...message });
  await page.until('acknowledged', () => (page.stats.get(source)?.packets ?? 0) >= 4);
});

afterAll(async () => {
  page[Symbol.dispose]();
  await started[Symbol.asyncDispose]();
  await broker.stop();
});

const copy = async (seq: number, form: 'hex' | 'json' | 'paho2' | 'mosquitto_pub' | 'topic', credentials = false) =>
  (await page.call('copyPacket', { source, seq, form, credentials })).text;

/** Row of the first packet with this first byte. */
async function find(header: number): Promise<number> {
  for (let seq = 0; seq < 20; seq++) {
    const packet = await page.call('getPacket', { source, seq }).catch(() => undefined);
    if (packet?.bytes[0] === header) return seq;
  }
  throw new Error(`no packet begins with ${header}`);
}

describe('a CONNECT', () => {
  it('shows stars for its credentials, in as many bytes', async () => {
    const seq = await find(0x10);
    const bytes = Buffer.from((await copy(seq, 'hex')).replaceAll(' ', ''), 'hex');
    const whole = Buffer.from((await copy(seq, 'hex', true)).replaceAll(' ', ''), 'hex');
    expect(bytes.length).toBe(whole.length);
    expect(bytes.toString('latin1')).not.toMatch(/tester|open sesame/);
    expect(whole.toString('latin1')).toContain('open sesame');
    expect(JSON.parse(await copy(seq, 'json'))).toMatchObject({ type: 'connect', username: '******' });
    expect(JSON.parse(await copy(seq, 'json', true))).toMatchObject({ username: 'tester' });
  });

  it('becomes a program of the same client', async () => {
    const seq = await find(0x10);
    expect(await copy(seq, 'paho2')).toContain('client.username_pw_set("********", "********")');
    const text = await copy(seq, 'paho2', true);
    expect(text).toContain('client_id="copied"');
    expect(text).toContain('client.username_pw_set("tester", "open sesame")');
    expect(await copy(seq, 'mosquitto_pub')).toBe('');
    expect(await copy(seq, 'topic')).toBe('');
  });
});

describe('a PUBLISH', () => {
  it('goes where its session goes, under a client identifier that does not take the session over', async () => {
    const seq = await find(0x32);
    expect(await copy(seq, 'mosquitto_pub', true)).toBe(
      `mosquitto_pub -h 127.0.0.1 -p ${broker.port} -V mqttv5 -i copied-copy -u tester -P 'open sesame' -t a/b -q 1 -m x`,
    );
    expect(await copy(seq, 'mosquitto_pub')).toContain(`-u '********' -P '********'`);
  });
});

it('of a device behind a tap goes by its own CONNECT, to where the tap leads', async () => {
  const upstream = { profile: plainProfile(broker.port) };
  const tap = await page.call('startTap', { listen: { protocol: 'mqtt', port: 0 }, upstream });
  const client = await connectAsync(`mqtt://127.0.0.1:${tap.port}`, {
    clientId: 'thermostat',
    username: 'tester',
    password: PASSWORD,
    keepalive: 17,
    will: { topic: 'gone', payload: Buffer.from('x'), qos: 1, retain: false },
    reconnectPeriod: 0,
  });
  await client.publishAsync('a/b', 'x', { qos: 1 });
  const device = await page.until('the device', () => page.sources.find(({ kind }) => kind === 'tap'));
  const connect = await page.until('its CONNECT', async () => {
    const packet = await page.call('getPacket', { source: device.id, seq: 1 }).catch(() => undefined);
    return packet?.type === 'connect' && packet;
  });
  const { text } = await page.call('copyPacket', { source: device.id, seq: connect.seq, form: 'mosquitto_sub' });
  expect(text).toBe(
    `mosquitto_sub -h 127.0.0.1 -p ${broker.port} -V mqttv311 -i thermostat -k 17 -u '********' -P '********' --will-topic gone --will-qos 1 --will-payload x -t '#' -v`,
  );
  await client.endAsync();
  await page.call('stopTap', { tap: tap.id });
});

it('refuses a packet that is not there', async () => {
  const failure = await page.failure('copyPacket', { source, seq: 9999, form: 'hex' });
  expect(failure.code).toBe('no-such-packet');
});
