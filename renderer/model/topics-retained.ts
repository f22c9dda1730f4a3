/** Clearing retained messages: counts first, waits for a yes, then reports how many were cleared. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

interface Target {
  readonly topic: string;
  readonly subtree: boolean;
}

type ClearState =
  | { readonly step: 'idle' }
  | (Target & { readonly step: 'counting' | 'clearing' })
  | (Target & { readonly step: 'confirm'; readonly retained: number })
  | (Target & { readonly step: 'done'; readonly cleared: number })
  | (Target & { readonly step: 'failed'; readonly error: InspectorError });

export class ClearRetained {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #state = createStore<ClearState>({ step: 'idle' });

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.#source = source;
  }

  get state(): Readable<ClearState> {
    return this.#state;
  }

  /** Counts what would be cleared and asks; nothing is sent before {@link confirm}. */
  async ask(topic: string, subtree: boolean): Promise<void> {
    const target = { topic, subtree };
    await this.#run(target, 'counting', async () => {
      const { retained } = await this.#inspector.call('countRetained', { source: this.#source, ...target });
      return { ...target, step: 'confirm', retained };
    });
  }

  async confirm(): Promise<void> {
    const state = this.#state.get();
    if (state.step !== 'confirm') return;
    const target = { topic: state.topic, subtree: state.subtree };
    await this.#run(target, 'clearing', async () => {
      const { cleared } = await this.#inspector.call('clearRetained', { source: this.#source, ...target });
      return { ...target, step: 'done', cleared };
    });
  }

  close(): void {
    this.#state.set({ step: 'idle' });
  }

  /** A later question replaces an earlier one; the earlier one's answer is dropped then. */
  async #run(target: Target, step: 'counting' | 'clearing', work: () => Promise<ClearState>): Promise<void> {
    const busy: ClearState = { ...target, step };
    this.#state.set(busy);
    let next: ClearState;
    try {
      next = await work();
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      next = { ...target, step: 'failed', error };
    }
    if (this.#state.get() === busy) this.#state.set(next);
  }
}
