import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonNode, parseJson } from '../../shared/payload/json-tree.ts';
import { printfArgument, shellQuote, toBase64, toHex } from '../../shared/payload/payload-encoding.ts';
import { payloadKind } from '../../shared/payload/payload-kind.ts';
import { decodeText } from '../../shared/payload/payload-text.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function valueOf(node: JsonNode): unknown {
  if (node.kind === 'object') return Object.fromEntries(node.children.map((child) => [child.key, valueOf(child)]));
  if (node.kind === 'array') return node.children.map(valueOf);
  return node.kind === 'string' ? node.text : JSON.parse(node.raw);
}

describe('text of a payload', () => {
  it('is what the bytes say where they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const whole = text.toWellFormed();
        expect(decodeText(bytes(whole))).toEqual({ text: whole, invalid: 0 });
      }),
    );
  });

  it('counts what is no UTF-8', () => {
    expect(decodeText(Uint8Array.of(0x61, 0xff, 0x62, 0xc3))).toEqual({ text: 'a\ufffdb\ufffd', invalid: 2 });
  });

  it('leaves out a character that the cut splits, and only that', () => {
    const whole = bytes('21 °C 温');
    for (const length of [whole.length - 1, whole.length - 2])
      expect(decodeText(whole.subarray(0, length), true)).toEqual({ text: '21 °C ', invalid: 0 });
    expect(decodeText(whole, true).text).toBe('21 °C 温');
    expect(decodeText(whole.subarray(0, whole.length - 1), false).invalid).toBe(1);
  });
});

describe('kind of a payload', () => {
  it.each([
    ['', 'empty'],
    ['{"t":21.5}', 'json'],
    [' [1,2] ', 'json'],
    ['{"t":21.5', 'text'],
    ['open', 'text'],
    ['21.5', 'text'],
    ['a\u0000b', 'binary'],
  ])('%j is %s', (text, kind) => {
    expect(payloadKind(bytes(text))).toBe(kind);
  });

  it('takes the beginning of a long JSON for JSON', () => {
    const long = bytes(JSON.stringify(Array.from({ length: 30_000 }, (_, index) => ({ index }))));
    expect(payloadKind(long)).toBe('json');
    expect(payloadKind(long.subarray(0, 1000), true)).toBe('json');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (data, cut) => {
        expect(payloadKind(data, cut)).toBeTypeOf('string');
      }),
    );
  });
});

describe('JSON of a payload', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4), (value, indent) => {
        const { root, fault } = parseJson(JSON.stringify(value, undefined, indent));
        expect(fault).toBeUndefined();
        expect(root === undefined ? undefined : valueOf(root)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and never throws', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\u00',
      '1',
      '-',
      '.',
      'true',
      'nul',
      ' ',
      '\u0007',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let legal = true;
        try {
          JSON.parse(text);
        } catch {
          legal = false;
        }
        expect(parseJson(text).fault === undefined).toBe(legal);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the digits that a double would lose, and names that come twice', () => {
    const { root } = parseJson('{"id":12345678901234567890,"id":1.10}');
    expect(root?.children.map((child) => [child.key, child.raw])).toEqual([
      ['id', '12345678901234567890'],
      ['id', '1.10'],
    ]);
  });

  it('shows what stands before the fault', () => {
    const { root, fault } = parseJson('{"a":[1,2,x],"b":3}');
    expect(fault).toEqual({ at: 10, reason: 'unexpected-character' });
    expect(root?.children[0]?.children.map((child) => child.raw)).toEqual(['1', '2']);
  });

  it.each([
    ['{"a":1', 6, 'unexpected-end'],
    ['"\\q"', 1, 'bad-escape'],
    ['1 2', 2, 'text-after-value'],
    ['-', 0, 'bad-number'],
  ])('%s stops at %i: %s', (text, at, reason) => {
    expect(parseJson(text).fault).toEqual({ at, reason });
  });

  it('reads a string of millions of characters, and stops at a nesting that would end the stack', () => {
    expect(parseJson(JSON.stringify('x'.repeat(3_000_000))).fault).toBeUndefined();
    expect(parseJson('['.repeat(100_000)).fault?.reason).toBe('too-deep');
  });
});

describe('encodings of a payload', () => {
  it('agrees with Node on base64 and hexadecimal', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(toBase64(data)).toBe(Buffer.from(data).toString('base64'));
        expect(toHex(data, '')).toBe(Buffer.from(data).toString('hex'));
      }),
    );
  });

  it('quotes for a shell', () => {
    expect(shellQuote('site/a1/temp')).toBe('site/a1/temp');
    expect(shellQuote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
    expect(printfArgument(Uint8Array.of(0, 0x25, 0x5c, 0x41, 0xff))).toBe(`'\\000%%\\\\A\\377'`);
  });
});
