/** The page about rules: it has every action, and its figures are those of the program. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { RULE_ACTIONS } from '../../shared/contract/rules.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../assets/docs/rules.md'), 'utf8');
const source = (path: string): string => readFileSync(resolve(import.meta.dirname, '../../main', path), 'utf8');

it('has every action', () => {
  const named = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| action') && !line.startsWith('| ---'))
    .flatMap((line) => (line.split('|')[1] ?? '').trim().split(', '));
  expect(named.toSorted()).toEqual([...RULE_ACTIONS].toSorted());
});

it('says the limits that hold', () => {
  const lane = source('engine/rules/packet-lane.ts');
  expect(page).toContain('8 MiB or 20 000 packets');
  expect(lane).toMatch(/MOST_HELD_BYTES = 8_388_608;\nconst MOST_HELD_PACKETS = 20_000;/);
  expect(page).toContain('over 4 MiB');
  expect(source('service/rules.ts')).toContain('LARGEST_TAPPED_BYTES = 4_194_304;');
});
