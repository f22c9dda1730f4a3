/** The packet store against a naive model, and its behaviour at every edge: straddling, eviction, limits, malformed bytes, aliases. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Capture, type CaptureOptions } from '../../main/engine/capture/capture.ts';
import { type CaptureObserver, type FrameSink, NO_FLOW } from '../../main/engine/capture/capture-observer.ts';
import { FLAG } from '../../main/engine/capture/record-block.ts';
import { NO_TOPIC, TopicTable } from '../../main/engine/topics/topic-table.ts';
import type { Direction, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { ack, anyPacket, concat, connect, cut, frame, publish } from './capture-model.ts';

const newTopics = (): TopicTable => new TopicTable({ a: 1, b: 2 });

function newCapture(options: Partial<CaptureOptions> = {}): Capture {
  return new Capture({ topics: newTopics(), segmentBytes: 4096, recordsPerBlock: 64, byteBudget: 1 << 20, ...options });
}

/** Writes each call down as one line. */
function transcript(): FrameSink & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (line: string): typeof NO_FLOW => {
    lines.push(line);
    return NO_FLOW;
  };
  return {
    lines,
    publish: (seq, first, id, topic) => write(`${seq} PUBLISH q${(first >> 1) & 3} #${id} t${topic}`),
    acknowledgement: (seq, type, id, reason) => write(`${seq} ACK ${type} #${id} ${reason}`),
    packet: (seq, bytes) => write(`${seq} PACKET ${[...bytes].map((byte) => byte.toString(16)).join(' ')}`),
    malformed: (seq, fault) => lines.push(`${seq} MALFORMED ${fault.rule}`),
    refused: (seq, first, size) => lines.push(`${seq} REFUSED ${first >> 4} ${size}`),
  };
}

const allBytes = (capture: Capture): Uint8Array[] => {
  const kept: Uint8Array[] = [];
  for (let seq = capture.firstSeq; seq < capture.nextSeq; seq++) kept.push(capture.bytes(seq).slice());
  return kept;
};

describe('any traffic, cut anywhere', () => {
  const streams = fc.array(
    fc.record({
      connection: fc.integer({ min: 0, max: 2 }),
      toClient: fc.boolean(),
      packets: fc.array(anyPacket(), { minLength: 1, maxLength: 30, size: 'max' }),
      most: fc.constantFrom(1, 3, 17, 200, 5000, 100_000),
      seed: fc.integer(),
    }),
    { minLength: 1, maxLength: 6, size: 'max' },
  );

  it('keeps every packet whole, in order of completion, within its budget', () => {
    fc.assert(
      fc.property(
        streams,
        fc.constantFrom(1024, 4096, 65_536),
        fc.constantFrom(4, 64, 65_536),
        fc.integer(),
        fc.boolean(),
        (parts, segmentBytes, recordsPerBlock, order, tight) => {
          const least = 4 * segmentBytes + 2 * recordsPerBlock * 18;
          const byteBudget = tight ? least + 100_000 : 64 << 20;
          const evictions: number[] = [];
          const rows: number[] = [];
          let stored: Capture | undefined;
          const pinned = new Map<number, Uint8Array>();
          const observer: CaptureObserver = {
            recorded: (from, to) => rows.push(from, to),
            evicting: (from, to) => {
              evictions.push(from, to);
              for (let seq = from; seq < to; seq++)
                if (stored !== undefined) pinned.set(seq, stored.bytes(seq).slice());
            },
          };
          const capture = newCapture({ segmentBytes, recordsPerBlock, byteBudget, observer });
          stored = capture;
          for (let index = 0; index < 3; index++) capture.openConnection(0, 4);
          // One queue of chunks for each connection and direction; they interleave at random.
          const queues = new Map<
            string,
            { chunks: Uint8Array[]; ends: { at: number; packet: number }[]; sent: number }
          >();
          const packets = parts.flatMap((part) => part.packets.map((packet) => ({ ...packet, part })));
          for (const part of parts) {
            const key = `${part.connection} ${part.toClient ? 1 : 0}`;
            const queue = queues.get(key) ?? { chunks: [], ends: [], sent: 0 };
            queues.set(key, queue);
            let at = queue.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
            for (const [index, packet] of packets.entries()) {
              if (packet.part !== part) continue;
              at += packet.bytes.length;
              queue.ends.push({ at, packet: index });
            }
            queue.chunks.push(...cut(concat(part.packets.map((packet) => packet.bytes)), part.most, part.seed));
          }
          const expected: { packet: number; key: string; timeUs: number }[] = [];
          let state = order >>> 0;
          let timeUs = 1_000_000;
          const open = [...queues.keys()];
          while (open.length > 0) {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
            timeUs += (state >>> 10) - 1_000_000;
            const key = open[state % open.length] ?? '';
            const queue = queues.get(key);
            const chunk = queue?.chunks.shift();
            if (queue === undefined || chunk === undefined) {
              open.splice(open.indexOf(key), 1);
              continue;
            }
            const [connection, side] = key.split(' ').map(Number);
            const direction: Direction = side === 1 ? 'server-to-client' : 'client-to-server';
            capture.append(connection ?? 0, direction, chunk, timeUs);
            queue.sent += chunk.length;
            while (queue.ends[0] !== undefined && queue.ends[0].at <= queue.sent) {
              expected.push({ packet: queue.ends.shift()?.packet ?? -1, key, timeUs });
            }
          }
          expect(capture.nextSeq).toBe(expected.length);
          expect(capture.refused).toBe(0);
          expect(capture.bytesUsed).toBeLessThanOrEqual(byteBudget);
          expect(capture.evicted.packets).toBe(capture.firstSeq);
          let evictedBytes = 0;
          const lost: number[] = [];
          for (const [seq, { packet, key, timeUs: at }] of expected.entries()) {
            const sent = packets[packet];
            if (sent === undefined) throw new Error('no packet');
            const hex = Buffer.from(sent.bytes).toString('hex');
            if (seq < capture.firstSeq) {
              evictedBytes += sent.bytes.length;
              if (Buffer.from(pinned.get(seq) ?? []).toString('hex') !== hex) lost.push(seq);
              continue;
            }
            const topic = capture.topicId(seq);
            const found = [
              Buffer.from(capture.bytes(seq)).toString('hex'),
              capture.firstByte(seq),
              capture.length(seq),
              capture.timeUs(seq),
              `${capture.connection(seq)} ${capture.direction(seq) === 'server-to-client' ? 1 : 0}`,
              capture.packetId(seq),
              topic === NO_TOPIC ? undefined : capture.topics.text(topic),
              capture.flags(seq),
            ];
            expect(found).toEqual([hex, sent.bytes[0], sent.bytes.length, at, key, sent.packetId ?? 0, sent.topic, 0]);
          }
          expect(lost).toEqual([]);
          expect(capture.evicted.bytes).toBe(evictedBytes);
          // Evictions and announcements are each gapless and in order.
          for (let index = 2; index < evictions.length; index += 2) expect(evictions[index]).toBe(evictions[index - 1]);
          expect(rows[0] ?? 0).toBe(0);
          for (let index = 2; index < rows.length; index += 2) expect(rows[index]).toBe(rows[index - 1]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what a sink is told', () => {
  it('hears in wire order of all but QoS 0', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 4);
    const sink = transcript();
    const chunk = concat([
      publish({ topic: 'a' }),
      publish({ topic: 'a', qos: 1, id: 300 }),
      ack(4, 258),
      publish({ topic: 'b', qos: 2, id: 5, payload: 'x'.repeat(200) }),
      frame(0xd0, []),
      ack(6, 7),
    ]);
    capture.append(connection, 'server-to-client', chunk, 1, sink);
    expect(sink.lines).toEqual([
      '1 PUBLISH q1 #300 t0',
      '2 ACK 4 #258 0',
      '3 PUBLISH q2 #5 t1',
      '4 PACKET d0 0',
      '5 ACK 6 #7 0',
    ]);
    expect([...capture.totals.packets]).toEqual([0, 6]);
    expect([...capture.totals.messages]).toEqual([0, 3]);
    expect([...capture.totals.bytes]).toEqual([0, chunk.length]);
  });

  it('hears the same when every byte comes alone', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 5);
    const sink = transcript();
    const chunk = concat([
      publish({ topic: 'a', qos: 1, id: 9, properties: [] }),
      ack(4, 9, 0x10),
      frame(0xe0, [0x8e, 0]),
    ]);
    for (const byte of chunk) capture.append(connection, 'client-to-server', Uint8Array.of(byte), 1, sink);
    expect(sink.lines).toEqual(['0 PUBLISH q1 #9 t0', '1 ACK 4 #9 16', '2 PACKET e0 2 8e 0']);
  });

  it('must not call back into the capture', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 4);
    const sink: FrameSink = {
      ...transcript(),
      packet() {
        capture.append(connection, 'client-to-server', ack(4, 1), 1);
        return NO_FLOW;
      },
    };
    expect(() => capture.append(connection, 'server-to-client', frame(0xd0, []), 1, sink)).toThrow('called back');
    capture.append(connection, 'server-to-client', frame(0xd0, []), 2);
    expect(capture.nextSeq).toBe(2);
  });
});

describe('protocol version', () => {
  const version = (...chunks: (readonly [Direction, Uint8Array])[]): string => {
    const capture = newCapture();
    const connection = capture.openConnection(0);
    for (const [direction, chunk] of chunks) capture.append(connection, direction, chunk, 1);
    const found = capture.protocolVersion(connection);
    return `${found.version} ${found.origin}`;
  };
  it.each([3, 4, 5] as const)('is read from CONNECT: %i', (level) => {
    expect(version(['client-to-server', connect(level)])).toBe(`${level} connect`);
  });
  it('is 4 and marked unknown while nothing tells', () => {
    expect(version(['client-to-server', frame(0xc0, [])])).toBe('4 unknown');
  });
  it.each([
    ['an acknowledgement with a reason code', ack(4, 1, 0), '5 guessed'],
    ['a CONNACK without properties', frame(0x20, [0, 0]), '4 guessed'],
    ['a CONNACK with properties', frame(0x20, [0, 0, 0]), '5 guessed'],
    ['a PUBLISH with text after its topic', publish({ topic: 'a', payload: '{"v":1}' }), '4 guessed'],
    ['a PUBLISH with an empty body', publish({ topic: 'a' }), '4 guessed'],
    ['a PUBLISH with no properties', publish({ topic: 'a', properties: [], payload: '1' }), '5 guessed'],
    ['a PUBLISH with an alias', publish({ topic: '', properties: [0x23, 0, 1] }), '5 guessed'],
    ['a SUBSCRIBE of 3.1.1', frame(0x82, [0, 1, 0, 1, 0x61, 1]), '4 guessed'],
    ['a SUBSCRIBE of 5.0', frame(0x82, [0, 1, 0, 0, 1, 0x61, 1]), '5 guessed'],
    ['a DISCONNECT with a reason', frame(0xe0, [0]), '5 guessed'],
  ])('is guessed from %s', (_name, bytes, expected) => {
    expect(version(['server-to-client', bytes])).toBe(expected);
  });
  it('goes on guessing in the middle of a chunk', () => {
    const chunk = concat([
      ack(4, 1),
      frame(0xb0, [0, 1, 0, 0]),
      publish({ topic: 'a', properties: [0x23, 0, 1] }),
      publish({ topic: '', properties: [0x23, 0, 1] }),
    ]);
    const capture = newCapture();
    const connection = capture.openConnection(0);
    capture.append(connection, 'server-to-client', chunk, 1);
    expect([2, 3].map((seq) => capture.topicId(seq))).toEqual([0, 0]);
  });
  it('corrects a guess of 5.0 when properties do not read', () => {
    const first = publish({ topic: 'a', payload: Uint8Array.of(0, 1, 2) });
    expect(version(['server-to-client', first], ['server-to-client', publish({ topic: 'a', payload: 'text' })])).toBe(
      '4 guessed',
    );
  });
  it('believes a CONNECT over what it was given', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 4);
    capture.append(connection, 'client-to-server', connect(5), 1);
    expect(capture.protocolVersion(connection)).toEqual({ version: 5, origin: 'connect' });
  });
  it('is not what a server says in a CONNECT', () => {
    expect(version(['client-to-server', connect(5)], ['server-to-client', connect(3)])).toBe('5 connect');
    expect(version(['server-to-client', connect(5)])).toBe('4 unknown');
  });
});

describe('topic aliases', () => {
  const alias = (value: number): number[] => [0x23, value >> 8, value & 0xff];
  const capturing = (
    chunks: readonly (readonly [Direction, Uint8Array])[],
    given: ProtocolVersion | undefined = 5,
  ): { topics: (string | undefined)[]; lines: string[]; flags: number[] } => {
    const capture = newCapture();
    const connection = capture.openConnection(0, given);
    const sink = transcript();
    for (const [direction, chunk] of chunks) capture.append(connection, direction, chunk, 1, sink);
    const seqs = Array.from({ length: capture.nextSeq }, (_, seq) => seq);
    return {
      topics: seqs.map((seq) =>
        capture.topicId(seq) === NO_TOPIC ? undefined : capture.topics.text(capture.topicId(seq)),
      ),
      lines: sink.lines,
      flags: seqs.map((seq) => capture.flags(seq)),
    };
  };

  it('resolves per direction, also in the chunk that sets them', () => {
    const { topics, flags } = capturing([
      [
        'client-to-server',
        concat([
          connect(5),
          publish({ topic: 'up', properties: alias(1) }),
          publish({ topic: '', properties: [1, 1, ...alias(1)], payload: 'x' }),
        ]),
      ],
      ['server-to-client', publish({ topic: 'down', properties: alias(1) })],
      ['server-to-client', publish({ topic: '', qos: 1, id: 4, properties: alias(1) })],
      ['client-to-server', publish({ topic: 'else', properties: [0x26, 0, 1, 0x61, 0, 1, 0x62, ...alias(1)] })],
      ['client-to-server', publish({ topic: '', properties: alias(1) })],
    ]);
    expect(topics).toEqual([undefined, 'up', 'up', 'down', 'down', 'else', 'else']);
    expect(flags.every((flag) => flag === 0)).toBe(true);
  });

  it('flags an alias that was never set, on a connection seen from its start', () => {
    const chunk = concat([
      connect(5),
      publish({ topic: '', properties: alias(3) }),
      publish({ topic: '', properties: alias(0) }),
    ]);
    const { lines, flags, topics } = capturing([['client-to-server', chunk]]);
    expect(topics).toEqual([undefined, undefined, undefined]);
    expect(flags).toEqual([0, FLAG.malformed, FLAG.malformed]);
    expect(lines.slice(1)).toEqual(['1 MALFORMED MQTT5 §3.3.4', '2 MALFORMED MQTT-3.3.2-8']);
  });

  it('does not call it malformed where the capture joined later', () => {
    const { flags } = capturing([['server-to-client', publish({ topic: '', properties: alias(3) })]], undefined);
    expect(flags).toEqual([0]);
  });

  it('flags properties that do not read', () => {
    const chunk = concat([connect(5), publish({ topic: 'a', properties: [0x77] })]);
    expect(capturing([['client-to-server', chunk]]).lines[1]).toBe('1 MALFORMED MQTT5 §2.2.2');
  });
});

describe('malformed bytes', () => {
  const capturing = (chunk: Uint8Array, given: ProtocolVersion = 4): { lines: string[]; capture: Capture } => {
    const capture = newCapture();
    const sink = transcript();
    capture.append(capture.openConnection(0, given), 'server-to-client', chunk, 1, sink);
    return { lines: sink.lines, capture };
  };
  const good = publish({ topic: 'ok', qos: 1, id: 1 });
  it.each([
    ['both QoS bits', frame(0x36, [0, 1, 0x61, 0, 1]), 'MQTT-3.3.1-4'],
    ['DUP at QoS 0', publish({ topic: 'a', dup: true }), 'MQTT-3.3.1-2'],
    ['reserved type', frame(0x00, [1, 2, 3, 4]), 'MQTT5 §2.1.2'],
    ['AUTH before 5.0', frame(0xf0, []), 'MQTT-2.1.2'],
    ['wrong flags', frame(0x60, [0, 1]), 'MQTT-2.1.3-1'],
    ['topic longer than the packet', frame(0x30, [0, 9, 0x61]), 'MQTT5 §3.3.2.1'],
    ['no room for the packet identifier', frame(0x32, [0, 1, 0x61, 0]), 'MQTT5 §3.3.2.1'],
    ['no room for the topic length', frame(0x30, [0]), 'MQTT5 §3.3.2.1'],
    ['empty PUBLISH', frame(0x30, []), 'MQTT5 §3.3.2.1'],
    ['packet identifier 0 of a server', publish({ topic: 'a', qos: 1, id: 0 }), 'MQTT-2.2.1-4'],
    ['acknowledgement without identifier', frame(0x40, [1]), 'MQTT5 §2.2.1'],
    ['acknowledgement of 0', ack(4, 0), 'MQTT-2.2.1-3'],
    ['empty topic', publish({ topic: '' }), 'MQTT-4.7.3-1'],
    ['wildcard in a topic', publish({ topic: 'a/#' }), 'MQTT-3.3.2-2'],
    ['null in a topic', publish({ topic: 'a\0b' }), 'MQTT-4.7.3-2'],
    ['topic that is not UTF-8', frame(0x30, [0, 2, 0xc3, 0x28]), 'MQTT-1.5.4-1'],
  ])('%s becomes a flagged record and the stream goes on', (_name, bad, rule) => {
    const { lines, capture } = capturing(concat([good, bad, good]));
    expect(lines).toEqual(['0 PUBLISH q1 #1 t0', `1 MALFORMED ${rule}`, '2 PUBLISH q1 #1 t0']);
    expect(capture.bytes(1)).toEqual(bad);
    expect([0, 1, 2].map((seq) => capture.flags(seq))).toEqual([0, FLAG.malformed, 0]);
  });

  it('keeps all that follows a bad Remaining Length as undecodable records', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 4);
    const sink = transcript();
    const noise = concat([Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 1, 2, 3), new Uint8Array(9000).fill(7)]);
    capture.append(connection, 'server-to-client', concat([good, noise]), 1, sink);
    capture.append(connection, 'server-to-client', good, 2, sink);
    capture.append(connection, 'client-to-server', good, 3, sink);
    const last = capture.nextSeq - 1;
    expect(sink.lines).toEqual(['0 PUBLISH q1 #1 t0', '1 MALFORMED MQTT5 §1.5.5', `${last} PUBLISH q1 #1 t0`]);
    expect(concat(allBytes(capture))).toEqual(concat([good, noise, good, good]));
    expect(capture.flags(1)).toBe(FLAG.malformed | FLAG.undecodable);
    expect(capture.flags(last - 1)).toBe(FLAG.undecodable);
  });

  it('never throws and loses no byte, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 50 }),
            anyPacket(200).map(({ bytes }) => bytes),
          ),
          { maxLength: 30 },
        ),
        fc.constantFrom(1, 7, 100_000),
        fc.integer(),
        fc.constantFrom(3, 4, 5, undefined) as fc.Arbitrary<ProtocolVersion | undefined>,
        (parts, most, seed, given) => {
          const capture = newCapture({ byteBudget: 64 << 20 });
          const connection = capture.openConnection(0, given);
          const sent = concat(parts);
          for (const chunk of cut(sent, most, seed))
            capture.append(connection, 'client-to-server', chunk, 1, transcript());
          capture.closeConnection(connection, 2);
          // A refused packet's bytes are missing, and nothing else.
          const kept = concat(allBytes(capture));
          expect(capture.refused === 0 ? kept : sent).toEqual(sent);
          for (let seq = 0; seq < capture.nextSeq; seq++) expect(capture.packetId(seq)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('limits', () => {
  it('refuses a packet above the limit with a record that says so, and goes on after it', () => {
    const capture = newCapture({ maxPacketBytes: 1000 });
    const connection = capture.openConnection(0, 4);
    const sink = transcript();
    const big = publish({ topic: 'big', payload: new Uint8Array(5000) });
    for (const chunk of cut(concat([big, publish({ topic: 'small', qos: 1, id: 2 })]), 700, 1))
      capture.append(connection, 'server-to-client', chunk, 1, sink);
    expect(sink.lines).toEqual([`0 REFUSED 3 ${big.length}`, '1 PUBLISH q1 #2 t0']);
    expect(capture.refused).toBe(1);
    expect(capture.flags(0)).toBe(FLAG.refused);
    expect(capture.length(0)).toBe(big.length);
    expect(capture.bytes(0)).toHaveLength(0);
  });

  it('keeps a packet far larger than a segment whole', () => {
    const capture = newCapture({ byteBudget: 1 << 20 });
    const connection = capture.openConnection(0, 4);
    const payload = Uint8Array.from({ length: 700_000 }, (_, at) => at & 0xff);
    const big = publish({ topic: 'big', payload });
    for (const chunk of cut(concat([big, ack(4, 1)]), 9000, 3))
      capture.append(connection, 'server-to-client', chunk, 1);
    expect(capture.nextSeq).toBe(2);
    expect(capture.bytes(0)).toEqual(big);
  });

  it('does not believe a mere claim of size: history stays until bytes come', () => {
    const capture = newCapture({ byteBudget: 1 << 20 });
    const connection = capture.openConnection(0, 4);
    for (let index = 0; index < 100; index++)
      capture.append(connection, 'server-to-client', publish({ topic: 'a', payload: new Uint8Array(5000) }), 1);
    const before = capture.recordCount;
    capture.append(connection, 'client-to-server', Uint8Array.of(0x30, 0xff, 0xff, 0x37, 1, 2, 3), 1);
    expect(capture.recordCount).toBeGreaterThan(before - 30);
  });

  it('rejects sizes that contradict each other', () => {
    expect(() => newCapture({ segmentBytes: 1000 })).toThrow(RangeError);
    expect(() => newCapture({ recordsPerBlock: 100 })).toThrow(RangeError);
    expect(() => newCapture({ byteBudget: 5000 })).toThrow(RangeError);
  });
});

describe('the end of a connection', () => {
  it('leaves unfinished packets as truncated records', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 4);
    const whole = publish({ topic: 'abc', payload: 'hello' });
    capture.append(connection, 'server-to-client', whole.subarray(0, 9), 1);
    capture.append(connection, 'client-to-server', whole.subarray(0, 1), 1);
    capture.closeConnection(connection, 2);
    capture.closeConnection(connection, 3);
    expect(allBytes(capture)).toEqual([whole.subarray(0, 1), whole.subarray(0, 9)]);
    expect([0, 1].map((seq) => capture.flags(seq))).toEqual([FLAG.truncated, FLAG.truncated]);
  });
});

describe('events', () => {
  it('stand between packets and read back', () => {
    const capture = newCapture();
    const connection = capture.openConnection(0, 4);
    const seq = capture.appendEvent(connection, 5, { kind: 'opened', data: { address: '127.0.0.1:1883' } });
    capture.append(connection, 'client-to-server', ack(4, 1), 6);
    expect(capture.eventAt(seq)).toEqual({ kind: 'opened', data: { address: '127.0.0.1:1883' } });
    expect(capture.eventAt(seq + 1)).toBeUndefined();
    expect(capture.flags(seq)).toBe(FLAG.event);
    expect(capture.firstByte(seq)).toBe(0);
  });
});

describe('eviction', () => {
  it('leaves a packet that is still arriving alone', () => {
    const capture = newCapture({ byteBudget: 24_000 });
    const connection = capture.openConnection(0, 4);
    const slow = publish({ topic: 'slow', qos: 1, id: 77, payload: 'x'.repeat(300) });
    capture.append(connection, 'client-to-server', slow.subarray(0, 100), 1);
    for (let index = 0; index < 200; index++)
      capture.append(
        connection,
        'server-to-client',
        publish({ topic: 'fast', payload: new Uint8Array(400).fill(9) }),
        2,
      );
    expect(capture.evicted.packets).toBeGreaterThan(100);
    capture.append(connection, 'client-to-server', slow.subarray(100, 200), 3);
    capture.append(connection, 'client-to-server', concat([slow.subarray(200), slow]), 4);
    for (const seq of [200, 201]) {
      expect(capture.bytes(seq)).toEqual(slow);
      expect(capture.packetId(seq)).toBe(77);
    }
  });

  it('touches memory ahead in steps, within the budget', () => {
    const capture = newCapture({ segmentBytes: 65_536, byteBudget: 400_000 });
    const connection = capture.openConnection(0, 4);
    let steps = 0;
    while (capture.touchAhead(16_384)) steps++;
    expect(steps).toBe(3);
    for (let index = 0; index < 400; index++) {
      capture.append(connection, 'server-to-client', publish({ topic: 'a', payload: new Uint8Array(1000) }), index);
      capture.touchAhead(16_384);
    }
    expect(capture.bytesUsed).toBeLessThanOrEqual(400_000);
    expect(capture.bytes(399)).toHaveLength(1006);
  });

  it('refuses to read what is gone or not there yet', () => {
    const capture = newCapture();
    expect(capture.has(0)).toBe(false);
    expect(() => capture.bytes(0)).toThrow(RangeError);
    expect(() => capture.append(0, 'client-to-server', ack(4, 1), 1)).toThrow('no connection 0');
  });
});

describe('optional columns', () => {
  it('name who caused a packet, link flows, and hold more connections than a byte can number', () => {
    const capture = newCapture({ recordsPerBlock: 1024 });
    const ids = Array.from({ length: 300 }, () => capture.openConnection(0, 4));
    const sink: FrameSink = { ...transcript(), acknowledgement: (seq) => (seq === 7 ? 99 : NO_FLOW) };
    for (const id of ids) {
      capture.setInitiator(id % 3);
      const direction = id % 2 === 0 ? 'client-to-server' : 'server-to-client';
      capture.append(id, direction, ack(4, id + 1), id * 5_000_000_000, sink);
    }
    for (const id of ids) {
      expect(capture.connection(id)).toBe(id);
      expect(capture.direction(id)).toBe(id % 2 === 0 ? 'client-to-server' : 'server-to-client');
      expect(capture.initiator(id)).toBe(id % 3);
      expect(capture.timeUs(id)).toBe(id * 5_000_000_000);
      expect(capture.flow(id)).toBe(id === 7 ? 99 : -1);
    }
  });
});
