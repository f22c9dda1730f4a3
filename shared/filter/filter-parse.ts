/** Text of a filter field into its meaning, with located errors for the parts that have none. */

import { FLOW_KINDS, FLOW_STATES } from '../contract/flow-records.ts';
import { PROPERTIES } from '../mqtt/properties.ts';
import { readDisplay } from './display-filter.ts';
import {
  type Comparison,
  EVERYTHING,
  type Filter,
  type FilterError,
  type FilterErrorCode,
  MAX_FILTER_DEPTH,
  MAX_FILTER_LENGTH,
  MAX_FILTER_TERMS,
  type NumberTest,
  type ValueTest,
} from './filter-ast.ts';
import {
  CONDITION_VALUES,
  DIRECTION_VALUES,
  FIELDS,
  FLAG_VALUES,
  type FieldName,
  isField,
  isFieldName,
  PAYLOAD_HEAD,
  PROPERTY_FIELDS,
  PROPERTY_HEAD,
  REASON_VALUES,
  TYPE_VALUES,
  USER_PROPERTY_HEAD,
} from './filter-fields.ts';
import { type FilterToken, type Word, tokenize } from './filter-tokens.ts';
import { isComparison, OPERATORS, readNumberTest, readPath, readTimeTest, readValueTest } from './filter-values.ts';

export interface ParsedFilter {
  /** What could be understood; parts with errors are left out, so the caller decides whether to use it. */
  readonly filter: Filter;
  readonly errors: readonly FilterError[];
}

/**
 * Terms side by side must all match; `or` separates alternatives; parentheses group; a leading `-` negates.
 * A term is `field:value`, `field:value,value`, a flag's name, a word to look for in topic and content, or a term of Wireshark's such as
 * `mqtt.qos > 0`. `&&`, `||` and `!` stand for and, or and not. A text beyond the limits of the language has one error and no meaning.
 */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > MAX_FILTER_LENGTH) return beyond('too-long', MAX_FILTER_LENGTH, text.length, MAX_FILTER_LENGTH);
  const parser = new Parser(text);
  return parser.parse();
}

/** @param most what the limit is, in the words of the error. */
function beyond(code: FilterErrorCode, from: number, to: number, most: number): ParsedFilter {
  return { filter: EVERYTHING, errors: [{ code, from, to, word: String(most) }] };
}

class Parser {
  readonly #tokens: readonly FilterToken[];
  readonly #errors: FilterError[] = [];
  readonly #end: number;
  #next = 0;
  #depth = 0;
  #terms = 0;
  /** Set once the text goes beyond a limit: what stands behind is passed over. */
  #beyond: ParsedFilter | undefined;

  constructor(text: string) {
    this.#end = text.length;
    const { tokens, errors } = tokenize(text);
    this.#tokens = tokens;
    this.#errors.push(...errors);
  }

  parse(): ParsedFilter {
    const filter = this.#alternatives(false);
    if (this.#beyond !== undefined) return this.#beyond;
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
    const isGroup = token.kind === 'not' || token.kind === 'open';
    if (isGroup && this.#depth === MAX_FILTER_DEPTH) return this.#stop('too-deep', token, MAX_FILTER_DEPTH);
    if (!isGroup && ++this.#terms > MAX_FILTER_TERMS) return this.#stop('too-many-terms', token, MAX_FILTER_TERMS);
    this.#depth++;
    const term = this.#meaning(token);
    this.#depth--;
    return term;
  }

  #stop(code: FilterErrorCode, { from, to }: FilterToken, most: number): undefined {
    this.#beyond ??= beyond(code, from, to, most);
    this.#next = this.#tokens.length;
    return undefined;
  }

  #meaning(token: FilterToken): Filter | undefined {
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
        if (!token.word.literal && isComparison(token.word.text, isFieldName)) {
          this.#fail('missing-colon', token.from, token.to, token.word.text);
          return undefined;
        }
        return isFlag(token.word) ? flag(token.word.text, true) : { kind: 'text', text: token.word.text };
      case 'field':
        return this.#comparison(token.name, token.values);
      case 'display':
        return this.#display(token);
      case 'or':
      case 'close':
    }
    return undefined;
  }

  #display(token: Extract<FilterToken, { readonly kind: 'display' }>): Filter | undefined {
    const read = readDisplay(token);
    if ('filter' in read) return read.filter;
    const { code, word, expected } = read.fault;
    this.#fail(code, word.from, word.to, word.text, token.name.text, expected);
    return undefined;
  }

  #comparison(name: Word, words: readonly Word[]): Comparison | undefined {
    const field = name.text.toLowerCase();
    if (field.startsWith(PAYLOAD_HEAD)) return this.#json(name, words);
    if (field.startsWith(PROPERTY_HEAD)) return this.#property(name, words);
    if (!isField(field)) {
      this.#fail('unknown-field', name.from, name.to, name.text, undefined, Object.keys(FIELDS));
      return undefined;
    }
    const given = this.#given(name, words, FIELDS[field]);
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
      case 'topic.name':
      case 'client':
      case 'source':
      case 'initiator':
      case 'payload': {
        const values = this.#values(field, given, false);
        return values.length === 0 ? undefined : { kind: 'compare', field, values };
      }
      case 'qos':
      case 'id':
      case 'len':
      case 'remaining':
      case 'reason':
      case 'conn':
      case 'time':
      case 'rtt':
    }
    const values = given.map((word) => this.#number(field, word)).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : { kind: 'compare', field, values };
  }

  /** Words that are there; each that is missing is a fault. */
  #given(name: Word, words: readonly Word[], expected: readonly string[]): readonly Word[] {
    return words.filter((word) => {
      const missing = word.text === '' && !word.quoted;
      if (missing) this.#fail('missing-value', name.from, word.to, name.text, name.text.toLowerCase(), expected);
      return !missing;
    });
  }

  #json(name: Word, words: readonly Word[]): Comparison | undefined {
    const path = readPath(name.text.slice(PAYLOAD_HEAD.length));
    if (path === undefined) {
      this.#fail('bad-path', name.from, name.to, name.text);
      return undefined;
    }
    const values = this.#values(name.text, this.#given(name, words, []), true);
    return values.length === 0 ? undefined : { kind: 'compare', field: 'json', path, values };
  }

  #property(name: Word, words: readonly Word[]): Comparison | undefined {
    const isUser = name.text.toLowerCase().startsWith(USER_PROPERTY_HEAD);
    const wanted = name.text.slice(PROPERTY_HEAD.length).toLowerCase();
    const property = PROPERTIES.find((each) => each.name.toLowerCase() === (isUser ? 'userproperties' : wanted));
    const key = isUser ? name.text.slice(USER_PROPERTY_HEAD.length) : undefined;
    if (property === undefined || key === '') {
      this.#fail('unknown-field', name.from, name.to, name.text, undefined, PROPERTY_FIELDS);
      return undefined;
    }
    const values = this.#values(name.text, this.#given(name, words, ['*']), false);
    if (values.length === 0) return undefined;
    return { kind: 'compare', field: 'prop', name: property.name, ...(key === undefined ? {} : { key }), values };
  }

  #values(field: string, words: readonly Word[], whole: boolean): readonly ValueTest[] {
    const tests: ValueTest[] = [];
    for (const word of words) {
      const test = readValueTest(word, whole);
      if ('code' in test) this.#fail(test.code, word.from, word.to, word.text, field);
      else tests.push(test);
    }
    return tests;
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
    const named = field === 'reason' ? own(REASON_VALUES, word.text.toLowerCase()) : undefined;
    if (named !== undefined) return { operator: '=', value: named };
    const test = field === 'time' || field === 'rtt' ? readTimeTest(word) : readNumberTest(word);
    if ('code' in test) {
      const isName = field === 'reason' && /^[a-z]/i.test(word.text);
      this.#fail(
        isName ? 'unknown-value' : test.code,
        word.from,
        word.to,
        word.text,
        field,
        isName ? FIELDS.reason : [],
      );
      return undefined;
    }
    if (field === 'qos' && test.value > 2) {
      this.#fail('unknown-value', word.from, word.to, word.text, field, FIELDS.qos);
      return undefined;
    }
    return test;
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
