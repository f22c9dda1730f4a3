/** The same traffic by `capture`, by `decode` of what tshark recorded, and by Wireshark's dissector: types, identifiers, topics, payloads, reason codes. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { findPython } from '../support/tools.ts';
import { CODES, dissected, FIELDS, type Json, ours, recorded } from './dissection.ts';
import { objects, run, start } from './terminal.ts';

const exec = promisify(execFile);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-agreement-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    expect(new Set(packets.map(({ connection }) => connection))).toEqual(new Set([1, 2, 3, 4, 5]));
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
