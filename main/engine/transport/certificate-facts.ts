/** What the Security view shows of a TLS peer: its certificates as plain data. */

import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { CertificateFacts } from '../sources/ports.ts';

/** A chain longer than this is cut: OpenSSL itself verifies at most 100 links. */
const LONGEST_CHAIN = 100;

const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  ed25519: 256,
  ed448: 456,
  x25519: 256,
};

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Splits `DNS:a, IP Address:127.0.0.1`; entries with awkward characters come as JSON strings. */
function alternativeNames(text: string | undefined): string[] {
  return text === undefined ? [] : (text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map((entry) => entry.trim());
}

function keyFacts(certificate: X509Certificate): { keyType: string; keyBits?: number } {
  try {
    const key = certificate.publicKey;
    const type = key.asymmetricKeyType ?? 'unknown';
    const curve = key.asymmetricKeyDetails?.namedCurve;
    const bits = key.asymmetricKeyDetails?.modulusLength ?? CURVE_BITS[curve ?? type];
    return {
      keyType: curve === undefined ? type : `${type} ${curve}`,
      ...(bits === undefined ? {} : { keyBits: bits }),
    };
  } catch {
    // OpenSSL cannot read keys of algorithms it does not know.
    return { keyType: 'unknown' };
  }
}

function isSelfSigned(certificate: X509Certificate): boolean {
  try {
    return certificate.subject === certificate.issuer && certificate.checkIssued(certificate);
  } catch {
    return false;
  }
}

/** The facts of one certificate. */
function certificateFacts(certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    subjectAltNames: alternativeNames(certificate.subjectAltName),
    validFromMs: certificate.validFromDate.getTime(),
    validToMs: certificate.validToDate.getTime(),
    serialNumber: certificate.serialNumber,
    fingerprint256: certificate.fingerprint256,
    ...keyFacts(certificate),
    selfSigned: isSelfSigned(certificate),
    pem: certificate.toString(),
  };
}

/**
 * The peer's chain, leaf first. Beyond what the server sent, OpenSSL completes it with the trusted authority it found.
 */
export function peerChain(socket: TLSSocket): CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  const seen = new Set<string>();
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && !seen.has(next.fingerprint256) && chain.length < LONGEST_CHAIN) {
    seen.add(next.fingerprint256);
    chain.push(certificateFacts(new X509Certificate(next.raw)));
    next = next.issuerCertificate;
  }
  return chain;
}
