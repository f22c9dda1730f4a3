/** Which rows of the tree have just changed; a row lights up at most twice a second, however busy its topic is. */

import type { TopicRows } from '../../shared/contract/records.ts';

/** Below the three flashes a second that WCAG 2.3.1 allows. */
const MIN_INTERVAL_MS = 500;

interface Seen {
  readonly messages: number;
  readonly litAtMs: number;
  /** Counts the times that the row lit up; 0 before the first. */
  readonly turn: number;
}

export class TopicFlash {
  #seen = new Map<number, Seen>();

  /** Takes a window that has just arrived. Rows that were not in the last one do not light up: they only came into sight. */
  observe(rows: TopicRows, nowMs: number): void {
    const next = new Map<number, Seen>();
    for (const [i, node] of rows.node.entries()) {
      const messages = rows.subtreeMessages[i] ?? 0;
      const before = this.#seen.get(node);
      const lights = before !== undefined && messages > before.messages && nowMs - before.litAtMs >= MIN_INTERVAL_MS;
      if (before === undefined) next.set(node, { messages, litAtMs: Number.NEGATIVE_INFINITY, turn: 0 });
      else if (lights) next.set(node, { messages, litAtMs: nowMs, turn: before.turn + 1 });
      else next.set(node, messages > before.messages ? { ...before, messages } : before);
    }
    this.#seen = next;
  }

  /** A number that changes each time the row lights up; 0 for never. */
  turn(node: number): number {
    return this.#seen.get(node)?.turn ?? 0;
  }
}
