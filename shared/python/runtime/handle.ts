/** The owner's hand on one Python runtime: starts it, asks things of it, and stops what does not stop by itself. */

import {
  INTERRUPT_BYTES,
  INTERRUPT_CELLS,
  type OutputStream,
  type OwnerMessage,
  type RunRequest,
  type RuntimeMessage,
  type RuntimeStart,
  SIGINT,
} from './protocol.ts';

/** A script that gives way hears of a stop at once; for one that does not, a signal is left after this time. */
const SIGNAL_AFTER_MS = 40;
/** A script that still runs then is ended with its worker. */
const TERMINATE_AFTER_MS = 2000;

/** The worker that carries a runtime. */
export interface RuntimeWorker {
  post(message: OwnerMessage): void;
  onMessage(listener: (message: RuntimeMessage) => void): void;
  /** The worker died by itself. */
  onFailure(listener: (message: string) => void): void;
  terminate(): void;
}

/** What a host lends its runtimes. */
export interface RuntimeHost {
  /** Makes a worker whose script link reaches the service. */
  createWorker(): RuntimeWorker;
  /** Writes the clock's signal into the cells while they say busy; disposing ends it. */
  clock(cells: Int32Array): Disposable;
  after(delayMs: number, task: () => void): Disposable;
  /** Undefined where memory cannot be shared between threads. */
  sharedMemory(bytes: number): SharedArrayBuffer | undefined;
}

export interface RuntimeEvents {
  /** `done` is called once the text was shown; until then the script may be made to wait. */
  output(stream: OutputStream, text: string, done: () => void): void;
  wantsInput(): void;
  prompt(continues: boolean, threads: boolean): void;
  /** The main code of the script is over. 137 stands for one that had to be ended with its worker, 130 for one that had not begun. */
  finished(exitCode: number): void;
  /** Sources of what runs carry this number. */
  begun(run: number): void;
  unresolved(host: string): void;
  /** The runtime is gone: its worker died, or was ended. Nothing else follows. */
  gone(reason: 'terminated' | 'failed', message: string): void;
}

export interface Completions {
  /** Characters before the cursor that an option replaces. */
  readonly replaces: number;
  readonly options: readonly string[];
}

const KILLED = 137;
const STOPPED = 130;

/** One interpreter for one script and the prompt over it. Calls after `gone` do nothing. */
export class RuntimeHandle {
  readonly #worker: RuntimeWorker;
  readonly #host: RuntimeHost;
  readonly #events: RuntimeEvents;
  readonly #cells: Int32Array | undefined;
  readonly #clock: Disposable | undefined;
  readonly #completions = new Map<number, (found: Completions) => void>();
  #request = 0;
  #isReady = false;
  #running = false;
  #evaluating = false;
  #gone = false;
  #ladder: Disposable[] = [];
  #ended: (() => void)[] = [];
  /** Settles when Python can be used; with false where it never will. */
  readonly ready: Promise<boolean>;
  #settleReady: (usable: boolean) => void = () => undefined;

  constructor(host: RuntimeHost, start: Omit<RuntimeStart, 'interrupt'>, events: RuntimeEvents) {
    this.#host = host;
    this.#events = events;
    const interrupt = host.sharedMemory(INTERRUPT_BYTES);
    this.#cells = interrupt === undefined ? undefined : new Int32Array(interrupt);
    this.#clock = this.#cells === undefined ? undefined : host.clock(this.#cells);
    this.ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.#worker = host.createWorker();
    this.#worker.onMessage((message) => this.#receive(message));
    this.#worker.onFailure((message) => this.#end('failed', message));
    this.#worker.post({ kind: 'start', start: interrupt === undefined ? start : { ...start, interrupt } });
  }

  /** Whether Python works on something that {@link stop} would end. */
  get busy(): boolean {
    return this.#running || this.#evaluating;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether a busy thread gives way to others by itself. */
  get preempts(): boolean {
    return this.#cells !== undefined;
  }

  run(run: RunRequest): void {
    this.#running = true;
    this.#post({ kind: 'run', run });
  }

  evaluate(text: string): void {
    this.#evaluating = true;
    this.#post({ kind: 'evaluate', text });
  }

  evaluateBlock(text: string, file: string, firstLine: number): void {
    this.#evaluating = true;
    this.#post({ kind: 'evaluate-block', text, file, firstLine });
  }

  /** Completions of the last word; none where the runtime goes first. */
  complete(text: string): Promise<Completions> {
    this.#request += 1;
    const request = this.#request;
    return new Promise((resolve) => {
      if (this.#gone) resolve({ replaces: 0, options: [] });
      this.#completions.set(request, resolve);
      this.#post({ kind: 'complete', text, request });
    });
  }

  /** A line with its end, or null for the end of the input. */
  input(text: string | null): void {
    this.#post({ kind: 'input', text });
  }

  setOverrides(overrides: RuntimeStart['overrides']): void {
    this.#post({ kind: 'overrides', overrides });
  }

  /**
   * Interrupts what runs, as Ctrl-C does; what has not ended in two seconds is ended with its worker, and at once where Python has yet to load:
   * nothing of the script has begun.
   */
  stop(): void {
    if (this.#running && !this.#isReady) this.terminate();
    this.#post({ kind: 'stop' });
    if (!this.busy || this.#ladder.length > 0) return;
    this.#ladder = [
      this.#host.after(SIGNAL_AFTER_MS, () => {
        if (this.#cells !== undefined) Atomics.store(this.#cells, INTERRUPT_CELLS.signal, SIGINT);
      }),
      this.#host.after(TERMINATE_AFTER_MS, () => this.terminate()),
    ];
  }

  /** Ends what an interactive run left behind; its connections are cut without DISCONNECT. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone) resolve();
      else this.#ended.push(resolve);
      this.#post({ kind: 'end' });
    });
  }

  /** Ends the worker, whatever it does. */
  terminate(): void {
    if (this.#gone) return;
    this.#worker.terminate();
    this.#end('terminated', '');
  }

  #post(message: OwnerMessage): void {
    if (!this.#gone) this.#worker.post(message);
  }

  #settled(): void {
    for (const step of this.#ladder.splice(0)) step[Symbol.dispose]();
    // A signal that came too late must not meet what runs next.
    if (this.#cells !== undefined) Atomics.store(this.#cells, INTERRUPT_CELLS.signal, 0);
  }

  #end(reason: 'terminated' | 'failed', message: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#settled();
    this.#clock?.[Symbol.dispose]();
    this.#settleReady(false);
    for (const resolve of this.#ended.splice(0)) resolve();
    for (const resolve of this.#completions.values()) resolve({ replaces: 0, options: [] });
    this.#completions.clear();
    const wasRunning = this.#running;
    this.#running = false;
    this.#evaluating = false;
    if (wasRunning) this.#events.finished(reason === 'failed' || this.#isReady ? KILLED : STOPPED);
    this.#events.gone(reason, message);
  }

  #receive(message: RuntimeMessage): void {
    if (this.#gone) return;
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#settleReady(true);
        return;
      case 'failed':
        this.#worker.terminate();
        this.#end('failed', message.message);
        return;
      case 'output': {
        const { stream, text, bytes } = message;
        this.#events.output(stream, text, () => this.#post({ kind: 'took', bytes }));
        return;
      }
      case 'wants-input':
        this.#events.wantsInput();
        return;
      case 'stopping':
        this.#ladder.shift()?.[Symbol.dispose]();
        return;
      case 'finished':
        this.#running = false;
        this.#settled();
        this.#events.finished(message.exitCode);
        return;
      case 'ended':
        for (const resolve of this.#ended.splice(0)) resolve();
        return;
      case 'prompt':
        this.#evaluating = false;
        this.#settled();
        this.#events.prompt(message.continues, message.threads);
        return;
      case 'completions': {
        const { request, replaces, options } = message;
        this.#completions.get(request)?.({ replaces, options });
        this.#completions.delete(request);
        return;
      }
      case 'begun':
        this.#events.begun(message.run);
        return;
      case 'unresolved':
        this.#events.unresolved(message.host);
    }
  }
}
