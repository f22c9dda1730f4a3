/** The console in real Chromium: scripts, the prompt, stopping, and the way from a packet to its line. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { showPanel } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';

/** A cold start of Python on a busy machine. */
const START_MS = 60_000;

let app: App;
let browser: Browser;
let broker: Mosquitto;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([startApp(), launchBrowser(), startMosquitto()]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});

const terminal = () => page.locator('.console-terminal:visible');
const run = (name: string | RegExp) => page.getByRole('tablist', { name: 'Runs' }).getByRole('tab', { name });

/** Presses and releases the button where the pointer is. */
async function clickHere(): Promise<void> {
  await page.mouse.down();
  await page.mouse.up();
}

/** What the terminal on screen shows. */
async function shown(): Promise<string> {
  return (await terminal().locator('.xterm-rows').allTextContents()).join('\n');
}

/** Opens a file of this text, as a user does who chooses it from the disk. */
async function openFile(name: string, text: string): Promise<void> {
  await page
    .getByLabel('Open a file…')
    .setInputFiles({ name, mimeType: 'text/x-python', buffer: Buffer.from(text, 'utf8') });
  await page.getByRole('tablist', { name: 'Files' }).getByRole('tab', { name }).waitFor();
}

describe('the console', () => {
  it('is empty at first, and says what it is for', async () => {
    const panel = await showPanel(page, 'Console');
    await panel.getByText('Scripts run here unchanged').waitFor();
    await keepScreenshot(page, 'console-empty');
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
  });

  it('runs a script against a broker, with its host sent there, and shows its client', async () => {
    await openFile(
      'pump.py',
      `import paho.mqtt.client as mqtt

client = mqtt.Client("pump-7")
client.connect("factory.example", 1883)
client.loop_start()
message = client.publish("pump/7/state", "on", qos=2)
message.wait_for_publish()
client.disconnect()
client.loop_stop()
print("published", message.is_published())
`,
    );
    await page.getByRole('button', { name: /^Hosts/ }).click();
    await page.getByLabel('Host of the script').fill('factory.example');
    await page.getByLabel('Sent to', { exact: true }).fill(`mqtt://127.0.0.1:${broker.port}`);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: /^Hosts/ }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await run(/pump\.py.*exit 0/).waitFor({ timeout: START_MS });
    await expect.poll(shown).toContain('published True');
    await page.getByRole('region', { name: 'Clients' }).getByText('pump-7').waitFor();
    await keepScreenshot(page, 'console-ran');
  });

  it('goes on at the prompt over the names of the script', async () => {
    await terminal().click();
    await page.keyboard.type('message.mid + 41\n');
    await expect.poll(shown).toMatch(/message\.mid \+ 41\s*42/);
    await page.keyboard.type('for n in range(2):\n');
    await page.keyboard.type('print("n", n)');
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect.poll(shown).toMatch(/n 0\s*n 1/);
    await page.keyboard.type('client.is_conn');
    await page.keyboard.press('Tab');
    await expect.poll(shown).toContain('client.is_connected()');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('ArrowUp');
    await expect.poll(shown).toContain('>>> for n in range(2):');
    await page.keyboard.press('Control+u');
  });

  it('opens a link that a script printed in the browser, not in its own place', async () => {
    const address = `${new URL(app.url).origin}/#a-link`;
    await terminal().click();
    await page.keyboard.type(`print("${address}")\n`);
    const line = terminal().locator('.xterm-rows > div', { hasText: new RegExp(`^${address}$`) });
    await line.waitFor();
    // The terminal's own layer takes the pointer, and finds out what is under it.
    await line.hover({ position: { x: 40, y: 8 }, force: true });
    await terminal().locator('.xterm-cursor-pointer').waitFor();
    const [followed] = await Promise.all([page.context().waitForEvent('page'), clickHere()]);
    expect(followed.url()).toBe(address);
    expect(await followed.evaluate(() => window.opener)).toBeNull();
    await followed.close();
  });

  it('leads from a packet to the line that sent it', async () => {
    await page
      .getByRole('region', { name: 'Clients' })
      .getByRole('button', { name: /pump-7/ })
      .click();
    const packets = page.getByRole('grid', { name: 'Packets in order of time' });
    const publish = packets.getByRole('row').filter({ hasText: 'PUBLISH' }).filter({ hasText: 'pump/7/state' });
    await publish.waitFor();
    for (const type of ['PUBREC', 'PUBREL', 'PUBCOMP', 'DISCONNECT'])
      await packets.getByRole('row').filter({ hasText: type }).waitFor();
    await keepScreenshot(page, 'console-initiator');
    await publish.getByRole('button', { name: 'pump.py:6' }).click();
    const editor = page.getByRole('tabpanel', { name: 'Console' });
    await editor.locator('.line-numbers.active-line-number', { hasText: '6' }).waitFor();
    expect(await editor.getByRole('tab', { name: 'pump.py', exact: true }).getAttribute('aria-selected')).toBe('true');
  });

  it('stops a busy loop, and shows a traceback that leads to its line', async () => {
    await openFile('busy.py', 'import time\nstarted = time.time()\nprint("begun")\nwhile True:\n    pass\n');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(shown, { timeout: START_MS }).toContain('begun');
    const stop = page.getByRole('button', { name: 'Stop', exact: true }).first();
    await stop.click();
    await run(/busy\.py.*exit 130/).waitFor();
    await expect.poll(shown).toContain('KeyboardInterrupt');
    await keepScreenshot(page, 'console-stopped');
  });

  it('reads lines for input(), and keeps scripts apart that run side by side', async () => {
    await openFile('ask.py', 'name = input("who? ")\nprint("hello", name)\n');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await run(/ask\.py.*waits for input/).waitFor({ timeout: START_MS });
    await terminal().click();
    await page.keyboard.type('泵 7\n');
    await expect.poll(shown).toContain('hello 泵 7');
    await run(/ask\.py.*exit 0/).waitFor();
    expect(await page.getByRole('tablist', { name: 'Runs' }).getByRole('tab').count()).toBe(3);
  });

  it('offers the way out for a host that has no address', async () => {
    await openFile(
      'lost.py',
      'from umqtt.simple import MQTTClient\nc = MQTTClient("lost", "no.such.host.invalid")\nprint("session", c.connect())\nc.disconnect()\n',
    );
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await run(/lost\.py.*exit 1/).waitFor({ timeout: START_MS });
    const notice = page.getByText('no.such.host.invalid, which lost.py connects to, has no address.');
    await notice.waitFor();
    await keepScreenshot(page, 'console-unresolved');
    await page.getByRole('button', { name: 'Send it elsewhere…' }).click();
    expect(await page.getByLabel('Host of the script').inputValue()).toBe('no.such.host.invalid');
    await page.getByLabel('Sent to', { exact: true }).fill(`127.0.0.1:${broker.port}`);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await run(/lost\.py.*exit 0/).waitFor({ timeout: START_MS });
    await expect.poll(shown).toContain('session 0');
  });

  it('opens as a drawer over any panel by Escape, and closes by it', async () => {
    await showPanel(page, 'Topics');
    await page.keyboard.press('Escape');
    const drawer = page.getByRole('region', { name: 'Console drawer' });
    await drawer.waitFor();
    await terminal().click();
    await page.keyboard.type('6 * 7\n');
    await expect.poll(shown).toMatch(/6 \* 7\s*42/);
    await keepScreenshot(page, 'console-drawer');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });

  it('takes a script that is dropped anywhere', async () => {
    await showPanel(page, 'Topics');
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['print("dropped", 6 * 7)\n'], 'dropped.py'));
      return transfer;
    });
    await page.dispatchEvent('.shell', 'dragover', { dataTransfer: data });
    await page.dispatchEvent('.shell', 'drop', { dataTransfer: data });
    await page.getByRole('tablist', { name: 'Files' }).getByRole('tab', { name: 'dropped.py' }).waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await run(/dropped\.py.*exit 0/).waitFor({ timeout: START_MS });
    await expect.poll(shown).toContain('dropped 42');
  });

  it('has its files again after the page was loaded anew', async () => {
    await page.reload();
    await showPanel(page, 'Console');
    const files = page.getByRole('tablist', { name: 'Files' });
    await files.getByRole('tab', { name: 'pump.py' }).waitFor();
    expect(await files.getByRole('tab').allInnerTexts()).toEqual([
      'pump.py',
      'busy.py',
      'ask.py',
      'lost.py',
      'dropped.py',
    ]);
  });

  it('met nothing wrong', () => {
    expect(opened.problems).toEqual([]);
    expect(app.errors()).not.toMatch(/fault|Error/);
  });
});
