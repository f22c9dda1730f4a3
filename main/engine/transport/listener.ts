/** Listens for devices: the server side of this room. */

import { createServer } from 'node:net';
import type { DeviceListener, ListenFailure, ListenForDevices, ListenOptions } from '../sources/tap-ports.ts';
import { readCredentials } from './credentials.ts';
import { Device } from './device.ts';
import { codeOf, TransportError } from './failures.ts';
import { HIGH_WATER_BYTES } from './stream.ts';
import { systemClock } from './system.ts';

const FAILURES: Readonly<Record<string, ListenFailure['code']>> = {
  EADDRINUSE: 'port-taken',
  EACCES: 'port-forbidden',
};

/** Devices wait unread until they are started. */
export const listenForDevices: ListenForDevices = async (options, accept) => {
  const fault = await badCredentials(options);
  if (fault !== undefined) return fault;
  return new Promise((resolve) => {
    const server = createServer(
      { allowHalfOpen: true, noDelay: true, pauseOnConnect: true, highWaterMark: HIGH_WATER_BYTES },
      (socket) => accept(new Device(socket, options, systemClock)),
    );
    server.once('error', (error) => {
      const errno = codeOf(error);
      resolve({ code: FAILURES[errno] ?? 'listen-failed', errno });
    });
    server.listen({ host: options.host, port: options.port }, () => {
      const address = server.address();
      server.on('error', () => undefined);
      const listener: DeviceListener = {
        port: typeof address === 'object' && address !== null ? address.port : options.port,
        close: () => void server.close(),
      };
      resolve(listener);
    });
  });
};

async function badCredentials({ credentials }: ListenOptions): Promise<ListenFailure | undefined> {
  if (credentials === undefined) return undefined;
  try {
    readCredentials({ verify: false, ...(await credentials(undefined)) });
    return undefined;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const { part, reason } = error.failure.data;
    return {
      code: 'bad-credentials',
      errno: part === undefined ? error.failure.code : `${String(part)} ${String(reason)}`,
    };
  }
}
