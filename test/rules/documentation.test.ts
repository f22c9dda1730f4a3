/** The page about rules: it has every action, and its figures are those of the program. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MOST_HELD_BYTES, MOST_HELD_PACKETS } from '../../main/engine/rules/packet-lane.ts';
import { LARGEST_TAPPED_BYTES } from '../../main/service/rules.ts';
import { RULE_ACTIONS } from '../../shared/contract/rules.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../assets/docs/rules.md'), 'utf8');

it('has every action', () => {
  const named = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| action') && !line.startsWith('| ---'))
    .flatMap((line) => (line.split('|')[1] ?? '').trim().split(', '));
  expect(named.toSorted()).toEqual([...RULE_ACTIONS].toSorted());
});

it('says the limits that hold', () => {
  const mebibytes = (bytes: number): string => `${bytes / 1_048_576} MiB`;
  expect(page).toContain(`${mebibytes(MOST_HELD_BYTES)} or ${MOST_HELD_PACKETS / 1000} 000 packets`);
  expect(page).toContain(`packets over ${mebibytes(LARGEST_TAPPED_BYTES)}`);
});
