/** The first start: the built-in broker's demo is there by itself, live, in every panel. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';

describe('the first start', () => {
  let app: App;
  let browser: Browser;
  let opened: OpenedPage;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startApp({ settings: { demoAtStart: true } }), launchBrowser()]);
    opened = await openPage(browser, app.url);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('shows the topics of the demo without a click', async () => {
    const { page } = opened;
    await page.getByRole('tab', { name: 'demo, session, connected' }).waitFor();
    await page.getByRole('tab', { name: /^Topics/ }).click();
    const tree = page.getByRole('treegrid');
    await tree.getByRole('row').filter({ hasText: 'demo' }).first().waitFor();
    expect(await page.getByRole('contentinfo').innerText()).toContain('MQTT 3.1.1');
    await keepScreenshot(page, 'demo-topics');
  });

  it('met nothing wrong', () => {
    expect(opened.problems).toEqual([]);
    expect(app.errors()).toBe('');
  });
});
