/** The one place a socket's bytes arrive, through a read buffer that all sockets share. */

import type { Socket } from 'node:net';

/**
 * One buffer for every socket of the process: Node fills it and calls back before it can be filled again, so one is
 * enough, and no read allocates.
 */
const sharedBuffer = new Uint8Array(65_536);

/** Passes borrowed bytes to whoever reads at the moment: first a proxy handshake, then the stream. */
export class Inlet {
  #sink: ((bytes: Uint8Array) => void) | undefined;
  /** Bytes that came while nobody read, copied. A peer that speaks before it is spoken to is rare. */
  #early: Uint8Array[] = [];

  /** For `net.connect` and `tls.connect`; the socket then has no `data` events. */
  readonly onread = {
    buffer: sharedBuffer,
    callback: (count: number, buffer: Uint8Array): boolean => {
      this.push(buffer.subarray(0, count));
      return true;
    },
  };

  /** Bytes from a `data` event, or handed back by an earlier reader; borrowed. */
  readonly push = (bytes: Uint8Array): void => {
    if (this.#sink === undefined) this.#early.push(bytes.slice());
    else this.#sink(bytes);
  };

  /** Gives all bytes, from the first not yet read, to `sink`; undefined keeps them until somebody reads. */
  read(sink: ((bytes: Uint8Array) => void) | undefined): void {
    this.#sink = sink;
    if (sink === undefined) return;
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.#sink?.(bytes);
  }
}

/** A connected socket and where its bytes come out. */
export interface Link {
  readonly socket: Socket;
  readonly inlet: Inlet;
  /** Whether bytes come by `onread`; otherwise by `data` events that {@link attach} routes into the inlet. */
  readonly userBuffer: boolean;
}

/** Routes a socket's `data` events into its inlet, where it has no read buffer of its own. */
export function attach(link: Link): void {
  if (!link.userBuffer) link.socket.on('data', link.inlet.push);
}

/** Undoes {@link attach} so that TLS or `ws` can take the socket; call in the same tick as they do. */
export function detach(link: Link): void {
  if (!link.userBuffer) link.socket.off('data', link.inlet.push);
}
