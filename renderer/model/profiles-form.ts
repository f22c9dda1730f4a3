/** A profile as its form holds it: everything as typed. */

import { type ListedProfile, type Profile, SECRET_NAMES, type SecretName } from '../../shared/contract/profiles.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import { decodeText } from '../../shared/payload/payload-text.ts';
import { type BrokerAddress, DEFAULT_PORTS, type Protocol } from './profiles-url.ts';

export type Pair = readonly [name: string, value: string];
export type QosText = '0' | '1' | '2';
export type TlsVersionText = '' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface SubscriptionRow {
  readonly topicFilter: string;
  readonly qos: QosText;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: QosText;
  readonly identifier: string;
}

/** A secret that the form cannot show: whether one is stored, and what shall become of it. */
export interface SecretEntry {
  readonly stored: boolean;
  /** Text sets, null removes, undefined leaves. */
  readonly change: string | null | undefined;
}

/** Numbers are text as typed; empty optional ones send nothing. */
export interface ProfileForm {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly colour: Profile['colour'];
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: string;
  /** The user chose the port: it no longer follows the protocol. */
  readonly portEdited: boolean;
  readonly srv: boolean;
  readonly bindAddress: string;
  readonly protocolVersion: '3' | '4' | '5';
  readonly clientId: string;
  readonly cleanStart: boolean;
  readonly sessionExpiryInterval: string;
  readonly keepAlive: string;
  readonly connectTimeoutMs: string;
  readonly username: string;
  readonly secrets: Readonly<Record<SecretName, SecretEntry>>;
  readonly will: boolean;
  readonly willTopic: string;
  readonly willPayload: string;
  readonly willPayloadFormat: 'text' | 'hex';
  readonly willQos: QosText;
  readonly willRetain: boolean;
  readonly willDelayInterval: string;
  readonly willMessageExpiryInterval: string;
  readonly willContentType: string;
  readonly willResponseTopic: string;
  readonly willCorrelationData: string;
  readonly willUtf8: boolean;
  readonly willUserProperties: readonly Pair[];
  readonly receiveMaximum: string;
  readonly maximumPacketSize: string;
  readonly topicAliasMaximum: string;
  readonly requestResponseInformation: boolean;
  /** On is the specification's default and sends nothing. */
  readonly requestProblemInformation: boolean;
  readonly userProperties: readonly Pair[];
  readonly authenticationMethod: string;
  readonly reconnect: boolean;
  readonly minDelayMs: string;
  readonly maxDelayMs: string;
  readonly inflightWindow: string;
  readonly queueLimit: string;
  readonly useTopicAliases: boolean;
  readonly verify: boolean;
  readonly ca: string;
  readonly cert: string;
  readonly sni: 'host' | 'none' | 'other';
  readonly serverName: string;
  readonly alpn: string;
  readonly minVersion: TlsVersionText;
  readonly maxVersion: TlsVersionText;
  readonly ciphers: string;
  readonly wsPath: string;
  readonly wsSubprotocol: string;
  readonly wsHeaders: readonly Pair[];
  /** Names, in lower case, of saved headers whose values are secrets: an empty value keeps what is stored. */
  readonly wsStoredHeaders: readonly string[];
  readonly proxy: '' | 'http' | 'https' | 'socks5';
  readonly proxyHost: string;
  readonly proxyPort: string;
  readonly proxyUsername: string;
  readonly subscriptions: readonly SubscriptionRow[];
}

const NO_SECRETS = Object.fromEntries(
  SECRET_NAMES.map((name) => [name, { stored: false, change: undefined }]),
) as Readonly<Record<SecretName, SecretEntry>>;

export interface Randomness {
  /** Fills and returns `target`. */
  fill(target: Uint8Array<ArrayBuffer>): Uint8Array;
}

const ID_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** `inspector-` and eight characters: unique enough, and within the 23 that MQTT 3.1 allows. */
export function newClientId(random: Randomness): string {
  const bytes = random.fill(new Uint8Array(8));
  return `inspector-${[...bytes].map((byte) => ID_LETTERS.charAt(byte % ID_LETTERS.length)).join('')}`;
}

/** Whether {@link newClientId} made it. */
export function isMadeClientId(clientId: string): boolean {
  return /^inspector-[a-z2-9]{8}$/.test(clientId);
}

export function newForm(random: Randomness): ProfileForm {
  return {
    id: '',
    name: '',
    folder: '',
    colour: '',
    protocol: 'mqtt',
    host: '',
    port: String(DEFAULT_PORTS.mqtt),
    portEdited: false,
    srv: false,
    bindAddress: '',
    protocolVersion: '5',
    clientId: newClientId(random),
    cleanStart: true,
    sessionExpiryInterval: '0',
    keepAlive: '60',
    connectTimeoutMs: '30000',
    username: '',
    secrets: NO_SECRETS,
    will: false,
    willTopic: '',
    willPayload: '',
    willPayloadFormat: 'text',
    willQos: '0',
    willRetain: false,
    willDelayInterval: '',
    willMessageExpiryInterval: '',
    willContentType: '',
    willResponseTopic: '',
    willCorrelationData: '',
    willUtf8: false,
    willUserProperties: [],
    receiveMaximum: '',
    maximumPacketSize: '',
    topicAliasMaximum: '',
    requestResponseInformation: false,
    requestProblemInformation: true,
    userProperties: [],
    authenticationMethod: '',
    reconnect: true,
    minDelayMs: '1000',
    maxDelayMs: '120000',
    inflightWindow: '20',
    queueLimit: '10000',
    useTopicAliases: false,
    verify: true,
    ca: '',
    cert: '',
    sni: 'host',
    serverName: '',
    alpn: '',
    minVersion: '',
    maxVersion: '',
    ciphers: '',
    wsPath: '/mqtt',
    wsSubprotocol: 'mqtt',
    wsHeaders: [],
    wsStoredHeaders: [],
    proxy: '',
    proxyHost: '',
    proxyPort: '',
    proxyUsername: '',
    subscriptions: [],
  };
}

export const EMPTY_SUBSCRIPTION: SubscriptionRow = {
  topicFilter: '',
  qos: '0',
  noLocal: false,
  retainAsPublished: false,
  retainHandling: '0',
  identifier: '',
};

/** The port follows the protocol for as long as nobody typed one. */
export function withProtocol(form: ProfileForm, protocol: Protocol): ProfileForm {
  return { ...form, protocol, ...(form.portEdited ? {} : { port: String(DEFAULT_PORTS[protocol]) }) };
}

/** Spreads a pasted address over the fields; what it does not name stays. */
export function withAddress(form: ProfileForm, address: BrokerAddress): ProfileForm {
  const { protocol = form.protocol, host, port, username, password, path } = address;
  const standard = port === undefined || port === DEFAULT_PORTS[protocol];
  return {
    ...form,
    protocol,
    host,
    ...(port === undefined ? {} : { port: String(port), portEdited: !standard }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined
      ? {}
      : { secrets: { ...form.secrets, password: { ...form.secrets.password, change: password } } }),
    ...(path === undefined ? {} : { wsPath: path }),
  };
}

/** The form of a saved profile; its secrets are only known to exist. */
export function formOf({ profile, secrets }: ListedProfile): ProfileForm {
  const { will, tls, websocket, proxy } = profile;
  const text = will === undefined ? undefined : decodeText(will.payload);
  const binary = text !== undefined && text.invalid > 0;
  const properties = will?.properties;
  const number = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    id: profile.id,
    name: profile.name,
    folder: profile.folder,
    colour: profile.colour,
    protocol: profile.protocol,
    host: profile.host,
    port: String(profile.port),
    portEdited: profile.port !== DEFAULT_PORTS[profile.protocol],
    srv: profile.srv,
    bindAddress: profile.bindAddress,
    protocolVersion: String(profile.protocolVersion) as ProfileForm['protocolVersion'],
    clientId: profile.clientId,
    cleanStart: profile.cleanStart,
    sessionExpiryInterval: String(profile.sessionExpiryInterval),
    keepAlive: String(profile.keepAlive),
    connectTimeoutMs: String(profile.connectTimeoutMs),
    username: profile.username ?? '',
    secrets: Object.fromEntries(
      SECRET_NAMES.map((name) => [name, { stored: secrets.includes(name), change: undefined }]),
    ) as ProfileForm['secrets'],
    will: will !== undefined,
    willTopic: will?.topic ?? '',
    willPayload: will === undefined ? '' : binary ? toHex(will.payload) : (text?.text ?? ''),
    willPayloadFormat: binary ? 'hex' : 'text',
    willQos: String(will?.qos ?? 0) as QosText,
    willRetain: will?.retain ?? false,
    willDelayInterval: number(properties?.willDelayInterval),
    willMessageExpiryInterval: number(properties?.messageExpiryInterval),
    willContentType: properties?.contentType ?? '',
    willResponseTopic: properties?.responseTopic ?? '',
    willCorrelationData: properties?.correlationData === undefined ? '' : toHex(properties.correlationData),
    willUtf8: properties?.payloadFormatIndicator === 1,
    willUserProperties: properties?.userProperties ?? [],
    receiveMaximum: number(profile.receiveMaximum),
    maximumPacketSize: number(profile.maximumPacketSize),
    topicAliasMaximum: number(profile.topicAliasMaximum),
    requestResponseInformation: profile.requestResponseInformation ?? false,
    requestProblemInformation: profile.requestProblemInformation ?? true,
    userProperties: profile.userProperties ?? [],
    authenticationMethod: profile.authenticationMethod ?? '',
    reconnect: profile.reconnect.enabled,
    minDelayMs: String(profile.reconnect.minDelayMs),
    maxDelayMs: String(profile.reconnect.maxDelayMs),
    inflightWindow: String(profile.inflightWindow),
    queueLimit: String(profile.queueLimit),
    useTopicAliases: profile.useTopicAliases,
    verify: tls?.verify ?? true,
    ca: tls?.ca ?? '',
    cert: tls?.cert ?? '',
    sni: tls?.serverName === undefined ? 'host' : tls.serverName === '' ? 'none' : 'other',
    serverName: tls?.serverName ?? '',
    alpn: tls?.alpn?.join(', ') ?? '',
    minVersion: tls?.minVersion ?? '',
    maxVersion: tls?.maxVersion ?? '',
    ciphers: tls?.ciphers ?? '',
    wsPath: websocket?.path ?? '/mqtt',
    wsSubprotocol: websocket?.subprotocol ?? 'mqtt',
    wsHeaders: websocket?.headers ?? [],
    wsStoredHeaders: secrets.includes('websocketHeaders')
      ? (websocket?.headers ?? []).filter(([, value]) => value === '').map(([name]) => name.toLowerCase())
      : [],
    proxy: proxy?.protocol ?? '',
    proxyHost: proxy?.host ?? '',
    proxyPort: number(proxy?.port),
    proxyUsername: proxy?.username ?? '',
    subscriptions: profile.subscriptions.map((subscription) => ({
      topicFilter: subscription.topicFilter,
      qos: String(subscription.qos) as QosText,
      noLocal: subscription.noLocal ?? false,
      retainAsPublished: subscription.retainAsPublished ?? false,
      retainHandling: String(subscription.retainHandling ?? 0) as QosText,
      identifier: number(subscription.subscriptionIdentifier),
    })),
  };
}

export function isSecure(protocol: Protocol): boolean {
  return protocol === 'mqtts' || protocol === 'wss';
}

export function isWebSocket(protocol: Protocol): boolean {
  return protocol === 'ws' || protocol === 'wss';
}

/** A name for a profile that was given none. */
export function nameOf(form: ProfileForm): string {
  return form.name.trim() === '' ? form.host.trim() : form.name.trim();
}
