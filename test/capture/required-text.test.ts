/** What a regular expression cannot match without: found where it is plain, and never claimed of a text that it does match. */

import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { requiredText } from '../../main/engine/capture/required-text.ts';

describe('the text that a pattern requires', () => {
  it.each([
    ['error', 'error'],
    [String.raw`^error: \d+ times$`, 'error: '],
    [String.raw`"temp":{"v":2\d`, '"temp":{"v":2'],
    [String.raw`a\.b\/c`, 'a.b/c'],
    [String.raw`a\tb`, 'a\tb'],
    ['colou?r', 'colo'],
    ['ab+cd', 'ab'],
    ['a{0}bc', 'bc'],
    ['ab{2,3}c', 'a'],
    ['x{y', 'x{y'],
    ['(one|two)three', 'three'],
    ['(?:one)?two', 'two'],
    ['(?P<name>one)*?four', 'four'],
    ['[abc]def', 'def'],
    ['[]a]bc', 'bc'],
    ['[^]a]bc', 'bc'],
    [String.raw`[\]a]bc`, 'bc'],
    ['[[:alpha:]]bc', 'bc'],
    [String.raw`([)(]\))yes`, 'yes'],
    ['温度.{3}', '温度'],
    ['😀?b', 'b'],
  ])('of %s is %s', (pattern, text) => {
    RE2JS.compile(pattern);
    expect(requiredText(pattern)).toBe(text);
  });

  it.each([
    '',
    'one|two',
    '(?i)error',
    'a(?i:b)c',
    String.raw`\Qa|b\E`,
    String.raw`\x41bc`,
    String.raw`\pLabc`,
    'a?',
    '.*',
    '(a)',
    '\uFFFD',
  ])('of %s is not known', (pattern) => {
    RE2JS.compile(pattern);
    expect(requiredText(pattern)).toBeUndefined();
  });

  it('stands in every text that matches', () => {
    const pieces = [
      'a',
      'b',
      'ab',
      'ba',
      '.',
      'a|b',
      '(a)',
      '(a|b)',
      '(?:ba',
      ')',
      '[ab]',
      '[^a]',
      '*',
      '+',
      '?',
      '{2}',
      '{0,1}',
      '{',
      '}',
    ];
    const more = [
      String.raw`\.`,
      String.raw`\w`,
      '^',
      '$',
      '(?i)',
      String.raw`\Qa*\E`,
      '[]a]',
      '[[:alpha:]]',
      '(?P<x>a)',
      'é',
      '😀',
      '*?',
    ];
    const pattern = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 7 }).map((parts) => parts.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b', 'A', '.', '{', '}', '2', 'é', '😀', '*'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        let compiled: RE2JS;
        try {
          compiled = RE2JS.compile(source);
        } catch {
          return;
        }
        const required = requiredText(source);
        if (required === undefined) return;
        for (const one of texts) {
          if (!compiled.test(one)) continue;
          matched += 1;
          expect(one).toContain(required);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(matched).toBeGreaterThan(500);
  });
});
