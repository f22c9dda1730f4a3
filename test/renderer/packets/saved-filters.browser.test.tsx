/** Saved filters in the page: named, applied, renamed and deleted by keys alone, the same over packets, flows and in forms. */

import { afterEach, describe, expect, it } from 'vitest';
import { type Locator, page, userEvent } from 'vitest/browser';
import { InspectorError } from '../../../shared/contract/errors.ts';
import { openApp, type OpenedApp, type OpenOptions, picture } from '../connection/open-app.tsx';

let opened: OpenedApp | undefined;

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

const SOME = [
  { name: 'alarms', filter: 'payload:alarm topic:site/+/alarm' },
  { name: 'never answered', filter: 'flow.state:open,stalled' },
  { name: 'not allowed', filter: 'reason:not-authorized' },
];

async function show(saved: readonly object[] = SOME, options: Partial<OpenOptions> = {}): Promise<OpenedApp> {
  opened = await openApp({ panel: 'packets', packets: 500, ...options });
  opened.service.documents.set('saved-filters', JSON.stringify(saved));
  await expect
    .element(field(options.panel === 'flows' ? 'Filter flows' : FIELD[options.language ?? 'en']))
    .toBeVisible();
  return opened;
}

const FIELD = { en: 'Filter packets', 'zh-CN': '过滤报文' } as const;
const field = (name: string = FIELD.en) => page.getByRole('combobox', { name });
const menu = () => page.getByRole('dialog', { name: 'Saved filters' });
const list = () => page.getByRole('grid', { name: 'Saved filters' });
const textOf = (locator: Locator) => locator.element().textContent;
const valueOf = (locator: Locator) => (locator.element() as HTMLInputElement).value;
const names = () => [...document.querySelectorAll('.saved-name')].map(({ textContent }) => textContent);
const kept = (app: OpenedApp) =>
  (
    JSON.parse(app.service.documents.get('saved-filters') ?? '[]') as {
      readonly name: string;
      readonly filter: string;
    }[]
  ).map(({ name, filter }) => `${name} = ${filter}`);
const focused = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent;

describe('saved filters', () => {
  it('are made, found again, renamed, deleted and taken back by keys alone', async () => {
    const app = await show([]);
    await userEvent.click(field());
    await userEvent.keyboard('type:publish qos:2{Enter}');
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(() => textOf(menu())).toContain('None yet.');
    await expect.poll(focused).toBe('Save this filter…');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => valueOf(page.getByRole('textbox', { name: 'Name' }))).toBe('type:publish qos:2');
    await userEvent.keyboard('exactly once{Enter}');
    await expect.poll(() => kept(app)).toEqual(['exactly once = type:publish qos:2']);
    await expect.poll(() => textOf(list().getByRole('row', { selected: true }))).toContain('exactly once');
    await expect.poll(focused).toBe('Saved filters');
    await userEvent.keyboard('{Escape}');
    await expect.element(menu()).not.toBeInTheDocument();
    await expect.poll(focused).toBe('Filter packets');
    expect(valueOf(field())).toBe('type:publish qos:2');

    await userEvent.keyboard('{Escape}{Alt>}{ArrowUp}{/Alt}');
    await expect.element(page.getByRole('button', { name: 'Save this filter…' })).toBeDisabled();
    await expect.poll(focused).toBe('Saved filters');
    await userEvent.keyboard('{ArrowDown}{F2}');
    await userEvent.keyboard('QoS 2{Enter}');
    await expect.poll(() => kept(app)).toEqual(['QoS 2 = type:publish qos:2']);
    await userEvent.keyboard('{Enter}');
    await expect.element(menu()).not.toBeInTheDocument();
    await expect.poll(() => valueOf(field())).toBe('type:publish qos:2');
    await expect.poll(focused).toBe('Filter packets');

    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(() => textOf(list().getByRole('row', { selected: true }))).toContain('QoS 2');
    await userEvent.keyboard('{Delete}');
    await expect.poll(() => textOf(menu())).toContain('Deleted “QoS 2”.');
    await expect.poll(() => kept(app)).toEqual([]);
    await expect.poll(() => menu().element().contains(document.activeElement)).toBe(true);
    await userEvent.click(page.getByRole('button', { name: 'Undo' }));
    await expect.poll(() => kept(app)).toEqual(['QoS 2 = type:publish qos:2']);
  });

  it('go to their neighbours, and say where a name is in use', async () => {
    const app = await show();
    await userEvent.fill(field(), 'qos:1');
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(names).toEqual(['alarms', 'never answered', 'not allowed']);
    await expect.poll(focused).toBe('Saved filters');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{F2}');
    await userEvent.keyboard('alarms');
    await expect.poll(() => textOf(menu())).toContain('Another filter has this name.');
    await expect.element(page.getByRole('button', { name: 'Rename', exact: true })).toBeDisabled();
    await userEvent.keyboard('{Enter}{Escape}');
    await expect.element(list()).toBeVisible();
    await userEvent.keyboard('{Delete}');
    await expect.poll(names).toEqual(['alarms', 'not allowed']);
    await expect.poll(() => textOf(list().getByRole('row', { selected: true }))).toContain('not allowed');
    await userEvent.click(page.getByRole('button', { name: 'Save this filter…' }));
    await userEvent.keyboard('alarms');
    await expect.poll(() => textOf(menu())).toContain('Takes the place of the filter that has this name.');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => kept(app)).toEqual(['alarms = qos:1', 'not allowed = reason:not-authorized']);
  });

  it('are applied by a click, and leave the menu to whoever looks elsewhere', async () => {
    const app = await show();
    await userEvent.click(page.getByRole('button', { name: 'Saved filters' }));
    await userEvent.click(list().getByText('never answered'));
    await expect.element(menu()).not.toBeInTheDocument();
    await expect.poll(() => valueOf(field())).toBe('flow.state:open,stalled');
    await expect.poll(() => app.inputs('setFilter').at(-1)).toMatchObject({ filter: 'flow.state:open,stalled' });
    await userEvent.click(page.getByRole('button', { name: 'Saved filters' }));
    await userEvent.hover(list().getByText('not allowed'));
    await userEvent.click(page.getByRole('button', { name: 'Rename: not allowed' }));
    await expect.poll(() => valueOf(page.getByRole('textbox', { name: 'Name' }))).toBe('not allowed');
    await userEvent.click(page.getByRole('grid', { name: 'Packets in order of time' }));
    await expect.element(menu()).not.toBeInTheDocument();
  });

  it('are the same over flows, where those of packets are marked, and in the form of a rule', async () => {
    const app = await show(SOME, { panel: 'flows' });
    await userEvent.click(page.getByRole('button', { name: 'Saved filters' }));
    await expect.poll(() => textOf(list().getByRole('row').first())).toContain('alarmspackets only');
    expect(document.querySelectorAll('.saved-note')).toHaveLength(1);
    await picture('saved-filters-flows');
    await userEvent.keyboard('{Escape}');
    app.app.navigation.go({ to: 'rule' });
    await userEvent.click(page.getByRole('combobox', { name: 'Packets' }));
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(names).toEqual(['alarms', 'never answered', 'not allowed']);
    await userEvent.keyboard('{Home}{Enter}');
    await expect.poll(() => valueOf(page.getByRole('combobox', { name: 'Packets' }))).toBe(SOME[0]?.filter);
    await picture('saved-filters-rule');
  });

  it('hang inside of the window where the field stands in a narrow pane', async () => {
    const colourRules = [{ id: 'a', name: 'a rule', filter: 'qos:1', colour: 'teal', enabled: true }] as const;
    const app = await show(SOME, { settings: { colourRules: [...colourRules] } });
    await userEvent.click(page.getByRole('button', { name: 'Colour rules' }).first());
    await userEvent.click(page.getByRole('complementary', { name: 'Colour rules' }).getByText('a rule'));
    await userEvent.click(
      page.getByRole('complementary', { name: 'Colour rules' }).getByRole('button', { name: 'Saved filters' }),
    );
    await expect.poll(names).toEqual(['alarms', 'never answered', 'not allowed']);
    const { left, right, bottom } = menu().element().getBoundingClientRect();
    expect([left > 0, right < window.innerWidth, bottom < window.innerHeight]).toEqual([true, true, true]);
    await picture('saved-filters-pane');
    await userEvent.click(list().getByText('not allowed'));
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => app.service.settings.colourRules[0]?.filter).toBe('reason:not-authorized');
  });

  it('say that they were not kept', async () => {
    await show(SOME, {
      handlers: {
        writeDocument: () => {
          throw new InspectorError('disk-full', { file: 'saved-filters.json' });
        },
      },
    });
    await userEvent.click(page.getByRole('button', { name: 'Saved filters' }));
    await expect.poll(focused).toBe('Saved filters');
    await expect.element(list()).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}{Delete}');
    await expect.poll(() => textOf(menu())).toContain('Not kept:');
    await picture('saved-filters-failure');
  });

  it.each([
    ['dark', 'en', 1280],
    ['light', 'zh-CN', 1280],
    ['light', 'en', 700],
  ] as const)('look right: %s, %s, %i pixels', async (theme, language, width) => {
    await show([...SOME, { name: 'x'.repeat(80), filter: 'topic:'.padEnd(200, 'long/') }], { theme, language, width });
    await userEvent.click(field(FIELD[language]));
    await userEvent.keyboard('is:error qos:>0{Enter}{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(() => document.querySelectorAll('.saved-name').length).toBe(4);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await picture(`saved-filters-${theme}-${language}-${width}`);
    await userEvent.keyboard('{F2}');
    await picture(`saved-filters-name-${theme}-${language}-${width}`);
  });
});

describe('a filter of ten thousand characters', () => {
  it('is typed on without the page standing still', async () => {
    const app = await show([]);
    const text = Array.from({ length: 900 }, (_, index) => `id:${1000 + index} or`)
      .join(' ')
      .slice(0, -3);
    await userEvent.fill(field(), text);
    await expect.poll(() => app.inputs('setFilter').at(-1)).toMatchObject({ filter: text });
    const startMs = performance.now();
    await userEvent.keyboard('0');
    await expect.poll(() => document.querySelector('.filter-mirror')?.textContent.length).toBe(text.length + 1);
    expect(performance.now() - startMs).toBeLessThan(5000);
    await userEvent.fill(field(), `${text} ${'('.repeat(10_000)}`);
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByText('This filter is too long: 16384 characters at most.')).toBeVisible();
    await picture('filter-too-long');
  });
});
