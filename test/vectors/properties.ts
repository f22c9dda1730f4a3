/** Each property of MQTT 5.0 in each packet that may carry it: bytes by hand, packets by MQTT 5.0 table 2-4. */

import type { Direction, Packet, Properties, PropertyName } from '../../shared/mqtt/packet.ts';
import type { PropertyHolder } from '../../shared/mqtt/properties.ts';
import { bytesOf, counted, framed } from './notation.ts';
import type { PacketVector } from './packets.ts';

interface PropertySample {
  readonly name: PropertyName;
  readonly bytes: string;
  readonly properties: Properties;
  /** The column "Packet / Will Properties" of the table. */
  readonly holders: readonly PropertyHolder[];
}

const ACKS = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'] as const;
const ALL = [
  'connect',
  'connack',
  'publish',
  'will',
  ...ACKS,
  'subscribe',
  'unsubscribe',
  'disconnect',
  'auth',
] as const;
const AUTH = ['connect', 'connack', 'auth'] as const;
const MESSAGE = ['publish', 'will'] as const;
const OPENING = ['connect', 'connack'] as const;
const CONNACK = ['connack'] as const;

export const PROPERTY_SAMPLES: readonly PropertySample[] = [
  { name: 'payloadFormatIndicator', bytes: '01 01', properties: { payloadFormatIndicator: 1 }, holders: MESSAGE },
  {
    name: 'messageExpiryInterval',
    bytes: '02 ffffffff',
    properties: { messageExpiryInterval: 4_294_967_295 },
    holders: MESSAGE,
  },
  { name: 'contentType', bytes: "03 0003 't/x'", properties: { contentType: 't/x' }, holders: MESSAGE },
  { name: 'responseTopic', bytes: "08 0003 'r/1'", properties: { responseTopic: 'r/1' }, holders: MESSAGE },
  {
    name: 'correlationData',
    bytes: '09 0003 00ff23',
    properties: { correlationData: bytesOf('00ff23') },
    holders: MESSAGE,
  },
  {
    name: 'subscriptionIdentifiers',
    bytes: '0b 8001',
    properties: { subscriptionIdentifiers: [128] },
    holders: ['publish', 'subscribe'],
  },
  {
    name: 'sessionExpiryInterval',
    bytes: '11 80000000',
    properties: { sessionExpiryInterval: 2_147_483_648 },
    holders: ['connect', 'connack', 'disconnect'],
  },
  {
    name: 'assignedClientIdentifier',
    bytes: "12 0004 'auto'",
    properties: { assignedClientIdentifier: 'auto' },
    holders: CONNACK,
  },
  { name: 'serverKeepAlive', bytes: '13 0000', properties: { serverKeepAlive: 0 }, holders: CONNACK },
  {
    name: 'authenticationMethod',
    bytes: "15 0004 'SHA1'",
    properties: { authenticationMethod: 'SHA1' },
    holders: AUTH,
  },
  {
    name: 'authenticationData',
    bytes: "15 0001 'm' 16 0002 00ff",
    properties: { authenticationMethod: 'm', authenticationData: bytesOf('00ff') },
    holders: AUTH,
  },
  {
    name: 'requestProblemInformation',
    bytes: '17 00',
    properties: { requestProblemInformation: 0 },
    holders: ['connect'],
  },
  { name: 'willDelayInterval', bytes: '18 0000000a', properties: { willDelayInterval: 10 }, holders: ['will'] },
  {
    name: 'requestResponseInformation',
    bytes: '19 01',
    properties: { requestResponseInformation: 1 },
    holders: ['connect'],
  },
  { name: 'responseInformation', bytes: "1a 0001 'i'", properties: { responseInformation: 'i' }, holders: CONNACK },
  {
    name: 'serverReference',
    bytes: "1c 0005 'other'",
    properties: { serverReference: 'other' },
    holders: ['connack', 'disconnect'],
  },
  {
    name: 'reasonString',
    bytes: "1f 0003 'why'",
    properties: { reasonString: 'why' },
    holders: ['connack', ...ACKS, 'disconnect', 'auth'],
  },
  { name: 'receiveMaximum', bytes: '21 0001', properties: { receiveMaximum: 1 }, holders: OPENING },
  { name: 'topicAliasMaximum', bytes: '22 000a', properties: { topicAliasMaximum: 10 }, holders: OPENING },
  { name: 'topicAlias', bytes: '23 0102', properties: { topicAlias: 258 }, holders: ['publish'] },
  { name: 'maximumQoS', bytes: '24 01', properties: { maximumQoS: 1 }, holders: CONNACK },
  { name: 'retainAvailable', bytes: '25 00', properties: { retainAvailable: 0 }, holders: CONNACK },
  {
    name: 'userProperties',
    bytes: "26 0001 'k' 0002 c3bc",
    properties: { userProperties: [['k', 'ü']] },
    holders: ALL,
  },
  { name: 'maximumPacketSize', bytes: '27 00000001', properties: { maximumPacketSize: 1 }, holders: OPENING },
  {
    name: 'wildcardSubscriptionAvailable',
    bytes: '28 00',
    properties: { wildcardSubscriptionAvailable: 0 },
    holders: CONNACK,
  },
  {
    name: 'subscriptionIdentifiersAvailable',
    bytes: '29 01',
    properties: { subscriptionIdentifiersAvailable: 1 },
    holders: CONNACK,
  },
  {
    name: 'sharedSubscriptionAvailable',
    bytes: '2a 00',
    properties: { sharedSubscriptionAvailable: 0 },
    holders: CONNACK,
  },
];

/** Properties that name a reader's rights need one side; see the sections of the property. */
function directionOf(holder: PropertyHolder, name: PropertyName): Direction | undefined {
  if (holder === 'disconnect' && name === 'sessionExpiryInterval') return 'client-to-server';
  if (holder === 'disconnect' && name === 'serverReference') return 'server-to-client';
  if (holder === 'publish' && name === 'subscriptionIdentifiers') return 'server-to-client';
  if (['connect', 'will', 'subscribe', 'unsubscribe'].includes(holder)) return 'client-to-server';
  return ['connack', 'suback', 'unsuback'].includes(holder) ? 'server-to-client' : undefined;
}

/** A packet's bytes around the bytes of its properties, without their Property Length. */
export const HOLDER_BYTES: { readonly [H in (typeof ALL)[number]]: (properties: string) => string } = {
  connect: (p) => framed('10', `0004 'MQTT' 05 00 0000 ${counted(p)} 0001 'c'`),
  will: (p) => framed('10', `0004 'MQTT' 05 04 0000 00 0001 'c' ${counted(p)} 0001 'w' 0001 'x'`),
  connack: (p) => framed('20', `00 00 ${counted(p)}`),
  publish: (p) => framed('30', `0001 't' ${counted(p)} 'hey'`),
  puback: (p) => framed('40', `0001 10 ${counted(p)}`),
  pubrec: (p) => framed('50', `0001 10 ${counted(p)}`),
  pubrel: (p) => framed('62', `0001 92 ${counted(p)}`),
  pubcomp: (p) => framed('70', `0001 92 ${counted(p)}`),
  subscribe: (p) => framed('82', `0001 ${counted(p)} 0001 't' 00`),
  suback: (p) => framed('90', `0001 ${counted(p)} 00`),
  unsubscribe: (p) => framed('a2', `0001 ${counted(p)} 0001 't'`),
  unsuback: (p) => framed('b0', `0001 ${counted(p)} 00`),
  disconnect: (p) => framed('e0', `80 ${counted(p)}`),
  auth: (p) => framed('f0', `00 ${counted(p)}`),
};

const CONNECT = {
  type: 'connect',
  protocolName: 'MQTT',
  protocolVersion: 5,
  cleanStart: false,
  keepAlive: 0,
  clientId: 'c',
} as const;

const HOLDER_PACKET: { readonly [H in (typeof ALL)[number]]: (properties: Properties) => Packet } = {
  connect: (properties) => ({ ...CONNECT, properties }),
  will: (properties) => ({
    ...CONNECT,
    will: { topic: 'w', payload: bytesOf("'x'"), qos: 0, retain: false, properties },
  }),
  connack: (properties) => ({ type: 'connack', sessionPresent: false, reasonCode: 0, properties }),
  publish: (properties) => ({
    type: 'publish',
    dup: false,
    qos: 0,
    retain: false,
    topic: 't',
    payload: bytesOf("'hey'"),
    properties,
  }),
  puback: (properties) => ({ type: 'puback', packetId: 1, reasonCode: 0x10, properties }),
  pubrec: (properties) => ({ type: 'pubrec', packetId: 1, reasonCode: 0x10, properties }),
  pubrel: (properties) => ({ type: 'pubrel', packetId: 1, reasonCode: 0x92, properties }),
  pubcomp: (properties) => ({ type: 'pubcomp', packetId: 1, reasonCode: 0x92, properties }),
  subscribe: (properties) => ({
    type: 'subscribe',
    packetId: 1,
    subscriptions: [{ topicFilter: 't', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
    properties,
  }),
  suback: (properties) => ({ type: 'suback', packetId: 1, reasonCodes: [0], properties }),
  unsubscribe: (properties) => ({ type: 'unsubscribe', packetId: 1, topicFilters: ['t'], properties }),
  unsuback: (properties) => ({ type: 'unsuback', packetId: 1, reasonCodes: [0], properties }),
  disconnect: (properties) => ({ type: 'disconnect', reasonCode: 0x80, properties }),
  auth: (properties) => ({ type: 'auth', reasonCode: 0, properties }),
};

export const PROPERTY_HOLDERS = ALL;

export const PROPERTY_VECTORS: readonly PacketVector[] = PROPERTY_SAMPLES.flatMap((sample) =>
  ALL.filter((holder) => sample.holders.includes(holder)).map((holder): PacketVector => {
    const direction = directionOf(holder, sample.name);
    return {
      name: `${sample.name} in ${holder}`,
      versions: [5],
      ...(direction === undefined ? undefined : { direction }),
      bytes: HOLDER_BYTES[holder](sample.bytes),
      packet: HOLDER_PACKET[holder](sample.properties),
    };
  }),
);
