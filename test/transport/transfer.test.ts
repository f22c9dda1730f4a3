/** Large transfers through a real broker, byte-exact both ways on every protocol: published and received back. */

import { randomFillSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testCertificates } from '../support/certificates.ts';
import { startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { startHttpProxy } from '../support/proxies.ts';
import { CONNECT, drive } from './drive.ts';

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

it.each([...PROTOCOLS, 'mqtts by proxy' as const])('%s', async (how) => {
  const protocol = how === 'mqtts by proxy' ? 'mqtts' : how;
  const { authority } = await testCertificates();
  await using proxy = await startHttpProxy();
  const driven = drive({
    protocol,
    host: 'localhost',
    port: broker.ports[PROTOCOLS.indexOf(protocol)] ?? 0,
    tls: { ca: authority.cert, verify: true },
    ...(how === 'mqtts by proxy' ? { proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port } } : {}),
  });
  await driven.opened;
  driven.transport.write(CONNECT);
  await driven.receivedAtLeast(4);
  driven.transport.write(Uint8Array.from([0x82, 6, 0, 1, 0, 1, 0x74, 0]));
  await driven.receivedAtLeast(9);
  const packet = publish(SIZE);
  // In pieces of awkward sizes, so that packets and writes never line up.
  for (let from = 0; from < packet.length; ) {
    const size = 1 + ((from * 7919) % 300_000);
    if (!driven.transport.write(Uint8Array.from(packet.subarray(from, from + size)))) await driven.drained();
    from += size;
  }
  await driven.receivedAtLeast(9 + SIZE);
  expect(driven.received().subarray(9).equals(packet)).toBe(true);
  driven.transport.end();
  expect(await driven.closed).toBeUndefined();
});
