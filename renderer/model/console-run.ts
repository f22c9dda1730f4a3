/** One Python interpreter of the console: a script that runs, and the prompt over its names. */

import type { HostOverride } from '../../shared/contract/script-link.ts';
import { RuntimeHandle, type RuntimeHost } from '../../shared/python/runtime/handle.ts';
import type { ModuleFiles, OutputStream, RunRequest, RuntimeStart } from '../../shared/python/runtime/protocol.ts';
import { type LineHistory, Tty, type TtyScreen } from './console-tty.ts';
import { createStore, type Readable } from './store.ts';

/** Python as the page lends it. */
export interface PythonParts {
  readonly host: RuntimeHost;
  /** Loads what each runtime starts with. */
  sources(): Promise<Pick<RuntimeStart, 'bootstrap' | 'modules' | 'pyodide'>>;
}

/**
 * - `starting`: the interpreter loads;
 * - `running`: Python works, or waits for anything but a line;
 * - `reading`: it waits for a line of `input()`;
 * - `prompt`: nothing runs in the main thread, and a statement can be typed;
 * - `over`: the interpreter is gone.
 */
export type RunState = 'starting' | 'running' | 'reading' | 'prompt' | 'over';

/** Why a run is over or its script has ended. */
export interface RunEnd {
  readonly reason: 'exit' | 'closed' | 'terminated' | 'failed';
  /** Of the script; absent where there was none. */
  readonly exitCode?: number;
  /** What the worker said that failed. */
  readonly message?: string;
}

export interface RunWords {
  /** First lines of a console without a script. */
  banner(): string;
  ended(end: RunEnd): string;
  cannotPreempt(): string;
  /** The user ended the threads that went on under the prompt. */
  endedThreads(): string;
}

export interface RunOptions {
  readonly id: number;
  readonly python: PythonParts;
  readonly overrides: readonly HostOverride[];
  readonly dialect: string;
  readonly history: LineHistory;
  readonly words: RunWords;
  readonly unresolved: (host: string, run: ConsoleRun) => void;
}

const RED = '\u001B[31m';
const NOTE = '\u001B[36m';
const FAINT = '\u001B[2m';
const PLAIN = '\u001B[0m';
/** Pasted statements have no file. */
const PASTED = '<pasted>';

/** Whether {@link ConsoleRun.stop} would end something of the script. */
export function isStoppable(state: RunState, threads: boolean): boolean {
  return state === 'running' || state === 'reading' || (state === 'prompt' && threads);
}

export class ConsoleRun {
  readonly id: number;
  readonly #options: RunOptions;
  readonly #state = createStore<RunState>('starting');
  readonly #threads = createStore(false);
  readonly #title = createStore('');
  readonly #end = createStore<RunEnd | undefined>(undefined);
  readonly #number = createStore(-1);
  readonly #tty: Tty;
  #handle: RuntimeHandle | undefined;
  #request: RunRequest | undefined;
  #begun = false;
  #overrides: readonly HostOverride[];
  #disposed = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#overrides = options.overrides;
    this.id = options.id;
    this.#tty = new Tty(options.history, {
      line: (text) => this.#line(text),
      pasted: (text) => this.#pasted(text),
      interrupt: () => this.#interrupt(),
      end: () => this.#endOfInput(),
      complete: async (before) => (await this.#handle?.complete(before)) ?? { replaces: 0, options: [] },
    });
    void this.#load();
  }

  get state(): Readable<RunState> {
    return this.#state;
  }

  /** Whether threads went on when the prompt came. */
  get threads(): Readable<boolean> {
    return this.#threads;
  }

  /** Name of the file that runs; empty for a console without one. */
  get title(): Readable<string> {
    return this.#title;
  }

  /** As the sources of its clients carry it; negative before it has begun. */
  get number(): Readable<number> {
    return this.#number;
  }

  /** Set once the script has ended, while its clients and the prompt may go on. */
  get end(): Readable<RunEnd | undefined> {
    return this.#end;
  }

  /** Whether {@link stop} would interrupt something. */
  get busy(): boolean {
    const state = this.#state.get();
    return state === 'running' || state === 'reading' || (state === 'starting' && this.#request !== undefined);
  }

  /** The interpreter is there and nobody has used it. */
  get isSpare(): boolean {
    return !this.#begun && this.#state.get() !== 'over';
  }

  /** Takes a script. Call it on a run that {@link isSpare}. */
  start(name: string, files: ModuleFiles, parameters: readonly string[]): void {
    this.#begun = true;
    this.#title.set(name);
    this.#request = { path: name, files, argv: [name, ...parameters], interactive: true };
    this.#go();
  }

  /** Makes it a console without a script. */
  openPrompt(): void {
    this.#begun = true;
    this.#tty.printLine(`${FAINT}${this.#options.words.banner()}${PLAIN}`);
    this.#go();
  }

  /** Runs a piece of a file over the names of this run, with the file's own line numbers. */
  runBlock(text: string, file: string, firstLine: number): void {
    if (this.#state.get() !== 'prompt') return;
    this.#tty.leave();
    this.#state.set('running');
    this.#handle?.evaluateBlock(text, file, firstLine);
  }

  /** Interrupts what runs; at the prompt ends the threads and connections that the script left, or what is typed. */
  stop(): void {
    const state = this.#state.get();
    if (state === 'prompt' && this.#threads.get()) this.#endThreads();
    else if (state === 'prompt' || state === 'reading') this.keys('\u0003');
    else this.#handle?.stop();
  }

  #endThreads(): void {
    this.#threads.set(false);
    void this.#handle?.end();
    this.#tty.printLine(`${FAINT}${this.#options.words.endedThreads()}${PLAIN}`);
    this.#prompt(false);
  }

  setOverrides(overrides: readonly HostOverride[]): void {
    this.#overrides = overrides;
    this.#handle?.setOverrides(overrides);
  }

  /** Shows the run on a screen from now on, with everything that waited for one. */
  attach(screen: TtyScreen): void {
    this.#tty.attach(screen);
  }

  resize(columns: number): void {
    this.#tty.resize(columns);
  }

  /** What the terminal sends for keys and pastes. */
  keys(data: string): void {
    this.#tty.keys(data);
  }

  /** Ends everything: clients are cut without DISCONNECT, the interpreter goes. */
  close(): void {
    this.#disposed = true;
    this.#over({ reason: 'closed' });
    this.#handle?.terminate();
  }

  // --- the runtime

  async #load(): Promise<void> {
    const { python, dialect } = this.#options;
    let parts;
    try {
      parts = await python.sources();
    } catch (error) {
      this.#over({ reason: 'failed', message: error instanceof Error ? error.message : String(error) });
      return;
    }
    if (this.#disposed) return;
    this.#handle = new RuntimeHandle(
      python.host,
      { ...parts, terminal: true, overrides: this.#overrides, dialect },
      {
        output: (stream, text, done) => this.#output(stream, text, done),
        wantsInput: () => this.#read(),
        prompt: (continues, threads) => {
          this.#threads.set(threads);
          this.#prompt(continues);
        },
        finished: (exitCode) => this.#finished(exitCode),
        begun: (run) => this.#number.set(run),
        unresolved: (host) => this.#options.unresolved(host, this),
        gone: (reason, message) => this.#over({ reason, message }),
      },
    );
    await this.#handle.ready;
    this.#go();
  }

  /** Begins what waits, as soon as the interpreter is there. */
  #go(): void {
    if (this.#handle?.isReady !== true || !this.#begun || this.#state.get() !== 'starting') return;
    if (!this.#handle.preempts) this.#tty.printLine(`${NOTE}${this.#options.words.cannotPreempt()}${PLAIN}`);
    if (this.#request === undefined) {
      this.#prompt(false);
      return;
    }
    this.#state.set('running');
    this.#handle.run(this.#request);
  }

  #finished(exitCode: number): void {
    if (this.#state.get() === 'over') return;
    const end: RunEnd = { reason: 'exit', exitCode };
    this.#end.set(end);
    this.#tty.printLine(`${FAINT}${this.#options.words.ended(end)}${PLAIN}`);
  }

  #over(end: RunEnd): void {
    if (this.#state.get() === 'over') return;
    this.#tty.close();
    this.#state.set('over');
    const known = this.#end.get();
    const whole = known?.exitCode === undefined ? end : { ...end, exitCode: known.exitCode };
    this.#end.set(whole);
    if (end.reason !== 'closed') this.#tty.printLine(`${RED}${this.#options.words.ended(whole)}${PLAIN}`);
  }

  #output(stream: OutputStream, text: string, done: () => void): void {
    this.#tty.print(stream === 'stdout' ? text : inColour(stream === 'stderr' ? RED : NOTE, text), done);
  }

  #prompt(continues: boolean): void {
    this.#tty.readStatement(continues, () => this.#state.set('prompt'));
  }

  /** `input()` reads behind the prompt that the script printed itself. */
  #read(): void {
    this.#tty.readInput(() => this.#state.set('reading'));
  }

  // --- what the user typed

  #line(text: string): void {
    const reading = this.#state.get() === 'reading';
    this.#state.set('running');
    if (reading) this.#handle?.input(`${text}\n`);
    else this.#handle?.evaluate(text);
  }

  #pasted(text: string): void {
    this.#state.set('running');
    if (/\n[ \t]/.test(text)) this.#handle?.evaluateBlock(text, PASTED, 1);
    else this.#handle?.evaluate(text);
  }

  #interrupt(): void {
    const state = this.#state.get();
    this.#handle?.stop();
    if (state === 'reading') this.#state.set('running');
    if (state !== 'prompt') return;
    this.#tty.printLine('KeyboardInterrupt');
    this.#prompt(false);
  }

  /** Ctrl-D: the end of what `input()` reads; at the prompt what the script left running ends, and the interpreter with it. */
  #endOfInput(): void {
    const reading = this.#state.get() === 'reading';
    this.#state.set('running');
    if (reading) this.#handle?.input(null);
    else void this.#handle?.end().then(() => this.close());
  }
}

function inColour(colour: string, text: string): string {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `${colour}${body}${PLAIN}${body === text ? '' : '\n'}`;
}
