/** One Python interpreter in a worker: loads it, obeys its owner, and runs Python so that it can wait. */

import { createScriptLink, type ScriptLink } from './link.ts';
import { HostModule } from './host-module.ts';
import {
  INTERRUPT_CELLS,
  type Interpreter,
  MODULE_FOLDER,
  type ModuleFiles,
  type OwnerMessage,
  type PythonFunction,
  type PythonObject,
  type RunRequest,
  type RuntimeCarrier,
  type RuntimeMessage,
  type RuntimeStart,
  SCRIPT_FOLDER,
} from './protocol.ts';

/** The main thread's identity in Python. */
const MAIN = 1;
const BOOTSTRAP_FOLDER = '/home/bootstrap/';

/** Name of a run that no script began. */
const PROMPT_RUN = '>>>';

/** Hand every message of the owner to {@link receive}. */
export class Runtime {
  readonly #carrier: RuntimeCarrier;
  #loaded: Promise<Loaded> | undefined;
  /** What is asked of Python goes one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #running: Loaded | undefined;
  #isBusy = false;
  /** The owner asked for an end. */
  #stopped = false;
  /** Clients belong to a run, and a prompt alone is one too. */
  #hasRun = false;

  constructor(carrier: RuntimeCarrier) {
    this.#carrier = carrier;
  }

  receive(message: OwnerMessage): void {
    switch (message.kind) {
      case 'start':
        this.#loaded = this.#load(message.start);
        this.#loaded.then(
          (loaded) => {
            this.#running = loaded;
            this.#carrier.post({ kind: 'ready', version: loaded.interpreter.version });
          },
          (error: unknown) => this.#fail(error),
        );
        return;
      case 'run':
        this.#stopped = false;
        this.#queue((loaded) => this.#run(loaded, message.run));
        return;
      case 'end':
        this.#queue(async (loaded) => {
          this.#stopped = true;
          await this.#end(loaded, 0);
          this.#carrier.post({ kind: 'ended' });
        });
        return;
      case 'evaluate':
        this.#queue(async (loaded) => {
          this.#beginRun(loaded, PROMPT_RUN);
          const next = await loaded.call(loaded.prompt, 'evaluate', message.text);
          this.#prompt(loaded, next === 'continuation');
        });
        return;
      case 'evaluate-block': {
        const { text, file, firstLine } = message;
        this.#queue(async (loaded) => {
          this.#beginRun(loaded, PROMPT_RUN);
          await loaded.call(loaded.prompt, 'run_block', text, `${SCRIPT_FOLDER}${file}`, firstLine);
          this.#prompt(loaded, false);
        });
        return;
      }
      case 'complete':
        void this.#complete(message.text, message.request);
        return;
      case 'input':
        void this.#loaded?.then(({ host }) => host.input(message.text));
        return;
      case 'took':
        this.#running?.host.took(message.bytes);
        return;
      case 'stop':
        this.#stop();
        return;
      case 'overrides':
        void this.#loaded?.then(({ link }) => link.setOverrides(message.overrides));
    }
  }

  #stop(): void {
    this.#carrier.post({ kind: 'stopping' });
    this.#stopped = true;
    if (this.#isBusy) this.#running?.host.interrupt(MAIN);
    else this.#running?.call(this.#running.prompt, 'reset').catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#running?.host.flush();
    this.#carrier.post({
      kind: 'failed',
      message: error instanceof Error ? error.message : String(error),
    });
  }

  /** Python that raises what it should have caught, or that cannot go on, ends the runtime. */
  #queue(task: (loaded: Loaded) => Promise<void>): void {
    this.#turn = this.#turn
      .then(async () => {
        const loaded = await this.#loaded;
        if (loaded === undefined) throw new Error('the runtime was not started');
        this.#isBusy = true;
        loaded.setBusy(true);
        try {
          await task(loaded);
        } finally {
          this.#isBusy = false;
          loaded.host.forgetInterrupts();
        }
      })
      .catch((error: unknown) => this.#fail(error));
  }

  async #load(start: RuntimeStart): Promise<Loaded> {
    const loadPyodide = await this.#carrier.loadPyodide(start.pyodide);
    const interpreter = await loadPyodide({
      indexURL: start.pyodide,
      env: { HOME: SCRIPT_FOLDER, PYTHONDONTWRITEBYTECODE: '1' },
      checkAPIVersion: false,
      stdout: (line) => this.#carrier.post(outputOf('stdout', line)),
      stderr: (line) => this.#carrier.post(outputOf('stderr', line)),
    });
    return new Loaded(interpreter, start, this.#carrier);
  }

  async #run(loaded: Loaded, run: RunRequest): Promise<void> {
    this.#carrier.mountFiles?.(loaded.interpreter.FS);
    loaded.writeFiles(SCRIPT_FOLDER, run.files ?? {});
    loaded.setEnvironment(run);
    const path = run.path.startsWith('/') ? run.path : `${SCRIPT_FOLDER}${run.path}`;
    this.#hasRun = false;
    this.#beginRun(loaded, path.slice(path.lastIndexOf('/') + 1));
    const argv = loaded.interpreter.toPy(run.argv);
    const code = Number(await loaded.call(loaded.runner, 'run_script', path, argv, run.folder));
    const exitCode = run.interactive ? code : await this.#end(loaded, code);
    loaded.host.flush();
    this.#carrier.post({ kind: 'finished', exitCode });
    if (run.interactive) this.#prompt(loaded, false);
  }

  #beginRun(loaded: Loaded, name: string): void {
    if (!this.#hasRun) loaded.link.beginRun(name);
    this.#hasRun = true;
  }

  async #end(loaded: Loaded, code: number): Promise<number> {
    const exitCode = Number(await loaded.call(loaded.runner, 'finish', code, this.#stopped));
    if (this.#hasRun) loaded.link.finishRun();
    this.#hasRun = false;
    loaded.setBusy(false);
    loaded.host.flush();
    return exitCode;
  }

  #prompt(loaded: Loaded, continues: boolean): void {
    const threads = attribute(loaded.runner, 'has_threads')() === true;
    loaded.setBusy(threads);
    loaded.host.flush();
    this.#carrier.post({ kind: 'prompt', continues, threads });
  }

  async #complete(text: string, request: number): Promise<void> {
    const loaded = await this.#loaded;
    if (loaded === undefined) return;
    const found = String(await loaded.call(loaded.prompt, 'complete', text));
    const [replaces, options] = JSON.parse(found) as [number, readonly string[]];
    this.#carrier.post({ kind: 'completions', request, replaces, options });
  }
}

/** The interpreter with everything of ours in it. */
class Loaded {
  readonly interpreter: Interpreter;
  readonly host: HostModule;
  readonly link: ScriptLink;
  readonly runner: PythonObject;
  readonly prompt: PythonObject;
  readonly #cells: Int32Array | undefined;

  constructor(interpreter: Interpreter, start: RuntimeStart, carrier: RuntimeCarrier) {
    this.interpreter = interpreter;
    this.#cells = start.interrupt === undefined ? undefined : new Int32Array(start.interrupt);
    this.writeFiles(BOOTSTRAP_FOLDER, start.bootstrap);
    this.writeFiles(MODULE_FOLDER, start.modules);
    interpreter.FS.mkdirTree(SCRIPT_FOLDER);
    this.host = new HostModule(
      carrier,
      start.terminal,
      (ident) => attribute(turns, 'run_thread').callPromising(ident),
      () => carrier.post({ kind: 'wants-input' }),
    );
    interpreter.registerJsModule('_inspector_host', { host: this.host });
    this.link = createScriptLink(carrier.link, {
      begun: (run) => carrier.post({ kind: 'begun', run }),
      unresolved: (host) => carrier.post({ kind: 'unresolved', host }),
    });
    this.link.setOverrides(start.overrides);
    interpreter.registerJsModule('_inspector_link', this.link.module);
    interpreter.runPython(
      `import sys, os; sys.path.insert(0, ${JSON.stringify(BOOTSTRAP_FOLDER)}); os.chdir(${JSON.stringify(SCRIPT_FOLDER)})`,
    );
    this.runner = interpreter.pyimport('_inspector.runner');
    const turns = interpreter.pyimport('_inspector.turns');
    const config = interpreter.toPy({ dialect: start.dialect });
    const own = interpreter.toPy([SCRIPT_FOLDER]);
    const modules = interpreter.toPy([MODULE_FOLDER]);
    this.prompt = attribute(this.runner, 'install')(config, own, modules) as PythonObject;
    interpreter.setInterruptBuffer(this.#cells);
  }

  /** Whether the clock shall tick. */
  setBusy(busy: boolean): void {
    if (this.#cells !== undefined) Atomics.store(this.#cells, INTERRUPT_CELLS.busy, busy ? 1 : 0);
  }

  call(object: PythonObject, name: string, ...parameters: readonly unknown[]): Promise<unknown> {
    return attribute(object, name).callPromising(...parameters);
  }

  writeFiles(folder: string, files: ModuleFiles): void {
    for (const [path, text] of Object.entries(files)) {
      const whole = folder + path;
      this.interpreter.FS.mkdirTree(whole.slice(0, whole.lastIndexOf('/')));
      this.interpreter.FS.writeFile(whole, text);
    }
  }

  setEnvironment({ path, environment }: RunRequest): void {
    const own = this.interpreter.toPy([SCRIPT_FOLDER, path.slice(0, path.lastIndexOf('/') + 1) || SCRIPT_FOLDER]);
    attribute(this.runner, 'set_environment')(this.interpreter.toPy(environment ?? {}), own);
  }
}

/** What C code of the interpreter writes past Python's own streams. */
function outputOf(stream: 'stdout' | 'stderr', line: string): RuntimeMessage {
  return { kind: 'output', stream, text: `${line}\n`, bytes: 0 };
}

function attribute(object: PythonObject, name: string): PythonFunction {
  const member = object[name];
  if (member === undefined) throw new Error(`Python has no ${name}`);
  return member;
}
