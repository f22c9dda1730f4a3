/** Turns what Node, libuv and OpenSSL say into the closed set of transport failures. */

import type { TransportFailure, TransportFailureCode } from '../sources/ports.ts';

export type FailureData = TransportFailure['data'];

/** Carries a failure through the promises of a connection attempt; never leaves the transport. */
export class TransportError extends Error {
  readonly failure: TransportFailure;

  constructor(code: TransportFailureCode, data: FailureData = {}) {
    super(code);
    this.failure = { code, data };
  }
}

interface ErrorFields {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
}

function field(error: unknown, name: keyof ErrorFields): string {
  if (typeof error !== 'object' || error === null || !(name in error)) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

/** `ECONNREFUSED`, `ERR_SSL_…`; the message where an error has no code. */
export function codeOf(error: unknown): string {
  return field(error, 'code') || field(error, 'message') || String(error);
}

/** What every failure that came from an `Error` carries. */
export function errorData(error: unknown): Record<string, string | number | boolean | readonly string[]> {
  const syscall = field(error, 'syscall');
  return { errno: codeOf(error), message: field(error, 'message').trim(), ...(syscall === '' ? {} : { syscall }) };
}

const TCP_CODES: Readonly<Record<string, TransportFailureCode>> = {
  ECONNREFUSED: 'tcp-refused',
  ETIMEDOUT: 'tcp-timeout',
  ECONNRESET: 'tcp-reset',
  ECONNABORTED: 'tcp-reset',
  EHOSTUNREACH: 'tcp-unreachable',
  ENETUNREACH: 'tcp-unreachable',
  EHOSTDOWN: 'tcp-unreachable',
  ENETDOWN: 'tcp-unreachable',
  EADDRNOTAVAIL: 'bind-failed',
  EADDRINUSE: 'bind-failed',
  ERR_INVALID_IP_ADDRESS: 'bind-failed',
};

/** A failure to establish TCP. An address that cannot be bound is told apart from one that cannot be reached. */
export function tcpFailureCode(error: unknown): TransportFailureCode {
  if (field(error, 'syscall') === 'bind') return 'bind-failed';
  return TCP_CODES[codeOf(error)] ?? 'tcp-failed';
}

/** A failure of `getaddrinfo`: no such name, or no answer about it. */
export function dnsFailureCode(error: unknown): TransportFailureCode {
  const code = codeOf(error);
  return code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EAI_NONAME' || code === 'EAI_NODATA'
    ? 'dns-not-found'
    : 'dns-failed';
}

/** What is known of a TLS connection when it fails; filled in while the handshake goes on. */
export interface TlsProgress {
  /** The peer answered in TLS: keys were derived from its ServerHello. */
  answered: boolean;
  /** Our side of the handshake is over. In TLS 1.3 the server may still refuse our certificate. */
  established: boolean;
  /** The server asked for a certificate; undefined where it cannot be known (TLS 1.1 and earlier). */
  certificateRequested: boolean | undefined;
  certificateOffered: boolean;
}

/** Alert numbers of RFC 8446 §6 and RFC 5246 §7.2 by which a server refuses the client's certificate. */
const CERTIFICATE_ALERTS: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48, 49]);

const ALERT_NAMES: Readonly<Record<number, string>> = {
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

function alertFailure(alert: number, progress: TlsProgress): TransportFailureCode {
  if (alert === 116) return 'tls-client-certificate-required';
  if (alert === 40) {
    // Before TLS 1.3 a server that misses the client's certificate has no other alert to say so.
    return progress.certificateRequested === true && !progress.certificateOffered
      ? 'tls-client-certificate-required'
      : 'tls-no-common-cipher';
  }
  if (CERTIFICATE_ALERTS.has(alert)) {
    if (progress.certificateOffered) return 'tls-client-certificate-rejected';
    return progress.certificateRequested === true ? 'tls-client-certificate-required' : 'tls-failed';
  }
  if (alert === 70 || alert === 86) return 'tls-protocol-version';
  if (alert === 71) return 'tls-no-common-cipher';
  if (alert === 120) return 'tls-alpn';
  return 'tls-failed';
}

/** OpenSSL's words for bytes that are no TLS record at all. */
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|BAD_RECORD_TYPE/;
const VERSION = /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|WRONG_SSL_VERSION|VERSION_TOO_LOW/;
const CIPHER = /NO_CIPHER|NO_SHARED_CIPHER|WRONG_CIPHER|UNKNOWN_CIPHER|DH_KEY_TOO_SMALL/;

/**
 * A TLS failure during the handshake or, for alerts of TLS 1.3, after it; undefined where the error is not TLS's own.
 *
 * `data.alert` and `data.alertName` are the server's alert. `tls-not-tls` carries `evidence`: `not-a-record` is proof,
 * `reset` and `closed` (the peer hung up on our ClientHello without a word) only make it likely.
 */
export function tlsFailure(error: unknown, progress: TlsProgress): TransportFailure | undefined {
  const code = codeOf(error);
  const data = errorData(error);
  const alert = /alert number (\d+)/.exec(field(error, 'message'))?.[1];
  if (alert !== undefined) {
    const number = Number(alert);
    data['alert'] = number;
    data['alertName'] = ALERT_NAMES[number] ?? 'unknown';
    return { code: alertFailure(number, progress), data };
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_') || code.startsWith('ERR_TLS_')) {
    if (NOT_TLS.test(code) && !progress.answered) {
      return { code: 'tls-not-tls', data: { ...data, evidence: 'not-a-record' } };
    }
    if (VERSION.test(code)) return { code: 'tls-protocol-version', data };
    if (CIPHER.test(code)) return { code: 'tls-no-common-cipher', data };
    return { code: 'tls-failed', data };
  }
  if (progress.established) return undefined;
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    if (progress.answered) return { code: 'tls-failed', data };
    return { code: 'tls-not-tls', data: { ...data, evidence: data['syscall'] === 'read' ? 'reset' : 'closed' } };
  }
  return undefined;
}

const VERIFICATION_CODES: Readonly<Record<string, TransportFailureCode>> = {
  CERT_HAS_EXPIRED: 'tls-certificate-expired',
  CERT_NOT_YET_VALID: 'tls-certificate-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host',
  HOSTNAME_MISMATCH: 'tls-wrong-host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-unknown-ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-unknown-ca',
};

/** The code for a verification error as Node names it (`CERT_HAS_EXPIRED` …). */
export function verificationFailureCode(authorizationError: string): TransportFailureCode {
  return VERIFICATION_CODES[authorizationError] ?? 'tls-certificate-rejected';
}

/** An error of an open byte stream. */
export function streamFailure(error: unknown, progress: TlsProgress | undefined, data: FailureData): TransportFailure {
  const tls = progress === undefined ? undefined : tlsFailure(error, progress);
  if (tls !== undefined) return { code: tls.code, data: { ...data, ...tls.data } };
  const all = { ...data, ...errorData(error) };
  if (codeOf(error) === 'EPIPE') return { code: 'write-failed', data: all };
  const code = tcpFailureCode(error);
  return { code: code === 'bind-failed' || code === 'tcp-refused' ? 'tcp-failed' : code, data: all };
}
