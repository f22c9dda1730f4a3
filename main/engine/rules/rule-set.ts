/** The rules of all connections in their order, with their counters, and the packets that wait for a user's word. */

import type { HeldPacket, Rule, RuleBook, RuleCount, RulesRecord, Verdict } from '../../../shared/contract/rules.ts';
import { NO_RULES } from '../../../shared/contract/rules.ts';
import type { Filter } from '../../../shared/filter/filter-ast.ts';

export interface ActiveRule {
  readonly rule: Rule;
  readonly filter: Filter;
  found: number;
  acted: number;
}

/** A packet that a gate keeps until somebody decides. */
export interface Held {
  describe(id: number): HeldPacket;
  readonly bytes: Uint8Array;
  /** Throws an `EditFault` where fields make no packet; then it still waits. */
  resolve(verdict: Verdict): void;
}

/** Whether what a rule says is the same, whatever its name and whether it is on. */
function actsAlike(one: Rule, other: Rule): boolean {
  const said = ({ filter, every, action }: Rule): string => JSON.stringify([filter, every, action]);
  return said(one) === said(other);
}

export class RuleSet {
  readonly #changed: () => void;
  readonly #held = new Map<number, Held>();
  #book: RuleBook = NO_RULES;
  #rules: ActiveRule[] = [];
  #enabled: readonly ActiveRule[] = [];
  #nextHeld = 0;

  /** `changed` is called with every change of {@link record}, as often as packets come. */
  constructor(changed: () => void = () => undefined) {
    this.#changed = changed;
  }

  get record(): RulesRecord {
    const counts: RuleCount[] = this.#rules.map(({ rule: { id }, found, acted }) => ({ id, found, acted }));
    return { book: this.#book, counts, held: [...this.#held].map(([id, held]) => held.describe(id)) };
  }

  /** Those that are on, in their order; another list with every change. */
  get enabled(): readonly ActiveRule[] {
    return this.#enabled;
  }

  get keepAlive(): boolean {
    return this.#book.keepAlive;
  }

  /** `filters` are those of the book's rules. A rule that says what it said counts on. */
  set(book: RuleBook, filters: readonly Filter[]): void {
    const before = new Map(this.#rules.map((active) => [active.rule.id, active]));
    this.#book = book;
    this.#rules = book.rules.map((rule, index) => {
      const old = before.get(rule.id);
      const { found, acted } = old !== undefined && actsAlike(old.rule, rule) ? old : { found: 0, acted: 0 };
      return { rule, filter: filters[index] ?? { kind: 'text', text: '' }, found, acted };
    });
    this.#enabled = this.#rules.filter(({ rule }) => rule.enabled);
    this.#changed();
  }

  resetCounts(): void {
    for (const rule of this.#rules) Object.assign(rule, { found: 0, acted: 0 });
    this.#changed();
  }

  /** The rule's filter found a packet. Answers whether it acts on it. */
  count(rule: ActiveRule): boolean {
    rule.found += 1;
    const acts = rule.found % rule.rule.every === 0;
    if (acts) rule.acted += 1;
    this.#changed();
    return acts;
  }

  /** A packet waits; the result is to be disposed when it does no more. */
  hold(held: Held): Disposable {
    const id = this.#nextHeld;
    this.#nextHeld += 1;
    this.#held.set(id, held);
    this.#changed();
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(id);
        this.#changed();
      },
    };
  }

  /** What waits behind a packet became more or less. */
  heldChanged(): void {
    if (this.#held.size > 0) this.#changed();
  }

  held(id: number): Held | undefined {
    return this.#held.get(id);
  }

  /** All that wait now, oldest first. */
  get allHeld(): readonly Held[] {
    return [...this.#held.values()];
  }
}
