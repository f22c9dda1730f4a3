/** JSON payloads as they were written: re-indented without touching a token, and their numeric fields for the chart. */

export type JsonPath = readonly (string | number)[];

export interface NumericField {
  readonly path: JsonPath;
  /** `state.temperature[0]`; empty where the whole payload is the number. */
  readonly label: string;
  readonly value: number;
}

/** Numeric fields that the picker offers at most; a payload with more says so. */
export const MAX_NUMERIC_FIELDS = 500;

export interface JsonToken {
  readonly kind: 'name' | 'string' | 'number' | 'literal' | 'punctuation';
  /** As it stands in the payload. */
  readonly text: string;
  /** Where the value stands; only of what can be charted. */
  readonly path?: JsonPath;
}

export interface JsonLine {
  readonly depth: number;
  readonly tokens: readonly JsonToken[];
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/**
 * Lays valid JSON out in lines. Numbers, escapes and the order of members stay byte for byte, which
 * `JSON.stringify(JSON.parse(…))` does not promise (`1.0`, `12345678901234567890`, repeated names).
 * @returns undefined where the text is no JSON
 */
export function jsonLines(text: string): readonly JsonLine[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return new JsonLayout(text.match(TOKEN) ?? []).lines;
}

class JsonLayout {
  readonly lines: JsonLine[] = [];
  readonly #path: (string | number)[] = [];
  /** One entry for each open bracket. */
  readonly #open: ('{' | '[')[] = [];
  #tokens: JsonToken[] = [];
  #depth = 0;

  constructor(words: readonly string[]) {
    for (let i = 0; i < words.length; i += 1) {
      const word = words[i] ?? '';
      const next = words[i + 1];
      if ((word === '{' && next === '}') || (word === '[' && next === ']')) {
        this.#punctuation(word + next);
        i += 1;
      } else if (word === '{' || word === '[') this.#begin(word);
      else if (word === '}' || word === ']') this.#end(word);
      else if (word === ',') this.#comma();
      else if (word === ':') this.#punctuation(': ');
      else if (next === ':') this.#name(word);
      else this.#value(word);
    }
    this.#break(0);
  }

  #punctuation(text: string): void {
    this.#tokens.push({ kind: 'punctuation', text });
  }

  #break(depth: number): void {
    this.lines.push({ depth: this.#depth, tokens: this.#tokens });
    this.#tokens = [];
    this.#depth = depth;
  }

  #begin(bracket: '{' | '['): void {
    this.#punctuation(bracket);
    this.#open.push(bracket);
    this.#path.push(bracket === '[' ? 0 : '');
    this.#break(this.#open.length);
  }

  #end(bracket: string): void {
    this.#open.pop();
    this.#path.pop();
    this.#break(this.#open.length);
    this.#punctuation(bracket);
  }

  #comma(): void {
    this.#punctuation(',');
    const last = this.#path.at(-1);
    if (this.#open.at(-1) === '[' && typeof last === 'number') this.#path[this.#path.length - 1] = last + 1;
    this.#break(this.#open.length);
  }

  #name(word: string): void {
    this.#path[this.#path.length - 1] = JSON.parse(word) as string;
    this.#tokens.push({ kind: 'name', text: word });
  }

  #value(word: string): void {
    const kind = word.startsWith('"') ? 'string' : /^[-\d]/.test(word) ? 'number' : 'literal';
    const value: unknown = kind === 'string' ? undefined : JSON.parse(word);
    this.#tokens.push(
      asNumber(value) === undefined ? { kind, text: word } : { kind, text: word, path: this.#path.slice() },
    );
  }
}

/** The lines of {@link jsonLines} as one text, indented by two spaces; undefined where the text is no JSON. */
export function formatJson(text: string): string | undefined {
  return jsonLines(text)
    ?.map((line) => '  '.repeat(line.depth) + line.tokens.map((token) => token.text).join(''))
    .join('\n');
}

/**
 * What of a JSON payload can be charted, in document order: numbers, and truth values as 0 and 1.
 * @returns at most {@link MAX_NUMERIC_FIELDS} and whether there were more; none where the text is no JSON
 */
export function numericFields(text: string): { readonly fields: readonly NumericField[]; readonly more: boolean } {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return { fields: [], more: false };
  }
  const fields: NumericField[] = [];
  let more = false;
  const visit = (value: unknown, path: JsonPath): void => {
    if (more) return;
    const number = asNumber(value);
    if (number !== undefined) {
      if (fields.length === MAX_NUMERIC_FIELDS) more = true;
      else fields.push({ path, label: pathLabel(path), value: number });
    } else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index]);
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) visit(item, [...path, name]);
  };
  visit(root, []);
  return { fields, more };
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function pathLabel(path: JsonPath): string {
  let label = '';
  for (const step of path) {
    if (typeof step === 'number') label += `[${step}]`;
    else if (/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step)) label += label === '' ? step : `.${step}`;
    else label += `[${JSON.stringify(step)}]`;
  }
  return label;
}

export function samePath(a: JsonPath, b: JsonPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
