/** The filter language: what texts mean, where errors are, and that formatting keeps the meaning. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter, NumberTest } from '../../shared/filter/filter-ast.ts';
import { completions } from '../../shared/filter/filter-completions.ts';
import { CONDITION_VALUES, TYPE_VALUES } from '../../shared/filter/filter-fields.ts';
import { formatFilter } from '../../shared/filter/filter-format.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';

const meaning = (text: string): Filter => {
  const { filter, errors } = parseFilter(text);
  expect(errors).toEqual([]);
  return filter;
};

describe('meaning', () => {
  it.each<[string, Filter]>([
    ['', { kind: 'and', terms: [] }],
    ['   ', { kind: 'and', terms: [] }],
    ['type:publish', { kind: 'compare', field: 'type', values: ['publish'] }],
    ['TYPE:PubAck,pubrec', { kind: 'compare', field: 'type', values: ['puback', 'pubrec'] }],
    ['dir:in', { kind: 'compare', field: 'dir', values: ['server-to-client'] }],
    ['dir:client-to-server', { kind: 'compare', field: 'dir', values: ['client-to-server'] }],
    ['qos:>0', { kind: 'compare', field: 'qos', values: [{ operator: '>', value: 0 }] }],
    [
      'id:7,>=65000',
      {
        kind: 'compare',
        field: 'id',
        values: [
          { operator: '=', value: 7 },
          { operator: '>=', value: 65_000 },
        ],
      },
    ],
    ['topic:site/+/temp', { kind: 'compare', field: 'topic', values: ['site/+/temp'] }],
    ['topic:"a b,(c)/#"', { kind: 'compare', field: 'topic', values: ['a b,(c)/#'] }],
    ['topic:$SYS/#,x', { kind: 'compare', field: 'topic', values: ['$SYS/#', 'x'] }],
    ['retain', { kind: 'compare', field: 'retain', value: true }],
    ['dup:false', { kind: 'compare', field: 'dup', value: false }],
    ['"retain"', { kind: 'text', text: 'retain' }],
    ['is:malformed', { kind: 'compare', field: 'is', values: ['malformed'] }],
    [String.raw`"say \"a\\b\""`, { kind: 'text', text: String.raw`say "a\b"` }],
    ['"a:b"', { kind: 'text', text: 'a:b' }],
    ['-hello', { kind: 'not', term: { kind: 'text', text: 'hello' } }],
    [
      'a b',
      {
        kind: 'and',
        terms: [
          { kind: 'text', text: 'a' },
          { kind: 'text', text: 'b' },
        ],
      },
    ],
    [
      'a and b or -(c or "or")',
      {
        kind: 'or',
        terms: [
          {
            kind: 'and',
            terms: [
              { kind: 'text', text: 'a' },
              { kind: 'text', text: 'b' },
            ],
          },
          {
            kind: 'not',
            term: {
              kind: 'or',
              terms: [
                { kind: 'text', text: 'c' },
                { kind: 'text', text: 'or' },
              ],
            },
          },
        ],
      },
    ],
    ['temp-max', { kind: 'text', text: 'temp-max' }],
    ['温度', { kind: 'text', text: '温度' }],
  ])('%j', (text, filter) => {
    expect(meaning(text)).toEqual(filter);
  });
});

describe('errors', () => {
  it.each([
    ['colour:red', 'unknown-field', 0, 6],
    ['a type:publsh', 'unknown-value', 7, 13],
    ['type:publish,nope', 'unknown-value', 13, 17],
    ['type:', 'missing-value', 0, 5],
    ['type:publish,', 'missing-value', 0, 13],
    ['qos:high', 'bad-number', 4, 8],
    ['qos:3', 'unknown-value', 4, 5],
    ['len:>', 'bad-number', 4, 5],
    ['type:>publish', 'operator-not-allowed', 5, 13],
    ['topic:a/#/b', 'bad-topic-filter', 6, 11],
    ['topic:a+', 'bad-topic-filter', 6, 8],
    ['topic:""', 'bad-topic-filter', 6, 8],
    ['x "abc', 'unclosed-quote', 2, 6],
    ['(a', 'unclosed-parenthesis', 0, 1],
    ['a)', 'unexpected-parenthesis', 1, 2],
    ['a or', 'missing-term', 2, 4],
    ['or a', 'missing-term', 0, 2],
    ['a -', 'missing-term', 2, 3],
    ['retain:maybe', 'unknown-value', 7, 12],
    ['retain:true,false', 'unknown-value', 12, 17],
    ['is:__proto__', 'unknown-value', 3, 12],
    ['constructor:1', 'unknown-field', 0, 11],
  ] as const)('%j is %s at %i to %i', (text, code, from, to) => {
    expect(parseFilter(text).errors.map((error) => [error.code, error.from, error.to])).toEqual([[code, from, to]]);
  });

  it('keeps what could be understood', () => {
    expect(parseFilter('type:publish,nope nope:1 a').filter).toEqual({
      kind: 'and',
      terms: [
        { kind: 'compare', field: 'type', values: ['publish'] },
        { kind: 'text', text: 'a' },
      ],
    });
  });

  it('never throws and stays inside the text, whatever is typed', () => {
    const typed = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('"', '(', ')', '-', ':', ',', ' ', 'or', 'type:', 'qos:>', '\\', 'retain')),
    );
    fc.assert(
      fc.property(typed, (parts) => {
        const text = parts.join('');
        const { filter, errors } = parseFilter(text);
        for (const { from, to } of errors) expect(from >= 0 && from <= to && to <= text.length).toBe(true);
        expect(parseFilter(formatFilter(filter))).toEqual({ filter, errors: [] });
        for (let cursor = 0; cursor <= text.length; cursor++) {
          const found = completions(text, cursor);
          expect(found.from <= cursor && cursor <= found.to).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const tests = (value: fc.Arbitrary<number>): fc.Arbitrary<NumberTest[]> =>
  fc.array(fc.record({ operator: fc.constantFrom('=' as const, '<', '<=', '>', '>='), value }), {
    minLength: 1,
    maxLength: 3,
  });
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc
    .uniqueArray(fc.constantFrom(...TYPE_VALUES), { minLength: 1, maxLength: 3 })
    .map((values): Filter => ({ kind: 'compare', field: 'type', values })),
  fc
    .uniqueArray(fc.constantFrom(...CONDITION_VALUES), { minLength: 1, maxLength: 2 })
    .map((values): Filter => ({ kind: 'compare', field: 'is', values })),
  fc
    .record({ field: fc.constantFrom('id' as const, 'len', 'conn'), values: tests(fc.nat()) })
    .map((test): Filter => ({ kind: 'compare', ...test })),
  tests(fc.nat({ max: 2 })).map((values): Filter => ({ kind: 'compare', field: 'qos', values })),
  fc
    .record({ field: fc.constantFrom('retain' as const, 'dup'), value: fc.boolean() })
    .map((test): Filter => ({ kind: 'compare', ...test })),
  fc.string({ minLength: 1 }).map((text): Filter => ({ kind: 'text', text })),
  fc
    .constantFrom('+/a', 'x y/#', 'a,b', '"', '#')
    .map((value): Filter => ({ kind: 'compare', field: 'topic', values: [value] })),
);
const tree = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('filter').map((term): Filter => ({ kind: 'not', term })),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((terms): Filter => ({ kind: 'and', terms })),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((terms): Filter => ({ kind: 'or', terms })),
  ),
})).filter;

describe('formatting', () => {
  it('keeps the meaning of any filter', () => {
    fc.assert(
      fc.property(tree, (filter) => {
        expect(meaning(formatFilter(filter))).toEqual(filter);
      }),
    );
  });
  it('uses the short spelling', () => {
    expect(formatFilter(meaning('  type:PUBLISH   dir:client-to-server retain:true -dup:false "a b"'))).toBe(
      'type:publish dir:out retain -dup:false "a b"',
    );
  });
});

describe('completions', () => {
  const offered = (marked: string): string[] => {
    const cursor = marked.indexOf('|');
    const text = marked.replace('|', '');
    const { from, to, options } = completions(text, cursor);
    return options.map(({ insert }) => text.slice(0, from) + insert + text.slice(to));
  };
  it('offers fields, then their values, and replaces the whole word', () => {
    expect(offered('a t|')).toEqual(['a type:', 'a topic:']);
    expect(offered('-d|')).toEqual(['-dir:', '-dup']);
    expect(offered('type:pubr|xx b')).toEqual(['type:pubrec b', 'type:pubrel b']);
    expect(offered('(is:mal|)')).toEqual(['(is:malformed)']);
    expect(offered('dir:in,|')).toEqual(['dir:in,out', 'dir:in,server-to-client', 'dir:in,client-to-server']);
    expect(offered('nope:|')).toEqual([]);
  });
  it('asks for topics where topics belong', () => {
    expect(completions('topic:site/', 11)).toEqual({ from: 6, to: 11, options: [], topicPrefix: 'site/' });
  });
});
