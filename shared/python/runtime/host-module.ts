/** What Python calls in JavaScript, as the module `_inspector_host`: waiting, waking, time, and the script's streams. */

import type { OutputStream, RuntimeCarrier } from './protocol.ts';

/** Text leaves when so much is there, or after this time. */
const FLUSH_CHARACTERS = 8192;
const FLUSH_MS = 15;

/** One thread that waits to be woken. */
class Waiter {
  readonly #carrier: RuntimeCarrier;
  #settle: ((woken: boolean) => void) | undefined;
  #woken = false;

  constructor(carrier: RuntimeCarrier) {
    this.#carrier = carrier;
  }

  /** False where `timeoutMs` went by first; a negative one never does. */
  wait(timeoutMs: number): Promise<boolean> {
    if (this.#woken) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = timeoutMs < 0 ? undefined : this.#carrier.after(timeoutMs, () => this.#settle?.(false));
      this.#settle = (woken) => {
        timer?.[Symbol.dispose]();
        this.#settle = undefined;
        resolve(woken);
      };
    });
  }

  wake(): void {
    this.#woken = true;
    this.#settle?.(true);
  }
}

/** A flag that threads wait for; set from Python or JavaScript. */
export class Signal {
  readonly #carrier: RuntimeCarrier;
  readonly #waiters = new Set<Waiter>();
  isSet = false;

  constructor(carrier: RuntimeCarrier) {
    this.#carrier = carrier;
  }

  set(): void {
    if (this.isSet) return;
    this.isSet = true;
    for (const waiter of this.#waiters) waiter.wake();
    this.#waiters.clear();
  }

  clear(): void {
    this.isSet = false;
  }

  async wait(timeoutMs: number): Promise<boolean> {
    if (this.isSet) return true;
    const waiter = new Waiter(this.#carrier);
    this.#waiters.add(waiter);
    const woken = await waiter.wait(timeoutMs);
    this.#waiters.delete(waiter);
    return woken;
  }
}

/** Calls come from Python, one at a time. */
export class HostModule {
  /** Answer of an interrupted wait. */
  readonly INTERRUPTED = '\u0000interrupted';
  readonly isTerminal: boolean;
  readonly #carrier: RuntimeCarrier;
  readonly #output: Output;
  readonly #input = new Input();
  readonly #inputWatchers = new Set<Signal>();
  /** The owner was asked for a line that has not come. */
  #asksForInput = false;
  readonly #interrupts = new Map<number, () => void>();
  /** Threads that were interrupted between two waits. */
  readonly #due = new Set<number>();
  readonly #waits = new Map<number, Promise<unknown>>();
  readonly #runThread: (ident: number) => Promise<unknown>;
  readonly #wantsInput: () => void;

  /** @param runThread runs a thread from its bottom, on a stack of its own */
  constructor(
    carrier: RuntimeCarrier,
    terminal: boolean,
    runThread: (ident: number) => Promise<unknown>,
    wantsInput: () => void,
  ) {
    this.#carrier = carrier;
    this.isTerminal = terminal;
    this.#runThread = runThread;
    this.#wantsInput = wantsInput;
    this.#output = new Output(carrier);
  }

  // --- waiting

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#carrier.after(delayMs, resolve));
  }

  macrotask(): Promise<void> {
    return new Promise((resolve) => this.#carrier.soon(resolve));
  }

  never(): Promise<never> {
    return new Promise(() => undefined);
  }

  waiter(): Waiter {
    return new Waiter(this.#carrier);
  }

  signal(): Signal {
    return new Signal(this.#carrier);
  }

  nowMs(): number {
    return this.#carrier.nowMs();
  }

  /**
   * Calls a method that answers a promise, for a thread that then waits. Where the thread is interrupted first the answer is
   * {@link INTERRUPTED}: Pyodide prints rejections, whoever catches them. (A promise itself must not pass through Python into a call that answers another: Pyodide cannot keep track of both.)
   */
  wait(
    ident: number,
    target: Readonly<Record<string, unknown>>,
    method: string,
    ...parameters: readonly unknown[]
  ): Promise<unknown> {
    const start = target[method] as (...parameters: readonly unknown[]) => Promise<unknown>;
    return this.#interruptible(ident, start.apply(target, [...parameters]));
  }

  /** What an interrupted thread waited for, once more. */
  waitAgain(ident: number): Promise<unknown> {
    if (this.#input.hasReader(ident)) this.#askForInput();
    return this.#interruptible(ident, this.#waits.get(ident) ?? Promise.resolve());
  }

  #interruptible(ident: number, promise: Promise<unknown>): Promise<unknown> {
    this.#waits.set(ident, promise);
    if (this.#due.delete(ident)) return Promise.resolve(this.INTERRUPTED);
    return new Promise((resolve, reject) => {
      this.#interrupts.set(ident, () => resolve(this.INTERRUPTED));
      promise.then(
        (value) => {
          this.#interrupts.delete(ident);
          resolve(value);
        },
        (error: unknown) => {
          this.#interrupts.delete(ident);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Interrupts what the thread waits for, or what it waits for next: a thread may be about to go on when it is asked to stop. */
  interrupt(ident: number): void {
    const interrupt = this.#interrupts.get(ident);
    this.#interrupts.delete(ident);
    // The owner's terminal dropped what it was reading, too.
    this.#asksForInput = false;
    if (interrupt === undefined) this.#due.add(ident);
    else interrupt();
  }

  /** Takes back interrupts that nothing has met: they were for what is over now. */
  forgetInterrupts(): void {
    this.#due.clear();
  }

  spawn(ident: number): void {
    this.#carrier.soon(() => void this.#runThread(ident));
  }

  // --- streams

  write(stream: OutputStream, text: string): void {
    this.#output.write(stream, text);
  }

  /** Answers how many bytes the owner is behind. `bytes` is a Python buffer and borrowed. */
  writeBytes(
    stream: OutputStream,
    bytes: { getBuffer(kind: 'u8'): { readonly data: Uint8Array; release(): void } },
  ): number {
    const buffer = bytes.getBuffer('u8');
    this.#output.writeBytes(stream, buffer.data);
    buffer.release();
    return this.#output.behind;
  }

  /** Settles when the owner has caught up. */
  outputTaken(): Promise<void> {
    return this.#output.taken();
  }

  took(bytes: number): void {
    this.#output.took(bytes);
  }

  flush(): void {
    this.#output.flush();
  }

  /** A line with its end, or the empty text at the end of the input, for a thread that waits for it. */
  readLine(ident: number): Promise<string> {
    this.#output.flush();
    const line = this.#input.read(ident);
    if (this.#input.hasReaders) this.#askForInput();
    return line;
  }

  /** A thread no longer waits for the line that it asked for. */
  forgetReader(ident: number): void {
    this.#input.forget(ident);
  }

  /** Whether {@link readLine} would answer at once. */
  get hasInput(): boolean {
    return this.#input.hasLines;
  }

  /** Sets `signal` when a line has come, for which the owner is asked. */
  watchInput(signal: Signal): void {
    this.#inputWatchers.add(signal);
    if (!this.#input.hasLines) this.#askForInput();
  }

  unwatchInput(signal: Signal): void {
    this.#inputWatchers.delete(signal);
  }

  #askForInput(): void {
    if (this.#asksForInput) return;
    this.#asksForInput = true;
    this.#wantsInput();
  }

  input(text: string | null): void {
    this.#asksForInput = false;
    this.#input.push(text ?? '');
    if (this.#input.hasReaders) this.#askForInput();
    for (const signal of this.#inputWatchers) signal.set();
  }
}

/** Text on its way to the owner, in few messages; counts what the owner has not taken. */
class Output {
  readonly #carrier: RuntimeCarrier;
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder(), note: new TextDecoder() };
  #stream: OutputStream = 'stdout';
  #text = '';
  #bytes = 0;
  #timer: Disposable | undefined;
  #lastMs = 0;
  #behind = 0;
  #waiting: (() => void)[] = [];

  constructor(carrier: RuntimeCarrier) {
    this.#carrier = carrier;
  }

  get behind(): number {
    return this.#behind;
  }

  writeBytes(stream: OutputStream, bytes: Uint8Array): void {
    this.#add(stream, this.#decoders[stream].decode(bytes.slice(), { stream: true }), bytes.length);
  }

  write(stream: OutputStream, text: string): void {
    this.#add(stream, text, text.length);
  }

  #add(stream: OutputStream, text: string, bytes: number): void {
    if (stream !== this.#stream) this.flush();
    this.#stream = stream;
    this.#text += text;
    this.#bytes += bytes;
    this.#behind += bytes;
    // Python may be busy for long: then no timer runs, and the clock decides here.
    if (this.#text.length >= FLUSH_CHARACTERS || this.#carrier.nowMs() - this.#lastMs >= FLUSH_MS) this.flush();
    else this.#timer ??= this.#carrier.after(FLUSH_MS, () => this.flush());
  }

  flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#lastMs = this.#carrier.nowMs();
    if (this.#bytes === 0) return;
    const message = { kind: 'output', stream: this.#stream, text: this.#text, bytes: this.#bytes } as const;
    this.#text = '';
    this.#bytes = 0;
    this.#carrier.post(message);
  }

  took(bytes: number): void {
    this.#behind = Math.max(0, this.#behind - bytes);
    if (this.#behind > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  taken(): Promise<void> {
    this.flush();
    if (this.#behind === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Lines that came before they were asked for, or readers that came before their line. */
class Input {
  readonly #lines: string[] = [];
  /** By thread, longest first. */
  readonly #readers = new Map<number, (line: string) => void>();

  get hasLines(): boolean {
    return this.#lines.length > 0;
  }

  get hasReaders(): boolean {
    return this.#readers.size > 0;
  }

  hasReader(ident: number): boolean {
    return this.#readers.has(ident);
  }

  read(ident: number): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve) => this.#readers.set(ident, resolve));
  }

  forget(ident: number): void {
    this.#readers.delete(ident);
  }

  push(line: string): void {
    for (const [ident, answer] of this.#readers) {
      this.#readers.delete(ident);
      answer(line);
      return;
    }
    this.#lines.push(line);
  }
}
