/** The built-in broker: MQTT 3.1 and 3.1.1 on a loopback port, a library's (aedes) behind a listener of ours. */

import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { QoS } from '../../../shared/mqtt/packet.ts';

export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly qos: QoS;
  readonly retain: boolean;
}

export interface Broker {
  readonly port: number;
  /** Publishes as the broker itself. */
  publish(publication: Publication): void;
  /** Drops every connection and stops listening. */
  close(): Promise<void>;
}

export interface BrokerOptions {
  /** Tried first. */
  readonly port: number;
  /** Reject with `port-taken` rather than take the next free port. */
  readonly exact?: boolean;
}

/** Ports tried after the first one before the system chooses. */
const NEXT_PORTS = 50;

/** Rejects with `port-taken` or `port-forbidden` where `exact` was asked for. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const port = await listenFrom(server, options);
  return {
    port,
    publish({ topic, payload, qos, retain }) {
      if (aedes.closed) return;
      const bytes = typeof payload === 'string' ? payload : Buffer.from(payload);
      aedes.publish({ cmd: 'publish', dup: false, topic, payload: bytes, qos, retain }, () => undefined);
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listenFrom(server: Server, { port, exact }: BrokerOptions): Promise<number> {
  const last = exact === true || port === 0 ? port : Math.min(port + NEXT_PORTS, 65_535);
  for (let candidate = port; candidate <= last; candidate += 1) {
    try {
      return await listen(server, candidate);
    } catch (error) {
      if (!(error instanceof InspectorError) || exact === true) throw error;
    }
  }
  return listen(server, 0);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') reject(new InspectorError('port-taken', { port }));
      else if (error.code === 'EACCES') reject(new InspectorError('port-forbidden', { port }));
      else reject(error);
    };
    server.once('error', failed);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', failed);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the broker does not listen'));
    });
  });
}
