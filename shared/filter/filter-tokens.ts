/** Cuts the text of a filter into words, quoted strings, `field:` heads and signs, each with its place. */

import type { FilterError } from './filter-ast.ts';
import { takesPattern } from './filter-fields.ts';

/** A word with its escapes undone; positions are of the text as written, quotes included. */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** True where any part stood in quotes: such a word is never a keyword. */
  readonly quoted: boolean;
  /** True where it began with a quote: no sign in it means anything. */
  readonly literal: boolean;
  /** Flags behind the closing slash of a regular expression, whose source is {@link text}; absent for other words. */
  readonly patternFlags?: string;
}

export type FilterToken =
  | { readonly kind: 'open' | 'close' | 'or' | 'not'; readonly from: number; readonly to: number }
  | { readonly kind: 'word'; readonly word: Word; readonly from: number; readonly to: number }
  | {
      readonly kind: 'field';
      readonly name: Word;
      readonly values: readonly Word[];
      readonly from: number;
      readonly to: number;
    }
  /** A term in the words of Wireshark's display filters; without an operator it asks whether the field is there. */
  | {
      readonly kind: 'display';
      readonly name: Word;
      readonly operator?: Word;
      readonly values: readonly Word[];
      readonly from: number;
      readonly to: number;
    };

const SPACE = /\s/u;
const DISPLAY_NAME = /^mqtt\.[a-z_.]+$/;
const DISPLAY_OPERATOR = /\s*(?:(==|!=|>=|<=|>|<|~)|(eq|ne|gt|lt|ge|le|contains|matches|in)(?![\w.]))\s*/y;

export interface Tokens {
  readonly tokens: readonly FilterToken[];
  readonly errors: readonly FilterError[];
}

/** A quote opens a string that ends at the next quote; in it `\"` is a quote and `\\` a backslash. */
export function tokenize(text: string): Tokens {
  return new Tokenizer(text).run();
}

class Tokenizer {
  readonly #text: string;
  readonly #tokens: FilterToken[] = [];
  readonly #errors: FilterError[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Tokens {
    const text = this.#text;
    while (this.#at < text.length) {
      const from = this.#at;
      const char = text.charAt(from);
      const pair = text.slice(from, from + 2);
      if (SPACE.test(char)) this.#at++;
      else if (char === '(' || char === ')') this.#sign(char === '(' ? 'open' : 'close', 1);
      else if (char === '-' || (char === '!' && pair !== '!=')) this.#sign('not', 1);
      else if (pair === '||') this.#sign('or', 2);
      else if (pair === '&&') this.#at += 2;
      else this.#term(from);
    }
    return { tokens: this.#tokens, errors: this.#errors };
  }

  #sign(kind: 'open' | 'close' | 'not' | 'or', length: number): void {
    this.#tokens.push({ kind, from: this.#at, to: this.#at + length });
    this.#at += length;
  }

  #term(from: number): void {
    const text = this.#text;
    const name = this.#word(':');
    // The name ends before a quote where a sign stands between them: `mqtt.topic=="a"`.
    const head = text.slice(from, this.#at).split(/[=!<>~]/u, 1)[0] ?? '';
    if (DISPLAY_NAME.test(head) && text[this.#at] !== ':') {
      this.#display(from);
      return;
    }
    if (text[this.#at] === ':' && !name.quoted && name.text !== '') {
      const values: Word[] = [];
      do {
        this.#at++;
        values.push(takesPattern(name.text) && text[this.#at] === '/' ? this.#pattern() : this.#word(','));
      } while (text[this.#at] === ',');
      this.#tokens.push({ kind: 'field', name, values, from, to: this.#at });
      return;
    }
    if (text[this.#at] === ':') {
      const rest = this.#word('');
      const word = { text: name.text + rest.text, from, to: this.#at, quoted: true, literal: true };
      this.#tokens.push({ kind: 'word', word, from, to: this.#at });
      return;
    }
    const keyword = name.quoted ? '' : name.text.toLowerCase();
    if (keyword === 'or' || keyword === 'not') this.#tokens.push({ kind: keyword, from, to: this.#at });
    else if (keyword !== 'and') this.#tokens.push({ kind: 'word', word: name, from, to: this.#at });
  }

  /** Reads a word up to a space, a parenthesis or one of `stops`. */
  #word(stops: string): Word {
    const text = this.#text;
    const from = this.#at;
    let content = '';
    let quoted = false;
    while (this.#at < text.length) {
      const char = text.charAt(this.#at);
      if (char === '"') {
        quoted = true;
        content += this.#quoted();
        continue;
      }
      if (char === '(' || char === ')' || stops.includes(char) || SPACE.test(char)) break;
      content += char;
      this.#at++;
    }
    return { text: content, from, to: this.#at, quoted, literal: text[from] === '"' };
  }

  #quoted(): string {
    const text = this.#text;
    const open = this.#at++;
    let content = '';
    while (this.#at < text.length && text[this.#at] !== '"') {
      if (text[this.#at] === '\\' && this.#at + 1 < text.length) this.#at++;
      content += text.charAt(this.#at++);
    }
    if (this.#at >= text.length) this.#fail('unclosed-quote', open, text.length, '"');
    else this.#at++;
    return content;
  }

  /** A regular expression between slashes, in which a slash is written `\/`, and the flags behind it. */
  #pattern(): Word {
    const text = this.#text;
    const from = this.#at++;
    let content = '';
    while (this.#at < text.length && text[this.#at] !== '/') {
      if (text[this.#at] === '\\' && this.#at + 1 < text.length) {
        if (text[this.#at + 1] !== '/') content += '\\';
        this.#at++;
      }
      content += text.charAt(this.#at++);
    }
    if (this.#at >= text.length) this.#fail('unclosed-pattern', from, text.length, '/');
    else this.#at++;
    const flags = this.#at;
    while (/[a-z]/i.test(text.charAt(this.#at))) this.#at++;
    const patternFlags = text.slice(flags, this.#at);
    return { text: content, from, to: this.#at, quoted: true, literal: true, patternFlags };
  }

  /** The term whose name begins at `from`: name, operator and value may stand apart or together. */
  #display(from: number): void {
    const text = this.#text;
    this.#at = from;
    while (/[\w.]/.test(text.charAt(this.#at))) this.#at++;
    const name = this.#bare(from, this.#at);
    DISPLAY_OPERATOR.lastIndex = this.#at;
    const found = DISPLAY_OPERATOR.exec(text);
    const sign = found?.[1] ?? found?.[2];
    if (found === null || sign === undefined) {
      this.#tokens.push({ kind: 'display', name, values: [], from, to: this.#at });
      return;
    }
    const operatorFrom = found.index + found[0].indexOf(sign);
    const operator = this.#bare(operatorFrom, operatorFrom + sign.length);
    this.#at = found.index + found[0].length;
    const values = sign === 'in' && text[this.#at] === '{' ? this.#set() : [this.#word('&|')];
    this.#tokens.push({ kind: 'display', name, operator, values, from, to: this.#at });
  }

  /** `{1, 2 "x"}` */
  #set(): Word[] {
    const text = this.#text;
    const open = this.#at++;
    const values: Word[] = [];
    for (;;) {
      while (this.#at < text.length && (SPACE.test(text.charAt(this.#at)) || text[this.#at] === ',')) this.#at++;
      if (this.#at >= text.length || text[this.#at] === '(' || text[this.#at] === ')') {
        this.#fail('unclosed-parenthesis', open, open + 1, '{');
        return values;
      }
      if (text[this.#at] === '}') {
        this.#at++;
        return values;
      }
      values.push(this.#word(',}'));
    }
  }

  #bare(from: number, to: number): Word {
    return { text: this.#text.slice(from, to), from, to, quoted: false, literal: false };
  }

  #fail(
    code: 'unclosed-quote' | 'unclosed-pattern' | 'unclosed-parenthesis',
    from: number,
    to: number,
    word: string,
  ): void {
    this.#errors.push({ code, from, to, word });
  }
}
