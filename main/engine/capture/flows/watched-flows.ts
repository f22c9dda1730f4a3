/** The exchanges that a filter asked for their state and that may come to another: which of them did since. */

import type { Deadline } from '../filter-predicate.ts';
import { type FlowStore, STATE } from './flow-store.ts';

/** Stands for the state of an exchange whose packets were judged by different ones. */
const MIXED = -1;
/** Exchanges stall by time alone: without a packet all are asked again so often. */
const STALL_CHECK_US = 500_000;
/** Exchanges asked between two looks at the deadline. */
const ASKED_AT_ONCE = 32;

/**
 * Assumptions that keep it right: every exchange that goes on is told of whenever a packet is judged by its state; one that ended stays as
 * it is until the store says that it was reopened.
 */
export class WatchedFlows {
  readonly #store: FlowStore;
  readonly #stateOf: (flow: number) => number;
  /** State by which the packets of each were judged. */
  readonly #states = new Map<number, number>();
  #reopenings: number;
  /** The round under way: each exchange is asked once, those that come in meanwhile too. */
  #round: Iterator<[number, number]> | undefined;
  #roundChanges = -1;
  #roundUs = 0;

  /** `stateOf` answers the state as it is shown, an index into `FLOW_STATES`. */
  constructor(store: FlowStore, stateOf: (flow: number) => number) {
    this.#store = store;
    this.#stateOf = stateOf;
    this.#reopenings = store.reopenings;
  }

  /** A packet was judged by the state of its exchange. */
  saw(flow: number, state: number): void {
    if (state !== STATE.open && state !== STATE.stalled) return;
    const before = this.#states.get(flow);
    if (before === undefined) this.#states.set(flow, state);
    else if (before !== state) this.#states.set(flow, MIXED);
  }

  /**
   * Calls `changed` for exchanges whose packets are to be judged again, until `deadline` answers true; the next call goes on there.
   * Answers whether there were any.
   */
  advance(nowUs: number, deadline: Deadline, changed: (flow: number) => void): boolean {
    const store = this.#store;
    for (const flow of store.reopenedSince(this.#reopenings)) this.#states.set(flow, MIXED);
    this.#reopenings = store.reopenings;
    if (this.#round === undefined && this.#isRoundDue(nowUs)) {
      this.#round = this.#states.entries();
      this.#roundChanges = store.changes;
      this.#roundUs = nowUs;
    }
    let found = false;
    for (let asked = 1; this.#round !== undefined; asked += 1) {
      const next = this.#round.next();
      if (next.done === true) this.#round = undefined;
      else if (this.#judge(...next.value, changed)) found = true;
      if (asked % ASKED_AT_ONCE === 0 && deadline()) break;
    }
    return found;
  }

  clear(): void {
    this.#states.clear();
    this.#round = undefined;
  }

  #judge(flow: number, before: number, changed: (flow: number) => void): boolean {
    if (!this.#store.has(flow)) {
      this.#states.delete(flow);
      return false;
    }
    const state = this.#stateOf(flow);
    if (state === before) return false;
    if (state === STATE.open || state === STATE.stalled) this.#states.set(flow, state);
    else this.#states.delete(flow);
    changed(flow);
    return true;
  }

  #isRoundDue(nowUs: number): boolean {
    if (this.#states.size === 0) return false;
    return this.#roundChanges !== this.#store.changes || nowUs - this.#roundUs >= STALL_CHECK_US;
  }
}
