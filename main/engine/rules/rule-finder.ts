/** Finds the rules that a recorded packet meets, in one recording. */

import type { RuleAction } from '../../../shared/contract/rules.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import { compileFilter } from '../capture/filter-compile.ts';
import type { Predicate } from '../capture/filter-predicate.ts';
import type { Recording } from '../sources/recording.ts';
import type { ActiveRule, RuleSet } from './rule-set.ts';

/** Actions that leave a packet to nobody after them. */
const LAST_WORDS: ReadonlySet<RuleAction['kind']> = new Set(['drop', 'answer', 'close', 'reset']);

export class RuleFinder {
  readonly #rules: RuleSet;
  readonly #recording: Recording;
  readonly #rows = new Int32Array(1);
  /** Those of {@link #compiledFor}. */
  #predicates: readonly Predicate[] = [];
  #compiledFor: readonly ActiveRule[] = [];

  constructor(rules: RuleSet, recording: Recording) {
    this.#rules = rules;
    this.#recording = recording;
  }

  /** Those that act on the packet of that row, counted; none where it has no row. */
  find(seq: number, bytes: Uint8Array): readonly ActiveRule[] {
    const { enabled } = this.#rules;
    if (seq < 0 || enabled.length === 0) return NONE;
    if (enabled !== this.#compiledFor) this.#compile(enabled);
    const found: ActiveRule[] = [];
    for (const [index, rule] of enabled.entries()) {
      const predicate = this.#predicates[index];
      if (predicate === undefined || !applies(rule.rule.action, bytes) || !this.#matches(predicate, seq)) continue;
      if (!this.#rules.count(rule)) continue;
      found.push(rule);
      if (LAST_WORDS.has(rule.rule.action.kind)) break;
    }
    return found;
  }

  #compile(enabled: readonly ActiveRule[]): void {
    const { capture, flows } = this.#recording;
    const originUs = (): number => (capture.recordCount === 0 ? Number.NaN : capture.timeUs(capture.firstSeq));
    this.#predicates = enabled.map(({ filter }) => compileFilter(filter, { capture, flows: flows.store, originUs }));
    this.#compiledFor = enabled;
  }

  #matches(predicate: Predicate, seq: number): boolean {
    const block = this.#recording.capture.blockOf(seq);
    while (!predicate.prepare(NEVER));
    if (!predicate.mayMatch(block)) return false;
    this.#rows[0] = seq - block.baseSeq;
    return predicate.narrow(block, this.#rows, 1) === 1;
  }
}

const NONE: readonly ActiveRule[] = [];
const NEVER = (): boolean => false;

/** Whether the action can do anything to the packet. */
function applies(action: RuleAction, bytes: Uint8Array): boolean {
  if (action.kind === 'rewrite') return (bytes[0] ?? 0) >> 4 === TYPE.publish;
  if (action.kind !== 'corrupt' || action.offset === undefined) return true;
  return action.offset < 0 ? bytes.length + action.offset >= 0 : action.offset < bytes.length;
}
