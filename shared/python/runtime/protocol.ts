/** Messages between a Python runtime in its worker and the owner of that worker: a page or the command line. */

import type { Port } from '../../contract/port.ts';
import type { HostOverride } from '../../contract/script-link.ts';

/** Python sources by path, `paho/mqtt/client.py`. */
export type ModuleFiles = Readonly<Record<string, string>>;

/** A stream of the script; `note` is ours: a line that the script did not print. */
export type OutputStream = 'stdout' | 'stderr' | 'note';

/** Where the clock and an interrupt reach a busy interpreter: two 32-bit cells. */
export const INTERRUPT_CELLS = { signal: 0, busy: 1 } as const;
export const INTERRUPT_BYTES = 8;
/** Numbers of the signals. */
export const SIGINT = 2;
export const SIGALRM = 14;
/** A busy thread gives way this often. */
export const CLOCK_MS = 10;

/** What a runtime starts with. */
export interface RuntimeStart {
  /** `_inspector` and the modules that stand beside the standard library. */
  readonly bootstrap: ModuleFiles;
  readonly modules: ModuleFiles;
  /** Folder of Pyodide's own files, with a slash at its end. */
  readonly pyodide: string;
  /** Absent where memory cannot be shared: busy threads then do not give way by themselves. */
  readonly interrupt?: SharedArrayBuffer;
  /** A terminal shows each line at once and types input; a pipe takes and gives blocks. */
  readonly terminal: boolean;
  readonly overrides: readonly HostOverride[];
  /** Dialect of umqtt that the script is written for; empty: told by what it calls. */
  readonly dialect: string;
}

/** What to run. */
export interface RunRequest {
  /** Path of the script; a relative one lies in {@link SCRIPT_FOLDER}. */
  readonly path: string;
  /** Where the script stands; {@link SCRIPT_FOLDER} by default. */
  readonly folder?: string;
  /** Files put into {@link SCRIPT_FOLDER} first: the tabs of the editor. */
  readonly files?: ModuleFiles;
  /** All of sys.argv: the script as the user names it, then its arguments. */
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** True: what its threads and clients do goes on under the prompt until the owner ends the run. */
  readonly interactive: boolean;
}

/** Where an owner without a disk puts its scripts. */
export const SCRIPT_FOLDER = '/home/script/';
/** Where the modules of {@link RuntimeStart} lie. */
export const MODULE_FOLDER = '/home/modules/';

export type OwnerMessage =
  | { readonly kind: 'start'; readonly start: RuntimeStart }
  | { readonly kind: 'run'; readonly run: RunRequest }
  /** Ends what {@link RunRequest.interactive} left running. Answered with `ended`. */
  | { readonly kind: 'end' }
  /** Lines of the prompt. Answered with `prompt`. */
  | { readonly kind: 'evaluate'; readonly text: string }
  /** A piece of a file under its own line numbers. Answered with `prompt`. */
  | { readonly kind: 'evaluate-block'; readonly text: string; readonly file: string; readonly firstLine: number }
  /** Answered with `completions`. */
  | { readonly kind: 'complete'; readonly text: string; readonly request: number }
  /** A line of input with its line end, or null for its end. */
  | { readonly kind: 'input'; readonly text: string | null }
  /** The owner has shown so many bytes of output. */
  | { readonly kind: 'took'; readonly bytes: number }
  /** Answered with `stopping` as soon as Python gives way. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'overrides'; readonly overrides: readonly HostOverride[] };

export type RuntimeMessage =
  | { readonly kind: 'ready'; readonly version: string }
  /** Nothing more can be done with this worker. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'output'; readonly stream: OutputStream; readonly text: string; readonly bytes: number }
  /** The script waits for a line. */
  | { readonly kind: 'wants-input' }
  | { readonly kind: 'stopping' }
  /** The script's main code is over; with `interactive` its threads and clients may go on. */
  | { readonly kind: 'finished'; readonly exitCode: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'prompt'; readonly continues: boolean; readonly threads: boolean }
  | {
      readonly kind: 'completions';
      readonly request: number;
      readonly replaces: number;
      readonly options: readonly string[];
    }
  /** Sources of the run carry this number. */
  | { readonly kind: 'begun'; readonly run: number }
  /** A host that the script named does not resolve: an override would help. */
  | { readonly kind: 'unresolved'; readonly host: string };

/** What a worker lends the runtime that it carries. */
export interface RuntimeCarrier {
  post(message: RuntimeMessage): void;
  /** Way to the service; asked for once. */
  readonly link: Port;
  /** Pyodide's `loadPyodide`, from the folder of {@link RuntimeStart.pyodide}. */
  loadPyodide(folder: string): Promise<LoadPyodide>;
  /** Runs `task` once after `delayMs`; disposing cancels. */
  after(delayMs: number, task: () => void): Disposable;
  /** Runs `task` when messages and timers that are due have had their turn. */
  soon(task: () => void): void;
  /** Milliseconds of a clock that only goes forward. */
  nowMs(): number;
  /** Puts the machine's own files in the interpreter's reach, where the carrier has any. */
  mountFiles?(files: InterpreterFiles): void;
}

export type LoadPyodide = (options: {
  readonly indexURL: string;
  readonly env: Readonly<Record<string, string>>;
  readonly checkAPIVersion: boolean;
  readonly stdout: (line: string) => void;
  readonly stderr: (line: string) => void;
}) => Promise<Interpreter>;

/** The part of Emscripten's file system that is used. */
export interface InterpreterFiles {
  mkdirTree(path: string): void;
  writeFile(path: string, text: string): void;
  mount(type: unknown, options: { readonly root: string }, path: string): void;
  readonly filesystems: Readonly<Record<string, unknown>>;
}

/** A Python object in JavaScript's hands; what it has by name are functions. */
export interface PythonObject {
  readonly [name: string]: PythonFunction | undefined;
}

export interface PythonFunction {
  (...parameters: readonly unknown[]): unknown;
  /** Calls it on a stack of its own, on which it can wait. */
  callPromising(...parameters: readonly unknown[]): Promise<unknown>;
}

/** The part of Pyodide's interface that is used. */
export interface Interpreter {
  readonly version: string;
  readonly FS: InterpreterFiles;
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
  pyimport(name: string): PythonObject;
  setInterruptBuffer(buffer: Int32Array | undefined): void;
  toPy(value: unknown): unknown;
}
