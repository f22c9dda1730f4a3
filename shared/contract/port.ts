/** The one channel between page and service: messages of plain data and typed arrays, in order, over three carriers. */

/** Plain data that survives structured clone and {@link file://./wire.ts}: no functions, classes, Maps or cycles. */
export type Message = unknown;

/** Posts whole messages and receives them in order. Implemented over Electron's MessagePort, a WebSocket and in-process. */
export interface Port {
  /** Takes a copy or sends at once; the caller may reuse its buffers after the call returns. Ignored after close. */
  post(message: Message): void;
  /** At most one listener of each kind; messages that arrive before one is set are kept for it. */
  onMessage(listener: (message: Message) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Two ends of an in-process port. Delivery is asynchronous (a microtask) and by structured clone, as over a wire. */
export function createPortPair(clone: (message: Message) => Message): [Port, Port] {
  const ends = [new LocalEnd(clone), new LocalEnd(clone)] as const;
  ends[0].peer = ends[1];
  ends[1].peer = ends[0];
  return [ends[0], ends[1]];
}

class LocalEnd implements Port {
  peer: LocalEnd | undefined;
  readonly #clone: (message: Message) => Message;
  #messageListener: ((message: Message) => void) | undefined;
  #closeListener: (() => void) | undefined;
  #waiting: Message[] = [];
  #closed = false;

  constructor(clone: (message: Message) => Message) {
    this.#clone = clone;
  }

  post(message: Message): void {
    const { peer } = this;
    if (this.#closed || peer === undefined) return;
    const copy = this.#clone(message);
    void Promise.resolve().then(() => peer.#deliver(copy));
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
    if (this.#closed) return;
    this.#shut();
    const { peer } = this;
    if (peer !== undefined) void Promise.resolve().then(() => peer.#shut());
  }

  #deliver(message: Message): void {
    if (this.#closed) return;
    if (this.#messageListener === undefined) this.#waiting.push(message);
    else this.#messageListener(message);
  }

  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeListener?.();
  }
}
