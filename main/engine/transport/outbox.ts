/** Writes the first bytes of a tick at once, and gathers what follows in it into one system call. */

import type { Socket } from 'node:net';
import { HIGH_WATER_BYTES } from './stream.ts';

/** Larger pieces are handed on as they are; copying smaller ones together costs less than the stream's bookkeeping. */
const COPY_BELOW_BYTES = 4096;

/**
 * Who writes once in a tick, as a session does with all it has, waits for nothing; of a thousand acknowledgements written one by one
 * all but the first become one buffer and one `write`. Whatever is still here when the socket is destroyed is gone.
 */
export class Outbox {
  readonly #socket: Socket;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #scheduled = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Bytes that were not given to the socket yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Keeps `bytes` until the end of the tick unless they are its first; false where the socket will emit `drain` before it wants more. */
  write(bytes: Uint8Array): boolean {
    if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#endOfTick);
      this.#socket.write(bytes);
      return !this.#socket.writableNeedDrain;
    }
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#socket.writableLength + this.#pendingBytes >= HIGH_WATER_BYTES) this.flush();
    return !this.#socket.writableNeedDrain;
  }

  /** Gives everything to the socket now. */
  flush(): void {
    const pieces = this.#pending;
    if (pieces.length === 0) return;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#socket.cork();
    let from = 0;
    for (let index = 0; index <= pieces.length; index += 1) {
      const piece = pieces[index];
      if (piece !== undefined && piece.length < COPY_BELOW_BYTES) continue;
      if (index - from === 1) this.#socket.write(pieces[from] ?? new Uint8Array());
      else if (index > from) this.#socket.write(Buffer.concat(pieces.slice(from, index)));
      if (piece !== undefined) this.#socket.write(piece);
      from = index + 1;
    }
    this.#socket.uncork();
  }

  readonly #endOfTick = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}
