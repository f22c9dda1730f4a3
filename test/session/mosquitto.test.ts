/** The session against mosquitto, over a bare socket and our codec: handshakes, resends and refusals of a server that nobody here wrote. */

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { scanFrame } from '../../main/engine/codec/frame.ts';
import type { AckType, OutgoingMessage, SessionFact, SessionOutput } from '../../main/engine/session/output.ts';
import { ClientSession } from '../../main/engine/session/session.ts';
import type { Packet, ProtocolVersion, PublishPacket, QoS } from '../../shared/mqtt/packet.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type PlaybookOptions, sessionOptions } from './playbook.ts';

const ACKS = { 4: 'puback', 5: 'pubrec', 6: 'pubrel', 7: 'pubcomp' } as const;
const UTF8 = { encode: new TextEncoder(), decode: new TextDecoder() };

/** The least of a source: a socket, the codec and a timer around one session. */
class Client implements SessionOutput, AsyncDisposable {
  readonly session: ClientSession;
  readonly facts: SessionFact[] = [];
  readonly received: string[] = [];
  readonly settled: string[] = [];
  readonly sent: Packet[] = [];
  /** Lets no acknowledgement of ours out, as if the link were dead in that direction. */
  isMuted = false;
  readonly #version: ProtocolVersion;
  readonly #port: number;
  #socket: Socket | undefined;
  #pending = new Uint8Array(0);
  readonly #timer: NodeJS.Timeout;

  constructor(version: ProtocolVersion, port: number, options: PlaybookOptions) {
    this.#version = version;
    this.#port = port;
    this.session = new ClientSession(
      sessionOptions(version, { reconnect: { minDelayMs: 20, jitter: 0 }, ...options }),
      this,
    );
    this.#timer = setInterval(() => this.session.tick(performance.now()), 5);
    this.session.connect(performance.now());
  }

  publish(topic: string, text: string, qos: QoS, retain = false): void {
    this.session.publish({ topic, payload: UTF8.encode.encode(text), qos, retain }, performance.now());
  }

  cut(): void {
    this.#socket?.destroy();
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + 5_000;
    while (!holds()) {
      if (performance.now() > deadline) {
        expect.fail(`${what} did not come to pass; facts: ${JSON.stringify(this.facts)}`);
      }
      await sleep(5);
    }
  }

  told(name: SessionFact['fact']): boolean {
    return this.facts.some(({ fact }) => fact === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.session.disconnect(performance.now());
    await this.until('the end', () => this.session.state === 'idle' || this.session.state === 'failed');
    clearInterval(this.#timer);
  }

  openTransport(): void {
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    this.#pending = new Uint8Array(0);
    socket.on('connect', () => this.session.transportOpened(performance.now()));
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => this.session.transportClosed(performance.now()));
  }

  closeTransport(how: 'end' | 'destroy'): void {
    if (how === 'end') this.#socket?.end();
    else this.#socket?.destroy();
  }

  sendPacket(packet: Packet): void {
    this.sent.push(packet);
    if (!this.isMuted) this.#socket?.write(encodePacket(packet, this.#version));
  }

  sendPublish(message: OutgoingMessage, packetId: number, dup: boolean, topicAlias: number, omitTopic: boolean): void {
    this.sendPacket(wired(message, packetId, dup, topicAlias, omitTopic));
  }

  sendAck(type: AckType, packetId: number, reasonCode: number): void {
    this.sendPacket({ type: ACKS[type], packetId, reasonCode });
  }

  publishSettled(ticket: number, _packetId: number, settlement: string): void {
    this.settled.push(`${ticket} ${settlement}`);
  }

  fact(fact: SessionFact): void {
    this.facts.push(fact);
  }

  packetSize(packet: Packet): number {
    return encodePacket(packet, this.#version).length;
  }

  publishSize(message: OutgoingMessage, topicAlias: number, omitTopic: boolean): number {
    return this.packetSize(wired(message, 1, false, topicAlias, omitTopic));
  }

  #read(bytes: Uint8Array): void {
    const nowMs = performance.now();
    this.session.noteInbound(nowMs);
    const all = new Uint8Array(this.#pending.length + bytes.length);
    all.set(this.#pending);
    all.set(bytes, this.#pending.length);
    let at = 0;
    for (let length = scanFrame(all, at, all.length); length > 0; length = scanFrame(all, at, all.length)) {
      const { packet, malformed } = decodePacket(all.slice(at, at + length), this.#version, 'server-to-client');
      at += length;
      if (malformed !== undefined) this.session.receiveMalformed(malformed, nowMs);
      else if (packet.type !== 'publish') this.session.receivePacket(packet, nowMs);
      else if (this.session.receivePacket(packet, nowMs) === 'deliver') {
        this.received.push(`${packet.topic} ${UTF8.decode.decode(packet.payload)}`);
      }
    }
    this.#pending = all.slice(at);
  }
}

function wired(
  message: OutgoingMessage,
  packetId: number,
  dup: boolean,
  topicAlias: number,
  omitTopic: boolean,
): PublishPacket {
  return {
    type: 'publish',
    dup,
    qos: message.qos,
    retain: message.retain,
    topic: omitTopic ? '' : message.topic,
    ...(message.qos === 0 ? {} : { packetId }),
    ...(topicAlias === 0 ? {} : { properties: { ...message.properties, topicAlias } }),
    payload: message.payload,
  };
}

let broker: Mosquitto;
/** Allows little: 3.1 and 3.1.1 clients cannot know, so it is for 5.0 alone. */
let narrow: Mosquitto;
let strict: Mosquitto;

beforeAll(async () => {
  broker = await startMosquitto();
  narrow = await startMosquitto({ settings: ['max_inflight_messages 5'] });
  strict = await startMosquitto({ users: { ann: 'secret' } });
});

afterAll(async () => {
  await broker.stop();
  await narrow.stop();
  await strict.stop();
});

/** Connections that ended so far: a state may have moved on before anybody looks. */
const endings = (of: Client): number => of.facts.filter(({ fact }) => fact === 'connection-ended').length;

describe.each([3, 4, 5] as const)('with mosquitto, MQTT level %i', (version) => {
  const client = (options: PlaybookOptions = {}, port = broker.port) => new Client(version, port, options);
  const kept = (clientId: string): PlaybookOptions => ({
    clientId,
    cleanStart: false,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}),
  });

  it('publishes and receives at every QoS', async () => {
    await using one = client({ clientId: `one-${version}`, subscriptions: [{ topicFilter: `t${version}/#`, qos: 2 }] });
    await one.until('SUBACK', () => one.told('subscribed'));
    const expected: string[] = [];
    for (let count = 0; count < 60; count += 1) {
      one.publish(`t${version}/${count % 3}`, String(count), count % 3 === 0 ? 0 : count % 3 === 1 ? 1 : 2);
      expected.push(`t${version}/${count % 3} ${count}`);
    }
    await one.until('all messages', () => one.received.length >= 60 && one.session.snapshot().inFlightIn === 0);
    expect(one.received.toSorted()).toEqual(expected.toSorted());
    await one.until('all acknowledgements', () => one.settled.length === 40);
    expect(one.settled.every((text) => text.endsWith('acknowledged'))).toBe(true);
    expect(one.facts.filter(({ fact }) => fact === 'protocol-error')).toEqual([]);
  });

  it('resends after a cut what the server did not acknowledge, and QoS 2 arrives once', async () => {
    await using listener = client({
      clientId: `listener-${version}`,
      subscriptions: [{ topicFilter: `cut${version}`, qos: 2 }],
    });
    await listener.until('SUBACK', () => listener.told('subscribed'));
    await using sender = client(kept(`sender-${version}`));
    await sender.until('CONNACK', () => sender.session.state === 'connected');
    for (let round = 0; round < 5; round += 1) {
      for (let count = 0; count < 20; count += 1) sender.publish(`cut${version}`, `${round}.${count}`, 2);
      await sleep(round);
      const losses = endings(sender);
      sender.cut();
      await sender.until('the cut', () => endings(sender) > losses);
      await sender.until('CONNACK', () => sender.session.state === 'connected');
    }
    await sender.until('settling', () => sender.settled.length === 100);
    await listener.until('all messages', () => listener.received.length >= 100);
    await sleep(50);
    expect(new Set(listener.received).size).toBe(100);
    expect(listener.received).toHaveLength(100);
    expect(sender.facts.filter(({ fact }) => fact === 'session-resumed')).toHaveLength(5);
  });

  it('receives QoS 2 once although its answers were lost', async () => {
    await using sender = client({ clientId: `from-${version}` });
    const options = { ...kept(`to-${version}`), subscriptions: [{ topicFilter: `mute${version}`, qos: 2 as const }] };
    await using listener = client(options);
    await listener.until('SUBACK', () => listener.told('subscribed'));
    listener.isMuted = true;
    for (let count = 0; count < 3; count += 1) sender.publish(`mute${version}`, String(count), 2);
    await listener.until('messages', () => listener.received.length === 3);
    listener.isMuted = false;
    listener.cut();
    await listener.until('reconnecting', () => listener.told('reconnect-scheduled'));
    await listener.until('CONNACK', () => listener.session.state === 'connected');
    await listener.until('the handshakes', () => listener.session.snapshot().inFlightIn === 0);
    expect(listener.received.toSorted()).toEqual([0, 1, 2].map((count) => `mute${version} ${count}`));
  });

  it('tells bad credentials and does not try again', async () => {
    await using refused = client(
      { clientId: `bad-${version}`, username: 'ann', password: UTF8.encode.encode('wrong') },
      strict.port,
    );
    await refused.until('refusal', () => refused.session.state === 'failed');
    const reasonCode = version === 5 ? 0x87 : 5;
    expect(refused.facts).toContainEqual(
      expect.objectContaining({ fact: 'connection-refused', reasonCode, heals: false }),
    );
  });

  it('suspects a take-over where two clients of one identifier evict each other', async () => {
    await using first = client({ clientId: `same-${version}` });
    await first.until('CONNACK', () => first.session.state === 'connected');
    await using second = client({ clientId: `same-${version}` });
    await first.until('suspicion', () => first.told('taken-over') || second.told('taken-over'));
    expect(first.told('connection-ended')).toBe(true);
  });
});

describe('with mosquitto, MQTT 5.0', () => {
  it('stays within the Receive Maximum that the server announces, and uses its aliases', async () => {
    await using one = new Client(5, narrow.port, {
      clientId: 'limited',
      topicAliases: 'recent',
      inflightWindow: 1_000,
      subscriptions: [{ topicFilter: 'alias/#', qos: 1 }],
    });
    await one.until('SUBACK', () => one.told('subscribed'));
    const { window, limits } = one.session.snapshot();
    expect([window, limits.receiveMaximum, limits.topicAliasMaximum]).toEqual([5, 5, 10]);
    for (let count = 0; count < 50; count += 1) one.publish(`alias/${count % 12}`, String(count), 1);
    await one.until('all messages', () => one.received.length === 50);
    const expected = Array.from({ length: 50 }, (_, count) => `alias/${count % 12} ${count}`);
    expect(one.received).toEqual(expected);
  });

  it('takes the client identifier that the server assigns', async () => {
    await using one = new Client(5, broker.port, { clientId: '' });
    await one.until('CONNACK', () => one.session.state === 'connected');
    expect(one.session.snapshot()).toMatchObject({ clientIdAssigned: true, clientId: expect.stringMatching(/.+/) });
  });
});
