/** Reading of a ClientHello: what real clients send, cut off anywhere, and bytes that are none. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { array, assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClientHello } from '../../main/engine/transport/client-hello.ts';
import { listen } from '../support/ports.ts';

/** The first flight of Node's own client. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  await using server = await listen(createServer());
  const accepted = once(server.server, 'connection') as Promise<[Socket]>;
  const client = connect({ port: server.port, host: '127.0.0.1', ...options });
  client.on('error', () => undefined);
  const [socket] = await accepted;
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  return bytes;
}

describe('readClientHello', () => {
  it('reads name, versions, ALPN and the number of ciphers', async () => {
    const bytes = await helloOf({
      servername: 'broker.example.com',
      ALPNProtocols: ['mqtt', 'x-amzn-mqtt-ca'],
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
    });
    expect(readClientHello(bytes)).toEqual({
      outcome: 'hello',
      facts: {
        serverName: 'broker.example.com',
        alpn: ['mqtt', 'x-amzn-mqtt-ca'],
        versions: ['TLSv1.2'],
        ciphers: 1,
      },
    });
  });

  it('lists versions newest first, and no name where none is asked for', async () => {
    const reading = readClientHello(await helloOf({}));
    expect(reading).toMatchObject({ outcome: 'hello', facts: { versions: ['TLSv1.3', 'TLSv1.2'], alpn: [] } });
    expect(reading).not.toHaveProperty('facts.serverName');
  });

  it('waits for the rest wherever it is cut off', async () => {
    const bytes = await helloOf({ servername: 'localhost' });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(readClientHello(bytes.subarray(0, length)).outcome).toBe('incomplete');
    }
    expect(readClientHello(Buffer.concat([bytes, bytes])).outcome).toBe('hello');
  });

  it('reads one that is spread over many records', async () => {
    const bytes = await helloOf({ servername: 'localhost' });
    const message = bytes.subarray(5);
    const records = Array.from(message, (byte) => Buffer.from([0x16, 3, 1, 0, 1, byte]));
    expect(readClientHello(Buffer.concat(records))).toEqual(readClientHello(bytes));
  });

  it('knows what is no TLS from its first bytes', () => {
    expect(readClientHello(Buffer.from('100c00044d515454', 'hex')).outcome).toBe('not-tls');
    expect(readClientHello(Buffer.from('GET / HTTP/1.1')).outcome).toBe('not-tls');
  });

  it('gives an answer to anything', async () => {
    const bytes = await helloOf({ servername: 'localhost', ALPNProtocols: ['mqtt'] });
    assert(
      property(
        array(integer({ min: 0, max: bytes.length - 1 }), { maxLength: 6 }),
        uint8Array({ minLength: 6, maxLength: 6 }),
        (places, values) => {
          const damaged = Buffer.from(bytes);
          for (const [index, place] of places.entries()) damaged[place] = values[index] ?? 0;
          expect(['hello', 'incomplete', 'not-tls', 'unreadable']).toContain(readClientHello(damaged).outcome);
        },
      ),
    );
  });
});
