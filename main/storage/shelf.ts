/** Writes what the stores hold to the files, keeps what a failing disk refused and tries it again, and reads envelopes back. */

import type { Failure } from '../../shared/contract/errors.ts';
import { errorCode } from './disk-files.ts';
import type { Files } from './files.ts';

/** Turns a system error into the contract's failure for the file at `path`. */
function diskFailure(path: string, error: unknown): Failure {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'disk-full', data: { file: path } };
  return { code: 'disk-failed', data: { file: path, reason: code ?? String(error) } };
}

/** One kind of file: its tag, its schema version, and how each older version becomes the next. */
export interface Format<T> {
  /** First part of the file's `format` member, e.g. `settings`. */
  readonly name: string;
  readonly version: number;
  /** `migrations[n]` takes the data of version n + 1 to version n + 2; as many as `version` - 1. */
  readonly migrations: readonly ((data: unknown) => unknown)[];
  /** Throws an Error whose message says what is wrong. */
  parse(data: unknown): T;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const PREFIX = 'mqtt-inspector/';
const BYTES_KEY = '$bytes';

/** JSON of data that may hold Uint8Arrays: they become `{"$bytes":"<base64>"}`. */
export function toJson(value: unknown): string {
  const replacer = (_key: string, entry: unknown): unknown =>
    entry instanceof Uint8Array ? { [BYTES_KEY]: Buffer.from(entry).toString('base64') } : entry;
  return `${JSON.stringify(value, replacer, 2)}\n`;
}

/** The inverse of {@link toJson}; throws SyntaxError. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !(BYTES_KEY in entry)) return entry;
    return typeof entry[BYTES_KEY] === 'string' ? new Uint8Array(Buffer.from(entry[BYTES_KEY], 'base64')) : entry;
  });
}

export function encodeEnvelope<T>(format: Format<T>, data: T): string {
  return toJson({ format: `${PREFIX}${format.name}`, version: format.version, data });
}

/** Throws an Error that says what is wrong with `text`. */
export function decodeEnvelope<T>(format: Format<T>, text: string): T {
  const envelope = fromJson(text);
  if (!isRecord(envelope)) throw new Error('not an object');
  const { format: tag, version, data } = envelope;
  if (tag !== `${PREFIX}${format.name}`) throw new Error(`not a ${PREFIX}${format.name} file`);
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) throw new Error('no version');
  if (version > format.version) throw new Error(`version ${version} is newer than ${format.version}`);
  return format.parse(format.migrations.slice(version - 1).reduce((older, migrate) => migrate(older), data));
}

/**
 * The stores change their memory first and put the text here; a put resolves once it was tried. What the disk refused
 * stays pending, is reported once, and is tried again with the next put of any file and at close.
 */
export class Shelf {
  readonly files: Files;
  readonly #report: (failure: Failure) => void;
  /** Newest text of each file that is not on disk yet; null removes the file. */
  readonly #pending = new Map<string, string | null>();
  readonly #reported = new Map<string, string>();
  /** Files that could neither be read nor kept aside: never overwritten. */
  readonly #frozen = new Set<string>();
  #tail: Promise<void> = Promise.resolve();

  constructor(files: Files, report: (failure: Failure) => void) {
    this.files = files;
    this.#report = report;
  }

  /** Stores the text, or removes the file where it is null. Never rejects. */
  put(name: string, text: string | null): Promise<void> {
    if (this.#frozen.has(name)) return Promise.resolve();
    this.#pending.set(name, text);
    return this.flush();
  }

  /** Tries everything that is not on disk yet. Never rejects. */
  flush(): Promise<void> {
    this.#tail = this.#tail.then(() => this.#attempt());
    return this.#tail;
  }

  /** Files that the disk still refuses. */
  get unsaved(): readonly string[] {
    return [...this.#pending.keys()];
  }

  /**
   * Reads and parses a file. A damaged one is kept aside as `<name>.damaged-<n>`, reported, and answered with undefined,
   * as is one that does not exist.
   */
  async load<T>(name: string, decode: (text: string) => T): Promise<T | undefined> {
    let reason: string;
    try {
      const text = await this.files.read(name);
      if (text === undefined) return undefined;
      try {
        return decode(text);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    } catch (error) {
      reason = errorCode(error) ?? String(error);
    }
    await this.setAside(name, reason);
    return undefined;
  }

  /** Keeps a file aside as damaged and reports it. */
  async setAside(name: string, reason: string): Promise<void> {
    const file = this.files.path(name);
    try {
      const keptAs = this.files.path(await this.files.keepAside(name, 'damaged'));
      this.#report({ code: 'damaged-file', data: { file, reason, keptAs } });
    } catch {
      this.#frozen.add(name);
      this.#report({ code: 'damaged-file', data: { file, reason } });
    }
  }

  /** Reports a failure that a store met outside {@link put}; the same one for the same file only once until it ends. */
  failed(name: string, error: unknown): void {
    const failure = diskFailure(this.files.path(name), error);
    if (this.#reported.get(name) === failure.code) return;
    this.#reported.set(name, failure.code);
    this.#report(failure);
  }

  /** Reports damage within a file that stays where it is. */
  damagedWithin(name: string, reason: string): void {
    this.#report({ code: 'damaged-file', data: { file: this.files.path(name), reason } });
  }

  succeeded(name: string): void {
    this.#reported.delete(name);
  }

  async #attempt(): Promise<void> {
    for (const [name, text] of [...this.#pending]) {
      try {
        await (text === null ? this.files.remove(name) : this.files.write(name, text));
        if (this.#pending.get(name) === text) this.#pending.delete(name);
        this.succeeded(name);
      } catch (error) {
        this.failed(name, error);
      }
    }
  }
}
