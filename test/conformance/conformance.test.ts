/** The tags in the sources against the specification's list of statements. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATEMENTS, WITHOUT_CODE } from './statements.ts';
import { survey } from './survey.ts';

const { rows, unknown, missing } = survey(join(import.meta.dirname, '..', '..'));
const ids = new Set(STATEMENTS.map(({ id }) => id));

describe('the list of statements', () => {
  it('has all 251 of Appendix B, each once, by chapter', () => {
    expect(ids.size).toBe(STATEMENTS.length);
    const byChapter = Map.groupBy(STATEMENTS, ({ id }) => id.slice(5, 6));
    const counts = [...byChapter].map(([chapter, statements]) => [chapter, statements.length]);
    expect(counts).toEqual([
      ['1', 5],
      ['2', 7],
      ['3', 175],
      ['4', 60],
      ['6', 4],
    ]);
  });

  it('numbers the statements of a section without gaps', () => {
    const gaps = [...ids].filter((id) => {
      const [section = '', number = '1'] = id.slice(5).split('-');
      const isFirst = Number(number) === 1 || id === 'MQTT-2.2.1-2';
      return !isFirst && !ids.has(`MQTT-${section}-${Number(number) - 1}`);
    });
    expect(gaps).toEqual([]);
  });

  it('excuses only statements that it has and that bind a client', () => {
    const binding = new Map(STATEMENTS.map(({ id, binds }) => [id, binds]));
    const wrong = [...WITHOUT_CODE.keys()].filter((id) => (binding.get(id) ?? 'server') === 'server');
    expect(wrong).toEqual([]);
  });
});

describe('the sources', () => {
  it('name no statement that does not exist', () => {
    expect(unknown.map(({ id, file, line }) => `${id} in ${file}:${line}`)).toEqual([]);
  });

  it('implement or excuse every statement that binds a client', () => {
    expect(missing.map(({ id, text }) => `${id} ${text}`)).toEqual([]);
  });

  it('test every statement that the session implements', () => {
    const untested = rows
      .filter(({ implemented, tested }) => {
        return tested.length === 0 && implemented.some(({ file }) => file.startsWith('main/engine/session/'));
      })
      .map(({ statement }) => statement.id);
    expect(untested).toEqual([]);
  });
});
