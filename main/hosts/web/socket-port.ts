/** A {@link Port} over one WebSocket: each message one binary frame of {@link file://../../../shared/contract/wire.ts}. */

import type { WebSocket } from 'ws';
import type { Message, Port } from '../../../shared/contract/port.ts';
import { decodeMessage, encodeMessage } from '../../../shared/contract/wire.ts';

/**
 * Bytes that wait for a page before it is given up. Frames wait for the page's acknowledgement, so that only answers
 * pile up: 64 of the largest byte windows.
 */
const MAX_BUFFERED_BYTES = 268_435_456;
const HEARTBEAT_MS = 30_000;

const CLOSE_NORMAL = 1000;
const CLOSE_BAD_DATA = 1007;
const CLOSE_TOO_SLOW = 1013;

/** Takes ownership of the socket, which must be open. */
export function createSocketPort(socket: WebSocket, maxBufferedBytes = MAX_BUFFERED_BYTES): Port {
  return new SocketPort(socket, maxBufferedBytes);
}

class SocketPort implements Port {
  readonly #socket: WebSocket;
  readonly #maxBufferedBytes: number;
  readonly #waiting: Message[] = [];
  #messageListener: ((message: Message) => void) | undefined;
  #closeListener: (() => void) | undefined;
  #closed = false;

  constructor(socket: WebSocket, maxBufferedBytes: number) {
    this.#socket = socket;
    this.#maxBufferedBytes = maxBufferedBytes;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => {
      if (isBinary && Buffer.isBuffer(data)) this.#receive(data);
      else this.#end(CLOSE_BAD_DATA, 'binary frames only');
    });
    socket.on('close', () => this.#shut());
    // Too large, not UTF-8, reset: `ws` closes by itself and `close` follows.
    socket.on('error', () => undefined);
    this.#beat();
  }

  post(message: Message): void {
    if (this.#closed) return;
    this.#socket.send(encodeMessage(message));
    if (this.#socket.bufferedAmount > this.#maxBufferedBytes) this.#end(CLOSE_TOO_SLOW, 'the page does not keep up');
  }

  onMessage(listener: (message: Message) => void): void {
    this.#messageListener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  onClose(listener: () => void): void {
    this.#closeListener = listener;
    if (this.#closed) listener();
  }

  close(): void {
    this.#end(CLOSE_NORMAL, '');
  }

  #receive(data: Buffer): void {
    if (this.#closed) return;
    let message: Message;
    try {
      // A plain view: a Buffer's own slice() does not copy, as the decoder expects.
      message = decodeMessage(new Uint8Array(data.buffer, data.byteOffset, data.length));
    } catch {
      this.#end(CLOSE_BAD_DATA, 'not a message');
      return;
    }
    if (this.#messageListener === undefined) this.#waiting.push(message);
    else this.#messageListener(message);
  }

  /** A peer that vanished without a word (a tunnel that was cut) must not keep its views alive for ever. */
  #beat(): void {
    let alive = true;
    this.#socket.on('pong', () => {
      alive = true;
    });
    const timer = setInterval(() => {
      if (!alive) {
        this.#socket.terminate();
        return;
      }
      alive = false;
      this.#socket.ping();
    }, HEARTBEAT_MS);
    timer.unref();
    this.#socket.once('close', () => clearInterval(timer));
  }

  #end(code: number, reason: string): void {
    if (this.#closed) return;
    this.#socket.close(code, reason);
    // A page that does not read does not answer the closing handshake either.
    if (code === CLOSE_TOO_SLOW) this.#socket.terminate();
    this.#shut();
  }

  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeListener?.();
  }
}
