/** Translates between our packets and those of the npm library mqtt-packet, a codec that nobody here wrote. */

import { generate, type Packet as PeerPacket, parser } from 'mqtt-packet';
import type { Packet, Properties, ProtocolVersion, QoS, Subscription, Will } from '../../shared/mqtt/packet.ts';
import { isPropertyName, propertyByName } from '../../shared/mqtt/properties.ts';

type Plain = Record<string, unknown>;

/** Bytes that the peer makes of `packet`. */
export function peerEncode(packet: Packet, version: ProtocolVersion): Uint8Array {
  return Uint8Array.from(generate(toPeer(packet, version) as unknown as PeerPacket, { protocolVersion: version }));
}

/** What the peer reads in `frame`, in our form. Throws the peer's error. */
export function peerDecode(frame: Uint8Array, version: ProtocolVersion): Packet[] {
  const packets: Packet[] = [];
  const peer = parser({ protocolVersion: version });
  peer.on('packet', (packet: unknown) => packets.push(fromPeer(packet as Plain, version)));
  peer.on('error', (error: unknown) => {
    throw error;
  });
  peer.parse(Buffer.from(frame));
  return packets;
}

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const bytes = (value: unknown): Uint8Array => Uint8Array.from(value as Uint8Array);

/** The peer holds flags as booleans, user properties as an object of lists, and one subscription identifier as a number. */
function toPeerProperties(properties: Properties | undefined): Plain {
  if (properties === undefined) return {};
  const plain: Plain = {};
  for (const [name, value] of Object.entries(properties) as [keyof Properties, unknown][]) {
    const { type, range } = propertyByName(name);
    if (name === 'userProperties') {
      // A user property may be named like something every object inherits.
      const pairs = Object.create(null) as Record<string, string[]>;
      for (const [key, text] of value as [string, string][]) (pairs[key] ??= []).push(text);
      plain[name] = pairs;
    } else if (name === 'subscriptionIdentifiers') plain['subscriptionIdentifier'] = value;
    else if (type === 'binary') plain[name] = buffer(value as Uint8Array);
    else if (type === 'byte' && range?.[1] === 1 && name !== 'maximumQoS') plain[name] = value === 1;
    else plain[name] = value;
  }
  return { properties: plain };
}

function fromPeerProperties(properties: unknown): { properties?: Properties } {
  if (properties === undefined || Object.keys(properties as Plain).length === 0) return {};
  const ours: Plain = {};
  for (const [name, value] of Object.entries(properties as Plain)) {
    if (name === 'userProperties') {
      ours[name] = Object.entries(value as Record<string, string | string[]>).flatMap(([key, texts]) =>
        [texts].flat().map((text) => [key, text]),
      );
    } else if (name === 'subscriptionIdentifier') ours['subscriptionIdentifiers'] = [value].flat();
    else if (typeof value === 'boolean') ours[name] = Number(value);
    else if (isPropertyName(name) && propertyByName(name).type === 'binary') ours[name] = bytes(value);
    else ours[name] = value;
  }
  return { properties: ours };
}

function toPeer(packet: Packet, version: ProtocolVersion): Plain {
  const properties = 'properties' in packet ? toPeerProperties(packet.properties) : {};
  switch (packet.type) {
    case 'connect':
      return {
        cmd: 'connect',
        protocolId: packet.protocolName,
        protocolVersion: packet.protocolVersion,
        clean: packet.cleanStart,
        keepalive: packet.keepAlive,
        clientId: packet.clientId,
        ...(packet.will === undefined ? undefined : { will: toPeerWill(packet.will) }),
        ...(packet.username === undefined ? undefined : { username: packet.username }),
        ...(packet.password === undefined ? undefined : { password: buffer(packet.password) }),
        ...properties,
      };
    case 'connack':
      return {
        cmd: 'connack',
        sessionPresent: packet.sessionPresent,
        [version === 5 ? 'reasonCode' : 'returnCode']: packet.reasonCode,
        ...properties,
      };
    case 'publish': {
      const { dup, qos, retain, topic, packetId, payload } = packet;
      return { cmd: 'publish', dup, qos, retain, topic, messageId: packetId, payload: buffer(payload), ...properties };
    }
    case 'subscribe':
      return {
        cmd: 'subscribe',
        messageId: packet.packetId,
        subscriptions: packet.subscriptions.map(({ topicFilter, qos, noLocal, retainAsPublished, retainHandling }) => ({
          topic: topicFilter,
          qos,
          nl: noLocal,
          rap: retainAsPublished,
          rh: retainHandling,
        })),
        ...properties,
      };
    case 'suback':
    case 'unsuback':
      return { cmd: packet.type, messageId: packet.packetId, granted: packet.reasonCodes, ...properties };
    case 'unsubscribe':
      return { cmd: 'unsubscribe', messageId: packet.packetId, unsubscriptions: packet.topicFilters, ...properties };
    case 'pingreq':
    case 'pingresp':
      return { cmd: packet.type };
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { cmd: packet.type, messageId: packet.packetId, reasonCode: packet.reasonCode, ...properties };
    case 'disconnect':
    case 'auth':
      break;
  }
  return { cmd: packet.type, reasonCode: packet.reasonCode, ...properties };
}

function toPeerWill(will: Will): Plain {
  const { topic, payload, qos, retain, properties } = will;
  return { topic, payload: buffer(payload), qos, retain, ...toPeerProperties(properties) };
}

function fromPeer(peer: Plain, version: ProtocolVersion): Packet {
  const type = peer['cmd'] as Packet['type'];
  const packetId = peer['messageId'] as number;
  const properties = fromPeerProperties(peer['properties']);
  switch (type) {
    case 'connect': {
      const will = peer['will'] as Plain | undefined;
      return {
        type,
        protocolName: peer['protocolId'] as string,
        protocolVersion: peer['protocolVersion'] as ProtocolVersion,
        cleanStart: peer['clean'] as boolean,
        keepAlive: peer['keepalive'] as number,
        clientId: peer['clientId'] as string,
        ...(will === undefined ? undefined : { will: fromPeerWill(will) }),
        ...(peer['username'] === undefined ? undefined : { username: peer['username'] as string }),
        ...(peer['password'] === undefined ? undefined : { password: bytes(peer['password']) }),
        ...properties,
      };
    }
    case 'connack':
      return {
        type,
        sessionPresent: peer['sessionPresent'] as boolean,
        reasonCode: peer[version === 5 ? 'reasonCode' : 'returnCode'] as number,
        ...properties,
      };
    case 'publish':
      return {
        type,
        dup: peer['dup'] as boolean,
        qos: peer['qos'] as QoS,
        retain: peer['retain'] as boolean,
        topic: peer['topic'] as string,
        payload: bytes(peer['payload']),
        ...(packetId === undefined ? undefined : { packetId }),
        ...properties,
      };
    case 'subscribe':
      return {
        type,
        packetId,
        subscriptions: (peer['subscriptions'] as Plain[]).map((entry) => fromPeerSubscription(entry, version)),
        ...properties,
      };
    case 'suback':
    case 'unsuback':
      return { type, packetId, reasonCodes: (peer['granted'] as number[] | undefined) ?? [], ...properties };
    case 'unsubscribe':
      return { type, packetId, topicFilters: peer['unsubscriptions'] as string[], ...properties };
    case 'pingreq':
    case 'pingresp':
      return { type };
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { type, packetId, reasonCode: (peer['reasonCode'] as number | undefined) ?? 0, ...properties };
    case 'disconnect':
    case 'auth':
      break;
  }
  return { type, reasonCode: (peer['reasonCode'] as number | undefined) ?? 0, ...properties };
}

function fromPeerWill(will: Plain): Will {
  return {
    topic: will['topic'] as string,
    payload: bytes(will['payload']),
    qos: will['qos'] as QoS,
    retain: will['retain'] as boolean,
    ...fromPeerProperties(will['properties']),
  };
}

function fromPeerSubscription(entry: Plain, version: ProtocolVersion): Subscription {
  const plain = { topicFilter: entry['topic'] as string, qos: entry['qos'] as QoS };
  if (version !== 5) return plain;
  return {
    ...plain,
    noLocal: entry['nl'] as boolean,
    retainAsPublished: entry['rap'] as boolean,
    retainHandling: entry['rh'] as 0 | 1 | 2,
  };
}
