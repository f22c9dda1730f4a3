/** Messages per second of the nodes that somebody looks at, for their sparklines. */

import type { TopicTree } from './topic-tree.ts';

/** One-second buckets of a sparkline. */
export const SPARKLINE_BUCKETS = 16;

/** Nodes kept; the ones not asked for the longest go first. */
const WATCHED = 2048;

interface Watched {
  readonly buckets: Float32Array;
  /** Count at the start of the current second. */
  messages: number;
}

/**
 * Nobody watches a million topics, so history is kept from the moment a node is first asked for; seconds before that read as zero.
 * 64 bytes a watched node.
 */
export class RateHistory {
  readonly #tree: TopicTree;
  readonly #watched = new Map<number, Watched>();
  #second = Number.NaN;

  constructor(tree: TopicTree) {
    this.#tree = tree;
  }

  /** Closes the seconds that ended before `nowUs`; call after each settle. Answers whether one did. */
  advance(nowUs: number): boolean {
    const second = Math.floor(nowUs / 1e6);
    if (Number.isNaN(this.#second)) this.#second = second;
    const passed = Math.min(second - this.#second, SPARKLINE_BUCKETS);
    this.#second = second;
    if (passed <= 0) return false;
    for (const [node, watched] of this.#watched) {
      const messages = this.#tree.nodes.subtreeMessages(node);
      watched.buckets.copyWithin(0, passed);
      watched.buckets.fill(Math.max(0, messages - watched.messages) / passed, SPARKLINE_BUCKETS - passed);
      watched.messages = messages;
    }
    return true;
  }

  /** Buckets of whole seconds, oldest first, borrowed; the node is watched from now on. */
  of(node: number): Float32Array {
    let watched = this.#watched.get(node);
    if (watched === undefined) {
      watched = { buckets: new Float32Array(SPARKLINE_BUCKETS), messages: this.#tree.nodes.subtreeMessages(node) };
    } else {
      this.#watched.delete(node);
    }
    this.#watched.set(node, watched);
    if (this.#watched.size > WATCHED) {
      for (const oldest of this.#watched.keys()) {
        this.#watched.delete(oldest);
        break;
      }
    }
    return watched.buckets;
  }

  /** Whether the node's line would move with the next second. */
  isMoving(node: number): boolean {
    return this.#watched.get(node)?.buckets.some((bucket) => bucket !== 0) ?? false;
  }

  clear(): void {
    this.#watched.clear();
  }
}
