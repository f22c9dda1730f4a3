/** The proxy stage: HTTP CONNECT and SOCKS5 over a connection that stands. */

import { Duplex } from 'node:stream';
import { SocksClient } from 'socks';
import type { TransportOptions } from '../sources/ports.ts';
import { errorData, TransportError } from './failures.ts';
import type { Link } from './inlet.ts';
import { authority } from './websocket-stream.ts';

export type ProxyOptions = NonNullable<TransportOptions['proxy']>;

/** Facts of a stage that went well. */
export type ProxyFacts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** SOCKS5 has one byte for the length of a host name, a user name and a password; DNS allows no more either. */
const LONGEST_NAME = 255;

/** An answer whose head is longer than this is no answer to CONNECT. */
const LONGEST_HEAD = 65_536;

/**
 * Asks the proxy on `link` for a tunnel to `host`:`port`; names are resolved by the proxy. Afterwards nobody reads the
 * link, and bytes beyond the proxy's answer wait in its inlet.
 *
 * Rejects with `proxy-refused` (HTTP `status` or SOCKS `reply`), `proxy-authentication`, `proxy-failed`.
 */
export async function openTunnel(
  link: Link,
  proxy: ProxyOptions,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<ProxyFacts> {
  if (Buffer.byteLength(host) > LONGEST_NAME || /[\s@/?#]/.test(host)) {
    throw new TransportError('proxy-failed', { ...where(proxy), reason: 'bad-host', host });
  }
  const { username = '', password = '' } = proxy;
  if (
    proxy.protocol === 'socks5' &&
    Math.max(Buffer.byteLength(username), Buffer.byteLength(password)) > LONGEST_NAME
  ) {
    throw new TransportError('proxy-failed', { ...where(proxy), reason: 'credentials-too-long' });
  }
  const failed = closesEarly(link, proxy);
  try {
    const work =
      proxy.protocol === 'socks5'
        ? socksTunnel(link, proxy, host, port, timeoutMs)
        : httpTunnel(link, proxy, host, port);
    return await Promise.race([work, failed.promise]);
  } finally {
    failed[Symbol.dispose]();
  }
}

function where(proxy: ProxyOptions): { proxyHost: string; proxyPort: number } {
  return { proxyHost: proxy.host, proxyPort: proxy.port };
}

function closesEarly(link: Link, proxy: ProxyOptions): Disposable & { readonly promise: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const onError = (error: Error): void =>
    reject(new TransportError('proxy-failed', { ...where(proxy), reason: 'connection', ...errorData(error) }));
  const onClose = (): void => reject(new TransportError('proxy-failed', { ...where(proxy), reason: 'closed' }));
  link.socket.once('error', onError).once('end', onClose).once('close', onClose);
  return {
    promise,
    [Symbol.dispose]: () => void link.socket.off('error', onError).off('end', onClose).off('close', onClose),
  };
}

/** RFC 9110 §9.3.6. Written here because every library hides the socket behind an agent, and with it the stages. */
function httpTunnel(link: Link, proxy: ProxyOptions, host: string, port: number): Promise<ProxyFacts> {
  const target = authority(host, port, -1);
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, 'Proxy-Connection: keep-alive'];
  if (proxy.username !== undefined) {
    const credentials = Buffer.from(`${proxy.username}:${proxy.password ?? ''}`, 'utf8').toString('base64');
    lines.push(`Proxy-Authorization: Basic ${credentials}`);
  }
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    link.inlet.read((bytes) => {
      head = Buffer.concat([head, bytes]);
      const notHttp = !'HTTP/1.'.startsWith(head.toString('latin1', 0, Math.min(head.length, 7)));
      const end = head.indexOf('\r\n\r\n');
      if (notHttp || (end === -1 && head.length > LONGEST_HEAD)) {
        link.inlet.read(undefined);
        reject(new TransportError('proxy-failed', { ...where(proxy), reason: 'not-http' }));
      }
      if (notHttp || end === -1) return;
      link.inlet.read(undefined);
      if (head.length > end + 4) link.inlet.push(head.subarray(end + 4));
      const [statusLine = '', ...headers] = head.toString('latin1', 0, end).split('\r\n');
      const status = Number(statusLine.split(' ')[1]);
      const statusText = statusLine.split(' ').slice(2).join(' ');
      const facts = { ...where(proxy), target, status, statusText };
      if (status >= 200 && status < 300) {
        resolve({ ...facts, authenticated: proxy.username !== undefined });
      } else if (status === 407) {
        const asks = headers.filter((line) => /^proxy-authenticate:/i.test(line)).map((line) => line.slice(19).trim());
        reject(new TransportError('proxy-authentication', { ...facts, asks, given: proxy.username !== undefined }));
      } else {
        reject(new TransportError('proxy-refused', facts));
      }
    });
    link.socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  });
}

/** Reply numbers of RFC 1928 §6 by the words the library has for them. */
const SOCKS_REPLIES: Readonly<Record<string, number>> = {
  Failure: 1,
  NotAllowed: 2,
  NetworkUnreachable: 3,
  HostUnreachable: 4,
  ConnectionRefused: 5,
  TTLExpired: 6,
  CommandNotSupported: 7,
  AddressNotSupported: 8,
};

function socksFailure(error: Error, proxy: ProxyOptions): TransportError {
  const data = { ...where(proxy), message: error.message };
  const rejected = /rejected connection - (\w+)/i.exec(error.message)?.[1];
  if (rejected !== undefined) {
    const reply = SOCKS_REPLIES[rejected];
    return new TransportError('proxy-refused', {
      ...data,
      replyName: rejected,
      ...(reply === undefined ? {} : { reply }),
    });
  }
  if (/authentication failed|no accepted authentication|unknown authentication/i.test(error.message)) {
    return new TransportError('proxy-authentication', { ...data, given: proxy.username !== undefined });
  }
  return new TransportError('proxy-failed', {
    ...data,
    reason: /version/i.test(error.message) ? 'not-socks' : 'protocol',
  });
}

/** RFC 1928 and 1929 by the `socks` library, which talks through a duplex so that the link keeps its read buffer. */
function socksTunnel(
  link: Link,
  proxy: ProxyOptions,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<ProxyFacts> {
  const pipe = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      link.socket.write(chunk);
      done();
    },
  });
  pipe.on('error', () => {});
  return new Promise((resolve, reject) => {
    const client = new SocksClient({
      command: 'connect',
      destination: { host, port },
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: 5,
        ...(proxy.username === undefined ? {} : { userId: proxy.username, password: proxy.password ?? '' }),
      },
      existing_socket: pipe,
      // The attempt's own limit ends it; the library's timer only needs to be no shorter, and holds on to the link.
      timeout: timeoutMs,
    });
    client.once('established', () => {
      // The library hands back what followed the proxy's reply in the next turn; bytes that come meanwhile go after it.
      const later: Uint8Array[] = [];
      const excess: Uint8Array[] = [];
      pipe.on('data', (bytes: Uint8Array) => excess.push(bytes));
      link.inlet.read((bytes) => later.push(bytes.slice()));
      setImmediate(() => {
        link.inlet.read(undefined);
        for (const bytes of [...excess, ...later]) link.inlet.push(bytes);
        pipe.destroy();
        resolve({ ...where(proxy), target: authority(host, port, -1), authenticated: proxy.username !== undefined });
      });
    });
    client.once('error', (error: Error) => reject(socksFailure(error, proxy)));
    link.inlet.read((bytes) => pipe.push(Buffer.from(bytes)));
    client.connect(pipe);
  });
}
