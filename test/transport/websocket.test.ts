/** WebSocket: the upgrade against mosquitto and misbehaving servers, and messages as a stream of bytes. */

import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { listen, type Listening } from '../support/ports.ts';
import { CONNECT, converse, drive, failureOf } from './drive.ts';

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto({ listeners: [{ protocol: 'ws' }, { protocol: 'mqtt' }] });
});
afterAll(() => broker.stop());

interface Peer extends Listening {
  /** Request lines and headers of upgrades. */
  readonly requests: readonly { readonly url: string; readonly headers: Readonly<Record<string, unknown>> }[];
}

/** A server of the `ws` library that hands its connections to `onSocket`. */
async function peer(
  onSocket: (socket: WebSocket) => void,
  options: { readonly pick?: (offered: Set<string>) => string | false } = {},
): Promise<Peer> {
  const http = createHttpServer();
  const requests: { url: string; headers: Record<string, unknown> }[] = [];
  const server = new WebSocketServer({
    server: http,
    ...(options.pick === undefined ? {} : { handleProtocols: options.pick }),
  });
  server.on('connection', (socket, request) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    socket.on('error', () => {});
    onSocket(socket);
  });
  return { ...(await listen(http)), requests };
}

function answering(listener: RequestListener): Promise<Listening> {
  const http = createHttpServer(listener);
  http.on('upgrade', (_request, socket) => {
    http.removeAllListeners('upgrade');
    socket.destroy();
  });
  http.removeAllListeners('upgrade');
  return listen(http);
}

describe('the upgrade', () => {
  it('is a stage of its own, over one connection', async () => {
    const { story, stages } = await converse({ protocol: 'ws', port: broker.ports[0] ?? 0 });
    expect(story).toEqual(['tcp begin', 'tcp end', 'upgrade begin', 'upgrade end', 'open', 'closed']);
    expect(stages.get('upgrade')?.facts).toMatchObject({ path: '/mqtt', status: 101, subprotocol: 'mqtt' });
  });

  it('asks for the path, headers and subprotocol of the options, once', async () => {
    await using server = await peer(() => {});
    let connections = 0;
    server.server.on('connection', () => (connections += 1));
    const driven = drive({
      protocol: 'ws',
      host: 'localhost',
      port: server.port,
      websocket: {
        path: '/broker/one?key=a%20b',
        headers: [
          ['X-Token', 'secret'],
          ['X-Many', 'a'],
          ['x-many', 'b'],
          ['Origin', 'https://app.example'],
        ],
        subprotocol: 'mqttv3.1',
      },
    });
    await driven.opened;
    expect(connections).toBe(1);
    expect(server.requests).toMatchObject([
      {
        url: '/broker/one?key=a%20b',
        headers: {
          host: `localhost:${server.port}`,
          'x-token': 'secret',
          'x-many': 'a, b',
          origin: 'https://app.example',
          'sec-websocket-protocol': 'mqttv3.1',
        },
      },
    ]);
    driven.transport.end();
    expect(await driven.closed).toBeUndefined();
  });

  it('goes without a subprotocol where none is wanted', async () => {
    await using server = await peer(() => {});
    const driven = drive({ protocol: 'ws', port: server.port, websocket: { path: '/', subprotocol: '' } });
    await driven.opened;
    expect(server.requests[0]?.headers['sec-websocket-protocol']).toBeUndefined();
    driven.transport.destroy();
    await driven.closed;
  });

  it('refused with an HTTP status', async () => {
    await using server = await answering((_request, response) => {
      response.writeHead(404, 'Not Here', { Server: 'a web site', 'WWW-Authenticate': 'Basic' });
      response.end(`<h1>no such page</h1>${'x'.repeat(5000)}`);
    });
    const driven = drive({ protocol: 'ws', port: server.port, websocket: { path: '/wrong' } });
    const failure = await driven.closed;
    expect(failure).toMatchObject({
      code: 'upgrade-refused',
      data: { path: '/wrong', status: 404, statusText: 'Not Here', server: 'a web site', authenticate: 'Basic' },
    });
    expect(failure?.data['body']).toMatch(/^<h1>no such page<\/h1>x+$/);
    expect(String(failure?.data['body']).length).toBe(512);
    expect(driven.stages.get('upgrade')?.failure).toEqual(failure);
  });

  it('refused by mosquitto for a subprotocol it does not speak', async () => {
    const websocket = { path: '/mqtt', subprotocol: 'soap' };
    const failure = await failureOf({ protocol: 'ws', port: broker.ports[0] ?? 0, websocket });
    expect(failure.code).toMatch(/^upgrade-/);
    expect(failure.data).toMatchObject({ requested: 'soap' });
  });

  it.each([
    ['another', () => 'soap', 'soap'],
    ['none', () => false as const, ''],
  ])('answered with %s subprotocol', async (_which, pick, received) => {
    await using server = await answering(() => {});
    server.server.on('upgrade', (request: { headers: Record<string, string> }, socket: { end(text: string): void }) => {
      void (async () => {
        const { createHash } = await import('node:crypto');
        const key = request.headers['sec-websocket-key'] ?? '';
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        const chosen = pick();
        const line = chosen === false ? '' : `Sec-WebSocket-Protocol: ${chosen}\r\n`;
        socket.end(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${line}\r\n`,
        );
      })();
    });
    expect(await failureOf({ protocol: 'ws', port: server.port })).toMatchObject({
      code: 'upgrade-subprotocol',
      data: { requested: 'mqtt', received },
    });
  });

  it('asked of a plain MQTT port, of something that is not HTTP, and of silence', async () => {
    expect(await failureOf({ protocol: 'ws', port: broker.ports[1] ?? 0 })).toMatchObject({
      code: 'upgrade-failed',
      data: { reason: 'closed' },
    });
    await using noise = await listen(createServer((socket) => socket.end('220 mail.example ESMTP\r\n')));
    expect(await failureOf({ protocol: 'ws', port: noise.port })).toMatchObject({
      code: 'upgrade-failed',
      data: { reason: 'not-http' },
    });
    await using silence = await listen(createServer());
    expect(await failureOf({ protocol: 'ws', port: silence.port, connectTimeoutMs: 100 })).toMatchObject({
      code: 'timeout',
      data: { stage: 'upgrade' },
    });
  });

  it('that cannot be put into words', async () => {
    for (const websocket of [
      { path: '/mqtt', subprotocol: 'two words' },
      { path: '/a#b' },
      { path: '/mqtt', headers: [['X-Bad', 'line\r\nbreak']] as const },
      { path: '/mqtt', headers: [['no such name', 'x']] as const },
    ]) {
      const driven = drive({ protocol: 'ws', port: broker.ports[0] ?? 0, websocket });
      expect(await driven.closed).toMatchObject({ code: 'upgrade-failed', data: { reason: 'bad-request' } });
    }
  });
});

describe('messages', () => {
  it('have no boundaries: split and joined packets come as one stream', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index & 0xff));
    await using server = await peer((socket) => {
      for (let from = 0; from < bytes.length; from += 7) socket.send(bytes.subarray(from, from + 7));
      socket.send(Buffer.alloc(0));
      socket.send(bytes.subarray(0, 10), { fin: false, binary: true });
      socket.send(bytes.subarray(10, 20), { fin: true });
    });
    const driven = drive({ protocol: 'ws', port: server.port });
    await driven.receivedAtLeast(5020);
    expect(driven.received()).toEqual(Buffer.concat([bytes, bytes.subarray(0, 20)]));
    driven.transport.destroy();
    await driven.closed;
  });

  it('sent in the same segment as the upgrade answer are not lost', async () => {
    await using server = await peer((socket) => socket.send(Buffer.from('early')));
    const driven = drive({ protocol: 'ws', port: server.port });
    await driven.receivedAtLeast(5);
    expect(driven.received().toString()).toBe('early');
    expect(driven.story.indexOf('open')).toBeGreaterThan(0);
    driven.transport.destroy();
    await driven.closed;
  });

  it('go out as binary', async () => {
    const got = Promise.withResolvers<{ data: string; binary: boolean }>();
    await using server = await peer((socket) =>
      socket.once('message', (data: Buffer, binary) => got.resolve({ data: data.toString('hex'), binary })),
    );
    const driven = drive({ protocol: 'ws', port: server.port }, { onOpen: (transport) => transport.write(CONNECT) });
    expect(await got.promise).toEqual({ data: Buffer.from(CONNECT).toString('hex'), binary: true });
    driven.transport.end();
    expect(await driven.closed).toBeUndefined();
  });

  it('of text are a failure, and close with status 1003', async () => {
    const status = Promise.withResolvers<number>();
    await using server = await peer((socket) => {
      socket.once('close', (code) => status.resolve(code));
      socket.send(Buffer.from('fine'));
      socket.send('{"hello":1}');
      socket.send(Buffer.from('too late'));
    });
    const driven = drive({ protocol: 'ws', port: server.port });
    expect(await driven.closed).toMatchObject({
      code: 'websocket-text-frame',
      data: { text: '{"hello":1}', length: 11, bytesReceived: 4 },
    });
    expect(driven.received().toString()).toBe('fine');
    expect(await status.promise).toBe(1003);
  });
});

describe('the end', () => {
  it('by the peer with a status', async () => {
    await using server = await peer((socket) => socket.close(4001, 'go away'));
    expect(await failureOf({ protocol: 'ws', port: server.port })).toMatchObject({
      code: 'websocket-closed',
      data: { status: 4001, reason: 'go away' },
    });
  });

  it('by the peer without a word', async () => {
    await using server = await peer((socket) => socket.terminate());
    expect((await failureOf({ protocol: 'ws', port: server.port })).code).toMatch(/closed-by-peer|tcp-reset/);
  });

  it('by frames that break RFC 6455', async () => {
    await using server = await peer(() => {});
    const driven = drive({ protocol: 'ws', port: server.port });
    await driven.opened;
    for (const socket of server.sockets) socket.write(Uint8Array.from([0xff, 0xff, 0xff]));
    const failure = await driven.closed;
    expect(failure).toMatchObject({ code: 'websocket-closed', data: { errno: expect.stringMatching(/^WS_ERR_/) } });
  });

  it('by us, although the peer never answers the Close frame', async () => {
    await using server = await peer((socket) => socket.pause());
    const driven = drive({ protocol: 'ws', port: server.port });
    await driven.opened;
    driven.transport.end();
    expect(await driven.closed).toBeUndefined();
  });
});

it('pause holds messages back, and a slow peer makes write answer false', async () => {
  const sockets: WebSocket[] = [];
  await using server = await peer((socket) => {
    sockets.push(socket);
    socket.pause();
    for (let index = 0; index < 64; index += 1) socket.send(new Uint8Array(1 << 18));
  });
  const driven = drive({ protocol: 'ws', port: server.port }, { hashOnly: true });
  driven.transport.pause();
  await driven.opened;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(driven.receivedBytes()).toBeLessThan(1 << 20);
  let sent = 0;
  while (driven.transport.write(new Uint8Array(1 << 16))) {
    sent += 1 << 16;
    await new Promise((resolve) => setImmediate(resolve));
    if (sent > 1 << 28) throw new Error('no back-pressure');
  }
  const drained = driven.drained();
  for (const socket of sockets) socket.resume();
  await drained;
  driven.transport.resume();
  await driven.receivedAtLeast(1 << 24);
  driven.transport.destroy();
  await driven.closed;
});
