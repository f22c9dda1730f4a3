/** The gate of a connection without sockets: any packets, in any pieces, by a clock that only the test moves. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { RuleGate } from '../../main/engine/rules/rule-gate.ts';
import { RuleSet } from '../../main/engine/rules/rule-set.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { systemRandom } from '../../main/engine/transport/system.ts';
import type { Rule } from '../../shared/contract/rules.ts';
import { EVERYTHING } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import type { Direction, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { legalPacket } from '../codec/arbitrary.ts';
import { TestClock } from '../support/test-clock.ts';
import { rule } from './drive-rules.ts';

const DIRECTIONS = ['client-to-server', 'server-to-client'] as const;

function recordingOf(): Recording {
  return new Recording({
    byteBudget: 64 * 1024 * 1024,
    maxPacketBytes: 268_435_460,
    random: systemRandom,
    pieces: 'small',
  });
}

/** A connection whose two sides are lists of bytes. */
class Bare {
  readonly clock = new TestClock();
  readonly rules = new RuleSet();
  readonly recording = recordingOf();
  readonly passed: Record<Direction, Uint8Array[]> = { 'client-to-server': [], 'server-to-client': [] };
  readonly stopped: Record<Direction, boolean> = { 'client-to-server': false, 'server-to-client': false };
  readonly gate: RuleGate;
  readonly connection: number;

  constructor(version: ProtocolVersion = 5, largestBytes = 4_194_304) {
    const { clock, rules, recording } = this;
    this.connection = recording.openConnection(0, version);
    const { connection } = this;
    this.gate = new RuleGate(
      { clock, rules, recording, connection, source: 0, sourceName: () => 'bench', largestBytes, random: systemRandom },
      {
        record: (direction, bytes, timeUs) => recording.append(connection, direction, bytes, timeUs),
        pass: (direction, bytes) => void this.passed[direction].push(bytes),
        stopSender: (direction, stopped) => {
          this.stopped[direction] = stopped;
        },
        close: () => this.gate.end(),
      },
    );
  }

  set(...rules: readonly Rule[]): void {
    this.rules.set(
      { keepAlive: true, rules: [...rules] },
      rules.map(({ filter }) => parseFilter(filter).filter),
    );
  }

  /** As a source does: past the gate while it is open. */
  arrive(direction: Direction, bytes: Uint8Array): void {
    const nowUs = this.clock.nowUs();
    if (!this.gate.isOpen) this.gate.take(direction, bytes, nowUs);
    else {
      this.passed[direction].push(bytes.slice());
      this.recording.append(this.connection, direction, bytes, nowUs);
    }
  }

  bytes(direction: Direction): Buffer {
    return Buffer.concat(this.passed[direction]);
  }
}

/** Cuts bytes after each of the places, which are fractions of their length. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => Math.floor(place * bytes.length)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, index) => bytes.slice(at[index], to));
}

const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function rowsOf({ capture }: Recording): string[] {
  return Array.from({ length: capture.recordCount }, (_, index) => {
    const seq = capture.firstSeq + index;
    return `${capture.direction(seq)} ${capture.flags(seq) & 0x7f} ${Buffer.from(capture.bytes(seq)).toString('hex')}`;
  });
}

describe('a gate whose rules find nothing', () => {
  it('passes every byte as it came, whatever the pieces and whenever the rules come', () => {
    const stream = fc.record({
      packets: fc.array(fc.oneof(legalPacket, fc.uint8Array({ minLength: 1, maxLength: 40 })), { maxLength: 12 }),
      places,
      on: fc.nat(12),
      off: fc.nat(20),
      largest: fc.constantFrom(16, 200, 4_194_304),
    });
    fc.assert(
      fc.property(stream, ({ packets, places: at, on, off, largest }) => {
        const bare = new Bare(5, largest);
        const plain = recordingOf();
        const connection = plain.openConnection(0, 5);
        const bytes = Buffer.concat(
          packets.map((one) => (one instanceof Uint8Array ? one : encodePacket(one.packet, one.version))),
        );
        for (const [index, piece] of cut(bytes, at).entries()) {
          if (index === on) bare.set(rule('topic:no/such/topic type:publish', { kind: 'drop' }));
          if (index === off) bare.set();
          bare.arrive('client-to-server', piece);
          plain.append(connection, 'client-to-server', piece, 0);
        }
        bare.gate.whenPassed('client-to-server', () => undefined);
        expect(bare.bytes('client-to-server').equals(bytes)).toBe(true);
        bare.recording.closeConnection(bare.connection, 0);
        plain.closeConnection(connection, 0);
        const whole = (rows: string[]) => rows.filter((row) => row.split(' ')[1] === '0');
        expect(whole(rowsOf(bare.recording))).toEqual(whole(rowsOf(plain)));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a gate that delays everything', () => {
  it('passes all of it, in order, once its time has come', () => {
    fc.assert(
      fc.property(fc.array(legalPacket, { maxLength: 20 }), places, (packets, at) => {
        const bare = new Bare();
        bare.rules.set({ keepAlive: false, rules: [rule('', { kind: 'delay', ms: 50 })] }, [EVERYTHING]);
        const bytes = Buffer.concat(packets.map(({ packet, version }) => encodePacket(packet, version)));
        for (const [index, piece] of cut(bytes, at).entries()) {
          bare.clock.goTo(index * 7);
          bare.arrive('server-to-client', piece);
        }
        bare.clock.goTo(10_000);
        expect(bare.clock.timers).toBe(0);
        expect(bare.bytes('server-to-client').equals(bytes)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

const publish = (topic: string, payload: string, qos: 0 | 1 | 2 = 0, packetId = 1) =>
  encodePacket(
    {
      type: 'publish',
      dup: false,
      retain: false,
      topic,
      qos,
      payload: new TextEncoder().encode(payload),
      ...(qos === 0 ? {} : { packetId }),
    },
    5,
  );

describe('a gate', () => {
  it('leaves no timer and no waiting packet behind when its connection ends', () => {
    const bare = new Bare();
    bare.set(rule('topic:slow', { kind: 'delay', ms: 1000 }), rule('topic:stop', { kind: 'pause' }));
    bare.arrive('client-to-server', publish('slow', 'x'));
    bare.arrive('server-to-client', publish('stop', 'x'));
    expect([bare.clock.timers, bare.rules.allHeld.length, bare.gate.heldBytes > 0]).toEqual([1, 1, true]);
    bare.gate.end();
    expect([bare.clock.timers, bare.rules.allHeld.length, bare.gate.heldBytes]).toEqual([0, 0, 0]);
    expect([...bare.recording.interventions.values()].flat().map(({ what }) => what)).toEqual(['lost', 'lost']);
  });

  it('keeps a packet for an hour: its sender is stopped once much waits, and everything passes at last', () => {
    const bare = new Bare();
    bare.set(rule('topic:stop', { kind: 'pause' }));
    bare.arrive('client-to-server', publish('stop', 'x'));
    const ping = encodePacket({ type: 'pingreq' }, 5);
    for (let second = 0; second < 3600; second += 30) {
      bare.clock.goTo(second * 1000);
      bare.arrive('client-to-server', ping);
    }
    expect(bare.bytes('client-to-server').length).toBe(120 * ping.length);
    const packet = publish('many', 'y'.repeat(100_000));
    let sent = 0;
    for (; !bare.stopped['client-to-server']; sent += 1) bare.arrive('client-to-server', packet);
    expect(sent * packet.length).toBeGreaterThan(8_000_000);
    expect(sent * packet.length).toBeLessThan(9_000_000);
    bare.rules.allHeld[0]?.resolve({ kind: 'forward' });
    expect(bare.stopped['client-to-server']).toBe(false);
    expect(bare.passed['client-to-server'].length).toBe(120 + 1 + sent);
    expect(bare.recording.interventions.get(0)?.[0]?.waitedUs).toBe(3_570_000_000);
    expect(bare.gate.heldBytes).toBe(0);
  });

  it('puts its own packets between two of a side, not into one that passes as it comes', () => {
    const bare = new Bare(5, 1000);
    bare.set(rule('type:publish topic:asked', { kind: 'answer', reasonCode: 0 }));
    const large = publish('large', 'x'.repeat(5000));
    bare.arrive('server-to-client', large.subarray(0, 3000));
    bare.arrive('client-to-server', publish('asked', 'x', 1, 7));
    expect(bare.bytes('server-to-client').length).toBe(3000);
    bare.arrive('server-to-client', large.subarray(3000));
    bare.arrive('server-to-client', publish('next', 'x'));
    const answer = encodePacket({ type: 'puback', packetId: 7, reasonCode: 0 }, 5);
    expect(bare.bytes('server-to-client')).toEqual(Buffer.concat([large, answer, publish('next', 'x')]));
    expect(bare.bytes('client-to-server').length).toBe(0);
  });

  it('takes the rules up between two packets, not within one', () => {
    const bare = new Bare();
    const packet = publish('a', 'x'.repeat(300));
    for (const head of [1, 2, 50]) {
      bare.set();
      bare.arrive('client-to-server', packet.subarray(0, head));
      bare.set(rule('type:publish', { kind: 'drop' }));
      bare.arrive('client-to-server', packet.subarray(head));
      bare.arrive('client-to-server', packet);
    }
    expect(bare.bytes('client-to-server')).toEqual(Buffer.concat([packet, packet, packet]));
    expect(bare.recording.capture.recordCount).toBe(6);
    expect([...bare.recording.interventions.keys()]).toEqual([1, 3, 5]);
  });

  it('has rules rest where nothing is recorded, and lets everything pass', () => {
    const bare = new Bare();
    bare.set(rule('', { kind: 'drop' }));
    bare.recording.setRecording(false, 0);
    bare.arrive('client-to-server', publish('a', 'x'));
    expect(bare.passed['client-to-server'].length).toBe(1);
    bare.recording.setRecording(true, 0);
    bare.arrive('client-to-server', publish('a', 'x'));
    expect(bare.passed['client-to-server'].length).toBe(1);
  });

  it('is open again once the exchanges that a rule changed are over', () => {
    const bare = new Bare();
    bare.set(rule('type:publish', { kind: 'rewrite', qos: 2 }));
    bare.arrive('client-to-server', publish('a', 'x', 1, 9));
    bare.set();
    expect(bare.gate.isOpen).toBe(false);
    const ack = (type: 'pubrec' | 'pubcomp', packetId = 9) => encodePacket({ type, packetId, reasonCode: 0 }, 5);
    bare.arrive('server-to-client', ack('pubrec'));
    expect(bare.bytes('client-to-server').subarray(-4)).toEqual(Buffer.of(0x62, 2, 0, 9));
    bare.arrive('server-to-client', ack('pubcomp', 8));
    bare.arrive('server-to-client', ack('pubcomp'));
    expect(bare.bytes('server-to-client')).toEqual(Buffer.concat([Buffer.of(0x40, 2, 0, 9), ack('pubcomp', 8)]));
    expect(bare.gate.isOpen).toBe(true);
  });

  it('ends an exchange that the receiver refuses', () => {
    const bare = new Bare();
    bare.set(rule('type:publish', { kind: 'rewrite', qos: 2 }));
    bare.arrive('client-to-server', publish('a', 'x', 1, 9));
    bare.set();
    bare.arrive('server-to-client', encodePacket({ type: 'pubrec', packetId: 9, reasonCode: 0x97 }, 5));
    expect(bare.gate.isOpen).toBe(true);
    expect(DIRECTIONS.map((direction) => bare.passed[direction].length)).toEqual([1, 1]);
  });
});
