/** Peers that do what no broker should: whatever a test has them answer to a CONNECT. */

import { createServer, type Socket } from 'node:net';
import { listen } from './ports.ts';

/** CONNACK of 3.1.1: accepted, no session present. */
export const CONNACK_4 = Buffer.from([0x20, 2, 0, 0]);

/** A peer that does as it likes once the CONNECT came. */
export function peer(answer: (socket: Socket, connection: number) => void) {
  let connections = 0;
  return listen(
    createServer((socket) => {
      const connection = connections;
      connections += 1;
      socket.once('data', () => answer(socket, connection));
    }),
  );
}

export function publishHead(topic: string, payloadLength: number): Buffer {
  const name = Buffer.from(topic);
  let remaining = 2 + name.length + payloadLength;
  const length: number[] = [];
  do {
    length.push((remaining & 0x7f) | (remaining > 0x7f ? 0x80 : 0));
    remaining >>>= 7;
  } while (remaining > 0);
  return Buffer.concat([Buffer.from([0x30, ...length, name.length >> 8, name.length & 0xff]), name]);
}
