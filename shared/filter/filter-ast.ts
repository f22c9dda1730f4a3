/** The filter language as data: what the text of a filter field means, and what the engine evaluates. */

import type { FlowKind, FlowState } from '../contract/flow-records.ts';
import type { Direction, PacketType, PropertyName } from '../mqtt/packet.ts';

/** How a number is compared. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Records that are no ordinary packet, one with something wrong, or one that a rule or a user's word changed what became of. */
export type Condition = 'error' | 'malformed' | 'truncated' | 'undecodable' | 'refused' | 'event' | 'intervened';

/** `reason` counts a code that an acknowledgement leaves out as 0 (MQTT 5.0 §3.4.2.1); `remaining` is the Remaining Length. */
export type NumberField = 'qos' | 'id' | 'len' | 'remaining' | 'conn' | 'reason';
export type FlagField = 'retain' | 'dup';
/**
 * Microseconds. `time` counts from the first packet of the capture; `rtt` from the first packet of an exchange to this one, and only
 * packets that are not the first have it.
 */
export type TimeField = 'time' | 'rtt';
/**
 * `topic.name` is the topic as a text, without wildcards; `client` is the Client Identifier of the packet's connection; `source` the name of
 * the source; `initiator` what caused the packet, `file.py:12` of a script.
 */
export type TextField = 'topic.name' | 'client' | 'payload' | 'source' | 'initiator';

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
  | { readonly kind: 'compare'; readonly field: NumberField | TimeField; readonly values: readonly NumberTest[] }
  | { readonly kind: 'compare'; readonly field: TextField; readonly values: readonly ValueTest[] }
  | JsonComparison
  | PropertyComparison;

/** A value inside a payload that is JSON. */
export interface JsonComparison {
  readonly kind: 'compare';
  readonly field: 'json';
  /** Member names and array places from the top; `*` is any of them. */
  readonly path: readonly (string | number)[];
  readonly values: readonly ValueTest[];
}

/** A property of MQTT 5.0, the will's included. */
export interface PropertyComparison {
  readonly kind: 'compare';
  readonly field: 'prop';
  readonly name: PropertyName;
  /** Of a user property; absent means any. */
  readonly key?: string;
  readonly values: readonly ValueTest[];
}

/** One way to look at a value. Texts are compared as they are: case counts. */
export type ValueTest =
  /** There is one. */
  | { readonly kind: 'present' }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'equals'; readonly text: string }
  /** A regular expression of RE2, whose time grows with the text and not with the expression's ambiguity. */
  | { readonly kind: 'matches'; readonly pattern: string; readonly ignoreCase: boolean }
  /** Bytes somewhere in it, as pairs of lower-case hexadecimal digits. */
  | { readonly kind: 'bytes'; readonly hex: string }
  /** It is a number, or the text of one. */
  | { readonly kind: 'number'; readonly test: NumberTest };

export interface NumberTest {
  readonly operator: Operator;
  readonly value: number;
}

/** Whether a number passes a test. */
export function passes({ operator, value }: NumberTest, actual: number): boolean {
  switch (operator) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
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

/** UTF-16 units of a filter's text. */
export const MAX_FILTER_LENGTH = 16_384;
/** Parentheses and negations in each other. */
export const MAX_FILTER_DEPTH = 100;
/** Each is looked for in each packet, and may keep a note for each topic. */
export const MAX_FILTER_TERMS = 1000;

/** Why a part of the text means nothing. Wording is the page's. */
export type FilterErrorCode =
  | 'unknown-field'
  | 'unknown-value'
  | 'missing-value'
  | 'bad-number'
  | 'bad-topic-filter'
  | 'bad-bytes'
  | 'bad-path'
  | 'bad-pattern'
  | 'unclosed-pattern'
  | 'operator-not-allowed'
  /** A sign of comparison where this language has a colon. */
  | 'missing-colon'
  | 'unclosed-quote'
  | 'unclosed-parenthesis'
  | 'unexpected-parenthesis'
  | 'missing-term'
  /** Longer than {@link MAX_FILTER_LENGTH}. */
  | 'too-long'
  /** Parentheses and negations in each other, more than {@link MAX_FILTER_DEPTH}. */
  | 'too-deep'
  /** More than {@link MAX_FILTER_TERMS}. */
  | 'too-many-terms'
  /** The field asks for packets, and the list has flows. */
  | 'not-for-flows'
  /** The field means nothing where packets are written as they come. */
  | 'not-for-packets'
  | 'not-for-topics';

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
