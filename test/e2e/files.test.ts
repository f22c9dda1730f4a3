/** Capture files in the real page: chosen, dropped, cancelled, and what is said of a damaged one. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, FileChooser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { recordedFile } from '../support/capture-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'mqtt-inspector-files-'));
let app: App;
let browser: Browser;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const rows = () => page.getByRole('grid', { name: 'Packets in order of time' }).getByRole('row');
const tab = (name: string) => page.getByRole('tablist', { name: 'Sources' }).getByRole('tab', { name });

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A browser opens no dialog for a key that a busy page answers late: then it is pressed again. */
async function pressedForFiles(): Promise<FileChooser> {
  for (let tries = 0; ; tries += 1) {
    const dialog = page.waitForEvent('filechooser', { timeout: 6000 }).catch((error: unknown) => {
      if (tries === 3) throw error;
    });
    await page.keyboard.press('Control+o');
    const chooser = await dialog;
    if (chooser !== undefined) return chooser;
  }
}

/** Opens by the keys, as a user would, and answers once its tab is there. */
async function choose(path: string, name: string): Promise<void> {
  await page.getByRole('banner', { name: 'Sources and recording' }).waitFor();
  await (await pressedForFiles()).setFiles(path);
  await tab(name).waitFor();
  await page.getByRole('tab', { name: /^Packets/ }).click();
}

describe('a capture file', () => {
  it('opens by Ctrl+O as a tab of its own', async () => {
    await choose(written('lab.pcapng', recordedFile(12)), 'lab.pcapng');
    await rows().filter({ hasText: 'thermostat' }).waitFor();
    await page.getByText('file', { exact: true }).waitFor();
    expect(await rows().filter({ hasText: 'PUBLISH' }).count()).toBe(12);
    await keepScreenshot(page, 'file-open');
  });

  it('that is cut says where, and shows what came before', async () => {
    await choose(written('cut.pcapng', recordedFile(12).slice(0, -10)), 'cut.pcapng');
    await page
      .getByText(
        /cut\.pcapng cannot be read beyond byte [\d\s,]+, Enhanced Packet Block: the file ends after \d+ of its \d+/,
      )
      .waitFor();
    await rows().filter({ hasText: 'thermostat' }).waitFor();
    await keepScreenshot(page, 'file-cut');
    const { violations } = await new AxeBuilder({ page }).include('.notices').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
  });

  it('opens where it is dropped', async () => {
    const data = await page.evaluateHandle(
      (bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], 'dropped.pcapng'));
        return transfer;
      },
      [...recordedFile(12)],
    );
    await page.dispatchEvent('.shell', 'dragover', { dataTransfer: data });
    await page.getByText('Drop capture files or Python scripts to open them').waitFor();
    await page.dispatchEvent('.shell', 'drop', { dataTransfer: data });
    await tab('dropped.pcapng').waitFor();
    await rows().filter({ hasText: 'thermostat' }).waitFor();
    expect(await page.getByText('Drop capture files or Python scripts to open them').count()).toBe(0);
  });

  it('is saved, commented, and opens again from a session as it was', async () => {
    await choose(written('lamp.pcapng', recordedFile(12)), 'lamp.pcapng');
    await rows().filter({ hasText: 'site/3' }).first().click();
    await page.getByRole('button', { name: 'Add a comment' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('the lamp went out here');
    await keepScreenshot(page, 'file-comment-writing');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('note', { name: 'Comment' }).filter({ hasText: 'the lamp went out here' }).waitFor();
    await rows().filter({ hasText: 'comment' }).waitFor();
    await keepScreenshot(page, 'file-comment');
    const { violations } = await new AxeBuilder({ page }).include('.packets').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);

    await page.getByRole('combobox', { name: 'Filter packets' }).fill('topic:site/3');
    await expect.poll(() => rows().filter({ hasText: 'PUBLISH' }).count()).toBe(2);
    await page.getByRole('button', { name: 'Save packets' }).click();
    await page.getByRole('menuitem', { name: 'Packets that pass the filter' }).hover();
    await page.getByRole('menuitem', { name: 'JSON' }).waitFor();
    await keepScreenshot(page, 'file-save-menu');
    const json = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'JSON' }).click();
    const packets: unknown = JSON.parse(readFileSync(await (await json).path(), 'utf8'));
    expect(packets).toMatchObject([{ topic: 'site/3' }, { topic: 'site/3' }]);

    const session = page.waitForEvent('download');
    await page.keyboard.press('Control+s');
    const download = await session;
    expect(download.suggestedFilename()).toMatch(/^session-[\d-]+\.pcapng$/);
    const path = join(folder, 'session.pcapng');
    await download.saveAs(path);
    const closing = page.getByRole('tablist', { name: 'Sources' }).getByRole('tab');
    const before = await closing.count();
    const dialog = page.waitForEvent('filechooser');
    await page.keyboard.press('Control+o');
    await (await dialog).setFiles(path);
    await expect.poll(() => closing.count()).toBe(2 * before);
    await expect.poll(() => tab('lamp.pcapng').nth(1).getAttribute('aria-selected')).toBe('true');
    await expect.poll(() => page.getByRole('combobox', { name: 'Filter packets' }).inputValue()).toBe('topic:site/3');
    await rows().filter({ hasText: 'comment' }).click();
    await page.getByRole('note', { name: 'Comment' }).filter({ hasText: 'the lamp went out here' }).waitFor();
    await keepScreenshot(page, 'file-session');
  });

  it('larger than the memory for it says how much of its beginning is gone, and what helps', async () => {
    await page.getByRole('button', { name: /^Settings/ }).click();
    const budget = page.getByRole('textbox', { name: 'Bytes kept per source' });
    const usual = await budget.inputValue();
    await budget.fill('16');
    await budget.press('Enter');
    await choose(written('large.pcapng', recordedFile(4_000, 8_000)), 'large.pcapng');
    await page.getByText(/The first [\d\s,]+ packets of large\.pcapng did not fit into 16\sMiB: raise/).waitFor();
    await keepScreenshot(page, 'file-too-large');
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('light');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-CN');
    const words = page.getByText(/large\.pcapng 开头的 [\d\s,]+ 个报文超出 16\sMiB 而未保留/);
    await words.waitFor();
    await keepScreenshot(page, 'file-too-large-light');
    expect(await words.count()).toBe(1);
    await page.getByRole('combobox', { name: '语言' }).selectOption('en');
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    await budget.fill(usual);
    await budget.press('Enter');
    await page.getByRole('button', { name: /^Settings/ }).click();
  });

  it('of many megabytes shows rows while it is read, and can be cancelled', async () => {
    await page.evaluate(() => {
      Blob.prototype.arrayBuffer = async function slowly(this: Blob) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        return new Response(this).arrayBuffer();
      };
    });
    await choose(written('long.pcapng', recordedFile(60_000)), 'long.pcapng');
    await rows().filter({ hasText: 'site/' }).first().waitFor();
    await page.getByRole('progressbar', { name: 'Reading long.pcapng' }).waitFor();
    await keepScreenshot(page, 'file-reading');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(/Reading long\.pcapng was cancelled: .* were not read/).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    await keepScreenshot(page, 'file-cancelled');
  });
});
