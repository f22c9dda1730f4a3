/** Packets as programs for MQTT.js 5 under Node, as an ES module. */

import type { ConnectPacket, Properties, PublishPacket, SubscribePacket } from '../mqtt/packet.ts';
import { nodeBuffer, nodeValue, textLiteral } from './literals.ts';
import { type CopiedPacket, type CopyConnection, copiedClientId, FILES } from './subject.ts';

/** Does again what the packet did: publishes and leaves, or stays and prints what comes. */
export function mqttJsProgram(packet: CopiedPacket, connection: CopyConnection): string {
  const { tls } = connection;
  const readsFiles = tls?.ownAuthority === true || tls?.clientCertificate === true;
  const options = connectOptions(packet, connection);
  const printing =
    'client.on("message", (topic, payload, packet) => console.log(topic, packet.qos, payload.toString()));';
  return [
    ...(readsFiles ? ['import { readFileSync } from "node:fs";'] : []),
    'import mqtt from "mqtt";',
    '',
    `const client = await mqtt.connectAsync(${textLiteral(urlOf(connection))}, ${object(options, '')});`,
    ...(packet.type === 'publish'
      ? [publishLine(packet, connection.connect), 'await client.endAsync();']
      : [printing, ...(packet.type === 'subscribe' ? [subscribeLine(packet, connection.connect)] : [])]),
    '',
  ].join('\n');
}

function urlOf({ protocol, host, port, path }: CopyConnection): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}

/** A member's name and its source text. */
type Member = readonly [name: string, source: string];

/** An object literal; `__proto__` is a member like any other. */
function object(members: readonly Member[], indent: string): string {
  if (members.length === 0) return '{}';
  const lines = members.map(([name, source]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : `[${textLiteral(name)}]`;
    return `${indent}  ${key}: ${source},\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function connectOptions(packet: CopiedPacket, connection: CopyConnection): Member[] {
  const { connect, tls } = connection;
  const isPublish = packet.type === 'publish';
  const isFive = connect.protocolVersion === 5;
  const clientId = copiedClientId(packet, connect);
  const keepsSession = !isPublish && !connect.cleanStart && clientId !== '';
  const properties = isFive ? connectProperties(connect.properties) : [];
  return [
    ['clientId', textLiteral(clientId)],
    ['protocolVersion', String(connect.protocolVersion)],
    ...(connect.protocolVersion === 3 ? ([['protocolId', '"MQIsdp"']] as const) : []),
    ['clean', String(!keepsSession)],
    ['keepalive', String(connect.keepAlive)],
    ['reconnectPeriod', '0'],
    ...(connect.username === undefined ? [] : ([['username', textLiteral(connect.username)]] as const)),
    ...(connect.password === undefined ? [] : ([['password', nodeValue(connect.password)]] as const)),
    ...(isPublish ? [] : willOptions(connect)),
    ...(properties.length === 0 ? [] : ([['properties', object(properties, '  ')]] as const)),
    ...(tls === undefined ? [] : tlsOptions(tls)),
  ];
}

function tlsOptions(tls: NonNullable<CopyConnection['tls']>): Member[] {
  const file = (name: string): string => `readFileSync("${name}")`;
  return [
    ...(tls.ownAuthority ? ([['ca', file(FILES.authority)]] as const) : []),
    ...(tls.clientCertificate
      ? ([
          ['cert', file(FILES.certificate)],
          ['key', file(FILES.key)],
        ] as const)
      : []),
    ...(tls.verify ? [] : ([['rejectUnauthorized', 'false']] as const)),
    ...(tls.serverName === undefined ? [] : ([['servername', textLiteral(tls.serverName)]] as const)),
    ...(tls.alpn === undefined || tls.alpn.length === 0
      ? []
      : ([['ALPNProtocols', `[${tls.alpn.map(textLiteral).join(', ')}]`]] as const)),
  ];
}

function willOptions({ will, protocolVersion }: ConnectPacket): Member[] {
  if (will === undefined) return [];
  const properties = protocolVersion === 5 ? messageProperties(will.properties) : [];
  const { willDelayInterval } = will.properties ?? {};
  if (protocolVersion === 5 && willDelayInterval !== undefined)
    properties.push(['willDelayInterval', String(willDelayInterval)]);
  const members: Member[] = [
    ['topic', textLiteral(will.topic)],
    ['payload', nodeBuffer(will.payload)],
    ['qos', String(will.qos)],
    ['retain', String(will.retain)],
    ...(properties.length === 0 ? [] : ([['properties', object(properties, '    ')]] as const)),
  ];
  return [['will', object(members, '  ')]];
}

function publishLine({ topic, payload, qos, retain, properties }: PublishPacket, connect: ConnectPacket): string {
  const set = connect.protocolVersion === 5 ? messageProperties(properties) : [];
  const options: Member[] = [
    ['qos', String(qos)],
    ['retain', String(retain)],
    ...(set.length === 0 ? [] : ([['properties', object(set, '  ')]] as const)),
  ];
  return `await client.publishAsync(${textLiteral(topic)}, ${nodeValue(payload)}, ${object(options, '')});`;
}

function subscribeLine({ subscriptions, properties }: SubscribePacket, connect: ConnectPacket): string {
  const isFive = connect.protocolVersion === 5;
  const filters: Member[] = subscriptions.map(({ topicFilter, qos, noLocal, retainAsPublished, retainHandling }) => {
    const options: Member[] = [
      ['qos', String(qos)],
      ...(isFive && noLocal === true ? ([['nl', 'true']] as const) : []),
      ...(isFive && retainAsPublished === true ? ([['rap', 'true']] as const) : []),
      ...(isFive && (retainHandling ?? 0) !== 0 ? ([['rh', String(retainHandling)]] as const) : []),
    ];
    return [topicFilter, object(options, '  ')];
  });
  const identifier = properties?.subscriptionIdentifiers?.[0];
  const set: Member[] = [
    ...(identifier === undefined ? [] : ([['subscriptionIdentifier', String(identifier)]] as const)),
    ...userProperties(properties, '    '),
  ];
  const options = isFive && set.length > 0 ? `, ${object([['properties', object(set, '  ')]], '')}` : '';
  return `await client.subscribeAsync(${object(filters, '')}${options});`;
}

function connectProperties(properties: Properties = {}): Member[] {
  const { requestResponseInformation, requestProblemInformation, authenticationMethod, authenticationData } =
    properties;
  const numbers = ['sessionExpiryInterval', 'receiveMaximum', 'maximumPacketSize', 'topicAliasMaximum'] as const;
  return [
    ...numbers.flatMap((name): Member[] => (properties[name] === undefined ? [] : [[name, String(properties[name])]])),
    ...flag('requestResponseInformation', requestResponseInformation),
    ...flag('requestProblemInformation', requestProblemInformation),
    ...(authenticationMethod === undefined
      ? []
      : ([['authenticationMethod', textLiteral(authenticationMethod)]] as const)),
    ...(authenticationData === undefined ? [] : ([['authenticationData', nodeBuffer(authenticationData)]] as const)),
    ...userProperties(properties, '    '),
  ];
}

function flag(name: string, value: number | undefined): Member[] {
  return value === undefined ? [] : [[name, String(value === 1)]];
}

function messageProperties(properties: Properties = {}): Member[] {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData } = properties;
  return [
    ...flag('payloadFormatIndicator', payloadFormatIndicator),
    ...(messageExpiryInterval === undefined
      ? []
      : ([['messageExpiryInterval', String(messageExpiryInterval)]] as const)),
    ...(contentType === undefined ? [] : ([['contentType', textLiteral(contentType)]] as const)),
    ...(responseTopic === undefined ? [] : ([['responseTopic', textLiteral(responseTopic)]] as const)),
    ...(correlationData === undefined ? [] : ([['correlationData', nodeBuffer(correlationData)]] as const)),
    ...userProperties(properties, '    '),
  ];
}

/** MQTT.js takes an object: values of one name together, names in the order of their first. */
function userProperties(properties: Properties = {}, indent: string): Member[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of properties.userProperties ?? []) values.set(name, [...(values.get(name) ?? []), value]);
  if (values.size === 0) return [];
  const members = [...values].map(([name, all]): Member => {
    const [only = ''] = all;
    return [name, all.length === 1 ? textLiteral(only) : `[${all.map(textLiteral).join(', ')}]`];
  });
  return [['userProperties', object(members, indent)]];
}
