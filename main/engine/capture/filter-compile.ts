/** A filter's syntax tree into predicates over the capture's columns. */

import {
  type Comparison,
  type Condition,
  type Filter,
  type NumberTest,
  passes,
  type ValueTest,
} from '../../../shared/filter/filter-ast.ts';
import { FLOW_KINDS, FLOW_STATES, type FlowState } from '../../../shared/contract/flow-records.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import { matchesTopicFilter } from '../topics/topic-filter.ts';
import type { Capture } from './capture.ts';
import { JsonPredicate, PayloadPredicate, PropertyPredicate } from './filter-content.ts';
import {
  AndPredicate,
  BytePredicate,
  FlagPredicate,
  NotPredicate,
  OrPredicate,
  type Predicate,
  RowPredicate,
  SizePredicate,
} from './filter-predicate.ts';
import { TextPredicate } from './filter-text.ts';
import { TopicPredicate, TopicSet } from './filter-topics.ts';
import { ValueMatcher } from './filter-values.ts';
import type { FlowStore } from './flows/flow-store.ts';
import { reportsFailure, someReasonCode, TYPES_WITH_REASON } from './reason-codes.ts';
import { FLAG, type RecordBlock } from './record-block.ts';

const ANY_TYPE = 0xffff;
/** Types with a Packet Identifier: PUBLISH to UNSUBACK. */
const WITH_PACKET_ID = 0b1111_1111_1000;

const CONDITION_FLAGS: Readonly<Record<Exclude<Condition, 'error' | 'intervened'>, number>> = {
  malformed: FLAG.malformed,
  truncated: FLAG.truncated,
  undecodable: FLAG.undecodable,
  refused: FLAG.refused,
  event: FLAG.event,
};

/** What a filter is asked about. */
export interface FilterSubject {
  readonly capture: Capture;
  /** The exchanges of the capture; without them no packet has one. */
  readonly flows?: FlowStore | undefined;
  /** State of an exchange as it is shown, an index into `FLOW_STATES`; without it as it is stored. */
  readonly flowState?: ((flow: number) => number) | undefined;
  /** Told of each packet that was judged by the state of its exchange: once that changes it is to be looked at again. */
  readonly sawState?: ((flow: number, state: number) => void) | undefined;
  /** What caused a packet, empty where nobody is named; the same for all records with one number in the initiator column. */
  readonly initiator?: ((seq: number) => string) | undefined;
  /** Whether a rule, or a user's word, changed what became of a packet. */
  readonly intervened?: ((seq: number) => boolean) | undefined;
  /** Name of the source. */
  readonly source?: (() => string) | undefined;
  /** Time of the first packet since the capture was cleared, microseconds since the Unix epoch; NaN before there is one. */
  readonly originUs: () => number;
}

/** Compiles `filter` for one capture. Compiled filters keep scratch memory and must not be shared between views. */
export function compileFilter(filter: Filter, subject: FilterSubject): Predicate {
  switch (filter.kind) {
    case 'and':
      return new AndPredicate(filter.terms.map((term) => compileFilter(term, subject)));
    case 'or':
      return new OrPredicate(filter.terms.map((term) => compileFilter(term, subject)));
    case 'not':
      return new NotPredicate(compileFilter(filter.term, subject));
    case 'text':
      return filter.text === '' ? new AndPredicate([]) : new TextPredicate(subject.capture, filter.text);
    case 'compare':
  }
  return compileComparison(filter, subject);
}

function compileComparison(comparison: Comparison, subject: FilterSubject): Predicate {
  const { capture } = subject;
  switch (comparison.field) {
    case 'type':
      return new BytePredicate('first', (first) => comparison.values.some((type) => TYPE[type] === first >> 4));
    case 'dir': {
      const sides = comparison.values.map((value) => (value === 'server-to-client' ? 1 : 0));
      return new BytePredicate('party', (party) => sides.some((side) => side === (party & 1)));
    }
    case 'is':
      return new OrPredicate(comparison.values.map((value) => compileCondition(value, subject)));
    case 'topic': {
      const filters = comparison.values.map((value) => new TextEncoder().encode(value));
      const [only] = filters;
      const matches =
        filters.length === 1 && only !== undefined
          ? (name: Uint8Array): boolean => matchesTopicFilter(only, name)
          : (name: Uint8Array): boolean => filters.some((filter) => matchesTopicFilter(filter, name));
      return new TopicPredicate(new TopicSet(capture.topics, matches));
    }
    case 'retain':
    case 'dup': {
      const bit = comparison.field === 'retain' ? 1 : 8;
      const wanted = 0x30 | (comparison.value ? bit : 0);
      return new BytePredicate('first', (first) => (first & (0xf0 | bit)) === wanted);
    }
    case 'qos':
      return new BytePredicate(
        'first',
        (first) => first >> 4 === TYPE.publish && passesAny(comparison.values, (first >> 1) & 3),
      );
    case 'id':
      return new RowPredicate(WITH_PACKET_ID, 10, (block, row) => {
        const id = capture.packetIdOf(block, row);
        return id !== 0 && passesAny(comparison.values, id);
      });
    case 'len':
      return new SizePredicate(comparison.values.flatMap(intervals));
    case 'remaining':
      return new RowPredicate(ANY_TYPE & ~1, 2, (block, row) =>
        passesAny(comparison.values, remainingLength(block.size[row] ?? 0)),
      );
    case 'reason':
      return new RowPredicate(TYPES_WITH_REASON, 5, (block, row) => {
        if (((TYPES_WITH_REASON >>> ((block.first[row] ?? 0) >> 4)) & 1) === 0) return false;
        if ((block.flag(row) & BROKEN) !== 0) return false;
        const { version } = capture.protocolVersion(block.connection(row));
        return someReasonCode(capture.bytesOf(block, row), version, (code) => passesAny(comparison.values, code));
      });
    case 'topic.name': {
      const matcher = new ValueMatcher(comparison.values);
      return new TopicPredicate(new TopicSet(capture.topics, (name) => matcher.bytes(name, 0, name.length)));
    }
    case 'client': {
      const matcher = new ValueMatcher(comparison.values);
      return new RowPredicate(ANY_TYPE, 3, (block, row) => {
        const client = capture.clientId(block.connection(row));
        return client !== undefined && matcher.value(client);
      });
    }
    case 'payload':
      return new PayloadPredicate(capture, comparison.values);
    case 'json':
      return new JsonPredicate(capture, comparison);
    case 'prop':
      return new PropertyPredicate(capture, comparison);
    case 'time':
      return new RowPredicate(ANY_TYPE, 2, (block, row) =>
        passesAny(comparison.values, block.timeUs(row) - subject.originUs()),
      );
    case 'rtt':
      return new RowPredicate(ANY_TYPE, 3, (block, row) => {
        const sinceUs = sinceFlowStart(subject.flows, block, row);
        return sinceUs !== undefined && passesAny(comparison.values, sinceUs);
      });
    case 'flow.kind': {
      const kinds = comparison.values.map((kind) => FLOW_KINDS.indexOf(kind));
      const { flows } = subject;
      return new RowPredicate(ANY_TYPE, 3, (block, row) => {
        const flow = block.flow?.[row] ?? -1;
        return flows !== undefined && flows.has(flow) && kinds.includes(flows.kind(flow));
      });
    }
    case 'flow.state':
      return flowStatePredicate(comparison.values, subject);
    case 'initiator':
      return initiatorPredicate(comparison.values, subject);
    case 'source':
      return sourcePredicate(comparison.values, subject);
    case 'conn':
  }
  return new RowPredicate(ANY_TYPE, 2, (block, row) => passesAny(comparison.values, block.connection(row) + 1));
}

function flowStatePredicate(values: readonly FlowState[], { flows, flowState, sawState }: FilterSubject): Predicate {
  const wanted = values.map((state) => FLOW_STATES.indexOf(state));
  return new RowPredicate(ANY_TYPE, 4, (block, row) => {
    const flow = block.flow?.[row] ?? -1;
    if (flows === undefined || !flows.has(flow)) return false;
    const state = flowState === undefined ? flows.state(flow) : flowState(flow);
    sawState?.(flow, state);
    return wanted.includes(state);
  });
}

/** Each number of the column is asked once. */
function initiatorPredicate(values: readonly ValueTest[], { initiator }: FilterSubject): Predicate {
  const matcher = new ValueMatcher(values);
  const known = new Map<number, boolean>();
  return new RowPredicate(ANY_TYPE, 3, (block, row) => {
    const number = block.initiator?.[row] ?? 0;
    if (number === 0 || initiator === undefined) return false;
    const before = known.get(number);
    if (before !== undefined) return before;
    const answer = matcher.value(initiator(block.baseSeq + row));
    known.set(number, answer);
    return answer;
  });
}

function sourcePredicate(values: readonly ValueTest[], { source }: FilterSubject): Predicate {
  const matcher = new ValueMatcher(values);
  let known: string | undefined;
  let answer = false;
  return new RowPredicate(ANY_TYPE, 1, () => {
    const name = source?.();
    if (name !== known) {
      known = name;
      answer = name !== undefined && matcher.value(name);
    }
    return answer;
  });
}

/** Of a whole packet of `size` bytes whose Remaining Length takes no more bytes than needed. */
function remainingLength(size: number): number {
  if (size < 130) return size - 2;
  if (size < 16_387) return size - 3;
  return size < 2_097_156 ? size - 4 : size - 5;
}

/** Microseconds from the first packet of the row's exchange to the row; undefined for that first packet, and without an exchange. */
function sinceFlowStart(flows: FlowStore | undefined, block: RecordBlock, row: number): number | undefined {
  const flow = block.flow?.[row] ?? -1;
  if (flows === undefined || !flows.has(flow) || flows.firstSeq(flow) === block.baseSeq + row) return undefined;
  return block.timeUs(row) - flows.startUs(flow);
}

const BROKEN = FLAG.malformed | FLAG.truncated | FLAG.undecodable | FLAG.refused;

/** `error` is whatever went wrong: a broken or lost record, a failure that a packet reports, an event that tells of one. */
function compileCondition(condition: Condition, { capture, intervened }: FilterSubject): Predicate {
  if (condition === 'intervened') {
    return new RowPredicate(ANY_TYPE, 4, (block, row) => intervened?.(block.baseSeq + row) === true);
  }
  if (condition !== 'error') return new FlagPredicate(CONDITION_FLAGS[condition]);
  const failed = (block: RecordBlock, row: number): boolean => {
    const type = (block.first[row] ?? 0) >> 4;
    if (((TYPES_WITH_REASON >>> type) & 1) === 0 || (block.flag(row) & BROKEN) !== 0) return false;
    if (type >= TYPE.puback && type <= TYPE.pubcomp && block.isInline(row)) return false;
    return reportsFailure(capture.bytesOf(block, row), capture.protocolVersion(block.connection(row)).version);
  };
  const failedEvent = (block: RecordBlock, row: number): boolean => {
    if ((block.flag(row) & FLAG.event) === 0) return false;
    return /(?:^|-)(?:failed|error)$/.test(capture.eventAt(block.baseSeq + row)?.kind ?? '');
  };
  return new OrPredicate([
    new FlagPredicate(BROKEN),
    new RowPredicate(TYPES_WITH_REASON, 5, failed),
    new RowPredicate(1, 6, failedEvent),
  ]);
}

/** The whole numbers that pass a test, as closed intervals. */
function intervals({ operator, value }: NumberTest): readonly (readonly [least: number, most: number])[] {
  switch (operator) {
    case '=':
      return [[value, value]];
    case '!=':
      return [
        [0, value - 1],
        [value + 1, Number.POSITIVE_INFINITY],
      ];
    case '<':
      return [[0, value - 1]];
    case '<=':
      return [[0, value]];
    case '>':
      return [[value + 1, Number.POSITIVE_INFINITY]];
    case '>=':
      return [[value, Number.POSITIVE_INFINITY]];
  }
}

function passesAny(tests: readonly NumberTest[], value: number): boolean {
  for (const test of tests) if (passes(test, value)) return true;
  return false;
}
