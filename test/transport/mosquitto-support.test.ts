/** The test brokers themselves: that each listener is what it says, so that other tests may trust it. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pkcs12, testCertificates } from '../support/certificates.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { findProgram } from '../support/tools.ts';

const CONNECT = Buffer.from('100c00044d5154540402003c0000', 'hex');

function firstBytes(socket: NodeJS.ReadWriteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('hex')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

describe('startMosquitto', () => {
  it('listens on all four protocols', async () => {
    await using broker = await startMosquitto({
      listeners: [{ protocol: 'mqtt' }, { protocol: 'mqtts' }, { protocol: 'ws' }, { protocol: 'wss' }],
    });
    const [plain = 0, tls = 0, ws = 0, wss = 0] = broker.ports;
    const { authority } = await testCertificates();
    const plainSocket = connectTcp(plain, '127.0.0.1');
    plainSocket.write(CONNECT);
    expect(await firstBytes(plainSocket)).toBe('20020000');
    const tlsSocket = connectTls({ port: tls, host: '127.0.0.1', ca: authority.cert });
    tlsSocket.write(CONNECT);
    expect(await firstBytes(tlsSocket)).toBe('20020000');
    const request =
      'GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n';
    const wsSocket = connectTcp(ws, '127.0.0.1');
    wsSocket.write(request);
    expect(Buffer.from(await firstBytes(wsSocket), 'hex').toString()).toMatch(/^HTTP\/1.1 101/);
    const wssSocket = connectTls({ port: wss, host: '127.0.0.1', ca: authority.cert });
    wssSocket.write(request);
    expect(Buffer.from(await firstBytes(wssSocket), 'hex').toString()).toMatch(/^HTTP\/1.1 101/);
    for (const socket of [plainSocket, tlsSocket, wsSocket, wssSocket]) socket.destroy();
  });

  it('knows its users', async () => {
    await using broker = await startMosquitto({ users: { alice: 'secret' } });
    const socket = connectTcp(broker.port, '127.0.0.1');
    socket.write(CONNECT);
    expect(await firstBytes(socket)).toBe('20020005');
    const good = connectTcp(broker.port, '127.0.0.1');
    good.write(Buffer.from('101b00044d51545404c2003c00000005616c6963650006736563726574', 'hex'));
    expect(await firstBytes(good)).toBe('20020000');
    for (const one of [socket, good]) one.destroy();
  });

  it.runIf(findProgram(['openssl']) !== undefined)('makes PKCS#12 files that openssl reads', async () => {
    const { client, authority } = await testCertificates();
    const directory = mkdtempSync(join(tmpdir(), 'p12-'));
    try {
      const path = join(directory, 'client.p12');
      writeFileSync(path, pkcs12(client, 'open sesame', [authority.cert]));
      const { stdout } = await promisify(execFile)('openssl', [
        'pkcs12',
        '-in',
        path,
        '-nodes',
        '-passin',
        'pass:open sesame',
      ]);
      expect(stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      expect(stdout).toContain('BEGIN PRIVATE KEY');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
