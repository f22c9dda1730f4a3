/** From what a form holds to a profile, or to everything that is wrong with it, field by field. */

import * as v from 'valibot';
import {
  type MessageProperties,
  type Profile,
  ProfileSchema,
  SECRET_NAMES,
  type SecretChanges,
  type SecretName,
  type SubscriptionRequest,
} from '../../shared/contract/profiles.ts';
import { checkTopicFilter, checkTopicName, type TopicFault } from '../../shared/mqtt/topics.ts';
import { toBase64 } from '../../shared/payload/payload-encoding.ts';
import { isSecure, isWebSocket, nameOf, type Pair, type ProfileForm, type SecretEntry } from './profiles-form.ts';
import { parseBase64, parseHex } from './publish-bytes.ts';

export type FormField = keyof ProfileForm | SecretName | `subscriptions.${number}`;

/** Why a field cannot be used; the panel has the words. */
export type FormFault =
  | { readonly code: 'required' | 'not-hex' | 'not-base64' | 'too-long' | 'invalid' }
  | { readonly code: 'number'; readonly min: number; readonly max: number }
  | { readonly code: 'topic'; readonly fault: TopicFault }
  /** `[MQTT-3.1.3-8]`: 3.1.1 takes an empty Client Identifier only with a clean session. */
  | { readonly code: 'client-id-needs-clean-session' }
  /** 3.1: 1 to 23 characters. */
  | { readonly code: 'client-id-length' }
  /** `[MQTT-3.1.2-22]`: before 5.0 no password goes without a user name. */
  | { readonly code: 'password-needs-username' }
  | { readonly code: 'below-minimum' | 'versions-exclude' | 'key-missing' | 'certificate-missing' | 'shared-no-local' };

export type FormFaults = ReadonlyMap<FormField, FormFault>;

/** Where the schema's path and the form's field have different names. */
const FIELD_OF_PATH: Readonly<Record<string, FormField>> = {
  'websocket.path': 'wsPath',
  'websocket.headers': 'wsHeaders',
  'websocket.subprotocol': 'wsSubprotocol',
  'proxy.host': 'proxyHost',
  'proxy.port': 'proxyPort',
  'proxy.username': 'proxyUsername',
  'reconnect.minDelayMs': 'minDelayMs',
  'reconnect.maxDelayMs': 'maxDelayMs',
  'will.topic': 'willTopic',
  'will.properties.willDelayInterval': 'willDelayInterval',
  'will.properties.messageExpiryInterval': 'willMessageExpiryInterval',
  'will.properties.contentType': 'willContentType',
  'will.properties.responseTopic': 'willResponseTopic',
  'will.properties.userProperties': 'willUserProperties',
};

function fieldOfPath(path: readonly string[]): FormField {
  if (path[0] === 'subscriptions') return `subscriptions.${Number(path[1])}`;
  const whole = path.filter((part) => !/^\d+$/.test(part));
  for (let length = whole.length; length > 0; length--) {
    const field = FIELD_OF_PATH[whole.slice(0, length).join('.')];
    if (field !== undefined) return field;
  }
  return (path[0] === 'tls' ? path[1] : path[0]) as FormField;
}

function faultOf(issue: v.BaseIssue<unknown>): FormFault {
  if (issue.type === 'min_length' || issue.type === 'non_empty') return { code: 'required' };
  if (issue.type === 'max_length') return { code: 'too-long' };
  if (issue.type === 'min_value' || issue.type === 'max_value' || issue.type === 'integer' || issue.type === 'number')
    return { code: 'number', ...rangeAt((issue.path ?? []).map((item) => String(item.key))) };
  return { code: 'invalid' };
}

interface SchemaShape {
  readonly wrapped?: SchemaShape;
  readonly entries?: Readonly<Record<string, SchemaShape>>;
  readonly item?: SchemaShape;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

/** The numbers a schema lets pass, read from the schema itself. */
function rangeAt(path: readonly string[]): { readonly min: number; readonly max: number } {
  let schema: SchemaShape | undefined = ProfileSchema as SchemaShape;
  for (const part of path) {
    while (schema?.wrapped !== undefined) schema = schema.wrapped;
    schema = schema?.entries?.[part] ?? schema?.item;
  }
  while (schema?.wrapped !== undefined) schema = schema.wrapped;
  const limit = (type: string, otherwise: number): number => {
    const found = schema?.pipe?.find((step) => step.type === type)?.requirement;
    return typeof found === 'number' ? found : otherwise;
  };
  return { min: limit('min_value', 0), max: limit('max_value', Number.MAX_SAFE_INTEGER) };
}

/** Digits as a number, anything else as NaN, which no schema lets pass; empty as undefined. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** Drops members that are undefined, so that an absent value is absent. */
function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const orNothing = (text: string): string | undefined => (text === '' ? undefined : text);
const pairsOrNothing = (pairs: readonly Pair[]): [string, string][] | undefined => {
  const kept = pairs
    .filter(([name, value]) => name !== '' || value !== '')
    .map(([name, value]): [string, string] => [name, value]);
  return kept.length === 0 ? undefined : kept;
};

export type CheckedForm =
  | { readonly faults: FormFaults }
  | { readonly profile: Profile; readonly secrets: SecretChanges };

/**
 * The profile of a form, or everything that is wrong with it. Parts that the protocol or version does not use are kept
 * where they are right and left out where they are not, so that they never stand in the way.
 */
export function checkForm(form: ProfileForm): CheckedForm {
  const faults = new Map<FormField, FormFault>();
  const fault = (field: FormField, found: FormFault) => {
    if (!faults.has(field)) faults.set(field, found);
  };
  const version = Number(form.protocolVersion) as 3 | 4 | 5;
  checkIdentity(form, version, fault);
  const secrets = checkSecrets(form, fault);
  const will = form.will ? willOf(form, version, fault) : undefined;
  const subscriptions = subscriptionsOf(form, version, fault);
  const required = (field: FormField, text: string): number => {
    const value = numberOf(text);
    if (value === undefined) fault(field, { code: 'required' });
    return value ?? 0;
  };
  const minDelayMs = required('minDelayMs', form.minDelayMs);
  const maxDelayMs = required('maxDelayMs', form.maxDelayMs);
  if (form.reconnect && maxDelayMs < minDelayMs) fault('maxDelayMs', { code: 'below-minimum' });
  const input = {
    id: form.id,
    name: nameOf(form) === '' ? 'unnamed' : nameOf(form),
    folder: form.folder.trim(),
    colour: form.colour,
    protocol: form.protocol,
    host: form.host.trim(),
    port: required('port', form.port),
    srv: form.srv,
    bindAddress: form.bindAddress.trim(),
    protocolVersion: version,
    clientId: form.clientId,
    cleanStart: form.cleanStart,
    keepAlive: required('keepAlive', form.keepAlive),
    connectTimeoutMs: required('connectTimeoutMs', form.connectTimeoutMs),
    reconnect: { enabled: form.reconnect, minDelayMs, maxDelayMs },
    inflightWindow: required('inflightWindow', form.inflightWindow),
    queueLimit: required('queueLimit', form.queueLimit),
    useTopicAliases: form.useTopicAliases,
    subscriptions,
    ...present({
      sessionExpiryInterval:
        version === 5 ? (numberOf(form.sessionExpiryInterval) ?? 0) : fitting(form.sessionExpiryInterval),
      username: orNothing(form.username),
      will,
      ...connectProperties(form, version),
      tls: tlsOf(form, fault),
      websocket: isWebSocket(form.protocol)
        ? { path: form.wsPath, headers: pairsOrNothing(form.wsHeaders) ?? [], subprotocol: form.wsSubprotocol.trim() }
        : undefined,
      proxy:
        form.proxy === ''
          ? undefined
          : {
              protocol: form.proxy,
              host: form.proxyHost.trim(),
              port: required('proxyPort', form.proxyPort),
              ...present({ username: orNothing(form.proxyUsername) }),
            },
    }),
  };
  if (form.proxy !== '' && form.proxyHost.trim() === '') fault('proxyHost', { code: 'required' });
  const parsed = v.safeParse(ProfileSchema, input);
  if (!parsed.success)
    for (const issue of parsed.issues)
      fault(fieldOfPath((issue.path ?? []).map((item) => String(item.key))), faultOf(issue));
  return parsed.success && faults.size === 0 ? { profile: parsed.output, secrets } : { faults };
}

type TellFault = (field: FormField, fault: FormFault) => void;

/**
 * @mqtt MQTT-3.1.3-8
 * @mqtt MQTT-3.1.2-22
 */
function checkIdentity(form: ProfileForm, version: 3 | 4 | 5, fault: TellFault): void {
  if (version === 3 && (form.clientId === '' || form.clientId.length > 23))
    fault('clientId', { code: 'client-id-length' });
  if (version === 4 && form.clientId === '' && !form.cleanStart)
    fault('clientId', { code: 'client-id-needs-clean-session' });
  const { password } = form.secrets;
  const hasPassword = password.change === undefined ? password.stored : (password.change ?? '') !== '';
  if (version !== 5 && hasPassword && form.username === '') fault('username', { code: 'password-needs-username' });
}

function checkSecrets(form: ProfileForm, fault: TellFault): SecretChanges {
  const changes: { [N in SecretName]?: string | null } = {};
  for (const name of SECRET_NAMES) {
    const { change, stored } = form.secrets[name];
    if (change === undefined || (change === '' && !stored)) continue;
    changes[name] = change === '' ? null : change;
  }
  for (const name of ['pfx', 'authenticationData'] as const) {
    const text = changes[name];
    if (typeof text !== 'string') continue;
    const parsed = parseBase64(text);
    if ('bytes' in parsed) changes[name] = toBase64(parsed.bytes);
    else fault(name, { code: 'not-base64' });
  }
  return changes;
}

function hasSecret({ stored, change }: SecretEntry): boolean {
  return change === undefined ? stored : change !== null && change !== '';
}

/** A number that a version without it would only be troubled by: absent where it is wrong. */
function fitting(text: string): number | undefined {
  const value = numberOf(text);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function connectProperties(form: ProfileForm, version: 3 | 4 | 5) {
  const number = version === 5 ? numberOf : fitting;
  return {
    receiveMaximum: number(form.receiveMaximum),
    maximumPacketSize: number(form.maximumPacketSize),
    topicAliasMaximum: number(form.topicAliasMaximum),
    requestResponseInformation: form.requestResponseInformation ? true : undefined,
    requestProblemInformation: form.requestProblemInformation ? undefined : false,
    userProperties: pairsOrNothing(form.userProperties),
    authenticationMethod: orNothing(form.authenticationMethod),
  };
}

function willOf(form: ProfileForm, version: 3 | 4 | 5, fault: TellFault): Profile['will'] {
  const topicFault = checkTopicName(form.willTopic);
  if (topicFault !== undefined) fault('willTopic', { code: 'topic', fault: topicFault });
  let payload: Uint8Array = new Uint8Array();
  if (form.willPayloadFormat === 'text') payload = new TextEncoder().encode(form.willPayload);
  else {
    const parsed = parseHex(form.willPayload);
    if ('bytes' in parsed) payload = parsed.bytes;
    else fault('willPayload', { code: 'not-hex' });
  }
  const number = version === 5 ? numberOf : fitting;
  const correlation = parseHex(form.willCorrelationData);
  if (!('bytes' in correlation)) {
    if (version === 5) fault('willCorrelationData', { code: 'not-hex' });
  }
  if (version === 5 && form.willResponseTopic !== '') {
    const responseFault = checkTopicName(form.willResponseTopic);
    if (responseFault !== undefined) fault('willResponseTopic', { code: 'topic', fault: responseFault });
  }
  const properties: MessageProperties = present({
    payloadFormatIndicator: form.willUtf8 ? 1 : undefined,
    messageExpiryInterval: number(form.willMessageExpiryInterval),
    contentType: orNothing(form.willContentType),
    responseTopic: orNothing(form.willResponseTopic),
    correlationData:
      'bytes' in correlation && correlation.bytes.length > 0
        ? (correlation.bytes as Uint8Array<ArrayBuffer>)
        : undefined,
    willDelayInterval: number(form.willDelayInterval),
    userProperties: pairsOrNothing(form.willUserProperties),
  });
  return {
    topic: form.willTopic,
    payload: payload as Uint8Array<ArrayBuffer>,
    qos: Number(form.willQos) as 0 | 1 | 2,
    retain: form.willRetain,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}

function subscriptionsOf(form: ProfileForm, version: 3 | 4 | 5, fault: TellFault): SubscriptionRequest[] {
  return form.subscriptions
    .map((row, index) => ({ row, index }))
    .filter(({ row }) => row.topicFilter !== '')
    .map(({ row, index }) => {
      const topicFault = checkTopicFilter(row.topicFilter, version === 5);
      if (topicFault !== undefined) fault(`subscriptions.${index}`, { code: 'topic', fault: topicFault });
      if (row.noLocal && row.topicFilter.startsWith('$share/'))
        fault(`subscriptions.${index}`, { code: 'shared-no-local' });
      const identifier = numberOf(row.identifier);
      if (identifier !== undefined && !(identifier >= 1 && identifier <= 268_435_455))
        fault(`subscriptions.${index}`, { code: 'number', min: 1, max: 268_435_455 });
      return {
        topicFilter: row.topicFilter,
        qos: Number(row.qos) as 0 | 1 | 2,
        ...(row.noLocal ? { noLocal: true } : {}),
        ...(row.retainAsPublished ? { retainAsPublished: true } : {}),
        ...(row.retainHandling === '0' ? {} : { retainHandling: Number(row.retainHandling) as 1 | 2 }),
        ...(identifier === undefined ? {} : { subscriptionIdentifier: identifier }),
      };
    });
}

const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function tlsOf(form: ProfileForm, fault: TellFault): Profile['tls'] {
  const alpn = form.alpn
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const tls = present({
    ca: orNothing(form.ca.trim()),
    cert: orNothing(form.cert.trim()),
    serverName: form.sni === 'host' ? undefined : form.sni === 'none' ? '' : form.serverName.trim(),
    alpn: alpn.length === 0 ? undefined : alpn,
    ciphers: orNothing(form.ciphers.trim()),
    minVersion: form.minVersion === '' ? undefined : form.minVersion,
    maxVersion: form.maxVersion === '' ? undefined : form.maxVersion,
  });
  if (isSecure(form.protocol)) {
    const { key, pfx } = form.secrets;
    if (!hasSecret(pfx) && form.cert.trim() !== '' && !hasSecret(key)) fault('key', { code: 'key-missing' });
    if (!hasSecret(pfx) && form.cert.trim() === '' && hasSecret(key)) fault('cert', { code: 'certificate-missing' });
    if (form.sni === 'other' && form.serverName.trim() === '') fault('serverName', { code: 'required' });
    if (
      form.minVersion !== '' &&
      form.maxVersion !== '' &&
      TLS_VERSIONS.indexOf(form.minVersion) > TLS_VERSIONS.indexOf(form.maxVersion)
    )
      fault('maxVersion', { code: 'versions-exclude' });
  }
  return Object.keys(tls).length === 0 && form.verify ? undefined : { ...tls, verify: form.verify };
}
