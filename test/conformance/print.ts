/** Prints the conformance table: each statement of MQTT 5.0, whom it binds, where it is implemented, where tested. */

import { join } from 'node:path';
import { type Place, type Row, survey } from './survey.ts';

const { rows, unknown, missing } = survey(join(import.meta.dirname, '..', '..'));

/** The first place, and how many more there are. */
function first(places: readonly Place[]): string {
  const [place] = places;
  if (place === undefined) return '–';
  const more = places.length - 1;
  return `${place.file}:${place.line}${more === 0 ? '' : ` +${more}`}`;
}

function implementedIn({ implemented, without, statement }: Row): string {
  if (implemented.length > 0) return first(implemented);
  return without ?? (statement.binds === 'server' ? 'binds the server' : '–');
}

const cells = rows.map((row) => [
  row.statement.id,
  row.statement.binds,
  row.statement.text,
  implementedIn(row),
  first(row.tested),
]);
const header = ['statement', 'binds', 'asks', 'implemented', 'tested'];
const widths = header.map((title, column) =>
  Math.min(70, Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0))),
);
const print = (row: readonly string[]): void => {
  process.stdout.write(
    `${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );
};

print(header);
for (const row of cells) print(row);

const client = rows.filter(({ statement }) => statement.binds !== 'server');
const coded = client.filter(({ implemented }) => implemented.length > 0);
const tested = client.filter((row) => row.tested.length > 0);
process.stdout.write(
  `\n${rows.length} statements, ${client.length} bind a client: ${coded.length} implemented, ` +
    `${client.length - coded.length - missing.length} need no code, ${missing.length} missing; ${tested.length} tested.\n`,
);
for (const { id, file, line } of unknown) process.stdout.write(`unknown statement ${id} in ${file}:${line}\n`);
for (const { id, text } of missing) process.stdout.write(`neither implemented nor excused: ${id} ${text}\n`);
if (unknown.length + missing.length > 0) process.exitCode = 1;
