/** Finds the rules that recorded packets meet, in one recording. */

import type { RuleAction } from '../../../shared/contract/rules.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import { compileFilter } from '../capture/filter-compile.ts';
import { type Predicate, SLICE_ROWS } from '../capture/filter-predicate.ts';
import type { Recording } from '../sources/recording.ts';
import type { ActiveRule, RuleSet } from './rule-set.ts';

/** Actions that leave a packet to nobody after them. */
const LAST_WORDS: ReadonlySet<RuleAction['kind']> = new Set(['drop', 'answer', 'close', 'reset']);

export class RuleFinder {
  readonly #rules: RuleSet;
  readonly #recording: Recording;
  readonly #sourceName: () => string;
  readonly #rows = new Int32Array(SLICE_ROWS);
  /** Those of {@link #compiledFor}. */
  #predicates: readonly Predicate[] = [];
  #compiledFor: readonly ActiveRule[] = [];

  /** `sourceName` is what the filter's `source` looks at. */
  constructor(rules: RuleSet, recording: Recording, sourceName: () => string) {
    this.#rules = rules;
    this.#sourceName = sourceName;
    this.#recording = recording;
  }

  /** Those that act on packets of the rows `[from, to)`, counted, by row. `bytesOf` answers a row's packet. */
  find(from: number, to: number, bytesOf: (seq: number) => Uint8Array): ReadonlyMap<number, readonly ActiveRule[]> {
    const { enabled } = this.#rules;
    if (enabled.length === 0 || from === to) return NONE;
    if (enabled !== this.#compiledFor) this.#compile(enabled);
    const met = new Map<number, ActiveRule[]>();
    for (const [index, rule] of enabled.entries()) {
      const predicate = this.#predicates[index];
      if (predicate === undefined) continue;
      for (const seq of this.#matches(predicate, from, to)) met.set(seq, [...(met.get(seq) ?? []), rule]);
    }
    if (met.size === 0) return NONE;
    const found = new Map<number, readonly ActiveRule[]>();
    for (const seq of [...met.keys()].toSorted((one, other) => one - other)) {
      const acting = this.#acting(met.get(seq) ?? [], bytesOf(seq));
      if (acting.length > 0) found.set(seq, acting);
    }
    return found;
  }

  #acting(met: readonly ActiveRule[], bytes: Uint8Array): readonly ActiveRule[] {
    const acting: ActiveRule[] = [];
    for (const rule of met) {
      if (!applies(rule.rule.action, bytes) || !this.#rules.count(rule)) continue;
      acting.push(rule);
      if (LAST_WORDS.has(rule.rule.action.kind)) break;
    }
    return acting;
  }

  #compile(enabled: readonly ActiveRule[]): void {
    const { capture, flows } = this.#recording;
    const originUs = (): number => (capture.recordCount === 0 ? Number.NaN : capture.timeUs(capture.firstSeq));
    const initiator = (seq: number): string => this.#recording.initiator(seq);
    const subject = { capture, flows: flows.store, originUs, initiator, source: this.#sourceName };
    this.#predicates = enabled.map(({ filter }) => compileFilter(filter, subject));
    this.#compiledFor = enabled;
  }

  /** Rows of `[from, to)` that match. */
  #matches(predicate: Predicate, from: number, to: number): number[] {
    const { capture } = this.#recording;
    while (!predicate.prepare(NEVER));
    const found: number[] = [];
    for (let seq = from; seq < to; ) {
      const block = capture.blockOf(seq);
      const end = Math.min(to, block.baseSeq + block.length, seq + SLICE_ROWS);
      if (predicate.mayMatch(block)) {
        for (let at = seq; at < end; at += 1) this.#rows[at - seq] = at - block.baseSeq;
        const count = predicate.narrow(block, this.#rows, end - seq);
        for (let at = 0; at < count; at += 1) found.push(block.baseSeq + (this.#rows[at] ?? 0));
      }
      seq = end;
    }
    return found;
  }
}

const NONE: ReadonlyMap<number, readonly ActiveRule[]> = new Map();
const NEVER = (): boolean => false;

/** Whether the action can do anything to the packet. */
function applies(action: RuleAction, bytes: Uint8Array): boolean {
  if (action.kind === 'rewrite') return (bytes[0] ?? 0) >> 4 === TYPE.publish;
  if (action.kind !== 'corrupt' || action.offset === undefined) return true;
  return action.offset < 0 ? bytes.length + action.offset >= 0 : action.offset < bytes.length;
}
