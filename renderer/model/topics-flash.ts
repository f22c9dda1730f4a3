/** Which rows of the tree have just changed; a row lights up at most twice a second, however busy its topic is. */

import { TOPIC_FLAG, type TopicRows } from '../../shared/contract/topic-records.ts';

/** Below the three flashes a second that WCAG 2.3.1 allows. */
const MIN_INTERVAL_MS = 500;

interface Seen {
  readonly own: number;
  readonly subtree: number;
  readonly litAtMs: number;
  /** Counts the times that the row lit up; 0 before the first. */
  readonly turn: number;
}

export class TopicFlash {
  #seen = new Map<number, Seen>();

  /**
   * Takes a window that has just arrived. A row lights up for its own messages, and for those below it only while they are folded away.
   * Rows that were not in the last window do not: they only came into sight.
   */
  observe(rows: TopicRows, nowMs: number): void {
    const next = new Map<number, Seen>();
    for (const [i, node] of rows.node.entries()) {
      const own = rows.messages[i] ?? 0;
      const subtree = rows.subtreeMessages[i] ?? 0;
      const before = this.#seen.get(node);
      if (before === undefined) {
        next.set(node, { own, subtree, litAtMs: Number.NEGATIVE_INFINITY, turn: 0 });
        continue;
      }
      const folded = ((rows.flags[i] ?? 0) & TOPIC_FLAG.expanded) === 0;
      const changed = own > before.own || (folded && subtree > before.subtree);
      const lights = changed && nowMs - before.litAtMs >= MIN_INTERVAL_MS;
      next.set(node, {
        own,
        subtree,
        litAtMs: lights ? nowMs : before.litAtMs,
        turn: before.turn + (lights ? 1 : 0),
      });
    }
    this.#seen = next;
  }

  /** A number that changes each time the row lights up; 0 for never. */
  turn(node: number): number {
    return this.#seen.get(node)?.turn ?? 0;
  }
}
