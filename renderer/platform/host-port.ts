/** Finds out how this page reaches its service: message ports from Electron's preload, or WebSockets to the web host. */

import type { Port } from '../../shared/contract/port.ts';
import { checkSession, openSession } from './host-session.ts';
import { messagePort } from './message-port.ts';
import { openSocketPort } from './socket-port.ts';

/**
 * What the preload exposes under `window.inspectorHost`: asks the main process for a fresh port, which then comes as a
 * `message` event of the window whose data names its kind and whose only port is ours.
 */
interface ElectronHost {
  requestPort(): void;
  requestScriptPort(): void;
}

/** Of the page, and of a Python runtime's clients. Known to the preload and the main process too. */
const PORT_MESSAGE = 'inspector-port';
const SCRIPT_PORT_MESSAGE = 'inspector-script-port';

/** The way of a Python runtime to the service, in a form that a worker can be sent. */
export type ScriptRoute =
  | { readonly kind: 'socket'; readonly url: string }
  | { readonly kind: 'port'; readonly port: MessagePort };

/** A new port with each call. Rejects where the service is not there, or does not let this page in. */
export async function connectToHost(): Promise<Port> {
  const host = electronHost();
  if (host !== undefined) return messagePort(await portOf(PORT_MESSAGE, () => host.requestPort()));
  await openSession();
  try {
    return await openSocketPort(socketUrl('/port'));
  } catch (error) {
    await checkSession();
    throw error;
  }
}

/** A new route with each call; the page must be connected. */
export async function openScriptRoute(): Promise<ScriptRoute> {
  const host = electronHost();
  if (host === undefined) return { kind: 'socket', url: socketUrl('/script') };
  return { kind: 'port', port: await portOf(SCRIPT_PORT_MESSAGE, () => host.requestScriptPort()) };
}

function electronHost(): ElectronHost | undefined {
  return (globalThis as { inspectorHost?: ElectronHost }).inspectorHost;
}

function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${path}`;
}

function portOf(message: string, request: () => void): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== message || port === undefined) return;
      window.removeEventListener('message', receive);
      resolve(port);
    };
    window.addEventListener('message', receive);
    request();
  });
}
