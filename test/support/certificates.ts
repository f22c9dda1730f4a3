/** Certificates for tests, made in this process with npm packages only: authorities, leaves with any flaw, PKCS#12 files. */

import { createHash, createHmac, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate and its private key, both PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName?: string;
  /** DNS subject alternative names; `localhost` by default. */
  readonly names?: readonly string[];
  /** IP subject alternative names; `127.0.0.1` and `::1` by default. */
  readonly addresses?: readonly string[];
  readonly validFrom?: Date;
  readonly validTo?: Date;
  /** Encrypts the private key. */
  readonly passphrase?: string;
  readonly keyType?: 'ec' | 'rsa';
}

const DAY_MS = 86_400_000;

/** A point in time `days` from now; negative for the past. */
export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

function leafOptions(request: CertificateRequest): Parameters<typeof generate>[1] {
  const names = request.names ?? ['localhost'];
  const addresses = request.addresses ?? ['127.0.0.1', '::1'];
  return {
    keyType: request.keyType ?? 'ec',
    algorithm: 'sha256',
    notBeforeDate: request.validFrom ?? daysFromNow(-1),
    notAfterDate: request.validTo ?? daysFromNow(30),
    ...(request.passphrase === undefined ? {} : { passphrase: request.passphrase }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  };
}

/** A root authority; P-256 like every key here unless asked otherwise. */
export async function createAuthority(commonName = 'Test Authority'): Promise<Credentials> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: daysFromNow(-365),
    notAfterDate: daysFromNow(365),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** A leaf signed by `authority`, good for servers and clients. The authority's key must be of the same type. */
export async function issue(authority: Credentials, request: CertificateRequest = {}): Promise<Credentials> {
  const made = await generate([{ name: 'commonName', value: request.commonName ?? 'localhost' }], {
    ...leafOptions(request),
    ca: authority,
  });
  return { cert: made.cert, key: made.private };
}

/** A leaf that signed itself. */
export async function issueSelfSigned(request: CertificateRequest = {}): Promise<Credentials> {
  const made = await generate([{ name: 'commonName', value: request.commonName ?? 'localhost' }], leafOptions(request));
  return { cert: made.cert, key: made.private };
}

/** What most tests need: one authority, a good server leaf for localhost, and a good client leaf. */
export interface TestCertificates {
  readonly authority: Credentials;
  readonly server: Credentials;
  readonly client: Credentials;
}

let shared: Promise<TestCertificates> | undefined;

/** The standard set, made once per process. */
export function testCertificates(): Promise<TestCertificates> {
  shared ??= (async () => {
    const authority = await createAuthority();
    const [server, client] = await Promise.all([
      issue(authority),
      issue(authority, { commonName: 'test-client', names: ['test-client'], addresses: [] }),
    ]);
    return { authority, server, client };
  })();
  return shared;
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const explicit0 = (part: Uint8Array): Buffer => der(0xa0, part);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

const OID_DATA = oid('1.2.840.113549.1.7.1');
const OID_KEY_BAG = oid('1.2.840.113549.1.12.10.1.2');
const OID_CERT_BAG = oid('1.2.840.113549.1.12.10.1.3');
const OID_X509 = oid('1.2.840.113549.1.9.22.1');
const OID_LOCAL_KEY_ID = oid('1.2.840.113549.1.9.21');
const OID_SHA256 = oid('2.16.840.1.101.3.4.2.1');

/** The one block of RFC 7292 appendix B.2 that a SHA-256 integrity key needs. */
function pkcs12MacKey(passphrase: string, salt: Uint8Array, iterations: number): Buffer {
  const fill = (bytes: Uint8Array): Buffer => {
    const filled = Buffer.alloc(Math.ceil(bytes.length / 64) * 64);
    for (let index = 0; index < filled.length; index += 1) filled[index] = bytes[index % bytes.length] ?? 0;
    return filled;
  };
  const password = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  let block = Buffer.concat([Buffer.alloc(64, 3), fill(salt), fill(password)]);
  for (let round = 0; round < iterations; round += 1) block = createHash('sha256').update(block).digest();
  return block;
}

/** A PKCS#12 file (RFC 7292) holding `credentials` and, after the leaf, `others`; key and integrity under `passphrase`. */
export function pkcs12(credentials: Credentials, passphrase: string, others: readonly string[] = []): Uint8Array {
  const keyId = der(0x31, sequence(OID_LOCAL_KEY_ID, der(0x31, octets(Buffer.from([1])))));
  const shroudedKey = createPrivateKey(credentials.key).export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase,
  });
  const certificateBag = (pem: string, ...attributes: readonly Uint8Array[]): Buffer =>
    sequence(
      OID_CERT_BAG,
      explicit0(sequence(OID_X509, explicit0(octets(new X509Certificate(pem).raw)))),
      ...attributes,
    );
  const bags = sequence(
    sequence(OID_KEY_BAG, explicit0(shroudedKey), keyId),
    certificateBag(credentials.cert, keyId),
    ...others.map((pem) => certificateBag(pem)),
  );
  const safes = sequence(sequence(OID_DATA, explicit0(octets(bags))));
  const salt = randomBytes(8);
  const iterations = 2048;
  const mac = createHmac('sha256', pkcs12MacKey(passphrase, salt, iterations))
    .update(safes)
    .digest();
  return sequence(
    der(0x02, Buffer.from([3])),
    sequence(OID_DATA, explicit0(octets(safes))),
    sequence(
      sequence(sequence(OID_SHA256, der(0x05)), octets(mac)),
      octets(salt),
      der(0x02, Buffer.from([iterations >> 8, iterations & 0xff])),
    ),
  );
}
