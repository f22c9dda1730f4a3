/** What a shaped connection keeps of a connection's rules: every byte in its order, back-pressure, closing, and nothing told inside a call. */

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ShapedRelay, ShapedTransport } from '../../main/engine/shaping/shaped-link.ts';
import type { TransportFactory, TransportFailure } from '../../main/engine/sources/ports.ts';
import { createRelay, createTransport } from '../../main/engine/transport/create.ts';
import { systemClock, systemRandom } from '../../main/engine/transport/system.ts';
import { type LinkConditions, PRESETS, UNSHAPED } from '../../shared/contract/shaping.ts';
import { listen } from '../support/ports.ts';
import { drive } from '../transport/drive.ts';

const clock = systemClock;
const SLOW: LinkConditions = { ...UNSHAPED, latencyMs: 50 };

const optionsOf = (conditions: LinkConditions) => ({
  clock,
  random: systemRandom,
  conditions,
  sinceUs: clock.nowUs(),
});

/** A factory that keeps what it made, so that its conditions can be changed. */
function shaped(conditions: LinkConditions): { readonly factory: TransportFactory; readonly links: ShapedTransport[] } {
  const links: ShapedTransport[] = [];
  const factory: TransportFactory = (target) => {
    const link = new ShapedTransport(createTransport(target), { ...optionsOf(conditions), target });
    links.push(link);
    return link;
  };
  return { factory, links };
}

function server(act: (socket: Socket) => void) {
  return listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      act(socket);
    }),
  );
}

describe('a shaped transport', () => {
  it('sends every byte both ways in its order while the conditions change', { timeout: 60_000 }, async () => {
    await using echo = await server((socket) => void socket.pipe(socket));
    const { factory, links } = shaped({ ...UNSHAPED, upKbit: 200_000 });
    const driven = drive({ protocol: 'mqtt', port: echo.port }, { factory, hashOnly: true });
    await driven.opened;
    const sent = randomBytes(12 << 20);
    const turns: readonly LinkConditions[] = [
      { ...UNSHAPED, latencyMs: 5, jitterMs: 5 },
      PRESETS.offline,
      UNSHAPED,
      { ...UNSHAPED, upKbit: 400_000, downKbit: 200_000 },
      { ...UNSHAPED, latencyMs: 2, outageEveryMs: 40, outageMs: 20 },
      PRESETS['half-open'],
    ];
    let turn = 0;
    const changing = setInterval(() => {
      links[0]?.shape(turns[turn % turns.length] ?? UNSHAPED, clock.nowUs());
      turn += 1;
    }, 30);
    let waited = 0;
    for (let from = 0; from < sent.length; ) {
      const size = 1 + ((from * 7919) % 200_000);
      if (!driven.transport.write(Uint8Array.from(sent.subarray(from, from + size)))) {
        waited += 1;
        await driven.drained();
      }
      from += size;
    }
    await driven.receivedAtLeast(sent.length);
    clearInterval(changing);
    expect(turn).toBeGreaterThan(2);
    expect(waited).toBeGreaterThan(0);
    expect(driven.digest()).toBe(createHash('sha256').update(sent).digest('hex'));
    expect(driven.transport.unsentBytes).toBe(0);
    driven.transport.destroy();
    expect(await driven.closed).toMatchObject({ code: 'aborted' });
  });

  it('counts as unsent what is on its way', async () => {
    await using echo = await server((socket) => void socket.pipe(socket));
    const { factory, links } = shaped(UNSHAPED);
    const driven = drive({ protocol: 'mqtt', port: echo.port }, { factory });
    await driven.opened;
    links[0]?.shape(PRESETS.offline, clock.nowUs());
    driven.transport.write(new Uint8Array(1000));
    expect(driven.transport.unsentBytes).toBe(1000);
    links[0]?.shape(UNSHAPED, clock.nowUs());
    await driven.receivedAtLeast(1000);
    expect(driven.transport.unsentBytes).toBe(0);
    driven.transport.destroy();
    await driven.closed;
  });

  it('closes in order behind what was written', async () => {
    const received: Buffer[] = [];
    const ended = Promise.withResolvers<void>();
    await using peer = await server((socket) => {
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('end', () => {
        ended.resolve();
        socket.end();
      });
    });
    const driven = drive({ protocol: 'mqtt', port: peer.port }, { factory: shaped(SLOW).factory });
    await driven.opened;
    driven.transport.write(new Uint8Array(50_000));
    driven.transport.end();
    await ended.promise;
    expect(Buffer.concat(received)).toHaveLength(50_000);
    expect(await driven.closed).toBeUndefined();
  });

  it('is destroyed at once, before it connects and after', async () => {
    let connections = 0;
    await using peer = await server(() => (connections += 1));
    const early = drive({ protocol: 'mqtt', port: peer.port }, { factory: shaped(PRESETS.offline).factory });
    early.transport.destroy();
    expect(await early.closed).toEqual({ code: 'aborted', data: { stage: 'start' } });
    expect(connections).toBe(0);
    const { factory, links } = shaped(UNSHAPED);
    const late = drive({ protocol: 'mqtt', port: peer.port }, { factory });
    await late.opened;
    links[0]?.shape(PRESETS.offline, clock.nowUs());
    late.transport.write(new Uint8Array(10));
    late.transport.destroy();
    expect(await late.closed).toMatchObject({ code: 'aborted' });
  });

  it('tells a reset that it did itself as the peer’s', async () => {
    await using peer = await server(() => undefined);
    const { factory, links } = shaped(SLOW);
    const driven = drive({ protocol: 'mqtt', port: peer.port }, { factory });
    await driven.opened;
    links[0]?.cut();
    links[0]?.cut();
    expect(await driven.closed).toMatchObject({ code: 'tcp-reset', data: { port: peer.port } });
  });

  it('brings nothing to a reader that rests', async () => {
    await using peer = await server((socket) => socket.write(Buffer.alloc(3_000_000, 7)));
    const { factory } = shaped({ ...UNSHAPED, latencyMs: 1 });
    let resting = false;
    const driven = drive(
      { protocol: 'mqtt', port: peer.port },
      {
        factory,
        hashOnly: true,
        onData: (_bytes, transport) => {
          expect(resting).toBe(false);
          transport.pause();
          resting = true;
          setTimeout(() => {
            resting = false;
            transport.resume();
          }, 2);
        },
      },
    );
    await driven.receivedAtLeast(3_000_000);
    driven.transport.destroy();
    await driven.closed;
  });
});

describe('a shaped relay', () => {
  it('closes its halves one by one, each behind its bytes', async () => {
    const story: string[] = [];
    await using peer = await server((socket) => {
      socket.on('data', (chunk: Buffer) => story.push(`server ${chunk.length}`));
      socket.on('end', () => story.push('server end'));
      socket.write('first');
      socket.end('last');
    });
    const target = { protocol: 'mqtt', host: '127.0.0.1', port: peer.port, connectTimeoutMs: 5000 } as const;
    const relay = new ShapedRelay(createRelay(target), { ...optionsOf(SLOW), target });
    const closed = Promise.withResolvers<TransportFailure | undefined>();
    let heard = '';
    relay.start({
      stage: () => undefined,
      open: () => undefined,
      data: (bytes) => (heard += Buffer.from(bytes).toString()),
      drained: () => undefined,
      ended: () => {
        story.push(`ended after ${heard}`);
        relay.write(new Uint8Array(1000));
        relay.finish();
      },
      closed: closed.resolve,
    });
    expect(await closed.promise).toBeUndefined();
    expect(story).toEqual(['ended after firstlast', 'server 1000', 'server end']);
  });

  it('resets at once, so that the server notices', async () => {
    const reset = Promise.withResolvers<string>();
    await using peer = await server((socket) => {
      socket.on('error', ({ message }) => reset.resolve(message));
      socket.resume();
    });
    const target = { protocol: 'mqtt', host: '127.0.0.1', port: peer.port, connectTimeoutMs: 5000 } as const;
    const relay = new ShapedRelay(createRelay(target), { ...optionsOf(UNSHAPED), target });
    const opened = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<TransportFailure | undefined>();
    relay.start({
      stage: () => undefined,
      open: () => opened.resolve(),
      data: () => undefined,
      drained: () => undefined,
      ended: () => undefined,
      closed: closed.resolve,
    });
    await opened.promise;
    relay.shape(PRESETS.offline, clock.nowUs());
    relay.write(new Uint8Array(10));
    relay.cut();
    expect(await reset.promise).toContain('ECONNRESET');
    expect(await closed.promise).toMatchObject({ code: 'tcp-reset' });
  });
});
