/** Finds out how this page reaches its service: a MessagePort from Electron's preload, or a WebSocket to the web host. */

import type { Port } from '../../shared/contract/port.ts';
import { checkSession, openSession } from './host-session.ts';
import { messagePort } from './message-port.ts';
import { enter } from './session.ts';
import { openSocketPort } from './socket-port.ts';

/**
 * What the preload exposes under `window.inspectorHost`: asks the main process for a fresh port, which then comes as a
 * `message` event of the window whose data is `inspector-port` and whose only port is ours.
 */
interface ElectronHost {
  requestPort(): void;
}

const PORT_MESSAGE = 'inspector-port';

/** A new port with each call. Rejects where the service is not there, or does not let this page in. */
export async function connectToHost(): Promise<Port> {
  const host = (globalThis as { inspectorHost?: ElectronHost }).inspectorHost;
  if (host !== undefined) return electronPort(host);
  await enter();
  return webPort();
}

async function webPort(): Promise<Port> {
  await openSession();
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  try {
    return await openSocketPort(`${scheme}//${location.host}/port`);
  } catch (error) {
    await checkSession();
    throw error;
  }
}

function electronPort(host: ElectronHost): Promise<Port> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== PORT_MESSAGE || port === undefined) return;
      window.removeEventListener('message', receive);
      resolve(messagePort(port));
    };
    window.addEventListener('message', receive);
    host.requestPort();
  });
}
