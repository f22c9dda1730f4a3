/** The difference between two messages of a topic. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';
import { type Diff, diffLines } from './topics-diff.ts';
import { formatJson } from './topics-json.ts';
import { wholeText } from './topics-preview.ts';
import { type LoadedMessage, loadMessage } from './topics-value.ts';

export type ComparedAs = 'json' | 'text' | 'hex';

export interface ComparedSide {
  readonly seq: Seq;
  readonly timeUs: number;
  /** Bytes compared, and bytes of the whole payload. */
  readonly shown: number;
  readonly total: number;
}

export type CompareState =
  | { readonly step: 'none' | 'loading' }
  /** There is nothing before the message in the capture. */
  | { readonly step: 'first' }
  | { readonly step: 'failed'; readonly error: InspectorError }
  | {
      readonly step: 'done';
      readonly as: ComparedAs;
      readonly before: ComparedSide;
      readonly after: ComparedSide;
      readonly diff: Diff;
      /** The bytes compared are the same; JSON without a difference may still differ in white space. */
      readonly identical: boolean;
    };

/** Both payloads as JSON where both are, as text where both are, else as hex lines of sixteen bytes. */
export function comparableTexts(
  before: Uint8Array,
  after: Uint8Array,
): { readonly as: ComparedAs; readonly before: string; readonly after: string } {
  const texts = [wholeText(before), wholeText(after)] as const;
  if (texts[0] === undefined || texts[1] === undefined)
    return { as: 'hex', before: hexLines(before), after: hexLines(after) };
  const json = [formatJson(texts[0]), formatJson(texts[1])] as const;
  if (json[0] !== undefined && json[1] !== undefined) return { as: 'json', before: json[0], after: json[1] };
  return { as: 'text', before: texts[0], after: texts[1] };
}

/** Line by line, as {@link comparableTexts} has them. */
export function comparePayloads(
  before: Uint8Array,
  after: Uint8Array,
): { readonly as: ComparedAs; readonly diff: Diff } {
  const texts = comparableTexts(before, after);
  return { as: texts.as, diff: diffLines(texts.before, texts.after) };
}

function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += 16)
    lines.push(`${from.toString(16).padStart(4, '0')}  ${toHex(bytes.subarray(from, from + 16))}`);
  return lines.join('\n');
}

export class TopicCompare {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #state = createStore<CompareState>({ step: 'none' });
  #wanted = 0;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.#source = source;
  }

  get state(): Readable<CompareState> {
    return this.#state;
  }

  /**
   * Compares `after` with `other`, or with what `previous` finds where there is none. The last result stays on screen meanwhile;
   * a later call makes an earlier one void.
   */
  async compare(after: Seq, other: Seq | undefined, previous: (seq: Seq) => Promise<Seq | undefined>): Promise<void> {
    this.#wanted += 1;
    const mine = this.#wanted;
    if (this.#state.get().step !== 'done') this.#state.set({ step: 'loading' });
    let next: CompareState;
    try {
      const before = other ?? (await previous(after));
      if (before === undefined) next = { step: 'first' };
      else {
        const [left, right] = await Promise.all([
          loadMessage(this.#inspector, this.#source, Math.min(before, after)),
          loadMessage(this.#inspector, this.#source, Math.max(before, after)),
        ]);
        next = {
          step: 'done',
          before: side(left),
          after: side(right),
          ...comparePayloads(left.payload, right.payload),
          identical: sameBytes(left.payload, right.payload),
        };
      }
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      next = { step: 'failed', error };
    }
    if (mine === this.#wanted) this.#state.set(next);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function side({ detail, payload, payloadLength }: LoadedMessage): ComparedSide {
  return { seq: detail.seq, timeUs: detail.timeUs, shown: payload.length, total: payloadLength };
}
