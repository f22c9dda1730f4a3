/**
 * Serves the page and its port on the loopback interface.
 *
 * How a page gets in:
 * 1. It is opened as `http://127.0.0.1:PORT/#token=TOKEN`; a fragment never travels to a server or into its logs.
 * 2. It sends `POST /session` with the token as its text body. 204 sets a cookie that scripts cannot read; 403 means a
 *    wrong or used-up token. A request that already carries the cookie gets 204 whatever its body.
 * 3. It drops the fragment (`history.replaceState`) and opens `ws://HOST/port`, and `ws://HOST/script` for each Python
 *    runtime; frames are those of `wire.ts`, binary.
 *
 * After a reload the cookie is still there, so step 2 may be left out. `GET /session` tells whether it is: 204, or 401.
 * A port that closes with 1013 was too slow, with 1007 sent nonsense, with 1001 lost its host.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { Port } from '../../../shared/contract/port.ts';
import { type PageResponse, plainResponse, servePage } from '../page/files.ts';
import { Access, isOwnHost, isOwnOrigin } from './access.ts';
import { createSocketPort } from './socket-port.ts';

/** The largest message is a PUBLISH of the largest legal packet, 256 MiB, with its JSON head. */
const MAX_MESSAGE_BYTES = 268_435_460 + 1_048_576;
const MAX_TOKEN_BYTES = 1024;
const CLOSE_GOING_AWAY = 1001;

export interface WebHostOptions {
  /** Hands a page's port to the service; disposed when the page is gone. */
  readonly attach: (port: Port) => Disposable;
  /** Hands a Python runtime's port to the service; disposed when the runtime is gone. */
  readonly attachScript: (port: Port) => Disposable;
  /** Folder of the built page. */
  readonly root: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
}

export interface WebHost {
  readonly port: number;
  /** With the token that stays good; show it to the user alone. */
  readonly url: string;
  /** With a token that is good once and for two minutes; for a command line. */
  oneTimeUrl(): string;
  /** Pages connected now. */
  readonly pages: number;
  /** Calls after each change of {@link pages}. One listener. */
  onPages(listener: (pages: number) => void): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Rejects with `port-taken` or `port-forbidden` where it cannot. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  await listen(server, options.port ?? 0);
  return new RunningHost(server, options);
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new InspectorError('port-taken', { port }));
      else if (error.code === 'EACCES') reject(new InspectorError('port-forbidden', { port }));
      else reject(error);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
}

class RunningHost implements WebHost {
  readonly port: number;
  readonly #server: Server;
  readonly #options: WebHostOptions;
  readonly #access = new Access();
  readonly #sockets = { '/port': createSockets(), '/script': createSockets() } as const;
  #pagesListener: ((pages: number) => void) | undefined;

  constructor(server: Server, options: WebHostOptions) {
    this.#server = server;
    this.#options = options;
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
    this.port = address.port;
    server.on('request', (request, response) => {
      void this.#answer(request).then((answer) => send(request, response, answer));
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    server.on('clientError', (_error, socket) => socket.destroy());
  }

  get url(): string {
    return this.#urlWith(this.#access.token);
  }

  oneTimeUrl(): string {
    return this.#urlWith(this.#access.oneTimeToken());
  }

  get pages(): number {
    return this.#sockets['/port'].clients.size;
  }

  onPages(listener: (pages: number) => void): void {
    this.#pagesListener = listener;
  }

  async close(): Promise<void> {
    for (const { clients } of Object.values(this.#sockets))
      for (const socket of clients) {
        socket.close(CLOSE_GOING_AWAY);
        setTimeout(() => socket.terminate(), 500).unref();
      }
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #urlWith(token: string): string {
    return `http://127.0.0.1:${this.port}/#token=${token}`;
  }

  async #answer(request: IncomingMessage): Promise<PageResponse & { readonly cookies?: readonly string[] }> {
    if (!isOwnHost(request)) return plainResponse(421, 'Misdirected request');
    const path = pathOf(request);
    if (path === '/session') return this.#session(request);
    if (isSocketPath(path))
      return plainResponse(426, 'Upgrade required', { Connection: 'Upgrade', Upgrade: 'websocket' });
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plainResponse(405, 'Method not allowed', { Allow: 'GET, HEAD' });
    return servePage(this.#options.root, path);
  }

  async #session(request: IncomingMessage): Promise<PageResponse & { readonly cookies?: readonly string[] }> {
    const held = this.#access.holdsCookie(request, this.port);
    if (request.method === 'GET' || request.method === 'HEAD')
      return held ? plainResponse(204, '') : plainResponse(401, 'Open the address that MQTT Inspector printed');
    if (request.method !== 'POST') return plainResponse(405, 'Method not allowed', { Allow: 'GET, HEAD, POST' });
    if (!isOwnOrigin(request)) return plainResponse(403, 'Foreign origin');
    const body = await readBody(request);
    if (body === undefined) return plainResponse(413, 'Too large', { Connection: 'close' });
    const cookies = this.#access.exchange(body.trim(), this.port);
    if (cookies !== undefined) return { ...plainResponse(204, ''), cookies };
    return held ? plainResponse(204, '') : plainResponse(403, 'Wrong or used token');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusal(request);
    const path = pathOf(request);
    if (refusal !== undefined || !isSocketPath(path)) {
      socket.end(`HTTP/1.1 ${refusal ?? '404 Not Found'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets[path].handleUpgrade(request, socket, head, (peer) => {
      const port = createSocketPort(peer);
      const attached = path === '/port' ? this.#options.attach(port) : this.#options.attachScript(port);
      const told = (): void => {
        if (path === '/port') this.#pagesListener?.(this.pages);
      };
      peer.once('close', () => {
        attached[Symbol.dispose]();
        told();
      });
      told();
    });
  }

  #refusal(request: IncomingMessage): string | undefined {
    if (!isOwnHost(request)) return '421 Misdirected Request';
    if (!isSocketPath(pathOf(request))) return '404 Not Found';
    if (!isOwnOrigin(request)) return '403 Forbidden';
    if (!this.#access.holdsCookie(request, this.port)) return '401 Unauthorized';
    return undefined;
  }
}

type SocketPath = '/port' | '/script';

function isSocketPath(path: string): path is SocketPath {
  return path === '/port' || path === '/script';
}

function createSockets(): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: true,
  });
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}

/** The body as text, or undefined where it is larger than a token can be or was cut off. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length > MAX_TOKEN_BYTES) resolve(undefined);
      else parts.push(part);
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('close', () => resolve(undefined));
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: PageResponse & { readonly cookies?: readonly string[] },
): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.cookies === undefined ? {} : { 'Set-Cookie': [...answer.cookies] }),
    ...(answer.status === 204 ? {} : { 'Content-Length': answer.body.length }),
  });
  if (request.method === 'HEAD' || answer.status === 204) response.end();
  else response.end(answer.body);
}
