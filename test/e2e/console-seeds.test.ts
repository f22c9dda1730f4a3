/** Every program of the documents, verbatim, in real Chromium against mosquitto. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type App, startApp } from '../support/app.ts';
import { showPanel } from '../support/browser-acts.ts';
import { launchBrowser, openPage } from '../support/browser-page.ts';
import { PROGRAMS, playReconnecting, type Session, WAIT } from '../python/seeds/programs.ts';

/** The Console panel as a session of programs: each is opened as a file and run there. */
class PageSession implements Session {
  readonly broker: Mosquitto;
  readonly #page: Page;
  #number = 0;

  constructor(page: Page, broker: Mosquitto) {
    this.#page = page;
    this.broker = broker;
  }

  get #tab() {
    const runs = this.#page.getByRole('tablist', { name: 'Runs' });
    return runs.getByRole('tab', { name: new RegExp(`program-${this.#number}\\.py`) });
  }

  /** Sends all hosts to the broker. */
  async sendHosts(): Promise<void> {
    await this.#page.getByRole('button', { name: /^Hosts/ }).click();
    await this.#page.getByLabel('Host of the script').fill('*');
    await this.#page.getByLabel('Sent to', { exact: true }).fill(`mqtt://127.0.0.1:${this.broker.port}`);
    await this.#page.getByRole('button', { name: 'Add', exact: true }).click();
    await this.#page.getByRole('button', { name: /^Hosts/ }).click();
  }

  async run(code: string): Promise<void> {
    const last = this.#page.getByRole('button', { name: 'Close', exact: true });
    if (this.#number > 0) await last.click();
    this.#number += 1;
    const name = `program-${this.#number}.py`;
    const file = { name, mimeType: 'text/x-python', buffer: Buffer.from(code, 'utf8') };
    await this.#page.getByLabel('Open a file…').setInputFiles(file);
    const files = this.#page.getByRole('tablist', { name: 'Files' });
    await files.getByRole('tab', { name, exact: true, selected: true }).waitFor();
    await this.#page.getByRole('button', { name: 'Run', exact: true }).click();
    await this.#tab.waitFor();
  }

  async shown(): Promise<string> {
    const rows = this.#page.locator('.console-terminal:visible .xterm-rows > div');
    return (await rows.allTextContents()).join('').replaceAll(/\s/g, '');
  }

  async ended(): Promise<number> {
    const over = this.#tab.filter({ hasText: /exit \d+/ });
    await over.waitFor(WAIT);
    return Number(/exit (\d+)/.exec((await over.textContent()) ?? '')?.[1]);
  }

  async stop(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Stop', exact: true }).first().click();
  }
}

let app: App;
let browser: Browser;
let broker: Mosquitto;
let page: Page;
let session: PageSession;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([startApp(), launchBrowser(), startMosquitto()]);
  ({ page } = await openPage(browser, app.url));
  await showPanel(page, 'Console');
  session = new PageSession(page, broker);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});

describe('programs of the documents in the browser', { timeout: 120_000 }, () => {
  it('have a broker for their hosts', async () => {
    await session.sendHosts();
    await expect.poll(() => page.getByRole('button', { name: /^Hosts 1/ }).count()).toBe(1);
  });

  it.each(PROGRAMS)('$name', ({ play }) => expect(play(session)).resolves.toBeUndefined());

  it('QuecPython: a class of its own with a thread that goes on, and reconnects by itself', async () => {
    await using resources = new AsyncDisposableStack();
    const played = playReconnecting(session, async () => {
      await broker.kill();
      return resources.use(await startMosquitto({ listeners: [{ protocol: 'mqtt', port: broker.port }] }));
    });
    await expect(played).resolves.toBeUndefined();
  });
});
