/** Certificates for a tap that has none of its own: an authority that devices are told to trust, and a certificate for each name they ask for. */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { generate as generateCertificate } from 'selfsigned';
import type { ServerCredentials } from '../sources/tap-ports.ts';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Apple's and others' clients refuse a server certificate that is valid for more than 398 days. */
const CERTIFICATE_DAYS = 397;
/** Clocks of devices run slow. */
const BACKDATED_DAYS = 2;
/** Names that certificates are kept for; a stranger who asks for more makes the tap work, not grow. */
const NAMES_KEPT = 100;
const LONGEST_NAME = 253;
/** The longest commonName that X.509 admits. */
const LONGEST_COMMON_NAME = 64;

const NAME = /^(?:[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

type Generate = typeof generateCertificate;

/** RSA, which every device can verify; the library is loaded when it is first needed. */
async function generate(commonName: string, options: NonNullable<Parameters<Generate>[1]>): ReturnType<Generate> {
  const library = await import('selfsigned');
  const subject = [
    { name: 'commonName', value: commonName },
    { name: 'organizationName', value: 'MQTT Inspector' },
  ];
  return library.generate(subject, { keyType: 'rsa', keySize: 2048, algorithm: 'sha256', ...options });
}

function validity(days: number): { readonly notBeforeDate: Date; readonly notAfterDate: Date } {
  const now = Date.now();
  return { notBeforeDate: new Date(now - BACKDATED_DAYS * DAY_MS), notAfterDate: new Date(now + days * DAY_MS) };
}

/** A new authority for this machine. Takes some tenths of a second. */
export async function makeAuthority(): Promise<ServerCredentials> {
  const made = await generate(`MQTT Inspector on ${hostname()}`.slice(0, LONGEST_COMMON_NAME), {
    ...validity(AUTHORITY_DAYS),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Addresses of this machine: what a device that asks for no name has dialled. */
function ownAddresses(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return [...new Set(['127.0.0.1', '::1', ...addresses.map(({ address }) => address.replace(/%.*$/, ''))])];
}

/** Makes certificates under one authority, all with one key. */
export class TapCertificates {
  readonly #authority: ServerCredentials;
  readonly #made = new Map<string, Promise<ServerCredentials>>();
  #key: Promise<ServerCredentials> | undefined;

  constructor(authority: ServerCredentials) {
    this.#authority = authority;
  }

  /** For the name asked for and everything that this machine is called itself. A name that is none is as no name. */
  readonly credentials = (serverName: string | undefined): Promise<ServerCredentials> => {
    const isName = serverName !== undefined && serverName.length <= LONGEST_NAME && NAME.test(serverName);
    const name = isName && isIP(serverName) === 0 ? serverName.toLowerCase() : '';
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    this.#made.set(name, made);
    made.catch(() => this.#made.delete(name));
    const [oldest] = this.#made.keys();
    if (this.#made.size > NAMES_KEPT && oldest !== undefined) this.#made.delete(oldest);
    return made;
  };

  async #make(name: string): Promise<ServerCredentials> {
    const first = name !== '' && this.#key !== undefined ? await this.#key : undefined;
    const names = [...new Set([...(name === '' ? [] : [name]), 'localhost', hostname()])].filter((one) =>
      NAME.test(one),
    );
    const made = generate((name === '' ? 'localhost' : name).slice(0, LONGEST_COMMON_NAME), {
      ...validity(CERTIFICATE_DAYS),
      ca: this.#authority,
      ...(first === undefined ? {} : { keyPair: keyPair(first.key) }),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...names.map((value) => ({ type: 2 as const, value })),
            ...ownAddresses().map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    }).then(({ cert, private: key }) => ({ cert: `${cert}\n${this.#authority.cert}`, key }));
    this.#key ??= made;
    return made;
  }
}

function keyPair(privateKey: string): { readonly privateKey: string; readonly publicKey: string } {
  const publicKey = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' });
  return { privateKey, publicKey: publicKey.toString() };
}
