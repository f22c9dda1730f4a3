/** Where packets go: lines to a stream that may be slow, and a file that may not have room. */

import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { isDiskFull, systemFault } from './system-fault-words.ts';

/** Writing failed; `message` is a sentence. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Takes pieces one after another; each call resolves when there is room for the next. */
export interface Output {
  /** Throws {@link OutputError}. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Throws {@link OutputError}. */
  close(): Promise<void>;
}

/** Waits where the reader is slow. */
export class StreamOutput implements Output {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  async write(piece: string | Uint8Array): Promise<void> {
    if (piece.length === 0) return;
    try {
      if (!this.#stream.write(piece)) await once(this.#stream, 'drain');
    } catch (error) {
      throw new OutputError(`the output cannot be written: ${systemFault(error)}`);
    }
  }

  async close(): Promise<void> {
    // The stream is the process's: it ends with it.
  }
}

/** Ends on a whole piece, whatever happens. */
export class FileOutput implements Output {
  readonly path: string;
  readonly #handle: FileHandle;
  #length = 0;
  #failed = false;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  async write(piece: string | Uint8Array): Promise<void> {
    if (this.#failed) return;
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    let at = 0;
    try {
      while (at < bytes.length) {
        // A regular file takes pieces in the order in which they are given.
        // oxlint-disable-next-line no-await-in-loop
        const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, null);
        at += bytesWritten;
      }
      this.#length += bytes.length;
    } catch (error) {
      this.#failed = true;
      await this.#handle.truncate(this.#length).catch(() => undefined);
      throw this.#failure(error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close();
    } catch (error) {
      if (!this.#failed) throw this.#failure(error);
    }
  }

  #failure(error: unknown): OutputError {
    const why = isDiskFull(error) ? 'the disk is full' : `${this.path} could not be written: ${systemFault(error)}`;
    return new OutputError(`${why}; ${this.path} holds what came before, ${this.#length} bytes`);
  }
}

/** Makes or empties the file. Throws {@link OutputError}. */
export async function openFile(path: string): Promise<FileOutput> {
  try {
    return new FileOutput(path, await open(path, 'w'));
  } catch (error) {
    throw new OutputError(`${path} cannot be written: ${systemFault(error)}`);
  }
}
