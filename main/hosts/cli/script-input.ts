/** Lines of a stream, read only when somebody asks for the next. */

import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A script's standard input. Nothing is read before the first {@link next}. */
export class ScriptInput implements Disposable {
  readonly #stream: Readable;
  #lines: Interface | undefined;
  readonly #waiting: string[] = [];
  #ended = false;
  #asked: ((line: string | null) => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** The next line with its end; null at the end of the input. One question at a time. */
  next(): Promise<string | null> {
    this.#lines ??= this.#open();
    const line = this.#waiting.shift();
    if (line !== undefined || this.#ended) return Promise.resolve(line ?? null);
    return new Promise((resolve) => {
      this.#asked = resolve;
    });
  }

  [Symbol.dispose](): void {
    this.#lines?.close();
    this.#stream.destroy();
  }

  #open(): Interface {
    const lines = createInterface({ input: this.#stream, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (line) => this.#answer(`${line}\n`));
    lines.on('close', () => {
      this.#ended = true;
      this.#answer(null);
    });
    return lines;
  }

  #answer(line: string | null): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined) asked(line);
    else if (line !== null) this.#waiting.push(line);
  }
}
