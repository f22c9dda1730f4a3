/** How payloads are told apart, re-indented and searched for numbers. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../shared/filter/filter-parse.ts';
import {
  formatJson,
  jsonLines,
  MAX_NUMERIC_FIELDS,
  numericFields,
  pathLabel,
} from '../../../renderer/model/topics-json.ts';
import { historyFilter, quoteTerm, subtreeFilter } from '../../../renderer/model/topics-names.ts';
import { previewPayload, wholeText } from '../../../renderer/model/topics-preview.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('preview of a payload', () => {
  it.each([
    ['{"t":21.5}', 'json'],
    ['21.5', 'text'],
    ['[1]', 'json'],
    ['on', 'text'],
    ['{oops', 'text'],
    ['温度', 'text'],
    ['\u001b[31mred', 'text'],
  ] as const)('%s is %s', (text, kind) => {
    expect(previewPayload(bytes(text), bytes(text).length).kind).toBe(kind);
  });

  it('shows bytes that are no UTF-8, and control characters, as hex', () => {
    expect(previewPayload(Uint8Array.of(0xff, 0x00, 0x10), 3)).toEqual({
      kind: 'binary',
      text: 'ff 00 10',
      shown: 3,
      total: 3,
    });
    expect(previewPayload(Uint8Array.of(0x00, 0x61), 2).kind).toBe('binary');
  });

  it('forgives a character that the 48 bytes cut, but not a broken one that ends a whole payload', () => {
    const cut = bytes('温度').subarray(0, 4);
    expect(previewPayload(cut, 6)).toMatchObject({ kind: 'text', text: '温' });
    expect(previewPayload(cut, 4).kind).toBe('binary');
    expect(wholeText(cut)).toBeUndefined();
  });

  it('calls a cut payload JSON only where it opens an object or an array', () => {
    expect(previewPayload(bytes('{"a":'), 4096).kind).toBe('json');
    expect(previewPayload(bytes('12 monkeys'), 4096).kind).toBe('text');
  });

  it('tells an empty payload from none', () => {
    expect(previewPayload(new Uint8Array(0), 0).kind).toBe('empty');
  });
});

describe('JSON as it was written', () => {
  it('keeps numbers, escapes, order and repeated names', () => {
    const text = '{"b":1.0,"a":[12345678901234567890,{},[]],"b":"\\u00e9 {x}, y: \\"z\\""}';
    const formatted = formatJson(text) ?? '';
    expect(formatted).toBe(
      '{\n  "b": 1.0,\n  "a": [\n    12345678901234567890,\n    {},\n    []\n  ],\n  "b": "\\u00e9 {x}, y: \\"z\\""\n}',
    );
  });

  it('knows the path of each value that can be charted', () => {
    const lines = jsonLines('{"a":[1,{"b c":2.5}],"d":true,"e":-3e2,"f":"4"}') ?? [];
    const paths = lines.flatMap((line) => line.tokens).filter((token) => token.path !== undefined);
    expect(paths.map((token) => [token.text, token.path])).toEqual([
      ['1', ['a', 0]],
      ['2.5', ['a', 1, 'b c']],
      ['true', ['d']],
      ['-3e2', ['e']],
    ]);
    expect(jsonLines('42')?.[0]?.tokens).toEqual([{ kind: 'number', text: '42', path: [] }]);
  });

  it('agrees with JSON.stringify where nothing can be lost', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(formatJson(text)).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('refuses what is no JSON', () => {
    expect(formatJson('{"a":}')).toBeUndefined();
  });
});

describe('numeric fields', () => {
  it('lists numbers and truth values in document order with their paths', () => {
    const found = numericFields('{"t":21.5,"s":{"v":"3.3","on":true,"off":null,"list":[1,"x"]},"odd name":-1}');
    expect(found.fields.map((field) => [field.label, field.value])).toEqual([
      ['t', 21.5],
      ['s.on', 1],
      ['s.list[0]', 1],
      ['["odd name"]', -1],
    ]);
  });

  it('takes a bare number as the payload itself', () => {
    expect(numericFields('21.5').fields).toEqual([{ path: [], label: '', value: 21.5 }]);
  });

  it('says when there are more than it lists', () => {
    const many = JSON.stringify(Array.from({ length: MAX_NUMERIC_FIELDS + 1 }, (_, i) => i));
    expect(numericFields(many)).toMatchObject({ more: true });
    expect(numericFields(many).fields).toHaveLength(MAX_NUMERIC_FIELDS);
  });

  it('labels paths so that they can be told apart', () => {
    expect(pathLabel(['a.b', 0, 'c'])).toBe('["a.b"][0].c');
  });
});

describe('filter text', () => {
  it('quotes what would otherwise be syntax', () => {
    expect(quoteTerm('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
    expect(historyFilter('site/a b')).toBe('type:publish topic:"site/a b"');
    expect(subtreeFilter('/a/')).toBe('topic:"/a//#"');
  });

  it('means exactly the topic, whatever its letters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => {
        const topic = text.replaceAll(/[+#\0]/g, 'x');
        const { filter, errors } = parseFilter(historyFilter(topic));
        expect(errors).toEqual([]);
        expect(filter).toEqual({
          kind: 'and',
          terms: [
            { kind: 'compare', field: 'type', values: ['publish'] },
            { kind: 'compare', field: 'topic', values: [topic] },
          ],
        });
      }),
    );
  });
});
