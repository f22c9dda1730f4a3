/** The arguments of `capture` as a profile: where to connect, as whom, and what to subscribe to. */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { type Profile, ProfileSchema, type Secrets } from '../../../shared/contract/profiles.ts';
import type { ProtocolVersion, QoS } from '../../../shared/mqtt/packet.ts';
import { checkTopicFilter } from '../../../shared/mqtt/topics.ts';
import { readInteger, UsageError } from './arguments.ts';
import { systemFault } from './system-fault-words.ts';

/** What may stand before `://`, and the port that goes with it. */
const SCHEMES = {
  mqtt: { protocol: 'mqtt', port: 1883 },
  tcp: { protocol: 'mqtt', port: 1883 },
  mqtts: { protocol: 'mqtts', port: 8883 },
  ssl: { protocol: 'mqtts', port: 8883 },
  tls: { protocol: 'mqtts', port: 8883 },
  ws: { protocol: 'ws', port: 80 },
  wss: { protocol: 'wss', port: 443 },
} as const;

/** Where an address leads. */
export interface BrokerAddress {
  readonly protocol: Profile['protocol'];
  readonly host: string;
  readonly port: number;
  /** Path and query of a WebSocket; absent elsewhere. */
  readonly path?: string;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Reads `mqtt|mqtts|ws|wss://[USER[:PASSWORD]@]HOST[:PORT][/PATH]`. Throws {@link UsageError}; the message never repeats the
 * address, which may hold a password.
 */
export function readAddress(option: string, text: string): BrokerAddress {
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !Object.hasOwn(SCHEMES, scheme)) {
    throw new UsageError(`${option} must begin with mqtt://, mqtts://, ws:// or wss://`);
  }
  const { protocol, port } = SCHEMES[scheme as keyof typeof SCHEMES];
  // Schemes that URL does not know keep host and port as they are written; it would drop port 80 of ws: and 443 of wss:.
  const url = URL.canParse(`mqtt${text.slice(scheme.length)}`)
    ? new URL(`mqtt${text.slice(scheme.length)}`)
    : undefined;
  if (url === undefined || url.hostname === '')
    throw new UsageError(`${option} is no address: a host, and a port up to 65535, are expected`);
  if (url.hash !== '')
    throw new UsageError(`${option} cannot have a part after #; write %23 where a password or path has one`);
  if (url.port === '0') throw new UsageError(`${option}: there is no port 0`);
  const path = `${url.pathname}${url.search}`;
  const overWeb = protocol === 'ws' || protocol === 'wss';
  if (!overWeb && path !== '' && path !== '/') throw new UsageError(`${option}: only ws:// and wss:// have a path`);
  return {
    protocol,
    host: decoded(option, url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: url.port === '' ? port : Number(url.port),
    ...(overWeb ? { path: path === '' ? '/mqtt' : path } : {}),
    ...(url.username === '' && url.password === '' ? {} : { username: decoded(option, url.username) }),
    ...(url.password === '' ? {} : { password: decoded(option, url.password) }),
  };
}

function decoded(option: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError(`${option}: a % must be followed by two hexadecimal digits; write %25 for a % itself`);
  }
}

/** How a command connects, beside its address. */
export const CONNECTION_OPTIONS = {
  'mqtt-version': { type: 'string' },
  'client-id': { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  'keep-alive': { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  insecure: { type: 'boolean' },
} as const;

/** As `util.parseArgs` returns them. */
export interface CaptureValues {
  readonly url?: string | undefined;
  readonly topic?: readonly string[] | undefined;
  readonly qos?: string | undefined;
  readonly 'mqtt-version'?: string | undefined;
  readonly 'client-id'?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly 'keep-alive'?: string | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly insecure?: boolean | undefined;
}

export interface CaptureTarget {
  readonly profile: Profile;
  readonly secrets: Secrets;
  /** False where the version is only our first choice. */
  readonly versionGiven: boolean;
}

/** The version named by `--mqtt-version`. Throws {@link UsageError}. */
export function readVersion(text: string | undefined): ProtocolVersion | undefined {
  const level = readInteger('--mqtt-version', text, 3, 5);
  return level === 3 || level === 4 || level === 5 ? level : undefined;
}

/** Reads certificates and keys from their files. Throws {@link UsageError}. */
export function readTarget(values: CaptureValues, moreTopics: readonly string[]): CaptureTarget {
  if (values.url === undefined) throw new UsageError('--url is missing: which broker?');
  const topics = [...(values.topic ?? []), ...moreTopics];
  if ((values.topic ?? []).length === 0) {
    throw new UsageError("-t is missing: which topics? '#' is all of them, if the broker allows");
  }
  for (const topic of topics) {
    const fault = checkTopicFilter(topic);
    if (fault !== undefined) throw new UsageError(`-t "${topic}" is no topic filter: ${fault.message} [${fault.rule}]`);
  }
  const qos = (readInteger('-q', values.qos, 0, 2) ?? 0) as QoS;
  return readConnection('--url', values.url, values, { topics, qos });
}

/** What to connect to, and as whom; certificates and keys are read from their files. Throws {@link UsageError}, naming `place` for a bad address. */
export function readConnection(
  place: string,
  url: string,
  values: Omit<CaptureValues, 'url' | 'topic' | 'qos'>,
  { topics, qos }: { readonly topics: readonly string[]; readonly qos: QoS },
): CaptureTarget {
  const address = readAddress(place, url);
  const given = readVersion(values['mqtt-version']);
  const username = values.username ?? address.username;
  const password = values.password ?? address.password;
  const isSecure = address.protocol === 'mqtts' || address.protocol === 'wss';
  for (const option of ['ca', 'cert', 'key', 'insecure'] as const) {
    if (values[option] !== undefined && !isSecure) throw new UsageError(`--${option} needs mqtts:// or wss://`);
  }
  if ((values.cert === undefined) !== (values.key === undefined)) throw new UsageError('--cert and --key go together');
  const key = values.key === undefined ? undefined : credential('--key', values.key);
  const profile = v.parse(ProfileSchema, {
    id: '',
    name: 'command line',
    protocol: address.protocol,
    host: address.host,
    port: address.port,
    protocolVersion: given ?? 5,
    clientId: values['client-id'] ?? `mqtt-inspector-${randomBytes(4).toString('hex')}`,
    cleanStart: true,
    keepAlive: readInteger('--keep-alive', values['keep-alive'], 0, 65_535) ?? 60,
    ...(username === undefined ? {} : { username }),
    ...(address.path === undefined ? {} : { websocket: { path: address.path } }),
    ...(isSecure
      ? {
          tls: {
            verify: values.insecure !== true,
            ...(values.ca === undefined ? {} : { ca: credential('--ca', values.ca) }),
            ...(values.cert === undefined ? {} : { cert: credential('--cert', values.cert) }),
          },
        }
      : {}),
    subscriptions: topics.map((topicFilter) => ({ topicFilter, qos })),
  });
  const secrets = { ...(password === undefined ? {} : { password }), ...(key === undefined ? {} : { key }) };
  return { profile, secrets, versionGiven: given !== undefined };
}

/** A certificate or key from its file. Throws {@link UsageError}. */
export function credential(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be read: ${systemFault(error)}`);
  }
}

/** Seconds as a decimal number above 0, or undefined where the option was not given. Throws {@link UsageError}. */
export function readSeconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= 2_000_000) return value;
  throw new UsageError(`${option} must be a number of seconds above 0 and up to 2000000, not "${text}"`);
}
