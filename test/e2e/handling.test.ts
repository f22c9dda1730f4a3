/** How the page is handled: filters, keys, themes, languages, trouble; and that everyone can: axe in every panel and theme. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import {
  awaitState,
  connectTo,
  fillConnection,
  type PanelName,
  showPanel,
  subscribe,
} from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPublish } from '../support/mqtt-peers.ts';
import { freePort } from '../support/ports.ts';

const PANELS: readonly PanelName[] = ['Topics', 'Packets', 'Flows', 'Publish', 'Connection'];

let app: App;
let browser: Browser;
let broker: Mosquitto;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([
    startApp(),
    launchBrowser(),
    startMosquitto({ listeners: [{ protocol: 'mqtt' }, { protocol: 'mqtts' }] }),
  ]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const packets = () => page.getByRole('grid', { name: 'Packets in order of time' });

/** Role and name of what has the keys; `page` alone for none. */
function focused(of: Page): Promise<string> {
  return of.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'page without the keys';
    const roles: Readonly<Record<string, string>> = { BUTTON: 'button', INPUT: 'input', SELECT: 'select', A: 'link' };
    const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels] : [];
    const names = [element.getAttribute('aria-label'), ...labels.map((label) => label.textContent)];
    const labelled = document.getElementById(element.getAttribute('aria-labelledby') ?? '');
    names.push(labelled?.textContent ?? null, element.textContent);
    const name = names.find((text) => text !== null && text.trim() !== '') ?? '';
    const shown = name.replaceAll(/[▸\s]+/g, ' ').trim();
    return `${element.getAttribute('role') ?? roles[element.tagName] ?? element.tagName} ${shown.slice(0, 60)}`;
  });
}

/** Bars, heads of lists and splits that could be scrolled by some pixels: a key or a press would make them jump. */
function strays(of: Page): Promise<string[]> {
  return of.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.bar, .tabs, .list-head, .split')]
      .filter((element) => element.checkVisibility() && element.scrollHeight > element.clientHeight)
      .filter((element) => getComputedStyle(element).overflowY !== 'visible')
      .map((element) => `${element.className}: ${element.scrollHeight} in ${element.clientHeight}`),
  );
}

describe('without a source', () => {
  it('the page says what can be done', async () => {
    await page.getByText('No source is open.').waitFor();
    expect(await page.getByRole('button', { name: 'Open the demo' }).isEnabled()).toBe(true);
    await keepScreenshot(page, 'empty');
  });
});

describe('a filter', () => {
  it('narrows, completes, marks what it does not know, and is remembered', async () => {
    await connectTo(page, { protocol: 'mqtt', host: '127.0.0.1', port: broker.port, version: '5' });
    await awaitState(page, 'connected');
    await subscribe(page, 'h/#', 2);
    for (const qos of [0, 1, 2] as const)
      await mosquittoPublish(broker.port, { topic: `h/q${qos}`, payload: `{"value":${qos}}`, qos });
    await showPanel(page, 'Packets');
    await packets().getByRole('row').filter({ hasText: 'PUBCOMP' }).waitFor();
    const field = page.getByRole('combobox', { name: 'Filter packets' });
    await field.fill('type:publish qos:>0');
    await page.getByText(/^2 of \d+/).waitFor();
    await field.press('Enter');
    await field.fill('ty');
    await page.getByRole('option', { name: /^type:/ }).waitFor();
    await field.press('Tab');
    await expect.poll(() => field.inputValue()).toBe('type:');
    await page.getByRole('option', { name: /^suback/i }).waitFor();
    await keepScreenshot(page, 'filter-completion');
    await field.press('Escape');
    await field.fill('colour:red');
    await page.getByText('There is no field “colour”').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await keepScreenshot(page, 'filter-fault');
    await field.press('Escape');
    await expect.poll(() => field.inputValue()).toBe('');
    await field.press('ArrowDown');
    await page.getByRole('option', { name: 'type:publish qos:>0' }).waitFor();
    await field.press('Escape');
    await page.getByText('12 packets', { exact: true }).waitFor();
  });

  it('asks for exchanges by their state, and is kept under a name for every list', async () => {
    const field = page.getByRole('combobox', { name: 'Filter packets' });
    await field.fill('flow.state:complete type:publish');
    await page.getByText(/^2 of \d+/).waitFor();
    await field.press('Enter');
    await field.press('Alt+ArrowUp');
    const menu = page.getByRole('dialog', { name: 'Saved filters' });
    await menu.getByRole('button', { name: 'Save this filter…' }).press('Enter');
    await menu.getByRole('textbox', { name: 'Name' }).fill('answered');
    await expectAccessible();
    await page.keyboard.press('Enter');
    await menu.getByRole('row', { name: /^answered/, selected: true }).waitFor();
    await expectAccessible();
    await keepScreenshot(page, 'filter-saved');
    await page.keyboard.press('Escape');
    await field.press('Escape');
    await page.getByText('12 packets', { exact: true }).waitFor();
    await showPanel(page, 'Flows');
    const flows = page.getByRole('combobox', { name: 'Filter flows' });
    await flows.press('Alt+ArrowUp');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => flows.inputValue()).toBe('flow.state:complete type:publish');
    await flows.press('Escape');
    await showPanel(page, 'Packets');
  });
});

describe('the search of the topic tree', () => {
  it('takes a filter, and marks what says nothing of a topic', async () => {
    await showPanel(page, 'Topics');
    const field = page.getByRole('combobox', { name: 'Search topics and values' });
    await field.fill('topic:h/+ payload.value:>0');
    await page.getByText(/^2 of \d+ topics$/).waitFor();
    await keepScreenshot(page, 'topics-filter');
    await field.fill('topic:h/# qos:1');
    await page.getByText('“qos” says nothing of a topic and its last value.').waitFor();
    await keepScreenshot(page, 'topics-filter-fault');
    await page.getByText(/^2 of \d+ topics$/).waitFor();
    await field.press('Escape');
    await expect.poll(() => field.inputValue()).toBe('');
    await showPanel(page, 'Packets');
  });
});

describe('keys alone', () => {
  it('lead from the list to the fields and back, through panels and the palette', async () => {
    await packets().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await packets().locator('[aria-selected=true]').filter({ hasText: 'CONNECT' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tree');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    await page.keyboard.press('Control+3');
    await page.getByRole('tabpanel', { name: /^Flows/ }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands' }).fill('theme light');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands' }).fill('theme dark');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  it('open a row’s menu and do what it offers', async () => {
    await showPanel(page, 'Packets');
    await packets().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+F10');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toBe('menuitem Copy as');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused(page)).toMatch(/^menuitem Row as listed/);
    await keepScreenshot(page, 'keys-menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toBe('grid Packets in order of time');
  });

  it.each(PANELS)('go all around %s, and everything has a name', async (name) => {
    await showPanel(page, name);
    const tab = page.getByRole('tab', { name: new RegExp(`^${name}`) });
    await tab.focus();
    const first = await focused(page);
    const met: string[] = [];
    for (let at = first; met.length < 80 && (met.length === 0 || at !== first); at = await focused(page)) {
      met.push(at);
      await page.keyboard.press('Tab');
    }
    expect(met.filter((stop) => !/^\S+ \S/.test(stop))).toEqual([]);
    expect(met.length, met.join('\n')).toBeLessThan(80);
    expect(met).toContain('button EN · Language: English');
    expect(await strays(page)).toEqual([]);
  });

  it('show themselves', async () => {
    await page.getByRole('tab', { name: /^Flows/ }).focus();
    await page.keyboard.press('?');
    await page.getByText('Show all commands').waitFor();
    expect(await page.getByRole('heading', { name: 'Keyboard' }).isVisible()).toBe(true);
    await expectAccessible();
    await keepScreenshot(page, 'keys');
    await page.keyboard.press('Escape');
  });
});

describe('publishing from the page', () => {
  it('sends a message at each QoS, and the ladder of QoS 2 shows its four steps', async () => {
    for (const qos of ['0', '1', '2']) {
      const panel = await showPanel(page, 'Publish');
      await panel.getByLabel('Topic', { exact: true }).fill(`h/page/${qos}`);
      await panel.getByRole('combobox', { name: 'QoS', exact: true }).selectOption(qos);
      await panel.getByRole('button', { name: 'Send', exact: true }).click();
      await showPanel(page, 'Packets');
      const rows = packets()
        .getByRole('row')
        .filter({ hasText: 'PUBLISH' })
        .filter({ hasText: `h/page/${qos}` });
      await expect.poll(() => rows.count()).toBe(2);
    }
    await showPanel(page, 'Publish');
    await keepScreenshot(page, 'publish');
    const panel = await showPanel(page, 'Flows');
    const list = panel.getByRole('grid', { name: 'Flows' });
    await list.getByRole('row').filter({ hasText: 'PUBLISH QoS 2' }).filter({ hasText: '→' }).click();
    const steps = panel.getByRole('table', { name: 'Steps' });
    await expect
      .poll(async () =>
        (await steps.locator('tbody tr').allInnerTexts()).map((text) =>
          /[←→]\s*([A-Z]+)/.exec(text)?.[0].replaceAll(/\s+/g, ' '),
        ),
      )
      .toEqual(['→ PUBLISH', '← PUBREC', '→ PUBREL', '← PUBCOMP']);
    await keepScreenshot(page, 'flows-from-client');
  });
});

describe('recording', () => {
  it('is stopped and goes on from the bar, with the gap told', async () => {
    await showPanel(page, 'Packets');
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await page.getByText('recording is off').waitFor();
    await mosquittoPublish(broker.port, { topic: 'h/unseen', payload: 'x', qos: 1 });
    await page.getByRole('button', { name: 'Record packets' }).click();
    const gap = packets().getByRole('row').filter({ hasText: 'recording resumed' });
    await gap.waitFor();
    expect(await gap.innerText()).toMatch(/2 packets not recorded/);
    expect(await packets().getByRole('row').filter({ hasText: 'h/unseen' }).count()).toBe(0);
  });
});

describe('a connection that fails', () => {
  it('names the stage, says why in words, and gives the exact code', async () => {
    const port = await freePort();
    const panel = await connectTo(page, { protocol: 'mqtt', host: '127.0.0.1', port, version: '5' });
    const why = panel.getByRole('region', { name: 'Why it failed' });
    await why.waitFor();
    expect(await why.innerText()).toContain('tcp-refused');
    const stages = panel.getByRole('region', { name: 'Stages of the attempt' });
    await stages.getByRole('button', { name: /^TCP .*failed$/ }).waitFor();
    await keepScreenshot(page, 'failed-tcp');
  });

  it('over TLS with an authority that nobody knows', async () => {
    const panel = await connectTo(page, {
      protocol: 'mqtts',
      host: 'localhost',
      port: broker.ports[1] ?? 0,
      version: '4',
    });
    await awaitState(page, 'failed');
    const stages = panel.getByRole('region', { name: 'Stages of the attempt' });
    await stages.getByRole('button', { name: /^TLS .*failed$/ }).waitFor();
    expect(await panel.getByRole('region', { name: 'Why it failed' }).innerText()).toMatch(
      /tls-(unknown-ca|self-signed)/,
    );
    await keepScreenshot(page, 'failed-tls');
  });

  it('is not even tried where the form is wrong', async () => {
    const form = await fillConnection(page, { protocol: 'mqtt', host: '', port: 1883, version: '4' });
    await form.getByRole('button', { name: 'Connect', exact: true }).click();
    await form.getByText('This is needed.').waitFor();
    await form.getByText('1 field needs attention').waitFor();
    expect(await form.getByLabel('Host', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await keepScreenshot(page, 'form-fault');
    await form.getByRole('button', { name: 'Clear the form' }).click();
  });
});

/** The session that is connected, whatever was opened after it. */
async function selectConnected(): Promise<void> {
  await page.getByRole('tablist', { name: 'Sources' }).getByRole('tab').first().click();
}

describe.each(['dark', 'light'] as const)('everyone can read the %s theme', (theme) => {
  it('once it is chosen', async () => {
    await selectConnected();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands' }).fill(`theme ${theme}`);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme);
  });

  it.each(PANELS)('in %s', async (name) => {
    const panel = await showPanel(page, name);
    const list = panel.getByRole(name === 'Topics' ? 'treegrid' : 'grid').first();
    if (name === 'Topics' || name === 'Packets' || name === 'Flows') {
      await list.getByRole('row').nth(3).waitFor();
      await list.getByRole('row').nth(3).click();
    }
    await keepScreenshot(page, `${name.toLowerCase()}-${theme}`);
    await expectAccessible();
  });

  it('in the form of a connection and in the settings', async () => {
    await page.getByRole('button', { name: 'Open a source' }).click();
    await page.getByRole('menuitem', { name: 'New connection…' }).click();
    await page.getByRole('form', { name: 'New connection' }).waitFor();
    await keepScreenshot(page, `profiles-${theme}`);
    await expectAccessible();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await keepScreenshot(page, `settings-${theme}`);
    await expectAccessible();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
  });
});

/** No serious or critical finding of axe in what is on screen. */
async function expectAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    ),
  ).toEqual([]);
}

describe('the languages', () => {
  it('change at once in every panel', async () => {
    await showPanel(page, 'Packets');
    await page.getByRole('button', { name: /Language/ }).click();
    await page
      .getByRole('menuitemradio', { name: '简体中文' })
      .or(page.getByRole('menuitem', { name: '简体中文' }))
      .click();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
    const tabs = page.locator('.shell-tabs [role=tab]');
    for (let index = 0; index < PANELS.length; index += 1) {
      await tabs.nth(index).click();
      await page.locator('[role=tabpanel].panel:visible').waitFor();
      await keepScreenshot(page, `zh-${PANELS[index]?.toLowerCase()}`);
      const english = await page.locator('main').innerText();
      expect(english, PANELS[index]).not.toMatch(/\b(Filter|Loading|Subscribe|Details|Settings|Payload as)\b/);
    }
  });

  it('are found by a browser that asks for Chinese', async () => {
    const chinese = await startApp({ settings: { demoAtStart: true } });
    try {
      const second = await openPage(browser, chinese.url, { locale: 'zh-CN', theme: 'light' });
      await expect.poll(() => second.page.locator('html').getAttribute('lang')).toBe('zh-CN');
      expect(await second.page.locator('html').getAttribute('data-theme')).toBe('light');
      await second.page.locator('[role=grid] [data-index]').nth(5).waitFor();
      await keepScreenshot(second.page, 'zh-light');
      expect(second.problems).toEqual([]);
      await second.context.close();
    } finally {
      await chinese.stop();
    }
  });
});

describe('when all is done', () => {
  it('nothing went wrong', () => {
    expect(opened.problems).toEqual([]);
    expect(app.errors()).toBe('');
  });
});
