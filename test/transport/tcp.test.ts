/** TCP: reaching a broker, every way not to, and how an open connection can end. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Resolver } from '../../main/engine/transport/resolve.ts';
import { createTransportFactory } from '../../main/engine/transport/create.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { testCertificates } from '../support/certificates.ts';
import { freePort, listen, type Listening } from '../support/ports.ts';
import { CONNECT, converse, drive, failureOf } from './drive.ts';

/** TEST-NET-1: routed nowhere, or refused by the local router; either way nobody answers. */
const NOWHERE = '192.0.2.1';

function names(table: Readonly<Record<string, readonly string[] | string>>): Resolver {
  return {
    addresses(host) {
      const found = table[host];
      if (Array.isArray(found)) return Promise.resolve(found);
      return Promise.reject(Object.assign(new Error(String(found)), { code: found ?? 'ENOTFOUND' }));
    },
    services: () => Promise.reject(new Error('not asked for')),
  };
}

/** A server that hands its connections to `onConnection`. */
function serve(onConnection: (socket: Socket) => void): Promise<Listening> {
  return listen(createServer(onConnection));
}

/** A port whose queue of connections is full, so that a further one gets no answer at all: Linux drops its SYN. */
async function fullListener(): Promise<AsyncDisposable & { readonly port: number }> {
  const program = `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    console.log(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function connections(listening: Listening): Promise<number> {
  return new Promise((resolve) => listening.server.getConnections((_error, count) => resolve(count)));
}

describe('reaching a broker', () => {
  it('by address has no DNS stage', async () => {
    await using broker = await startMosquitto();
    const { story, facts, stages } = await converse({ protocol: 'mqtt', port: broker.port });
    expect(story).toEqual(['tcp begin', 'tcp end', 'open', 'closed']);
    expect(facts.remoteAddress).toBe(`127.0.0.1:${broker.port}`);
    expect(facts.localAddress).toMatch(/^127\.0\.0\.1:\d+$/);
    const tcp = stages.get('tcp');
    expect(tcp?.facts).toMatchObject({ address: '127.0.0.1', tried: ['127.0.0.1'] });
    expect(tcp?.endUs).toBeGreaterThan(tcp?.startUs ?? Infinity);
  });

  it('tries the next address when one refuses, and tells both', async () => {
    await using broker = await startMosquitto();
    const factory = createTransportFactory({ resolver: names({ broker: ['127.0.0.2', '127.0.0.1'] }) });
    const { stages } = await converse({ protocol: 'mqtt', host: 'broker', port: broker.port }, { factory });
    expect(stages.get('dns')?.facts).toMatchObject({ host: 'broker', addresses: ['127.0.0.2', '127.0.0.1'] });
    expect(stages.get('tcp')?.facts).toMatchObject({
      tried: ['127.0.0.2 ECONNREFUSED', '127.0.0.1'],
      address: '127.0.0.1',
    });
  });

  it('asks for the ASCII form of a name, and takes an address in brackets', async () => {
    const asked: string[] = [];
    const resolver: Resolver = {
      addresses: (host) => (asked.push(host), Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }))),
      services: () => Promise.resolve([]),
    };
    const factory = createTransportFactory({ resolver });
    await failureOf({ protocol: 'mqtt', host: 'bücher.example', port: 1 }, { factory });
    expect(asked).toEqual(['xn--bcher-kva.example']);
    const failure = await failureOf({ protocol: 'mqtt', host: '[::1]', port: await freePort() }, { factory });
    expect(failure.data['address']).toBe('::1');
  });

  it('binds to the address it is told', async () => {
    const peers: (string | undefined)[] = [];
    await using listening = await serve((socket) => void peers.push(socket.remoteAddress));
    const driven = drive({ protocol: 'mqtt', port: listening.port, bindAddress: '127.0.0.9' });
    expect((await driven.opened).localAddress).toMatch(/^127\.0\.0\.9:/);
    await expect.poll(() => peers).toEqual(['127.0.0.9']);
    driven.transport.destroy();
    await driven.closed;
  });
});

describe('not reaching it', () => {
  it('nobody listens', async () => {
    const driven = drive({ protocol: 'mqtt', port: await freePort() });
    const failure = await driven.closed;
    expect(failure).toMatchObject({
      code: 'tcp-refused',
      data: { errno: 'ECONNREFUSED', address: '127.0.0.1', host: '127.0.0.1' },
    });
    expect(driven.stages.get('tcp')?.failure).toEqual(failure);
  });

  it('all addresses refuse', async () => {
    const factory = createTransportFactory({ resolver: names({ broker: ['127.0.0.2', '127.0.0.3'] }) });
    const failure = await failureOf({ protocol: 'mqtt', host: 'broker', port: await freePort() }, { factory });
    expect(failure.data['tried']).toEqual(['127.0.0.2 ECONNREFUSED', '127.0.0.3 ECONNREFUSED']);
  });

  it.each([
    ['ENOTFOUND', 'dns-not-found'],
    ['EAI_AGAIN', 'dns-failed'],
  ])('name resolution says %s', async (errno, code) => {
    const factory = createTransportFactory({ resolver: names({ broker: errno }) });
    const driven = drive({ protocol: 'mqtt', host: 'broker', port: 1883 }, { factory });
    expect(await driven.closed).toMatchObject({ code, data: { host: 'broker', errno } });
    expect(driven.story).toEqual(['dns begin', `dns fail:${code}`, `closed:${code}`]);
  });

  it('a name that the system does not know', async () => {
    expect((await failureOf({ protocol: 'mqtt', host: 'no-such-host.invalid', port: 1883 })).code).toMatch(/^dns-/);
  });

  it('an address that cannot be bound, is of the other family, or is none', async () => {
    const port = await freePort();
    expect(await failureOf({ protocol: 'mqtt', port, bindAddress: NOWHERE })).toMatchObject({
      code: 'bind-failed',
      data: { errno: 'EADDRNOTAVAIL', bindAddress: NOWHERE },
    });
    expect(await failureOf({ protocol: 'mqtt', port, bindAddress: '::1' })).toMatchObject({
      code: 'bind-failed',
      data: { reason: 'address-family' },
    });
    expect(await failureOf({ protocol: 'mqtt', port, bindAddress: 'eth0' })).toMatchObject({
      code: 'bind-failed',
      data: { reason: 'not-an-address' },
    });
  });
});

describe('time limits', () => {
  it('ends a name resolution that never answers', async () => {
    const resolver: Resolver = { addresses: () => new Promise(() => {}), services: () => new Promise(() => {}) };
    const factory = createTransportFactory({ resolver });
    const options = { protocol: 'mqtt', host: 'broker', port: 1883, connectTimeoutMs: 60 } as const;
    expect(await failureOf(options, { factory })).toMatchObject({
      code: 'timeout',
      data: { stage: 'dns', timeoutMs: 60 },
    });
    expect(await failureOf({ ...options, srv: true }, { factory })).toMatchObject({ data: { stage: 'srv' } });
  });

  it.runIf(process.platform === 'linux')('ends a connection that nobody accepts', async () => {
    await using full = await fullListener();
    const options = { protocol: 'mqtt', port: full.port, connectTimeoutMs: 150 } as const;
    const driven = drive(options);
    expect(await driven.closed).toMatchObject({ code: 'timeout', data: { stage: 'tcp' } });
    expect(driven.stages.get('tcp')?.failure?.code).toBe('timeout');
  });

  it.runIf(process.platform === 'linux')('an address without an answer delays the next one only a little', async () => {
    await using full = await fullListener();
    const other = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => other.listen(full.port, '127.0.0.2', resolve));
    const factory = createTransportFactory({ resolver: names({ broker: ['127.0.0.1', '127.0.0.2'] }) });
    const driven = drive({ protocol: 'mqtt', host: 'broker', port: full.port }, { factory });
    expect((await driven.opened).remoteAddress).toBe(`127.0.0.2:${full.port}`);
    const tcp = driven.stages.get('tcp');
    expect(tcp?.facts).toMatchObject({ tried: ['127.0.0.1', '127.0.0.2'], address: '127.0.0.2' });
    expect((tcp?.endUs ?? 0) - (tcp?.startUs ?? 0)).toBeGreaterThan(200_000);
    driven.transport.destroy();
    await driven.closed;
    await new Promise((resolve) => other.close(resolve));
  });

  it('do not touch a connection that stands', async () => {
    await using listening = await serve(() => {});
    const driven = drive({ protocol: 'mqtt', port: listening.port, connectTimeoutMs: 50 });
    await driven.opened;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(driven.story.at(-1)).toBe('open');
    driven.transport.destroy();
    await driven.closed;
  });
});

describe('giving up', () => {
  it('before the start says nothing at all', () => {
    const transport = createTransportFactory({})({ protocol: 'mqtt', host: '127.0.0.1', port: 1, connectTimeoutMs: 1 });
    transport.destroy();
    expect(() => transport.start({ stage() {}, open() {}, data() {}, drained() {}, closed() {} })).toThrow(
      'starts once',
    );
  });

  it.each(['srv', 'dns', 'tcp', 'tls', 'upgrade'] as const)('during %s closes everything at once', async (name) => {
    const { authority, server } = await testCertificates();
    const { createServer: createTlsServer } = await import('node:tls');
    await using silent = await serve((socket) => void socket.resume());
    await using secure = await listen(createTlsServer({ cert: server.cert, key: server.key }, () => {}));
    const never = new Promise<never>(() => {});
    const factory = createTransportFactory({
      resolver: {
        addresses: () => (name === 'dns' ? never : Promise.resolve(['127.0.0.1'])),
        services: () =>
          name === 'srv' ? never : Promise.reject(Object.assign(new Error('none'), { code: 'ENODATA' })),
      },
    });
    const listening = name === 'upgrade' ? secure : silent;
    const driven = drive(
      {
        protocol: name === 'upgrade' ? 'wss' : name === 'tls' ? 'mqtts' : 'mqtt',
        host: 'localhost',
        port: listening.port,
        srv: name === 'srv',
        tls: { ca: authority.cert, verify: true },
      },
      {
        factory,
        onStage: (stage, transport) => {
          if (stage.name === name && stage.endUs === undefined && stage.failure === undefined) transport.destroy();
        },
      },
    );
    expect(await driven.closed).toEqual({ code: 'aborted', data: { stage: name } });
    expect(driven.stages.get(name)?.failure?.code).toBe('aborted');
    await expect.poll(() => connections(listening)).toBe(0);
  });

  it('while a name is being resolved opens nothing afterwards', async () => {
    await using listening = await serve(() => {});
    const answer = Promise.withResolvers<readonly string[]>();
    const factory = createTransportFactory({
      resolver: { addresses: () => answer.promise, services: () => answer.promise.then(() => []) },
    });
    const driven = drive(
      { protocol: 'mqtt', host: 'broker', port: listening.port },
      { factory, onStage: (_stage, transport) => transport.destroy() },
    );
    await driven.closed;
    answer.resolve(['127.0.0.1']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(listening.sockets.size).toBe(0);
  });

  it('from inside open, and twice', async () => {
    await using listening = await serve(() => {});
    const driven = drive(
      { protocol: 'mqtt', port: listening.port },
      {
        onOpen: (transport) => {
          transport.destroy();
          transport.destroy();
        },
      },
    );
    expect(await driven.closed).toMatchObject({ code: 'aborted', data: { stage: 'open' } });
    expect(driven.transport.write(CONNECT)).toBe(false);
    await expect.poll(() => connections(listening)).toBe(0);
  });

  it('without having opened, by end', async () => {
    await using listening = await serve(() => {});
    const driven = drive({ protocol: 'mqtts', port: listening.port, tls: { verify: false } });
    driven.transport.end();
    expect(await driven.closed).toMatchObject({ code: 'aborted' });
  });

  it('write before open is a mistake of the caller', () => {
    const driven = drive({ protocol: 'mqtt', port: 1 });
    expect(() => driven.transport.write(CONNECT)).toThrow('write before open');
    return driven.closed;
  });
});

describe('the end of an open connection', () => {
  it('closed by the peer, after its last bytes', async () => {
    await using listening = await serve((socket) => socket.end('last words'));
    const driven = drive({ protocol: 'mqtt', port: listening.port });
    expect(await driven.closed).toMatchObject({
      code: 'closed-by-peer',
      data: { bytesReceived: 10, bytesSent: 0, tls: false },
    });
    expect(driven.received().toString()).toBe('last words');
  });

  it('reset in the middle', async () => {
    await using listening = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const driven = drive(
      { protocol: 'mqtt', port: listening.port },
      { onOpen: (transport) => transport.write(CONNECT) },
    );
    expect(await driven.closed).toMatchObject({ code: 'tcp-reset', data: { errno: 'ECONNRESET', bytesSent: 14 } });
  });

  it('the broker dies', async () => {
    await using broker = await startMosquitto();
    const driven = drive({ protocol: 'mqtt', port: broker.port }, { onOpen: (transport) => transport.write(CONNECT) });
    await driven.receivedAtLeast(4);
    await broker.kill();
    expect((await driven.closed)?.code).toMatch(/closed-by-peer|tcp-reset/);
  });

  it('end flushes everything before the connection closes', async () => {
    const got = Promise.withResolvers<number>();
    await using listening = await serve((socket) => {
      let count = 0;
      socket.on('data', (chunk) => (count += chunk.length)).on('end', () => got.resolve(count));
    });
    const driven = drive({ protocol: 'mqtt', port: listening.port });
    await driven.opened;
    for (let index = 0; index < 32; index += 1) driven.transport.write(new Uint8Array(1 << 20));
    driven.transport.end();
    expect(driven.transport.write(CONNECT)).toBe(false);
    expect(await driven.closed).toBeUndefined();
    expect(await got.promise).toBe(32 << 20);
  });

  it('end does not wait for a peer that never closes its side', async () => {
    await using listening = await listen(createServer({ allowHalfOpen: true }, (socket) => socket.resume()));
    const driven = drive({ protocol: 'mqtt', port: listening.port });
    await driven.opened;
    driven.transport.write(CONNECT);
    driven.transport.end();
    expect(await driven.closed).toBeUndefined();
  });

  it('end tells what could not be sent to a peer that stopped reading', async () => {
    await using listening = await serve((socket) => socket.pause());
    const driven = drive({ protocol: 'mqtt', port: listening.port });
    await driven.opened;
    driven.transport.write(new Uint8Array(64 << 20));
    driven.transport.end();
    expect(await driven.closed).toMatchObject({ code: 'write-failed' });
  });
});

describe('back-pressure', () => {
  it('write answers false while a slow peer does not read, and drained follows', async () => {
    const peer = Promise.withResolvers<Socket>();
    await using listening = await serve((socket) => {
      socket.pause();
      peer.resolve(socket);
    });
    const driven = drive({ protocol: 'mqtt', port: listening.port });
    await driven.opened;
    let sent = 0;
    while (driven.transport.write(new Uint8Array(1 << 16))) {
      sent += 1 << 16;
      await new Promise((resolve) => setImmediate(resolve));
      if (sent > 1 << 28) throw new Error('no back-pressure');
    }
    const drained = driven.drained();
    (await peer.promise).resume();
    await drained;
    expect(sent).toBeGreaterThan(1 << 16);
    driven.transport.destroy();
    await driven.closed;
  });

  it('pause stops reading until resume, and a pause from before open counts', async () => {
    await using listening = await serve((socket) => socket.write(new Uint8Array(1 << 25)));
    const driven = drive({ protocol: 'mqtt', port: listening.port }, { hashOnly: true });
    driven.transport.pause();
    await driven.opened;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const held = driven.receivedBytes();
    expect(held).toBeLessThan(1 << 20);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(driven.receivedBytes()).toBe(held);
    driven.transport.resume();
    await driven.receivedAtLeast(1 << 25);
    driven.transport.destroy();
    await driven.closed;
  });
});
