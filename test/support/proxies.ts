/** Small HTTP CONNECT and SOCKS5 proxies for tests, written against the RFCs and not against any client. */

import { createServer, connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Credentials } from './certificates.ts';
import { listen } from './ports.ts';
import type { Listening } from './ports.ts';

export interface ProxyOptions {
  /** The one user let through; anybody without. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Serves the proxy itself over TLS. */
  readonly certificate?: Credentials;
  /** Answers every request this way instead of connecting: an HTTP status or a SOCKS reply. */
  readonly refuse?: number;
  /** Never answers. */
  readonly silent?: boolean;
  /** Sends the answer one byte at a time. */
  readonly trickle?: boolean;
  /** Where to connect instead of the asked target, so that made-up names can be asked for. */
  readonly route?: { readonly host: string; readonly port: number };
}

export interface Proxy extends Listening {
  /** Targets asked for, as `host:port`, in order. */
  readonly asked: readonly string[];
}

/** Reads exactly as many bytes as asked for, or up to a mark; leaves the rest for the tunnel. */
class Reader {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async bytes(count: number): Promise<Buffer> {
    for (;;) {
      const chunk: unknown = this.#socket.read(count);
      if (chunk instanceof Buffer && chunk.length === count) return chunk;
      await this.#readable();
    }
  }

  async until(mark: string): Promise<string> {
    let text = '';
    while (!text.endsWith(mark)) text += (await this.bytes(1)).toString('latin1');
    return text;
  }

  #readable(): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#socket.off('readable', done).off('close', gone);
        resolve();
      };
      const gone = (): void => {
        this.#socket.off('readable', done);
        reject(new Error('closed'));
      };
      this.#socket.once('readable', done).once('close', gone);
      if (this.#socket.destroyed) gone();
    });
  }
}

async function start(
  options: ProxyOptions,
  serve: (socket: Socket, reader: Reader, asked: string[]) => Promise<void>,
): Promise<Proxy> {
  const asked: string[] = [];
  const accept = (socket: Socket): void => {
    socket.on('error', () => {});
    serve(socket, new Reader(socket), asked).catch(() => socket.destroy());
  };
  const server =
    options.certificate === undefined
      ? createServer(accept)
      : createTlsServer({ cert: options.certificate.cert, key: options.certificate.key }, accept);
  server.on('tlsClientError', () => {});
  return { ...(await listen(server)), asked };
}

async function answer(socket: Socket, bytes: Buffer, options: ProxyOptions): Promise<void> {
  if (options.trickle !== true) {
    socket.write(bytes);
    return;
  }
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Connects and resolves with the far side, or with undefined where it refuses. */
function reach(host: string, port: number, options: ProxyOptions): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const far = connectTcp(options.route ?? { host, port });
    far.once('connect', () => resolve(far));
    far.on('error', () => resolve(undefined));
  });
}

function join(near: Socket, far: Socket): void {
  near.pipe(far);
  far.pipe(near);
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
}

/** HTTP CONNECT (RFC 9110 §9.3.6) with Basic authentication. */
export function startHttpProxy(options: ProxyOptions = {}): Promise<Proxy> {
  return start(options, async (socket, reader, asked) => {
    const head = await reader.until('\r\n\r\n');
    const target = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1];
    if (options.silent === true) return;
    if (target === undefined) {
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    asked.push(target);
    const { user } = options;
    if (user !== undefined) {
      const expected = Buffer.from(`${user.name}:${user.password}`).toString('base64');
      if (/^proxy-authorization: basic (\S+)/im.exec(head)?.[1] !== expected) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\n\r\n');
        return;
      }
    }
    const { hostname, port } = new URL(`http://${target}`);
    const far = options.refuse === undefined ? await reach(hostname, Number(port || 80), options) : undefined;
    if (far === undefined) {
      socket.end(`HTTP/1.1 ${options.refuse ?? 502} Refused Here\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    await answer(socket, Buffer.from('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n'), options);
    join(socket, far);
  });
}

/** SOCKS 5 (RFC 1928) with user name and password (RFC 1929). */
export function startSocksProxy(options: ProxyOptions = {}): Promise<Proxy> {
  return start(options, async (socket, reader, asked) => {
    const [version = 0, count = 0] = await reader.bytes(2);
    const methods = await reader.bytes(count);
    if (version !== 5) throw new Error('not SOCKS 5');
    if (options.silent === true) return;
    const method = options.user === undefined ? 0 : 2;
    if (!methods.includes(method)) {
      socket.end(Buffer.from([5, 0xff]));
      return;
    }
    await answer(socket, Buffer.from([5, method]), options);
    if (options.user !== undefined) {
      const [, nameLength = 0] = await reader.bytes(2);
      const name = (await reader.bytes(nameLength)).toString();
      const [passwordLength = 0] = await reader.bytes(1);
      const password = (await reader.bytes(passwordLength)).toString();
      const good = name === options.user.name && password === options.user.password;
      await answer(socket, Buffer.from([1, good ? 0 : 1]), options);
      if (!good) {
        socket.end();
        return;
      }
    }
    const [, , , type = 0] = await reader.bytes(4);
    const host =
      type === 3
        ? (await reader.bytes((await reader.bytes(1))[0] ?? 0)).toString()
        : type === 1
          ? [...(await reader.bytes(4))].join('.')
          : ((await reader.bytes(16)).toString('hex').match(/.{4}/g) ?? []).join(':');
    const port = (await reader.bytes(2)).readUInt16BE();
    asked.push(`${host}:${port}`);
    const far = options.refuse === undefined ? await reach(host, port, options) : undefined;
    const reply = far === undefined ? (options.refuse ?? 5) : 0;
    await answer(socket, Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]), options);
    if (far === undefined) socket.end();
    else join(socket, far);
  });
}
