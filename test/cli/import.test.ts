/** The same traffic, recorded on two link layers and rewritten by Wireshark's programs: every file gives the same packets. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { findProgram } from '../support/tools.ts';
import { type Json, recorded } from './dissection.ts';
import { objects, run } from './terminal.ts';

const exec = promisify(execFile);
const MUCH = { maxBuffer: 256 * 1024 * 1024 };
const tools = Object.fromEntries(
  ['tshark', 'editcap', 'mergecap', 'text2pcap'].map((name) => [name, findProgram([name]) ?? name]),
);
const tool = (name: 'tshark' | 'editcap' | 'mergecap' | 'text2pcap', ...argv: string[]) =>
  exec(tools[name] ?? name, argv, MUCH);

let folder = '';
const at = (name: string): string => join(folder, name);

/** Clients over TCP and over a WebSocket: every QoS, a message of many segments, subscriptions, and an end. */
async function traffic(port: number, wsPort: number): Promise<void> {
  for (const [url, version] of [
    [`mqtt://127.0.0.1:${port}`, 5],
    [`ws://127.0.0.1:${wsPort}`, 4],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop
    const client = await connectAsync(url, {
      clientId: `import-${version}`,
      protocolVersion: version,
      reconnectPeriod: 0,
    });
    const received = new Promise<void>((resolve) => {
      let count = 0;
      client.on('message', () => {
        count += 1;
        if (count === 4) resolve();
      });
    });
    // oxlint-disable-next-line no-await-in-loop
    await client.subscribeAsync('lamp/#', { qos: 2 });
    for (const qos of [0, 1, 2] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await client.publishAsync('lamp/kitchen', `on at ${qos}`, { qos });
    }
    // oxlint-disable-next-line no-await-in-loop
    await client.publishAsync('lamp/large', Buffer.alloc(150_000, 'abc'), { qos: 1 });
    // oxlint-disable-next-line no-await-in-loop
    await received;
    // oxlint-disable-next-line no-await-in-loop
    await client.endAsync();
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-import-'));
  await using broker = await startMosquitto({ listeners: [{ protocol: 'mqtt' }, { protocol: 'ws' }] });
  const [port = 0, wsPort = 0] = broker.ports;
  const ethernet = at('ethernet.pcapng');
  const ports = [port, wsPort];
  const cooked = at('cooked.pcapng');
  await recorded(ethernet, ports, () => recorded(cooked, ports, () => traffic(port, wsPort), 'any'));
  await tool('mergecap', '-w', at('both.pcapng'), ethernet, cooked);
  await tool('editcap', '-F', 'pcap', ethernet, at('microseconds.pcap'));
  await tool('editcap', '-F', 'nsecpcap', ethernet, at('nanoseconds.pcap'));
  await tool('mergecap', '-w', at('twice.pcapng'), ethernet, ethernet);
  const { stdout } = await tool('tshark', '-r', ethernet, '--disable-protocol', 'ip', '-x');
  writeFileSync(at('hex.txt'), stdout);
  await tool('text2pcap', at('hex.txt'), at('text.pcapng'));
  await tool('editcap', '-s', '400', ethernet, at('short.pcapng'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packets without what differs from file to file. */
async function packetsOf(name: string) {
  const { code, out, err } = await run(['decode', at(name), '--json']);
  const packets = objects(out).map(({ seq: _seq, time: _time, ...rest }: Json): Json => rest);
  return { code, err, packets };
}

describe('a capture of others', () => {
  it('has each packet of each client once', async () => {
    const { code, packets } = await packetsOf('ethernet.pcapng');
    expect(code).toBe(0);
    expect(packets.filter(({ malformed }) => malformed !== undefined)).toEqual([]);
    for (const connection of [1, 2]) {
      const own = packets.filter((packet) => packet['connection'] === connection);
      const count = (type: string) => own.filter((packet) => packet['type'] === type).length;
      expect(
        ['connect', 'connack', 'subscribe', 'suback', 'publish', 'puback', 'pubcomp', 'disconnect'].map(count),
      ).toEqual([1, 1, 1, 1, 8, 4, 2, 1]);
    }
  });

  it.each(['cooked.pcapng', 'both.pcapng', 'microseconds.pcap', 'nanoseconds.pcap', 'twice.pcapng', 'text.pcapng'])(
    '%s gives the same packets',
    async (name) => {
      const { packets: expected } = await packetsOf('ethernet.pcapng');
      const { code, err, packets } = await packetsOf(name);
      expect([code, err.includes('gap')]).toEqual([0, false]);
      const sorted = (all: readonly Json[]): readonly string[] => all.map((one) => JSON.stringify(one)).toSorted();
      expect(sorted(packets)).toEqual(sorted(expected));
    },
  );

  it('that was cut to 400 bytes a frame says what is missing, and gives what is there', async () => {
    const { err, packets } = await packetsOf('short.pcapng');
    expect(err).toMatch(/gaps? in TCP streams: \d+ bytes? not in the file/);
    expect(packets.filter(({ type }) => type === 'connect').length).toBe(2);
  });
});
