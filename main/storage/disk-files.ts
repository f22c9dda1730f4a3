/** Files on a real disk, each replaced atomically: temporary file, fsync, rename, fsync of the directory. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, watch } from 'node:fs';
import * as nodeFileSystem from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files } from './files.ts';

/** What of `node:fs/promises` is used; tests lend one that fails. */
export type FileSystem = Pick<
  typeof nodeFileSystem,
  'mkdir' | 'open' | 'readFile' | 'readdir' | 'rename' | 'stat' | 'unlink'
>;

/** A temporary file this old belongs to a process that died while writing. */
const ABANDONED_TEMPORARY_MS = 3_600_000;
/** Holders keep the lock for milliseconds; one this old belongs to a process that died. */
const ABANDONED_LOCK_MS = 10_000;
const LOCK_RETRY_MS = 20;
/** Virus scanners and indexers on Windows hold a file open for moments after it was written. */
const RENAME_ATTEMPTS = process.platform === 'win32' ? 10 : 1;
const RENAME_RETRY_MS = 30;

/** A change is several events: temporary file, rename. */
const SETTLED_MS = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The system error's code, or undefined where the error is something else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Two processes may use one directory: each file is replaced whole and the last writer wins; only what must be read,
 * changed and written as one (the secrets) takes the lock of {@link DiskFiles.exclusively}.
 */
export class DiskFiles implements Files {
  readonly #directory: string;
  readonly #fs: FileSystem;

  constructor(directory: string, fileSystem: FileSystem = nodeFileSystem) {
    this.#directory = directory;
    this.#fs = fileSystem;
  }

  path(name: string): string {
    return join(this.#directory, ...name.split('/'));
  }

  async read(name: string): Promise<string | undefined> {
    try {
      return await this.#fs.readFile(this.path(name), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async write(name: string, text: string): Promise<void> {
    const path = this.path(name);
    await this.#fs.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const handle = await this.#fs.open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(text, 'utf8');
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.#rename(temporary, path);
    } catch (error) {
      await this.#removePath(temporary).catch(() => undefined);
      throw error;
    }
    await this.#syncDirectory(dirname(path));
  }

  async remove(name: string): Promise<void> {
    await this.#removePath(this.path(name));
  }

  async list(folder: string): Promise<string[]> {
    try {
      const entries = await this.#fs.readdir(this.path(folder), { withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => `${folder}/${entry.name}`)
        .toSorted();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async keepAside(name: string, why: string): Promise<string> {
    for (let count = 1; ; count += 1) {
      const aside = `${name}.${why}-${count}`;
      if (await this.#exists(aside)) continue;
      await this.#rename(this.path(name), this.path(aside));
      return aside;
    }
  }

  watch(folder: string, changed: () => void): Disposable {
    let timer: NodeJS.Timeout | undefined;
    const stirred = (): void => {
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLED_MS).unref();
    };
    const watchers = [this.#directory, this.path(folder)].flatMap((path) => {
      try {
        mkdirSync(path, { recursive: true, mode: 0o700 });
        return [watch(path, { persistent: false }, stirred).on('error', () => undefined)];
      } catch {
        // No watches left or none to be had: changes are seen when somebody asks.
        return [];
      }
    });
    return {
      [Symbol.dispose]() {
        clearTimeout(timer);
        for (const watcher of watchers) watcher.close();
      },
    };
  }

  /**
   * Waits for as long as another living process holds the lock; takes over one that is older than ten seconds. Two
   * processes that take over the same abandoned lock in the same millisecond may both proceed: then the last writer wins.
   */
  async exclusively<T>(task: () => Promise<T>): Promise<T> {
    const lock = this.path('lock');
    await this.#fs.mkdir(this.#directory, { recursive: true, mode: 0o700 });
    while (!(await this.#takeLock(lock))) await pause(LOCK_RETRY_MS);
    try {
      return await task();
    } finally {
      await this.#removePath(lock);
    }
  }

  /** Removes what processes that died while writing left in the directory and its folders. */
  async sweep(folders: readonly string[]): Promise<void> {
    for (const folder of ['.', ...folders]) {
      for (const name of await this.list(folder)) {
        if (!name.endsWith('.tmp')) continue;
        const age = await this.#ageMs(this.path(name));
        if (age !== undefined && age > ABANDONED_TEMPORARY_MS) await this.remove(name);
      }
    }
  }

  async #takeLock(lock: string): Promise<boolean> {
    try {
      const handle = await this.#fs.open(lock, 'wx', 0o600);
      await handle.close();
      return true;
    } catch (error) {
      // Windows answers EPERM or EACCES while a lock is being deleted.
      const held = errorCode(error) === 'EEXIST' || (process.platform === 'win32' && errorCode(error) === 'EPERM');
      if (!held) throw error;
      const age = await this.#ageMs(lock);
      if (age !== undefined && age > ABANDONED_LOCK_MS) await this.#removePath(lock);
      return false;
    }
  }

  async #ageMs(path: string): Promise<number | undefined> {
    try {
      return Date.now() - (await this.#fs.stat(path)).mtimeMs;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #exists(name: string): Promise<boolean> {
    return (await this.#ageMs(this.path(name))) !== undefined;
  }

  async #rename(from: string, to: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#fs.rename(from, to);
        return;
      } catch (error) {
        const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
        if (!busy || attempt >= RENAME_ATTEMPTS) throw error;
        await pause(RENAME_RETRY_MS);
      }
    }
  }

  async #removePath(path: string): Promise<void> {
    try {
      await this.#fs.unlink(path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  /** Makes the rename itself survive a power cut. Windows has no such call and its journal no such need. */
  async #syncDirectory(directory: string): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await this.#fs.open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
