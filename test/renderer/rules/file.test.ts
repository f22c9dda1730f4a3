import { describe, expect, it } from 'vitest';
import { MOST_RULES, type RuleBook } from '../../../shared/contract/rules.ts';
import { newRuleId } from '../../../renderer/model/rule-id.ts';
import {
  appendRules,
  COLOUR_RULES_FILE,
  readBook,
  RULES_FILE,
  writeBook,
} from '../../../shared/contract/rules-file.ts';
import { fileFaultWords } from '../../../renderer/model/rules-file-words.ts';
import { exampleRules, rule } from './example.ts';

const readRules = (text: string) => readBook(RULES_FILE, text, newRuleId);
const book: RuleBook = { keepAlive: false, rules: [...exampleRules] };
const withoutIds = (read: RuleBook) => read.rules.map(({ id, ...rest }) => ({ ...rest, id: id === '' }));
const file = (content: unknown) => JSON.stringify({ format: 'mqtt-inspector-rules', version: 1, book: content });
const words = (text: string) => {
  const read = readRules(text);
  return 'fault' in read ? fileFaultWords(read.fault) : 'no fault';
};

describe('rules in a file', () => {
  it('come back as they were, with identifiers of their own', () => {
    const read = readRules(writeBook(RULES_FILE, book));
    if ('fault' in read) throw new Error(fileFaultWords(read.fault));
    expect(withoutIds(read.book)).toEqual(withoutIds(book));
    expect(read.book.keepAlive).toBe(false);
    expect(read.book.rules.some(({ id }) => exampleRules.some((own) => own.id === id))).toBe(false);
  });

  it('may be written by hand: what has a default may be left out, identifiers too, and two alike are no fault', () => {
    const { id: _, every: __, ...plain } = rule({ id: 'one' });
    const read = readRules(`\uFEFF${file({ rules: [plain, { ...plain, id: 'x' }, { ...plain, id: 'x' }] })}`);
    expect('book' in read && read.book.rules.map(({ every }) => every)).toEqual([1, 1, 1]);
    expect('book' in read && read.book.keepAlive).toBe(true);
    expect('book' in read && new Set(read.book.rules.map(({ id }) => id)).size).toBe(3);
  });

  it.each([
    ['{\n "format": }', 'The file cannot be used: it is not JSON from line 2, column 12 on.'],
    ['', 'The file cannot be used: it is not JSON from line 1, column 1 on.'],
    ['[]', 'The file cannot be used: it holds no rules of this kind.'],
    ['{"format":"mqtt-inspector-profiles","version":1}', 'The file cannot be used: it holds no rules of this kind.'],
    [
      '{"format":"mqtt-inspector-rules","version":9,"book":{}}',
      'The file cannot be used: its version 9 is newer than the 1 that this program reads.',
    ],
    [file({}), 'The file cannot be used: rules should be "rules" and is undefined.'],
    [file({ rules: 'many' }), 'The file cannot be used: rules should be Array and is "many".'],
    [file(7), 'The file cannot be used: book should be Object and is 7.'],
    [
      file({ rules: [rule({ id: 'a' }), { ...rule({ id: 'b' }), action: { kind: 'delay', ms: 0 } }] }),
      'The file cannot be used: rules[1].action.ms should be >=1 and is 0.',
    ],
    [
      file({ rules: [{ ...rule({ id: 'a' }), action: { kind: 'explode' } }] }),
      /rules\[0\]\.action\.kind should be .*"pause".* and is "explode"/,
    ],
    [
      file({ rules: [rule({ id: 'a', name: 'lose', filter: 'type:publsh' })] }),
      /the filter of rule 1 “lose” cannot be read at character 6: /,
    ],
    [
      file({ rules: Array.from({ length: MOST_RULES + 1 }, (_, at) => rule({ id: String(at) })) }),
      'The file cannot be used: that would be 201 rules, and 200 is the most.',
    ],
  ])('%s', (text, expected) => {
    if (typeof expected === 'string') expect(words(text)).toBe(expected);
    else expect(words(text)).toMatch(expected);
  });

  it('are appended as long as there is room', () => {
    const joined = appendRules(RULES_FILE, book, [rule({ id: 'more' })]);
    expect('book' in joined && joined.book.rules.map(({ id }) => id)).toEqual([
      ...exampleRules.map(({ id }) => id),
      'more',
    ]);
    expect('book' in joined && joined.book.keepAlive).toBe(false);
    const many = Array.from({ length: MOST_RULES }, (_, at) => rule({ id: `m${at}` }));
    expect(appendRules(RULES_FILE, book, many)).toEqual({ fault: { reason: 'too-many', count: 205, most: 200 } });
  });
});

describe('colour rules in a file', () => {
  const colours = {
    rules: [{ id: 'a', name: 'Errors', filter: 'is:error', colour: 'red' as const, enabled: true }],
  };
  const readColours = (text: string) => readBook(COLOUR_RULES_FILE, text, newRuleId);
  const written = writeBook(COLOUR_RULES_FILE, colours);

  it('come back as they were, with identifiers of their own', () => {
    const read = readColours(written);
    expect(read).toMatchObject({
      book: { rules: [{ name: 'Errors', filter: 'is:error', colour: 'red', enabled: true }] },
    });
    expect('book' in read && read.book.rules[0]?.id).not.toBe('a');
  });

  it('are told from the other rules, and say what is wrong with them', () => {
    const fault = (text: string) => {
      const read = readColours(text);
      return 'fault' in read ? fileFaultWords(read.fault) : 'no fault';
    };
    expect(fault(writeBook(RULES_FILE, book))).toBe('The file cannot be used: it holds no rules of this kind.');
    expect(words(written)).toBe('The file cannot be used: it holds no rules of this kind.');
    expect(fault(written.replace('"red"', '"pink"'))).toMatch(/rules\[0\]\.colour should be .*"red".* and is "pink"/);
    expect(fault(written.replace('is:error', 'is:eror'))).toMatch(/the filter of rule 1 “Errors” cannot be read/);
    const many = Array.from({ length: 51 }, () => colours.rules[0]);
    expect(fault(JSON.stringify({ format: COLOUR_RULES_FILE.format, version: 1, book: { rules: many } }))).toBe(
      'The file cannot be used: that would be 51 rules, and 50 is the most.',
    );
  });
});
