/** Agreement with Wireshark's dissector: on the vectors, on arbitrary packets, and on the traffic of a real broker and its clients. */

import { execFile } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { scanFrame } from '../../main/engine/codec/frame.ts';
import { type Direction, type Packet, type ProtocolVersion, TYPE } from '../../shared/mqtt/packet.ts';
import { isPropertyName, propertyByName } from '../../shared/mqtt/properties.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { findProgram } from '../support/tools.ts';
import { PACKET_VECTORS } from '../vectors/packets.ts';
import { legalPacket } from './arbitrary.ts';
import { type Segment, tsharkFields } from './tshark-peer.ts';

const tshark = findProgram(['tshark']) ?? 'tshark';
const VERSIONS = [3, 4, 5] as const satisfies readonly ProtocolVersion[];

/** The dissector's names, and what we say for each. */
const FIELDS: Readonly<
  Record<string, (packet: Packet, version: ProtocolVersion) => readonly (string | number | boolean)[]>
> = {
  'mqtt.msgtype': (p) => [TYPE[p.type]],
  'mqtt.msgid': (p) => ('packetId' in p && p.packetId !== undefined ? [p.packetId] : []),
  'mqtt.qos': (p, version) => (p.type === 'publish' ? [p.qos] : atQoS1(p, version) ? [1] : []),
  'mqtt.dupflag': (p, version) => (p.type === 'publish' ? [Number(p.dup)] : atQoS1(p, version) ? [0] : []),
  'mqtt.retain': (p) => (p.type === 'publish' ? [Number(p.retain)] : []),
  'mqtt.topic': (p) => {
    if (p.type === 'publish') return p.topic === '' ? [] : [p.topic];
    if (p.type === 'subscribe') return p.subscriptions.map(({ topicFilter }) => topicFilter);
    return p.type === 'unsubscribe' ? p.topicFilters : [];
  },
  'mqtt.msg': (p) => (p.type === 'publish' && p.payload.length > 0 ? [Buffer.from(p.payload).toString('hex')] : []),
  'mqtt.clientid': (p) => (p.type === 'connect' && p.clientId !== '' ? [p.clientId] : []),
  'mqtt.username': (p) => (p.type === 'connect' && p.username !== undefined && p.username !== '' ? [p.username] : []),
  'mqtt.kalive': (p) => (p.type === 'connect' ? [p.keepAlive] : []),
  'mqtt.willtopic': (p) => (p.type === 'connect' && p.will !== undefined ? [p.will.topic] : []),
  'mqtt.conack.val': (p, version) => (p.type === 'connack' && version !== 5 ? [p.reasonCode] : []),
  'mqtt.connack.reason_code': (p, version) => (p.type === 'connack' && version === 5 ? [p.reasonCode] : []),
  'mqtt.puback.reason_code': (p) => spelledCode(p, 'puback'),
  'mqtt.pubrec.reason_code': (p) => spelledCode(p, 'pubrec'),
  'mqtt.pubrel.reason_code': (p) => spelledCode(p, 'pubrel'),
  'mqtt.pubcomp.reason_code': (p) => spelledCode(p, 'pubcomp'),
  'mqtt.disconnect.reason_code': (p) => spelledCode(p, 'disconnect'),
  'mqtt.auth.reason_code': (p) => spelledCode(p, 'auth'),
  'mqtt.suback.qos': (p, version) => (p.type === 'suback' && version !== 5 ? p.reasonCodes : []),
  'mqtt.suback.reason_code': (p, version) => (p.type === 'suback' && version === 5 ? p.reasonCodes : []),
  'mqtt.unsuback.reason_code': (p) => (p.type === 'unsuback' ? p.reasonCodes : []),
  'mqtt.property_id': (p) => propertyIdentifiers(p),
};

/** In 3.1 the flags that later versions reserve are a QoS of 1. */
function atQoS1({ type }: Packet, version: ProtocolVersion): boolean {
  return version === 3 && (type === 'pubrel' || type === 'subscribe' || type === 'unsubscribe');
}

/** A success without properties is not spelled out. */
function spelledCode(packet: Packet, type: Packet['type']): readonly number[] {
  if (packet.type !== type || !('reasonCode' in packet)) return [];
  return packet.reasonCode === 0 && packet.properties === undefined ? [] : [packet.reasonCode];
}

function propertyIdentifiers(packet: Packet): number[] {
  const own = 'properties' in packet ? packet.properties : undefined;
  const will = packet.type === 'connect' ? packet.will?.properties : undefined;
  return [own, will].flatMap((properties) =>
    Object.entries(properties ?? {}).flatMap(([name, value]: [string, unknown]) => {
      const identifier = isPropertyName(name) ? propertyByName(name).identifier : -1;
      const repeats = (name === 'userProperties' || name === 'subscriptionIdentifiers') && Array.isArray(value);
      return repeats ? value.map(() => identifier) : [identifier];
    }),
  );
}

interface Sent {
  readonly direction: Direction;
  readonly version: ProtocolVersion;
  readonly packet: Packet;
}

/** Row by row, what we say and what the dissector says; equal where they agree. */
function compare(segments: readonly Segment[], sent: readonly Sent[]): { ours: unknown[]; theirs: unknown[] } {
  const names = Object.keys(FIELDS);
  const rows = tsharkFields(tshark, segments, names);
  const theirs = rows.map((row) =>
    names.flatMap((name, column) => {
      const values = (row[column] ?? []).filter((value) => value !== '<MISSING>');
      return values.length === 0 ? [] : [`${name}=${values.map(plain).join('|')}`];
    }),
  );
  const ours = sent.map(({ packet, version }) =>
    Object.entries(FIELDS).flatMap(([name, say]) => {
      const values = say(packet, version);
      return values.length === 0 ? [] : [`${name}=${values.map(String).join('|')}`];
    }),
  );
  return { ours, theirs };
}

/** The dissector writes some numbers in hexadecimal. */
const plain = (value: string): string => (/^0x[0-9a-f]+$/.test(value) ? String(Number(value)) : value);

/** One connection per version: its CONNECT, then the packets. */
function conversation(packets: readonly Sent[]): Segment[] {
  return packets.map(({ direction, version, packet }) => ({
    connection: version - 3,
    direction,
    bytes: encodePacket(packet, version),
  }));
}

function opening(version: ProtocolVersion): Sent {
  const protocolName = version === 3 ? 'MQIsdp' : 'MQTT';
  const fields = { cleanStart: true, keepAlive: 60, clientId: 'opening' };
  return {
    direction: 'client-to-server',
    version,
    packet: { type: 'connect', protocolName, protocolVersion: version, ...fields },
  };
}

/** Text that survives the dissector's table of values: it escapes controls and parts values with `|`. */
function isPlain(packet: Packet): boolean {
  const { type } = packet;
  const texts =
    type === 'publish'
      ? [packet.topic]
      : type === 'connect'
        ? [packet.clientId, packet.username ?? '', packet.will?.topic ?? '']
        : type === 'subscribe'
          ? packet.subscriptions.map(({ topicFilter }) => topicFilter)
          : type === 'unsubscribe'
            ? packet.topicFilters
            : [];
  return texts.every((text) => /^[\w/+#$ .-]*$/.test(text));
}

describe('the dissector reads as we do', () => {
  it('the vectors', () => {
    const sent = VERSIONS.flatMap((version) => [
      opening(version),
      ...PACKET_VECTORS.filter(
        ({ versions, packet, canonical }) =>
          versions.includes(version) &&
          isPlain(packet) &&
          canonical === undefined &&
          (packet.type !== 'connect' || packet.protocolVersion === version),
      ).map(({ direction = 'client-to-server', packet }): Sent => ({ direction, version, packet })),
    ]);
    const { ours, theirs } = compare(conversation(sent), sent);
    expect(theirs).toEqual(ours);
  });

  it('arbitrary packets', () => {
    const arbitrary = fc.sample(legalPacket, { seed: 5, numRuns: 3_000 }).filter(({ packet }) => isPlain(packet));
    const sent = VERSIONS.flatMap((version) => [
      opening(version),
      ...arbitrary
        .filter((candidate) => candidate.version === version && candidate.packet.type !== 'connect')
        .map(({ packet }): Sent => ({ direction: 'client-to-server', version, packet })),
    ]);
    expect(sent.length).toBeGreaterThan(500);
    const { ours, theirs } = compare(conversation(sent), sent);
    expect(theirs).toEqual(ours);
  });
});

const run = promisify(execFile);

/** Passes one connection on to `port` and keeps its bytes by direction, in the order of their arrival. */
async function recorder(port: number): Promise<{ port: number; chunks: Map<Socket, Segment[]>; close(): void }> {
  const chunks = new Map<Socket, Segment[]>();
  const server = createServer((client) => {
    const connection = chunks.size;
    const record: Segment[] = [];
    chunks.set(client, record);
    const broker = connect(port, '127.0.0.1');
    client.on('data', (bytes) => record.push({ connection, direction: 'client-to-server', bytes }));
    broker.on('data', (bytes) => record.push({ connection, direction: 'server-to-client', bytes }));
    client.on('error', () => broker.destroy());
    broker.on('error', () => client.destroy());
    client.pipe(broker).pipe(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recorder has no port');
  return { port: address.port, chunks, close: () => server.close() };
}

/** Joins each direction's chunks into whole packets, in the order in which their last byte came. */
function packetsOf(chunks: readonly Segment[]): Segment[] {
  const rest: Record<Direction, Buffer> = {
    'client-to-server': Buffer.alloc(0),
    'server-to-client': Buffer.alloc(0),
  };
  return chunks.flatMap(({ connection, direction, bytes }) => {
    let stream = Buffer.concat([rest[direction], bytes]);
    const packets: Segment[] = [];
    for (let length = 1; (length = scanFrame(stream, 0, stream.length)) > 0; ) {
      packets.push({ connection, direction, bytes: Uint8Array.from(stream.subarray(0, length)) });
      stream = stream.subarray(length);
    }
    rest[direction] = stream;
    return packets;
  });
}

describe('real traffic of mosquitto and its clients', () => {
  it.each([
    { version: 3, name: 'mqttv31' },
    { version: 4, name: 'mqttv311' },
    { version: 5, name: 'mqttv5' },
  ] as const)('$name: nothing malformed, and the dissector reads as we do', async ({ version, name }) => {
    await using broker = await startMosquitto();
    const tap = await recorder(broker.port);
    const common = ['-h', '127.0.0.1', '-p', String(tap.port), '-V', name, '-q', '2'];
    const extra =
      version === 5
        ? ['-D', 'publish', 'user-property', 'colour', 'green', '-D', 'publish', 'content-type', 'text/plain']
        : [];
    const will = ['--will-topic', 'lwt/x', '--will-payload', 'gone', '--will-qos', '1', '--will-retain'];
    const subscriber = run('mosquitto_sub', [
      ...common,
      '-i',
      'reader',
      '-t',
      'lamp/#',
      '-t',
      'x/+/y',
      '-C',
      '3',
      ...will,
    ]);
    await broker.logged('Sending SUBACK');
    for (const qos of ['0', '1', '2']) {
      // One after another, so that each message arrives under its own connection.
      // oxlint-disable-next-line no-await-in-loop
      await run('mosquitto_pub', [...common, '-q', qos, '-t', 'lamp/kitchen', '-m', `on at ${qos}`, '-r', ...extra]);
    }
    await subscriber;
    tap.close();

    const segments = [...tap.chunks.values()].flatMap((record) => packetsOf(record));
    const sent = segments.map(({ direction, bytes }): Sent => {
      const result = decodePacket(bytes, version, direction);
      expect(result.malformed).toBeUndefined();
      const packet = result.packet ?? { type: 'pingreq' };
      expect(encodePacket(packet, version)).toEqual(bytes);
      return { direction, version, packet };
    });
    const types = new Set(sent.map(({ packet }) => packet.type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        'connect',
        'connack',
        'publish',
        'puback',
        'pubrec',
        'pubrel',
        'pubcomp',
        'subscribe',
        'suback',
      ]),
    );
    const { ours, theirs } = compare(segments, sent);
    expect(theirs).toEqual(ours);
  });
});
