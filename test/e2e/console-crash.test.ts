/** Python that crashes in real Chromium: its run says so, and what was captured and typed stays. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { showPanel } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';

/** A cold start of Python on a busy machine. */
const START_MS = 60_000;

let app: App;
let browser: Browser;
let broker: Mosquitto;
let page: Page;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([startApp(), launchBrowser(), startMosquitto()]);
  ({ page } = await openPage(browser, app.url));
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});

const runs = () => page.getByRole('tablist', { name: 'Runs' });
const shown = async (): Promise<string> =>
  (await page.locator('.console-terminal:visible .xterm-rows').allTextContents()).join('\n');

describe('an interpreter that crashes', () => {
  it('ends its run with what Python last did; its client, the editor and the next run are unharmed', async () => {
    await showPanel(page, 'Console');
    const text = [
      'import ctypes, sys',
      'import paho.mqtt.client as mqtt',
      'client = mqtt.Client("doomed")',
      `client.connect("127.0.0.1", ${broker.port})`,
      'client.loop_start()',
      'client.publish("last/words", "x", qos=1).wait_for_publish()',
      'if len(sys.argv) == 1:',
      '    ctypes.string_at(0xfffffff0, 100000)',
      'print("survived")',
      '',
    ].join('\n');
    const buffer = Buffer.from(text, 'utf8');
    await page.getByLabel('Open a file…').setInputFiles({ name: 'doomed.py', mimeType: 'text/x-python', buffer });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await runs()
      .getByRole('tab', { name: /doomed\.py.*(ended|crashed|137)/ })
      .waitFor({ timeout: START_MS });
    await expect.poll(shown).toContain('line 8');
    await keepScreenshot(page, 'console-crashed');
    await page
      .getByRole('region', { name: 'Clients' })
      .getByRole('button', { name: /doomed/ })
      .click();
    const packets = page.getByRole('grid', { name: 'Packets in order of time' });
    await packets.getByRole('row').filter({ hasText: 'PUBACK' }).waitFor();
    expect(
      await packets.getByRole('row').filter({ hasText: 'PUBLISH' }).filter({ hasText: 'last/words' }).count(),
    ).toBe(1);
    await showPanel(page, 'Console');
    // The editor draws its lines once it is on screen again.
    const lines = page.locator('.monaco-editor .view-lines').first();
    await expect
      .poll(async () => (await lines.innerText()).replaceAll('\u00a0', ' '))
      .toContain('client = mqtt.Client("doomed")');
    await page.getByLabel('Open a file…').setInputFiles({
      name: 'after.py',
      mimeType: 'text/x-python',
      buffer: Buffer.from('print("after", 6 * 7)\n', 'utf8'),
    });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await runs()
      .getByRole('tab', { name: /after\.py.*exit 0/ })
      .waitFor({ timeout: START_MS });
    await expect.poll(shown).toContain('after 42');
  });
});
