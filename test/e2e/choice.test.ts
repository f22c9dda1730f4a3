/** Several packets of a list at once, in the real page: chosen, counted, copied, saved, and taken over to a replay. */

import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { keepScreenshot, launchBrowser, openPage } from '../support/browser-page.ts';
import { recordedFile } from '../support/capture-file.ts';

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const looks = [
  { name: 'dark', options: {} },
  { name: 'light-zh', options: { theme: 'light', locale: 'zh-CN' } },
] as const;

const rowAt = (page: Page, number: number) => page.locator(`.list-row[aria-rowindex="${number}"]`);

describe.each(looks)('several packets, $name', ({ name, options }) => {
  it('are copied, saved and replayed together', async () => {
    const { page, context, problems } = await openPage(browser, app.url, options);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('banner').first().waitFor();
    const file = `lab-${name}.pcapng`;
    const data = await page.evaluateHandle(
      ({ bytes, fileName }) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], fileName));
        return transfer;
      },
      { bytes: [...recordedFile(24)], fileName: file },
    );
    await page.dispatchEvent('.shell', 'dragover', { dataTransfer: data });
    await page.dispatchEvent('.shell', 'drop', { dataTransfer: data });
    await page.getByRole('tab', { name: file }).waitFor();
    await page.locator('#panel-tab-packets').click();
    await rowAt(page, 10).click();
    await rowAt(page, 14).click({ modifiers: ['Shift'] });
    await rowAt(page, 12).click({ modifiers: ['Control'] });
    await rowAt(page, 20).click({ modifiers: ['Control'] });
    await expect.poll(() => page.locator('.chosen-count').textContent()).toMatch(/5/);
    expect(await page.evaluate(() => String(getSelection()))).toBe('');
    await keepScreenshot(page, `choice-${name}`);
    const { violations } = await new AxeBuilder({ page }).include('.packets').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);

    await rowAt(page, 13).click({ button: 'right' });
    await page.getByRole('menuitem').nth(0).hover();
    await page.getByRole('menu').nth(1).waitFor();
    await keepScreenshot(page, `choice-menu-${name}`);
    await page.getByRole('menu').nth(1).getByRole('menuitem').nth(1).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(['site/0', 'site/1', 'site/3', 'site/4', 'site/3'].join('\n'));

    await page.keyboard.press('Control+c');
    const columns = async () =>
      (await page.evaluate(() => navigator.clipboard.readText())).split('\n').map((line) => line.split('\t'));
    await expect
      .poll(async () =>
        (await columns()).map(([number, , , direction, type, qos, topic]) => [number, direction, type, qos, topic]),
      )
      .toEqual([10, 11, 13, 14, 20].map((number) => [String(number), '←', 'PUBLISH', '0', `site/${(number - 3) % 7}`]));

    await rowAt(page, 13).click({ button: 'right' });
    await page.getByRole('menuitem').nth(1).hover();
    const download = page.waitForEvent('download');
    await page.getByRole('menu').nth(1).getByRole('menuitem', { name: 'CSV' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual([10, 11, 13, 14, 20]);

    await rowAt(page, 13).click();
    await page.getByRole('combobox').first().fill('topic:site/+');
    await expect.poll(() => rowAt(page, 1).textContent()).toContain('PUBLISH');
    await rowAt(page, 2).click();
    const list = await page.locator('.list-viewport:visible').first().boundingBox();
    await page.mouse.down();
    await page.mouse.move(300, (list?.y ?? 0) + 120, { steps: 4 });
    await expect.poll(() => page.locator('.chosen-count').textContent()).toMatch(/5/);
    await page.mouse.move(300, (list?.y ?? 0) + (list?.height ?? 0) + 20, { steps: 2 });
    await expect.poll(() => page.locator('.chosen-count').textContent()).toMatch(/23/);
    await page.mouse.up();
    expect(await page.evaluate(() => String(getSelection()))).toBe('');
    await page.keyboard.press('Control+a');
    await expect.poll(() => page.locator('.chosen-count').textContent()).toMatch(/24/);
    await rowAt(page, 5).click({ button: 'right' });
    await page.getByRole('menuitem').nth(2).click();
    await page.locator('.replay-form').waitFor();
    await expect.poll(() => page.locator('.replay-form').textContent()).toMatch(/24[^\d]*(selected packets|个报文)/);
    await keepScreenshot(page, `choice-replay-${name}`);
    expect(problems).toEqual([]);
    await context.close();
  });
});
