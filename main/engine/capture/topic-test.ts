/** A filter as a test of topics and their last values, for the topic tree. */

import type { Comparison, Filter } from '../../../shared/filter/filter-ast.ts';
import { matchesTopicFilter } from '../topics/topic-filter.ts';
import type { TopicTest } from '../topics/topic-search.ts';
import type { TopicTable } from '../topics/topic-table.ts';
import { byteSearch } from './byte-search.ts';
import { ValueMatcher } from './filter-values.ts';
import { JsonTest } from './json-test.ts';

export interface TopicTestSubject {
  readonly topics: TopicTable;
  /** Whether the server keeps a message for the topic, as far as is known. */
  readonly isRetained: (topic: number) => boolean;
}

const utf8 = new TextEncoder();

/** A term that says nothing of a topic (see `isTopicField`) matches none. */
export function compileTopicTest(filter: Filter, subject: TopicTestSubject): TopicTest {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const tests = filter.terms.map((term) => compileTopicTest(term, subject));
      const inValue = tests.some((test) => test.inValue);
      return filter.kind === 'and'
        ? { inValue, matches: (topic, value) => tests.every((test) => test.matches(topic, value)) }
        : { inValue, matches: (topic, value) => tests.some((test) => test.matches(topic, value)) };
    }
    case 'not': {
      const { inValue, ...test } = compileTopicTest(filter.term, subject);
      return { inValue, matches: (topic, value) => !test.matches(topic, value) };
    }
    case 'text': {
      const find = byteSearch(utf8.encode(filter.text));
      const isIn = (bytes: Uint8Array | undefined): boolean => bytes !== undefined && find(bytes, 0, bytes.length) >= 0;
      return {
        inValue: true,
        matches: (topic, value) => filter.text === '' || isIn(subject.topics.bytes(topic)) || isIn(value()),
      };
    }
    case 'compare':
      return compileComparison(filter, subject);
  }
}

function compileComparison(comparison: Comparison, { topics, isRetained }: TopicTestSubject): TopicTest {
  switch (comparison.field) {
    case 'topic': {
      const filters = comparison.values.map((value) => utf8.encode(value));
      return {
        inValue: false,
        matches: (topic) => filters.some((each) => matchesTopicFilter(each, topics.bytes(topic))),
      };
    }
    case 'topic.name': {
      const matcher = new ValueMatcher(comparison.values);
      return {
        inValue: false,
        matches: (topic) => {
          const name = topics.bytes(topic);
          return matcher.bytes(name, 0, name.length);
        },
      };
    }
    case 'payload': {
      const matcher = new ValueMatcher(comparison.values);
      return {
        inValue: true,
        matches: (_topic, value) => {
          const bytes = value();
          return bytes !== undefined && matcher.bytes(bytes, 0, bytes.length);
        },
      };
    }
    case 'json': {
      const test = new JsonTest(comparison);
      return {
        inValue: true,
        matches: (_topic, value) => {
          const bytes = value();
          return bytes !== undefined && test.matches(bytes, 0);
        },
      };
    }
    case 'retain':
      return { inValue: true, matches: (topic) => isRetained(topic) === comparison.value };
    default:
      return { inValue: false, matches: () => false };
  }
}
