/** What the tables cannot say: partial packets, field names, encoder errors, shared buffers and the splitter's edges. */

import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { checkPacket, EncodeError, encodePacket, encodeProperties } from '../../main/engine/codec/encode.ts';
import { fieldMap } from '../../main/engine/codec/fields.ts';
import {
  announcedLength,
  INCOMPLETE,
  scanFrame,
  UNFRAMEABLE,
  variableByteLength,
  writeVariableByte,
} from '../../main/engine/codec/frame.ts';
import { NO_ROOM, publishLength, writeAck, writePublish } from '../../main/engine/codec/write-fast.ts';
import type { Field, Packet, PublishPacket } from '../../shared/mqtt/packet.ts';
import { coverageFaults, leavesOf } from './coverage.ts';
import { TYPE } from '../../shared/mqtt/packet.ts';
import { bytesOf, hexOf } from '../vectors/notation.ts';

const publish: PublishPacket = {
  type: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  topic: 't',
  payload: new Uint8Array(0),
};

/** `name` of every field, indented by depth. */
function outline(fields: readonly Field[], depth = 0): string[] {
  return fields.flatMap(({ name, children, value }) => [
    `${'  '.repeat(depth)}${name}${value === undefined ? '' : `=${value}`}`,
    ...outline(children ?? [], depth + 1),
  ]);
}

describe('partial packets', () => {
  it.each([
    [
      'goes on behind a violation',
      "3e 0a 0003 'a/b' 0007 'hey'",
      4,
      { type: 'publish', dup: true, qos: 3, retain: false, topic: 'a/b', packetId: 7, payload: bytesOf("'hey'") },
    ],
    [
      'goes on behind broken properties',
      "30 0d 0003 'a/b' 04 01 01 7e 00 'hey'",
      5,
      {
        type: 'publish',
        dup: false,
        qos: 0,
        retain: false,
        topic: 'a/b',
        properties: { payloadFormatIndicator: 1 },
        payload: bytesOf("'hey'"),
      },
    ],
    [
      'keeps the entries before the end',
      "82 0a 000a 0003 'a/b' 01 0009",
      4,
      {
        type: 'subscribe',
        packetId: 10,
        subscriptions: [{ topicFilter: 'a/b', qos: 1 }, {}],
      },
    ],
    ['lists nothing where nothing came', 'a2 02 000b', 4, { type: 'unsubscribe', packetId: 11, topicFilters: [] }],
    ['reads ill-formed text as well as it can', "30 05 0003 'a' ff 'b'", 4, { type: 'publish', topic: 'a\ufffdb' }],
    ['keeps the first of two', "30 0c 0003 'a/b' 06 23 0001 23 0002", 5, { properties: { topicAlias: 1 } }],
    ['has a type even of the reserved one', '00 00', 5, { type: 'reserved' }],
    ['keeps every code', '90 05 000a 01 03 02', 4, { packetId: 10, reasonCodes: [1, 3, 2] }],
    [
      'gathers the will',
      "10 13 0004 'MQTT' 04 2e 003c 0003 'zen' 0001 'w' 00",
      4,
      { cleanStart: true, keepAlive: 60, clientId: 'zen', will: { qos: 1, retain: true, topic: 'w' } },
    ],
  ] as const)('%s', (_what, bytes, version, expected) => {
    expect(decodePacket(bytesOf(bytes), version)).toMatchObject({ partial: expected });
  });
});

describe('field maps', () => {
  it('name the fields as the specification does', () => {
    expect(outline(fieldMap(bytesOf("33 0c 0003 'a/b' 0007 02 01 01 'hi'"), 5))).toEqual([
      'fixedHeader',
      '  packetType=3',
      '  dup=false',
      '  qos=1',
      '  retain=true',
      '  remainingLength=12',
      'variableHeader',
      '  topicName=a/b',
      '    length=3',
      '    characters=a/b',
      '  packetIdentifier=7',
      '  properties',
      '    propertyLength=2',
      '    payloadFormatIndicator=1',
      '      identifier=1',
      '      value=1',
      'payload',
    ]);
  });

  it('mark the bit at fault', () => {
    const [header] = fieldMap(bytesOf("38 08 0003 'a/b' 'hey'"), 4);
    expect(header?.children?.filter(({ malformed }) => malformed !== undefined).map(({ name }) => name)).toEqual([
      'dup',
    ]);
  });

  it.each([
    ['SUBACK', '90', '000a', '01', 200_000, 5],
    ['SUBSCRIBE', '82', '000a', '0001 61 00', 60_000, 4],
    ['UNSUBSCRIBE', 'a2', '000a', '0001 61', 60_000, 4],
  ] as const)('stay bounded for a %s beyond measure', (_type, first, head, entry, count, version) => {
    const entries = bytesOf(entry);
    const body = new Uint8Array(entries.length * count);
    for (let i = 0; i < count; i += 1) body.set(entries, i * entries.length);
    const start = bytesOf(version === 5 ? `${head} 00` : head);
    const frame = new Uint8Array(5 + start.length + body.length);
    frame[0] = Number(`0x${first}`);
    const bodyAt = writeVariableByte(frame, 1, start.length + body.length);
    frame.set(start, bodyAt);
    frame.set(body, bodyAt + start.length);
    const whole = frame.subarray(0, bodyAt + start.length + body.length);
    const fields = fieldMap(whole, version);
    expect(coverageFaults(whole, fields)).toEqual([]);
    expect(leavesOf(fields).length).toBeLessThan(60_000);
    expect(leavesOf(fields).at(-1)?.name).toBe('omitted');
    expect(decodePacket(whole, version).malformed).toBeUndefined();
  });

  it('leave what cannot be read as one field', () => {
    const fields = fieldMap(bytesOf("10 0f 0004 'MQTT' 07 02 003c 0003 'zen'"), 4);
    expect(outline(fields).slice(4)).toEqual([
      'variableHeader',
      '  protocolName=MQTT',
      '    length=4',
      '    characters=MQTT',
      '  protocolVersion=7',
      '  connectFlags',
      '  unread',
    ]);
  });
});

describe('the encoder refuses what the wire cannot carry', () => {
  const connack: Packet = { type: 'connack', sessionPresent: false, reasonCode: 0 };
  it.each<[field: string, packet: Packet, version: 3 | 4 | 5, rule: string]>([
    ['topic', { ...publish, topic: 'x'.repeat(65_536) }, 4, 'MQTT-4.7.3-3'],
    ['topic', { ...publish, topic: 'a\0' }, 4, 'MQTT-1.5.4-2'],
    ['topic', { ...publish, topic: 'a\ud83d' }, 4, 'MQTT-1.5.4-1'],
    ['topic', { ...publish, topic: '\ude00a' }, 4, 'MQTT-1.5.4-1'],
    ['packetId', { ...publish, qos: 1, packetId: 65_536 }, 4, 'MQTT5 §1.5'],
    ['packetId', { ...publish, qos: 1, packetId: 1.5 }, 4, 'MQTT5 §1.5'],
    ['publish', { ...publish, payload: new Uint8Array(268_435_453) }, 4, 'MQTT5 §2.1.4'],
    ['properties', { ...publish, properties: { topicAlias: 1 } }, 4, 'MQTT5 §C'],
    ['properties.topicAlias', { ...publish, properties: { topicAlias: -1 } }, 5, 'MQTT5 §1.5'],
    [
      'properties.subscriptionIdentifiers',
      { ...publish, properties: { subscriptionIdentifiers: [268_435_456] } },
      5,
      'MQTT5 §1.5',
    ],
    [
      'properties.correlationData',
      { ...publish, properties: { correlationData: new Uint8Array(65_536) } },
      5,
      'MQTT-4.7.3-3',
    ],
    ['reasonCode', { ...connack, reasonCode: 256 }, 5, 'MQTT5 §1.5'],
    ['reasonCode', { type: 'puback', packetId: 1, reasonCode: 0x10 }, 4, 'MQTT5 §C'],
    ['reasonCodes', { type: 'unsuback', packetId: 1, reasonCodes: [0] }, 4, 'MQTT5 §C'],
    ['auth', { type: 'auth', reasonCode: 0 }, 4, 'MQTT5 §C'],
    [
      'subscriptions[0]',
      { type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter: 'a', qos: 0, noLocal: true }] },
      4,
      'MQTT5 §C',
    ],
  ])('%s', (field, packet, version, rule) => {
    expect(() => encodePacket(packet, version)).toThrow(EncodeError);
    expect(() => encodePacket(packet, version)).toThrow(expect.objectContaining({ field, rule }));
    expect(checkPacket(packet, version)).toMatchObject({ rule, offset: 0 });
  });

  it('values of a wrong type, which forms and scripts can make', () => {
    const properties = JSON.parse('{"topicAlias":"1"}') as object;
    expect(() => encodeProperties(properties)).toThrow('properties.topicAlias');
    expect(() => encodeProperties(JSON.parse('{"colour":1}') as object)).toThrow('properties.colour');
    expect(() => encodeProperties(JSON.parse('{"userProperties":[["a"]]}') as object)).toThrow('a pair of texts');
  });

  it('and checks as values what it would encode', () => {
    expect(checkPacket({ ...publish, topic: 'a/#' }, 4)).toMatchObject({ rule: 'MQTT-3.3.2-2' });
    expect(checkPacket({ ...publish, qos: 1, packetId: 0 }, 5)).toMatchObject({ rule: 'MQTT-2.2.1-3' });
    expect(checkPacket({ ...publish, properties: { topicAlias: 0 } }, 5)).toMatchObject({ rule: 'MQTT-3.3.2-8' });
    const withIdentifier = { ...publish, properties: { subscriptionIdentifiers: [1] } };
    expect(checkPacket(withIdentifier, 5, 'client-to-server')).toMatchObject({ rule: 'MQTT-3.3.4-6' });
    expect(checkPacket(withIdentifier, 5, 'server-to-client')).toBeUndefined();
  });
});

it('properties keep the order of their keys', () => {
  expect(hexOf(encodeProperties({ topicAlias: 1, payloadFormatIndicator: 0 }))).toBe('052300010100');
  expect(hexOf(encodeProperties({ payloadFormatIndicator: 0, topicAlias: 1 }))).toBe('050100230001');
  expect(hexOf(encodeProperties(undefined))).toBe('00');
});

describe('fast writers', () => {
  it('write nothing where there is no room', () => {
    const target = new Uint8Array(12).fill(0xee);
    const topic = bytesOf("'topic'");
    expect(writePublish(target, 2, topic, bytesOf("'hi'"), 0, 0, undefined)).toBe(NO_ROOM);
    expect(writeAck(target, 9, TYPE.puback, 1, 0, 4)).toBe(NO_ROOM);
    expect(writeAck(target, 8, TYPE.puback, 1, 0x80, 5)).toBe(NO_ROOM);
    expect(target.every((byte) => byte === 0xee)).toBe(true);
    expect(writeAck(target, 8, TYPE.puback, 1, 0x80, 4)).toBe(12);
  });

  it('know lengths and limits', () => {
    expect(publishLength(1, 0, 0, 0)).toBe(5);
    expect(publishLength(1, 122, 2, 0)).toBe(2 + 127);
    expect(publishLength(1, 123, 2, 0)).toBe(3 + 128);
    expect(publishLength(1, 268_435_452, 0, 0)).toBe(5 + 268_435_455);
    expect(publishLength(1, 268_435_453, 0, 0)).toBe(-1);
  });

  it('copy long topics and payloads too', () => {
    const target = new Uint8Array(400);
    const packet: PublishPacket = { ...publish, topic: 'x'.repeat(90), payload: new Uint8Array(200).fill(7) };
    const end = writePublish(target, 1, bytesOf(`'${packet.topic}'`), packet.payload, 0, 0, undefined);
    expect(hexOf(target.subarray(1, end))).toBe(hexOf(encodePacket(packet, 4)));
  });
});

describe('the splitter', () => {
  it.each([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455])(
    'frames a Remaining Length of %i',
    (value) => {
      const header = new Uint8Array(6);
      header[0] = 0x30;
      const end = writeVariableByte(header, 1, value);
      expect(end - 1).toBe(variableByteLength(value));
      expect(announcedLength(header, 0, end)).toBe(end + value);
      expect(announcedLength(header, 0, end - 1)).toBe(INCOMPLETE);
      expect(scanFrame(header, 0, end)).toBe(value === 0 ? 2 : INCOMPLETE);
    },
  );

  it('gives up at a fifth byte, as soon as the fourth says so', () => {
    const header = bytesOf('30 ff ff ff ff');
    expect(scanFrame(header, 0, 4)).toBe(INCOMPLETE);
    expect(scanFrame(header, 0, 5)).toBe(UNFRAMEABLE);
    expect(variableByteLength(268_435_456)).toBe(-1);
  });

  it('needs two bytes at least', () => {
    expect(scanFrame(bytesOf('c0'), 0, 1)).toBe(INCOMPLETE);
    expect(scanFrame(new Uint8Array(0), 0, 0)).toBe(INCOMPLETE);
  });
});

it('gives views of the payload, not copies', () => {
  const frame = bytesOf("30 08 0003 'a/b' 'hey'");
  const { packet } = decodePacket(frame, 4);
  expect(packet?.type === 'publish' && packet.payload.buffer === frame.buffer).toBe(true);
});
