/** What `capture` and `decode` say in sentences: faults of a filter, failures of a connection. */

import type { ErrorData } from '../../../shared/contract/errors.ts';
import type { PacketType, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { reasonCodeName } from '../../../shared/mqtt/reason-codes.ts';
import type { HeadlessFailure } from '../../service/headless-capture.ts';
import { terminalText } from '../../service/packet-line.ts';

/** By `FilterErrorCode`. */
const FILTER_FAULTS: Readonly<Record<string, string>> = {
  'unknown-field': 'there is no field',
  'unknown-value': 'the field has no such value:',
  'missing-value': 'a value is missing after',
  'bad-topic-filter': 'MQTT forbids the topic filter',
  'operator-not-allowed': 'the field cannot be compared in that way:',
  'missing-colon': 'after a field comes a colon, as in qos:>0; a text goes in quotes:',
  'unclosed-quote': 'the closing quote is missing:',
  'unclosed-parenthesis': 'the closing parenthesis is missing',
  'unexpected-parenthesis': 'nothing was opened that this closes',
  'missing-term': 'a term is missing',
  'bad-bytes': 'this is no bytes in hexadecimal digits:',
  'bad-path': 'this is no path into JSON:',
  'bad-pattern': 'this is no regular expression of RE2:',
  'unclosed-pattern': 'the closing slash is missing:',
  'too-long': 'the filter is too long; most characters:',
  'too-deep': 'too much is nested; most levels:',
  'too-many-terms': 'the filter has too many terms; at most',
  'not-for-packets': 'the field says nothing of packets as they come',
  'not-for-topics': 'the field says nothing of a topic',
};

/** Several lines: the fault, the text, and a caret under the character. */
export function filterFault({ text, at, length, reason, word, field, expected }: ErrorData['bad-filter']): string {
  const words = reason === 'bad-number' ? numberFault(field) : (FILTER_FAULTS[reason] ?? reason);
  const about = word === '' ? words : `${words} "${word}"`;
  const quoting = reason === 'unknown-field' ? '; a text goes in quotes' : '';
  const choice = `${expected === undefined ? '' : `; it may be ${expected.join(', ')}`}${quoting}`;
  const line = text.replaceAll(/[\r\n\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, line.length - at)));
  return terminalLines(
    `the filter is wrong at character ${at + 1}: ${about}${choice}\n  ${line}\n  ${' '.repeat(at)}${carets}`,
  );
}

function numberFault(field = ''): string {
  if (field === 'time' || field === 'rtt') return 'this is no length of time such as 20us, 1.5ms, 3s, 2m or 1h:';
  return /^(?:payload|prop)\b/.test(field) ? 'this is no number:' : 'this is no whole number:';
}

function terminalLines(text: string): string {
  return text.split('\n').map(terminalText).join('\n');
}

/** By transport failure code and end of session. */
const FAILURES: Readonly<Record<string, string>> = {
  'dns-not-found': 'there is no host of that name',
  'dns-failed': 'the name could not be looked up',
  'srv-not-found': 'no SRV record names a server',
  'tcp-refused': 'the connection was refused: nothing listens on that port, or a firewall forbids it',
  'tcp-timeout': 'the host did not answer in time',
  'tcp-unreachable': 'the host cannot be reached from here',
  'tcp-reset': 'the connection was reset',
  'tcp-failed': 'the connection failed',
  'bind-failed': 'the local address cannot be used',
  'proxy-refused': 'the proxy refused',
  'proxy-authentication': 'the proxy wants other credentials',
  'proxy-failed': 'the proxy failed',
  'tls-certificate-expired': 'the certificate of the server has expired',
  'tls-certificate-not-yet-valid': 'the certificate of the server is not valid yet',
  'tls-wrong-host': 'the certificate of the server is for another host',
  'tls-unknown-ca': 'the certificate of the server comes from an authority that is not trusted here; give it with --ca',
  'tls-self-signed': 'the certificate of the server signed itself; give it with --ca',
  'tls-certificate-rejected': 'the certificate of the server was rejected',
  'tls-client-certificate-required': 'the server wants a client certificate; give it with --cert and --key',
  'tls-client-certificate-rejected': 'the server rejected the client certificate',
  'tls-wrong-passphrase': 'the passphrase of the private key is wrong',
  'tls-wrong-passphrase.missing':
    'the private key has a passphrase; give --key a copy without: openssl pkey -in KEY -out COPY',
  'tls-bad-credentials': 'the certificate, key or authority cannot be read',
  'tls-bad-credentials.ca': 'the file of --ca cannot be used: it holds no certificate in PEM',
  'tls-bad-credentials.cert': 'the file of --cert cannot be used as a certificate',
  'tls-bad-credentials.key': 'the file of --key cannot be used as a private key',
  'tls-not-tls': 'the server does not speak TLS on that port',
  'tls-protocol-version': 'there is no TLS version that both sides speak',
  'tls-no-common-cipher': 'there is no cipher that both sides know',
  'tls-alpn': 'the server knows no protocol that was offered (ALPN)',
  'tls-failed': 'TLS failed',
  'upgrade-refused': 'the server refused the WebSocket',
  'upgrade-subprotocol': 'the server does not take the WebSocket subprotocol mqtt',
  'upgrade-failed': 'the WebSocket handshake failed',
  'upgrade-failed.closed': 'the server closed the connection instead of answering the WebSocket handshake',
  'upgrade-failed.not-http': 'what the server answered to the WebSocket handshake is no HTTP',
  'websocket-text-frame': 'the server sent text through the WebSocket; MQTT travels in binary messages',
  'websocket-closed': 'the WebSocket was closed',
  'closed-by-peer': 'the server closed the connection',
  'write-failed': 'the server is gone: writing failed',
  aborted: 'aborted',
  timeout: 'the connection did not come about in time',
  connack: 'the server refused the connection',
  disconnect: 'the server disconnected',
  'protocol-error': 'the server broke the protocol',
  'keep-alive-timeout': 'the server did not answer PINGREQ in time',
  'connack-timeout': 'the server did not answer CONNECT in time',
  'taken-over': 'another client with the same client identifier took over the session',
};

/** What happens to a device's connection before and after its packets, by stage and code. */
const DEVICE_FAILURES: Readonly<Record<string, string>> = {
  'device-closed': 'the device hung up without DISCONNECT',
  'device-reset': 'the device reset the connection',
  'closed-by-peer': 'the device hung up',
  'tap-stopped': 'the tap was stopped',
  'closed-by-rule': 'a rule closed the connection',
  'tls-not-tls': 'the device does not speak TLS here',
  'tls-unknown-ca': 'the device does not trust the certificate',
  'tls-protocol-version': 'the device speaks no TLS version that is spoken here',
  'tls-no-common-cipher': 'the device knows no cipher that is known here',
  'tls-bad-credentials': 'the certificate or key of the tap cannot be used',
  'tls-failed': 'the TLS handshake failed',
  'upgrade-refused': 'the device asked for a web page, not for a WebSocket',
  'upgrade-failed': 'the WebSocket handshake failed',
  'websocket-text-frame': 'the device sent text through the WebSocket; MQTT travels in binary messages',
  'websocket-closed': 'the device closed the WebSocket',
  timeout: 'the device did not finish its handshake in time',
};

/** One line: why a device came no further, or left. */
export function deviceFailure({ code, data }: HeadlessFailure): string {
  const alert = data['alertName'];
  const words =
    DEVICE_FAILURES[alert === 'unknown_ca' || alert === 'bad_certificate' ? 'tls-unknown-ca' : code] ?? code;
  return withFacts(words, data);
}

/** Facts that the sentence itself tells, and counts that only a program asks for. */
const TOLD: ReadonlySet<string> = new Set([
  'part',
  'given',
  'bytesReceived',
  'bytesSent',
  'peerSpoke',
  'tls',
  'reasonCode',
  'stage',
  'evidence',
  'alert',
  'syscall',
  'host',
  'address',
  'port',
  'message',
]);
const LONGEST_FACT = 200;

/** One line: what failed, the server's reason where it gave one, and the facts that are known. */
export function connectionFailure(failure: HeadlessFailure, version: ProtocolVersion): string {
  const { code, data } = failure;
  const type: PacketType = code === 'connack' ? 'connack' : 'disconnect';
  const reasonCode = data['reasonCode'];
  // Before MQTT 5.0 nothing but CONNACK carries a code: that of a broken rule is for 5.0's DISCONNECT.
  const isTold = typeof reasonCode === 'number' && (version === 5 || code !== 'protocol-error');
  const reason = isTold ? `: ${reasonWords(type, version, reasonCode)}` : '';
  const part = data['given'] === false ? 'missing' : data['part'];
  const ofPart = FAILURES[`${code}.${String(part)}`] ?? FAILURES[`${code}.${String(data['reason'])}`];
  return withFacts(`${ofPart ?? FAILURES[code] ?? code}${reason}${likelyCause(failure)}`, data);
}

const ENDS_WITHOUT_WORD: ReadonlySet<string> = new Set(['closed-by-peer', 'tcp-reset', 'connack-timeout']);

/** The rule that a server breaks whose first packet is another. */
const NOT_CONNACK = 'MQTT-3.2.0-1';

/** What the server's first bytes, or their absence, betray of a port that is another's. */
function likelyCause({ stage, code, data }: HeadlessFailure): string {
  if (data['peerSpoke'] === 'tls') return '; it speaks TLS on that port: mqtts:// or wss://';
  if (data['peerSpoke'] === 'http') return '; it speaks HTTP on that port: ws:// or wss://, or it is no broker';
  if (stage === 'session' && code === 'closed-by-peer')
    return ' without a reason; some do where another client has this client id, or packets break their limits';
  if (stage !== 'connect') return '';
  if (data['rule'] === NOT_CONNACK) return '; perhaps no MQTT server listens on that port';
  if (!ENDS_WITHOUT_WORD.has(code)) return '';
  return ' before CONNACK; perhaps it expects TLS or WebSocket on that port, or does not take this client id, user or MQTT version';
}

function withFacts(words: string, data: HeadlessFailure['data']): string {
  const facts = Object.entries(data)
    .filter(([name, value]) => !TOLD.has(name) && value !== '')
    .map(([name, value]) => fact(name, value));
  const details = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return terminalText(`${words}${details}`);
}

function fact(name: string, value: HeadlessFailure['data'][string]): string {
  if (name === 'afterMs') return `after ${(Number(value) / 1000).toFixed(1)} s`;
  return `${name} ${String(value).slice(0, LONGEST_FACT)}`;
}

/** `Not authorized (0x87)`. */
export function reasonWords(type: PacketType, version: ProtocolVersion, code: number): string {
  const hex = `0x${code.toString(16).padStart(2, '0')}`;
  const name = reasonCodeName(type, version, code);
  return name === undefined ? hex : `${name} (${hex})`;
}
