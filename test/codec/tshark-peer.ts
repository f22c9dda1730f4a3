/** Lets Wireshark's dissector, which nobody here wrote, read MQTT streams: wraps them into a capture file of plain TCP and asks for fields. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Direction } from '../../shared/mqtt/packet.ts';

/** One TCP segment; the dissector loses step where it ends inside a Remaining Length, so give it whole packets. */
export interface Segment {
  /** Which of the file's connections, from 0. Each needs its CONNECT first: the dissector learns the version from it. */
  readonly connection: number;
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

const SERVER_PORT = 1883;
const RAW_IP = 101;
const IP_HEADER = 20;
const TCP_HEADER = 20;

/** A libpcap file of IPv4 packets, one per segment. */
function captureFile(segments: readonly Segment[]): Buffer {
  const sequence = new Map<string, number>();
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262_144, 16);
  head.writeUInt32LE(RAW_IP, 20);
  const records = segments.map(({ connection, direction, bytes }, index) => {
    const key = (way: string): string => `${connection} ${way}`;
    const other = direction === 'client-to-server' ? 'server-to-client' : 'client-to-server';
    const seq = sequence.get(key(direction)) ?? 1_000;
    sequence.set(key(direction), seq + bytes.length);
    const clientPort = 40_000 + connection;
    const upward = direction === 'client-to-server';
    const length = IP_HEADER + TCP_HEADER + bytes.length;
    const record = Buffer.alloc(16 + length);
    record.writeUInt32LE(1, 0);
    record.writeUInt32LE(index, 4);
    record.writeUInt32LE(length, 8);
    record.writeUInt32LE(length, 12);
    const ip = record.subarray(16);
    ip[0] = 0x45;
    ip.writeUInt16BE(length, 2);
    ip[8] = 64;
    ip[9] = 6;
    ip.set(upward ? [10, 0, 0, 1] : [10, 0, 0, 2], 12);
    ip.set(upward ? [10, 0, 0, 2] : [10, 0, 0, 1], 16);
    const tcp = ip.subarray(IP_HEADER);
    tcp.writeUInt16BE(upward ? clientPort : SERVER_PORT, 0);
    tcp.writeUInt16BE(upward ? SERVER_PORT : clientPort, 2);
    tcp.writeUInt32BE(seq, 4);
    tcp.writeUInt32BE(sequence.get(key(other)) ?? 1_000, 8);
    tcp[12] = 0x50;
    tcp[13] = 0x18;
    tcp.writeUInt16BE(65_535, 14);
    tcp.set(bytes, TCP_HEADER);
    return record;
  });
  return Buffer.concat([head, ...records]);
}

/**
 * What tshark reads in each segment: the values of `fields`, a list each, empty where the packet has none.
 * Throws where tshark is missing or fails.
 */
export function tsharkFields(tshark: string, segments: readonly Segment[], fields: readonly string[]): string[][][] {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-tshark-'));
  try {
    const file = join(folder, 'stream.pcap');
    writeFileSync(file, captureFile(segments));
    const options = ['-o', 'tcp.desegment_tcp_streams:TRUE', '-d', `tcp.port==${SERVER_PORT},mqtt`];
    const columns = fields.flatMap((field) => ['-e', field]);
    const output = execFileSync(
      tshark,
      ['-r', file, ...options, '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=|', ...columns],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const lines = output.split('\n').slice(0, segments.length);
    return lines.map((line) => line.split('\t').map((value) => (value === '' ? [] : value.split('|'))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
