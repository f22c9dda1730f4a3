/** The page that describes the filter language: its fields are those of the language, and its examples mean something. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DISPLAY_FIELDS } from '../../shared/filter/display-filter.ts';
import { FIELDS } from '../../shared/filter/filter-fields.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../assets/docs/filter-language.md'), 'utf8');
const fieldRows = page
  .slice(page.indexOf('## Fields'), page.indexOf('## Values'))
  .split('\n')
  .filter((line) => line.startsWith('| `'));
const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

describe('the page about the filter language', () => {
  it('has every field', () => {
    const described = new Set(fieldRows.flatMap((row) => codeIn(row.split('|')[1] ?? '')));
    expect(Object.keys(FIELDS).filter((field) => !described.has(field))).toEqual([]);
  });

  const examples = [
    ...fieldRows.flatMap((row) => codeIn(row.split('|').at(-2) ?? '')),
    ...page.split('\n').flatMap((line) => (line.startsWith('    ') ? [line.trim()] : [])),
  ];
  it.each(examples)('shows what the parser understands: %s', (example) => {
    expect(parseFilter(example).errors).toEqual([]);
  });

  it('names terms of Wireshark that are understood', () => {
    const named = codeIn(page.slice(page.indexOf('## Terms of Wireshark'))).filter((code) => code.startsWith('mqtt.'));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !DISPLAY_FIELDS.includes(name))).toEqual([]);
  });
});
