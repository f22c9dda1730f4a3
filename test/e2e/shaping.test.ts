/** Shaped links in the real page: chosen in the toolbar, felt by a session, and plainly shown for as long as they are. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { awaitState, connectTo, showPanel } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, type OpenedPage, openPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';

const PATIENCE = { timeout: 15_000 };

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

const menu = () => page.getByRole('button', { name: /^Shape the links: / });

async function choose(...names: string[]): Promise<void> {
  await menu().click();
  for (const name of names) await page.getByRole('menuitem', { name, exact: true }).click();
}

async function publish(): Promise<void> {
  const panel = await showPanel(page, 'Publish');
  await panel.getByLabel('Topic', { exact: true }).fill('e2e/shaping');
  await panel.getByRole('combobox', { name: 'QoS', exact: true }).selectOption('1');
  await panel.getByRole('button', { name: 'Send', exact: true }).click();
}

/** The last round trip as the status bar shows it, milliseconds. */
async function roundTrip(): Promise<number> {
  const shown = page.getByRole('contentinfo').getByText(/^rtt /);
  const [, figure = '', unit = ''] = /([\d.]+)\s*(µs|ms|s)/.exec((await shown.textContent()) ?? '') ?? [];
  return Number(figure) * ({ µs: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}

describe('shaping in the toolbar', () => {
  it('makes round trips longer by 2G, says so, and lets go of it', async () => {
    await publish();
    await expect.poll(roundTrip, PATIENCE).toBeLessThan(500);
    await choose('2G');
    await page.getByRole('button', { name: 'Shape the links: 2G' }).waitFor();
    await publish();
    await expect.poll(roundTrip, PATIENCE).toBeGreaterThanOrEqual(600);
    await keepScreenshot(page, 'shaping-on-dark');
    const { violations } = await new AxeBuilder({ page }).include('.toolbar').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await choose('Off');
    await page.getByRole('button', { name: 'Shape the links: Off' }).waitFor();
    await publish();
    await expect.poll(roundTrip, PATIENCE).toBeLessThan(500);
  });

  it('shapes one source alone, and resets it', async () => {
    await menu().click();
    await page.getByRole('menuitem', { name: /^Only / }).click();
    await page.getByRole('menuitem', { name: '3G', exact: true }).last().click();
    await page.getByRole('button', { name: 'Shape the links: 3G' }).waitFor();
    await menu().click();
    await page.getByRole('menuitem', { name: /^Only / }).click();
    await keepScreenshot(page, 'shaping-menu');
    await page.getByRole('menuitem', { name: 'As all' }).click();
    await page.getByRole('button', { name: 'Shape the links: Off' }).waitFor();
    const packets = await showPanel(page, 'Packets');
    await choose('Reset all connections');
    await packets.getByRole('row').filter({ hasText: 'CONNACK' }).nth(1).waitFor();
    await awaitState(page, 'connected');
    expect(await packets.getByRole('row').filter({ hasText: 'connection 1 closed' }).count()).toBe(1);
  });

  it('takes figures of one’s own, and says which are no figures', async () => {
    await choose('Own figures…');
    const pane = page.getByRole('complementary', { name: 'Shape the links' });
    await pane.getByLabel('Latency').fill('quick');
    await pane.getByText('A whole number within sensible limits is needed.').waitFor();
    expect(await pane.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await pane.getByLabel('Latency').fill('350');
    await pane.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Shape the links: Own figures' }).waitFor();
    await publish();
    await expect.poll(roundTrip, PATIENCE).toBeGreaterThanOrEqual(700);
    const { violations } = await new AxeBuilder({ page }).include('.side-pane').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await keepScreenshot(page, 'shaping-pane-light');
    await pane.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Shape the links: Off' }).waitFor();
    expect(opened.problems).toEqual([]);
  });
});
