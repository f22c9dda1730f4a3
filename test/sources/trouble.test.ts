/** A session source in trouble: brokers that die, freeze, refuse, and peers that send what no broker should. */

import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { mosquittoPublish } from '../support/mqtt-peers.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { freePort } from '../support/ports.ts';
import { CONNACK_4, peer, publishHead } from '../support/scripted-peer.ts';
import { DrivenSource } from './drive-source.ts';

describe('a broker that comes back', () => {
  it('is met again, with the subscriptions and the messages that were not acknowledged', async () => {
    const port = await freePort();
    let broker = await startMosquitto({ listeners: [{ protocol: 'mqtt', port }] });
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port } });
    await driven.connect();
    await driven.subscribe('back/#', 1);
    await broker.kill();
    await driven.until('waiting', () => driven.source.state !== 'connected');
    driven.publish('back/later', 'kept', 1);
    expect(driven.source.snapshot().queued).toBe(1);
    const wasRefused = () => driven.source.log.attempts.some(({ failure }) => failure?.code === 'tcp-refused');
    await driven.until('an attempt was refused', wasRefused);

    broker = await startMosquitto({ listeners: [{ protocol: 'mqtt', port }] });
    try {
      await driven.until('connected again', () => driven.source.state === 'connected');
      await driven.until('its own message came back', () => driven.topic('back/later')?.messages === 2);
      const lines = driven.transcript();
      expect(lines.filter((line) => line.startsWith('→ CONNECT')).length).toBeGreaterThanOrEqual(2);
      expect(lines.filter((line) => line.startsWith('→ SUBSCRIBE'))).toHaveLength(2);
      expect(lines).toContain('* connection-failed');
      expect(driven.source.failure).toBeUndefined();
      const attempts = driven.source.log.attempts;
      expect(attempts.length).toBeGreaterThanOrEqual(3);
      const refused = attempts.find(({ failure }) => failure?.code === 'tcp-refused');
      expect(refused?.stages.at(-1)).toMatchObject({ name: 'tcp', failed: true });
    } finally {
      await broker.stop();
    }
  });

  it.each([4, 5] as const)(
    'resumes the session of version %i and resends what was in flight',
    async (protocolVersion) => {
      await using broker = await startMosquitto({ settings: ['persistent_client_expiration 1h'] });
      const properties = protocolVersion === 5 ? { properties: { sessionExpiryInterval: 600 } } : {};
      using driven = new DrivenSource({
        session: { protocolVersion, cleanStart: false, ...properties },
        transport: { port: broker.port },
      });
      await driven.connect();
      await driven.subscribe('kept/#', 2);
      // Frozen, it takes the bytes into its socket and answers nothing; the cut then loses the answers.
      broker.freeze();
      driven.publish('kept/one', 'one', 1);
      driven.publish('kept/two', 'two', 2);
      await driven.until('both recorded', () => driven.topic('kept/two')?.messages === 1);
      driven.source.abort();
      await driven.until('cut', () => driven.source.state === 'idle');
      broker.thaw();
      await driven.connect();
      await driven.until('both acknowledged', () => driven.settled.length === 2);
      expect(driven.count('session-resumed')).toBe(1);
      const lines = driven.transcript();
      expect(lines.filter((line) => line.startsWith('→ SUBSCRIBE'))).toHaveLength(1);
      expect(lines.filter((line) => /^→ PUBLISH kept\/one q1 #\d+ dup/.test(line))).toHaveLength(1);
      expect(driven.flows('kept/one')[0]).toBe('publish1 → complete: PUBLISH PUBLISH(dup) PUBACK');
    },
  );
});

describe('a broker that is silent', () => {
  it('is given up after the keep-alive, and the log says so', async () => {
    await using broker = await startMosquitto();
    using driven = new DrivenSource({
      session: { keepAlive: 1, pingTimeoutMs: 1_000 },
      transport: { port: broker.port },
    });
    await driven.connect();
    await driven.until('a ping was answered', () => driven.count('ping-answered') > 0);
    broker.freeze();
    await driven.until('given up', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({ stage: 'session', code: 'keep-alive-timeout' });
    const lines = driven.transcript();
    expect(lines).toContain('← PINGRESP');
    expect(lines.filter((line) => line === '→ PINGREQ').length).toBeGreaterThanOrEqual(2);
    broker.thaw();
    await driven.until('connected again', () => driven.source.state === 'connected');
    expect(driven.source.failure).toBeUndefined();
  });

  it('is given up when no CONNACK comes', async () => {
    await using silent = await peer(() => undefined);
    using driven = new DrivenSource({ session: { connackTimeoutMs: 300 }, transport: { port: silent.port } });
    driven.source.connect();
    await driven.until('given up', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({ stage: 'connect', code: 'connack-timeout' });
    expect(driven.source.log.attempts[0]?.stages.at(-1)).toMatchObject({ name: 'connect', failed: true });
  });
});

describe('a broker that refuses', () => {
  it.each([
    [3, 5],
    [4, 5],
    [5, 0x87],
  ] as const)('credentials in version %i are refused with %i, and not tried again', async (protocolVersion, code) => {
    await using broker = await startMosquitto({ users: { right: 'secret' } });
    using driven = new DrivenSource({
      session: { protocolVersion, username: 'right', password: new TextEncoder().encode('wrong') },
      transport: { port: broker.port },
    });
    driven.source.connect();
    await driven.until('refused', () => driven.source.state === 'failed');
    expect(driven.source.failure).toMatchObject({ stage: 'connect', code: 'connack', data: { reasonCode: code } });
    expect(driven.stages().at(-1)).toBe('connect!');
    expect(driven.source.log.attempts).toHaveLength(1);
  });

  it('takes the right ones', async () => {
    await using broker = await startMosquitto({ users: { right: 'secret' } });
    using driven = new DrivenSource({
      session: { username: 'right', password: new TextEncoder().encode('secret') },
      transport: { port: broker.port },
    });
    await driven.connect();
    expect(driven.source.state).toBe('connected');
  });
});

describe('a second client with the same identifier', () => {
  it('is announced by 0x8E in version 5, and no fight begins', async () => {
    await using server = await peer((socket) => {
      socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
      socket.end(Buffer.from([0xe0, 2, 0x8e, 0]));
    });
    using driven = new DrivenSource({ session: { protocolVersion: 5 }, transport: { port: server.port } });
    driven.source.connect();
    await driven.until('taken over', () => driven.source.state === 'failed');
    expect(driven.source.failure).toMatchObject({ code: 'taken-over', data: { reasonCode: 0x8e } });
    expect(driven.transcript()).toContain('← DISCONNECT session-taken-over');
    expect(driven.source.log.attempts).toHaveLength(1);
  });

  it('is suspected in version 3.1.1, where the server can only close', async () => {
    await using broker = await startMosquitto();
    const session = { protocolVersion: 4, clientId: 'twin' } as const;
    using first = new DrivenSource({ session, transport: { port: broker.port } });
    await first.connect();
    using second = new DrivenSource({ session, transport: { port: broker.port } });
    await second.connect();
    await first.until('suspicion', () => first.count('taken-over') + second.count('taken-over') > 0, 18_000);
    const facts = [...first.facts, ...second.facts].filter((fact) => fact.fact === 'taken-over');
    expect(facts[0]).toMatchObject({ suspected: true });
    const failures = [first, second].flatMap(({ source }) => source.log.attempts.map(({ failure }) => failure));
    expect(failures.find((failure) => failure?.code === 'taken-over')).toMatchObject({
      stage: 'session',
      data: { suspected: true },
    });
  });
});

describe('a peer that is no broker', () => {
  it('sends junk: the bytes are kept as a malformed row, the connection ends', async () => {
    await using junk = await peer((socket) => socket.write(`HTTP/1.1 400 Bad Request\r\n\r\n${'?'.repeat(200)}`));
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: junk.port } });
    driven.source.connect();
    await driven.until('given up', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({ stage: 'connect', code: 'protocol-error' });
    expect(driven.source.failure?.data['rule']).toMatch(/^MQTT-/);
    expect(driven.recording.malformed).toBeGreaterThan(0);
    const lines = driven.transcript();
    expect(lines.slice(0, 3)).toEqual(['* connection-opened', expect.stringMatching(/^→ CONNECT/), '← malformed']);
    const { capture } = driven.recording;
    expect(Buffer.from(capture.bytes(2)).toString('latin1')).toContain('HTTP/1.1 400');
  });

  it.each([
    ['HTTP', 'HTTP/1.1 4', 'http'],
    ['a TLS alert', '\u0015\u0003\u0001\u0000\u0002\u0002\u0046', 'tls'],
    ['half a PUBLISH', '0\u007f', undefined],
  ])('begins with %s and stays: it is given up at once', async (_name, words, peerSpoke) => {
    await using odd = await peer((socket) => socket.write(Buffer.from(words, 'latin1')));
    using driven = new DrivenSource({ session: { protocolVersion: 5 }, transport: { port: odd.port } });
    driven.source.connect();
    await driven.until('given up', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({ stage: 'connect', code: 'protocol-error' });
    expect(driven.source.failure?.data['peerSpoke']).toBe(peerSpoke);
  });

  it('answers in HTTP and closes: what it said is in the rows', async () => {
    await using web = await peer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: web.port } });
    driven.source.connect();
    await driven.until('given up', () => driven.source.failure !== undefined);
    expect(driven.source.failure?.stage).toBe('connect');
    await driven.until('closed', () => driven.recording.capture.nextSeq > 3);
    expect(Buffer.from(driven.recording.capture.bytes(2)).toString('latin1')).toContain('HTTP/1.1 400');
  });

  it('closes in the middle of a packet: what came is a row, the rest is known to be missing', async () => {
    await using cut = await peer((socket, connection) => {
      if (connection > 0) return;
      socket.write(Buffer.concat([CONNACK_4, publishHead('half/way', 100), Buffer.from('only this')]));
      setTimeout(() => socket.end(), 50);
    });
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: cut.port } });
    driven.source.connect();
    await driven.until('closed', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({ stage: 'session', code: 'closed-by-peer' });
    const { capture } = driven.recording;
    await driven.until('the event', () => driven.transcript().includes('* connection-closed'));
    const at = driven.transcript().indexOf('* connection-closed') - 1;
    expect(Buffer.from(capture.bytes(at)).toString()).toContain('half/way');
    expect(Buffer.from(capture.bytes(at)).toString()).toContain('only this');
  });

  it('sends what only clients send: a protocol error with its statement', async () => {
    await using wrong = await peer((socket) => socket.write(Buffer.concat([CONNACK_4, Buffer.from([0xc0, 0])])));
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: wrong.port } });
    driven.source.connect();
    await driven.until('noted', () => driven.count('protocol-error') > 0);
    expect(driven.transcript().slice(2, 4)).toEqual(['← CONNACK connection-accepted', '← malformed']);
    expect(driven.source.log.attempts[0]?.failure).toMatchObject({ code: 'protocol-error' });
  });

  it('floods: every message is counted', async () => {
    const messages = 200_000;
    const one = Buffer.concat([publishHead('flood/topic', 20), Buffer.alloc(20, 0x2e)]);
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => one));
    await using flood = await peer((socket, connection) => {
      if (connection > 0) return;
      socket.write(CONNACK_4);
      let left = messages / 1_000;
      const pour = (): void => {
        while (left > 0) {
          left -= 1;
          if (!socket.write(many)) {
            socket.once('drain', pour);
            return;
          }
        }
      };
      pour();
    });
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: flood.port } });
    await driven.connect();
    await driven.until('all counted', () => driven.topic('flood/topic')?.messages === messages);
    expect(driven.recording.capture.totals.messages[1]).toBe(messages);
    expect(driven.recording.capture.nextSeq).toBe(messages + 3);
  });

  const LARGE = 200 * 1024 * 1024;
  const sendLarge = (socket: Socket): void => {
    socket.write(Buffer.concat([CONNACK_4, publishHead('large/one', LARGE)]));
    const piece = Buffer.alloc(1024 * 1024, 0x61);
    let left = LARGE / piece.length;
    const pour = (): void => {
      while (left > 0) {
        left -= 1;
        if (!socket.write(piece)) {
          socket.once('drain', pour);
          return;
        }
      }
      socket.write(Buffer.concat([publishHead('after/it', 2), Buffer.from('ok')]));
    };
    pour();
  };

  it('sends 200 MB in one message: kept whole', async () => {
    await using server = await peer((socket, connection) => connection === 0 && sendLarge(socket));
    using driven = new DrivenSource({
      session: { protocolVersion: 4 },
      transport: { port: server.port },
      byteBudget: 512 * 1024 * 1024,
    });
    await driven.connect();
    await driven.until('the message after it', () => driven.topic('after/it')?.messages === 1);
    const { capture } = driven.recording;
    const seq = capture.nextSeq - 2;
    expect(capture.bytes(seq).length).toBe(publishHead('large/one', LARGE).length + LARGE);
    expect(capture.bytes(seq).at(-1)).toBe(0x61);
    expect(capture.refused).toBe(0);
  });

  it('sends more than the stated limit: a row says so, the stream goes on', async () => {
    await using server = await peer((socket, connection) => connection === 0 && sendLarge(socket));
    using driven = new DrivenSource({
      session: { protocolVersion: 4 },
      transport: { port: server.port },
      maxPacketBytes: 1_000_000,
    });
    await driven.connect();
    await driven.until('the message after it', () => driven.topic('after/it')?.messages === 1);
    const { capture } = driven.recording;
    expect(capture.refused).toBe(1);
    const seq = capture.nextSeq - 2;
    expect(capture.length(seq)).toBe(publishHead('large/one', LARGE).length + LARGE);
    expect(capture.bytes(seq).length).toBeLessThan(1_000_000);
    expect(driven.source.state).toBe('connected');
  });
});

describe('an address where nobody is', () => {
  it.each([
    ['a port that refuses', '127.0.0.1', 'tcp-refused', 'tcp'],
    ['a name that does not exist', 'nobody.invalid', /^dns-/, 'dns'],
  ] as const)('%s', async (_name, host, code, stage) => {
    using driven = new DrivenSource({ transport: { host, port: await freePort() } });
    driven.source.connect();
    await driven.until('failed', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({
      stage,
      code: typeof code === 'string' ? code : expect.stringMatching(code),
    });
    expect(driven.source.state).toBe('waiting');
  });
});

describe('closing', () => {
  const open: DrivenSource[] = [];
  afterEach(() => {
    for (const driven of open.splice(0)) driven[Symbol.dispose]();
  });

  it('while messages come ends the session in order; the recording stays readable', async () => {
    await using broker = await startMosquitto();
    const driven = new DrivenSource({ session: { clientId: 'closer' }, transport: { port: broker.port } });
    open.push(driven);
    await driven.connect();
    await driven.subscribe('while/#', 1);
    await mosquittoPublish(broker.port, { topic: 'while/closing', payload: 'x', qos: 1 });
    await driven.until('it came', () => driven.topic('while/closing')?.messages === 1);
    driven.source.close();
    driven.source.close();
    await broker.logged('Client closer disconnected.');
    expect(driven.transcript()).toContain('→ DISCONNECT normal-disconnection');
    expect(driven.source.publish({ topic: 'a', payload: new Uint8Array(), qos: 0, retain: false }).outcome).toBe(
      'refused',
    );
  });
});

describe('a message longer than a packet can be', () => {
  it('is refused with the limit, and leaves the session as it was', async () => {
    await using broker = await startMosquitto();
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: broker.port } });
    await driven.connect();
    const payload = new Uint8Array(268_435_455);
    const refused = driven.source.publish({ topic: 'far/too/long', payload, qos: 0, retain: false });
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'packet-too-large', limit: 268_435_455 });
    driven.publish('short', 'enough', 1);
    await driven.until('PUBACK', () => driven.settled.length === 1);
    expect(driven.settled).toEqual(['#1 acknowledged']);
  });
});
