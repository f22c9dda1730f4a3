/** Runs Python in the console's runtime, in a worker thread of Node, against real brokers. */

import { systemClock, systemRandom } from '../../../main/engine/transport/system.ts';
import { createTransport } from '../../../main/engine/transport/create.ts';
import { lookUpHost } from '../../../main/engine/transport/resolve.ts';
import { createRuntimeHost, PYODIDE_FOLDER, readPythonSources } from '../../../main/hosts/python/runtime-host.ts';
import { HeadlessScripts } from '../../../main/service/headless-scripts.ts';
import type { HostOverride } from '../../../shared/contract/script-link.ts';
import { RuntimeHandle, type RuntimeHost } from '../../../shared/python/runtime/handle.ts';
import type { ModuleFiles } from '../../../shared/python/runtime/protocol.ts';

export interface ConsoleOptions {
  readonly overrides?: readonly HostOverride[];
  readonly dialect?: string;
  readonly terminal?: boolean;
  readonly files?: ModuleFiles;
  readonly argv?: readonly string[];
  readonly name?: string;
  /** Lines for `input()`, without line ends; the input ends after the last. */
  readonly input?: readonly string[];
  readonly interactive?: boolean;
  /** Called in place of sending the next line of `input`. */
  readonly wantsInput?: () => void;
  /** In place of the clock that makes busy threads give way. */
  readonly clock?: RuntimeHost['clock'];
}

const sources = readPythonSources();

/** One interpreter; dispose it. */
export class Console implements Disposable {
  stdout = '';
  stderr = '';
  notes = '';
  readonly scripts: HeadlessScripts;
  readonly unresolved: string[] = [];
  /** As the sources of the run carry it. */
  runNumber = 0;
  readonly handle: RuntimeHandle;
  readonly #input: (string | null)[];
  readonly #options: ConsoleOptions;
  #exit: (code: number) => void = () => undefined;
  #prompted: (continues: boolean) => void = () => undefined;
  #gone: string | undefined;
  #interactive = false;

  constructor(options: ConsoleOptions = {}) {
    this.#options = options;
    this.#input = [...(options.input ?? []).map((line) => `${line}\n`), null];
    this.scripts = new HeadlessScripts({
      byteBudget: 256 * 1024 * 1024,
      clock: systemClock,
      random: systemRandom,
      createTransport,
      lookUpHost,
    });
    const host = {
      ...createRuntimeHost({ attachScript: (port) => this.scripts.attach(port), machineFiles: false }),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    };
    const start = {
      ...sources,
      pyodide: PYODIDE_FOLDER,
      terminal: options.terminal ?? false,
      overrides: options.overrides ?? [],
      dialect: options.dialect ?? '',
    };
    this.handle = new RuntimeHandle(host, start, {
      output: (stream, text, done) => {
        if (stream === 'stdout') this.stdout += text;
        else if (stream === 'stderr') this.stderr += text;
        else this.notes += text;
        done();
      },
      wantsInput: options.wantsInput ?? (() => this.handle.input(this.#input.shift() ?? null)),
      prompt: (continues) => this.#prompted(continues),
      finished: (code) => this.#finished(code),
      begun: (run) => {
        this.runNumber = run;
      },
      unresolved: (name) => void this.unresolved.push(name),
      gone: (reason, message) => {
        this.#gone = `${reason} ${message}`;
      },
    });
  }

  /** Why the runtime is gone, where it is. */
  get gone(): string | undefined {
    return this.#gone;
  }

  /** Runs a script to its end; answers its exit code. */
  run(text: string, more: Partial<ConsoleOptions> = {}): Promise<number> {
    const { files = {}, argv = [], name = 'main.py', interactive = false } = { ...this.#options, ...more };
    this.#interactive = interactive;
    return new Promise((resolve) => {
      this.#exit = resolve;
      this.handle.run({ path: name, files: { ...files, [name]: text }, argv: [name, ...argv], interactive });
    });
  }

  /** An interactive run is over for the test when its prompt stands. */
  #finished(code: number): void {
    if (!this.#interactive) this.#exit(code);
    this.#prompted = () => this.#exit(code);
  }

  /** Types lines at the prompt; answers whether a statement is still open. */
  type(text: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#prompted = resolve;
      this.handle.evaluate(text);
    });
  }

  [Symbol.dispose](): void {
    this.handle.terminate();
    this.scripts.close();
  }
}

export interface ScriptResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly notes: string;
}

/** Runs one script in an interpreter of its own. */
export async function runScript(text: string, options: ConsoleOptions = {}): Promise<ScriptResult> {
  using console = new Console(options);
  const code = await console.run(text);
  const { stdout, stderr, notes } = console;
  return { code, stdout, stderr, notes };
}
