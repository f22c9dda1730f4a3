/** Tests of single values: bytes as they stand in a packet, and what was read from them. */

import { RE2JS } from 're2js';
import { passes, type ValueTest } from '../../../shared/filter/filter-ast.ts';
import { readDecimal } from '../../../shared/filter/filter-values.ts';
import { byteSearch } from './byte-search.ts';
import { requiredText } from './required-text.ts';

/** A value that a packet or a payload holds, read. */
export type Value = string | number | boolean | null | Uint8Array;

const utf8 = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** No number that anybody writes is longer. */
const LONGEST_NUMBER = 64;

interface CompiledTest {
  bytes(bytes: Uint8Array, from: number, to: number): boolean;
  value(value: Value): boolean;
}

/** Passes where any of its tests does. */
export class ValueMatcher {
  readonly #tests: readonly CompiledTest[];

  constructor(tests: readonly ValueTest[]) {
    this.#tests = tests.map(compile);
  }

  /** Of bytes `[from, to)`, an empty value too. */
  bytes(bytes: Uint8Array, from: number, to: number): boolean {
    for (const test of this.#tests) if (test.bytes(bytes, from, to)) return true;
    return false;
  }

  value(value: Value): boolean {
    if (value instanceof Uint8Array) return this.bytes(value, 0, value.length);
    for (const test of this.#tests) if (test.value(value)) return true;
    return false;
  }
}

function compile(test: ValueTest): CompiledTest {
  switch (test.kind) {
    case 'present':
      return { bytes: () => true, value: () => true };
    case 'contains': {
      const { text } = test;
      const find = text === '' ? () => 0 : byteSearch(utf8.encode(text));
      return { bytes: (bytes, from, to) => find(bytes, from, to) >= 0, value: (value) => textOf(value).includes(text) };
    }
    case 'equals': {
      const { text } = test;
      const wanted = utf8.encode(text);
      return { bytes: (bytes, from, to) => equal(bytes, from, to, wanted), value: (value) => textOf(value) === text };
    }
    case 'matches': {
      const pattern = RE2JS.compile(test.pattern, test.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
      const required = test.ignoreCase ? undefined : requiredText(test.pattern);
      const find = required === undefined ? () => 0 : byteSearch(utf8.encode(required));
      return {
        bytes: (bytes, from, to) =>
          find(bytes, from, to) >= 0 && pattern.test(decoder.decode(bytes.subarray(from, to))),
        value: (value) => pattern.test(textOf(value)),
      };
    }
    case 'bytes': {
      const needle = Uint8Array.from(test.hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      const find = byteSearch(needle);
      const bytes = (all: Uint8Array, from: number, to: number): boolean => find(all, from, to) >= 0;
      return {
        bytes,
        value: (value) => {
          const encoded = utf8.encode(textOf(value));
          return bytes(encoded, 0, encoded.length);
        },
      };
    }
    case 'number':
  }
  const { test: number } = test;
  const passesText = (text: string): boolean => {
    const value = readDecimal(text);
    return value !== undefined && passes(number, value);
  };
  return {
    bytes: (bytes, from, to) => to - from <= LONGEST_NUMBER && passesText(decoder.decode(bytes.subarray(from, to))),
    value: (value) => (typeof value === 'number' ? passes(number, value) : passesText(textOf(value))),
  };
}

function textOf(value: Value): string {
  return value instanceof Uint8Array ? decoder.decode(value) : String(value);
}

function equal(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  if (to - from !== wanted.length) return false;
  for (let at = 0; at < wanted.length; at++) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}
