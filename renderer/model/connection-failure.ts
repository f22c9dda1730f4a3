/** Why a connection failed or ended, in words: what happened, what it means, and what to try. */

import type { ConnectionFailure } from '../../shared/contract/connection-records.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { en } from './connection-strings/en.ts';
import { zhCn } from './connection-strings/zh-cn.ts';
import { defineText } from './language.ts';
import { reasonWords } from './packet-names.ts';

export const failureText = defineText('connection-failures', en, zhCn);

/** Every code that `ConnectionFailure.code` documents: those of the transport, then the session's. */
export const FAILURE_CODES = [
  'dns-not-found',
  'dns-failed',
  'srv-not-found',
  'tcp-refused',
  'tcp-timeout',
  'tcp-unreachable',
  'tcp-reset',
  'tcp-failed',
  'bind-failed',
  'proxy-refused',
  'proxy-authentication',
  'proxy-failed',
  'tls-certificate-expired',
  'tls-certificate-not-yet-valid',
  'tls-wrong-host',
  'tls-unknown-ca',
  'tls-self-signed',
  'tls-certificate-rejected',
  'tls-client-certificate-required',
  'tls-client-certificate-rejected',
  'tls-wrong-passphrase',
  'tls-bad-credentials',
  'tls-not-tls',
  'tls-protocol-version',
  'tls-no-common-cipher',
  'tls-alpn',
  'tls-failed',
  'upgrade-refused',
  'upgrade-subprotocol',
  'upgrade-failed',
  'websocket-text-frame',
  'websocket-closed',
  'closed-by-peer',
  'write-failed',
  'aborted',
  'timeout',
  'connack',
  'disconnect',
  'protocol-error',
  'keep-alive-timeout',
  'connack-timeout',
  'taken-over',
  'device-closed',
  'device-reset',
  'tap-stopped',
  'closed-by-rule',
] as const;

/** What is known of the connection besides the failure. */
export interface FailureContext {
  /** `mqtts://host:8883/path` as in `SourceSummary.endpoint`. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
}

export interface FailureStory {
  /** What happened, one sentence. */
  readonly what: string;
  /** What it means and what to try, most likely first. */
  readonly advice: readonly string[];
  /** For a bug report or a search: code, errno, alert, reason code as they are. */
  readonly exact: string;
  /** The other side's own words, where it gave any. */
  readonly peerSaid?: string;
}

type Data = ConnectionFailure['data'];
type Words = Readonly<Record<string, string>>;

export function failureStory(failure: ConnectionFailure, context: FailureContext): FailureStory {
  const { code, data } = failure;
  const words = wordsOf(failure, context);
  const known = failureText.has(code) && (FAILURE_CODES as readonly string[]).includes(code);
  const what = known ? failureText.of(whatKey(failure), words) : failureText('unknown', { code });
  const peerSaid = text(data, 'reasonString') || text(data, 'reason-phrase');
  return {
    what,
    advice: adviceKeys(failure, context).map((key) => failureText.of(key, words)),
    exact: exactOf(failure, context),
    ...(peerSaid === '' ? {} : { peerSaid }),
  };
}

/** What a CONNACK, DISCONNECT, SUBACK or AUTH reason code means for the user; undefined where there are no words for it. */
export function reasonMeaning(version: ProtocolVersion, type: ReasonPacket, code: number): string | undefined {
  const key = reasonKey(version, type, code);
  return key === undefined ? undefined : failureText.of(key);
}

export type ReasonPacket = 'connack' | 'disconnect' | 'suback';

function reasonKey(version: ProtocolVersion, type: ReasonPacket, code: number): TextKeyOf | undefined {
  const candidates =
    version === 5 ? [`reason.${type}.${code}`, `reason.${code}`] : [`return.${type}.${code}`, `reason.${code}`];
  return candidates.find((key): key is TextKeyOf => failureText.has(key));
}

type TextKeyOf = Parameters<typeof failureText.of>[0];

function text(data: Data, name: string): string {
  const value = data[name];
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join(', ') : String(value);
}

function wordsOf({ data, stage }: ConnectionFailure, context: FailureContext): Words {
  const { protocol, host, port } = endpointParts(context.endpoint);
  const plain: Record<string, string> = {};
  for (const name of Object.keys(data)) plain[name] = text(data, name);
  const code = Number(data['reasonCode'] ?? Number.NaN);
  const date = (name: string): string => {
    const ms = Number(data[name]);
    return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : '?';
  };
  return {
    ...plain,
    host: plain['host'] ?? host,
    port: plain['port'] ?? port,
    protocol,
    stage: wordOf(`stage.${stage}`) ?? stage,
    address: plain['address'] ?? plain['host'] ?? host,
    clientId: context.clientId,
    names: plain['subjectAltNames'] ?? plain['subject'] ?? '?',
    subject: plain['subject'] ?? '?',
    issuer: plain['issuer'] ?? '?',
    expectedName: plain['expectedName'] ?? host,
    validFrom: date('validFromMs'),
    validTo: date('validToMs'),
    seconds: secondsOf(data['afterMs'] ?? data['timeoutMs']),
    errno: plain['errno'] ?? '',
    hex: Number.isNaN(code) ? '' : hexCode(code),
    serverReference: plain['serverReference'] ?? '',
    bindAddress: plain['bindAddress'] ?? '',
    proxy: `${plain['proxyHost'] ?? ''}:${plain['proxyPort'] ?? ''}`,
    status: plain['status'] ?? plain['httpStatus'] ?? '',
    statusText: plain['statusText'] ?? '',
    path: plain['path'] ?? '',
    requested: plain['requested'] ?? '',
    received: plain['received'] ?? '',
    part: wordOf(`part.${plain['part'] ?? ''}`) ?? '',
    rule: plain['rule'] ?? '',
    detail: plain['detail'] ?? '',
    versionsOffered: plain['versionsOffered'] ?? '?',
    method: plain['method'] ?? '',
    location: plain['location'] ?? '',
    plainProtocol: protocol === 'wss' ? 'ws' : 'mqtt',
    secureProtocol: protocol === 'ws' ? 'wss' : 'mqtts',
  };
}

export function endpointParts(endpoint: string): {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
} {
  const [, protocol = '', host = '', port = ''] = /^(\w+):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(endpoint) ?? [];
  return { protocol, host, port };
}

function wordOf(key: string): string | undefined {
  return failureText.has(key) ? failureText.of(key) : undefined;
}

function secondsOf(ms: unknown): string {
  const value = Number(ms);
  return Number.isFinite(value) ? String(Math.round(value / 100) / 10) : '?';
}

function hexCode(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Handshakes of a device with a tap fail on its side of the wire. */
function deviceKey({ code, data, stage }: ConnectionFailure): string | undefined {
  if (!stage.startsWith('device-')) return undefined;
  const alert = data['alertName'];
  const key = `device.${alert === 'unknown_ca' || alert === 'bad_certificate' ? 'tls-unknown-ca' : code}`;
  return failureText.has(key) ? key : undefined;
}

/** Some codes read differently by what their data prove. */
function whatKey(failure: ConnectionFailure): TextKeyOf {
  const { code, data, stage } = failure;
  const ofDevice = deviceKey(failure);
  if (ofDevice !== undefined) return ofDevice as TextKeyOf;
  const variant = ((): string => {
    switch (code) {
      case 'tls-not-tls':
        return data['evidence'] === 'not-a-record' ? code : `${code}.likely`;
      case 'tls-bad-credentials':
      case 'bind-failed':
      case 'upgrade-failed':
      case 'proxy-failed':
      case 'srv-not-found':
        return `${code}.${text(data, 'reason')}`;
      case 'tls-wrong-passphrase':
        return data['given'] === false ? `${code}.missing` : code;
      case 'proxy-authentication':
        return data['given'] === true ? `${code}.wrong` : code;
      case 'tls-protocol-version':
      case 'tls-no-common-cipher':
        return `${code}.${text(data, 'reason')}`;
      case 'closed-by-peer':
        if (data['peerSpoke'] === 'tls') return `${code}.tls`;
        if (data['peerSpoke'] === 'http') return `${code}.http`;
        return stage === 'connect' ? `${code}.connect` : code;
      default:
        return code;
    }
  })();
  return (failureText.has(variant) ? variant : code) as TextKeyOf;
}

const PLAIN = new Set(['mqtt', 'ws']);

/** Ports that are TLS by custom, and those that are not. */
const TLS_PORTS = new Set(['8883', '8884', '443', '8084', '8081']);
const PLAIN_PORTS = new Set(['1883', '80', '8080', '8083', '9001']);

function adviceKeys(failure: ConnectionFailure, context: FailureContext): readonly TextKeyOf[] {
  const { code, data, stage } = failure;
  const ofDevice = deviceKey(failure);
  if (ofDevice !== undefined) return [`${ofDevice}.do` as TextKeyOf];
  const keys: string[] = [];
  const { protocol, port } = endpointParts(context.endpoint);
  const plain = PLAIN.has(protocol);
  const silent = data['bytesReceived'] === 0 || data['peerSpoke'] === 'nothing' || data['bytesReceived'] === undefined;
  const early = stage === 'connect' || stage === 'upgrade';
  if (plain && data['peerSpoke'] === 'tls') keys.push('do.looks-like-tls');
  else if (data['peerSpoke'] === 'http') keys.push('do.looks-like-http');
  else if (code === 'tls-not-tls') keys.push('do.use-plain');
  else if (
    early &&
    plain &&
    (code === 'closed-by-peer' || code === 'tcp-reset' || code === 'connack-timeout') &&
    silent
  )
    keys.push(TLS_PORTS.has(port) ? 'do.tls-port' : 'do.maybe-tls');
  else if (early && code === 'protocol-error') keys.push(plain ? 'do.not-mqtt-plain' : 'do.not-mqtt');
  else if (stage === 'tls' && code === 'timeout') keys.push(PLAIN_PORTS.has(port) ? 'do.plain-port' : 'do.maybe-plain');
  else if (code === 'upgrade-failed' && (data['reason'] === 'not-http' || (data['reason'] === 'closed' && silent)))
    keys.push('do.no-websocket');
  // What a session that was taken over needs is said by its own words.
  if (code === 'connack' || code === 'disconnect') {
    keys.push(reasonKey(context.protocolVersion, code, Number(data['reasonCode'] ?? -1)) ?? 'reason.other');
    if (text(data, 'serverReference') !== '') keys.push('do.server-reference');
  }
  if (code === 'upgrade-refused') {
    const status = Number(data['status'] ?? data['httpStatus']);
    if ([301, 302, 307, 308].includes(status)) keys.push('do.upgrade-redirect');
    else if (status === 401 || status === 403) keys.push('do.upgrade-credentials');
    else if (status === 404) keys.push('do.upgrade-path');
    else if (status >= 500) keys.push('do.upgrade-gateway');
  }
  if (failureText.has(`${code}.do`)) keys.push(`${code}.do`);
  if (keys.length === 0) keys.push('do.unknown');
  return [...new Set(keys)].filter((key): key is TextKeyOf => failureText.has(key));
}

function exactOf({ code, data, stage }: ConnectionFailure, context: FailureContext): string {
  const parts = [code];
  const reason = data['reasonCode'];
  if (typeof reason === 'number') {
    const type = code === 'connack' ? 'connack' : 'disconnect';
    parts.push(reasonWords(type, reason, context.protocolVersion));
  }
  for (const name of ['errno', 'alertName', 'rule', 'status', 'replyName', 'reason'] as const) {
    const value = text(data, name);
    if (value !== '' && !parts.includes(value)) parts.push(value);
  }
  return `${parts.join(' · ')} (${stage})`;
}
