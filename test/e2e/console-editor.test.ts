/** The console's editor in real Chromium: what it knows of Python, of our modules, and how it lays a file out. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { showPanel } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage } from '../support/browser-page.ts';

/** The language server loads and analyses in workers of its own, which on a busy machine takes its time. */
const LANGUAGE = { timeout: 120_000 };

const SCRIPT = `import paho.mqtt.client as mqtt
import no_such_module

client = mqtt.Client("editor")
client.connect("factory.example", "1883")
client.publish(  "a",1 ,qos = 1)
import machine, time
from asyncio import sleep_ms
year, month, day, hour, minute, second, weekday, yearday = time.localtime()
time.sleep_ms(machine.ADC(machine.Pin(34)).read())
`;

let app: App;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  ({ page } = await openPage(browser, app.url));
  await showPanel(page, 'Console');
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const editor = () => page.locator('.console-editor .monaco-editor').first();

async function openFile(name: string, text: string): Promise<void> {
  const file = { name, mimeType: 'text/x-python', buffer: Buffer.from(text, 'utf8') };
  await page.getByLabel('Open a file…').setInputFiles(file);
  await page.getByRole('tablist', { name: 'Files' }).getByRole('tab', { name, exact: true, selected: true }).waitFor();
}

/** Lines of the file on screen. */
async function lines(): Promise<string[]> {
  const found = await editor().locator('.view-line').allTextContents();
  return found.map((line) => line.replaceAll('\u00a0', ' '));
}

describe('the editor of the console', { timeout: 180_000 }, () => {
  it('underlines what would fail, lists it, and leads to its line', async () => {
    await openFile('wrong.py', SCRIPT);
    const problems = page.getByRole('region', { name: 'Problems' });
    await problems.getByRole('button', { name: '2 problems' }).click(LANGUAGE);
    await problems.getByText('Import "no_such_module" could not be resolved').waitFor();
    await problems.getByText(/"port" of type "int"/).click();
    await editor().locator('.line-numbers.active-line-number', { hasText: '5' }).waitFor();
    expect(await editor().locator('.squiggly-error').count()).toBe(2);
    await keepScreenshot(page, 'console-problems');
  });

  it('completes the names of a client, and shows the parameters of a call', async () => {
    await editor().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('client.publi');
    await page.locator('.suggest-widget').getByText('publish', { exact: true }).first().waitFor(LANGUAGE);
    await keepScreenshot(page, 'console-completion');
    await page.keyboard.press('Enter');
    await page.keyboard.type('(');
    await page.locator('.parameter-hints-widget').getByText('topic: str').waitFor(LANGUAGE);
    await page.keyboard.type('"b", "2"');
    expect((await lines()).at(-1)).toBe('client.publish("b", "2")');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
  });

  it('says what a name is', async () => {
    // In the middle of the word: ten characters of 7 pixels from the left.
    const line = editor().locator('.view-line', { hasText: 'client.connect' });
    await line.hover({ position: { x: 73, y: 9 } });
    const said = page.locator('.monaco-hover').getByText(/Connects and sends CONNECT/);
    await expect.poll(() => said.count(), { timeout: 30_000 }).toBeGreaterThan(0);
  });

  it('lays a file out, and leaves one alone that is no Python', async () => {
    await page.getByRole('button', { name: 'Format', exact: true }).click();
    await expect.poll(lines, { timeout: 60_000 }).toContain('client.publish("a", 1, qos=1)');
    await openFile('broken.py', 'def f(:\n  pass\n');
    await page.getByRole('button', { name: 'Format', exact: true }).click();
    await page.getByText(/broken\.py was left as it is: /).waitFor();
    expect(await lines()).toContain('def f(:');
  });

  it('opens an example of each dialect', async () => {
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.getByRole('menuitem', { name: 'QuecPython on a cellular module' }).click();
    await page.getByRole('tab', { name: 'quecpython.py', exact: true, selected: true }).waitFor();
    expect((await lines()).join('\n')).toContain('QuecPython on a cellular module');
  });
});
