/** Finds where the sources implement and test each statement of the specification. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATEMENTS, type Statement, WITHOUT_CODE } from './statements.ts';

/** A file with a line from 1, relative to the project. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Row {
  readonly statement: Statement;
  /** `@mqtt` tags. */
  readonly implemented: readonly Place[];
  /** Mentions in tests: titles, vectors, expectations. */
  readonly tested: readonly Place[];
  /** Why there is no code, where there is none. */
  readonly without?: string;
}

export interface Survey {
  readonly rows: readonly Row[];
  /** Identifiers that the standard does not have, in tags or tests. */
  readonly unknown: readonly (Place & { readonly id: string })[];
  /** Statements that bind a client and are neither tagged nor excused. */
  readonly missing: readonly Statement[];
}

const IDENTIFIER = /\bMQTT-\d+\.\d+\.\d+-\d+\b/g;

/** @param root the project's directory */
export function survey(root: string): Survey {
  const implemented = collect(root, ['main/**/*.ts', 'shared/**/*.ts', 'renderer/**/*.{ts,tsx}'], (line) =>
    line.includes('@mqtt'),
  );
  const tested = collect(root, ['test/**/*.{ts,tsx}'], () => true);
  const known = new Set(STATEMENTS.map(({ id }) => id));
  const rows = STATEMENTS.map((statement): Row => {
    const without = WITHOUT_CODE.get(statement.id);
    return {
      statement,
      implemented: implemented.get(statement.id) ?? [],
      tested: tested.get(statement.id) ?? [],
      ...(without === undefined ? {} : { without }),
    };
  });
  const unknown = [implemented, tested].flatMap((places) =>
    [...places].filter(([id]) => !known.has(id)).flatMap(([id, at]) => at.map((place) => Object.assign({ id }, place))),
  );
  const missing = rows
    .filter(({ statement, implemented: places, without }) => {
      return statement.binds !== 'server' && places.length === 0 && without === undefined;
    })
    .map(({ statement }) => statement);
  return { rows, unknown, missing };
}

function collect(root: string, patterns: readonly string[], counts: (line: string) => boolean): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  const files = globSync([...patterns], { cwd: root, exclude: ['**/node_modules/**', 'test/conformance/**'] });
  for (const file of files.toSorted()) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      if (!counts(line)) continue;
      for (const [id] of line.matchAll(IDENTIFIER)) {
        const at = places.get(id) ?? [];
        at.push({ file: file.replaceAll('\\', '/'), line: index + 1 });
        places.set(id, at);
      }
    }
  }
  return places;
}
