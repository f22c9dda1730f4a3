/** basedpyright in a worker: what it knows of Python, of our modules and of the editor's files. */

import workerAddress from 'browser-basedpyright/dist/pyright.worker.js?url';
import { isOfDevices } from './device-names.ts';
import { Rpc } from './json-rpc.ts';
import type {
  CompletionItem,
  CompletionList,
  Diagnostic,
  Hover,
  Location,
  Position,
  SignatureHelp,
} from './protocol.ts';

const SCRIPTS = '/home/script';
const MODULES = '/home/modules';

/** Scripts are not typed: what is reported is what would fail when they run. */
const SETTINGS = {
  // Where the worker has the types of the standard library.
  typeshedPath: '/typeshed',
  extraPaths: [MODULES],
  pythonVersion: '3.14',
  pythonPlatform: 'Linux',
  typeCheckingMode: 'basic',
  reportMissingModuleSource: false,
  reportOptionalMemberAccess: false,
  reportOptionalSubscript: false,
  reportPossiblyUnbound: false,
  reportSelfClsParameterName: false,
  reportAttributeAccessIssue: 'warning',
};

const stubs = import.meta.glob('../../../../shared/python/stubs/**/*.pyi', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const sources = import.meta.glob('../../../../shared/python/modules/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Our modules as the server sees them, by path: the stub of a module that has one, else its source, from which it infers as much. */
function moduleFiles(): Record<string, string> {
  const inside = (path: string): string => MODULES + path.replace(/^.*\/shared\/python\/(?:stubs|modules)/, '');
  const files: Record<string, string> = {};
  for (const [path, text] of Object.entries(stubs)) files[inside(path)] = text;
  for (const [path, text] of Object.entries(sources)) {
    if (files[`${inside(path)}i`] === undefined) files[inside(path)] = text;
  }
  return files;
}

interface BackgroundRequest {
  readonly type: 'browser/newWorker';
  readonly initialData: unknown;
  readonly port: MessagePort;
}

/** Asks about a place in a file. */
export type Question<T> = (uri: string, position: Position, signal: AbortSignal) => Promise<T | null>;

export interface PythonServer extends Disposable {
  open(uri: string, text: string): void;
  change(uri: string, version: number, text: string): void;
  close(uri: string): void;
  readonly complete: Question<CompletionList>;
  /** Adds what a list leaves out: documentation. */
  resolve(item: CompletionItem, signal: AbortSignal): Promise<CompletionItem>;
  readonly hover: Question<Hover>;
  readonly signature: Question<SignatureHelp>;
  readonly definition: Question<readonly Location[]>;
}

/** Starts a server; rejects where its worker cannot be loaded. `diagnosed` gets all problems of a file whenever they change. */
export async function startPythonServer(
  diagnosed: (uri: string, diagnostics: readonly Diagnostic[]) => void,
): Promise<PythonServer> {
  const workers: Worker[] = [];
  const boot = (message: object, transfer: Transferable[] = []): Worker => {
    const worker = new Worker(workerAddress, { name: 'python-language' });
    workers.push(worker);
    worker.postMessage({ type: 'browser/boot', ...message }, transfer);
    return worker;
  };
  const foreground = boot({ mode: 'foreground' });
  // It analyses in a worker of its own, which only the page can make.
  foreground.addEventListener('message', ({ data }: MessageEvent<Partial<BackgroundRequest>>) => {
    if (data.type !== 'browser/newWorker' || data.port === undefined) return;
    boot({ mode: 'background', initialData: data.initialData, port: data.port }, [data.port]);
  });
  const rpc = new Rpc(foreground, {
    asked(method, params) {
      if (method !== 'workspace/configuration') return null;
      const { items } = params as { readonly items: readonly { readonly section?: string }[] };
      return items.map(({ section }) => settingsOf(section ?? ''));
    },
    told(method, params) {
      if (method !== 'textDocument/publishDiagnostics') return;
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: readonly Diagnostic[] };
      diagnosed(
        uri,
        diagnostics.filter(({ message }) => !isOfDevices(message)),
      );
    },
  });
  const end = (): void => {
    rpc[Symbol.dispose]();
    for (const worker of workers) worker.terminate();
  };
  try {
    const files = { ...moduleFiles(), [`${SCRIPTS}/pyrightconfig.json`]: JSON.stringify(SETTINGS) };
    await rpc.ask('initialize', {
      processId: null,
      rootUri: `file://${SCRIPTS}`,
      workspaceFolders: [{ uri: `file://${SCRIPTS}`, name: 'scripts' }],
      initializationOptions: { files },
      capabilities: {
        workspace: { configuration: true },
        textDocument: {
          completion: {
            completionItem: { documentationFormat: ['markdown'], resolveSupport: { properties: ['documentation'] } },
          },
          hover: { contentFormat: ['markdown'] },
          signatureHelp: {
            signatureInformation: { parameterInformation: { labelOffsetSupport: true }, activeParameterSupport: true },
          },
          publishDiagnostics: { tagSupport: { valueSet: [1, 2] } },
        },
      },
    });
  } catch (error) {
    end();
    throw error;
  }
  rpc.tell('initialized', {});
  const at = (uri: string, position: Position) => ({ textDocument: { uri }, position });
  return {
    open: (uri, text) =>
      rpc.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text } }),
    change: (uri, version, text) =>
      rpc.tell('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] }),
    close: (uri) => rpc.tell('textDocument/didClose', { textDocument: { uri } }),
    complete: (uri, position, signal) => rpc.ask('textDocument/completion', at(uri, position), signal),
    resolve: (item, signal) => rpc.ask('completionItem/resolve', item, signal),
    hover: (uri, position, signal) => rpc.ask('textDocument/hover', at(uri, position), signal),
    signature: (uri, position, signal) => rpc.ask('textDocument/signatureHelp', at(uri, position), signal),
    definition: (uri, position, signal) => rpc.ask('textDocument/definition', at(uri, position), signal),
    [Symbol.dispose]: end,
  };
}

function settingsOf(section: string): unknown {
  if (section === 'basedpyright.analysis' || section === 'python.analysis')
    return { ...SETTINGS, diagnosticMode: 'openFilesOnly', autoImportCompletions: false };
  return {};
}
