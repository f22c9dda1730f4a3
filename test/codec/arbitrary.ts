/** Arbitrary legal packets of every type and version, for property tests. */

import * as fc from 'fast-check';
import type {
  Packet,
  PacketType,
  Properties,
  ProtocolVersion,
  QoS,
  Subscription,
  Will,
} from '../../shared/mqtt/packet.ts';
import { type PropertyDefinition, type PropertyHolder, propertiesOf } from '../../shared/mqtt/properties.ts';
import { REASON_CODE_TYPES, type ReasonCodeType, reasonCodesOf } from '../../shared/mqtt/reason-codes.ts';

/** Text that the wire may carry: any well-formed Unicode but U+0000. */
const text = (maxLength = 30): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength }).map((value) => value.replaceAll('\0', ''));

const topicName = text().map((value) => `t${value.replaceAll(/[+#]/g, '')}`);

const topicFilter = fc
  .tuple(
    fc.constantFrom('', '$share/group/'),
    fc.array(fc.oneof(fc.constant('+'), topicName), { minLength: 1 }),
    fc.boolean(),
  )
  .map(([prefix, levels, open]) => `${prefix}${levels.join('/')}${open ? '/#' : ''}`);

const bytes = fc.uint8Array({ maxLength: 40 });
const packetId = fc.integer({ min: 1, max: 65_535 });
const twoByte = fc.integer({ min: 0, max: 65_535 });
const qos: fc.Arbitrary<QoS> = fc.constantFrom(0, 1, 2);

function valueOf(definition: PropertyDefinition): fc.Arbitrary<unknown> {
  const limits = { byte: 255, twoByte: 65_535, fourByte: 4_294_967_295, variableByte: 268_435_455 } as const;
  const { type, range, name } = definition;
  switch (type) {
    case 'text':
      return name === 'responseTopic' ? topicName : text();
    case 'binary':
      return bytes;
    case 'textPair':
      return fc.tuple(text(), text());
    case 'byte':
    case 'twoByte':
    case 'fourByte':
    case 'variableByte':
      break;
  }
  return fc.integer({ min: range?.[0] ?? 0, max: range?.[1] ?? limits[type] });
}

/** Some of the properties that `holder` may carry, in any order; undefined for none. */
function propertiesFor(holder: PropertyHolder): fc.Arbitrary<Properties | undefined> {
  return fc.shuffledSubarray([...propertiesOf(holder)]).chain((definitions) => {
    const names = definitions.map(({ name }) => name);
    const kept = definitions.filter(
      ({ name }) => name !== 'authenticationData' || names.includes('authenticationMethod'),
    );
    const values = kept.map((definition) => {
      if (definition.repeatableIn.length === 0) return valueOf(definition);
      const most = definition.repeatableIn.includes(holder) ? 3 : 1;
      return fc.array(valueOf(definition), { minLength: 1, maxLength: most });
    });
    return fc.tuple(...values).map((row) => {
      if (row.length === 0) return undefined;
      return Object.fromEntries(kept.map(({ name }, index) => [name, row[index]])) satisfies Properties;
    });
  });
}

function propertiesPart(version: ProtocolVersion, holder: PropertyHolder): fc.Arbitrary<{ properties?: Properties }> {
  if (version !== 5) return fc.constant({});
  return propertiesFor(holder).map((properties) => (properties === undefined ? {} : { properties }));
}

function reasonCode(version: ProtocolVersion, type: ReasonCodeType): fc.Arbitrary<number> {
  if (version === 5) return fc.constantFrom(...reasonCodesOf(type).map(({ code }) => code));
  if (type === 'connack') return fc.integer({ min: 0, max: 5 });
  if (type === 'suback') return fc.constantFrom(0, 1, 2, ...(version === 4 ? [0x80] : []));
  return fc.constant(0);
}

function will(version: ProtocolVersion): fc.Arbitrary<Will> {
  return fc
    .tuple(fc.record({ topic: topicName, payload: bytes, qos, retain: fc.boolean() }), propertiesPart(version, 'will'))
    .map(([fields, properties]) => ({ ...fields, ...properties }));
}

function connect(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const parts = fc.record({
    fields: fc.record({ cleanStart: fc.boolean(), keepAlive: twoByte, clientId: text() }),
    names: fc.record({ username: text(), password: bytes }, { requiredKeys: [] }),
    will: fc.option(will(version), { nil: undefined }),
    properties: propertiesPart(version, 'connect'),
  });
  return parts.map(({ fields, names, will: message, properties }) => {
    const { username, password } = names;
    return {
      type: 'connect',
      protocolName: version === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: version,
      ...fields,
      ...(message === undefined ? undefined : { will: message }),
      ...(username === undefined ? undefined : { username }),
      ...(password === undefined || (version !== 5 && username === undefined) ? undefined : { password }),
      ...properties,
    };
  });
}

function publish(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const flags = fc.record({ dup: fc.boolean(), qos, retain: fc.boolean(), topic: topicName, payload: bytes });
  return fc.tuple(flags, packetId, propertiesPart(version, 'publish')).map(([fields, id, properties]) => ({
    type: 'publish',
    ...fields,
    dup: fields.dup && fields.qos > 0,
    ...(fields.qos === 0 ? undefined : { packetId: id }),
    ...properties,
  }));
}

function subscription(version: ProtocolVersion): fc.Arbitrary<Subscription> {
  if (version !== 5) return fc.record({ topicFilter, qos });
  return fc
    .record({ topicFilter, qos, noLocal: fc.boolean(), retainAsPublished: fc.boolean(), retainHandling: qos })
    .map((options) => ({ ...options, noLocal: options.noLocal && !options.topicFilter.startsWith('$share/') }));
}

function packetOf(type: PacketType, version: ProtocolVersion): fc.Arbitrary<Packet> {
  switch (type) {
    case 'connect':
      return connect(version);
    case 'connack':
      return fc
        .tuple(fc.boolean(), reasonCode(version, type), propertiesPart(version, type))
        .map(([session, code, properties]) => ({
          type,
          sessionPresent: session && code === 0 && version !== 3,
          reasonCode: code,
          ...properties,
        }));
    case 'publish':
      return publish(version);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return fc
        .tuple(packetId, reasonCode(version, type), propertiesPart(version, type))
        .map(([id, code, properties]) => ({ type, packetId: id, reasonCode: code, ...properties }));
    case 'subscribe':
      return fc
        .tuple(packetId, fc.array(subscription(version), { minLength: 1, maxLength: 4 }), propertiesPart(version, type))
        .map(([id, subscriptions, properties]) => ({ type, packetId: id, subscriptions, ...properties }));
    case 'suback':
    case 'unsuback': {
      const most = type === 'unsuback' && version !== 5 ? 0 : 4;
      const codes = fc.array(reasonCode(version, type), { minLength: Math.min(1, most), maxLength: most });
      return fc
        .tuple(packetId, codes, propertiesPart(version, type))
        .map(([id, reasonCodes, properties]) => ({ type, packetId: id, reasonCodes, ...properties }));
    }
    case 'unsubscribe':
      return fc
        .tuple(packetId, fc.array(topicFilter, { minLength: 1, maxLength: 4 }), propertiesPart(version, type))
        .map(([id, topicFilters, properties]) => ({ type, packetId: id, topicFilters, ...properties }));
    case 'pingreq':
    case 'pingresp':
      return fc.constant({ type });
    case 'disconnect':
    case 'auth':
      break;
  }
  return fc
    .tuple(reasonCode(version, type), propertiesPart(version, type), text())
    .map(([code, properties, method]) => ({
      type,
      reasonCode: code,
      ...(type === 'auth' && code !== 0 && properties.properties?.authenticationMethod === undefined
        ? { properties: { ...properties.properties, authenticationMethod: method } }
        : properties),
    }));
}

const TYPES = [
  'connect',
  'publish',
  'subscribe',
  'unsubscribe',
  'pingreq',
  'pingresp',
  ...REASON_CODE_TYPES,
] as const satisfies readonly PacketType[];

export interface VersionedPacket {
  readonly version: ProtocolVersion;
  readonly packet: Packet;
}

/** Any legal packet together with the version of its connection. */
export const legalPacket: fc.Arbitrary<VersionedPacket> = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom<ProtocolVersion>(3, 4, 5))
  .chain(([type, level]) => {
    const version = type === 'auth' ? 5 : level;
    return packetOf(type, version).map((packet) => ({ version, packet }));
  });
