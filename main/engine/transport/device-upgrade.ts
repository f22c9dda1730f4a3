/** The WebSocket upgrade from the server's side. */

import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocketFacts } from '../sources/tap-ports.ts';
import { errorData, TransportError } from './failures.ts';
import { LARGEST_MESSAGE, MOST_PIECES, type Upgraded } from './websocket-stream.ts';

export interface AcceptedUpgrade extends Upgraded {
  readonly facts: WebSocketFacts;
}

const UPGRADE_REQUIRED = 426;

/** `mqtt` where it is offered, else what the device likes best; a device that offers none is given none. */
function choose(offered: readonly string[]): string {
  return offered.includes('mqtt') ? 'mqtt' : (offered[0] ?? '');
}

function offeredIn(request: IncomingMessage): readonly string[] {
  const names = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

/**
 * Waits for the request on a socket that nobody reads, and answers it. Rejects with `upgrade-failed` for what is no HTTP or no valid upgrade, and
 * `upgrade-refused` for another request, which is answered with 426.
 */
export function acceptUpgrade(socket: Socket): Promise<AcceptedUpgrade> {
  return new Promise((resolve, reject) => {
    const http = createServer();
    const fail = (reason: string, data: Record<string, string | number>): void => {
      reject(new TransportError('upgrade-failed', { reason, ...data }));
    };
    const gone = (): void => fail('closed', {});
    socket.once('close', gone);
    http.on('clientError', (error) => fail('not-http', firstBytes(error)));
    http.on('request', (request, response) => {
      const { method = '', url = '' } = request;
      response.writeHead(UPGRADE_REQUIRED, { Connection: 'close', Upgrade: 'websocket' });
      response.end('MQTT over WebSocket is spoken here.\n', () => {
        reject(new TransportError('upgrade-refused', { method, path: url, status: UPGRADE_REQUIRED }));
      });
    });
    http.on('upgrade', (request: IncomingMessage, stream: Socket, head: Buffer) => {
      socket.off('close', gone);
      const offered = offeredIn(request);
      const subprotocol = choose(offered);
      const server = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        perMessageDeflate: false,
        maxPayload: LARGEST_MESSAGE,
        maxFragments: MOST_PIECES,
        maxBufferedChunks: MOST_PIECES,
        handleProtocols: () => (subprotocol === '' ? false : subprotocol),
      });
      server.on('wsClientError', (error) => fail('invalid', { ...strings(errorData(error)) }));
      server.handleUpgrade(request, stream, head, (websocket) => {
        websocket.binaryType = 'nodebuffer';
        websocket.pause();
        const userAgent = request.headers['user-agent'];
        const facts = {
          path: request.url ?? '',
          offered,
          subprotocol,
          ...(userAgent === undefined ? {} : { userAgent }),
        };
        resolve({ websocket, subprotocol, early: [], facts });
      });
    });
    http.emit('connection', socket);
    socket.resume();
  });
}

function strings(data: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
}

/** What the HTTP parser stumbled over. */
function firstBytes(error: Error & { readonly rawPacket?: Buffer }): Record<string, string> {
  const { rawPacket } = error;
  return {
    ...strings(errorData(error)),
    ...(rawPacket === undefined ? {} : { firstBytes: rawPacket.subarray(0, 32).toString('hex') }),
  };
}
