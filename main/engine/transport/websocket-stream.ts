/** The WebSocket upgrade, and a byte stream in binary messages (MQTT 5.0 §6). */

import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Clock, TransportFailure, TransportOptions } from '../sources/ports.ts';
import { codeOf, errorData, streamFailure, tlsFailure, TransportError, type TlsProgress } from './failures.ts';
import { detach, type Link } from './inlet.ts';
import {
  lingerThenDestroy,
  resetWhenFlushed,
  Traffic,
  type ByteStream,
  type ByteStreamEvents,
  type Halves,
} from './stream.ts';

type WebSocketOptions = NonNullable<TransportOptions['websocket']>;

/**
 * The largest WebSocket message taken, bytes: the largest MQTT packet (268 435 460) and some. Larger ones close the
 * connection with status 1009, told as `websocket-closed`.
 */
export const LARGEST_MESSAGE = 272_000_000;

/** Pieces a message may come in; a peer may well send a large packet in small ones. */
export const MOST_PIECES = 1_048_576;

/** Normal closure, going away, and a Close frame without a status (RFC 6455 §7.4.1). */
const IN_ORDER: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** How much of a refusing HTTP body is kept for the page, bytes. */
const BODY_EXCERPT = 512;

export interface Upgraded {
  readonly websocket: WebSocket;
  readonly subprotocol: string;
  /** Messages that come before the stream is opened wait here, in order. */
  readonly early: Uint8Array[];
}

export interface UpgradeRequest {
  readonly link: Link;
  readonly tls: TlsProgress | undefined;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly websocket: WebSocketOptions | undefined;
}

/** `host` or `host:port`, brackets around IPv6, the port left out where it is the scheme's own. */
export function authority(host: string, port: number, defaultPort: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === defaultPort ? name : `${name}:${port}`;
}

/** The subprotocol offered: `mqtt` unless the options name another; empty for none. */
function offered(options: WebSocketOptions | undefined): string {
  return options?.subprotocol ?? 'mqtt';
}

function headersOf(request: UpgradeRequest): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    Host: authority(request.host, request.port, request.secure ? 443 : 80),
  };
  for (const [name, value] of request.websocket?.headers ?? []) {
    const known = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
    const before = known === undefined || known === 'Host' ? undefined : headers[known];
    headers[known ?? name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return headers;
}

/** Reads the beginning of a refusing answer's body, then closes. */
function excerpt(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (): void => resolve(Buffer.concat(chunks).subarray(0, BODY_EXCERPT).toString('utf8'));
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= BODY_EXCERPT) finish();
    });
    response.once('end', finish).once('close', finish).once('error', finish);
    setTimeout(finish, 500).unref();
  });
}

/**
 * Asks for the upgrade on a link that nobody reads. Rejects with `upgrade-refused` (`status`, `statusText`, `server`,
 * `body` excerpt) where the server answered otherwise, `upgrade-subprotocol` (`requested`, `received`), a TLS failure
 * that came late, or `upgrade-failed`.
 *
 * @mqtt MQTT-6.0.0-3
 */
export function upgrade(request: UpgradeRequest): Promise<Upgraded> {
  const { link, tls } = request;
  const subprotocol = offered(request.websocket);
  const path = request.websocket?.path ?? '/mqtt';
  return new Promise((resolve, reject) => {
    let websocket: WebSocket;
    const requested = { path, requested: subprotocol };
    try {
      detach(link);
      const url = `ws://${authority(request.host, request.port, 80)}${path.startsWith('/') ? '' : '/'}${path}`;
      websocket = new WebSocket(url, subprotocol === '' ? [] : [subprotocol], {
        createConnection: () => link.socket,
        headers: headersOf(request),
        perMessageDeflate: false,
        maxPayload: LARGEST_MESSAGE,
        maxFragments: MOST_PIECES,
        maxBufferedChunks: MOST_PIECES,
      });
    } catch (error) {
      reject(new TransportError('upgrade-failed', { ...requested, reason: 'bad-request', ...errorData(error) }));
      return;
    }
    websocket.binaryType = 'nodebuffer';
    const early: Uint8Array[] = [];
    let received: string | undefined;
    let socketError: unknown;
    let refused = false;
    let opened = false;
    link.socket.on('error', (error) => (socketError ??= error));
    websocket.once('upgrade', (response) => {
      const header: unknown = response.headers['sec-websocket-protocol'];
      received = typeof header === 'string' ? header : '';
    });
    websocket.once('unexpected-response', (_request, response) => {
      refused = true;
      const { headers } = response;
      const facts = {
        ...requested,
        status: response.statusCode ?? 0,
        statusText: response.statusMessage ?? '',
        ...(headers.server === undefined ? {} : { server: headers.server }),
        ...(headers.location === undefined ? {} : { location: headers.location }),
        ...(headers['www-authenticate'] === undefined ? {} : { authenticate: headers['www-authenticate'] }),
      };
      void excerpt(response).then((body) => {
        link.socket.destroy();
        reject(new TransportError('upgrade-refused', { ...facts, body }));
      });
    });
    websocket.on('error', (error) => {
      if (refused || opened) return;
      const late = tls === undefined ? undefined : tlsFailure(socketError ?? error, tls);
      if (late !== undefined) reject(new TransportError(late.code, late.data));
      else if (received !== undefined && /subprotocol/.test(error.message)) {
        reject(new TransportError('upgrade-subprotocol', { ...requested, received }));
      } else {
        const closed = codeOf(socketError ?? error) === 'ECONNRESET';
        const reason = closed ? 'closed' : codeOf(error).startsWith('HPE_') ? 'not-http' : 'invalid';
        reject(new TransportError('upgrade-failed', { ...requested, reason, ...errorData(error) }));
      }
      link.socket.destroy();
    });
    websocket.on('message', (message: Buffer, isBinary: boolean) => {
      if (isBinary) early.push(message);
    });
    websocket.once('open', () => {
      opened = true;
      websocket.removeAllListeners('message');
      // Messages in the same read as the server's answer must not slip through before the stream listens.
      websocket.pause();
      resolve({ websocket, subprotocol: websocket.protocol, early });
    });
  });
}

/**
 * Takes over an upgraded connection. A message boundary means nothing: packets may be split over messages and share them.
 *
 * Where halves close apart, a Close frame without complaint and an end of TCP without one are both an end in order.
 * Only a client masks its frames (RFC 6455 §5.3).
 *
 * @mqtt MQTT-6.0.0-1
 * @mqtt MQTT-6.0.0-2
 */
export function openWebSocketStream(
  upgraded: Upgraded,
  link: Link,
  tls: TlsProgress | undefined,
  clock: Clock,
  events: ByteStreamEvents,
  role: 'client' | 'server' = 'client',
  halves: Halves = 'together',
): ByteStream {
  const { websocket } = upgraded;
  const { socket } = link;
  let corked = false;
  const uncork = (): void => {
    corked = false;
    socket.uncork();
  };
  const traffic = new Traffic();
  let failure: TransportFailure | undefined;
  let socketError: unknown;
  let ending = false;
  let linger: Disposable | undefined;

  websocket.on('message', (message: Buffer, isBinary: boolean) => {
    if (failure !== undefined) return;
    if (isBinary) {
      traffic.received(message);
      events.data(message);
      return;
    }
    failure = {
      code: 'websocket-text-frame',
      data: { ...traffic.facts(), length: message.length, text: message.subarray(0, BODY_EXCERPT).toString('utf8') },
    };
    websocket.close(1003, 'MQTT travels in binary messages');
    linger ??= lingerThenDestroy(socket, clock);
  });
  socket.on('error', (error) => {
    socketError ??= error;
  });
  websocket.on('error', (error) => {
    socketError ??= error;
  });
  socket.on('drain', () => {
    if (!ending && websocket.readyState === WebSocket.OPEN) events.drained();
  });
  websocket.once('close', (code, reason) => {
    linger?.[Symbol.dispose]();
    events.closed(outcome(code, reason.toString('utf8')));
  });

  const outcome = (code: number, reason: string): TransportFailure | undefined => {
    if (failure !== undefined) return failure;
    const facts = { ...traffic.facts(), tls: tls !== undefined };
    if (ending) {
      if (socket.writableLength === 0) return undefined;
      return { code: 'write-failed', data: { ...facts, unsentBytes: socket.writableLength } };
    }
    if (halves === 'apart' && (IN_ORDER.has(code) || (code === 1006 && socketError === undefined))) return undefined;
    // 1006 is the library's word for a connection that went away without a Close frame.
    if (code !== 1006) return { code: 'websocket-closed', data: { ...facts, status: code, reason } };
    if (socketError === undefined) return { code: 'closed-by-peer', data: facts };
    if (codeOf(socketError).startsWith('WS_ERR_')) {
      return { code: 'websocket-closed', data: { ...facts, status: code, reason, ...errorData(socketError) } };
    }
    return streamFailure(socketError, tls, facts);
  };

  const end = (): void => {
    if (ending) return;
    ending = true;
    websocket.resume();
    websocket.close(1000);
    linger ??= lingerThenDestroy(socket, clock);
  };

  return {
    start() {
      for (const message of upgraded.early) {
        traffic.received(message);
        events.data(message);
      }
      websocket.resume();
    },
    write(bytes) {
      // All messages of a tick leave in one system call.
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      traffic.bytesSent += bytes.length;
      websocket.send(bytes, { binary: true, mask: role === 'client' });
      return !socket.writableNeedDrain;
    },
    pause: () => websocket.pause(),
    resume: () => websocket.resume(),
    end,
    finish: end,
    reset() {
      if (corked) uncork();
      resetWhenFlushed(socket, clock);
    },
  };
}
