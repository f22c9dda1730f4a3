/** A profile and its secrets as the engine's options: what the session says and how the transport gets there. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type {
  MessageProperties,
  Profile,
  SecretName,
  Secrets,
  SubscriptionRequest,
} from '../../shared/contract/profiles.ts';
import type { ConnectPacket, Properties, Will } from '../../shared/mqtt/packet.ts';
import { checkTopicFilter, checkTopicName } from '../../shared/mqtt/topics.ts';
import type { Random, TransportOptions } from '../engine/sources/ports.ts';
import { withCredentials } from '../storage/credential-headers.ts';
import { DEFAULT_SESSION_OPTIONS, type SessionOptions } from '../engine/sources/session-source.ts';

const utf8 = new TextEncoder();

/** Base64 to bytes; throws `not-base64` naming the secret. */
function fromBase64(secret: SecretName, text: string): Uint8Array {
  const compact = text.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw new InspectorError('not-base64', { secret });
  return new Uint8Array(Buffer.from(compact, 'base64'));
}

/** Properties without members that are undefined, or nothing where none is left: 3.1 and 3.1.1 must not see an empty set. */
function present(properties: { readonly [N in keyof Properties]?: Properties[N] | undefined }): Properties | undefined {
  const entries = Object.entries(properties).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What the publish form and the will may set, as packet properties. */
export function messageProperties(properties: MessageProperties | Properties | undefined): Properties | undefined {
  return properties === undefined ? undefined : present(properties);
}

/** Throws `bad-topic` where MQTT forbids the topic name. */
export function requireTopicName(topic: string): void {
  const fault = checkTopicName(topic);
  if (fault !== undefined) throw new InspectorError('bad-topic', { topic, rule: fault.rule, reason: fault.message });
}

/** Throws `bad-topic` where MQTT forbids the topic filter. */
export function requireTopicFilter(filter: string): void {
  const fault = checkTopicFilter(filter);
  if (fault !== undefined)
    throw new InspectorError('bad-topic', { topic: filter, rule: fault.rule, reason: fault.message });
}

/** Subscriptions as the session takes them; options of 5.0 are left out before it. Throws `bad-topic`. */
export function subscriptionRequests(
  requests: readonly SubscriptionRequest[],
  protocolVersion: Profile['protocolVersion'],
): SessionOptions['subscriptions'] {
  return requests.map((request) => {
    requireTopicFilter(request.topicFilter);
    if (protocolVersion !== 5) return { topicFilter: request.topicFilter, qos: request.qos };
    return {
      topicFilter: request.topicFilter,
      qos: request.qos,
      ...(request.noLocal === undefined ? {} : { noLocal: request.noLocal }),
      ...(request.retainAsPublished === undefined ? {} : { retainAsPublished: request.retainAsPublished }),
      ...(request.retainHandling === undefined ? {} : { retainHandling: request.retainHandling }),
      ...(request.subscriptionIdentifier === undefined
        ? {}
        : { subscriptionIdentifier: request.subscriptionIdentifier }),
    };
  });
}

function willOf(profile: Profile): Will | undefined {
  const { will, protocolVersion } = profile;
  if (will === undefined) return undefined;
  requireTopicName(will.topic);
  const properties = protocolVersion === 5 ? messageProperties(will.properties) : undefined;
  const { topic, payload, qos, retain } = will;
  return { topic, payload, qos, retain, ...(properties === undefined ? {} : { properties }) };
}

function connectProperties(profile: Profile, secrets: Secrets): Properties | undefined {
  if (profile.protocolVersion !== 5) return undefined;
  return present({
    sessionExpiryInterval: profile.sessionExpiryInterval === 0 ? undefined : profile.sessionExpiryInterval,
    receiveMaximum: profile.receiveMaximum,
    maximumPacketSize: profile.maximumPacketSize,
    topicAliasMaximum: profile.topicAliasMaximum,
    requestResponseInformation: flag(profile.requestResponseInformation),
    requestProblemInformation: flag(profile.requestProblemInformation),
    userProperties: profile.userProperties,
    authenticationMethod: profile.authenticationMethod,
    authenticationData:
      secrets.authenticationData === undefined
        ? undefined
        : fromBase64('authenticationData', secrets.authenticationData),
  });
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Throws `bad-topic` for a will or a subscription that MQTT forbids, `not-base64` for damaged authentication data. */
export function sessionOptions(profile: Profile, secrets: Secrets, random: Random): SessionOptions {
  const will = willOf(profile);
  const properties = connectProperties(profile, secrets);
  return {
    ...DEFAULT_SESSION_OPTIONS,
    protocolVersion: profile.protocolVersion,
    clientId: profile.clientId,
    cleanStart: profile.cleanStart,
    keepAlive: profile.keepAlive,
    ...(profile.username === undefined ? {} : { username: profile.username }),
    ...(secrets.password === undefined ? {} : { password: utf8.encode(secrets.password) }),
    ...(will === undefined ? {} : { will }),
    ...(properties === undefined ? {} : { properties }),
    subscriptions: subscriptionRequests(profile.subscriptions, profile.protocolVersion),
    inflightWindow: profile.inflightWindow,
    queue: { ...DEFAULT_SESSION_OPTIONS.queue, maxMessages: profile.queueLimit },
    topicAliases: profile.useTopicAliases ? 'recent' : 'off',
    connackTimeoutMs: profile.connectTimeoutMs,
    reconnect: {
      ...DEFAULT_SESSION_OPTIONS.reconnect,
      minDelayMs: profile.reconnect.minDelayMs,
      maxDelayMs: Math.max(profile.reconnect.minDelayMs, profile.reconnect.maxDelayMs),
    },
    jitterBytes: random.fill(new Uint8Array(64)),
    policy: { ...DEFAULT_SESSION_OPTIONS.policy, autoReconnect: profile.reconnect.enabled },
  };
}

/** The CONNECT that a session opened with the profile sends first. Throws like {@link sessionOptions}. */
export function connectPacket(profile: Profile, secrets: Secrets): ConnectPacket {
  const will = willOf(profile);
  const properties = connectProperties(profile, secrets);
  const { protocolVersion, cleanStart, keepAlive, clientId, username } = profile;
  return {
    type: 'connect',
    protocolName: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
    protocolVersion,
    cleanStart,
    keepAlive,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(secrets.password === undefined ? {} : { password: utf8.encode(secrets.password) }),
    ...(will === undefined ? {} : { will }),
    ...(properties === undefined ? {} : { properties }),
  };
}

function tlsOptions(profile: Profile, secrets: Secrets): TransportOptions['tls'] {
  const tls = profile.tls;
  return {
    verify: tls?.verify ?? true,
    ...(tls?.ca ? { ca: tls.ca } : {}),
    ...(tls?.cert ? { cert: tls.cert } : {}),
    ...(secrets.key ? { key: secrets.key } : {}),
    ...(secrets.pfx ? { pfx: fromBase64('pfx', secrets.pfx) } : {}),
    ...(secrets.passphrase === undefined ? {} : { passphrase: secrets.passphrase }),
    ...(tls?.serverName === undefined ? {} : { serverName: tls.serverName }),
    ...(tls?.alpn === undefined || tls.alpn.length === 0 ? {} : { alpn: tls.alpn }),
    ...(tls?.ciphers ? { ciphers: tls.ciphers } : {}),
    ...(tls?.minVersion === undefined ? {} : { minVersion: tls.minVersion }),
    ...(tls?.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }),
  };
}

/** Throws `not-base64` for a PKCS#12 file. */
export function transportOptions(saved: Profile, secrets: Secrets): TransportOptions {
  const profile = withCredentials(saved, secrets.websocketHeaders);
  const { protocol, host, port, srv, bindAddress, connectTimeoutMs, websocket, proxy } = profile;
  const secure = protocol === 'mqtts' || protocol === 'wss';
  const overWeb = protocol === 'ws' || protocol === 'wss';
  const tls = secure ? tlsOptions(profile, secrets) : undefined;
  return {
    protocol,
    host,
    port,
    srv,
    connectTimeoutMs,
    ...(bindAddress === '' ? {} : { bindAddress }),
    ...(tls === undefined ? {} : { tls }),
    ...(overWeb
      ? {
          websocket: {
            path: websocket?.path ?? '/mqtt',
            headers: websocket?.headers ?? [],
            subprotocol: websocket?.subprotocol ?? 'mqtt',
          },
        }
      : {}),
    ...(proxy === undefined
      ? {}
      : {
          proxy: {
            protocol: proxy.protocol,
            host: proxy.host,
            port: proxy.port,
            ...(proxy.username === undefined ? {} : { username: proxy.username }),
            ...(secrets.proxyPassword === undefined ? {} : { password: secrets.proxyPassword }),
          },
        }),
  };
}

/** `mqtts://host:8883/path`, with an IPv6 address in brackets; never credentials. */
export function endpointOf(profile: Profile): string {
  const host = profile.host.includes(':') ? `[${profile.host}]` : profile.host;
  const path = profile.protocol === 'ws' || profile.protocol === 'wss' ? (profile.websocket?.path ?? '/mqtt') : '';
  return `${profile.protocol}://${host}:${profile.port}${path}`;
}
