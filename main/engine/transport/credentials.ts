/** Reads certificates and keys before anything is sent, so that a typing error is told as one and not as a failed handshake. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  getCACertificates,
  setDefaultCACertificates,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import type { TransportOptions } from '../sources/ports.ts';
import { codeOf, errorData, TransportError } from './failures.ts';

export type TlsOptions = NonNullable<TransportOptions['tls']>;

/** Which of the user's inputs is at fault: `data.part` of `tls-bad-credentials`. */
type Part = 'ca' | 'cert' | 'key' | 'pfx';

const PEM_CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

function bad(part: Part, reason: string, error?: unknown): TransportError {
  return new TransportError('tls-bad-credentials', { part, reason, ...(error === undefined ? {} : errorData(error)) });
}

function readCertificates(part: 'ca' | 'cert', pem: string): X509Certificate[] {
  const blocks = pem.match(PEM_CERTIFICATE);
  if (blocks === null) throw bad(part, 'not-pem');
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw bad(part, 'unreadable', error);
    }
  });
}

function checkKeyPair(cert: string, key: string, passphrase: string | undefined): void {
  const [leaf] = readCertificates('cert', cert);
  const encrypted = key.includes('ENCRYPTED');
  let privateKey;
  try {
    privateKey = createPrivateKey(passphrase === undefined ? key : { key, passphrase });
  } catch (error) {
    if (encrypted)
      throw new TransportError('tls-wrong-passphrase', {
        part: 'key',
        given: passphrase !== undefined,
        ...errorData(error),
      });
    throw bad('key', key.includes('-----BEGIN') ? 'unreadable' : 'not-pem', error);
  }
  if (leaf?.checkPrivateKey(privateKey) !== true) throw bad('key', 'does-not-match-certificate');
}

function checkPfx(pfx: Uint8Array, passphrase: string | undefined): void {
  try {
    createSecureContext({ pfx: Buffer.from(pfx), ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const text = `${codeOf(error)} ${error instanceof Error ? error.message : ''}`;
    if (/mac verify|bad decrypt|BAD_DECRYPT|INCORRECT_PASSWORD|password/i.test(text)) {
      throw new TransportError('tls-wrong-passphrase', {
        part: 'pfx',
        given: passphrase !== undefined,
        ...errorData(error),
      });
    }
    throw bad('pfx', 'unreadable', error);
  }
}

let systemTrusted = false;

/**
 * Adds the operating system's authorities to the ones Node brings, for the whole process and once: companies install
 * their own there, and users expect what the browser trusts to work. Costs about 0.1 s at the first TLS connection.
 */
function trustSystemAuthorities(): void {
  if (systemTrusted) return;
  systemTrusted = true;
  try {
    setDefaultCACertificates([...new Set([...getCACertificates('default'), ...getCACertificates('system')])]);
  } catch {
    // An OpenSSL build without a system store keeps Node's own list.
  }
}

/** Electron's TLS library; `@types/node` does not know the field yet. */
export function isBoringSsl(): boolean {
  return Reflect.get(process.features, 'openssl_is_boringssl') === true;
}

/** TLS 1.0 and 1.1 need OpenSSL's security level 0; BoringSSL has no such levels. */
function cipherList(tls: TlsOptions): string | undefined {
  const old = [tls.minVersion, tls.maxVersion].some((version) => version === 'TLSv1' || version === 'TLSv1.1');
  const base = tls.ciphers;
  if (!old || base?.includes('@SECLEVEL') === true || isBoringSsl()) return base;
  return `${base ?? DEFAULT_CIPHERS}:@SECLEVEL=0`;
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** The limits to give to Node, whose own lower limit of TLS 1.2 would exclude an older upper one. */
function versionRange({ minVersion, maxVersion }: TlsOptions): Pick<SecureContextOptions, 'minVersion' | 'maxVersion'> {
  const least = minVersion ?? (maxVersion === 'TLSv1' || maxVersion === 'TLSv1.1' ? 'TLSv1' : undefined);
  if (least !== undefined && maxVersion !== undefined && VERSIONS.indexOf(least) > VERSIONS.indexOf(maxVersion)) {
    throw new TransportError('tls-protocol-version', { reason: 'empty-range', minVersion: least, maxVersion });
  }
  return {
    ...(least === undefined ? {} : { minVersion: least }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

/** Authorities, certificate, key and limits of a TLS client, checked. */
export interface Credentials {
  readonly context: SecureContext;
  /** A certificate is at hand, should the server ask. */
  readonly certificateOffered: boolean;
}

/**
 * Throws `tls-bad-credentials` (with `part` and `reason`), `tls-wrong-passphrase` (`part`, and whether one was `given`),
 * `tls-no-common-cipher` for a cipher list that names none, `tls-protocol-version` for versions that exclude each other.
 */
export function readCredentials(tls: TlsOptions): Credentials {
  if (tls.ca === undefined) trustSystemAuthorities();
  else readCertificates('ca', tls.ca);
  if (tls.pfx !== undefined) checkPfx(tls.pfx, tls.passphrase);
  else if (tls.cert !== undefined && tls.key !== undefined) checkKeyPair(tls.cert, tls.key, tls.passphrase);
  else if (tls.cert !== undefined) throw bad('key', 'missing');
  else if (tls.key !== undefined) throw bad('cert', 'missing');
  const ciphers = cipherList(tls);
  const options: SecureContextOptions = {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.pfx === undefined
      ? { ...(tls.cert === undefined ? {} : { cert: tls.cert, key: tls.key }) }
      : { pfx: Buffer.from(tls.pfx) }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...versionRange(tls),
  };
  try {
    return {
      context: createSecureContext(options),
      certificateOffered: tls.pfx !== undefined || tls.cert !== undefined,
    };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ERR_SSL_NO_CIPHER_MATCH') {
      throw new TransportError('tls-no-common-cipher', { reason: 'unknown-cipher-name', ciphers: tls.ciphers ?? '' });
    }
    if (code.includes('PROTOCOL_VERSION') || code.includes('VERSION_'))
      throw new TransportError('tls-protocol-version', errorData(error));
    throw new TransportError('tls-failed', errorData(error));
  }
}
