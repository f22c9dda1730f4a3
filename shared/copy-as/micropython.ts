/** Packets as programs for the clients of devices: MicroPython's umqtt.simple and QuecPython's umqtt. */

import type { ConnectPacket } from '../mqtt/packet.ts';
import { microPythonValue, pythonBoolean, textLiteral } from './literals.ts';
import { type CopiedPacket, type CopyConnection, copiedClientId } from './subject.ts';

/** QuecPython refuses shorter ones, seconds. */
const LEAST_QUECTEL_KEEP_ALIVE = 5;

/** Both speak MQTT 3.1.1 over TCP and TLS at QoS 0 and 1; whatever the packet has beyond that is said in comments. */
export function microPythonProgram(
  packet: CopiedPacket,
  connection: CopyConnection,
  dialect: 'umqtt' | 'quecpython',
): string {
  const { connect } = connection;
  const notes = notesOn(packet, connection);
  return [
    ...notes.map((note) => `# ${note}`),
    dialect === 'umqtt' ? 'from umqtt.simple import MQTTClient' : 'from umqtt import MQTTClient',
    '',
    ...(packet.type === 'publish' ? [] : ['', 'def on_message(topic, msg):', '    print(topic, msg)', '', '']),
    clientLine(packet, connection, dialect),
    ...(packet.type === 'publish' ? [] : [...willLine(connect), 'client.set_callback(on_message)']),
    packet.type === 'publish' || connect.cleanStart ? 'client.connect()' : 'client.connect(clean_session=False)',
    ...actionLines(packet),
    '',
  ].join('\n');
}

function actionLines(packet: CopiedPacket): string[] {
  if (packet.type === 'publish') {
    const { topic, payload, retain, qos } = packet;
    const value = `${microPythonValue(topic)}, ${microPythonValue(payload)}`;
    return [
      `client.publish(${value}, retain=${pythonBoolean(retain)}, qos=${Math.min(qos, 1)})`,
      'client.disconnect()',
    ];
  }
  const subscriptions = packet.type === 'subscribe' ? packet.subscriptions : [];
  return [
    ...subscriptions.map(
      ({ topicFilter, qos }) => `client.subscribe(${microPythonValue(topicFilter)}, qos=${Math.min(qos, 1)})`,
    ),
    'while True:',
    '    client.wait_msg()',
  ];
}

function clientLine(packet: CopiedPacket, connection: CopyConnection, dialect: 'umqtt' | 'quecpython'): string {
  const { connect, host, port, tls } = connection;
  const { username, password, keepAlive } = connect;
  const isQuectel = dialect === 'quecpython';
  const keepsAlive = keepAlive >= (isQuectel ? LEAST_QUECTEL_KEEP_ALIVE : 1);
  const parts = [
    isQuectel ? textLiteral(copiedClientId(packet, connect)) : microPythonValue(copiedClientId(packet, connect)),
    textLiteral(host),
    `port=${port}`,
    ...(username === undefined ? [] : [`user=${microPythonValue(username)}`]),
    ...(username === undefined || password === undefined ? [] : [`password=${microPythonValue(password)}`]),
    ...(keepsAlive ? [`keepalive=${keepAlive}`] : []),
    ...(tls === undefined
      ? []
      : ['ssl=True', `ssl_params={"server_hostname": ${textLiteral(tls.serverName ?? host)}}`]),
    ...(isQuectel ? ['reconn=False', `version=${connect.protocolVersion === 3 ? 3 : 4}`] : []),
  ];
  return `client = MQTTClient(${parts.join(', ')})`;
}

function willLine({ will }: ConnectPacket): string[] {
  if (will === undefined) return [];
  const value = `${microPythonValue(will.topic)}, ${microPythonValue(will.payload)}`;
  return [`client.set_last_will(${value}, retain=${pythonBoolean(will.retain)}, qos=${Math.min(will.qos, 1)})`];
}

function notesOn(packet: CopiedPacket, { connect, protocol, tls }: CopyConnection): string[] {
  const isPublish = packet.type === 'publish';
  const levels = [
    ...(isPublish ? [packet.qos] : [connect.will?.qos ?? 0]),
    ...(packet.type === 'subscribe' ? packet.subscriptions.map(({ qos }) => qos) : []),
  ];
  const properties = packet.properties ?? (isPublish ? undefined : (connect.properties ?? connect.will?.properties));
  return [
    ...(connect.protocolVersion === 5 ? ['speaks MQTT 3.1.1; the original speaks 5.0'] : []),
    ...(properties === undefined ? [] : ['MQTT 5.0 properties: left out']),
    ...(levels.includes(2) ? ['QoS 2 is not supported: 1 instead'] : []),
    ...(protocol === 'ws' || protocol === 'wss' ? ["speaks no WebSocket: set the server's port for TCP"] : []),
    ...(tls?.clientCertificate === true ? ['client certificate: left out'] : []),
  ];
}
