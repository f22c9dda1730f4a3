/** Packets as Python programs for paho-mqtt, of its first and its second generation. */

import type { ConnectPacket, Properties, PublishPacket, SubscribePacket } from '../mqtt/packet.ts';
import { pythonBoolean, pythonBytes, pythonValue, textLiteral } from './literals.ts';
import { type CopiedPacket, type CopyConnection, copiedClientId, FILES } from './subject.ts';

const PROTOCOLS = { 3: 'mqtt.MQTTv31', 4: 'mqtt.MQTTv311', 5: 'mqtt.MQTTv5' } as const;

/**
 * Does again what the packet did: publishes and leaves, or stays and prints what comes.
 * @param generation 1 is paho-mqtt 1.x, 2 is 2.x with the second version of its callbacks
 */
export function pahoProgram(packet: CopiedPacket, connection: CopyConnection, generation: 1 | 2): string {
  const isFive = connection.connect.protocolVersion === 5;
  const once =
    packet.type === 'publish'
      ? publishing(packet, isFive)
      : packet.type === 'subscribe'
        ? subscribing(packet, isFive)
        : [];
  const program = [
    `def on_connect(client, userdata, flags, reason_code, properties${generation === 1 ? '=None' : ''}):`,
    '    print("connected:", reason_code)',
    '    if reason_code != 0:',
    '        client.disconnect()',
    ...(once.length === 0 ? [] : ['        return', ...once.map((line) => `    ${line}`)]),
    '',
    '',
    ...(packet.type === 'publish'
      ? [
          `def on_publish(client, userdata, mid${generation === 1 ? '' : ', reason_code, properties'}):`,
          '    client.disconnect()',
        ]
      : ['def on_message(client, userdata, message):', '    print(message.topic, message.qos, message.payload)']),
    '',
    '',
    ...settings(packet, connection, generation),
    'client.loop_forever()',
    '',
  ];
  return [`# paho-mqtt ${generation}.x`, ...imports(program), '', '', ...program].join('\n');
}

function imports(program: readonly string[]): string[] {
  const uses = (name: string): boolean => program.some((line) => line.includes(name));
  return [
    ...(uses('ssl.CERT_NONE') ? ['import ssl', ''] : []),
    'import paho.mqtt.client as mqtt',
    ...(uses('= Properties(PacketTypes.')
      ? ['from paho.mqtt.packettypes import PacketTypes', 'from paho.mqtt.properties import Properties']
      : []),
    ...(uses(', SubscribeOptions(') ? ['from paho.mqtt.subscribeoptions import SubscribeOptions'] : []),
  ];
}

function publishing({ topic, payload, qos, retain, properties }: PublishPacket, isFive: boolean): string[] {
  const made = isFive ? propertyLines('publish_properties', 'PUBLISH', properties) : [];
  const value = [
    textLiteral(topic),
    pythonValue(payload),
    `qos=${qos}`,
    `retain=${pythonBoolean(retain)}`,
    ...(made.length === 0 ? [] : ['properties=publish_properties']),
  ];
  return [...made, `client.publish(${value.join(', ')})`];
}

function subscribing({ subscriptions, properties }: SubscribePacket, isFive: boolean): string[] {
  if (!isFive) {
    const filters = subscriptions.map(({ topicFilter, qos }) => `(${textLiteral(topicFilter)}, ${qos})`);
    return [`client.subscribe([${filters.join(', ')}])`];
  }
  const made = propertyLines('subscribe_properties', 'SUBSCRIBE', properties);
  const filters = subscriptions.map(({ topicFilter, qos, noLocal, retainAsPublished, retainHandling }) => {
    const options = [
      `qos=${qos}`,
      ...(noLocal === true ? ['noLocal=True'] : []),
      ...(retainAsPublished === true ? ['retainAsPublished=True'] : []),
      ...((retainHandling ?? 0) === 0 ? [] : [`retainHandling=${retainHandling}`]),
    ];
    return `(${textLiteral(topicFilter)}, SubscribeOptions(${options.join(', ')}))`;
  });
  const also = made.length === 0 ? '' : ', properties=subscribe_properties';
  return [...made, `client.subscribe([${filters.join(', ')}]${also})`];
}

function settings(packet: CopiedPacket, connection: CopyConnection, generation: 1 | 2): string[] {
  const { connect, protocol, host, port, path, tls } = connection;
  const isFive = connect.protocolVersion === 5;
  const isPublish = packet.type === 'publish';
  const overWeb = protocol === 'ws' || protocol === 'wss';
  const clientId = copiedClientId(packet, connect);
  const keepsSession = !isPublish && !connect.cleanStart && clientId !== '';
  const client = [
    ...(generation === 1 ? [] : ['mqtt.CallbackAPIVersion.VERSION2']),
    `client_id=${textLiteral(clientId)}`,
    ...(isFive || !keepsSession ? [] : ['clean_session=False']),
    `protocol=${PROTOCOLS[connect.protocolVersion]}`,
    ...(overWeb ? ['transport="websockets"'] : []),
  ];
  const made = isFive ? propertyLines('connect_properties', 'CONNECT', connect.properties) : [];
  const connectArguments = [
    textLiteral(host),
    String(port),
    `keepalive=${connect.keepAlive}`,
    ...(isFive && keepsSession ? ['clean_start=False'] : []),
    ...(made.length === 0 ? [] : ['properties=connect_properties']),
  ];
  return [
    `client = mqtt.Client(${client.join(', ')})`,
    ...(overWeb ? [`client.ws_set_options(path=${textLiteral(path)})`] : []),
    ...(connect.username === undefined ? [] : [credentials(connect)]),
    ...(tls === undefined ? [] : tlsLines(tls)),
    ...(isPublish ? [] : willLines(connect)),
    'client.on_connect = on_connect',
    ...(isPublish ? ['client.on_publish = on_publish'] : ['client.on_message = on_message']),
    ...made,
    `client.connect(${connectArguments.join(', ')})`,
  ];
}

function credentials({ username = '', password }: ConnectPacket): string {
  return `client.username_pw_set(${textLiteral(username)}${password === undefined ? '' : `, ${pythonValue(password)}`})`;
}

function tlsLines(tls: NonNullable<CopyConnection['tls']>): string[] {
  const files = [
    ...(tls.ownAuthority ? [`ca_certs="${FILES.authority}"`] : []),
    ...(tls.clientCertificate ? [`certfile="${FILES.certificate}", keyfile="${FILES.key}"`] : []),
    ...(tls.verify ? [] : ['cert_reqs=ssl.CERT_NONE']),
  ];
  return [`client.tls_set(${files.join(', ')})`, ...(tls.verify ? [] : ['client.tls_insecure_set(True)'])];
}

function willLines({ will, protocolVersion }: ConnectPacket): string[] {
  if (will === undefined) return [];
  const made = protocolVersion === 5 ? propertyLines('will_properties', 'WILLMESSAGE', will.properties) : [];
  const value = [
    textLiteral(will.topic),
    pythonValue(will.payload),
    `qos=${will.qos}`,
    `retain=${pythonBoolean(will.retain)}`,
    ...(made.length === 0 ? [] : ['properties=will_properties']),
  ];
  return [...made, `client.will_set(${value.join(', ')})`];
}

type PacketTypes = 'CONNECT' | 'PUBLISH' | 'SUBSCRIBE' | 'WILLMESSAGE';

/** Paho's name of each property that a program of ours sets. No aliases: paho does not understand those that a server sends. */
const NAMES = {
  payloadFormatIndicator: 'PayloadFormatIndicator',
  messageExpiryInterval: 'MessageExpiryInterval',
  contentType: 'ContentType',
  responseTopic: 'ResponseTopic',
  correlationData: 'CorrelationData',
  sessionExpiryInterval: 'SessionExpiryInterval',
  authenticationMethod: 'AuthenticationMethod',
  authenticationData: 'AuthenticationData',
  requestProblemInformation: 'RequestProblemInformation',
  willDelayInterval: 'WillDelayInterval',
  requestResponseInformation: 'RequestResponseInformation',
  receiveMaximum: 'ReceiveMaximum',
  maximumPacketSize: 'MaximumPacketSize',
} as const satisfies { readonly [N in keyof Properties]?: string };

/** A SUBSCRIBE has one identifier at most; those of a received PUBLISH are the server's. */
function propertyLines(name: string, type: PacketTypes, properties: Properties = {}): string[] {
  const lines: string[] = [];
  for (const [key, paho] of Object.entries(NAMES)) {
    const value = properties[key as keyof typeof NAMES];
    if (value === undefined) continue;
    const literal =
      typeof value === 'number' ? String(value) : typeof value === 'string' ? textLiteral(value) : pythonBytes(value);
    lines.push(`${name}.${paho} = ${literal}`);
  }
  const identifier = type === 'SUBSCRIBE' ? properties.subscriptionIdentifiers?.[0] : undefined;
  if (identifier !== undefined) lines.push(`${name}.SubscriptionIdentifier = ${identifier}`);
  for (const [key, value] of properties.userProperties ?? [])
    lines.push(`${name}.UserProperty = (${textLiteral(key)}, ${textLiteral(value)})`);
  return lines.length === 0 ? [] : [`${name} = Properties(PacketTypes.${type})`, ...lines];
}
