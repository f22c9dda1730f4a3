/** JSON text as a tree that keeps every token as it was written, as far as the text is JSON. */

export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'literal';
  /** Name in an object (unescaped), index in an array; absent at the root. */
  readonly key?: string | number;
  /** The value's own characters, quotes and escapes included, so that no digit of a number is lost; empty for containers. */
  readonly raw: string;
  /** A string's content with its escapes undone. */
  readonly text?: string;
  readonly children: readonly JsonNode[];
  /** UTF-16 positions in the text, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

/** Where the text stops to be JSON. Wording is the page's. */
export interface JsonFault {
  readonly at: number;
  readonly reason:
    | 'unexpected-character'
    | 'unexpected-end'
    | 'bad-escape'
    | 'bad-number'
    | 'text-after-value'
    | 'too-deep';
}

export interface ParsedJson {
  /** What could be read; containers that were never closed hold what came before the fault. */
  readonly root: JsonNode | undefined;
  readonly fault?: JsonFault;
}

const MAX_DEPTH = 512;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Never throws; reads RFC 8259 and a leading byte order mark. */
export function parseJson(text: string): ParsedJson {
  const reader = new Reader(text);
  const root = reader.value(undefined, 0);
  if (reader.fault === undefined && root !== undefined) reader.expectEnd();
  return reader.fault === undefined ? { root } : { root, fault: reader.fault };
}

class Reader {
  readonly #text: string;
  #at: number;
  fault: JsonFault | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith('\ufeff') ? 1 : 0;
  }

  value(key: string | number | undefined, depth: number): JsonNode | undefined {
    this.#space();
    const from = this.#at;
    const start = this.#text.charAt(from);
    if (start === '') return this.#fail('unexpected-end');
    if (depth >= MAX_DEPTH) return this.#fail('too-deep');
    if (start === '{' || start === '[') return this.#container(start, key, depth);
    const named = key === undefined ? {} : { key };
    if (start === '"') {
      const text = this.#string();
      if (text === undefined) return undefined;
      return {
        kind: 'string',
        ...named,
        raw: this.#text.slice(from, this.#at),
        text,
        children: [],
        from,
        to: this.#at,
      };
    }
    const kind = start === '-' || (start >= '0' && start <= '9') ? 'number' : 'literal';
    const raw = kind === 'number' ? this.#match(NUMBER) : this.#literal();
    if (raw === undefined || raw === '') return this.#fail(kind === 'number' ? 'bad-number' : 'unexpected-character');
    return { kind, ...named, raw, children: [], from, to: this.#at };
  }

  expectEnd(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('text-after-value');
  }

  #container(open: '{' | '[', key: string | number | undefined, depth: number): JsonNode {
    const from = this.#at++;
    const children: JsonNode[] = [];
    const close = open === '{' ? '}' : ']';
    this.#space();
    if (this.#text.charAt(this.#at) === close) this.#at++;
    else
      while (this.fault === undefined) {
        const child = open === '{' ? this.#member(depth) : this.value(children.length, depth + 1);
        if (child !== undefined) children.push(child);
        if (this.fault !== undefined) break;
        this.#space();
        const next = this.#text.charAt(this.#at);
        if (next !== ',' && next !== close) {
          this.#fail(next === '' ? 'unexpected-end' : 'unexpected-character');
          break;
        }
        this.#at++;
        if (next === close) break;
      }
    const kind = open === '{' ? 'object' : 'array';
    return { kind, ...(key === undefined ? {} : { key }), raw: '', children, from, to: this.#at };
  }

  #member(depth: number): JsonNode | undefined {
    this.#space();
    if (this.#text.charAt(this.#at) !== '"')
      return this.#fail(this.#at >= this.#text.length ? 'unexpected-end' : 'unexpected-character');
    const name = this.#string();
    if (name === undefined) return undefined;
    this.#space();
    if (this.#text.charAt(this.#at) !== ':')
      return this.#fail(this.#at >= this.#text.length ? 'unexpected-end' : 'unexpected-character');
    this.#at++;
    return this.value(name, depth + 1);
  }

  #string(): string | undefined {
    this.#at++;
    let content = '';
    for (;;) {
      const from = this.#at;
      while (isPlain(this.#text.charCodeAt(this.#at))) this.#at++;
      content += this.#text.slice(from, this.#at);
      const stop = this.#text.charAt(this.#at);
      if (stop === '"') {
        this.#at++;
        return content;
      }
      if (stop === '') return this.#fail('unexpected-end');
      if (stop !== '\\') return this.#fail('unexpected-character');
      const escape = this.#escape();
      if (escape === undefined) return undefined;
      content += escape;
    }
  }

  #escape(): string | undefined {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        return this.#fail(this.#at + 6 > this.#text.length ? 'unexpected-end' : 'bad-escape');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES[letter];
    if (character === undefined) return this.#fail(letter === '' ? 'unexpected-end' : 'bad-escape');
    this.#at += 2;
    return character;
  }

  #literal(): string | undefined {
    for (const word of ['true', 'false', 'null'])
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return word;
      }
    const rest = this.#text.slice(this.#at);
    if (['true', 'false', 'null'].some((word) => word.startsWith(rest))) {
      this.#at = this.#text.length;
      return this.#fail('unexpected-end');
    }
    return undefined;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** The first fault is the one that counts. */
  #fail(reason: JsonFault['reason']): undefined {
    this.fault ??= { at: this.#at, reason };
    return undefined;
  }
}

/** Neither quote nor backslash nor a control character, which a string must escape; false beyond the text's end. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit !== 0x22 && unit !== 0x5c;
}
