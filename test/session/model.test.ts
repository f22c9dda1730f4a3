/** Random traffic over a transport that breaks: QoS 2 arrives exactly once, QoS 1 at least once, identifiers are never shared. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AckType, OutgoingMessage, SessionOutput, Settlement } from '../../main/engine/session/output.ts';
import { ClientSession } from '../../main/engine/session/session.ts';
import { connack, sessionOptions } from './playbook.ts';

type Wired =
  | {
      readonly kind: 'publish';
      readonly message: number;
      readonly qos: 1 | 2;
      readonly packetId: number;
      readonly dup: boolean;
    }
  | { readonly kind: 'ack'; readonly type: AckType; readonly packetId: number };

const WINDOW = 3;

/** A server that keeps to the specification, for one client. */
class Server {
  readonly delivered: number[] = [];
  /** QoS 2 identifiers of the client that wait for PUBREL. */
  #incoming = new Set<number>();
  #outgoing = new Map<number, { readonly message: number; readonly qos: 1 | 2; released: boolean }>();
  #nextId = 1;
  readonly #send: (packet: Wired) => void;

  constructor(send: (packet: Wired) => void) {
    this.#send = send;
  }

  /** A connection; with `kept` the session goes on, else it begins anew. */
  connect(kept: boolean): void {
    if (!kept) {
      this.#incoming = new Set();
      this.#outgoing = new Map();
      return;
    }
    for (const [packetId, { message, qos, released }] of this.#outgoing) {
      if (released) this.#send({ kind: 'ack', type: 6, packetId });
      else this.#send({ kind: 'publish', message, qos, packetId, dup: true });
    }
  }

  publish(message: number, qos: 1 | 2, isConnected: boolean): void {
    while (this.#outgoing.has(this.#nextId)) this.#nextId = (this.#nextId % 65_535) + 1;
    const packetId = this.#nextId;
    this.#nextId = (this.#nextId % 65_535) + 1;
    this.#outgoing.set(packetId, { message, qos, released: false });
    if (isConnected) this.#send({ kind: 'publish', message, qos, packetId, dup: false });
  }

  receive(packet: Wired): void {
    const { packetId } = packet;
    if (packet.kind === 'publish') {
      if (packet.qos === 1) {
        this.delivered.push(packet.message);
        this.#send({ kind: 'ack', type: 4, packetId });
        return;
      }
      if (!this.#incoming.has(packetId)) this.delivered.push(packet.message);
      this.#incoming.add(packetId);
      this.#send({ kind: 'ack', type: 5, packetId });
    } else if (packet.type === 6) {
      this.#incoming.delete(packetId);
      this.#send({ kind: 'ack', type: 7, packetId });
    } else if (packet.type === 5) {
      const entry = this.#outgoing.get(packetId);
      if (entry !== undefined) entry.released = true;
      this.#send({ kind: 'ack', type: 6, packetId });
    } else {
      this.#outgoing.delete(packetId);
    }
  }
}

/** Client and server with a pipe each way; a cut loses what is in the pipes. */
class World implements SessionOutput {
  readonly session: ClientSession;
  readonly server = new Server((packet) => this.#toClient.push(packet));
  readonly received: number[] = [];
  readonly settled = new Map<number, Settlement>();
  readonly faults: string[] = [];
  readonly sent: { message: number; qos: 1 | 2; ticket: number }[] = [];
  readonly served: { message: number; qos: 1 | 2 }[] = [];
  #toServer: Wired[] = [];
  #toClient: Wired[] = [];
  /** Identifiers whose handshake the client has not ended. */
  readonly #held = new Map<number, number>();
  #unacknowledged = new Set<number>();
  #connected = false;
  #nowMs = 0;
  #lastMessage = 0;

  constructor(version: 4 | 5) {
    const properties = version === 5 ? { properties: { sessionExpiryInterval: 1_000 } } : {};
    this.session = new ClientSession(
      sessionOptions(version, { cleanStart: false, inflightWindow: WINDOW, ...properties }),
      this,
    );
    this.session.connect(0);
    this.connect(false);
  }

  connect(kept: boolean): void {
    if (this.#connected) return;
    this.#nowMs += 1_000_000;
    if (this.session.state === 'waiting') this.session.tick(this.#nowMs);
    this.session.transportOpened(this.#nowMs);
    if (!kept) this.#held.clear();
    this.#connected = true;
    this.session.receivePacket(connack({ sessionPresent: kept }), this.#nowMs);
    this.server.connect(kept);
  }

  cut(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#toServer = [];
    this.#toClient = [];
    this.#unacknowledged = new Set();
    this.session.transportClosed(this.#nowMs);
  }

  publish(qos: 1 | 2): void {
    const message = ++this.#lastMessage;
    const outcome = this.session.publish(
      { topic: String(message), payload: new Uint8Array(0), qos, retain: false },
      this.#nowMs,
    );
    if (outcome.outcome === 'refused') this.faults.push(`refused ${outcome.reason}`);
    else this.sent.push({ message, qos, ticket: outcome.ticket });
  }

  serve(qos: 1 | 2): void {
    const message = ++this.#lastMessage;
    this.served.push({ message, qos });
    this.server.publish(message, qos, this.#connected);
  }

  /** Lets up to `count` packets arrive at the server. */
  up(count: number): void {
    for (const packet of this.#toServer.splice(0, count)) this.server.receive(packet);
  }

  /** Lets up to `count` packets arrive at the client. */
  down(count: number): void {
    for (const packet of this.#toClient.splice(0, count)) {
      if (packet.kind === 'ack') {
        if (packet.type === 4 || packet.type === 7) this.#unacknowledged.delete(packet.packetId);
        this.session.receiveAck(packet.type, packet.packetId, 0, this.#nowMs);
      } else {
        const arrival = this.session.receivePublish(packet.packetId, packet.qos, packet.dup, this.#nowMs);
        if (arrival === 'deliver') this.received.push(packet.message);
      }
    }
  }

  /** Lets everything come to rest on a connection that holds. */
  rest(): void {
    this.connect(true);
    while (this.#toServer.length + this.#toClient.length > 0) {
      this.up(1_000);
      this.down(1_000);
    }
  }

  openTransport(): void {}
  closeTransport(): void {
    this.faults.push('closed');
  }
  sendPacket(): void {}

  sendPublish(message: OutgoingMessage, packetId: number, dup: boolean): void {
    const number = Number(message.topic);
    if (!dup && this.#held.has(packetId)) this.faults.push(`identifier ${packetId} used twice`);
    if (dup && this.#held.get(packetId) !== number)
      this.faults.push(`identifier ${packetId} resent for another message`);
    this.#held.set(packetId, number);
    this.#unacknowledged.add(packetId);
    if (this.#unacknowledged.size > WINDOW) this.faults.push('window exceeded');
    this.#toServer.push({ kind: 'publish', message: number, qos: message.qos === 1 ? 1 : 2, packetId, dup });
  }

  sendAck(type: AckType, packetId: number): void {
    this.#toServer.push({ kind: 'ack', type, packetId });
  }

  publishSettled(ticket: number, packetId: number, settlement: Settlement): void {
    if (this.settled.has(ticket)) this.faults.push(`ticket ${ticket} settled twice`);
    this.settled.set(ticket, settlement);
    this.#held.delete(packetId);
  }

  fact(): void {}
  packetSize(): number {
    return 0;
  }
  publishSize(): number {
    return 0;
  }
}

type Action = (world: World) => void;

const qos = fc.constantFrom(1 as const, 2 as const);
const traffic: fc.Arbitrary<Action>[] = [
  qos.map(
    (level): Action =>
      (world) =>
        world.publish(level),
  ),
  qos.map(
    (level): Action =>
      (world) =>
        world.serve(level),
  ),
  fc.integer({ min: 1, max: 4 }).map(
    (count): Action =>
      (world) =>
        world.up(count),
  ),
  fc.integer({ min: 1, max: 4 }).map(
    (count): Action =>
      (world) =>
        world.down(count),
  ),
  fc.constant<Action>((world) => world.cut()),
];
const reliable = fc.oneof(
  ...traffic,
  fc.constant<Action>((world) => world.connect(true)),
);
const forgetful = fc.oneof(
  ...traffic,
  fc.boolean().map(
    (kept): Action =>
      (world) =>
        world.connect(kept),
  ),
);

const times = (list: readonly number[], message: number): number => list.filter((entry) => entry === message).length;

function play(version: 4 | 5, actions: readonly Action[]): World {
  const world = new World(version);
  for (const action of actions) action(world);
  world.rest();
  return world;
}

const RUNS = { numRuns: 300 };

describe.each([4, 5] as const)('random traffic, MQTT level %i', (version) => {
  it('arrives as its QoS promises while the server keeps the session [MQTT-4.3.2-3] [MQTT-4.3.3-10] [MQTT-4.4.0-1]', () => {
    fc.assert(
      fc.property(fc.array(reliable, { maxLength: 120 }), (actions) => {
        const world = play(version, actions);
        expect(world.faults).toEqual([]);
        const wrong = [
          ...world.sent.filter(({ message, qos: level }) => {
            const count = times(world.server.delivered, message);
            return level === 2 ? count !== 1 : count < 1;
          }),
          ...world.served.filter(({ message, qos: level }) => {
            const count = times(world.received, message);
            return level === 2 ? count !== 1 : count < 1;
          }),
        ];
        expect(wrong).toEqual([]);
        expect(world.sent.filter(({ ticket }) => world.settled.get(ticket) !== 'acknowledged')).toEqual([]);
        const { inFlightOut, inFlightIn, queued } = world.session.snapshot();
        expect([inFlightOut, inFlightIn, queued]).toEqual([0, 0, 0]);
      }),
      RUNS,
    );
  });

  it('first arrives in the order of sending, each QoS for itself [MQTT-4.6.0-1]', () => {
    fc.assert(
      fc.property(fc.array(reliable, { maxLength: 120 }), (actions) => {
        const world = play(version, actions);
        for (const level of [1, 2] as const) {
          const sent = world.sent.filter((entry) => entry.qos === level).map(({ message }) => message);
          const arrived = [...new Set(world.server.delivered)].filter((message) => sent.includes(message));
          expect(arrived).toEqual(sent);
        }
      }),
      RUNS,
    );
  });

  it('arrives at least once, or is settled as lost, where the server forgets sessions [MQTT-3.2.2-5]', () => {
    fc.assert(
      fc.property(fc.array(forgetful, { maxLength: 120 }), (actions) => {
        const world = play(version, actions);
        expect(world.faults).toEqual([]);
        const wrong = world.sent.filter(({ message, ticket }) => {
          const settlement = world.settled.get(ticket);
          if (settlement === undefined) return true;
          return settlement === 'acknowledged' && times(world.server.delivered, message) === 0;
        });
        expect(wrong).toEqual([]);
        const twice = world.served.filter(
          ({ message, qos: level }) => level === 2 && times(world.received, message) > 1,
        );
        expect(twice).toEqual([]);
        expect(world.session.snapshot().inFlightOut).toBe(0);
      }),
      RUNS,
    );
  });
});
