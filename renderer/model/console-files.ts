/** The editor's files: names, texts and order, kept on the host as one document. */

import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

export interface ConsoleFile {
  /** Unique; may hold folders: `devices/pump.py`. */
  readonly name: string;
  readonly text: string;
}

/** A line of a file, from 1. */
export interface RevealedLine {
  readonly name: string;
  readonly line: number;
}

/** Why a name cannot be used. */
export type NameFault = 'empty' | 'taken' | 'characters' | 'extension';

/** Characters of all files together, well below what the host takes as one document. */
export const LARGEST_FILES = 3_500_000;
const DOCUMENT = 'console-files';
/** A pause in typing, after which the files are written. */
const WRITE_AFTER_MS = 400;

export class ConsoleFiles {
  readonly #inspector: Inspector;
  readonly #files = createStore<readonly ConsoleFile[]>([]);
  readonly #selected = createStore('');
  readonly #closed = createStore<readonly ConsoleFile[]>([]);
  readonly #failed = createStore(false);
  readonly #revealed = createStore<RevealedLine | undefined>(undefined);
  #loading: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  get files(): Readable<readonly ConsoleFile[]> {
    return this.#files;
  }

  /** Name of the file on screen; empty while there is none. */
  get selected(): Readable<string> {
    return this.#selected;
  }

  /** Files that were closed in this page, the last first. */
  get closed(): Readable<readonly ConsoleFile[]> {
    return this.#closed;
  }

  /** Whether the host did not take the newest texts: they are in this page alone. */
  get failed(): Readable<boolean> {
    return this.#failed;
  }

  get current(): ConsoleFile | undefined {
    return this.find(this.#selected.get());
  }

  find(name: string): ConsoleFile | undefined {
    return this.#files.get().find((file) => file.name === name);
  }

  /** Reads the document once; where it is damaged the files begin anew with the next change. */
  load(): Promise<void> {
    this.#loading ??= this.#read();
    return this.#loading;
  }

  /** A line that the editor shall show, until {@link showedLine}. */
  get revealed(): Readable<RevealedLine | undefined> {
    return this.#revealed;
  }

  /** Selects a file at a line; does nothing where there is no such file. */
  reveal(name: string, line: number): void {
    if (this.find(name) === undefined) return;
    this.select(name);
    this.#revealed.set({ name, line });
  }

  showedLine(): void {
    this.#revealed.set(undefined);
  }

  /** Adds a file with a free name like the given one, and selects it. */
  add(wished: string, text: string): string {
    const name = this.freeName(wished);
    this.#change([...this.#files.get(), { name, text }]);
    this.#selected.set(name);
    return name;
  }

  select(name: string): void {
    if (this.find(name) === undefined) return;
    this.#selected.set(name);
    this.#write();
  }

  setText(name: string, text: string): void {
    if (this.find(name)?.text === text) return;
    this.#change(this.#files.get().map((file) => (file.name === name ? { name, text } : file)));
  }

  /** Undefined where it was renamed. */
  rename(from: string, to: string): NameFault | undefined {
    if (from === to) return undefined;
    const fault = this.nameFault(to);
    if (fault !== undefined) return fault;
    this.#change(this.#files.get().map((file) => (file.name === from ? { ...file, name: to } : file)));
    if (this.#selected.get() === from) this.#selected.set(to);
    return undefined;
  }

  duplicate(name: string): void {
    const file = this.find(name);
    if (file !== undefined) this.add(name, file.text);
  }

  /** It can be had back by {@link reopen} as long as the page lives. */
  close(name: string): void {
    const files = this.#files.get();
    const at = files.findIndex((file) => file.name === name);
    const file = files[at];
    if (file === undefined) return;
    this.#closed.set([file, ...this.#closed.get()]);
    const left = files.filter((other) => other !== file);
    if (this.#selected.get() === name) this.#selected.set((left[at] ?? left[at - 1])?.name ?? '');
    this.#change(left);
  }

  /** Brings back the file that was closed last. */
  reopen(): void {
    const [file, ...others] = this.#closed.get();
    if (file === undefined) return;
    this.#closed.set(others);
    this.add(file.name, file.text);
  }

  move(name: string, by: 1 | -1): void {
    const files = [...this.#files.get()];
    const at = files.findIndex((file) => file.name === name);
    const [file] = files.slice(at, at + 1);
    if (file === undefined || at + by < 0 || at + by >= files.length) return;
    files.splice(at, 1);
    files.splice(at + by, 0, file);
    this.#change(files);
  }

  step(by: 1 | -1): void {
    const files = this.#files.get();
    const at = files.findIndex((file) => file.name === this.#selected.get());
    const next = files[(at + by + files.length) % files.length];
    if (next !== undefined) this.select(next.name);
  }

  /** What keeps a name from being used for a file that does not have it yet. */
  nameFault(name: string): NameFault | undefined {
    if (name.trim() === '') return 'empty';
    if (!/^(?:[^\\/:*?"<>|\p{Cc}]+\/)*[^\\/:*?"<>|\p{Cc}]+$/u.test(name) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(name))
      return 'characters';
    if (!/\.\w+$/.test(name)) return 'extension';
    return this.find(name) === undefined ? undefined : 'taken';
  }

  /** The name itself, or with a number before its extension. */
  freeName(wished: string): string {
    if (this.nameFault(wished) === undefined) return wished;
    const [, stem = 'script', extension = '.py'] = /^(.*?)(?:_\d+)?(\.\w+)?$/.exec(wished) ?? [];
    for (let number = 2; ; number += 1) {
      const name = `${stem === '' ? 'script' : stem}_${number}${extension}`;
      if (this.nameFault(name) === undefined) return name;
    }
  }

  #change(files: readonly ConsoleFile[]): void {
    this.#files.set(files);
    this.#write();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), WRITE_AFTER_MS);
  }

  /** Hands what was typed to the host now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const text = JSON.stringify({ files: this.#files.get(), selected: this.#selected.get() });
    if (text.length > LARGEST_FILES) {
      this.#failed.set(true);
      return;
    }
    const failed = await this.#inspector.call('writeDocument', { name: DOCUMENT, text }).then(
      () => false,
      () => true,
    );
    this.#failed.set(failed);
  }

  async #read(): Promise<void> {
    const text = await this.#inspector.call('readDocument', { name: DOCUMENT });
    const stored = readFiles(text);
    const own = this.#files.get();
    const others = stored.files.filter((file) => !own.some((mine) => mine.name === file.name));
    this.#files.set([...others, ...own]);
    if (this.#selected.get() === '')
      this.#selected.set(this.find(stored.selected)?.name ?? this.#files.get()[0]?.name ?? '');
  }
}

/** What of a document can be read; never throws. */
function readFiles(text: string | null): { readonly files: readonly ConsoleFile[]; readonly selected: string } {
  const none = { files: [], selected: '' };
  try {
    const stored: unknown = JSON.parse(text ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('files' in stored) || !Array.isArray(stored.files))
      return none;
    const files = stored.files.filter(isFile);
    const selected = 'selected' in stored && typeof stored.selected === 'string' ? stored.selected : '';
    return { files, selected };
  } catch {
    return none;
  }
}

function isFile(value: unknown): value is ConsoleFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'text' in value &&
    typeof value.text === 'string'
  );
}
