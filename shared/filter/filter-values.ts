/** Words of a filter's values into tests: numbers with a sign or a unit, texts, patterns, bytes. A word that is none of them says why. */

import { RE2JS } from 're2js';
import type { FilterErrorCode, NumberTest, Operator, ValueTest } from './filter-ast.ts';
import type { Word } from './filter-tokens.ts';

type Read<T> = T | { readonly code: FilterErrorCode };

export const OPERATORS: readonly Operator[] = ['!=', '>=', '<=', '>', '<', '='];

/** Microseconds in one of each. */
const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

const DECIMAL = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** The sign that a word begins with, and the rest of it. */
function split(text: string): { readonly operator: Operator | undefined; readonly rest: string } {
  const operator = OPERATORS.find((sign) => text.startsWith(sign));
  return { operator, rest: text.slice(operator?.length ?? 0) };
}

/** A whole number from 0, decimal or `0x…`, perhaps behind a sign. */
export function readNumberTest({ text }: Word): Read<NumberTest> {
  const { operator, rest } = split(text);
  if (!/^(?:\d+|0x[\da-f]+)$/i.test(rest)) return { code: 'bad-number' };
  return { operator: operator ?? '=', value: atMost(Number(rest)) };
}

/** No field has a number so great: whatever is greater compares the same. */
function atMost(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** A length of time with its unit, seconds where it has none, perhaps behind a sign; microseconds. */
export function readTimeTest({ text }: Word): Read<NumberTest> {
  const { operator, rest } = split(text);
  const parts = /^(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)?$/.exec(rest);
  if (parts === null) return { code: 'bad-number' };
  const value = atMost(Math.round(Number(parts[1]) * (UNITS[parts[2] ?? 's'] ?? 1)));
  return { operator: operator ?? '=', value };
}

const COMPARISON = /^([\w.]*)(?:[=!]==?|[<>]=?|=)(?!\/)/;

/**
 * Whether a word stands where a comparison was meant: a sign alone, as other languages put it between field and value, or one right behind the
 * name of a field, where this language has a colon.
 */
export function isComparison(word: string, isName: (text: string) => boolean): boolean {
  const found = COMPARISON.exec(word);
  const name = found?.[1];
  return name !== undefined && (name === '' ? found?.[0] === word : isName(name));
}

/** Text of a number as JSON and sensors write it, or undefined. */
export function readDecimal(text: string): number | undefined {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : undefined;
}

/**
 * One test of a value: `*`, `=exactly`, `/pattern/i`, `0x…`, `>20`, or what it contains. Where `whole` is set, a plain word is the whole
 * value: a number where it is one, else its text.
 */
export function readValueTest(word: Word, whole: boolean): Read<ValueTest> {
  const { text, patternFlags } = word;
  if (patternFlags !== undefined) return readPattern(text, patternFlags);
  const plain: ValueTest = { kind: whole ? 'equals' : 'contains', text };
  if (word.literal) return plain;
  if (text === '*') return { kind: 'present' };
  const { operator, rest } = split(text);
  const number = readDecimal(rest);
  if (operator === '=' && (number === undefined || word.quoted)) return { kind: 'equals', text: rest };
  if (operator !== undefined) {
    return number === undefined ? { code: 'bad-number' } : { kind: 'number', test: { operator, value: number } };
  }
  if (/^0x/i.test(text)) {
    return /^0x(?:[\da-f]{2})+$/i.test(text)
      ? { kind: 'bytes', hex: text.slice(2).toLowerCase() }
      : { code: 'bad-bytes' };
  }
  return whole && number !== undefined ? { kind: 'number', test: { operator: '=', value: number } } : plain;
}

/** A regular expression that the engine can run; `i` is the only flag. */
export function readPattern(pattern: string, flags: string): Read<ValueTest> {
  if (flags !== '' && flags !== 'i') return { code: 'bad-pattern' };
  if (pattern.length > MAX_PATTERN || !isPattern(pattern)) return { code: 'bad-pattern' };
  return { kind: 'matches', pattern, ignoreCase: flags === 'i' };
}

/** Longer patterns take noticeable time to compile. */
const MAX_PATTERN = 1000;

function isPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** `a.b[0].*` into its steps; undefined where a step is missing. */
export function readPath(text: string): readonly (string | number)[] | undefined {
  const path: (string | number)[] = [];
  for (const part of text.split('.')) {
    const found = /^([^[\]]*)((?:\[\d{1,9}\])*)$/.exec(part);
    if (found === null) return undefined;
    const [, name = '', places = ''] = found;
    if (name !== '') path.push(name);
    else if (places === '' || path.length > 0) return undefined;
    for (const [, place] of places.matchAll(/\[(\d+)\]/g)) path.push(Number(place));
  }
  return path;
}

/** The text that {@link readPath} reads as `path`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}
