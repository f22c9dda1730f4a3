/** Colour rules in a browser: made from a packet or from nothing, filled in, put in order, and seen in the list at once. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { ColourRule } from '../../../shared/contract/colours.ts';
import { COLOUR_RULES_FILE, writeBook } from '../../../shared/contract/rules-file.ts';
import { openApp, type OpenedApp, type OpenOptions, picture } from '../connection/open-app.tsx';

const RULES: readonly ColourRule[] = [
  { id: 'errors', name: 'Errors', filter: 'is:error', colour: 'red', enabled: true },
  { id: 'b2', name: 'B2 alone', filter: 'topic:site/b2/temp', colour: 'teal', enabled: true },
  { id: 'sites', name: '', filter: 'topic:site type:publish', colour: 'yellow', enabled: true },
  { id: 'ping', name: 'Keep alive', filter: 'type:pingreq,pingresp', colour: 'grey', enabled: false },
];

let opened: OpenedApp | undefined;

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

async function show(rules: readonly ColourRule[] = RULES, options: Partial<OpenOptions> = {}): Promise<OpenedApp> {
  const settings = { colourRules: [...rules] };
  opened = await openApp({ panel: 'packets', packets: 24, settings, ...options });
  await expect.element(rowOf('site/b2/temp')).toBeVisible();
  return opened;
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const pane = () => page.getByRole('complementary', { name: 'Colour rules' });
const item = (name: string) => pane().getByRole('listitem').filter({ hasText: name });
const openPane = () => userEvent.click(page.getByRole('button', { name: 'Colour rules' }).first());
const rowOf = (text: string) => page.getByRole('row').filter({ hasText: text }).first();
const colourOf = (text: string) => rowOf(text).element().getAttribute('data-colour');
const stored = (app: OpenedApp) => app.service.settings.colourRules;
const ids = (app: OpenedApp) => stored(app).map(({ id }) => id);

describe('the list of packets', () => {
  it('shows the first rule that is on and finds a packet, in colour and in words', async () => {
    await show();
    await expect.poll(() => colourOf('site/b2/temp')).toBe('teal');
    expect(rowOf('site/b2/temp').element().textContent).toContain('Coloured by “B2 alone”');
    expect(colourOf('site/c3')).toBe('yellow');
    expect(colourOf('PINGREQ')).toBeNull();
    await userEvent.hover(rowOf('site/c3').getByText('PUBLISH'));
    await expect.poll(() => rowOf('site/c3').element().getAttribute('title')).toContain('topic:site type:publish');
  });

  it('keeps selection, errors and the colour apart', async () => {
    await show();
    const plain = getComputedStyle(rowOf('site/b2/temp').element()).backgroundColor;
    await userEvent.click(rowOf('site/b2/temp'));
    await expect.poll(() => getComputedStyle(rowOf('site/b2/temp').element()).backgroundColor).not.toBe(plain);
    expect(getComputedStyle(rowOf('site/b2/temp').element()).boxShadow).toContain('inset');
    const faulty = rowOf('both its bits cannot be set').element();
    expect(faulty.getAttribute('data-colour')).toBe('red');
    expect(faulty.className).toContain('faulty-row');
  });

  it('names the rule in the detail and leads to it, and the next one once that is off', async () => {
    await show();
    await userEvent.click(rowOf('site/b2/temp'));
    await expect.element(page.getByText('Coloured by', { exact: true })).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'B2 alone', exact: true }));
    await expect.element(pane().getByRole('textbox', { name: 'Name' })).toHaveValue('B2 alone');
    await userEvent.click(page.getByRole('checkbox', { name: 'Colour by “B2 alone”' }));
    await expect.element(button('topic:site type:publish').first()).toHaveAttribute('title', 'Show the rule');
    await expect.poll(() => colourOf('site/b2/temp')).toBe('yellow');
  });

  it('makes a rule of a packet, and opens it by its name', async () => {
    const app = await show([]);
    await userEvent.click(rowOf('site/b2/temp'), { button: 'right' });
    await userEvent.click(page.getByRole('menuitem', { name: 'Colour packets like this…' }));
    const name = pane().getByRole('textbox', { name: 'Name' });
    await expect.element(name).toHaveFocus();
    await expect.element(name).toHaveValue('PUBLISH site/b2/temp');
    expect(stored(app)).toMatchObject([
      { name: 'PUBLISH site/b2/temp', filter: 'type:publish topic:site/b2/temp', colour: 'red', enabled: true },
    ]);
    await expect.poll(() => colourOf('site/b2/temp')).toBe('red');
    await userEvent.click(rowOf('site/b2/temp'), { button: 'right' });
    await userEvent.click(page.getByRole('menuitem', { name: 'Colour packets like this…' }));
    expect(stored(app)).toHaveLength(1);
  });
});

describe('the pane', () => {
  it('begins with examples where there are none', async () => {
    const app = await show([]);
    await openPane();
    await picture('colours-empty-dark');
    await userEvent.click(button('Errors'));
    expect(stored(app)).toMatchObject([{ name: 'Errors', filter: 'is:error', enabled: true }]);
    await expect.element(button('Errors')).not.toBeInTheDocument();
  });

  it('takes a new rule: name, filter and colour, each in force at once', async () => {
    const app = await show();
    await openPane();
    await userEvent.click(button('Add a rule'));
    await expect.element(pane().getByText('Without a filter it colours nothing.')).toBeVisible();
    await userEvent.keyboard('Pings');
    await expect.poll(() => stored(app).at(-1)?.name).toBe('Pings');
    await userEvent.fill(pane().getByRole('combobox', { name: 'Filter' }), 'type:pingreq');
    await expect.poll(() => colourOf('PINGREQ')).toBe('orange');
    await userEvent.click(pane().getByRole('radio', { name: 'Orange' }), { force: true });
    await userEvent.keyboard('{ArrowLeft}');
    await expect.poll(() => colourOf('PINGREQ')).toBe('red');
    await expect.element(pane().getByRole('radio', { name: 'Red' })).toBeChecked();
  });

  it('says what cannot be read, and leaves the filter before it in force', async () => {
    const app = await show();
    await openPane();
    await userEvent.click(item('B2 alone').getByRole('button', { name: /B2 alone/ }));
    await userEvent.fill(pane().getByRole('combobox', { name: 'Filter' }), 'topic:site/b2/temp or (');
    await userEvent.keyboard('{Enter}');
    await expect.element(pane().getByRole('status')).toBeVisible();
    await picture('colours-fault-dark');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(stored(app)[1]?.filter).toBe('topic:site/b2/temp');
    expect(colourOf('site/b2/temp')).toBe('teal');
    await userEvent.fill(pane().getByRole('combobox', { name: 'Filter' }), 'topic:site/c3');
    await expect.poll(() => colourOf('site/c3')).toBe('teal');
    await expect.poll(() => colourOf('site/b2/temp')).toBe('yellow');
  });

  it('moves rules by its buttons, which keep the keys, and deletes them', async () => {
    const app = await show();
    await openPane();
    await userEvent.click(item('Keep alive').getByRole('button', { name: /Keep alive/ }));
    await expect.element(item('Keep alive').getByRole('button', { name: 'Move down' })).toBeDisabled();
    await userEvent.click(item('Keep alive').getByRole('button', { name: 'Move up' }));
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ids(app)).toEqual(['errors', 'ping', 'b2', 'sites']);
    await expect.element(item('Keep alive').getByRole('button', { name: 'Move up' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ids(app)[0]).toBe('ping');
    await expect.element(item('Keep alive').getByRole('button', { name: 'Move down' })).toHaveFocus();
    await userEvent.click(item('Keep alive').getByRole('button', { name: 'Delete' }));
    await expect.poll(() => ids(app)).toEqual(['errors', 'b2', 'sites']);
    await expect.element(button('Add a rule')).toHaveFocus();
  });

  it('moves rules by keys and by a drag', async () => {
    const app = await show();
    await openPane();
    const name = (text: RegExp) => pane().getByRole('button', { name: text });
    (name(/Keep alive/).element() as HTMLElement).focus();
    await userEvent.keyboard('{Alt>}{ArrowDown}{ArrowUp}{ArrowUp}{/Alt}');
    await expect.poll(() => ids(app)).toEqual(['errors', 'ping', 'b2', 'sites']);
    await expect.element(name(/Keep alive/)).toHaveFocus();
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(() => ids(app)).toEqual(['ping', 'errors', 'b2', 'sites']);
    await expect.element(page.getByRole('checkbox', { name: 'Colour by “Keep alive”' })).toHaveFocus();
    await userEvent.dragAndDrop(item('Keep alive').getByText('Keep alive'), item('B2 alone').getByText('B2 alone'));
    await expect.poll(() => ids(app)).toEqual(['errors', 'b2', 'ping', 'sites']);
    await userEvent.dragAndDrop(
      item('topic:site type').getByText('topic:site type:publish'),
      item('Errors').getByText('Errors'),
    );
    await expect.poll(() => ids(app)).toEqual(['sites', 'errors', 'b2', 'ping']);
  });

  it('takes rules of a file, and asks what becomes of those that are there', async () => {
    const app = await show();
    await openPane();
    const input = () => document.querySelector<HTMLInputElement>('.colour-rules input[type=file]');
    const choose = (text: string) => userEvent.upload(input() as HTMLInputElement, new File([text], 'colours.json'));
    await choose('{"format":"mqtt-inspector-rules","version":1,"book":{"rules":[]}}');
    await expect.element(page.getByText(/it holds no rules of this kind\./)).toBeVisible();
    const mine = { id: 'b2', name: 'Mine', filter: 'topic:mine', colour: 'purple' as const, enabled: true };
    await choose(writeBook(COLOUR_RULES_FILE, { rules: [mine] }));
    await expect.element(pane().getByText(/^The file holds 1 rule, 1 of them on\./)).toBeVisible();
    await picture('colours-file-dark');
    await userEvent.click(button('Append'));
    await expect.poll(() => stored(app).at(-1)).toMatchObject({ name: 'Mine', colour: 'purple' });
    expect(new Set(ids(app)).size).toBe(5);
    await choose(writeBook(COLOUR_RULES_FILE, { rules: [mine] }));
    await userEvent.click(button('Replace them'));
    await expect.poll(() => stored(app)).toMatchObject([{ name: 'Mine' }]);
  });

  it('tells why the service refuses a rule, and stays as it was', async () => {
    const fault = { text: 'x', at: 0, length: 1, reason: 'unknown-field', word: 'x' };
    const refuse = () => {
      throw new InspectorError('bad-rule', { rule: 'ping', name: 'Keep alive', fault });
    };
    await show(RULES, { handlers: { setSettings: refuse } });
    await openPane();
    await userEvent.click(page.getByRole('checkbox', { name: 'Colour by “Keep alive”' }));
    await expect.element(page.getByText(/The filter of the rule “Keep alive” cannot be read/)).toBeVisible();
    await expect.element(page.getByRole('checkbox', { name: 'Colour by “Keep alive”' })).not.toBeChecked();
  });

  it('keeps a rule off whose filter does not read, and adds none to fifty', async () => {
    const many = Array.from({ length: 50 }, (_, at) => ({
      id: `${at}`,
      name: `rule ${at}`,
      filter: at === 0 ? 'or (' : 'is:error',
      colour: 'blue' as const,
      enabled: false,
    }));
    await show(many);
    await openPane();
    await expect.element(page.getByRole('checkbox', { name: 'Colour by “rule 0”' })).toBeDisabled();
    await expect.element(page.getByRole('checkbox', { name: 'Colour by “rule 1”', exact: true })).toBeEnabled();
    await expect.element(button('Add a rule')).toBeDisabled();
    await expect.element(page.getByText('No more than 50 rules.')).toBeVisible();
  });
});

it.each([
  ['dark', 'en'],
  ['light', 'en'],
  ['light', 'zh-CN'],
] as const)('is pictured, %s, %s', async (theme, language) => {
  await show(RULES, { theme, language, width: 1400 });
  await userEvent.click(rowOf('site/b2/temp'));
  await userEvent.click(page.getByRole('button', { name: /^(Colour rules|着色规则)$/ }).first());
  await userEvent.click(page.getByRole('button', { name: /B2 alone/ }).last());
  await expect.element(page.getByRole('radio', { checked: true }).last()).toBeInTheDocument();
  await picture(`colours-${theme}-${language}`);
});
