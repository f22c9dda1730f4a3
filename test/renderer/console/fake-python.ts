/** A runtime whose Python is the test itself. */

import type { PythonParts } from '../../../renderer/model/console-run.ts';
import type { OwnerMessage, RuntimeMessage } from '../../../shared/python/runtime/protocol.ts';

export class FakeWorker {
  readonly posted: OwnerMessage[] = [];
  terminated = false;
  #listener: (message: RuntimeMessage) => void = () => undefined;
  #failure: (message: string) => void = () => undefined;

  post(message: OwnerMessage): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: RuntimeMessage) => void): void {
    this.#listener = listener;
  }
  onFailure(listener: (message: string) => void): void {
    this.#failure = listener;
  }
  terminate(): void {
    this.terminated = true;
  }

  says(...messages: readonly RuntimeMessage[]): void {
    for (const message of messages) this.#listener(message);
  }
  prints(text: string, stream: 'stdout' | 'stderr' | 'note' = 'stdout'): void {
    this.says({ kind: 'output', stream, text, bytes: text.length });
  }
  dies(message: string): void {
    this.#failure(message);
  }
  /** The messages of one kind. */
  got<K extends OwnerMessage['kind']>(kind: K): readonly Extract<OwnerMessage, { kind: K }>[] {
    return this.posted.filter((message): message is Extract<OwnerMessage, { kind: K }> => message.kind === kind);
  }
}

/** Workers in the order they were made. */
export function fakePython(): PythonParts & { readonly workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  return {
    workers,
    host: {
      createWorker() {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      clock: () => ({ [Symbol.dispose]: () => undefined }),
      after: () => ({ [Symbol.dispose]: () => undefined }),
      sharedMemory: (bytes) => new SharedArrayBuffer(bytes),
    },
    sources: async () => ({ bootstrap: {}, modules: {}, pyodide: '/pyodide/' }),
  };
}
