/** JSON-RPC 2.0 with a worker, a message each way being one call, answer or notification. */

interface Message {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface RpcHandlers {
  /** Answers what the worker asks. */
  readonly asked: (method: string, params: unknown) => unknown;
  readonly told: (method: string, params: unknown) => void;
}

/** The worker cannot be loaded, or has died. */
export class WorkerGone extends Error {}

interface Waiting {
  readonly settle: (result: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** Takes the worker over, and ends it when it is disposed. */
export class Rpc implements Disposable {
  readonly #worker: Worker;
  readonly #handlers: RpcHandlers;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #gone: Error | undefined;

  constructor(worker: Worker, handlers: RpcHandlers) {
    this.#worker = worker;
    this.#handlers = handlers;
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#receive(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#end(new WorkerGone(event.message));
    });
  }

  /** Rejects with the worker's own words, or with {@link WorkerGone}. Given up on where `signal` aborts: rejects with its reason. */
  ask<T>(method: string, params: unknown, signal?: AbortSignal): Promise<T> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    this.#next += 1;
    const id = this.#next;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { settle: (result) => resolve(result as T), fail: reject });
      signal?.addEventListener('abort', () => {
        if (!this.#waiting.delete(id)) return;
        this.tell('$/cancelRequest', { id });
        reject(signal.reason as Error);
      });
      this.#post({ id, method, params });
    });
  }

  tell(method: string, params: unknown): void {
    if (this.#gone === undefined) this.#post({ method, params });
  }

  [Symbol.dispose](): void {
    this.#end(new WorkerGone('closed'));
  }

  #post(message: Message): void {
    this.#worker.postMessage({ jsonrpc: '2.0', ...message });
  }

  #end(error: Error): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    this.#worker.terminate();
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }

  #receive(message: Message): void {
    if (message.jsonrpc !== '2.0') return;
    const { id, method } = message;
    if (method === undefined) {
      if (typeof id === 'number') this.#answered(id, message);
    } else if (id === undefined || id === null) this.#handlers.told(method, message.params);
    else this.#post({ id, result: this.#handlers.asked(method, message.params) ?? null });
  }

  #answered(id: number, { result, error }: Message): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.settle(result);
    else waiting?.fail(new Error(error.message));
  }
}
