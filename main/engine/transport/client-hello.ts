/** Reads what a TLS client offers before anybody answers it (RFC 8446 §4.1.2): the name it asks for, and what it can speak. */

import type { ClientHelloFacts } from '../sources/tap-ports.ts';

/** More than any client sends in its first flight. */
const LONGEST_HELLO = 65_536;
const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const EXTENSION = { serverName: 0, alpn: 16, supportedVersions: 43 } as const;

const VERSIONS: Readonly<Record<number, string>> = {
  0x0300: 'SSLv3',
  0x0301: 'TLSv1',
  0x0302: 'TLSv1.1',
  0x0303: 'TLSv1.2',
  0x0304: 'TLSv1.3',
};

const ascii = new TextDecoder('latin1');

/** `incomplete` asks for more bytes; `not-tls` is certain from the first byte that differs. */
export type HelloReading =
  | { readonly outcome: 'hello'; readonly facts: ClientHelloFacts }
  | { readonly outcome: 'incomplete' | 'not-tls' | 'unreadable' };

/** Walks over bytes; reading past the end answers zeros and sets {@link isShort}. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  isShort = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(size: 1 | 2 | 3): number {
    let value = 0;
    for (const byte of this.bytes(size)) value = value * 256 + byte;
    return value;
  }

  bytes(size: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + size);
    this.#at += size;
    if (part.length === size) return part;
    this.isShort = true;
    return new Uint8Array();
  }

  /** What a length before it measures. */
  vector(size: 1 | 2 | 3): Cursor {
    return new Cursor(this.bytes(this.number(size)));
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}

/** The handshake message in the records from the start of `bytes`; undefined while it is not whole. */
function handshakeMessage(bytes: Uint8Array): Uint8Array | undefined {
  const message = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at + 5 <= bytes.length; ) {
    const size = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
    const part = bytes.subarray(at + 5, at + 5 + size);
    message.set(part, length);
    length += part.length;
    at += 5 + size;
    const whole = 4 + (((message[1] ?? 0) << 16) | ((message[2] ?? 0) << 8) | (message[3] ?? 0));
    if (length >= 4 && length >= whole) return message.subarray(0, whole);
  }
  return undefined;
}

/** Reads the first bytes of a connection, which may hold more than the ClientHello or not all of it. */
export function readClientHello(bytes: Uint8Array): HelloReading {
  if ((bytes[0] ?? HANDSHAKE) !== HANDSHAKE || (bytes[1] ?? 3) !== 3 || (bytes[5] ?? CLIENT_HELLO) !== CLIENT_HELLO) {
    return { outcome: 'not-tls' };
  }
  const message = handshakeMessage(bytes);
  if (message === undefined) return { outcome: bytes.length > LONGEST_HELLO ? 'unreadable' : 'incomplete' };
  const hello = new Cursor(message.subarray(4));
  const legacyVersion = hello.number(2);
  hello.bytes(32);
  hello.vector(1);
  const ciphers = hello.vector(2).rest().length >> 1;
  hello.vector(1);
  let serverName: string | undefined;
  let alpn: readonly string[] = [];
  let versions: readonly number[] = [];
  const extensions = hello.isAtEnd ? new Cursor(new Uint8Array()) : hello.vector(2);
  while (!extensions.isAtEnd && !extensions.isShort) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    if (type === EXTENSION.serverName) serverName = readServerName(body);
    else if (type === EXTENSION.alpn) alpn = readNames(body.vector(2));
    else if (type === EXTENSION.supportedVersions) versions = readNumbers(body.vector(1));
  }
  if (hello.isShort || extensions.isShort) return { outcome: 'unreadable' };
  const known = (versions.length === 0 ? [legacyVersion] : versions).filter((version) => version in VERSIONS);
  return {
    outcome: 'hello',
    facts: {
      ...(serverName === undefined ? {} : { serverName }),
      alpn,
      versions: known.toSorted((a, b) => b - a).map((version) => VERSIONS[version] ?? ''),
      ciphers,
    },
  };
}

/** RFC 6066 §3: a list with one entry of type `host_name`. */
function readServerName(body: Cursor): string | undefined {
  const list = body.vector(2);
  if (list.number(1) !== 0) return undefined;
  const name = ascii.decode(list.vector(2).rest());
  return name === '' ? undefined : name;
}

function readNames(list: Cursor): string[] {
  const names: string[] = [];
  while (!list.isAtEnd) names.push(ascii.decode(list.vector(1).rest()));
  return names;
}

function readNumbers(list: Cursor): number[] {
  const numbers: number[] = [];
  while (!list.isAtEnd) numbers.push(list.number(2));
  return numbers;
}
