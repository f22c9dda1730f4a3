/** What an open connection offers the transport, whether its bytes travel bare or in WebSocket messages. */

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock, TransportFailure } from '../sources/ports.ts';

/** How long an orderly close may take before the connection is dropped, milliseconds. */
const LINGER_MS = 2000;

/**
 * Whether the two halves of a connection close on their own. `together`: a peer that closes its half ends the connection. `apart`: it may go on
 * reading, and the owner closes our half when it sees fit.
 */
export type Halves = 'together' | 'apart';

/** Bytes that may wait in the process before `write` asks the owner to stop; the kernel's buffer comes on top. */
export const HIGH_WATER_BYTES = 262_144;

export interface ByteStream {
  /** Begins to deliver; until then nothing is read and no event comes. */
  start(): void;
  /** Queues bytes; false asks to wait for {@link ByteStreamEvents.drained}. */
  write(bytes: Uint8Array): boolean;
  /** Bytes of {@link write} whose memory is still needed; absent where that is not known. */
  readonly unsentBytes?: number;
  pause(): void;
  resume(): void;
  /** Flushes, closes in order, and drops the connection where that takes longer than {@link LINGER_MS}. */
  end(): void;
  /** Flushes and closes our half. Only where halves close {@link Halves apart}. */
  finish(): void;
  /** Flushes, for {@link LINGER_MS} at most, and drops the connection so that the peer notices: by RST where TCP is ours to reset. */
  reset(): void;
}

/** Never called from inside a call into the stream. */
export interface ByteStreamEvents {
  /** Borrowed bytes. */
  data(bytes: Uint8Array): void;
  drained(): void;
  /** The peer closed its half. Only where halves close {@link Halves apart}. */
  ended(): void;
  /** Once, the last call; without a failure where the owner ended the stream and it went well. */
  closed(failure: TransportFailure | undefined): void;
}

/** Counts what went through and remembers how it began, for the facts of a failure. */
export class Traffic {
  bytesReceived = 0;
  bytesSent = 0;
  #looksLike: 'nothing' | 'mqtt' | 'tls' | 'http' = 'nothing';

  received(bytes: Uint8Array): void {
    if (this.bytesReceived === 0) this.#looksLike = looksLike(bytes);
    this.bytesReceived += bytes.length;
  }

  /** `peerSpoke` is what the first bytes look like: a TLS alert or an HTTP answer betrays the wrong protocol. */
  facts(): { bytesReceived: number; bytesSent: number; peerSpoke: string } {
    return { bytesReceived: this.bytesReceived, bytesSent: this.bytesSent, peerSpoke: this.#looksLike };
  }
}

function looksLike(bytes: Uint8Array): 'mqtt' | 'tls' | 'http' {
  const [first, second] = bytes;
  if (first === 0x15 && second === 0x03) return 'tls';
  return first === 0x48 && second === 0x54 ? 'http' : 'mqtt';
}

/** Resets `socket` once it has nothing left to send, or cannot send it; TLS hides the connection below, which is cut then. */
export function resetWhenFlushed(socket: Socket, clock: Clock): void {
  if (socket.destroyed) return;
  const reset = (): void => {
    linger[Symbol.dispose]();
    if (socket instanceof TLSSocket) socket.destroy();
    else socket.resetAndDestroy();
  };
  const linger = clock.after(LINGER_MS, reset);
  if (socket.writableLength === 0 || socket.writableEnded) reset();
  else socket.write(new Uint8Array(), reset);
}

/** Drops `socket` when an orderly close takes too long. */
export function lingerThenDestroy(socket: Socket, clock: Clock): Disposable {
  return clock.after(LINGER_MS, () => socket.destroy());
}
