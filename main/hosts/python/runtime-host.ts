/** Lends Python runtimes their worker threads, their clock and their sources. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Port } from '../../../shared/contract/port.ts';
import type { RuntimeHost, RuntimeWorker } from '../../../shared/python/runtime/handle.ts';
import {
  CLOCK_MS,
  INTERRUPT_CELLS,
  type ModuleFiles,
  type RuntimeMessage,
  SIGALRM,
} from '../../../shared/python/runtime/protocol.ts';
import { threadPort } from './thread-port.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');

/** Folder of Pyodide's files. */
export const PYODIDE_FOLDER = join(PROJECT, 'node_modules/pyodide/');

/** All Python files below a folder of `shared/python`. */
function readModules(folder: 'bootstrap' | 'modules'): ModuleFiles {
  const root = join(PROJECT, 'shared/python', folder);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py'));
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')] as const),
  );
}

/** The Python that stands beside the standard library. */
export function readPythonSources(): { readonly bootstrap: ModuleFiles; readonly modules: ModuleFiles } {
  return { bootstrap: readModules('bootstrap'), modules: readModules('modules') };
}

export interface RuntimeHostOptions {
  /** Serves the clients of each runtime that is made. */
  readonly attachScript: (port: Port) => Disposable;
  /** Whether scripts see the machine's files as their own. */
  readonly machineFiles: boolean;
}

export function createRuntimeHost(options: RuntimeHostOptions): RuntimeHost {
  return {
    createWorker: () => createWorker(options),
    clock(cells) {
      const timer = setInterval(() => {
        if (Atomics.load(cells, INTERRUPT_CELLS.busy) !== 0)
          Atomics.compareExchange(cells, INTERRUPT_CELLS.signal, 0, SIGALRM);
      }, CLOCK_MS);
      timer.unref();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
    sharedMemory: (bytes) => new SharedArrayBuffer(bytes),
  };
}

function createWorker({ attachScript, machineFiles }: RuntimeHostOptions): RuntimeWorker {
  const { port1, port2 } = new MessageChannel();
  const attached = attachScript(threadPort(port1));
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
    workerData: { link: port2, machineFiles },
    transferList: [port2],
  });
  let isOver = false;
  const end = (): void => {
    isOver = true;
    attached[Symbol.dispose]();
    port1.close();
  };
  worker.on('exit', end);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', (message: RuntimeMessage) => listener(message)),
    onFailure(listener) {
      worker.on('error', (error: Error) => listener(error.message));
      worker.on('exit', () => {
        if (!isOver) listener('the worker ended');
      });
    },
    terminate() {
      end();
      void worker.terminate();
    },
  };
}
