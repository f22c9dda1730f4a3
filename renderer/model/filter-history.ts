/** Filters that were used before, newest first, kept by the host for all windows. */

import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

const MAX_ENTRIES = 50;

export class FilterHistory {
  readonly #inspector: Inspector;
  readonly #document: string;
  readonly #entries = createStore<readonly string[]>([]);
  #loaded = false;

  /** @param document name of the host's document, one for each kind of list */
  constructor(inspector: Inspector, document: string) {
    this.#inspector = inspector;
    this.#document = document;
  }

  get entries(): Readable<readonly string[]> {
    return this.#entries;
  }

  /** Reads the kept entries the first time; what cannot be read counts as none. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    this.#loaded = true;
    try {
      const text = await this.#inspector.call('readDocument', { name: this.#document });
      const kept: unknown = JSON.parse(text ?? '[]');
      if (Array.isArray(kept))
        this.#entries.update((own) =>
          merge(
            own,
            kept.filter((entry) => typeof entry === 'string'),
          ),
        );
    } catch {
      this.#loaded = false;
    }
  }

  add(filter: string): void {
    const text = filter.trim();
    if (text === '' || this.#entries.get()[0] === text) return;
    this.#entries.update((entries) => merge([text], entries));
    const kept = JSON.stringify(this.#entries.get());
    void this.#inspector.call('writeDocument', { name: this.#document, text: kept }).catch(() => undefined);
  }
}

function merge(first: readonly string[], second: readonly string[]): readonly string[] {
  return [...new Set([...first, ...second])].slice(0, MAX_ENTRIES);
}
