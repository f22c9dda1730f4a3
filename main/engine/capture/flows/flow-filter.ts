/** The filter language over flows: the terms that mean something for an exchange, as one test of a flow. */

import type { Comparison, Filter, NumberTest } from '../../../../shared/filter/filter-ast.ts';
import { ValueMatcher } from '../filter-values.ts';
import { passes } from '../../../../shared/filter/filter-ast.ts';
import { FLOW_KINDS, FLOW_STATES } from '../../../../shared/contract/flow-records.ts';
import { PACKET_TYPES } from '../../../../shared/mqtt/packet.ts';
import { matchesTopicFilter } from '../../topics/topic-filter.ts';
import { NO_TOPIC, type TopicTable } from '../../topics/topic-table.ts';
import { type FlowStore, KIND, STATE } from './flow-store.ts';
import { USUAL_STEPS } from './flow-view.ts';

/** One flow and its state as shown, an index into `FLOW_STATES`. */
type FlowTest = (flow: number, state: number) => boolean;

export interface CompiledFlowFilter {
  /** Undefined for the filter that matches everything. */
  readonly test: FlowTest | undefined;
  readonly watchesState: boolean;
}

const utf8 = new TextEncoder();

/** A term that means nothing for a flow matches none. */
export function compileFlowFilter(filter: Filter, store: FlowStore, topics: TopicTable): CompiledFlowFilter {
  if (filter.kind === 'and' && filter.terms.length === 0) return { test: undefined, watchesState: false };
  const compiler = new Compiler(store, topics);
  const test = compiler.compile(filter);
  return { test, watchesState: compiler.watchesState };
}

class Compiler {
  readonly #store: FlowStore;
  readonly #topics: TopicTable;
  watchesState = false;

  constructor(store: FlowStore, topics: TopicTable) {
    this.#store = store;
    this.#topics = topics;
  }

  compile(filter: Filter): FlowTest {
    switch (filter.kind) {
      case 'and': {
        const tests = filter.terms.map((term) => this.compile(term));
        return (flow, state) => tests.every((test) => test(flow, state));
      }
      case 'or': {
        const tests = filter.terms.map((term) => this.compile(term));
        return (flow, state) => tests.some((test) => test(flow, state));
      }
      case 'not': {
        const test = this.compile(filter.term);
        return (flow, state) => !test(flow, state);
      }
      case 'text': {
        const wanted = filter.text;
        return this.#onTopic((name) => name.includes(wanted));
      }
      case 'compare':
        return this.#comparison(filter);
    }
  }

  #comparison(comparison: Comparison): FlowTest {
    const store = this.#store;
    switch (comparison.field) {
      case 'flow.kind': {
        const kinds = new Set(comparison.values.map((kind) => FLOW_KINDS.indexOf(kind)));
        return (flow) => kinds.has(store.kind(flow));
      }
      case 'flow.state': {
        this.watchesState = true;
        const states = new Set(comparison.values.map((state) => FLOW_STATES.indexOf(state)));
        return (_flow, state) => states.has(state);
      }
      case 'type': {
        const types = new Set<string>(comparison.values);
        const kinds = new Set(FLOW_KINDS.filter((kind) => USUAL_STEPS[kind].some((type) => types.has(type))));
        return (flow) =>
          kinds.has(FLOW_KINDS[store.kind(flow)] ?? 'orphan') || types.has(PACKET_TYPES[store.awaits(flow)] ?? '');
      }
      case 'dir': {
        const sides = new Set(comparison.values.map((value) => (value === 'server-to-client' ? 1 : 0)));
        return (flow) => sides.has(store.toClient(flow));
      }
      case 'is': {
        this.watchesState = true;
        const wanted = comparison.values.includes('error');
        return (_flow, state) => wanted && (state === STATE.failed || state === STATE.protocolError);
      }
      case 'qos':
        return (flow) => {
          const kind = store.kind(flow);
          if (kind === KIND.publish1) return any(comparison.values, 1);
          return kind === KIND.publish2 && any(comparison.values, 2);
        };
      case 'id':
        return (flow) => store.packetId(flow) !== 0 && any(comparison.values, store.packetId(flow));
      case 'conn':
        return (flow) => any(comparison.values, store.connection(flow) + 1);
      case 'topic': {
        const filters = comparison.values.map((value) => utf8.encode(value));
        return this.#onTopicBytes((name) => filters.some((each) => matchesTopicFilter(each, name)));
      }
      case 'topic.name': {
        const matcher = new ValueMatcher(comparison.values);
        return this.#onTopicBytes((name) => matcher.bytes(name, 0, name.length));
      }
      case 'reason':
        return (flow) => any(comparison.values, store.reasonCode(flow));
      case 'rtt':
        return (flow) => store.stepCount(flow) > 1 && any(comparison.values, store.lastUs(flow) - store.startUs(flow));
      case 'retain':
      case 'dup':
      case 'len':
      case 'remaining':
      case 'client':
      case 'source':
      case 'initiator':
      case 'payload':
      case 'json':
      case 'prop':
      case 'time':
        return () => false;
    }
  }

  #onTopic(matches: (name: string) => boolean): FlowTest {
    return this.#remembered((topic) => matches(this.#topics.text(topic)));
  }

  #onTopicBytes(matches: (name: Uint8Array) => boolean): FlowTest {
    return this.#remembered((topic) => matches(this.#topics.bytes(topic)));
  }

  /** Each topic is asked once. */
  #remembered(matches: (topic: number) => boolean): FlowTest {
    const known = new Map<number, boolean>();
    return (flow) => {
      const topic = this.#store.topic(flow);
      if (topic === NO_TOPIC) return false;
      const before = known.get(topic);
      if (before !== undefined) return before;
      const answer = matches(topic);
      known.set(topic, answer);
      return answer;
    };
  }
}

function any(tests: readonly NumberTest[], value: number): boolean {
  return tests.some((test) => passes(test, value));
}
