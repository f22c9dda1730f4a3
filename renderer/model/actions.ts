/** What the user asked for and how it failed: one bar of the shell tells it, whichever panel or menu was asked. */

import { InspectorError } from '../../shared/contract/errors.ts';
import { createStore, type Readable } from './store.ts';

/** Has words in {@link file://./error-text.ts}: a failure of the contract, `clipboard-refused`, `too-many-copied` or `file-unreadable`. */
export interface ActionFailure {
  readonly code: string;
  readonly data: object;
}

export class Actions {
  readonly #failure = createStore<ActionFailure | undefined>(undefined);

  /** The last action that failed; undefined once another went well or the bar was closed. */
  get failure(): Readable<ActionFailure | undefined> {
    return this.#failure;
  }

  /** Resolves with undefined where the task failed; the bar says why then. */
  async run<T>(task: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await task();
      this.dismiss();
      return result;
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }

  /** Puts text on the clipboard, which a browser may refuse. */
  async copy(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      this.dismiss();
      return true;
    } catch {
      this.#failure.set({ code: 'clipboard-refused', data: {} });
      return false;
    }
  }

  report(error: unknown): void {
    if (error instanceof InspectorError) this.#failure.set({ code: error.code, data: error.data });
    else
      this.#failure.set({
        code: 'internal',
        data: { message: error instanceof Error ? error.message : String(error) },
      });
  }

  /** For a failure that is the page's own. */
  fail(failure: ActionFailure): void {
    this.#failure.set(failure);
  }

  dismiss(): void {
    this.#failure.set(undefined);
  }
}
