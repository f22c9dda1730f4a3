/** Colour rules as settings: taken, refused, told to every page, and in force for lists that are open. */

import { expect, it } from 'vitest';
import type { ColourRule } from '../../shared/contract/colours.ts';
import { startService } from './drive-page.ts';

const rule = (more: Partial<ColourRule>): ColourRule => ({
  id: 'a',
  name: 'mine',
  filter: 'type:publish',
  colour: 'red',
  enabled: true,
  ...more,
});

it('refuses a rule that is on and whose filter does not read, and keeps one that is off', async () => {
  await using started = await startService();
  using page = started.attach();
  const bad = rule({ id: 'b', name: 'odd', filter: 'type:publish or (' });
  const refused = await page.failure('setSettings', { theme: 'dark', colourRules: [rule({}), bad] });
  expect(refused).toMatchObject({
    code: 'bad-rule',
    data: { rule: 'b', name: 'odd', fault: { text: 'type:publish or (', at: 16, reason: 'unclosed-parenthesis' } },
  });
  expect(await page.call('getSettings', {})).toMatchObject({ theme: 'system', colourRules: [] });
  const kept = [rule({}), { ...bad, enabled: false }];
  expect(await page.call('setSettings', { colourRules: kept })).toMatchObject({ colourRules: kept });
});

it.each([
  ['too many', Array.from({ length: 51 }, (_, index) => rule({ id: String(index) }))],
  ['two of one id', [rule({}), rule({ filter: 'is:error' })]],
  ['a colour that nobody knows', [rule({ colour: 'mauve' as 'red' })]],
])('refuses %s', async (_what, colourRules) => {
  await using started = await startService();
  using page = started.attach();
  expect(await page.failure('setSettings', { colourRules })).toMatchObject({ code: 'invalid-input' });
});

it('tells every page, and colours the rows of lists that are open', async () => {
  await using started = await startService();
  using page = started.attach();
  using other = started.attach();
  const file = await page.call('openFile', { name: 'two.bin', size: 8 });
  const bytes = Uint8Array.of(0x30, 4, 0, 1, 0x61, 0x78, 0xc0, 0);
  const source = file.id;
  await page.call('pushFile', { source, bytes });
  await page.call('endFile', { source, cancelled: false });
  const { view } = await page.call('openPacketView', { source, filter: 'type:publish,pingreq' });
  await page.call('setWindow', { view, from: 0, count: 10, follow: false });
  const rows = () => page.view('packets', view)?.rows;
  await page.until('rows', () => (rows()?.seq.length ?? 0) >= 2);
  expect(rows()).toMatchObject({ marks: [] });
  await other.call('setSettings', { colourRules: [rule({ filter: 'type:pingreq', colour: 'teal', name: '' })] });
  await page.until('colours', () => rows()?.marks.length === 1);
  const coloured = [...(rows()?.colour ?? [])].indexOf(1);
  expect(rows()?.header[coloured]).toBe(0xc0);
  expect(rows()?.marks).toEqual([{ rule: 'a', name: 'type:pingreq', colour: 'teal' }]);
  expect(page.frames.some(({ settings }) => settings?.colourRules.length === 1)).toBe(true);
  const seq = rows()?.seq[coloured] ?? -1;
  expect(await page.call('getPacket', { source, seq })).toMatchObject({ mark: { colour: 'teal' } });
});
