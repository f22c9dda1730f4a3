/** The filter language as data: what the text of a filter field means, and what the engine evaluates. */

import type { FlowKind, FlowState } from '../contract/records.ts';
import type { Direction, PacketType } from '../mqtt/packet.ts';

/** How a number is compared. */
export type Operator = '=' | '<' | '<=' | '>' | '>=';

/** Records that are no ordinary packet, or one with something wrong. */
export type Condition = 'error' | 'malformed' | 'truncated' | 'undecodable' | 'refused' | 'event';

export type NumberField = 'qos' | 'id' | 'len' | 'conn';
export type FlagField = 'retain' | 'dup';

/** One comparison; several values mean any of them. */
export type Comparison =
  | { readonly kind: 'compare'; readonly field: 'type'; readonly values: readonly PacketType[] }
  | { readonly kind: 'compare'; readonly field: 'dir'; readonly values: readonly Direction[] }
  | { readonly kind: 'compare'; readonly field: 'is'; readonly values: readonly Condition[] }
  /** Of the exchange that a packet belongs to. */
  | { readonly kind: 'compare'; readonly field: 'flow.kind'; readonly values: readonly FlowKind[] }
  | { readonly kind: 'compare'; readonly field: 'flow.state'; readonly values: readonly FlowState[] }
  /** Topic filters with MQTT's wildcards; only a PUBLISH has a topic. */
  | { readonly kind: 'compare'; readonly field: 'topic'; readonly values: readonly string[] }
  /** Only a PUBLISH has these. */
  | { readonly kind: 'compare'; readonly field: FlagField; readonly value: boolean }
  /** A record without the field matches no comparison of it. */
  | { readonly kind: 'compare'; readonly field: NumberField; readonly values: readonly NumberTest[] };

export interface NumberTest {
  readonly operator: Operator;
  readonly value: number;
}

/** Whether a number passes a test. */
export function passes({ operator, value }: NumberTest, actual: number): boolean {
  switch (operator) {
    case '=':
      return actual === value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
  }
}

/** Bytes of the text, exactly as written, in the topic or anywhere after the fixed header. */
export interface TextTerm {
  readonly kind: 'text';
  readonly text: string;
}

/** `and` of no terms matches everything: the empty filter. */
export type Filter =
  | { readonly kind: 'and'; readonly terms: readonly Filter[] }
  | { readonly kind: 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | Comparison
  | TextTerm;

export const EVERYTHING: Filter = { kind: 'and', terms: [] };

/** True for the filter that matches every record, which needs no evaluation at all. */
export function matchesEverything(filter: Filter): boolean {
  return filter.kind === 'and' && filter.terms.every(matchesEverything);
}

/** The first comparison of a field that `refused` answers true for, anywhere in the filter. */
export function findField(filter: Filter, refused: (field: Comparison['field']) => boolean): string | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const term of filter.terms) {
        const found = findField(term, refused);
        if (found !== undefined) return found;
      }
      return undefined;
    case 'not':
      return findField(filter.term, refused);
    case 'compare':
      return refused(filter.field) ? filter.field : undefined;
    case 'text':
      return undefined;
  }
}

/** Why a part of the text means nothing. Wording is the page's. */
export type FilterErrorCode =
  | 'unknown-field'
  | 'unknown-value'
  | 'missing-value'
  | 'bad-number'
  | 'bad-topic-filter'
  | 'operator-not-allowed'
  | 'unclosed-quote'
  | 'unclosed-parenthesis'
  | 'unexpected-parenthesis'
  | 'missing-term'
  /** The field means something in the other list only. */
  | 'not-for-flows'
  | 'not-for-packets';

/** `from` and `to` are UTF-16 positions in the text, `to` exclusive. */
export interface FilterError {
  readonly code: FilterErrorCode;
  readonly from: number;
  readonly to: number;
  /** The word that is meant, and the field it was given for. */
  readonly word: string;
  readonly field?: string;
  /** What would have been understood, where that is a short list. */
  readonly expected?: readonly string[];
}
