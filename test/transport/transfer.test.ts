/** Large transfers, byte-exact both ways on every protocol. */

import { randomFillSync } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { testCertificates } from '../support/certificates.ts';
import { startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { listen } from '../support/ports.ts';
import { startHttpProxy } from '../support/proxies.ts';
import { CONNECT, drive, type Driven } from './drive.ts';

const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
const SIZE = 24 << 20;

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto({
    listeners: PROTOCOLS.map((protocol) => ({ protocol })),
    settings: ['max_queued_bytes 0', 'max_queued_messages 0', 'message_size_limit 0'],
  });
});
afterAll(() => broker.stop());

/** A QoS 0 PUBLISH to topic `t` of exactly `length` bytes in all. */
function publish(length: number): Buffer {
  const packet = randomFillSync(Buffer.alloc(length));
  const remaining = length - 5;
  packet.set([
    0x30,
    (remaining & 0x7f) | 0x80,
    ((remaining >> 7) & 0x7f) | 0x80,
    ((remaining >> 14) & 0x7f) | 0x80,
    remaining >> 21,
    0,
    1,
    0x74,
  ]);
  return packet;
}

const SUBSCRIBE = Uint8Array.from([0x82, 6, 0, 1, 0, 1, 0x74, 0]);

/** Writes in pieces of awkward sizes, so that packets and writes never line up. */
async function send(driven: Driven, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const size = 1 + ((from * 7919) % 300_000);
    if (!driven.transport.write(Uint8Array.from(bytes.subarray(from, from + size)))) await driven.drained();
    from += size;
  }
}

async function connected(options: Parameters<typeof drive>[0]): Promise<Driven> {
  const driven = drive(options);
  await driven.opened;
  driven.transport.write(CONNECT);
  await driven.receivedAtLeast(4);
  return driven;
}

async function finish(driven: Driven): Promise<void> {
  driven.transport.end();
  expect(await driven.closed).toBeUndefined();
}

function brokerAt(protocol: (typeof PROTOCOLS)[number], ca: string): Parameters<typeof drive>[0] {
  return {
    protocol,
    host: 'localhost',
    port: broker.ports[PROTOCOLS.indexOf(protocol)] ?? 0,
    tls: { ca, verify: true },
  };
}

it.each(['mqtt', 'mqtts', 'mqtts by proxy'] as const)('%s: published to a broker and received back', async (how) => {
  const { authority } = await testCertificates();
  await using proxy = await startHttpProxy();
  const driven = await connected({
    ...brokerAt(how === 'mqtt' ? 'mqtt' : 'mqtts', authority.cert),
    ...(how === 'mqtts by proxy' ? { proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port } } : {}),
  });
  driven.transport.write(SUBSCRIBE);
  await driven.receivedAtLeast(9);
  const packet = publish(SIZE);
  await send(driven, packet);
  await driven.receivedAtLeast(9 + SIZE);
  expect(driven.received().subarray(9).equals(packet)).toBe(true);
  await finish(driven);
});

it.each(['ws', 'wss'] as const)('%s: published to a broker, received by a TCP subscriber', async (protocol) => {
  // The other way is tried below: mosquitto 2.0.11 sends to WebSockets at 4 KiB every 100 ms, whoever the client is.
  const { authority } = await testCertificates();
  const subscriber = await connected(brokerAt('mqtt', authority.cert));
  subscriber.transport.write(SUBSCRIBE);
  await subscriber.receivedAtLeast(9);
  const driven = await connected(brokerAt(protocol, authority.cert));
  const packet = publish(SIZE);
  await send(driven, packet);
  await subscriber.receivedAtLeast(9 + SIZE);
  expect(subscriber.received().subarray(9).equals(packet)).toBe(true);
  await finish(driven);
  await finish(subscriber);
});

it.each(['ws', 'wss'] as const)('%s: echoed by a server in fragments', async (protocol) => {
  const { authority, server } = await testCertificates();
  const http = protocol === 'ws' ? createHttpServer() : createHttpsServer({ cert: server.cert, key: server.key });
  new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' }).on('connection', (socket) => {
    socket.on('message', (message: Buffer) => {
      const middle = message.length >> 1;
      socket.send(message.subarray(0, middle), { fin: false, binary: true });
      socket.send(message.subarray(middle), { fin: true });
    });
  });
  await using listening = await listen(http);
  const driven = drive({
    protocol,
    host: 'localhost',
    port: listening.port,
    tls: { ca: authority.cert, verify: true },
  });
  await driven.opened;
  const bytes = randomFillSync(Buffer.alloc(SIZE));
  await send(driven, bytes);
  await driven.receivedAtLeast(SIZE);
  expect(driven.received().equals(bytes)).toBe(true);
  await finish(driven);
});

it('many connections at once share the read buffer without mixing', async () => {
  const { authority, server } = await testCertificates();
  const echo = (socket: Socket): void => void socket.pipe(socket);
  await using plain = await listen(createServer(echo));
  await using secure = await listen(createTlsServer({ cert: server.cert, key: server.key }, echo));
  await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const driven = drive({
        protocol: index % 2 === 0 ? 'mqtt' : 'mqtts',
        port: index % 2 === 0 ? plain.port : secure.port,
        tls: { ca: authority.cert, verify: true },
      });
      await driven.opened;
      const bytes = randomFillSync(Buffer.alloc(2 << 20));
      await send(driven, bytes);
      await driven.receivedAtLeast(bytes.length);
      expect(driven.received().equals(bytes)).toBe(true);
      await finish(driven);
    }),
  );
});
