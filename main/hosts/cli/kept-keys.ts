/** The TLS secrets of a command's connections: in the file of `--tls-keylog`, and at hand for a capture file. */

import { takeKeys } from '../../engine/transport/key-log.ts';
import { keepKeys } from '../launch/key-log-file.ts';

export class KeptKeys implements Disposable {
  readonly lines: string[] = [];
  readonly #parts: readonly Disposable[];

  /** @param say takes a sentence where the file cannot be written; connections go on. */
  constructor(path: string, say: (text: string) => void) {
    this.#parts = [
      keepKeys(path, (code) => say(`--tls-keylog: ${path} cannot be written (${code})`)),
      takeKeys((line) => this.lines.push(line)),
    ];
  }

  [Symbol.dispose](): void {
    for (const part of this.#parts) part[Symbol.dispose]();
  }
}
