/** Packets as commands of mosquitto's clients, for a POSIX shell. */

import type { ConnectPacket, Properties, PublishPacket, SubscribePacket } from '../mqtt/packet.ts';
import { printfArgument, shellQuote } from '../payload/payload-encoding.ts';
import { readableText, shellArgument } from './literals.ts';
import { type CopiedPacket, type CopyConnection, copiedClientId, FILES } from './subject.ts';

const VERSION_OPTIONS = { 3: 'mqttv31', 4: 'mqttv311', 5: 'mqttv5' } as const;
/** Where Debian keeps the public authorities; mosquitto's tools trust none unless told. */
const CA_PATH = '/etc/ssl/certs';
/** Linux takes 128 KiB an argument; longer payloads come through a pipe. Bytes. */
const LONGEST_ARGUMENT = 65_536;
/** The shortest that the tools take, seconds. */
const LEAST_KEEP_ALIVE = 5;

/** A command with what it cannot say: each of the latter becomes a comment before it. */
class Command {
  readonly words: string[];
  readonly #notes: string[] = [];

  constructor(program: string) {
    this.words = [program];
  }

  note(text: string): void {
    this.#notes.push(`# ${text}\n`);
  }

  /** Adds `options` and then a value that may be one that no argument can carry. */
  value(options: readonly string[], value: Uint8Array | string, what: string): void {
    const argument = shellArgument(value);
    if (argument === undefined) this.note(`${what}: its bytes fit no shell argument, left out`);
    else this.words.push(...options, argument);
  }

  text(before = ''): string {
    return `${this.#notes.join('')}${before}${this.words.join(' ')}`;
  }
}

/** Publishes the message: text as an argument, anything else through a pipe, so that no byte is lost to the shell. */
export function mosquittoPub(packet: PublishPacket, connection: CopyConnection): string {
  const command = connecting('mosquitto_pub', packet, connection);
  const { topic, qos, retain, payload, properties } = packet;
  command.value(['-t'], topic, 'topic');
  command.words.push('-q', String(qos), ...(retain ? ['-r'] : []));
  addMessageProperties(command, 'publish', properties);
  if (payload.length === 0) return command.text() + ' -n';
  const text = payload.length > LONGEST_ARGUMENT ? undefined : readableText(payload);
  if (text !== undefined) return `${command.text()} -m ${shellQuote(text)}`;
  command.words.push('-s');
  return command.text(`printf ${printfArgument(payload)} | `);
}

/** Prints what comes in on the topic, on the filters of a SUBSCRIBE, or on all topics for a CONNECT alone. */
export function mosquittoSub(packet: CopiedPacket, connection: CopyConnection): string {
  const command = connecting('mosquitto_sub', packet, connection);
  const { connect } = connection;
  if (packet.type !== 'publish') {
    if (!connect.cleanStart && connect.clientId !== '') command.words.push('-c');
    addWill(command, connect);
  }
  if (packet.type === 'publish') {
    command.value(['-t'], packet.topic, 'topic');
    command.words.push('-q', String(packet.qos));
  } else if (packet.type === 'connect') command.words.push('-t', shellQuote('#'));
  else addSubscriptions(command, packet);
  command.words.push('-v');
  return command.text();
}

function addSubscriptions(command: Command, { subscriptions, properties }: SubscribePacket): void {
  for (const { topicFilter } of subscriptions) command.value(['-t'], topicFilter, 'topic filter');
  const levels = subscriptions.map(({ qos }) => qos);
  const highest = Math.max(...levels);
  if (levels.some((qos) => qos !== highest))
    command.note(`asks for QoS ${highest} on all filters, not for ${levels.join(', ')}`);
  command.words.push('-q', String(highest));
  const options = subscriptions.some(
    ({ noLocal, retainAsPublished, retainHandling }) =>
      noLocal === true || retainAsPublished === true || (retainHandling ?? 0) !== 0,
  );
  if (options) command.note('mosquitto_sub has no No Local, Retain As Published and Retain Handling: left out');
  for (const identifier of properties?.subscriptionIdentifiers ?? [])
    command.words.push('-D', 'subscribe', 'subscription-identifier', String(identifier));
  addUserProperties(command, 'subscribe', properties);
}

function connecting(program: string, packet: CopiedPacket, connection: CopyConnection): Command {
  const command = new Command(program);
  const { connect, protocol, host, port, tls } = connection;
  if (protocol === 'ws' || protocol === 'wss')
    command.note(
      `${program} speaks no WebSocket: set -p to the server's port for plain ${protocol === 'ws' ? 'TCP' : 'TLS'}`,
    );
  command.words.push('-h', shellQuote(host), '-p', String(port), '-V', VERSION_OPTIONS[connect.protocolVersion]);
  const clientId = copiedClientId(packet, connect);
  if (clientId !== '') command.value(['-i'], clientId, 'client identifier');
  if (connect.keepAlive >= LEAST_KEEP_ALIVE && connect.keepAlive !== 60)
    command.words.push('-k', String(connect.keepAlive));
  if (connect.username !== undefined) command.value(['-u'], connect.username, 'user name');
  if (connect.password !== undefined) command.value(['-P'], connect.password, 'password');
  if (tls !== undefined) addTls(command, tls);
  if (connect.protocolVersion === 5) addConnectProperties(command, connect.properties);
  return command;
}

function addTls(command: Command, tls: NonNullable<CopyConnection['tls']>): void {
  command.words.push(...(tls.ownAuthority ? ['--cafile', FILES.authority] : ['--capath', CA_PATH]));
  if (!tls.verify) {
    command.note('the connection trusts any certificate; --insecure only drops the check of the name in it');
    command.words.push('--insecure');
  }
  if (tls.clientCertificate) command.words.push('--cert', FILES.certificate, '--key', FILES.key);
  const protocol = tls.alpn?.[0];
  if (protocol !== undefined) command.value(['--tls-alpn'], protocol, 'ALPN');
}

function addConnectProperties(command: Command, properties: Properties = {}): void {
  const { sessionExpiryInterval, receiveMaximum, authenticationMethod } = properties;
  if (sessionExpiryInterval !== undefined) command.words.push('-x', String(sessionExpiryInterval));
  if (receiveMaximum !== undefined) command.words.push('-D', 'connect', 'receive-maximum', String(receiveMaximum));
  if (authenticationMethod !== undefined) command.note('enhanced authentication: left out');
  addUserProperties(command, 'connect', properties);
}

function addWill(command: Command, { will }: ConnectPacket): void {
  if (will === undefined) return;
  command.value(['--will-topic'], will.topic, 'will topic');
  command.words.push('--will-qos', String(will.qos), ...(will.retain ? ['--will-retain'] : []));
  if (will.payload.length > 0) command.value(['--will-payload'], will.payload, 'will payload');
  addMessageProperties(command, 'will', will.properties);
  if (will.properties?.willDelayInterval !== undefined)
    command.words.push('-D', 'will', 'will-delay-interval', String(will.properties.willDelayInterval));
}

function addMessageProperties(command: Command, of: 'publish' | 'will', properties: Properties = {}): void {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData } = properties;
  const add = (name: string, value: Uint8Array | string | number | undefined): void => {
    if (value !== undefined) command.value(['-D', of, name], typeof value === 'number' ? String(value) : value, name);
  };
  add('payload-format-indicator', payloadFormatIndicator);
  add('message-expiry-interval', messageExpiryInterval);
  add('content-type', contentType);
  add('response-topic', responseTopic);
  add('correlation-data', correlationData);
  addUserProperties(command, of, properties);
}

function addUserProperties(command: Command, of: string, properties: Properties = {}): void {
  for (const [name, value] of properties.userProperties ?? []) {
    const argument = shellArgument(name);
    if (argument === undefined) command.note('user property: its name fits no shell argument, left out');
    else command.value(['-D', of, 'user-property', argument], value, `user property ${argument}`);
  }
}
