/** A comparison of a value inside of JSON, over the bytes of a payload. */

import type { JsonComparison } from '../../../shared/filter/filter-ast.ts';
import { byteSearch, type FindBytes } from './byte-search.ts';
import { type Value, ValueMatcher } from './filter-values.ts';
import { numberBehind } from './json-number.ts';

/**
 * Parses only payloads that have every name of the path in them, and not those where the last one leads to nothing but numbers that do not
 * pass, which its bytes tell.
 */
export class JsonTest {
  readonly #path: JsonComparison['path'];
  readonly #names: readonly FindBytes[];
  /** Bytes of the path's last step, where it is a plain name. */
  readonly #lastName: number;
  readonly #matcher: ValueMatcher;

  constructor({ path, values }: JsonComparison) {
    this.#path = path;
    // A name of other than plain letters may be written with escapes.
    const plain = path.filter((step) => typeof step === 'string' && /^[\w $-]+$/.test(step));
    this.#names = plain.map((name) => byteSearch(new TextEncoder().encode(`${name}`)));
    const last = path.at(-1);
    this.#lastName = typeof last === 'string' && last === plain.at(-1) ? last.length : 0;
    this.#matcher = new ValueMatcher(values);
  }

  /** Of a payload that begins at `from` and ends with the bytes. */
  matches(bytes: Uint8Array, from: number): boolean {
    if (!this.#names.every((find) => find(bytes, from, bytes.length) >= 0)) return false;
    if (this.#lastName > 0 && !this.#mayPass(bytes, from)) return false;
    let document: unknown;
    try {
      document = JSON.parse(decoder.decode(bytes.subarray(from)));
    } catch {
      return false;
    }
    return someAt(document, this.#path, 0, (value) => this.#matcher.value(value));
  }

  /** False where each place of the last name is a member whose value is a number that does not pass. */
  #mayPass(bytes: Uint8Array, from: number): boolean {
    const find = this.#names.at(-1);
    if (find === undefined) return true;
    for (let at = find(bytes, from, bytes.length); at >= 0; at = find(bytes, at + this.#lastName, bytes.length)) {
      const number = numberBehind(bytes, at, this.#lastName, bytes.length);
      if (Number.isNaN(number) || this.#matcher.value(number)) return true;
    }
    return false;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether some value that the path leads to passes; objects and arrays pass as their JSON text. */
function someAt(
  value: unknown,
  path: readonly (string | number)[],
  step: number,
  test: (value: Value) => boolean,
): boolean {
  const name = path[step];
  if (name === undefined) return test(isScalar(value) ? value : JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return false;
  if (name === '*') return Object.values(value).some((inner) => someAt(inner, path, step + 1, test));
  if (typeof name === 'number' && !Array.isArray(value)) return false;
  if (!Object.hasOwn(value, name)) return false;
  return someAt((value as Readonly<Record<string | number, unknown>>)[name], path, step + 1, test);
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value !== 'object';
}
