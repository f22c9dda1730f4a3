/** One IP packet behind every link layer that is known, in pcap files of both byte orders and resolutions. */

import { describe, expect, it } from 'vitest';
import { CaptureFile } from '../../main/engine/files/capture-file.ts';
import { ipSegment } from '../../main/engine/files/ip-segments.ts';

const CONNECT = Buffer.from('100d00044d5154540402003c000163', 'hex');
const v4 = ipSegment({ address: '10.0.0.1', port: 40_000 }, { address: '10.0.0.2', port: 99 }, 1, 1, CONNECT);
const v6 = ipSegment({ address: '::1', port: 40_000 }, { address: '::1', port: 99 }, 1, 1, CONNECT);

const LAYERS: readonly (readonly [name: string, linkType: number, before: string, packet: Uint8Array])[] = [
  ['Ethernet', 1, `${'00'.repeat(12)}0800`, v4],
  ['Ethernet, IPv6', 1, `${'00'.repeat(12)}86dd`, v6],
  ['Ethernet with two VLAN tags', 1, `${'00'.repeat(12)}88a800018100000286dd`, v6],
  ['BSD loopback, little-endian', 0, '02000000', v4],
  ['BSD loopback, big-endian, IPv6', 0, '0000001e', v6],
  ['OpenBSD loopback', 108, '00000002', v4],
  ['Linux cooked', 113, `${'00'.repeat(14)}0800`, v4],
  ['Linux cooked 2', 276, `86dd${'00'.repeat(18)}`, v6],
  ['raw IP', 101, '', v4],
  ['raw IPv6', 229, '', v6],
];

function pcap(linkType: number, frame: Buffer, little: boolean, nanoseconds: boolean): Buffer {
  const bytes = Buffer.alloc(40);
  const write = (value: number, at: number): number =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  write(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0);
  write(262_144, 16);
  write(linkType, 20);
  write(7, 24);
  write(nanoseconds ? 250_999 : 250, 28);
  write(frame.length, 32);
  write(frame.length, 36);
  return Buffer.concat([bytes, frame]);
}

function read(bytes: Uint8Array) {
  const data: unknown[] = [];
  const file = new CaptureFile({
    open: () => 0,
    data: (_connection, direction, part, timeUs) => data.push([direction, Buffer.from(part).toString('hex'), timeUs]),
    close: () => undefined,
  });
  file.push(bytes);
  file.end();
  return { data, fault: file.fault, findings: file.findings };
}

describe.each(LAYERS)('%s', (_name, linkType, before, packet) => {
  it.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])('little-endian %s, nanoseconds %s', (little, nanoseconds) => {
    const frame = Buffer.concat([Buffer.from(before, 'hex'), packet]);
    const { data, fault } = read(pcap(linkType, frame, little, nanoseconds));
    expect(fault).toBeUndefined();
    expect(data).toEqual([['client-to-server', CONNECT.toString('hex'), 7_000_250]]);
  });
});

it.each([0x2400_0000, 0xf400_0000, 0x0400_0000])(
  'knows a link type below the note about frame check sequences %i',
  (note) => {
    const frame = Buffer.concat([Buffer.from(`${'00'.repeat(12)}0800`, 'hex'), v4, Buffer.from('deadbeef', 'hex')]);
    const { data, findings } = read(pcap(note + 1, frame, true, false));
    expect([...findings.unknownLinks]).toEqual([]);
    expect(data).toEqual([['client-to-server', CONNECT.toString('hex'), 7_000_250]]);
  },
);

it('counts frames of other link layers, and passes over fragments', () => {
  const { findings } = read(pcap(105, Buffer.alloc(30), true, false));
  expect([...findings.unknownLinks]).toEqual([[105, 1]]);
  const fragment = Buffer.from(v4);
  fragment.writeUInt16BE(0x2000, 6);
  expect(read(pcap(101, fragment, true, false)).findings.fragments).toBe(1);
});

it('cut, names the record and where it begins', () => {
  const file = pcap(101, Buffer.from(v4), true, false);
  const { fault, data } = read(Buffer.concat([file, file.subarray(24, 60)]));
  expect(data).toHaveLength(1);
  expect(fault).toEqual({ offset: file.length, part: 'pcap-record', reason: 'cut', bytes: 36 });
});
