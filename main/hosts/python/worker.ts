/** The worker thread that carries one Python runtime. */

import { opendirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type {
  InterpreterFiles,
  LoadPyodide,
  OwnerMessage,
  RuntimeCarrier,
} from '../../../shared/python/runtime/protocol.ts';
import { Runtime } from '../../../shared/python/runtime/runtime.ts';
import { threadPort } from './thread-port.ts';

/** Folders of the interpreter's own disk that the machine's must not hide. */
const INTERPRETER_FOLDERS = new Set(['dev', 'proc', 'sys', 'lib', 'home', 'tmp']);
/** Below `/home` these are the interpreter's. */
const INTERPRETER_HOMES = new Set(['pyodide', 'bootstrap', 'modules', 'script', 'web_user']);

const owner = parentPort;
if (owner === null) throw new Error('this file is the entry of a worker thread');
const { link, machineFiles } = workerData as { readonly link: MessagePort; readonly machineFiles: boolean };

const carrier: RuntimeCarrier = {
  post: (message) => owner.postMessage(message),
  link: threadPort(link),
  async loadPyodide(folder) {
    const module = (await import(pathToFileURL(`${folder}pyodide.mjs`).href)) as { readonly loadPyodide: LoadPyodide };
    return module.loadPyodide;
  },
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
  soon: (task) => void setImmediate(task),
  nowMs: () => performance.now(),
  ...(machineFiles ? { mountFiles } : {}),
};

/** Makes the machine's files those of the script: each folder under `/` that the interpreter has no use for, and what lies in `/home` and `/tmp`. */
function mountFiles(files: InterpreterFiles): void {
  const mount = (path: string): void => {
    files.mkdirTree(path);
    files.mount(files.filesystems['NODEFS'], { root: path }, path);
  };
  for (const name of folders('/')) if (!INTERPRETER_FOLDERS.has(name)) mount(`/${name}`);
  for (const name of folders('/home')) if (!INTERPRETER_HOMES.has(name)) mount(`/home/${name}`);
  mount('/tmp');
}

function folders(path: string): readonly string[] {
  const found: string[] = [];
  try {
    using directory = opendirSync(path);
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync())
      if (entry.isDirectory()) found.push(entry.name);
  } catch {
    // A folder that cannot be read has nothing for a script.
  }
  return found;
}

const runtime = new Runtime(carrier);
owner.on('message', (message: OwnerMessage) => runtime.receive(message));
