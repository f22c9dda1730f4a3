/** MQTT over WebSockets in capture files: handshake, masks, frames in pieces, control frames between them, gaps, and what is none. */

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { CaptureFile } from '../../main/engine/files/capture-file.ts';
import { ipSegment } from '../../main/engine/files/ip-segments.ts';
import { LINKTYPE } from '../../main/engine/files/link-types.ts';
import {
  enhancedPacketBlock,
  interfaceDescriptionBlock,
  sectionHeaderBlock,
} from '../../main/engine/files/pcapng-blocks.ts';

const client = { address: '10.0.0.1', port: 40_000 };
const server = { address: '10.0.0.2', port: 8080 };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const REQUEST = text('GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n');
const ANSWER = text('HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n\r\n');
const CONNECT = encodePacket(
  { type: 'connect', protocolName: 'MQTT', protocolVersion: 4, cleanStart: true, keepAlive: 60, clientId: 'c' },
  4,
);
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const PING = Uint8Array.of(0xc0, 0);
const MASK = Uint8Array.of(0x12, 0x34, 0x56, 0x78);

/** One frame, final unless `opcode` says otherwise. */
function frame(bytes: Uint8Array, masked: boolean, first = 0x82): Uint8Array {
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 0xff];
  const head = [first, (length[0] ?? 0) | (masked ? 0x80 : 0), ...length.slice(1), ...(masked ? MASK : [])];
  return Uint8Array.from(
    [...head, ...bytes].map((byte, at) =>
      masked && at >= head.length ? byte ^ (MASK[(at - head.length) & 3] ?? 0) : byte,
    ),
  );
}

type Sent = readonly [side: 'up' | 'down', bytes: Uint8Array, missing?: 'missing'];

/** The MQTT bytes of each direction that a file of these segments gives. */
function read(sent: readonly Sent[]) {
  const next = { up: 1, down: 1 };
  const blocks = sent.flatMap(([side, bytes, missing], index) => {
    const [from, to] = side === 'up' ? [client, server] : [server, client];
    const packet = ipSegment(from, to, next[side], 1, bytes);
    next[side] += bytes.length;
    return missing === undefined ? [enhancedPacketBlock(0, 1_000_000 + index, false, [packet])] : [];
  });
  const streams = { up: [] as number[], down: [] as number[] };
  const file = new CaptureFile({
    open: () => 0,
    data: (_connection, direction, bytes) => streams[direction === 'client-to-server' ? 'up' : 'down'].push(...bytes),
    close: () => undefined,
  });
  file.push(Buffer.concat([sectionHeaderBlock('test'), interfaceDescriptionBlock(LINKTYPE.raw, 'test'), ...blocks]));
  file.end();
  return { ...streams, findings: file.findings, fault: file.fault };
}

const pieces = (side: Sent[0], bytes: Uint8Array, size: number): Sent[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => [side, bytes.slice(at * size, (at + 1) * size)]);

describe('a WebSocket in a file', () => {
  const whole: readonly Sent[] = [
    ['up', REQUEST],
    ['down', ANSWER],
    ['up', frame(CONNECT, true)],
    ['down', frame(CONNACK, false)],
  ];

  it('gives what its messages carry', () => {
    const { up, down, findings } = read(whole);
    expect([up, down]).toEqual([[...CONNECT], [...CONNACK]]);
    expect(findings.otherConnections).toBe(0);
  });

  it.each([1, 2, 3, 7, 50])('in segments of %i bytes, and messages that do not end with packets', (size) => {
    const up = [
      REQUEST,
      frame(CONNECT.slice(0, 5), true, 0x02),
      frame(text('hello'), true, 0x89),
      frame(CONNECT.slice(5), true, 0x80),
    ];
    const found = read([
      ...pieces('up', Buffer.concat(up), size),
      ...pieces('down', Buffer.concat([ANSWER, frame(CONNACK, false)]), size),
    ]);
    expect([found.up, found.down]).toEqual([[...CONNECT], [...CONNACK]]);
  });

  it('with a long message', () => {
    const payload = Uint8Array.from([0x30, 0xc0, 0x02, 0, 1, 0x61, ...new Uint8Array(317).fill(66)]);
    expect(read([...whole, ['down', frame(payload, false)]]).down).toEqual([...CONNACK, ...payload]);
  });

  it('with bytes missing, goes on with the next frame', () => {
    const { up, findings } = read([
      ...whole,
      ['up', frame(PING, true)],
      ['up', frame(new Uint8Array(90).fill(1), true), 'missing'],
      ['up', frame(PING, true)],
    ]);
    expect(up).toEqual([...CONNECT, ...PING, ...PING]);
    expect(findings.gaps).toBe(1);
  });

  it('of something else, or compressed, is told as such', () => {
    const chat = read([
      ['up', REQUEST],
      ['down', ANSWER],
      ['up', frame(text('good morning'), true)],
    ]);
    expect([chat.up, chat.findings.otherConnections]).toEqual([[], 1]);
    const compressed = read([
      ['up', REQUEST],
      ['down', ANSWER],
      ['up', frame(CONNECT, true, 0xc2)],
    ]);
    expect([compressed.up, compressed.findings.otherConnections]).toEqual([[], 1]);
    const plain = read([['up', text('GET / HTTP/1.1\r\nHost: x\r\n\r\n')]]);
    expect([plain.up, plain.findings.otherConnections]).toEqual([[], 1]);
  });
});
