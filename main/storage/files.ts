/** Where the storage keeps its named texts: the seam between what is stored and the disk or memory that holds it. */

/**
 * Named texts in one directory. A name is a relative path with `/` between its parts, e.g. `profiles/p-k3a9.json`.
 * Failures are thrown as Node's system errors (`code` is `ENOSPC`, `EACCES` …); {@link file://./shelf.ts} turns them into codes.
 */
export interface Files {
  /** Full path for messages to the user. */
  path(name: string): string;
  /** The text, or undefined where there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Replaces the whole file or nothing: a reader, also after a crash, sees the old text or the new one. */
  write(name: string, text: string): Promise<void>;
  /** No error where there is nothing to remove. */
  remove(name: string): Promise<void>;
  /** Names below `folder`, without subfolders, sorted. */
  list(folder: string): Promise<string[]>;
  /** Renames a file to `<name>.<why>-<n>` with the first free n, and answers the new name. */
  keepAside(name: string, why: string): Promise<string>;
  /** Calls after files of the directory itself or of `folder` changed, by whomever; also when in doubt, and never where the system cannot tell. */
  watch(folder: string, changed: () => void): Disposable;
  /** Runs `task` while no other process runs one on the same directory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
}

/** Files that are gone at exit. */
export class MemoryFiles implements Files {
  readonly #texts = new Map<string, string>();

  path(name: string): string {
    return `memory:${name}`;
  }

  async read(name: string): Promise<string | undefined> {
    return this.#texts.get(name);
  }

  async write(name: string, text: string): Promise<void> {
    this.#texts.set(name, text);
  }

  async remove(name: string): Promise<void> {
    this.#texts.delete(name);
  }

  async list(folder: string): Promise<string[]> {
    const prefix = `${folder}/`;
    return [...this.#texts.keys()].filter((name) => name.startsWith(prefix)).toSorted();
  }

  async keepAside(name: string, why: string): Promise<string> {
    let count = 1;
    while (this.#texts.has(`${name}.${why}-${count}`)) count += 1;
    const aside = `${name}.${why}-${count}`;
    this.#texts.set(aside, this.#texts.get(name) ?? '');
    this.#texts.delete(name);
    return aside;
  }

  /** Nobody else has them. */
  watch(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  async exclusively<T>(task: () => Promise<T>): Promise<T> {
    return task();
  }
}
