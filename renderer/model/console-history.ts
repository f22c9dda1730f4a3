/** Lines that were typed at the prompt, kept on the host as one document. */

import type { LineHistory } from './console-tty.ts';
import type { Inspector } from './inspector.ts';

const DOCUMENT = 'console-history';
const LIMIT = 500;
/** Longer ones are remembered in this page alone. */
const LARGEST_KEPT = 4000;

export class ConsoleHistory implements LineHistory {
  readonly #inspector: Inspector;
  #lines: string[] = [];
  #loading: Promise<void> | undefined;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  load(): Promise<void> {
    this.#loading ??= this.#inspector.call('readDocument', { name: DOCUMENT }).then((text) => {
      this.#lines = [...readLines(text), ...this.#lines].slice(-LIMIT);
    });
    return this.#loading;
  }

  add(line: string): void {
    this.#lines = [...this.#lines.filter((other) => other !== line), line].slice(-LIMIT);
    const text = JSON.stringify(this.#lines.filter((each) => each.length <= LARGEST_KEPT));
    void this.#inspector.call('writeDocument', { name: DOCUMENT, text }).catch(() => undefined);
  }
}

function readLines(text: string | null): readonly string[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stored) ? stored.filter((line): line is string => typeof line === 'string') : [];
  } catch {
    return [];
  }
}
