/** Loopback ports for tests: free ones to listen on, dead ones to be refused by. */

import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/**
 * `count` different ports on 127.0.0.1 that nobody listens on at this moment. Another process may take one before the
 * caller does, so whoever starts a program on them retries when the bind fails.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(createServer())));
  const ports = servers.map((server) => server.port);
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  return ports;
}

/** One port on 127.0.0.1 that refuses connections. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('no free port');
  return port;
}

/** A listening server, its port, and what takes it down together with every connection it holds. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** Connections accepted so far that are still open. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts `server` (net, tls, http or https) on a free port of `host`, swallowing errors of single connections. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return {
    port: address.port,
    server,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
