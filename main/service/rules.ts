/** The rules of all sessions and taps: kept on disk, applied to every connection, with the packets that wait for a user. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { RuleBook, RulesRecord, Verdict } from '../../shared/contract/rules.ts';
import { EditFault } from '../engine/rules/change-packet.ts';
import { RuleGate } from '../engine/rules/rule-gate.ts';
import { type Held, RuleSet } from '../engine/rules/rule-set.ts';
import type { GateFactory } from '../engine/sources/gate-ports.ts';
import type { Clock, Random } from '../engine/sources/ports.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { readableBook, ruleFilters } from './rule-filters.ts';

/** A device's larger packets pass as they come. */
export const LARGEST_TAPPED_BYTES = 4_194_304;

export interface RulesOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: { get(): RuleBook; put(book: RuleBook): Promise<void> };
}

export interface RuledSource {
  readonly id: SourceId;
  /** As its tab shows it. */
  readonly name: () => string;
}

export class Rules {
  readonly #options: RulesOptions;
  readonly #set: RuleSet;
  #changed = false;

  constructor(options: RulesOptions) {
    this.#options = options;
    this.#set = new RuleSet(() => {
      this.#changed = true;
    });
    const { book, filters } = readableBook(options.store.get());
    this.#set.set(book, filters);
    this.#changed = false;
  }

  get record(): RulesRecord {
    return this.#set.record;
  }

  /** Whether {@link record} changed since this was last asked. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** Throws `bad-rule` and `bad-topic`: then nothing changes. */
  async set(book: RuleBook): Promise<void> {
    this.#set.set(book, ruleFilters(book));
    await this.#options.store.put(book);
  }

  resetCounts(): void {
    this.#set.resetCounts();
  }

  /** Throws `no-such-held-packet`. */
  bytesOf(id: number): Uint8Array {
    return this.#held(id).bytes;
  }

  /** Throws `no-such-held-packet`, and `bad-edit` where it still waits. */
  resolve(id: number, verdict: Verdict): void {
    try {
      this.#held(id).resolve(verdict);
    } catch (error) {
      if (error instanceof EditFault) throw new InspectorError('bad-edit', { rule: error.rule, reason: error.reason });
      throw error;
    }
  }

  /** Those behind them that stop at a rule when their turn comes too. */
  resolveAll(kind: 'forward' | 'drop'): void {
    for (let [held] = this.#set.allHeld; held !== undefined; [held] = this.#set.allHeld) held.resolve({ kind });
  }

  /** What stands between the two sides of a source's connections. */
  gates(source: RuledSource, recording: Recording, kind: 'session' | 'tap'): GateFactory {
    const { clock, random } = this.#options;
    const { id, name: sourceName } = source;
    const largestBytes = kind === 'tap' ? LARGEST_TAPPED_BYTES : Number.POSITIVE_INFINITY;
    return (connection, ends) =>
      new RuleGate(
        { rules: this.#set, recording, connection, source: id, sourceName, largestBytes, clock, random },
        ends,
      );
  }

  #held(id: number): Held {
    const held = this.#set.held(id);
    if (held === undefined) throw new InspectorError('no-such-held-packet', { held: id });
    return held;
  }
}
