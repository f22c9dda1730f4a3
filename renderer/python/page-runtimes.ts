/** Lends the page's Python runtimes their web workers, their clock and their way to the service. */

import type { RuntimeHost, RuntimeWorker } from '../../shared/python/runtime/handle.ts';
import type { RuntimeMessage } from '../../shared/python/runtime/protocol.ts';
import { openScriptRoute } from '../platform/host-port.ts';
import type { ClockMessage } from './clock.ts';
import type { RouteMessage } from './worker.ts';

/** Without cross-origin isolation memory cannot be shared; runtimes then have no clock. */
export function createPageRuntimeHost(): RuntimeHost {
  let clock: Worker | undefined;
  let runtimes = 0;
  return {
    createWorker,
    clock(cells) {
      clock ??= new Worker(new URL('clock.ts', import.meta.url), { type: 'module', name: 'python clock' });
      runtimes += 1;
      const runtime = runtimes;
      const tell = (kind: ClockMessage['kind']) => clock?.postMessage({ kind, runtime, cells } satisfies ClockMessage);
      tell('add');
      return { [Symbol.dispose]: () => tell('remove') };
    },
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
    sharedMemory: (bytes) => (globalThis.crossOriginIsolated ? new SharedArrayBuffer(bytes) : undefined),
  };
}

function createWorker(): RuntimeWorker {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module', name: 'python' });
  void openScriptRoute().then((route) => {
    const message: RouteMessage = { kind: 'route', route };
    worker.postMessage(message, route.kind === 'port' ? [route.port] : []);
  });
  return {
    post: (message) => worker.postMessage(message),
    onMessage(listener) {
      worker.addEventListener('message', ({ data }: MessageEvent<RuntimeMessage>) => listener(data));
    },
    onFailure(listener) {
      worker.addEventListener('error', (event) => listener(event.message === '' ? 'the worker ended' : event.message));
    },
    terminate: () => worker.terminate(),
  };
}
