/** Filters as no one should write them: as long as a page of text, as deep as a well, a thousand terms, patterns that explode elsewhere. */

import { describe, expect, it } from 'vitest';
import { Capture } from '../../main/engine/capture/capture.ts';
import { PacketView } from '../../main/engine/capture/packet-view.ts';
import { TopicTable } from '../../main/engine/topics/topic-table.ts';
import { requireFilter } from '../../main/service/filter-text.ts';
import { MAX_FILTER_DEPTH, MAX_FILTER_LENGTH, MAX_FILTER_TERMS } from '../../shared/filter/filter-ast.ts';
import { completions } from '../../shared/filter/filter-completions.ts';
import { formatFilter } from '../../shared/filter/filter-format.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { publish } from '../capture/capture-model.ts';

const codes = (text: string) => parseFilter(text).errors.map(({ code, from, to }) => [code, from, to]);

/** Texts of about ten thousand characters. */
const LONG: Readonly<Record<string, string>> = {
  'one word': 'x'.repeat(10_000),
  'one quotation': `"${'a b '.repeat(2500)}"`,
  'a thousand words': 'abcdefghi '.repeat(1000),
  alternatives: Array.from({ length: 700 }, (_, index) => `id:${1000 + index}`).join(' or '),
  'values of one field': `id:${Array.from({ length: 2000 }, (_, index) => 1000 + index).join(',')}`,
  'a path into JSON': `payload.${'a.'.repeat(4900)}a:1`,
  'terms of Wireshark': Array.from({ length: 500 }, (_, index) => `mqtt.msgid == ${index}`).join(' || '),
  negations: '-x '.repeat(1000),
  groups: '(type:publish qos:>0) or '.repeat(400).slice(0, -4),
  'letters of other scripts': '温度 '.repeat(1000),
};

/** What this thread has worked, in milliseconds: others on the same cores do not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

describe('a filter of ten thousand characters', () => {
  it.each(Object.entries(LONG))('of %s means something', (_, text) => {
    const startMs = cpuMs();
    const { filter, errors } = parseFilter(text);
    expect(errors).toEqual([]);
    expect(parseFilter(formatFilter(filter)).filter).toEqual(filter);
    completions(text, text.length);
    expect(cpuMs() - startMs).toBeLessThan(500);
  });

  it('is refused in one sentence where it is much longer', () => {
    const text = 'type:publish '.repeat(100_000);
    expect(codes(text)).toEqual([['too-long', MAX_FILTER_LENGTH, text.length]]);
    expect(() => requireFilter(text)).toThrow('bad-filter');
  });

  it.each([
    ['parentheses', '('.repeat(10_000)],
    ['parentheses that close', `${'('.repeat(5000)}a${')'.repeat(5000)}`],
    ['negations', `${'-'.repeat(10_000)}a`],
    ['both in turn', `${'-('.repeat(5000)}a`],
  ])('is refused where it is nothing but %s', (_, text) => {
    expect(codes(text)).toEqual([['too-deep', MAX_FILTER_DEPTH, MAX_FILTER_DEPTH + 1]]);
  });

  it('may go as deep as the limit', () => {
    const text = `${'-('.repeat(MAX_FILTER_DEPTH / 2)}a${')'.repeat(MAX_FILTER_DEPTH / 2)}`;
    expect(codes(text)).toEqual([]);
  });

  it('has a thousand terms and no more', () => {
    expect(codes('ab '.repeat(MAX_FILTER_TERMS))).toEqual([]);
    const at = MAX_FILTER_TERMS * 3;
    expect(codes('ab '.repeat(MAX_FILTER_TERMS + 5))).toEqual([['too-many-terms', at, at + 2]]);
  });
});

describe('regular expressions', () => {
  it.each([
    String.raw`(a{100}){100}`,
    String.raw`(((a{1,30}){1,30}){1,30}){1,30}`,
    'a'.repeat(1001),
    '('.repeat(1000),
    String.raw`(a)\1`,
    '(?=a)',
    '(?<!a)b',
  ])('refuses %s', (pattern) => {
    expect(codes(`payload:/${pattern}/`)[0]?.[0]).toBe('bad-pattern');
  });

  it.each(['(a*)*b', '(a|aa)+$', '(a|a)*b', '(.*a){20}b', '([a-zA-Z]+)*9', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'runs %s over a long payload at once',
    (pattern) => {
      const capture = filled(4, 'a'.repeat(30_000));
      const list = new PacketView(capture, requireFilter(`payload:/${pattern}/`));
      const startMs = cpuMs();
      while (!list.advance(() => false).done);
      expect(cpuMs() - startMs).toBeLessThan(1500);
    },
  );
});

function filled(count: number, payload: string): Capture {
  const capture = new Capture({ topics: new TopicTable({ a: 1, b: 2 }) });
  const connection = capture.openConnection(0, 4);
  for (let index = 0; index < count; index += 1) {
    const packet = publish({ topic: `t/${index % 10}`, qos: 1, id: 1 + index, payload: `${payload} ${index}` });
    capture.append(connection, 'server-to-client', packet, index);
  }
  return capture;
}

describe('a filter that takes long for each packet', () => {
  const TERMS = 600;
  const anyOf = (term: (index: number) => string): string =>
    Array.from({ length: TERMS }, (_, index) => term(index)).join(' or ');

  it.each([
    ['words', anyOf((index) => `nowhere${index}`), 0],
    ['negations', `${'-nowhere '.repeat(TERMS)} "payload 7"`, 111],
    ['patterns', anyOf((index) => `payload:/z${index}$/`), 0],
    ['values in JSON', anyOf((index) => `payload.a${index}:1`), 0],
    ['identifiers', anyOf((index) => `id:${index + 1}`), TERMS],
    ['one slow pattern', String.raw`payload:/^(\pL?){200}[a-z]{0,200}q/`, 0],
  ])('gives back control soon: %s', (_, text, matched) => {
    const capture = filled(2000, 'payload');
    const list = new PacketView(capture, requireFilter(text));
    let longestMs = 0;
    while (!list.progress.done) {
      const startMs = cpuMs();
      list.advance(() => cpuMs() - startMs > 4);
      longestMs = Math.max(longestMs, cpuMs() - startMs);
    }
    expect(list.progress.matched).toBe(matched);
    expect(longestMs).toBeLessThan(200);
  });
});
