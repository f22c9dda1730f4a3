/** The same traffic by `capture`, by `decode` of what tshark recorded, and by Wireshark's dissector: types, identifiers, topics, payloads, reason codes. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { findProgram, findPython } from '../support/tools.ts';
import { objects, run, start } from './terminal.ts';

const tshark = findProgram(['tshark']) ?? 'tshark';
const exec = promisify(execFile);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-agreement-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIELDS = ['mqtt.msgtype', 'mqtt.msgid', 'mqtt.topic', 'mqtt.msg', 'mqtt.clientid', 'mqtt.len'] as const;
const CODES = {
  4: ['mqtt.conack.val', 'mqtt.suback.qos'],
  5: ['mqtt.connack.reason_code', 'mqtt.suback.reason_code'],
} as const;

type Json = Record<string, unknown>;

/** What the dissector reads in a file, field by field, over all packets in order. */
async function dissected(file: string, port: number, fields: readonly string[]): Promise<Record<string, string[]>> {
  const columns = fields.flatMap((field) => ['-e', field]);
  const { stdout } = await exec(
    tshark,
    ['-r', file, '-d', `tcp.port==${port},mqtt`, '-Y', 'mqtt', '-T', 'fields', '-E', 'aggregator=|', ...columns],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  const rows = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  return Object.fromEntries(
    fields.map((field, column) => [
      field,
      rows.flatMap((row) => {
        const values = (row[column] ?? '').split('|').filter((value) => value !== '' && value !== '<MISSING>');
        return values.map((value) => (/^0x[\da-f]+$/.test(value) ? String(Number(value)) : value));
      }),
    ]),
  );
}

const hex = (value: unknown): string => Buffer.from(String(value), 'base64').toString('hex');

/** The same from our objects. */
function ours(packets: readonly Json[], fields: readonly string[]): Record<string, string[]> {
  const each: Record<string, (packet: Json) => unknown[]> = {
    'mqtt.msgtype': ({ type }) => [PACKET_TYPES.findIndex((name) => name === type)],
    'mqtt.msgid': ({ packetId }) => (packetId === undefined ? [] : [packetId]),
    'mqtt.topic': ({ type, topic, subscriptions, topicFilters }) => {
      if (type === 'publish') return [topic];
      if (Array.isArray(subscriptions)) return subscriptions.map((one: Json) => one['topicFilter']);
      return Array.isArray(topicFilters) ? topicFilters : [];
    },
    'mqtt.msg': ({ type, payload }) => (type === 'publish' && payload !== '' ? [hex(payload)] : []),
    'mqtt.clientid': ({ clientId }) => (clientId === undefined || clientId === '' ? [] : [clientId]),
    'mqtt.len': ({ length }) => {
      const whole = Number(length);
      return [[2, 3, 4, 5].map((header) => whole - header).find((rest, at) => rest < 128 ** (at + 1))];
    },
    'mqtt.conack.val': ({ type, reasonCode }) => (type === 'connack' ? [reasonCode] : []),
    'mqtt.connack.reason_code': ({ type, reasonCode }) => (type === 'connack' ? [reasonCode] : []),
    'mqtt.suback.qos': ({ type, reasonCodes }) => (type === 'suback' && Array.isArray(reasonCodes) ? reasonCodes : []),
    'mqtt.suback.reason_code': ({ type, reasonCodes }) =>
      type === 'suback' && Array.isArray(reasonCodes) ? reasonCodes : [],
  };
  return Object.fromEntries(
    fields.map((field) => [field, packets.flatMap((one) => each[field]?.(one) ?? []).map(String)]),
  );
}

/** Records the loopback interface while `traffic` runs. */
async function recorded(file: string, port: number, traffic: () => Promise<void>): Promise<void> {
  const child = spawn(tshark, ['-i', 'lo', '-f', `tcp port ${port}`, '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  await expect.poll(() => log, { timeout: 15_000 }).toContain('Capturing on');
  // It says so a moment before it does.
  await pause(1_000);
  try {
    await traffic();
    await pause(1_000);
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  }
}

const PAHO = `
import sys, paho.mqtt.client as mqtt
port, version = int(sys.argv[1]), int(sys.argv[2])
client = mqtt.Client('paho', protocol=version) if version == 5 else mqtt.Client('paho', clean_session=True, protocol=version)
client.on_connect = lambda *a: client.subscribe([('lamp/large', 1), ('x/+', 0)])
def subscribed(*a):
    client.publish('lamp/paho', bytes(range(256)), qos=1)
    client.publish('lamp/large', b'x' * 90000, qos=2)
client.on_subscribe = subscribed
def message(c, u, m):
    client.disconnect()
client.on_message = message
client.connect('127.0.0.1', port)
client.loop_forever()

`;

describe.each([
  { version: 4, name: 'mqttv311' },
  { version: 5, name: 'mqttv5' },
] as const)('$name', ({ version, name }) => {
  it('reads as the dissector does', { timeout: 30_000 }, async () => {
    await using broker = await startMosquitto();
    const { port } = broker;
    const recording = join(folder, `${name}.pcapng`);
    const written = join(folder, `${name}-own.pcapng`);
    const script = join(folder, 'traffic.py');
    writeFileSync(script, PAHO);
    let captured: Json[] = [];
    await recorded(recording, port, async () => {
      const argv = [
        'capture',
        '--url',
        `mqtt://127.0.0.1:${port}`,
        '-t',
        'lamp/#',
        'x/y',
        '-q',
        '2',
        '--count',
        '5',
        '--seconds',
        '12',
      ];
      const capture = start([...argv, '--json', '--mqtt-version', String(version), '--out', written]);
      await expect.poll(capture.out, { timeout: 10_000 }).toContain('suback');
      for (const qos of ['0', '1', '2']) {
        const message = ['-q', qos, '-t', 'lamp/kitchen', '-m', `on at ${qos}`];
        // oxlint-disable-next-line no-await-in-loop
        await exec('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-V', name, ...message]);
      }
      await exec(findPython() ?? 'python3', [script, String(port), String(version)]);
      const { code, out } = await capture.ended;
      expect(code).toBe(0);
      captured = objects(out);
    });
    const fields = [...FIELDS, ...CODES[version]];

    const decoded = await run(['decode', recording, '--json']);
    expect(decoded.code).toBe(0);
    const packets = objects(decoded.out);
    expect(packets.filter(({ malformed }) => malformed !== undefined)).toEqual([]);
    expect(new Set(packets.map(({ connection }) => connection)).size).toBe(5);
    expect(new Set(packets.map(({ type }) => type)).size).toBeGreaterThanOrEqual(10);
    expect(ours(packets, fields)).toEqual(await dissected(recording, port, fields));

    expect(ours(captured, fields)).toEqual(await dissected(written, port, fields));
    const again = objects((await run(['decode', written, '--json'])).out);
    expect(again).toEqual(captured);

    const isOwn = ({ clientId }: Json): boolean => String(clientId).startsWith('mqtt-inspector-');
    const own = packets.find(isOwn)?.['connection'];
    const bare = ({ seq: _seq, time: _time, connection: _connection, ...rest }: Json): Json => rest;
    const sides = (all: readonly Json[]) =>
      ['client-to-server', 'server-to-client'].map((side) => all.filter((one) => one['direction'] === side).map(bare));
    expect(sides(packets.filter(({ connection }) => connection === own))).toEqual(sides(captured));
  });
});
