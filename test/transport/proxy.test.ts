/** HTTP CONNECT and SOCKS5 in front of a real broker, for all four protocols. */

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../../main/engine/sources/ports.ts';
import { testCertificates, type Credentials } from '../support/certificates.ts';
import { startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { freePort, listen } from '../support/ports.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import { converse, drive, failureOf } from './drive.ts';

const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
const USER = { name: 'alice', password: 'pass:wörd' };

let authority: Credentials;
let server: Credentials;
let broker: Mosquitto;
beforeAll(async () => {
  ({ authority, server } = await testCertificates());
  broker = await startMosquitto({ listeners: PROTOCOLS.map((protocol) => ({ protocol })) });
});
afterAll(() => broker.stop());

function to(protocol: TransportOptions['protocol'], proxy: NonNullable<TransportOptions['proxy']>) {
  const port = broker.ports[PROTOCOLS.indexOf(protocol)] ?? 0;
  return { protocol, host: 'localhost', port, proxy, tls: { ca: authority.cert, verify: true } };
}

const at = (
  protocol: 'http' | 'https' | 'socks5',
  port: number,
  more: { username?: string; password?: string } = {},
) => ({
  protocol,
  host: protocol === 'https' ? 'localhost' : '127.0.0.1',
  port,
  ...more,
});

describe.each(PROTOCOLS)('%s', (protocol) => {
  const later = [
    ...(protocol.endsWith('s') && protocol !== 'ws' ? ['tls begin', 'tls end'] : []),
    ...(protocol.startsWith('ws') ? ['upgrade begin', 'upgrade end'] : []),
  ];

  it('through HTTP CONNECT', async () => {
    await using proxy = await startHttpProxy();
    const { story, stages } = await converse(to(protocol, at('http', proxy.port)));
    expect(proxy.asked).toEqual([`localhost:${to(protocol, at('http', 0)).port}`]);
    expect(story).toEqual(['tcp begin', 'tcp end', 'proxy begin', 'proxy end', ...later, 'open', 'closed']);
    expect(stages.get('proxy')?.facts).toMatchObject({ status: 200, proxyPort: proxy.port, authenticated: false });
    expect(stages.get('tcp')?.facts).toMatchObject({ port: proxy.port });
  });

  it('through HTTP CONNECT over TLS, with a user', async () => {
    await using proxy = await startHttpProxy({ certificate: server, user: USER, trickle: true });
    const { stages } = await converse(
      to(protocol, at('https', proxy.port, { username: USER.name, password: USER.password })),
    );
    expect(stages.get('proxy')?.facts).toMatchObject({ tlsProtocol: 'TLSv1.3', authenticated: true });
  });

  it('through SOCKS5', async () => {
    await using proxy = await startSocksProxy();
    const { story } = await converse(to(protocol, at('socks5', proxy.port)));
    expect(proxy.asked).toEqual([`localhost:${to(protocol, at('http', 0)).port}`]);
    expect(story).toEqual(['tcp begin', 'tcp end', 'proxy begin', 'proxy end', ...later, 'open', 'closed']);
  });

  it('through SOCKS5 with a user, an answer in pieces', async () => {
    await using proxy = await startSocksProxy({ user: USER, trickle: true });
    const { stages } = await converse(
      to(protocol, at('socks5', proxy.port, { username: USER.name, password: USER.password })),
    );
    expect(stages.get('proxy')?.facts).toMatchObject({ authenticated: true });
  });
});

describe('names', () => {
  it('are resolved by the proxy, not here', async () => {
    await using http = await startHttpProxy({ route: { host: '127.0.0.1', port: broker.port } });
    await using socks = await startSocksProxy({ route: { host: '127.0.0.1', port: broker.port } });
    await converse({ ...to('mqtt', at('http', http.port)), host: 'only.known.inside', port: 1883 });
    await converse({ ...to('mqtt', at('socks5', socks.port)), host: 'only.known.inside', port: 1883 });
    await converse({ ...to('mqtt', at('http', http.port)), host: '2001:db8::1', port: 1883 });
    await converse({ ...to('mqtt', at('socks5', socks.port)), host: '192.0.2.7', port: 1883 });
    expect(http.asked).toEqual(['only.known.inside:1883', '[2001:db8::1]:1883']);
    expect(socks.asked).toEqual(['only.known.inside:1883', '192.0.2.7:1883']);
  });
});

it.each(['http', 'socks5'] as const)('%s: a target that cannot be asked for is not', async (protocol) => {
  await using proxy = await (protocol === 'http' ? startHttpProxy() : startSocksProxy());
  for (const host of ['a\r\nX-Evil: 1', 'a'.repeat(256)]) {
    expect(await failureOf({ ...to('mqtt', at(protocol, proxy.port)), host })).toMatchObject({
      code: 'proxy-failed',
      data: { reason: 'bad-host' },
    });
  }
  expect(proxy.asked).toEqual([]);
});

describe('what a proxy can refuse', () => {
  it.each([
    ['no user', {}, false],
    ['a wrong password', { username: 'alice', password: 'no' }, true],
  ])('%s', async (_what, credentials, given) => {
    await using http = await startHttpProxy({ user: USER });
    const driven = drive(to('mqtt', at('http', http.port, credentials)));
    expect(await driven.closed).toMatchObject({
      code: 'proxy-authentication',
      data: { status: 407, asks: ['Basic realm="test"'], given },
    });
    expect(driven.stages.get('proxy')?.failure?.code).toBe('proxy-authentication');
    await using socks = await startSocksProxy({ user: USER });
    expect(await failureOf(to('mqtt', at('socks5', socks.port, credentials)))).toMatchObject({
      code: 'proxy-authentication',
      data: { given },
    });
  });

  it('the target', async () => {
    await using http = await startHttpProxy({ refuse: 403 });
    expect(await failureOf(to('mqtts', at('http', http.port)))).toMatchObject({
      code: 'proxy-refused',
      data: { status: 403, statusText: 'Refused Here' },
    });
    for (const [refuse, replyName] of [
      [2, 'NotAllowed'],
      [4, 'HostUnreachable'],
      [5, 'ConnectionRefused'],
    ] as const) {
      await using socks = await startSocksProxy({ refuse });
      expect(await failureOf(to('wss', at('socks5', socks.port)))).toMatchObject({
        code: 'proxy-refused',
        data: { reply: refuse, replyName },
      });
    }
  });
});

describe('proxies that are none', () => {
  it('nobody listens', async () => {
    const port = await freePort();
    expect(await failureOf(to('mqtt', at('http', port)))).toMatchObject({
      code: 'tcp-refused',
      data: { port, host: '127.0.0.1' },
    });
  });

  it.each(['http', 'socks5'] as const)('%s: closes, talks something else, keeps silent', async (protocol) => {
    await using closing = await listen(createServer((socket) => socket.once('data', () => socket.end())));
    expect(await failureOf(to('mqtt', at(protocol, closing.port)))).toMatchObject({
      code: 'proxy-failed',
      data: { reason: 'closed' },
    });
    await using noise = await listen(createServer((socket) => socket.write('220 mail.example ESMTP\r\n')));
    expect(await failureOf(to('mqtt', at(protocol, noise.port)))).toMatchObject({
      code: 'proxy-failed',
      data: { reason: protocol === 'http' ? 'not-http' : 'not-socks' },
    });
    await using silent = await listen(createServer());
    const options = { ...to('mqtt', at(protocol, silent.port)), connectTimeoutMs: 100 };
    expect(await failureOf(options)).toMatchObject({ code: 'timeout', data: { stage: 'proxy' } });
  });

  it('an HTTPS proxy whose certificate does not verify', async () => {
    await using proxy = await startHttpProxy({ certificate: server });
    const options = { ...to('mqtt', at('https', proxy.port)), tls: { verify: true } };
    expect(await failureOf(options)).toMatchObject({
      code: 'proxy-failed',
      data: { reason: 'tls', tlsFailure: 'tls-unknown-ca' },
    });
  });

  it('giving up in the middle', async () => {
    await using silent = await listen(createServer((socket) => void socket.resume()));
    for (const protocol of ['http', 'https', 'socks5'] as const) {
      const driven = drive(to('wss', at(protocol, silent.port)), {
        onStage: (stage, transport) => {
          if (stage.name === 'proxy') setTimeout(() => transport.destroy(), 20);
        },
      });
      expect(await driven.closed).toEqual({ code: 'aborted', data: { stage: 'proxy' } });
      await expect.poll(() => silent.sockets.size).toBe(0);
    }
  });
});

it('bytes that follow the answer at once are not lost', async () => {
  const greeting = 'a broker that speaks first';
  await using http = await listen(
    createServer((socket) => socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${greeting}`))),
  );
  const driven = drive({ protocol: 'mqtt', port: 1, proxy: at('http', http.port) });
  await driven.receivedAtLeast(greeting.length);
  expect(driven.received().toString()).toBe(greeting);
  driven.transport.destroy();
  await driven.closed;
  await using socks = await listen(
    createServer((socket) =>
      socket.once('data', () => {
        socket.write(Uint8Array.from([5, 0]));
        socket.once('data', () =>
          socket.write(Buffer.concat([Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]), Buffer.from(greeting)])),
        );
      }),
    ),
  );
  const other = drive({ protocol: 'mqtt', port: 1, proxy: at('socks5', socks.port) });
  await other.receivedAtLeast(greeting.length);
  expect(other.received().toString()).toBe(greeting);
  other.transport.destroy();
  await other.closed;
});
