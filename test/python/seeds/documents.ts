/** The five reference documents as they stand beside this file. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Documents } from './examples.ts';

export function readDocuments(): Documents {
  const folder = import.meta.dirname;
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return Object.fromEntries(names.map((name) => [name.slice(0, -4), readFileSync(join(folder, name), 'utf8')]));
}
