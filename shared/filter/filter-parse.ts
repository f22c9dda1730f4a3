/** Text of a filter field into its meaning, with located errors for the parts that have none. */

import { FLOW_KINDS, FLOW_STATES } from '../contract/records.ts';
import {
  type Comparison,
  EVERYTHING,
  type Filter,
  type FilterError,
  type FilterErrorCode,
  type NumberTest,
  type Operator,
} from './filter-ast.ts';
import {
  CONDITION_VALUES,
  DIRECTION_VALUES,
  FIELDS,
  FLAG_VALUES,
  type FieldName,
  isField,
  TYPE_VALUES,
} from './filter-fields.ts';
import { type FilterToken, type Word, tokenize } from './filter-tokens.ts';

export interface ParsedFilter {
  /** What could be understood; parts with errors are left out, so the caller decides whether to use it. */
  readonly filter: Filter;
  readonly errors: readonly FilterError[];
}

/**
 * Terms side by side must all match; `or` separates alternatives; parentheses group; a leading `-` negates.
 * A term is `field:value`, `field:value,value`, a flag's name, or a word to look for in topic and content.
 */
export function parseFilter(text: string): ParsedFilter {
  const parser = new Parser(text);
  return parser.parse();
}

const OPERATORS: readonly Operator[] = ['>=', '<=', '>', '<', '='];

class Parser {
  readonly #tokens: readonly FilterToken[];
  readonly #errors: FilterError[] = [];
  readonly #end: number;
  #next = 0;

  constructor(text: string) {
    this.#end = text.length;
    const { tokens, errors } = tokenize(text);
    this.#tokens = tokens;
    this.#errors.push(...errors);
  }

  parse(): ParsedFilter {
    const filter = this.#alternatives(false);
    this.#errors.sort((left, right) => left.from - right.from);
    return { filter, errors: this.#errors };
  }

  #alternatives(inside: boolean): Filter {
    const terms: Filter[] = [this.#conjunction(inside)];
    for (let token = this.#peek(); token?.kind === 'or'; token = this.#peek()) {
      this.#next++;
      const before = terms.at(-1);
      if (before !== undefined && isEmpty(before)) this.#fail('missing-term', token.from, token.to, 'or');
      const after = this.#peek();
      if (after === undefined || after.kind === 'close') this.#fail('missing-term', token.from, token.to, 'or');
      terms.push(this.#conjunction(inside));
    }
    const meant = terms.filter((term) => !isEmpty(term));
    const [only] = meant;
    if (meant.length === 1 && only !== undefined) return only;
    return meant.length === 0 ? EVERYTHING : { kind: 'or', terms: meant };
  }

  #conjunction(inside: boolean): Filter {
    const terms: Filter[] = [];
    for (let token = this.#peek(); token !== undefined && token.kind !== 'or'; token = this.#peek()) {
      if (token.kind === 'close') {
        if (inside) break;
        this.#next++;
        this.#fail('unexpected-parenthesis', token.from, token.to, ')');
        continue;
      }
      const term = this.#term(token);
      if (term !== undefined && !isEmpty(term)) terms.push(term);
    }
    const [only] = terms;
    return terms.length === 1 && only !== undefined ? only : { kind: 'and', terms };
  }

  #term(token: FilterToken): Filter | undefined {
    this.#next++;
    switch (token.kind) {
      case 'not': {
        const next = this.#peek();
        if (next === undefined || next.kind === 'or' || next.kind === 'close') {
          this.#fail('missing-term', token.from, token.to, '-');
          return undefined;
        }
        const term = this.#term(next);
        return term === undefined || isEmpty(term) ? undefined : { kind: 'not', term };
      }
      case 'open': {
        const term = this.#alternatives(true);
        if (this.#peek()?.kind === 'close') this.#next++;
        else this.#fail('unclosed-parenthesis', token.from, token.to, '(');
        return term;
      }
      case 'word':
        return isFlag(token.word) ? flag(token.word.text, true) : { kind: 'text', text: token.word.text };
      case 'field':
        return this.#comparison(token.name, token.values);
      case 'or':
      case 'close':
    }
    return undefined;
  }

  #comparison(name: Word, words: readonly Word[]): Comparison | undefined {
    const field = name.text.toLowerCase();
    if (!isField(field)) {
      this.#fail('unknown-field', name.from, name.to, name.text, undefined, Object.keys(FIELDS));
      return undefined;
    }
    const given = words.filter((word) => {
      const missing = word.text === '' && !word.quoted;
      if (missing) this.#fail('missing-value', name.from, word.to, name.text, field, FIELDS[field]);
      return !missing;
    });
    if (given.length === 0) return undefined;
    switch (field) {
      case 'type': {
        const values = this.#chosen(field, given, (word) => TYPE_VALUES.find((type) => type === word));
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'dir': {
        const values = this.#chosen(field, given, (word) => own(DIRECTION_VALUES, word));
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'is': {
        const values = this.#chosen(field, given, (word) => CONDITION_VALUES.find((value) => value === word));
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'flow.kind': {
        const values = this.#chosen(field, given, (word) => FLOW_KINDS.find((value) => value === word));
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'flow.state': {
        const values = this.#chosen(field, given, (word) => FLOW_STATES.find((value) => value.toLowerCase() === word));
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'retain':
      case 'dup': {
        const [value] = this.#chosen(field, given.slice(0, 1), (word) => own(FLAG_VALUES, word));
        const second = given[1];
        if (second !== undefined) this.#fail('unknown-value', second.from, second.to, second.text, field);
        return value === undefined ? undefined : { kind: 'compare', field, value };
      }
      case 'topic': {
        const values = given.filter((word) => this.#isTopicFilter(word)).map((word) => word.text);
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'qos':
      case 'id':
      case 'len':
      case 'conn':
    }
    const values = given.map((word) => this.#number(field, word)).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : { kind: 'compare', field, values };
  }

  #chosen<T>(field: FieldName, words: readonly Word[], find: (word: string) => T | undefined): T[] {
    const values: T[] = [];
    for (const word of words) {
      const value = find(word.text.toLowerCase());
      if (value !== undefined) {
        values.push(value);
        continue;
      }
      const operator = !word.quoted && OPERATORS.some((sign) => word.text.startsWith(sign));
      this.#fail(
        operator ? 'operator-not-allowed' : 'unknown-value',
        word.from,
        word.to,
        word.text,
        field,
        FIELDS[field],
      );
    }
    return values;
  }

  #number(field: FieldName, word: Word): NumberTest | undefined {
    const operator = OPERATORS.find((sign) => word.text.startsWith(sign));
    const digits = word.text.slice(operator?.length ?? 0);
    if (!/^\d{1,15}$/.test(digits)) {
      this.#fail('bad-number', word.from, word.to, word.text, field);
      return undefined;
    }
    const value = Number(digits);
    if (field === 'qos' && value > 2) {
      this.#fail('unknown-value', word.from, word.to, word.text, field, FIELDS.qos);
      return undefined;
    }
    return { operator: operator ?? '=', value };
  }

  /** @mqtt MQTT-4.7.1-1 MQTT-4.7.1-2 MQTT-4.7.3-1 */
  #isTopicFilter(word: Word): boolean {
    const levels = word.text.split('/');
    const legal =
      word.text.length > 0 &&
      levels.every((level, index) => {
        if (level.includes('#')) return level === '#' && index === levels.length - 1;
        return level === '+' || !level.includes('+');
      });
    if (!legal) this.#fail('bad-topic-filter', word.from, word.to, word.text, 'topic');
    return legal;
  }

  #peek(): FilterToken | undefined {
    return this.#tokens[this.#next];
  }

  #fail(
    code: FilterErrorCode,
    from: number,
    to: number,
    word: string,
    field?: string,
    expected?: readonly string[],
  ): void {
    this.#errors.push({
      code,
      from: Math.min(from, this.#end),
      to: Math.min(to, this.#end),
      word,
      ...(field === undefined ? {} : { field }),
      ...(expected === undefined || expected.length === 0 ? {} : { expected }),
    });
  }
}

function isFlag(word: Word): boolean {
  return !word.quoted && (word.text === 'retain' || word.text === 'dup');
}

function flag(name: string, value: boolean): Comparison {
  return { kind: 'compare', field: name === 'dup' ? 'dup' : 'retain', value };
}

function isEmpty(filter: Filter): boolean {
  return (filter.kind === 'and' || filter.kind === 'or') && filter.terms.length === 0;
}

function own<T>(values: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(values, word) ? values[word] : undefined;
}
