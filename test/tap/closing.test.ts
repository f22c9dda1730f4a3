/** What a tap does with the ends of a connection: bytes as they are, half-closing, resets, back-pressure, a server that is not there. */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { testCertificates } from '../support/certificates.ts';
import { freePort, listen } from '../support/ports.ts';
import { startTap, until } from './drive-tap.ts';

const CONNECT = Buffer.from('100c00044d5154540402003c0000', 'hex');
const CONNACK = Buffer.from('20020000', 'hex');
const DISCONNECT = Buffer.from('e000', 'hex');

/** A server that does as the test says with its first connection, both halves its own. */
async function scriptedServer(act: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true }, act);
  return listen(server);
}

async function dialled(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

describe('a tap', () => {
  it('passes what the server still says to a device that closed its half', async () => {
    await using server = await scriptedServer((socket) => {
      socket.once('data', () => socket.write(CONNACK));
      // Only once the device has said its last does the server answer, and then says its own last.
      socket.once('end', () => setTimeout(() => socket.end(Buffer.from('d000', 'hex')), 50));
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    device.write(CONNECT);
    device.end();
    const answer = await everything(device);
    expect(answer.toString('hex')).toBe('20020000d000');
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    const rows = tapped.transcript();
    expect(rows[0]).toBe('* device-connected');
    expect(rows.filter((row) => !row.startsWith('*'))).toEqual([
      expect.stringMatching(/^→ CONNECT/),
      expect.stringMatching(/^← CONNACK/),
      '← PINGRESP',
    ]);
    expect(rows).toContain('* half-closed');
    expect(rows.at(-1)).toBe('* connection-closed');
    expect(tapped.source.failure).toMatchObject({ code: 'device-closed' });
  });

  it('passes what the device still says to a server that closed its half', async () => {
    const received: Buffer[] = [];
    let ended = false;
    await using server = await scriptedServer((socket) => {
      socket.end(CONNACK);
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('end', () => (ended = true));
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    expect((await everything(device)).toString('hex')).toBe('20020000');
    device.write(CONNECT);
    await pause(20);
    device.end(DISCONNECT);
    await until('the server heard the end', () => ended);
    expect(Buffer.concat(received).toString('hex')).toBe(`${CONNECT.toString('hex')}e000`);
    const tapped = await tap.connection(0);
    await until('the end', () => tapped.source.over);
    expect(tapped.source.failure).toMatchObject({ code: 'closed-by-peer' });
  });

  it('ends as it should where a device says DISCONNECT', async () => {
    await using server = await scriptedServer((socket) => {
      socket.once('data', () => socket.write(CONNACK));
      socket.once('end', () => socket.end());
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    device.write(CONNECT);
    await once(device, 'data');
    device.end(DISCONNECT);
    const tapped = await tap.connection(0);
    await until('the end', () => tapped.source.over);
    expect(tapped.source.failure).toBeUndefined();
    expect(tapped.source.state).toBe('closed');
  });

  it.each(['device', 'server'] as const)('passes a reset of the %s on, after the bytes before it', async (who) => {
    const received: Buffer[] = [];
    let serverSaw = '';
    let onServer: Socket | undefined;
    await using server = await scriptedServer((socket) => {
      onServer = socket;
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('error', (error: NodeJS.ErrnoException) => (serverSaw = error.code ?? ''));
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    let deviceSaw = '';
    const back: Buffer[] = [];
    device.on('data', (chunk: Buffer) => back.push(chunk));
    device.on('error', (error: NodeJS.ErrnoException) => (deviceSaw = error.code ?? ''));
    device.write(CONNECT);
    await until('CONNECT arrived', () => Buffer.concat(received).length === CONNECT.length);
    if (who === 'device') {
      device.write(DISCONNECT, () => device.resetAndDestroy());
      await until('the reset', () => serverSaw !== '');
      expect(serverSaw).toBe('ECONNRESET');
    } else {
      onServer?.write(CONNACK, () => onServer?.resetAndDestroy());
      await until('the reset', () => deviceSaw !== '');
      expect(deviceSaw).toBe('ECONNRESET');
      expect(Buffer.concat(back).toString('hex')).toBe('20020000');
    }
    const tapped = await tap.connection(0);
    await until('the end', () => tapped.source.over);
    expect(tapped.event('connection-closed')).toMatchObject({ by: who, how: 'reset' });
  });

  it('resets a device whose server is down, with the reason', async () => {
    const nobody = await freePort();
    using tap = await startTap({}, { port: nobody });
    const device = await dialled(tap.port);
    device.write(CONNECT);
    await new Promise((resolve) => device.once('close', resolve));
    const tapped = await tap.connection(0);
    await until('the end', () => tapped.source.over);
    expect(tapped.source.failure).toMatchObject({ stage: 'tcp', code: 'tcp-refused' });
    expect(tapped.event('connection-failed')).toMatchObject({
      stage: 'tcp',
      code: 'tcp-refused',
      by: 'server',
      how: 'failed',
    });
    expect(tapped.source.state).toBe('failed');
  });

  it('makes a fast sender wait for a slow reader, and loses nothing', async () => {
    let onServer: Socket | undefined;
    await using server = await scriptedServer((socket) => {
      socket.pause();
      onServer = socket;
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    // QoS 0 PUBLISH packets of 8 KiB, 48 MiB in all: far more than the kernel's buffers.
    const payload = randomBytes(8192);
    const packet = Buffer.concat([Buffer.from([0x30, 0x83, 0x40, 0, 1, 0x61]), payload]);
    const count = 6144;
    const sent = createHash('sha256').update(CONNECT);
    device.write(CONNECT);
    let written = 0;
    const write = (): void => {
      while (written < count) {
        written += 1;
        sent.update(packet);
        if (!device.write(packet)) return;
      }
      device.end();
    };
    device.on('drain', write);
    write();
    const tapped = await tap.connection(0);
    await pause(500);
    const waiting = tapped.recording.capture.totals.packets[0] ?? 0;
    expect(waiting).toBeLessThan(count);
    const received = createHash('sha256');
    let bytes = 0;
    onServer?.on('data', (chunk: Buffer) => {
      received.update(chunk);
      bytes += chunk.length;
    });
    onServer?.on('end', () => onServer?.end());
    onServer?.resume();
    await until(
      'all arrived',
      () => tapped.source.over,
      () => ({ bytes, written }),
    );
    expect(bytes).toBe(CONNECT.length + count * packet.length);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    expect(tapped.recording.capture.totals.bytes[0]).toBe(bytes);
  });

  it('makes a fast server wait for a slow device, and loses nothing', async () => {
    const packet = Buffer.concat([Buffer.from([0x30, 0x83, 0x40, 0, 1, 0x61]), randomBytes(8192)]);
    const count = 6144;
    const sent = createHash('sha256').update(CONNACK);
    await using server = await scriptedServer((socket) => {
      socket.write(CONNACK);
      let written = 0;
      const write = (): void => {
        while (written < count) {
          written += 1;
          sent.update(packet);
          if (!socket.write(packet)) return;
        }
        socket.end();
      };
      socket.on('drain', write);
      write();
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    device.pause();
    device.write(CONNECT);
    const tapped = await tap.connection(0);
    await pause(500);
    expect(tapped.recording.capture.totals.packets[1] ?? 0).toBeLessThan(count);
    const received = createHash('sha256');
    device.on('data', (chunk: Buffer) => received.update(chunk));
    device.on('end', () => device.end());
    device.resume();
    await until('all arrived', () => tapped.source.over);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    expect(tapped.recording.capture.totals.packets[1]).toBe(count + 1);
  });

  it('passes a half-closed connection over TLS on', async () => {
    const { server: credentials } = await testCertificates();
    await using server = await scriptedServer((socket) => {
      socket.once('data', () => socket.write(CONNACK));
      socket.once('end', () => setTimeout(() => socket.end(Buffer.from('d000', 'hex')), 50));
    });
    using tap = await startTap(
      { protocol: 'mqtts', credentials: () => Promise.resolve(credentials) },
      { port: server.port },
    );
    // The types leave out that a TLS client may keep its half open.
    const options = { port: tap.port, host: '127.0.0.1', rejectUnauthorized: false, allowHalfOpen: true };
    const device = connectTls(options);
    await once(device, 'secureConnect');
    device.write(CONNECT);
    device.end();
    expect((await everything(device)).toString('hex')).toBe('20020000d000');
    const tapped = await tap.connection(0);
    await until(
      'the end',
      () => tapped.source.over,
      () => tapped.transcript(),
    );
    expect(tapped.source.failure).toMatchObject({ code: 'device-closed' });
  });

  it('passes a device that trickles, byte by byte, as they come', { timeout: 30_000 }, async () => {
    const arrivals: number[] = [];
    await using server = await scriptedServer((socket) => {
      socket.on('data', (chunk: Buffer) => arrivals.push(chunk.length));
      socket.on('end', () => socket.end());
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    for (const [index] of CONNECT.entries()) {
      device.write(CONNECT.subarray(index, index + 1));
      // oxlint-disable-next-line no-await-in-loop
      await until(`byte ${index}`, () => arrivals.reduce((sum, size) => sum + size, 0) === index + 1);
    }
    const tapped = await tap.connection(0);
    expect(tapped.packets()).toEqual([expect.stringMatching(/^→ CONNECT/)]);
    device.end();
    await until('the end', () => tapped.source.over);
  });

  it.each([
    { said: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', looksLike: 'http' },
    { said: '\u0016\u0003\u0001\u0000\u0005', looksLike: 'tls' },
  ])('says what it is where a device speaks $looksLike', async ({ said, looksLike }) => {
    const received: Buffer[] = [];
    await using server = await scriptedServer((socket) => {
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('end', () => socket.end());
    });
    using tap = await startTap({}, { port: server.port });
    const device = await dialled(tap.port);
    device.end(Buffer.from(said, 'latin1'));
    const tapped = await tap.connection(0);
    await until('the end', () => tapped.source.over);
    expect(tapped.event('not-mqtt')).toMatchObject({ by: 'device', looksLike });
    expect(Buffer.concat(received).toString('latin1')).toBe(said);
    expect(tapped.bytes('client-to-server').toString('latin1')).toBe(said);
  });
});
