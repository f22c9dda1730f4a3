/** How a session's connection ended, in the words of the connection log, and whether another attempt can help. */

import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import type { SessionEnd } from '../session/output.ts';
import type { TransportFailure } from './ports.ts';

/** Failures that no waiting cures: the next attempt would meet the same certificate, credentials or server. */
export const HOPELESS: ReadonlySet<TransportFailure['code']> = new Set([
  'bind-failed',
  'proxy-authentication',
  'tls-certificate-expired',
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
  'upgrade-refused',
  'upgrade-subprotocol',
  'websocket-text-frame',
]);

/** Tells an HTTP answer and a TLS record from other bytes. */
export function protocolOf(bytes: Uint8Array): 'http' | 'tls' | undefined {
  if (bytes[0] === 0x48 && bytes[1] === 0x54 && bytes[2] === 0x54 && bytes[3] === 0x50) return 'http';
  return bytes[1] === 0x03 && (bytes[0] ?? 0) >= 0x14 && (bytes[0] ?? 0) <= 0x17 ? 'tls' : undefined;
}

type FailureWords = Pick<ConnectionFailure, 'code' | 'data'>;

/** The session's reason in the words of the connection log: a code with plain data. */
export function describeEnd(end: Exclude<SessionEnd, { code: 'asked' | 'aborted' }>): FailureWords {
  switch (end.code) {
    case 'transport': {
      const { code, data } = end.failure as TransportFailure;
      return { code, data };
    }
    case 'closed-by-peer':
      return { code: end.code, data: {} };
    case 'connack':
    case 'disconnect':
    case 'taken-over': {
      const { reasonString, serverReference } = end.properties ?? {};
      return {
        code: end.code,
        data: {
          reasonCode: end.reasonCode,
          ...(reasonString === undefined ? {} : { reasonString }),
          ...(serverReference === undefined ? {} : { serverReference }),
        },
      };
    }
    case 'protocol-error':
      return { code: end.code, data: { rule: end.statement, reasonCode: end.reasonCode, detail: end.detail } };
    case 'keep-alive-timeout':
    case 'connack-timeout':
      return { code: end.code, data: { afterMs: end.afterMs } };
  }
}
