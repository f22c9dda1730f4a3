/** Filters that a user gave a name, kept by the host for every list, form and window. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

const DOCUMENT = 'saved-filters';
export const MAX_SAVED_NAME = 100;

export interface SavedFilter {
  /** No two have the same. */
  readonly name: string;
  readonly filter: string;
}

export interface SavedState {
  /** By name. */
  readonly filters: readonly SavedFilter[];
  /** Why the last change is not on the host's disk. */
  readonly failure: InspectorError | undefined;
}

type Change = (filters: readonly SavedFilter[]) => readonly SavedFilter[];

/** A change shows at once and is made again of what the host has by then, so that windows do not undo each other's. */
export class SavedFilters {
  readonly #inspector: Inspector;
  readonly #state = createStore<SavedState>({ filters: [], failure: undefined });
  /** Reads and writes one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  get state(): Readable<SavedState> {
    return this.#state;
  }

  /** Reads what is kept now; where that fails the filters that are known stay. */
  load(): Promise<void> {
    return this.#then(async () => this.#show(await this.#read()));
  }

  /** In place of one of that name, where there is one. */
  save(name: string, filter: string): Promise<void> {
    const saved = { name: name.trim().slice(0, MAX_SAVED_NAME), filter: filter.trim() };
    if (saved.name === '' || saved.filter === '') return Promise.resolve();
    return this.#change((filters) => [...filters.filter((other) => other.name !== saved.name), saved]);
  }

  /** Does nothing where another has the new name. */
  rename(name: string, to: string): Promise<void> {
    const next = to.trim().slice(0, MAX_SAVED_NAME);
    if (next === '') return Promise.resolve();
    return this.#change((filters) =>
      filters.some((other) => other.name === next)
        ? filters
        : filters.map((saved) => (saved.name === name ? { ...saved, name: next } : saved)),
    );
  }

  remove(name: string): Promise<void> {
    return this.#change((filters) => filters.filter((saved) => saved.name !== name));
  }

  #change(change: Change): Promise<void> {
    this.#show(change(this.#state.get().filters));
    return this.#then(async () => {
      const filters = sorted(change(await this.#read()));
      await this.#inspector.call('writeDocument', { name: DOCUMENT, text: JSON.stringify(filters) });
      this.#show(filters);
    });
  }

  async #read(): Promise<readonly SavedFilter[]> {
    return readSaved(await this.#inspector.call('readDocument', { name: DOCUMENT }));
  }

  #show(filters: readonly SavedFilter[]): void {
    this.#state.set({ filters: sorted(filters), failure: undefined });
  }

  #then(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (!(error instanceof InspectorError)) throw error;
      this.#state.update(({ filters }) => ({ filters, failure: error }));
    });
    return this.#work;
  }
}

const known = new WeakMap<Inspector, SavedFilters>();

/** One for all lists and forms of a page. */
export function savedFiltersOf(inspector: Inspector): SavedFilters {
  const made = known.get(inspector) ?? new SavedFilters(inspector);
  known.set(inspector, made);
  return made;
}

function sorted(filters: readonly SavedFilter[]): readonly SavedFilter[] {
  return filters.toSorted((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
}

/** A damaged document counts as empty. */
function readSaved(text: string | null): readonly SavedFilter[] {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(stored)) return [];
  const byName = new Map(stored.filter(isSaved).map(({ name, filter }) => [name, { name, filter }]));
  return [...byName.values()];
}

function isSaved(value: unknown): value is SavedFilter {
  if (typeof value !== 'object' || value === null) return false;
  const { name, filter } = value as Partial<Record<'name' | 'filter', unknown>>;
  return typeof name === 'string' && name !== '' && typeof filter === 'string';
}
