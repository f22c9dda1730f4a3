/** Colour rules in the real page: made from a packet that a broker answered, kept over a restart, and readable in both themes. */

import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { awaitState, connectTo, runCommand, showPanel, subscribe } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, type OpenedPage, openPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPublish } from '../support/mqtt-peers.ts';
import { COLOURS, type ColourRule } from '../../shared/contract/colours.ts';

/** One of each colour. */
const RULES: readonly ColourRule[] = COLOURS.map((colour, at) => ({
  id: colour,
  name: `Number ${at}`,
  filter: `payload.n:${at}`,
  colour,
  enabled: true,
}));

let app: App;
let browser: Browser;
let broker: Mosquitto;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([startApp(), launchBrowser(), startMosquitto()]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
  await connectTo(page, { protocol: 'mqtt', host: '127.0.0.1', port: broker.port, version: '5' });
  await awaitState(page, 'connected');
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const pane = () => page.getByRole('complementary', { name: 'Colour rules' });
const coloured = (colour: string) => page.locator(`.list-row[data-colour="${colour}"]`);

async function publish(topic: string, qos: '0' | '1' = '0'): Promise<void> {
  const panel = await showPanel(page, 'Publish');
  await panel.getByLabel('Topic', { exact: true }).fill(topic);
  await panel.getByRole('combobox', { name: 'QoS', exact: true }).selectOption(qos);
  await panel.getByRole('button', { name: 'Send', exact: true }).click();
}

async function faults(...regions: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const region of regions) {
    const { violations } = await new AxeBuilder({ page }).include(region).analyze();
    found.push(...violations.map(({ id, nodes }) => `${region}: ${id} ${nodes.map(({ html }) => html).join(' ')}`));
  }
  return found;
}

describe('colour rules', () => {
  it('colour packets like one of the list, those that came and those that come', async () => {
    await subscribe(page, 'e2e/#', 1);
    await publish('e2e/colours', '1');
    const packets = await showPanel(page, 'Packets');
    const row = packets.getByRole('row').filter({ hasText: 'PUBLISH' }).first();
    await row.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Colour packets like this…' }).click();
    await expect.poll(() => pane().getByLabel('Name').inputValue()).toBe('PUBLISH e2e/colours');
    await expect.poll(() => coloured('red').count()).toBe(2);
    await pane().getByLabel('Name').fill('Mine');
    await pane().getByRole('radio', { name: 'Purple' }).check({ force: true });
    await expect.poll(() => coloured('purple').count()).toBe(2);
    await publish('e2e/colours');
    await showPanel(page, 'Packets');
    await expect.poll(() => coloured('purple').count()).toBe(4);
    await row.getByText('PUBLISH').hover();
    await expect.poll(() => row.getAttribute('title')).toBe('Coloured by “Mine”');
  });

  it('take the colour that stands first, and are completed and checked as they are typed', async () => {
    await pane().getByRole('button', { name: 'Add a rule' }).click();
    const filter = pane().getByRole('combobox', { name: 'Filter' });
    await filter.fill('type:');
    await pane()
      .getByRole('option', { name: 'type:puback', exact: true })
      .or(pane().getByRole('option', { name: 'puback' }))
      .first()
      .click();
    await expect.poll(() => filter.inputValue()).toContain('puback');
    await filter.press('Enter');
    await expect.poll(() => coloured('red').count()).toBe(2);
    await filter.fill('type:publish dir:out');
    await expect.poll(() => coloured('red').count()).toBe(0);
    await pane().getByRole('button', { name: 'Move up' }).click();
    await expect.poll(() => coloured('red').count()).toBe(2);
    await expect.poll(() => coloured('purple').count()).toBe(2);
    await filter.fill('type:publish dir:sideways');
    await pane().getByRole('status').waitFor();
    expect(await coloured('red').count()).toBe(2);
    await filter.fill('type:publish dir:out');
    await filter.press('Escape');
    await pane().waitFor({ state: 'hidden' });
  });

  it('are in force again after a restart', async () => {
    await app.restart();
    await page.goto(app.url);
    await page.getByRole('tablist', { name: 'Panels' }).getByRole('tab').first().waitFor();
    await runCommand(page, 'Colour rules');
    await expect.poll(() => pane().getByRole('listitem').count()).toBe(2);
    await pane().getByRole('checkbox', { name: 'Colour by “type:publish dir:out”' }).uncheck();
    await expect.poll(() => pane().getByRole('checkbox', { name: 'Colour by “Mine”' }).isChecked()).toBe(true);
  });

  it('are put in order by keys and by the mouse, and kept in a file', async () => {
    const names = () => pane().getByRole('listitem').allInnerTexts();
    const [first = '', second = ''] = await names();
    await pane().getByRole('listitem').last().getByRole('button').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(names).toEqual([second, first]);
    await pane().getByRole('listitem').last().dragTo(pane().getByRole('listitem').first());
    await expect.poll(names).toEqual([first, second]);
    const download = page.waitForEvent('download');
    await pane().getByRole('button', { name: 'Save to file…' }).click();
    const path = (await (await download).path()) ?? '';
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      format: 'mqtt-inspector-colour-rules',
      version: 1,
      book: {
        rules: [
          { filter: 'type:publish dir:out', enabled: false },
          { name: 'Mine', colour: 'purple' },
        ],
      },
    });
    const chooser = page.waitForEvent('filechooser');
    await pane().getByRole('button', { name: 'Open file…' }).click();
    await (await chooser).setFiles(path);
    await pane().getByText('The file holds 2 rules, 1 of them on. There are rules already.').waitFor();
    expect(await faults('.side-pane')).toEqual([]);
    await pane().getByRole('button', { name: 'Append' }).click();
    await expect.poll(names).toEqual([first, second, first, second]);
  });
});

it('read well in dark and light, whatever the colour', async () => {
  await using own = await startApp({ settings: { colourRules: [...RULES] } });
  const looked = await openPage(browser, own.url);
  page = looked.page;
  await connectTo(page, { protocol: 'mqtt', host: '127.0.0.1', port: broker.port, version: '5' });
  await awaitState(page, 'connected');
  await subscribe(page, 'look/#', 1);
  await page.getByRole('treeitem').or(page.getByText('look/#')).first().waitFor();
  for (const at of RULES.keys())
    await mosquittoPublish(broker.port, { topic: `look/${at}`, payload: `{"n":${at}}`, qos: at % 2 === 0 ? 0 : 1 });
  const packets = await showPanel(page, 'Packets');
  for (const { colour } of RULES) await expect.poll(() => coloured(colour).count()).toBe(1);
  await packets.getByRole('row').filter({ hasText: 'look/5' }).first().click();
  await page.getByRole('button', { name: 'Number 5', exact: true }).click();
  await pane().getByLabel('Name').waitFor();
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    expect(await faults('.packet-list', '.side-pane', '.detail')).toEqual([]);
    await keepScreenshot(page, `colours-${theme}`);
  }
  expect(looked.problems).toEqual([]);
  await looked.context.close();
});
