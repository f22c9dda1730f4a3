/** Where the hosts of scripts are sent instead, kept on the host as one document. */

import type { HostOverride } from '../../shared/contract/script-link.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

const DOCUMENT = 'console-overrides';
/** Every host that no other override names. */
export const ANY_HOST = '*';

export class ConsoleOverrides {
  readonly #inspector: Inspector;
  readonly #list = createStore<readonly HostOverride[]>([]);
  #loading: Promise<void> | undefined;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  get list(): Readable<readonly HostOverride[]> {
    return this.#list;
  }

  /** Reads the document once; a damaged one counts as empty. */
  load(): Promise<void> {
    this.#loading ??= this.#inspector.call('readDocument', { name: DOCUMENT }).then((text) => {
      const own = this.#list.get();
      const others = readOverrides(text).filter((stored) => !own.some((mine) => mine.from === stored.from));
      this.#list.set([...others, ...own]);
    });
    return this.#loading;
  }

  /** Sends a host elsewhere; an empty destination takes its override away. */
  set(from: string, to: string): void {
    const others = this.#list.get().filter((override) => override.from !== from);
    this.#change(to.trim() === '' || from.trim() === '' ? others : [...others, { from: from.trim(), to: to.trim() }]);
  }

  /** Changes one in its place. */
  replace(old: HostOverride, next: HostOverride): void {
    this.#change(this.#list.get().map((override) => (override === old ? next : override)));
  }

  remove(override: HostOverride): void {
    this.#change(this.#list.get().filter((other) => other !== override));
  }

  #change(list: readonly HostOverride[]): void {
    this.#list.set(list);
    void this.#inspector.call('writeDocument', { name: DOCUMENT, text: JSON.stringify(list) }).catch(() => undefined);
  }
}

function readOverrides(text: string | null): readonly HostOverride[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stored) ? stored.filter(isOverride) : [];
  } catch {
    return [];
  }
}

function isOverride(value: unknown): value is HostOverride {
  return (
    typeof value === 'object' &&
    value !== null &&
    'from' in value &&
    typeof value.from === 'string' &&
    'to' in value &&
    typeof value.to === 'string'
  );
}
