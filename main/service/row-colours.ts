/** Which colour rule a packet meets: asked of the rows that a page shows, and of no others. */

import type { ColourMark, ColourRule } from '../../shared/contract/colours.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import { type Comparison, type Filter, findField } from '../../shared/filter/filter-ast.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { compileFilter, type FilterSubject } from '../engine/capture/filter-compile.ts';
import { type Deadline, type Predicate, SLICE_ROWS } from '../engine/capture/filter-predicate.ts';

/** Fields whose answer for a packet stays what it is. */
const LASTING: ReadonlySet<Comparison['field']> = new Set([
  'type',
  'dir',
  'qos',
  'retain',
  'dup',
  'topic',
  'topic.name',
  'id',
  'len',
  'remaining',
  'payload',
  'json',
  'prop',
  'conn',
]);

interface ActiveRule {
  readonly mark: ColourMark;
  readonly predicate: Predicate;
  /** Answers of the last rows, where asking again costs more than remembering. */
  known: ReadonlyMap<Seq, boolean> | undefined;
}

/** Those rows, and the rules that colour them. */
export interface ColouredRows {
  readonly colour: Uint8Array;
  readonly marks: readonly ColourMark[];
}

/**
 * The colours of one source's packets. Rules are compiled when they are first asked after they changed, and only those that are on.
 * All its askers are in one thread and each is answered before the next: its filters' scratch memory serves them all.
 */
export class RowColours {
  readonly #subject: FilterSubject;
  readonly #rules: () => readonly ColourRule[];
  readonly #rows = new Int32Array(SLICE_ROWS);
  #compiledFrom: readonly ColourRule[] = [];
  #active: readonly ActiveRule[] = [];
  #marks: readonly ColourMark[] = [];
  #revision = 0;

  /** `rules` answers the same list until one of them changed. */
  constructor(subject: FilterSubject, rules: () => readonly ColourRule[]) {
    this.#subject = subject;
    this.#rules = rules;
  }

  /**
   * Learns of new rules and new topics. Answers what colours depend on besides the rows: where that changed, rows are to be coloured again.
   * Where the deadline came first, rows have no colour until another call.
   */
  prepare(deadline: Deadline): string {
    this.#compile();
    const ready = this.#active.every(({ predicate }) => predicate.prepare(deadline));
    const source = this.#active.length === 0 ? '' : (this.#subject.source?.() ?? '');
    return `${this.#revision} ${source}${ready ? '' : ' preparing'}`;
  }

  /** Of rows in ascending order, all of them in the capture. */
  of(seqs: Float64Array): ColouredRows {
    this.#compile();
    const colour = new Uint8Array(seqs.length);
    for (const [index, rule] of this.#active.entries()) {
      if (!rule.predicate.prepare(AT_ONCE)) return { colour: new Uint8Array(seqs.length), marks: [] };
      this.#meet(rule, seqs, colour, index + 1);
    }
    return { colour, marks: this.#marks };
  }

  /** Of one packet of the capture, as its row has it. */
  markOf(seq: Seq): ColourMark | undefined {
    const { colour, marks } = this.of(Float64Array.of(seq));
    return marks[(colour[0] ?? 0) - 1];
  }

  /** Of rules that changed since they were last asked. */
  #compile(): void {
    const rules = this.#rules();
    if (rules === this.#compiledFrom) return;
    this.#compiledFrom = rules;
    this.#revision += 1;
    this.#active = rules.flatMap((rule) => {
      const filter = rule.enabled ? readFilter(rule.filter) : undefined;
      if (filter === undefined) return [];
      const predicate = compileFilter(filter, this.#subject);
      const remembers = predicate.readsBytes && findField(filter, (field) => !LASTING.has(field)) === undefined;
      const mark = { rule: rule.id, name: rule.name.trim() || rule.filter.trim(), colour: rule.colour };
      return [{ mark, predicate, known: remembers ? new Map() : undefined }];
    });
    this.#marks = this.#active.map(({ mark }) => mark);
  }

  /** Gives `place` to those rows without a colour that the rule finds. */
  #meet(rule: ActiveRule, seqs: Float64Array, colour: Uint8Array, place: number): void {
    const { known } = rule;
    const found = new Map<Seq, boolean>();
    const open: number[] = [];
    for (const [index, seq] of seqs.entries()) {
      if (colour[index] !== 0) continue;
      const answer = known?.get(seq);
      if (answer === undefined) open.push(index);
      else found.set(seq, answer);
      if (answer === true) colour[index] = place;
    }
    for (let at = 0; at < open.length; ) at = this.#meetSlice(rule.predicate, seqs, open, at, colour, place);
    if (known === undefined) return;
    for (const index of open) found.set(seqs[index] ?? -1, colour[index] === place);
    rule.known = found;
  }

  /** Looks at the rows from `open[at]` on that one slice of a block holds. Answers where the next slice begins. */
  #meetSlice(
    predicate: Predicate,
    seqs: Float64Array,
    open: readonly number[],
    at: number,
    colour: Uint8Array,
    place: number,
  ): number {
    const { capture } = this.#subject;
    const first = seqs[open[at] ?? 0] ?? 0;
    const block = capture.blockOf(first);
    const limit = Math.min(block.baseSeq + block.length, first + SLICE_ROWS);
    let end = at;
    for (; end < open.length; end += 1) {
      const seq = seqs[open[end] ?? 0] ?? 0;
      if (seq >= limit) break;
      this.#rows[end - at] = seq - block.baseSeq;
    }
    if (!predicate.mayMatch(block)) return end;
    const count = predicate.narrow(block, this.#rows, end - at);
    for (let kept = 0, next = at; kept < count; next += 1) {
      const index = open[next] ?? 0;
      if ((seqs[index] ?? 0) - block.baseSeq !== this.#rows[kept]) continue;
      colour[index] = place;
      kept += 1;
    }
    return end;
  }
}

const AT_ONCE = (): boolean => true;

/** Undefined where the text does not read, or says nothing. */
function readFilter(text: string): Filter | undefined {
  if (text.trim() === '') return undefined;
  const { filter, errors } = parseFilter(text);
  return errors.length === 0 ? filter : undefined;
}
