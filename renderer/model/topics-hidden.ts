/** Keeps a view open but without rows while its panel is hidden: closing it would lose what the service remembers of it. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Inspector } from './inspector.ts';
import { disposable } from './store.ts';
import type { ViewWindow } from './view-window.ts';

export class HiddenWindow {
  readonly #inspector: Inspector;
  readonly #window: ViewWindow<'topics'> | ViewWindow<'packets'>;
  /** The rows that were held when the panel was hidden. */
  #held: { readonly from: number; readonly count: number } | undefined;

  constructor(inspector: Inspector, window: ViewWindow<'topics'> | ViewWindow<'packets'>) {
    this.#inspector = inspector;
    this.#window = window;
  }

  /** The panel is on screen until the result is disposed. */
  show(): Disposable {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) void this.#ask(held.from, held.count);
    return disposable(() => {
      const rows = this.#window.push.get()?.rows;
      if (rows === undefined) return;
      this.#held = { from: rows.first, count: rows.topic.length };
      void this.#ask(0, 0);
    });
  }

  /** A view that closed meanwhile, or a link that is down, asks again by itself when it is back. */
  async #ask(from: number, count: number): Promise<void> {
    const { view } = this.#window;
    if (view === undefined) return;
    const follow = count > 0 && this.#window.following.get();
    try {
      await this.#inspector.call('setWindow', { view, from, count, follow });
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
    }
  }
}
