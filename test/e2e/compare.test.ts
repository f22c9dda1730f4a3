/** Two connections compared in the real page: what is missing, more and changed, step by step, with fields and payloads. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { awaitState, connectTo, runCommand, showPanel, subscribe } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPublish } from '../support/mqtt-peers.ts';

let app: App;
let browser: Browser;
let brokers: readonly Mosquitto[];
let opened: OpenedPage;
let page: Page;

const COMMON = Array.from({ length: 40 }, (_, index) => ({
  topic: `site/${index % 4}`,
  payload: `{"value":${index}}`,
}));

beforeAll(async () => {
  [app, browser, brokers] = await Promise.all([
    startApp(),
    launchBrowser(),
    Promise.all([startMosquitto(), startMosquitto()]),
  ]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
  for (const [index, broker] of brokers.entries()) {
    await connectTo(page, {
      protocol: 'mqtt',
      host: '127.0.0.1',
      port: broker.port,
      version: '5',
      clientId: `watcher-${index}`,
    });
    await awaitState(page, 'connected');
    await subscribe(page, 'site/#', 1);
    await broker.logged('site/# (QoS 1)');
    for (const [at, message] of COMMON.entries()) {
      const changed =
        index === 1 && at === 20 ? { ...message, payload: '{"value":"other"}', qos: 1 as const } : message;
      if (!(index === 1 && at === 30)) await mosquittoPublish(broker.port, changed);
    }
    if (index === 1) await mosquittoPublish(broker.port, { topic: 'site/more', payload: 'x' });
  }
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), ...(brokers ?? []).map((broker) => broker.stop())]);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const form = () => page.getByRole('form', { name: 'Compare' });
const rows = () => page.getByRole('grid', { name: 'Packets of both sides' }).getByRole('row');
const detail = () => page.getByRole('region', { name: 'The open row' });

it('finds what differs between two sources', async () => {
  await runCommand(page, 'Compare captures');
  await form().waitFor();
  await keepScreenshot(page, 'compare-empty');
  const [first, second] = brokers.map(({ port }) => `127.0.0.1 · mqtt://127.0.0.1:${port}`);
  for (const [side, source] of [
    ['A', first ?? ''],
    ['B', second ?? ''],
  ] as const) {
    const fields = form().getByRole('group', { name: side, exact: true });
    await fields.getByLabel('Source').selectOption({ label: source });
    await fields.getByLabel('Filter', { exact: true }).fill('type:publish');
  }
  await form().getByRole('button', { name: 'Compare', exact: true }).click();
  await form().getByText('1 changed · 1 only in A · 1 only in B · 38 the same').waitFor();
  await form()
    .getByRole('radio', { name: /^Differences/ })
    .click();
  await rows().filter({ hasText: 'only in A' }).waitFor();
  await rows().filter({ hasText: 'site/more' }).filter({ hasText: 'only in B' }).waitFor();
  expect(await rows().filter({ hasText: 'PUBLISH' }).count()).toBe(3);
  await keepScreenshot(page, 'compare-differences');
});

it('steps through them by key, with fields and payloads side by side', async () => {
  await page.keyboard.press('F7');
  await detail()
    .getByRole('row', { name: /^qos 0 1/ })
    .waitFor();
  await detail().getByLabel('Payloads of both sides').locator('[data-loaded], .monaco-diff-editor').first().waitFor();
  await expect
    .poll(() => detail().locator('.view-lines').allTextContents())
    .toEqual([expect.stringContaining('20'), expect.stringContaining('other')]);
  await rows().filter({ hasText: 'fields · payload' }).waitFor();
  await keepScreenshot(page, 'compare-detail');
  await page.keyboard.press('F7');
  await detail().getByText('The other side has no packet').waitFor();
  await page.keyboard.press('Shift+F7');
  await detail().getByRole('row', { name: /^qos/ }).waitFor();
  const { violations } = await new AxeBuilder({ page })
    .include('.compare')
    .exclude('.compare-monaco')
    // The grid takes the keys, its viewport scrolls with it.
    .disableRules(['scrollable-region-focusable'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  await detail()
    .getByRole('button', { name: /^Show B/ })
    .click();
  await page.getByRole('grid', { name: 'Packets in order of time' }).getByRole('row', { selected: true }).waitFor();
  expect(opened.problems).toEqual([]);
});

it('compares two exchanges from the flows', async () => {
  await showPanel(page, 'Flows');
  const flows = page
    .getByRole('grid')
    .getByRole('row')
    .filter({ hasText: /CONNECT|SUBSCRIBE/i });
  for (const which of ['first', 'second']) {
    await showPanel(page, 'Flows');
    await flows.first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: `Compare: this as the ${which}` }).click();
  }
  await form()
    .getByText(/^Exchange \d/)
    .first()
    .waitFor();
  await form().getByRole('button', { name: 'Compare', exact: true }).click();
  await form().getByText('No differences.').waitFor();
  expect(
    await form()
      .getByText(/^Exchange \d/)
      .count(),
  ).toBe(2);
});

it('speaks Chinese, in the light', async () => {
  const other = await openPage(browser, app.url, { locale: 'zh-CN', theme: 'light', width: 1920, height: 1080 });
  await other.page.getByRole('button', { name: '打开来源' }).waitFor();
  await runCommand(other.page, '比较捕获');
  const fields = other.page.getByRole('form', { name: '比较' });
  await fields.waitFor();
  await fields.getByRole('button', { name: '比较', exact: true }).click();
  await fields.getByText('个相同').waitFor();
  await other.page.keyboard.press('F7');
  await other.page.getByRole('region', { name: '打开的行' }).waitFor();
  await keepScreenshot(other.page, 'compare-zh-light');
  expect(other.problems).toEqual([]);
  await other.context.close();
});
