/** The filter language: what texts mean, where errors are, and that formatting keeps the meaning. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter, NumberTest, Operator, ValueTest } from '../../shared/filter/filter-ast.ts';
import { completions } from '../../shared/filter/filter-completions.ts';
import { CONDITION_VALUES, TYPE_VALUES } from '../../shared/filter/filter-fields.ts';
import { formatFilter } from '../../shared/filter/filter-format.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';

const meaning = (text: string): Filter => {
  const { filter, errors } = parseFilter(text);
  expect(errors).toEqual([]);
  return filter;
};

const looked = (word: string): Filter => ({ kind: 'text', text: word });
const not = (word: string): Filter => ({ kind: 'not', term: looked(word) });
const contains = (word: string): ValueTest => ({ kind: 'contains', text: word });
const equals = (word: string): ValueTest => ({ kind: 'equals', text: word });
const matches = (pattern: string, ignoreCase = false): ValueTest => ({ kind: 'matches', pattern, ignoreCase });
const number = (operator: Operator, value: number): ValueTest => ({ kind: 'number', test: { operator, value } });
const json = (path: (string | number)[], ...values: ValueTest[]): Filter => ({
  kind: 'compare',
  field: 'json',
  path,
  values,
});
const name = (test: ValueTest): Filter => ({ kind: 'compare', field: 'topic.name', values: [test] });
const publish: Filter = { kind: 'compare', field: 'type', values: ['publish'] };

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
    ['reason:0x87', { kind: 'compare', field: 'reason', values: [{ operator: '=', value: 0x87 }] }],
    ['reason:not-authorized', { kind: 'compare', field: 'reason', values: [{ operator: '=', value: 0x87 }] }],
    ['rtt:>1.5ms', { kind: 'compare', field: 'rtt', values: [{ operator: '>', value: 1500 }] }],
    ['time:<=2', { kind: 'compare', field: 'time', values: [{ operator: '<=', value: 2_000_000 }] }],
    ['payload:on,=off', { kind: 'compare', field: 'payload', values: [contains('on'), equals('off')] }],
    ['payload:0xFF00', { kind: 'compare', field: 'payload', values: [{ kind: 'bytes', hex: 'ff00' }] }],
    ['payload:"0xFF"', { kind: 'compare', field: 'payload', values: [contains('0xFF')] }],
    ['payload:>-1.5', { kind: 'compare', field: 'payload', values: [number('>', -1.5)] }],
    [
      String.raw`payload:/a b\/c (\d+),\\/i x`,
      {
        kind: 'and',
        terms: [
          { kind: 'compare', field: 'payload', values: [matches(String.raw`a b/c (\d+),\\`, true)] },
          looked('x'),
        ],
      },
    ],
    ['payload.a.b[0].*:21.5', json(['a', 'b', 0, '*'], number('=', 21.5))],
    ['payload.State:on', json(['State'], equals('on'))],
    ['payload.x:"5"', json(['x'], equals('5'))],
    ['payload.x:*', json(['x'], { kind: 'present' })],
    ['PROP.contenttype:json', { kind: 'compare', field: 'prop', name: 'contentType', values: [contains('json')] }],
    [
      'prop.user.Trace-Id:=7',
      { kind: 'compare', field: 'prop', name: 'userProperties', key: 'Trace-Id', values: [number('=', 7)] },
    ],
    ['source:kitchen,=cellar', { kind: 'compare', field: 'source', values: [contains('kitchen'), equals('cellar')] }],
    [
      String.raw`initiator:pump.py:12,"a b.py:7",/^pump\.py:/`,
      {
        kind: 'compare',
        field: 'initiator',
        values: [contains('pump.py:12'), contains('a b.py:7'), matches(String.raw`^pump\.py:`)],
      },
    ],
    ['initiator:*', { kind: 'compare', field: 'initiator', values: [{ kind: 'present' }] }],
    ['flow.state:open,ProtocolError', { kind: 'compare', field: 'flow.state', values: ['open', 'protocolError'] }],
    ['client:="5"', { kind: 'compare', field: 'client', values: [equals('5')] }],
    ['topic.name:/^a/', { kind: 'compare', field: 'topic.name', values: [matches('^a')] }],
    ['!a && not b || c', { kind: 'or', terms: [{ kind: 'and', terms: [not('a'), not('b')] }, looked('c')] }],
    ['"not" a!b', { kind: 'and', terms: [looked('not'), looked('a!b')] }],
    ['温度', { kind: 'text', text: '温度' }],
  ])('%j', (text, filter) => {
    expect(meaning(text)).toEqual(filter);
  });
});

describe('terms of Wireshark', () => {
  it.each<[string, Filter]>([
    ['mqtt.msgtype == 3', publish],
    ['mqtt.msgtype==3&&mqtt.qos>0', meaning('type:publish qos:>0')],
    ['mqtt.msgtype in {4, 5 6}', meaning('type:puback,pubrec,pubrel')],
    ['mqtt.msgtype ge 14 or mqtt.msgid eq 0x10', meaning('type:disconnect,auth or id:16')],
    ['mqtt.topic contains "a b"', { kind: 'and', terms: [publish, name(contains('a b'))] }],
    ['mqtt.topic == "a/b"', { kind: 'and', terms: [publish, name(equals('a/b'))] }],
    ['mqtt.topic=="a b"', { kind: 'and', terms: [publish, name(equals('a b'))] }],
    ['mqtt.topic != a/b', { kind: 'and', terms: [publish, { kind: 'not', term: name(equals('a/b')) }] }],
    ['mqtt.topic matches "^A.*z$"', { kind: 'and', terms: [publish, name(matches('^A.*z$', true))] }],
    ['mqtt.msg contains 48:65', meaning('type:publish payload:0x4865')],
    ['mqtt.retain == 1 && !(mqtt.dupflag == 1)', meaning('retain -dup')],
    ['mqtt.retain == 0', meaning('retain:false')],
    ['mqtt.len > 100', meaning('remaining:>100')],
    ['mqtt.conack.val != 0', meaning('type:connack reason:!=0')],
    ['mqtt.puback.reason_code == 0x10', meaning('type:puback reason:16')],
    ['mqtt.clientid contains "dev"', meaning('type:connect client:dev')],
    ['mqtt.topic', publish],
    ['mqtt.topic ~ "^a"', { kind: 'and', terms: [publish, name(matches('^a', true))] }],
    ['mqtt.topic~"^a"', { kind: 'and', terms: [publish, name(matches('^a', true))] }],
    ['mqtt.msgtype in {4..6}', meaning('type:puback,pubrec,pubrel')],
    ['mqtt.msgid in {1, 5..7}', meaning('id:1 or (id:>=5 id:<=7)')],
    ['mqtt.suback.reason_code in {0x80..0xff}', meaning('type:suback reason:>=128 reason:<=255')],
    // What no packet has finds none, and not all of them.
    ['mqtt.msgtype == 16', meaning('len:<0')],
    ['mqtt.msgtype == 16 || mqtt.qos == 1', meaning('len:<0 or qos:1')],
    ['not mqtt.msgtype', { kind: 'not', term: { kind: 'compare', field: 'type', values: TYPE_VALUES } }],
  ])('%j', (typed, filter) => {
    expect(meaning(typed)).toEqual(filter);
  });
  it('leaves a word alone that only begins like one', () => {
    expect(meaning('mqtt mqttx.io "mqtt.qos"')).toEqual({
      kind: 'and',
      terms: [looked('mqtt'), looked('mqttx.io'), looked('mqtt.qos')],
    });
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
    ['a qos>0', 'missing-colon', 2, 7],
    ['qos == 1', 'missing-colon', 4, 6],
    ['tcp.port == 1883', 'missing-colon', 9, 11],
    ['-payload.temp>=30', 'missing-colon', 1, 17],
    ['type=publish', 'missing-colon', 0, 12],
    ['payload.state=="on"', 'missing-colon', 0, 19],
    ['mqtt.msgid in {1..x}', 'bad-number', 15, 19],
    ['mqtt.msgid == 1..2', 'bad-number', 14, 18],
    ['topic:a/#/b', 'bad-topic-filter', 6, 11],
    ['topic:a+', 'bad-topic-filter', 6, 8],
    ['topic:""', 'bad-topic-filter', 6, 8],
    ['x "abc', 'unclosed-quote', 2, 6],
    ['(a', 'unclosed-parenthesis', 0, 1],
    ['a)', 'unexpected-parenthesis', 1, 2],
    ['a or', 'missing-term', 2, 4],
    ['or a', 'missing-term', 0, 2],
    ['a -', 'missing-term', 2, 3],
    ['reason:nope', 'unknown-value', 7, 11],
    ['rtt:fast', 'bad-number', 4, 8],
    ['rtt:>5y', 'bad-number', 4, 7],
    ['payload:>much', 'bad-number', 8, 13],
    ['payload:0xf', 'bad-bytes', 8, 11],
    ['payload.:1', 'bad-path', 0, 8],
    ['payload.a[x]:1', 'bad-path', 0, 12],
    ['payload:/(/', 'bad-pattern', 8, 11],
    ['payload:/(?=x)/', 'bad-pattern', 8, 15],
    ['payload:/x/g', 'bad-pattern', 8, 12],
    ['a payload:/x', 'unclosed-pattern', 10, 12],
    ['prop.colour:1', 'unknown-field', 0, 11],
    ['prop.contentType:', 'missing-value', 0, 17],
    ['mqtt.nope == 1', 'unknown-field', 0, 9],
    ['mqtt.qos == high', 'bad-number', 12, 16],
    ['mqtt.qos ==', 'missing-value', 9, 11],
    ['mqtt.qos contains 1', 'operator-not-allowed', 9, 17],
    ['mqtt.retain > 1', 'operator-not-allowed', 12, 13],
    ['mqtt.msgid in {1 2', 'unclosed-parenthesis', 14, 15],
    ['mqtt.topic matches "("', 'bad-pattern', 19, 22],
    ['source:', 'missing-value', 0, 7],
    ['initiator:/(/', 'bad-pattern', 10, 13],
    ['flow.state:ended', 'unknown-value', 11, 16],
    ['flow.state:>open', 'operator-not-allowed', 11, 16],
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
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '"',
          '(',
          ')',
          '-',
          ':',
          ',',
          ' ',
          'or',
          'type:',
          'qos:>',
          '\\',
          'retain',
          'payload:',
          'payload.a:',
          '/',
          'prop.user.',
          'mqtt.qos',
          ' == ',
          ' contains ',
          '{',
          '!',
          '&&',
          '||',
          '=',
          '0x',
          '*',
          'rtt:',
        ),
      ),
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
const anyValue: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.constant<ValueTest>({ kind: 'present' }),
  fc.constantFrom('00', 'ff1a').map((hex): ValueTest => ({ kind: 'bytes', hex })),
  fc
    .record({ pattern: fc.constantFrom('a/b', String.raw`\d+, (x|y)`, ' '), ignoreCase: fc.boolean() })
    .map((test): ValueTest => ({ kind: 'matches', ...test })),
  fc
    .record({
      operator: fc.constantFrom('=' as const, '!=', '<', '>='),
      value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
    })
    .map((test): ValueTest => ({ kind: 'number', test })),
  fc.string().map((word): ValueTest => ({ kind: 'equals', text: word })),
);
const contained = fc.oneof(
  anyValue,
  fc.string({ minLength: 1 }).map((word): ValueTest => ({ kind: 'contains', text: word })),
);
const testsOf = (value: fc.Arbitrary<ValueTest>): fc.Arbitrary<ValueTest[]> =>
  fc.array(value, { minLength: 1, maxLength: 3 });
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
  fc.string({ minLength: 1 }).map((word): Filter => ({ kind: 'text', text: word })),
  fc
    .record({ field: fc.constantFrom('rtt' as const, 'time', 'reason'), values: tests(fc.nat()) })
    .map((test): Filter => ({ kind: 'compare', ...test })),
  fc
    .record({
      field: fc.constantFrom('payload' as const, 'client', 'topic.name', 'source', 'initiator'),
      values: testsOf(contained),
    })
    .map((test): Filter => ({ kind: 'compare', ...test })),
  fc
    .record({ path: fc.constantFrom(['a'], ['a', 0, '*'], [1, 'b-c']), values: testsOf(anyValue) })
    .map((test): Filter => ({ kind: 'compare', field: 'json', ...test })),
  testsOf(contained).map(
    (list): Filter => ({ kind: 'compare', field: 'prop', name: 'userProperties', key: 'k', values: list }),
  ),
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
    expect(offered('a t|')).toEqual(['a type:', 'a topic:', 'a topic.name:', 'a time:']);
    expect(offered('pr|')).toEqual(['prop.']);
    expect(offered('prop.rea|')).toEqual(['prop.reasonString:']);
    expect(offered('reason:not-a|')).toEqual(['reason:not-authorized']);
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
