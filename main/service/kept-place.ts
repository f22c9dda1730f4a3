/** Keeps a window that does not follow with the rows it shows, while others before them come and go. */

import type { Window } from './live-view.ts';

/** Rows are told apart by a number that stays theirs and grows along the list: a packet's or a flow's. */
export class KeptPlace {
  /** The last row that was shown, which is evicted last, and where it stood: when it stands elsewhere, rows before it came or went. */
  #anchor: { readonly number: number; readonly row: number } | undefined;
  #moved = 0;

  /** How far rows have moved in all, as {@link file://../../shared/contract/pushes.ts PacketViewPush.moved}. */
  get moved(): number {
    return this.#moved;
  }

  /**
   * The window where its rows stand now. `rowOf` answers the row of a number, or of the next that is left; where all rows of the
   * window are gone it goes to the oldest that are left.
   */
  keep(window: Window, rowOf: (number: number) => number): Window {
    if (this.#anchor === undefined || window.follow) return window;
    const moved = Math.max(0, rowOf(this.#anchor.number)) - this.#anchor.row;
    if (moved === 0) return window;
    this.#moved += moved;
    return { ...window, from: Math.max(0, window.from + moved) };
  }

  /** The last row that was shown, or that none was. */
  shows(number: number | undefined, row: number): void {
    this.#anchor = number === undefined ? undefined : { number, row };
  }

  /** Rows are others now: a filter changed. */
  forget(): void {
    this.#anchor = undefined;
  }
}
