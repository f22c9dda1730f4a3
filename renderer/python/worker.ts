/** The web worker that carries one Python runtime of the page. */

import type { Port } from '../../shared/contract/port.ts';
import type { LoadPyodide, OwnerMessage, RuntimeMessage } from '../../shared/python/runtime/protocol.ts';
import { Runtime } from '../../shared/python/runtime/runtime.ts';
import type { ScriptRoute } from '../platform/host-port.ts';
import { messagePort } from '../platform/message-port.ts';
import { openSocketPort } from '../platform/socket-port.ts';

/** First message of the page; all others are for the runtime. */
export interface RouteMessage {
  readonly kind: 'route';
  readonly route: ScriptRoute;
}

/** The part of a worker's global scope that is used; the page's types know only windows. */
interface WorkerScope {
  postMessage(message: RuntimeMessage): void;
  addEventListener(name: 'message', listener: (event: MessageEvent<RouteMessage | OwnerMessage>) => void): void;
  addEventListener(name: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const post = (message: RuntimeMessage): void => scope.postMessage(message);

const tasks: (() => void)[] = [];
const channel = new MessageChannel();
channel.port1.addEventListener('message', () => tasks.shift()?.());
channel.port1.start();

function carry(link: Port): Runtime {
  return new Runtime({
    post,
    link,
    async loadPyodide(folder) {
      const module = (await import(/* @vite-ignore */ `${folder}pyodide.mjs`)) as { readonly loadPyodide: LoadPyodide };
      return module.loadPyodide;
    },
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
    soon(task) {
      tasks.push(task);
      channel.port2.postMessage(undefined);
    },
    nowMs: () => performance.now(),
  });
}

const waiting: OwnerMessage[] = [];
let runtime: Runtime | undefined;

async function follow(route: ScriptRoute): Promise<void> {
  try {
    runtime = carry(route.kind === 'port' ? messagePort(route.port) : await openSocketPort(route.url));
  } catch (error) {
    fail(error);
    return;
  }
  for (const message of waiting.splice(0)) runtime.receive(message);
}

function fail(error: unknown): void {
  post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}

scope.addEventListener('message', ({ data }) => {
  if (data.kind === 'route') void follow(data.route);
  else if (runtime === undefined) waiting.push(data);
  else runtime.receive(data);
});
scope.addEventListener('unhandledrejection', (event) => fail(event.reason));
