/** The one table of MQTT 5.0 properties: identifier, wire type, range, and the packets that may carry each. */

import type { PacketType, PropertyName } from './packet.ts';

/** Wire types of property values, MQTT 5.0 §1.5. */
export type PropertyType = 'byte' | 'twoByte' | 'fourByte' | 'variableByte' | 'text' | 'textPair' | 'binary';

/** What carries properties: a packet, or the will inside a CONNECT. */
export type PropertyHolder = PacketType | 'will';

/** One row of MQTT 5.0 table 2-4. */
export interface PropertyDefinition {
  /** The Variable Byte Integer in front of the value; all defined ones fit one byte. */
  readonly identifier: number;
  readonly name: PropertyName;
  /** The specification's own spelling. */
  readonly title: string;
  readonly type: PropertyType;
  readonly holders: readonly PropertyHolder[];
  /** Where it may occur more than once; anywhere else a second one is a Protocol Error. */
  readonly repeatableIn: readonly PropertyHolder[];
  /** Smallest and largest legal integer; absent where the wire type is the only limit. */
  readonly range?: readonly [least: number, greatest: number];
  /** Section of MQTT 5.0 that defines it, and that numbers its rules where no statement does. */
  readonly section: string;
  /** Statement behind {@link range}, where the specification numbers one. */
  readonly rangeRule?: string;
}

const ANY_ACKNOWLEDGEMENT = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'] as const;
const EVERYWHERE = [
  'connect',
  'connack',
  'publish',
  'will',
  'subscribe',
  'unsubscribe',
  'disconnect',
  'auth',
  ...ANY_ACKNOWLEDGEMENT,
] as const;
const FLAG = [0, 1] as const;

/** Keyed by our name so that the compiler misses none. */
const BY_NAME = {
  payloadFormatIndicator: {
    name: 'payloadFormatIndicator',
    identifier: 1,
    title: 'Payload Format Indicator',
    type: 'byte',
    holders: ['publish', 'will'],
    repeatableIn: [],
    range: FLAG,
    section: '3.3.2.3.2',
  },
  messageExpiryInterval: {
    name: 'messageExpiryInterval',
    identifier: 2,
    title: 'Message Expiry Interval',
    type: 'fourByte',
    holders: ['publish', 'will'],
    repeatableIn: [],
    section: '3.3.2.3.3',
  },
  contentType: {
    name: 'contentType',
    identifier: 3,
    title: 'Content Type',
    type: 'text',
    holders: ['publish', 'will'],
    repeatableIn: [],
    section: '3.3.2.3.9',
  },
  responseTopic: {
    name: 'responseTopic',
    identifier: 8,
    title: 'Response Topic',
    type: 'text',
    holders: ['publish', 'will'],
    repeatableIn: [],
    section: '3.3.2.3.5',
  },
  correlationData: {
    name: 'correlationData',
    identifier: 9,
    title: 'Correlation Data',
    type: 'binary',
    holders: ['publish', 'will'],
    repeatableIn: [],
    section: '3.3.2.3.6',
  },
  subscriptionIdentifiers: {
    name: 'subscriptionIdentifiers',
    identifier: 11,
    title: 'Subscription Identifier',
    type: 'variableByte',
    holders: ['publish', 'subscribe'],
    repeatableIn: ['publish'],
    range: [1, 268_435_455],
    section: '3.8.2.1.2',
  },
  sessionExpiryInterval: {
    name: 'sessionExpiryInterval',
    identifier: 17,
    title: 'Session Expiry Interval',
    type: 'fourByte',
    holders: ['connect', 'connack', 'disconnect'],
    repeatableIn: [],
    section: '3.1.2.11.2',
  },
  assignedClientIdentifier: {
    name: 'assignedClientIdentifier',
    identifier: 18,
    title: 'Assigned Client Identifier',
    type: 'text',
    holders: ['connack'],
    repeatableIn: [],
    section: '3.2.2.3.7',
  },
  serverKeepAlive: {
    name: 'serverKeepAlive',
    identifier: 19,
    title: 'Server Keep Alive',
    type: 'twoByte',
    holders: ['connack'],
    repeatableIn: [],
    section: '3.2.2.3.14',
  },
  authenticationMethod: {
    name: 'authenticationMethod',
    identifier: 21,
    title: 'Authentication Method',
    type: 'text',
    holders: ['connect', 'connack', 'auth'],
    repeatableIn: [],
    section: '3.1.2.11.9',
  },
  authenticationData: {
    name: 'authenticationData',
    identifier: 22,
    title: 'Authentication Data',
    type: 'binary',
    holders: ['connect', 'connack', 'auth'],
    repeatableIn: [],
    section: '3.1.2.11.10',
  },
  requestProblemInformation: {
    name: 'requestProblemInformation',
    identifier: 23,
    title: 'Request Problem Information',
    type: 'byte',
    holders: ['connect'],
    repeatableIn: [],
    range: FLAG,
    section: '3.1.2.11.7',
  },
  willDelayInterval: {
    name: 'willDelayInterval',
    identifier: 24,
    title: 'Will Delay Interval',
    type: 'fourByte',
    holders: ['will'],
    repeatableIn: [],
    section: '3.1.3.2.2',
  },
  requestResponseInformation: {
    name: 'requestResponseInformation',
    identifier: 25,
    title: 'Request Response Information',
    type: 'byte',
    holders: ['connect'],
    repeatableIn: [],
    range: FLAG,
    section: '3.1.2.11.6',
  },
  responseInformation: {
    name: 'responseInformation',
    identifier: 26,
    title: 'Response Information',
    type: 'text',
    holders: ['connack'],
    repeatableIn: [],
    section: '3.2.2.3.15',
  },
  serverReference: {
    name: 'serverReference',
    identifier: 28,
    title: 'Server Reference',
    type: 'text',
    holders: ['connack', 'disconnect'],
    repeatableIn: [],
    section: '3.2.2.3.16',
  },
  reasonString: {
    name: 'reasonString',
    identifier: 31,
    title: 'Reason String',
    type: 'text',
    holders: ['connack', 'disconnect', 'auth', ...ANY_ACKNOWLEDGEMENT],
    repeatableIn: [],
    section: '3.2.2.3.9',
  },
  receiveMaximum: {
    name: 'receiveMaximum',
    identifier: 33,
    title: 'Receive Maximum',
    type: 'twoByte',
    holders: ['connect', 'connack'],
    repeatableIn: [],
    range: [1, 65_535],
    section: '3.1.2.11.3',
  },
  topicAliasMaximum: {
    name: 'topicAliasMaximum',
    identifier: 34,
    title: 'Topic Alias Maximum',
    type: 'twoByte',
    holders: ['connect', 'connack'],
    repeatableIn: [],
    section: '3.1.2.11.5',
  },
  topicAlias: {
    name: 'topicAlias',
    identifier: 35,
    title: 'Topic Alias',
    type: 'twoByte',
    holders: ['publish'],
    repeatableIn: [],
    range: [1, 65_535],
    section: '3.3.2.3.4',
    rangeRule: 'MQTT-3.3.2-8',
  },
  maximumQoS: {
    name: 'maximumQoS',
    identifier: 36,
    title: 'Maximum QoS',
    type: 'byte',
    holders: ['connack'],
    repeatableIn: [],
    range: FLAG,
    section: '3.2.2.3.4',
  },
  retainAvailable: {
    name: 'retainAvailable',
    identifier: 37,
    title: 'Retain Available',
    type: 'byte',
    holders: ['connack'],
    repeatableIn: [],
    range: FLAG,
    section: '3.2.2.3.5',
  },
  userProperties: {
    name: 'userProperties',
    identifier: 38,
    title: 'User Property',
    type: 'textPair',
    holders: EVERYWHERE,
    repeatableIn: EVERYWHERE,
    section: '3.1.2.11.8',
  },
  maximumPacketSize: {
    name: 'maximumPacketSize',
    identifier: 39,
    title: 'Maximum Packet Size',
    type: 'fourByte',
    holders: ['connect', 'connack'],
    repeatableIn: [],
    range: [1, 4_294_967_295],
    section: '3.1.2.11.4',
  },
  wildcardSubscriptionAvailable: {
    name: 'wildcardSubscriptionAvailable',
    identifier: 40,
    title: 'Wildcard Subscription Available',
    type: 'byte',
    holders: ['connack'],
    repeatableIn: [],
    range: FLAG,
    section: '3.2.2.3.11',
  },
  subscriptionIdentifiersAvailable: {
    name: 'subscriptionIdentifiersAvailable',
    identifier: 41,
    title: 'Subscription Identifiers Available',
    type: 'byte',
    holders: ['connack'],
    repeatableIn: [],
    range: FLAG,
    section: '3.2.2.3.12',
  },
  sharedSubscriptionAvailable: {
    name: 'sharedSubscriptionAvailable',
    identifier: 42,
    title: 'Shared Subscription Available',
    type: 'byte',
    holders: ['connack'],
    repeatableIn: [],
    range: FLAG,
    section: '3.2.2.3.13',
  },
} as const satisfies { readonly [N in PropertyName]: PropertyDefinition & { readonly name: N } };

/** All 27 properties in the order of their identifiers. */
export const PROPERTIES: readonly PropertyDefinition[] = Object.values(BY_NAME);

const BY_IDENTIFIER: readonly (PropertyDefinition | undefined)[] = Array.from({ length: 128 }, (_, identifier) =>
  PROPERTIES.find((property) => property.identifier === identifier),
);

/** The property that `identifier` names on the wire, or undefined where MQTT 5.0 defines none. */
export function propertyByIdentifier(identifier: number): PropertyDefinition | undefined {
  return BY_IDENTIFIER[identifier];
}

/** The definition behind one of our names. */
export function propertyByName(name: PropertyName): PropertyDefinition {
  return BY_NAME[name];
}

/** True where `name` is a property at all; narrows strings that came from outside. */
export function isPropertyName(name: string): name is PropertyName {
  return Object.hasOwn(BY_NAME, name);
}

/** The properties that `holder` may carry, for forms and completions. */
export function propertiesOf(holder: PropertyHolder): readonly PropertyDefinition[] {
  return PROPERTIES.filter((property) => property.holders.includes(holder));
}
