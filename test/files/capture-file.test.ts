/** Capture files: what is written is read again, by Wireshark too; streams out of order, with gaps, damaged and cut. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { CaptureFile } from '../../main/engine/files/capture-file.ts';
import { addressBytes, addressText, endpointOf } from '../../main/engine/files/ip-address.ts';
import { ipSegment } from '../../main/engine/files/ip-segments.ts';
import { LINKTYPE } from '../../main/engine/files/link-types.ts';
import { PacketFileWriter } from '../../main/engine/files/packet-file-writer.ts';
import {
  decryptionSecretsBlock,
  enhancedPacketBlock,
  interfaceDescriptionBlock,
  sectionHeaderBlock,
} from '../../main/engine/files/pcapng-blocks.ts';
import type { Packet } from '../../shared/mqtt/packet.ts';
import { findProgram } from '../support/tools.ts';

const client = { address: '10.0.0.1', port: 40_000 };
const server = { address: '10.0.0.2', port: 18_830 };
const CONNECT = encodePacket(
  { type: 'connect', protocolName: 'MQTT', protocolVersion: 4, cleanStart: true, keepAlive: 60, clientId: 'c' },
  4,
);
const publish = (topic: string, size: number): Uint8Array => {
  const packet: Packet = {
    type: 'publish',
    dup: false,
    qos: 0,
    retain: false,
    topic,
    payload: new Uint8Array(size).fill(65),
  };
  return encodePacket(packet, 4);
};

/** What a file says, as text: connections, and bytes by direction as they came. */
function read(bytes: Uint8Array, step = bytes.length) {
  const streams: Buffer[] = [];
  const times: number[] = [];
  let connections = 0;
  const file = new CaptureFile({
    open: () => (connections += 1) - 1,
    data: (connection, direction, data, timeUs) => {
      const at = connection * 2 + (direction === 'client-to-server' ? 0 : 1);
      streams[at] = Buffer.concat([streams[at] ?? Buffer.alloc(0), data]);
      times.push(timeUs);
    },
    close: () => undefined,
  });
  for (let at = 0; at < bytes.length && file.push(bytes.subarray(at, at + step)); at += step);
  file.end();
  return { streams, times, connections, fault: file.fault, findings: file.findings };
}

/** A file of raw IP packets of one connection. */
function rawIp(packets: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([
    sectionHeaderBlock('test'),
    interfaceDescriptionBlock(LINKTYPE.raw, 'test'),
    ...packets.map((packet, index) => enhancedPacketBlock(0, 1_000_000 + index, false, [packet])),
  ]);
}

const up = (sequence: number, bytes: Uint8Array, ack = 1): Uint8Array =>
  ipSegment(client, server, sequence, ack, bytes);

describe('TLS keys', () => {
  const editcap = findProgram(['editcap']);
  it.skipIf(editcap === undefined)('are a block as editcap writes it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    try {
      const key = `CLIENT_RANDOM ${'0a'.repeat(32)} ${'1b'.repeat(48)}`;
      const at = (name: string): string => join(folder, name);
      writeFileSync(at('keys'), `${key}\n`);
      writeFileSync(at('in.pcapng'), new PacketFileWriter().header('test'));
      execFileSync(editcap ?? '', ['--inject-secrets', `tls,${at('keys')}`, at('in.pcapng'), at('out.pcapng')]);
      const block = Buffer.from(decryptionSecretsBlock([key]));
      expect(readFileSync(at('out.pcapng')).includes(block)).toBe(true);
      const written = new PacketFileWriter().header('test', [{ name: 'mqtt' }], [], [key]);
      expect(Buffer.from(written).includes(block)).toBe(true);
      expect(read(written).fault).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what is written', () => {
  const parties = { client, server };
  const packets = [CONNECT, publish('small', 10), publish('large', 700_000), publish('after', 3)];
  const writer = new PacketFileWriter();
  const file = Buffer.concat([
    writer.header('test 1'),
    ...packets.map((packet, index) =>
      writer.packet(parties, 'client-to-server', 1_700_000_000_123_456 + index, packet),
    ),
    writer.packet(parties, 'server-to-client', 1_700_000_000_123_460, Uint8Array.of(0x20, 2, 0, 0)),
  ]);

  it.each([file.length, 1_000, 7])('is read again, in pieces of %i bytes', (step) => {
    const { streams, times, connections, fault } = read(file, step);
    expect(fault).toBeUndefined();
    expect(connections).toBe(1);
    expect(streams[0]?.equals(Buffer.concat(packets))).toBe(true);
    expect(streams[1]).toEqual(Buffer.of(0x20, 2, 0, 0));
    expect([times[0], times.at(-1)]).toEqual([1_700_000_000_123_456, 1_700_000_000_123_460]);
  });

  it('is read by tshark, large packets too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'capture-file-'));
    try {
      const path = join(folder, 'own.pcapng');
      writeFileSync(path, file);
      const fields = ['mqtt.msgtype', 'mqtt.topic', 'mqtt.len', 'ip.src', 'frame.time_epoch'];
      const columns = fields.flatMap((field) => ['-e', field]);
      const argv = [
        '-r',
        path,
        '-d',
        `tcp.port==${server.port},mqtt`,
        '-Y',
        'mqtt.msgtype',
        '-T',
        'fields',
        ...columns,
      ];
      const out = execFileSync(findProgram(['tshark']) ?? 'tshark', argv, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const rows = out
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
      expect(rows.map((row) => row.slice(0, 3))).toEqual([
        ['1', '', String(CONNECT.length - 2)],
        ['3', 'small', '17'],
        ['3', 'large', '700007'],
        ['3', 'after', '10'],
        ['2', '', '2'],
      ]);
      expect(rows[0]?.at(-1)).toBe('1700000000.123456000');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('cut anywhere, says where, and gives what came before', () => {
    for (let length = 0; length < 1_200; length += 1) {
      const { fault, streams } = read(file.subarray(0, length));
      if (length < 4) continue;
      if (fault !== undefined) expect(fault.offset).toBeLessThan(length);
      expect(
        Buffer.concat(packets)
          .subarray(0, streams[0]?.length ?? 0)
          .equals(streams[0] ?? Buffer.alloc(0)),
      ).toBe(true);
    }
  });

  it('damaged, names the block', () => {
    const broken = Buffer.from(file);
    const at = writer.header('test 1').length;
    broken.writeUInt32LE(13, at + 4);
    expect(read(broken).fault).toEqual({
      offset: at,
      part: 'enhanced-packet',
      blockType: 6,
      reason: 'impossible-length',
      length: 13,
    });
  });
});

describe('TCP', () => {
  const stream = Buffer.concat([CONNECT, publish('a', 50), publish('b', 60)]);
  const cut = [0, 5, CONNECT.length + 3, CONNECT.length + 30, stream.length];
  const parts = cut.slice(0, -1).map((from, index) => ({ from, bytes: stream.subarray(from, cut[index + 1]) }));
  const start = 0xffff_fff0;
  const segments = parts.map(({ from, bytes }) => up((start + from) >>> 0, bytes));
  const pick = (...order: number[]): Uint8Array => rawIp(order.map((index) => segments[index] ?? new Uint8Array(0)));

  it.each([
    ['in order, over the end of the sequence numbers', [0, 1, 2, 3]],
    ['sent again', [0, 0, 1, 1, 0, 2, 3, 2]],
    ['out of order', [0, 3, 1, 2]],
    ['out of order and sent again', [0, 3, 2, 3, 1, 0]],
  ])('%s', (_name, order) => {
    const { streams, findings } = read(pick(...order));
    expect(streams[0]?.equals(stream)).toBe(true);
    expect(findings.gaps).toBe(0);
  });

  it('with a gap, goes on where a packet begins, as another connection', () => {
    const late = publish('later', 5);
    const packets = [...segments.slice(0, 1), ...segments.slice(2), up((start + stream.length) >>> 0, late)];
    const { streams, connections, findings } = read(rawIp(packets));
    expect(findings).toMatchObject({ gaps: 1, gapBytes: parts[1]?.bytes.length });
    expect(connections).toBe(2);
    expect(streams[0]?.equals(CONNECT.subarray(0, 5))).toBe(true);
    expect(streams[2]?.subarray(-late.length).equals(late)).toBe(true);
  });

  it('reset by one side, still has what the other had sent before it knew', () => {
    const reset = Buffer.from(up(stream.length, new Uint8Array(0)));
    const flags = 20 + 13;
    reset[flags] = (reset[flags] ?? 0) | 0x04;
    const answer = Uint8Array.of(0x20, 2, 0, 0);
    const down = ipSegment(server, client, 1, 1, answer);
    const { streams, connections } = read(rawIp([up(0, stream), reset, down]));
    expect(connections).toBe(1);
    expect(streams[1]?.equals(answer)).toBe(true);
  });

  it('of other protocols is counted', () => {
    const { findings, connections } = read(rawIp([up(1, Buffer.from('GET / HTTP/1.1\r\n'))]));
    expect({ connections, other: findings.otherConnections }).toEqual({ connections: 0, other: 1 });
  });
});

it.each([
  ['1.2.3.4', '1.2.3.4'],
  ['::', '::'],
  ['::1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
])('address %s', (text, canonical) => {
  expect(addressText(addressBytes(text) ?? new Uint8Array(0))).toBe(canonical);
});

it('no address', () => {
  for (const text of ['', '1.2.3', '1.2.3.256', ':::', '1::2::3', '12345::', 'host'])
    expect(addressBytes(text)).toBeUndefined();
  expect(endpointOf('[::1]:1883')).toEqual({ address: '::1', port: 1883 });
});
