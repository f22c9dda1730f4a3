/** Maps a list's offset, which may be billions of pixels, to a scroll bar's, which browsers stop at some 33 million. */

/** Below what Chromium (33 554 428 px) and Firefox (17 895 697 px) draw. */
export const MAX_SCROLL_PX = 16_000_000;

export class ScrollSpace {
  /** Height of the spacer that makes the scroll bar. */
  readonly physical: number;
  readonly maxOffset: number;
  readonly #maxScroll: number;

  /**
   * All in pixels.
   * @param virtual height of all rows
   * @param viewport height of what is on screen
   * @param drawn height of the spacer where it lags behind the rows, see {@link laggingHeight}
   */
  constructor(virtual: number, viewport: number, drawn = virtual) {
    this.physical = Math.min(drawn, MAX_SCROLL_PX);
    this.maxOffset = Math.max(0, virtual - viewport);
    this.#maxScroll = Math.max(0, this.physical - viewport);
  }

  /** True where a pixel of the scroll bar is more than a pixel of the list. */
  get scaled(): boolean {
    return this.maxOffset > this.#maxScroll;
  }

  clamp(offset: number): number {
    return Math.max(0, Math.min(this.maxOffset, offset));
  }

  toScroll(offset: number): number {
    return this.scaled ? (offset / this.maxOffset) * this.#maxScroll : offset;
  }

  toOffset(scroll: number): number {
    if (!this.scaled || this.#maxScroll === 0) return this.clamp(scroll);
    return this.clamp((scroll / this.#maxScroll) * this.maxOffset);
  }
}

/**
 * The height without its last digits, so that it changes only with each hundredth of growth: a list that grows with every frame and sticks
 * to its end need not be laid out anew each time. Exact below 128 rows.
 */
export function laggingHeight(rows: number, rowHeight: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, rows))) - 6);
  return Math.floor(rows / step) * step * rowHeight;
}
