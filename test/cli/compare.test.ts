/** `compare` of two files: what it writes, and the exit code. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PacketFileWriter } from '../../main/engine/files/packet-file-writer.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import type { Packet, PublishPacket } from '../../shared/mqtt/packet.ts';
import { objects, run } from './terminal.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-compare-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONNECT: Packet = {
  type: 'connect',
  protocolName: 'MQTT',
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  clientId: 'device',
};

function publish(topic: string, payload: string, more: Partial<PublishPacket> = {}): Packet {
  return {
    type: 'publish',
    dup: false,
    qos: 0,
    retain: false,
    topic,
    payload: new TextEncoder().encode(payload),
    ...more,
  };
}

function file(name: string, packets: readonly (readonly [atMs: number, packet: Packet])[]): string {
  const writer = new PacketFileWriter();
  const parties = { client: { address: '10.0.0.1', port: 50_000 }, server: { address: '10.0.0.2', port: 1883 } };
  const pieces = [
    writer.header('test'),
    ...packets.map(([atMs, packet]) =>
      writer.packet(parties, 'client-to-server', 1_700_000_000_000_000 + atMs * 1000, encodePacket(packet, 5)),
    ),
  ];
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

const compare = (...argv: string[]) => run(['compare', ...argv]);

describe('compare', () => {
  it('says nothing and ends with 0 where nothing differs', async () => {
    const packets = [
      [0, CONNECT],
      [10, publish('a', '1')],
    ] as const;
    const { code, out, err } = await compare(file('a.pcapng', packets), file('b.pcapng', packets));
    expect(out).toBe('');
    expect(err).toBe('2 the same, 0 changed, 0 only in A, 0 only in B, 0 in another place, 0 at another time\n');
    expect(code).toBe(0);
  });

  it('writes what differs, and ends with 1', async () => {
    const a = file('a.pcapng', [
      [0, CONNECT],
      [10, publish('a', '1')],
      [20, publish('b', 'x', { retain: true })],
      [30, publish('c', 'only')],
    ]);
    const b = file('b.pcapng', [
      [0, CONNECT],
      [10, publish('a', '2')],
      [900, publish('b', 'x')],
      [910, publish('d', 'more')],
    ]);
    const { code, out, err } = await compare(a, b, '--tolerance', '100');
    expect(out.split('\n').map((line) => line.replace(/\d\d:\d\d:\d\d\.\d+ +/, ''))).toEqual([
      expect.stringMatching(/^< → +7 +PUBLISH a .*1$/),
      expect.stringMatching(/^> → +7 +PUBLISH a .*2$/),
      '    payload',
      expect.stringMatching(/^< → .*PUBLISH b/),
      expect.stringMatching(/^> → .*PUBLISH b/),
      '    retain true → false; 880.0 ms later',
      expect.stringMatching(/^- → .*PUBLISH c/),
      expect.stringMatching(/^\+ → .*PUBLISH d/),
      '',
    ]);
    expect(err).toMatch(/^1 the same, 2 changed, 1 only in A, 1 only in B/);
    expect(code).toBe(1);
    const json = await compare(a, b, '--json', '--filter', 'topic:b or topic:c');
    expect(objects(json.out)).toEqual([
      { a: 2, b: 2, differences: ['fields'], laterMs: 0, fields: [{ name: 'retain', a: 'true', b: 'false' }] },
      { a: 3, b: null, differences: ['onlyA'] },
    ]);
  });

  it('ends with 2 where it cannot compare', async () => {
    const a = file('a.pcapng', [[0, CONNECT]]);
    expect(await compare(a)).toMatchObject({ code: 2 });
    const gone = await compare(a, join(folder, 'none'));
    expect(gone).toMatchObject({ code: 2 });
    expect(gone.err).toMatch(/ENOENT/);
    expect(await compare(a, a, '--tolerance', 'x')).toMatchObject({ code: 2 });
  });
});
