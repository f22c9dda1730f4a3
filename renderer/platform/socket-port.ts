/** The port over a WebSocket to the host that served the page. */

import type { Message, Port } from '../../shared/contract/port.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/wire.ts';

/** Resolves when the socket is open; rejects where it is refused. A frame that is no message closes it. */
export function openSocketPort(url: string): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => resolve(new SocketPort(socket)), { once: true });
    socket.addEventListener('close', () => reject(new Error('the host refused the socket')), { once: true });
  });
}

class SocketPort implements Port {
  readonly #socket: WebSocket;
  #listener: ((message: Message) => void) | undefined;
  #closeListener: (() => void) | undefined;
  #waiting: Message[] = [];
  #closed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', (event: MessageEvent<unknown>) => this.#receive(event.data));
    socket.addEventListener('close', () => this.#shut());
  }

  post(message: Message): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(encodeMessage(message) as Uint8Array<ArrayBuffer>);
  }

  onMessage(listener: (message: Message) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  onClose(listener: () => void): void {
    this.#closeListener = listener;
    if (this.#closed) listener();
  }

  close(): void {
    this.#socket.close();
    this.#shut();
  }

  #receive(data: unknown): void {
    if (this.#closed || !(data instanceof ArrayBuffer)) return;
    let message: Message;
    try {
      message = decodeMessage(new Uint8Array(data));
    } catch {
      this.close();
      return;
    }
    if (this.#listener === undefined) this.#waiting.push(message);
    else this.#listener(message);
  }

  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeListener?.();
  }
}
