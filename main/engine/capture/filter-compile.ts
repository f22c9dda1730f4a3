/** A filter's syntax tree into predicates over the capture's columns. */

import type { Comparison, Condition, Filter, NumberTest } from '../../../shared/filter/filter-ast.ts';
import { TYPE } from '../../../shared/mqtt/packet.ts';
import { matchesTopicFilter } from '../topics/topic-filter.ts';
import type { ByteSearch } from './byte-search.ts';
import type { Capture } from './capture.ts';
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
import { reportsFailure, TYPES_WITH_REASON } from './reason-codes.ts';
import { FLAG, type RecordBlock } from './record-block.ts';

const ANY_TYPE = 0xffff;
/** Types with a Packet Identifier: PUBLISH to UNSUBACK. */
const WITH_PACKET_ID = 0b1111_1111_1000;

const CONDITION_FLAGS: Readonly<Record<Exclude<Condition, 'error'>, number>> = {
  malformed: FLAG.malformed,
  truncated: FLAG.truncated,
  undecodable: FLAG.undecodable,
  refused: FLAG.refused,
  event: FLAG.event,
};

/** Compiles `filter` for one capture. Compiled filters keep scratch memory and must not be shared between views. */
export function compileFilter(filter: Filter, capture: Capture, search: ByteSearch): Predicate {
  switch (filter.kind) {
    case 'and':
      return new AndPredicate(filter.terms.map((term) => compileFilter(term, capture, search)));
    case 'or':
      return new OrPredicate(filter.terms.map((term) => compileFilter(term, capture, search)));
    case 'not':
      return new NotPredicate(compileFilter(filter.term, capture, search));
    case 'text':
      return filter.text === '' ? new AndPredicate([]) : new TextPredicate(capture, filter.text, search);
    case 'compare':
  }
  return compileComparison(filter, capture);
}

function compileComparison(comparison: Comparison, capture: Capture): Predicate {
  switch (comparison.field) {
    case 'type':
      return new BytePredicate('first', (first) => comparison.values.some((type) => TYPE[type] === first >> 4));
    case 'dir': {
      const sides = comparison.values.map((value) => (value === 'server-to-client' ? 1 : 0));
      return new BytePredicate('party', (party) => sides.some((side) => side === (party & 1)));
    }
    case 'is':
      return new OrPredicate(comparison.values.map((value) => compileCondition(value, capture)));
    case 'topic': {
      const filters = comparison.values.map((value) => new TextEncoder().encode(value));
      const [only] = filters;
      const passes =
        filters.length === 1 && only !== undefined
          ? (name: Uint8Array): boolean => matchesTopicFilter(only, name)
          : (name: Uint8Array): boolean => filters.some((filter) => matchesTopicFilter(filter, name));
      return new TopicPredicate(new TopicSet(capture.topics, passes));
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
      return new SizePredicate(comparison.values.map(interval));
    // A flow goes on after its packets were looked at: only the list of flows answers these.
    case 'flow.kind':
    case 'flow.state':
      return new RowPredicate(0, 0, () => false);
    case 'conn':
  }
  return new RowPredicate(ANY_TYPE, 2, (block, row) => passesAny(comparison.values, block.connection(row) + 1));
}

/** `error` is whatever went wrong: a broken or lost record, a failure that a packet reports, an event that tells of one. */
function compileCondition(condition: Condition, capture: Capture): Predicate {
  if (condition !== 'error') return new FlagPredicate(CONDITION_FLAGS[condition]);
  const broken = FLAG.malformed | FLAG.truncated | FLAG.undecodable | FLAG.refused;
  const failed = (block: RecordBlock, row: number): boolean => {
    const type = (block.first[row] ?? 0) >> 4;
    if (((TYPES_WITH_REASON >>> type) & 1) === 0 || (block.flag(row) & broken) !== 0) return false;
    if (type >= TYPE.puback && type <= TYPE.pubcomp && block.isInline(row)) return false;
    return reportsFailure(capture.bytesOf(block, row), capture.protocolVersion(block.connection(row)).version);
  };
  const failedEvent = (block: RecordBlock, row: number): boolean => {
    if ((block.flag(row) & FLAG.event) === 0) return false;
    return /(?:^|-)(?:failed|error)$/.test(capture.eventAt(block.baseSeq + row)?.kind ?? '');
  };
  return new OrPredicate([
    new FlagPredicate(broken),
    new RowPredicate(TYPES_WITH_REASON, 5, failed),
    new RowPredicate(1, 6, failedEvent),
  ]);
}

/** The whole numbers that pass a test, as a closed interval. */
function interval({ operator, value }: NumberTest): readonly [least: number, most: number] {
  const least = operator === '>' ? value + 1 : value;
  const most = operator === '<' ? value - 1 : value;
  if (operator === '=') return [value, value];
  return operator.startsWith('>') ? [least, Number.POSITIVE_INFINITY] : [0, most];
}

function passesAny(tests: readonly NumberTest[], value: number): boolean {
  for (const test of tests) {
    switch (test.operator) {
      case '=':
        if (value === test.value) return true;
        break;
      case '<':
        if (value < test.value) return true;
        break;
      case '<=':
        if (value <= test.value) return true;
        break;
      case '>':
        if (value > test.value) return true;
        break;
      case '>=':
        if (value >= test.value) return true;
    }
  }
  return false;
}
