/** Cuts the text of a filter into words, quoted strings, `field:` heads and signs, each with its place. */

import type { FilterError } from './filter-ast.ts';

/** A word with its escapes undone; positions are of the text as written, quotes included. */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** True where any part stood in quotes: such a word is never a keyword. */
  readonly quoted: boolean;
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
    };

const SPACE = /\s/u;

/** A quote opens a string that ends at the next quote; in it `\"` is a quote and `\\` a backslash. */
export function tokenize(text: string): {
  readonly tokens: readonly FilterToken[];
  readonly errors: readonly FilterError[];
} {
  const tokens: FilterToken[] = [];
  const errors: FilterError[] = [];
  let at = 0;

  /** Reads a word up to a space, a parenthesis or one of `stops`. */
  const readWord = (stops: string): Word => {
    const from = at;
    let content = '';
    let quoted = false;
    while (at < text.length) {
      const char = text.charAt(at);
      if (char === '"') {
        const open = at++;
        quoted = true;
        while (at < text.length && text[at] !== '"') {
          if (text[at] === '\\' && at + 1 < text.length) at++;
          content += text.charAt(at++);
        }
        if (at >= text.length) errors.push({ code: 'unclosed-quote', from: open, to: text.length, word: '"' });
        else at++;
        continue;
      }
      if (char === '(' || char === ')' || stops.includes(char) || SPACE.test(char)) break;
      content += char;
      at++;
    }
    return { text: content, from, to: at, quoted };
  };

  while (at < text.length) {
    const from = at;
    const char = text.charAt(at);
    if (SPACE.test(char)) {
      at++;
    } else if (char === '(' || char === ')') {
      at++;
      tokens.push({ kind: char === '(' ? 'open' : 'close', from, to: at });
    } else if (char === '-') {
      at++;
      tokens.push({ kind: 'not', from, to: at });
    } else {
      const name = readWord(':');
      if (text[at] === ':' && !name.quoted && name.text !== '') {
        const values: Word[] = [];
        do {
          at++;
          values.push(readWord(','));
        } while (text[at] === ',');
        tokens.push({ kind: 'field', name, values, from, to: at });
      } else if (text[at] === ':') {
        const rest = readWord('');
        const word = { text: name.text + rest.text, from, to: at, quoted: true };
        tokens.push({ kind: 'word', word, from, to: at });
      } else if (!name.quoted && name.text.toLowerCase() === 'or') tokens.push({ kind: 'or', from, to: at });
      else if (name.quoted || name.text.toLowerCase() !== 'and')
        tokens.push({ kind: 'word', word: name, from, to: at });
    }
  }
  return { tokens, errors };
}
