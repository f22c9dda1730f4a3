/** The tables of properties, reason codes and labels against the specification. */

import { describe, expect, it } from 'vitest';
import { packetLabel } from '../../shared/mqtt/labels.ts';
import { PACKET_TYPES, TYPE } from '../../shared/mqtt/packet.ts';
import { isPropertyName, PROPERTIES, propertiesOf, propertyByIdentifier } from '../../shared/mqtt/properties.ts';
import {
  isReasonCodeError,
  isReasonCodeLegal,
  REASON_CODES,
  reasonCodeName,
  reasonCodeSlug,
  reasonCodesOf,
} from '../../shared/mqtt/reason-codes.ts';
import { isProtocolVersion, mayTravel, versionName } from '../../shared/mqtt/version.ts';
import { PACKET_VECTORS } from '../vectors/packets.ts';
import { PROPERTY_SAMPLES } from '../vectors/properties.ts';

it('numbers the types as table 2-1 does', () => {
  expect(PACKET_TYPES.map((type, index) => (type === 'reserved' ? 0 : TYPE[type]) === index)).not.toContain(false);
});

describe('properties', () => {
  it('are the 27 of table 2-4, each where the table puts it', () => {
    expect(PROPERTIES).toHaveLength(27);
    for (const { name, holders } of PROPERTY_SAMPLES) {
      const property = PROPERTIES.find((candidate) => candidate.name === name);
      expect([...(property?.holders ?? [])].toSorted()).toEqual([...holders].toSorted());
    }
  });

  it('are found by their identifier', () => {
    for (const property of PROPERTIES) expect(propertyByIdentifier(property.identifier)).toBe(property);
    for (const identifier of [0, 4, 10, 20, 27, 43, 127, 128, 1_000]) {
      expect(propertyByIdentifier(identifier)).toBeUndefined();
    }
  });

  it('are listed by holder', () => {
    expect(propertiesOf('will').map(({ identifier }) => identifier)).toEqual([1, 2, 3, 8, 9, 24, 38]);
    expect(propertiesOf('subscribe').map(({ identifier }) => identifier)).toEqual([11, 38]);
    expect(propertiesOf('connack')).toHaveLength(17);
    expect(propertiesOf('pingreq')).toEqual([]);
  });

  it('are told from other words', () => {
    expect(isPropertyName('topicAlias')).toBe(true);
    expect(isPropertyName('toString')).toBe(false);
    expect(isPropertyName('__proto__')).toBe(false);
  });
});

describe('reason codes', () => {
  it.each([
    ['connack', 5, 0x00, 'Success'],
    ['disconnect', 5, 0x00, 'Normal disconnection'],
    ['suback', 5, 0x00, 'Granted QoS 0'],
    ['auth', 5, 0x18, 'Continue authentication'],
    ['pubcomp', 5, 0x92, 'Packet Identifier not found'],
    ['connack', 4, 0x05, 'Not authorized'],
    ['connack', 3, 0x02, 'Identifier rejected'],
    ['suback', 4, 0x80, 'Failure'],
    ['suback', 3, 0x80, undefined],
    ['connack', 4, 0x87, undefined],
    ['connack', 5, 0x05, undefined],
    ['puback', 4, 0x00, undefined],
    ['publish', 5, 0x00, undefined],
  ] as const)('%s of level %i names %i %s', (type, version, code, name) => {
    expect(reasonCodeName(type, version, code)).toBe(name);
  });

  it('are as many per packet as the tables of chapter 3 have', () => {
    const counts = Object.fromEntries(
      (['connack', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback', 'auth'] as const).map((type) => [
        type,
        reasonCodesOf(type).length,
      ]),
    );
    expect(counts).toEqual({
      connack: 22,
      puback: 9,
      pubrec: 9,
      pubrel: 2,
      pubcomp: 2,
      suback: 12,
      unsuback: 7,
      auth: 3,
    });
  });

  it('ascend, and no packet has one twice', () => {
    const codes = REASON_CODES.map(({ code }) => code);
    expect(codes).toEqual(codes.toSorted((a, b) => a - b));
    const pairs = REASON_CODES.flatMap(({ code, types }) => types.map((type) => `${type} ${code}`));
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('know their sender', () => {
    expect(isReasonCodeLegal('disconnect', 5, 0x8e)).toBe(true);
    expect(isReasonCodeLegal('disconnect', 5, 0x8e, 'server-to-client')).toBe(true);
    expect(isReasonCodeLegal('disconnect', 5, 0x8e, 'client-to-server')).toBe(false);
    expect(isReasonCodeLegal('auth', 5, 0x19, 'server-to-client')).toBe(false);
  });

  it('tell failure from success', () => {
    expect(isReasonCodeError('puback', 5, 0x10)).toBe(false);
    expect(isReasonCodeError('puback', 5, 0x80)).toBe(true);
    expect(isReasonCodeError('connack', 4, 1)).toBe(true);
    expect(isReasonCodeError('connack', 5, 0)).toBe(false);
  });

  it('become one word', () => {
    expect(reasonCodeSlug('puback', 5, 0x10)).toBe('no-matching-subscribers');
    expect(reasonCodeSlug('puback', 5, 0x01)).toBe('0x01');
  });
});

describe('versions', () => {
  it('have names', () => {
    expect(([3, 4, 5] as const).map(versionName)).toEqual(['MQTT 3.1', 'MQTT 3.1.1', 'MQTT 5.0']);
    expect([2, 3, 4, 5, 6].map(isProtocolVersion)).toEqual([false, true, true, true, false]);
  });

  it('let packets travel one way or both', () => {
    expect(mayTravel('connect', 5, 'server-to-client')).toBe(false);
    expect(mayTravel('publish', 4, 'server-to-client')).toBe(true);
    expect(mayTravel('disconnect', 4, 'server-to-client')).toBe(false);
    expect(mayTravel('disconnect', 5, 'server-to-client')).toBe(true);
    expect(mayTravel('auth', 4, 'client-to-server')).toBe(false);
  });
});

describe('labels', () => {
  const labelOf = (name: string): string[] =>
    PACKET_VECTORS.filter((vector) => vector.name === name).map(({ packet, versions }) =>
      packetLabel(packet, versions.at(-1) ?? 5),
    );

  it.each([
    ['CONNECT of 3.1.1', 'CONNECT zen MQTT 3.1.1, clean, keep-alive 60'],
    ['CONNECT of 3.1.1 with everything', 'CONNECT zen MQTT 3.1.1, clean, keep-alive 60, user user, will lwt q2 retain'],
    ['CONNECT of 3.1.1 with nothing but the smallest', 'CONNECT (no client id) MQTT 3.1.1, clean, keep-alive 0'],
    ['CONNACK with return code 5', 'CONNACK not-authorized'],
    ['CONNACK of 5.0 with a session', 'CONNACK success, session present'],
    ['PUBLISH', 'PUBLISH a/b q0, 3 B'],
    ['PUBLISH of 5.0 at QoS 2, again, retained', 'PUBLISH a/b q2 #65535 dup retain, 3 B'],
    ['PUBLISH of 5.0 with an alias in place of the topic', 'PUBLISH (alias 1) q0, 3 B'],
    ['PUBACK', 'PUBACK #258'],
    ['PUBREL of 5.0 with 0x92', 'PUBREL #1 packet-identifier-not-found'],
    ['SUBSCRIBE to three filters', 'SUBSCRIBE #10 # q0, +/b q1, a/# q2'],
    ['SUBACK of 3.1.1 with a failure', 'SUBACK #10 failure, granted-qos-1'],
    ['UNSUBSCRIBE', 'UNSUBSCRIBE #11 a/b, #'],
    ['UNSUBACK', 'UNSUBACK #11'],
    ['PINGREQ', 'PINGREQ'],
    ['PINGRESP', 'PINGRESP'],
    ['DISCONNECT of 5.0 with 0x8e', 'DISCONNECT session-taken-over'],
    ['AUTH again', 'AUTH re-authenticate'],
  ])('%s reads %s', (name, label) => {
    expect(labelOf(name)).toEqual([label]);
  });

  it('are one line for every packet', () => {
    for (const { packet, versions } of PACKET_VECTORS) {
      for (const version of versions) expect(packetLabel(packet, version)).toMatch(/^[A-Z]+( .+)?$/);
    }
  });
});
