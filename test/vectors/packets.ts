/** Legal packets and their bytes, written down by hand from the specifications. One table, used in every direction. */

import type { Direction, Packet, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { bytesOf } from './notation.ts';
import { PROPERTY_VECTORS } from './properties.ts';

export interface PacketVector {
  readonly name: string;
  readonly versions: readonly ProtocolVersion[];
  /** Absent where both sides may send it. */
  readonly direction?: Direction;
  /** See notation.ts. */
  readonly bytes: string;
  readonly packet: Packet;
  /** Legal, but not how the encoder spells it: it decodes, and its shortest form is {@link canonical}. */
  readonly canonical?: string;
}

const UP = 'client-to-server';
const DOWN = 'server-to-client';
const BEFORE_5 = [3, 4] as const;
const ALL = [3, 4, 5] as const;
const NONE = new Uint8Array(0);
const HEY = bytesOf("'hey'");

const publish = { type: 'publish', dup: false, qos: 0, retain: false, topic: 'a/b', payload: HEY } as const;
const connect = {
  type: 'connect',
  protocolName: 'MQTT',
  protocolVersion: 4,
  cleanStart: true,
  keepAlive: 60,
  clientId: 'zen',
} as const;

const CONNECT: readonly PacketVector[] = [
  {
    name: 'CONNECT of 3.1',
    versions: ALL,
    direction: UP,
    bytes: "10 11 0006 'MQIsdp' 03 02 003c 0003 'zen'",
    packet: { ...connect, protocolName: 'MQIsdp', protocolVersion: 3 },
  },
  {
    name: 'CONNECT of 3.1 that announces names and has none',
    versions: [3],
    direction: UP,
    bytes: "10 11 0006 'MQIsdp' 03 c2 003c 0003 'zen'",
    packet: { ...connect, protocolName: 'MQIsdp', protocolVersion: 3 },
    canonical: "10 11 0006 'MQIsdp' 03 02 003c 0003 'zen'",
  },
  {
    name: 'CONNECT of 3.1.1',
    versions: ALL,
    direction: UP,
    bytes: "10 0f 0004 'MQTT' 04 02 003c 0003 'zen'",
    packet: connect,
  },
  {
    name: 'CONNECT of 3.1.1 with nothing but the smallest',
    versions: [4],
    direction: UP,
    bytes: "10 0c 0004 'MQTT' 04 02 0000 0000",
    packet: { ...connect, keepAlive: 0, clientId: '' },
  },
  {
    name: 'CONNECT of 3.1.1 that resumes, with the greatest keep alive',
    versions: [4],
    direction: UP,
    bytes: "10 0f 0004 'MQTT' 04 00 ffff 0003 'zen'",
    packet: { ...connect, cleanStart: false, keepAlive: 65_535 },
  },
  {
    name: 'CONNECT of 3.1.1 with everything',
    versions: [4],
    direction: UP,
    bytes: "10 25 0004 'MQTT' 04 f6 003c 0003 'zen' 0003 'lwt' 0003 'hey' 0004 'user' 0004 'pass'",
    packet: {
      ...connect,
      will: { topic: 'lwt', payload: HEY, qos: 2, retain: true },
      username: 'user',
      password: bytesOf("'pass'"),
    },
  },
  {
    name: 'CONNECT of 3.1.1 with a user name and no password',
    versions: [4],
    direction: UP,
    bytes: "10 15 0004 'MQTT' 04 82 003c 0003 'zen' 0004 'user'",
    packet: { ...connect, username: 'user' },
  },
  {
    name: 'CONNECT of 3.1.1 with an empty will and empty names',
    versions: [4],
    direction: UP,
    bytes: "10 18 0004 'MQTT' 04 c6 003c 0003 'zen' 0001 'w' 0000 0000 0000",
    packet: {
      ...connect,
      will: { topic: 'w', payload: NONE, qos: 0, retain: false },
      username: '',
      password: NONE,
    },
  },
  {
    name: 'CONNECT of 5.0',
    versions: ALL,
    direction: UP,
    bytes: "10 10 0004 'MQTT' 05 02 003c 00 0003 'zen'",
    packet: { ...connect, protocolVersion: 5 },
  },
  {
    name: 'CONNECT of 5.0 with a password and no user name',
    versions: [5],
    direction: UP,
    bytes: "10 14 0004 'MQTT' 05 42 003c 00 0003 'zen' 0002 ff00",
    packet: { ...connect, protocolVersion: 5, password: bytesOf('ff00') },
  },
  {
    name: 'CONNECT of 5.0 with a will at QoS 1',
    versions: [5],
    direction: UP,
    bytes: "10 1a 0004 'MQTT' 05 0e 003c 00 0003 'zen' 00 0003 'lwt' 0002 0001",
    packet: { ...connect, protocolVersion: 5, will: { topic: 'lwt', payload: bytesOf('0001'), qos: 1, retain: false } },
  },
];

const CONNACK: readonly PacketVector[] = [
  ...[0, 1, 2, 3, 4, 5].map(
    (reasonCode): PacketVector => ({
      name: `CONNACK with return code ${reasonCode}`,
      versions: BEFORE_5,
      direction: DOWN,
      bytes: `20 02 00 0${reasonCode}`,
      packet: { type: 'connack', sessionPresent: false, reasonCode },
    }),
  ),
  {
    name: 'CONNACK of 3.1.1 with a session',
    versions: [4],
    direction: DOWN,
    bytes: '20 02 01 00',
    packet: { type: 'connack', sessionPresent: true, reasonCode: 0 },
  },
  {
    name: 'CONNACK of 5.0 with a session',
    versions: [5],
    direction: DOWN,
    bytes: '20 03 01 00 00',
    packet: { type: 'connack', sessionPresent: true, reasonCode: 0 },
  },
  ...[
    0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c,
    0x9d, 0x9f,
  ].map(
    (reasonCode): PacketVector => ({
      name: `CONNACK of 5.0 with 0x${reasonCode.toString(16)}`,
      versions: [5],
      direction: DOWN,
      bytes: `20 03 00 ${reasonCode.toString(16)} 00`,
      packet: { type: 'connack', sessionPresent: false, reasonCode },
    }),
  ),
];

const PUBLISH: readonly PacketVector[] = [
  { name: 'PUBLISH', versions: BEFORE_5, bytes: "30 08 0003 'a/b' 'hey'", packet: publish },
  { name: 'PUBLISH of 5.0', versions: [5], bytes: "30 09 0003 'a/b' 00 'hey'", packet: publish },
  {
    name: 'PUBLISH without payload',
    versions: BEFORE_5,
    bytes: "30 05 0003 'a/b'",
    packet: { ...publish, payload: NONE },
  },
  {
    name: 'PUBLISH of 5.0 without payload',
    versions: [5],
    bytes: "30 06 0003 'a/b' 00",
    packet: { ...publish, payload: NONE },
  },
  {
    name: 'PUBLISH retained',
    versions: BEFORE_5,
    bytes: "31 08 0003 'a/b' 'hey'",
    packet: { ...publish, retain: true },
  },
  {
    name: 'PUBLISH at QoS 1',
    versions: BEFORE_5,
    bytes: "32 0a 0003 'a/b' 0007 'hey'",
    packet: { ...publish, qos: 1, packetId: 7 },
  },
  {
    name: 'PUBLISH of 5.0 at QoS 1',
    versions: [5],
    bytes: "32 0b 0003 'a/b' 0007 00 'hey'",
    packet: { ...publish, qos: 1, packetId: 7 },
  },
  {
    name: 'PUBLISH at QoS 2, again, retained, greatest identifier',
    versions: BEFORE_5,
    bytes: "3d 0a 0003 'a/b' ffff 'hey'",
    packet: { ...publish, dup: true, retain: true, qos: 2, packetId: 65_535 },
  },
  {
    name: 'PUBLISH of 5.0 at QoS 2, again, retained',
    versions: [5],
    bytes: "3d 0b 0003 'a/b' ffff 00 'hey'",
    packet: { ...publish, dup: true, retain: true, qos: 2, packetId: 65_535 },
  },
  {
    name: 'PUBLISH on a topic beyond ASCII, with a byte order mark and a code point beyond the basic plane',
    versions: BEFORE_5,
    bytes: "30 11 000c efbbbf c3bc e29882 f09f9880 'hey'",
    packet: { ...publish, topic: '\ufeffü☂😀' },
  },
  {
    name: 'PUBLISH on a topic with the noncharacters and controls that are discouraged, not banned',
    versions: BEFORE_5,
    bytes: "30 0a 0005 01 7f efbfbf 'hey'",
    packet: { ...publish, topic: '\u0001\u007f\uffff' },
  },
  {
    name: 'PUBLISH on a topic of one slash',
    versions: BEFORE_5,
    bytes: "30 06 0001 '/' 'hey'",
    packet: { ...publish, topic: '/' },
  },
  {
    name: 'PUBLISH on a topic of more than 64 bytes',
    versions: BEFORE_5,
    bytes: `30 55 0050 '${'level/11/'.repeat(8)}sensor/1' 'hey'`,
    packet: { ...publish, topic: `${'level/11/'.repeat(8)}sensor/1` },
  },
  {
    name: 'PUBLISH with a Remaining Length of two bytes',
    versions: BEFORE_5,
    bytes: `30 8001 0003 'a/b' ${'ab'.repeat(123)}`,
    packet: { ...publish, payload: bytesOf('ab'.repeat(123)) },
  },
  {
    name: 'PUBLISH with the greatest Remaining Length of one byte',
    versions: BEFORE_5,
    bytes: `30 7f 0003 'a/b' ${'ab'.repeat(122)}`,
    packet: { ...publish, payload: bytesOf('ab'.repeat(122)) },
  },
  {
    name: 'PUBLISH with a Remaining Length of three bytes',
    versions: BEFORE_5,
    bytes: `30 808001 0003 'a/b' ${'cd'.repeat(16_379)}`,
    packet: { ...publish, payload: bytesOf('cd'.repeat(16_379)) },
  },
  {
    name: 'PUBLISH before 5.0 whose Remaining Length takes a byte more than it needs',
    versions: BEFORE_5,
    bytes: "30 8800 0003 'a/b' 'hey'",
    packet: publish,
    canonical: "30 08 0003 'a/b' 'hey'",
  },
  {
    name: 'PUBLISH of 5.0 with an alias in place of the topic',
    versions: [5],
    bytes: "30 09 0000 03 23 0001 'hey'",
    packet: { ...publish, topic: '', properties: { topicAlias: 1 } },
  },
  {
    name: 'PUBLISH of 5.0 that sets an alias',
    versions: [5],
    bytes: "30 0c 0003 'a/b' 03 23 ffff 'hey'",
    packet: { ...publish, properties: { topicAlias: 65_535 } },
  },
  {
    name: 'PUBLISH of 5.0 to two subscriptions',
    versions: [5],
    direction: DOWN,
    bytes: "30 10 0003 'a/b' 07 0b 01 0b ffffff7f 'hey'",
    packet: { ...publish, properties: { subscriptionIdentifiers: [1, 268_435_455] } },
  },
  {
    name: 'PUBLISH of 5.0 with the same user property twice, an empty one, and a property before them',
    versions: [5],
    bytes: "30 1e 0003 'a/b' 15 01 01 26 0001 'k' 0001 'v' 26 0001 'k' 0001 'v' 26 0000 0000 'hey'",
    packet: {
      ...publish,
      properties: {
        payloadFormatIndicator: 1,
        userProperties: [
          ['k', 'v'],
          ['k', 'v'],
          ['', ''],
        ],
      },
    },
  },
];

const ACK_FIRST_BYTES = { puback: '40', pubrec: '50', pubrel: '62', pubcomp: '70' } as const;
const ACK_CODES = {
  puback: [0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrec: [0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrel: [0x92],
  pubcomp: [0x92],
} as const;

const ACKS: readonly PacketVector[] = (['puback', 'pubrec', 'pubrel', 'pubcomp'] as const).flatMap((type) => {
  const first = ACK_FIRST_BYTES[type];
  const name = type.toUpperCase();
  return [
    { name, versions: ALL, bytes: `${first} 02 0102`, packet: { type, packetId: 258, reasonCode: 0 } },
    {
      name: `${name} of 5.0 that spells out success`,
      versions: [5],
      bytes: `${first} 03 0102 00`,
      packet: { type, packetId: 258, reasonCode: 0 },
      canonical: `${first} 02 0102`,
    },
    {
      name: `${name} of 5.0 that spells out success without properties`,
      versions: [5],
      bytes: `${first} 04 0102 00 00`,
      packet: { type, packetId: 258, reasonCode: 0 },
      canonical: `${first} 02 0102`,
    },
    ...ACK_CODES[type].map((reasonCode) => ({
      name: `${name} of 5.0 with 0x${reasonCode.toString(16)}`,
      versions: [5] as const,
      bytes: `${first} 03 0001 ${reasonCode.toString(16)}`,
      packet: { type, packetId: 1, reasonCode } as Packet,
    })),
  ] satisfies PacketVector[];
});

const SUBSCRIBE: readonly PacketVector[] = [
  {
    name: 'SUBSCRIBE',
    versions: BEFORE_5,
    direction: UP,
    bytes: "82 08 000a 0003 'a/b' 01",
    packet: { type: 'subscribe', packetId: 10, subscriptions: [{ topicFilter: 'a/b', qos: 1 }] },
  },
  {
    name: 'SUBSCRIBE of 3.1, sent again',
    versions: [3],
    direction: UP,
    bytes: "8a 08 000a 0003 'a/b' 01",
    packet: { type: 'subscribe', packetId: 10, subscriptions: [{ topicFilter: 'a/b', qos: 1 }] },
    canonical: "82 08 000a 0003 'a/b' 01",
  },
  {
    name: 'SUBSCRIBE to three filters',
    versions: BEFORE_5,
    direction: UP,
    bytes: "82 12 000a 0001 '#' 00 0003 '+/b' 01 0003 'a/#' 02",
    packet: {
      type: 'subscribe',
      packetId: 10,
      subscriptions: [
        { topicFilter: '#', qos: 0 },
        { topicFilter: '+/b', qos: 1 },
        { topicFilter: 'a/#', qos: 2 },
      ],
    },
  },
  {
    name: 'SUBSCRIBE of 3.1.1 to what looks shared',
    versions: [4],
    direction: UP,
    bytes: "82 0c 000a 0007 '$share/' 00",
    packet: { type: 'subscribe', packetId: 10, subscriptions: [{ topicFilter: '$share/', qos: 0 }] },
  },
  {
    name: 'SUBSCRIBE of 5.0 with every option',
    versions: [5],
    direction: UP,
    bytes: "82 1a 000a 00 0001 '+' 2e 0003 'a/b' 15 000a '$share/g/+' 08",
    packet: {
      type: 'subscribe',
      packetId: 10,
      subscriptions: [
        { topicFilter: '+', qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 },
        { topicFilter: 'a/b', qos: 1, noLocal: true, retainAsPublished: false, retainHandling: 1 },
        { topicFilter: '$share/g/+', qos: 0, noLocal: false, retainAsPublished: true, retainHandling: 0 },
      ],
    },
  },
  {
    name: 'SUBSCRIBE of 5.0 with an identifier',
    versions: [5],
    direction: UP,
    bytes: "82 0c 000a 03 0b 8001 0003 'a/b' 00",
    packet: {
      type: 'subscribe',
      packetId: 10,
      subscriptions: [{ topicFilter: 'a/b', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: { subscriptionIdentifiers: [128] },
    },
  },
  {
    name: 'SUBACK of 3.1',
    versions: BEFORE_5,
    direction: DOWN,
    bytes: '90 05 000a 00 01 02',
    packet: { type: 'suback', packetId: 10, reasonCodes: [0, 1, 2] },
  },
  {
    name: 'SUBACK of 3.1.1 with a failure',
    versions: [4],
    direction: DOWN,
    bytes: '90 04 000a 80 01',
    packet: { type: 'suback', packetId: 10, reasonCodes: [0x80, 1] },
  },
  {
    name: 'SUBACK of 5.0 with every code',
    versions: [5],
    direction: DOWN,
    bytes: '90 0f 000a 00 00 01 02 80 83 87 8f 91 97 9e a1 a2',
    packet: {
      type: 'suback',
      packetId: 10,
      reasonCodes: [0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
    },
  },
  {
    name: 'UNSUBSCRIBE',
    versions: BEFORE_5,
    direction: UP,
    bytes: "a2 0a 000b 0003 'a/b' 0001 '#'",
    packet: { type: 'unsubscribe', packetId: 11, topicFilters: ['a/b', '#'] },
  },
  {
    name: 'UNSUBSCRIBE of 5.0',
    versions: [5],
    direction: UP,
    bytes: "a2 08 000b 00 0003 'a/b'",
    packet: { type: 'unsubscribe', packetId: 11, topicFilters: ['a/b'] },
  },
  {
    name: 'UNSUBACK',
    versions: BEFORE_5,
    direction: DOWN,
    bytes: 'b0 02 000b',
    packet: { type: 'unsuback', packetId: 11, reasonCodes: [] },
  },
  {
    name: 'UNSUBACK of 5.0 with every code',
    versions: [5],
    direction: DOWN,
    bytes: 'b0 0a 000b 00 00 11 80 83 87 8f 91',
    packet: { type: 'unsuback', packetId: 11, reasonCodes: [0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91] },
  },
];

const FROM_CLIENT_CODES = [0x04];
const FROM_SERVER_CODES = [
  0x87, 0x89, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];
const FROM_EITHER_CODES = [0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

const disconnect = (reasonCode: number, direction?: Direction): PacketVector => ({
  name: `DISCONNECT of 5.0 with 0x${reasonCode.toString(16)}`,
  versions: [5],
  ...(direction === undefined ? undefined : { direction }),
  bytes: `e0 01 ${reasonCode.toString(16).padStart(2, '0')}`,
  packet: { type: 'disconnect', reasonCode },
});

const REST: readonly PacketVector[] = [
  { name: 'PINGREQ', versions: ALL, direction: UP, bytes: 'c0 00', packet: { type: 'pingreq' } },
  { name: 'PINGRESP', versions: ALL, direction: DOWN, bytes: 'd0 00', packet: { type: 'pingresp' } },
  { name: 'DISCONNECT', versions: ALL, direction: UP, bytes: 'e0 00', packet: { type: 'disconnect', reasonCode: 0 } },
  ...FROM_CLIENT_CODES.map((code) => disconnect(code, UP)),
  ...FROM_SERVER_CODES.map((code) => disconnect(code, DOWN)),
  ...FROM_EITHER_CODES.map((code) => disconnect(code)),
  {
    name: 'DISCONNECT of 5.0 that spells out that it is normal and has no properties',
    versions: [5],
    direction: UP,
    bytes: 'e0 02 00 00',
    packet: { type: 'disconnect', reasonCode: 0 },
    canonical: 'e0 00',
  },
  {
    name: 'AUTH of success',
    versions: [5],
    direction: DOWN,
    bytes: 'f0 00',
    packet: { type: 'auth', reasonCode: 0 },
  },
  {
    name: 'AUTH that continues',
    versions: [5],
    bytes: "f0 0d 18 0b 15 0003 'tls' 16 0002 0a0b",
    packet: {
      type: 'auth',
      reasonCode: 0x18,
      properties: { authenticationMethod: 'tls', authenticationData: bytesOf('0a0b') },
    },
  },
  {
    name: 'AUTH again',
    versions: [5],
    direction: UP,
    bytes: "f0 08 19 06 15 0003 'tls'",
    packet: { type: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'tls' } },
  },
];

export const PACKET_VECTORS: readonly PacketVector[] = [
  ...CONNECT,
  ...CONNACK,
  ...PUBLISH,
  ...ACKS,
  ...SUBSCRIBE,
  ...REST,
  ...PROPERTY_VECTORS,
];
