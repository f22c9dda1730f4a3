/** Trouble in the running app: each says in words what is wrong, loses nothing that was captured, and leaves the app at work. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { awaitState, connectTo, fillConnection, showPanel } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { CONNACK_4, peer, publishHead } from '../support/scripted-peer.ts';

const MEBIBYTE = 1024 * 1024;

let app: App;
let browser: Browser;
let broker: Mosquitto;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([
    startApp(),
    launchBrowser(),
    startMosquitto({ users: { me: 'hunter2' } }),
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
const row = (text: string): Locator => packets().getByRole('row').filter({ hasText: text });

/** Connects by MQTT 3.1.1 to a port of this computer. */
function connect(port: number): Promise<Locator> {
  return connectTo(page, { protocol: 'mqtt', host: '127.0.0.1', port, version: '4' });
}

/** Why the last attempt failed, as the page words it. */
async function why(panel: Locator): Promise<string> {
  const region = panel.getByRole('region', { name: 'Why it failed' });
  await region.waitFor();
  return region.innerText();
}

/** A peer's second connection and those after it wait for nothing: what the first met is what a test looks at. */
const once = (answer: (socket: Socket) => void) => peer((socket, connection) => connection === 0 && answer(socket));

describe('a peer', () => {
  it('that sends garbage: its bytes are kept and shown as what they are', async () => {
    await using junk = await once((socket) => socket.write(`HTTP/1.1 400 Bad Request\r\n\r\n${'?'.repeat(200)}`));
    const panel = await connect(junk.port);
    expect(await why(panel)).toContain('protocol-error');
    await showPanel(page, 'Packets');
    await row('malformed').first().click();
    await page
      .getByRole('tabpanel', { name: /^Packets/ })
      .getByText('HTTP/1.1 400')
      .first()
      .waitFor();
    await keepScreenshot(page, 'trouble-garbage');
  });

  it('that closes in the middle of a packet: what came is a row', async () => {
    await using cut = await once((socket) => {
      socket.write(Buffer.concat([CONNACK_4, publishHead('half/way', 100), Buffer.from('only this')]));
      setTimeout(() => socket.end(), 50);
    });
    await connect(cut.port);
    await showPanel(page, 'Packets');
    await row('cut off').click();
    await page
      .getByRole('tabpanel', { name: /^Packets/ })
      .getByText('half/way')
      .first()
      .waitFor();
    await row('connection 1').filter({ hasText: 'closed' }).waitFor();
    expect(await row('cut off').count()).toBe(1);
  });

  it('that never answers: it is given up in the time the form says', async () => {
    await using silent = await peer(() => undefined);
    const form = await fillConnection(page, { protocol: 'mqtt', host: '127.0.0.1', port: silent.port, version: '4' });
    const section = form.getByRole('button', { name: /^Session/ });
    if ((await section.getAttribute('aria-expanded')) === 'false') await section.click();
    await form.getByLabel('Connect timeout').fill('1000');
    await form.getByRole('button', { name: 'Connect', exact: true }).click();
    const panel = page.getByRole('tabpanel', { name: /^Connection/ });
    expect(await why(panel)).toMatch(/timeout/);
  });

  it('that floods: every message is counted, and the page answers meanwhile', async () => {
    const messages = 300_000;
    const message = Buffer.concat([publishHead('flood/a', 20), Buffer.alloc(20, 0x61)]);
    const piece = Buffer.concat(Array.from({ length: 1000 }, () => message));
    await using flood = await once(async (socket) => {
      socket.write(CONNACK_4);
      for (let sent = 0; sent < messages; sent += 1000)
        if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve));
    });
    await connect(flood.port);
    for (const name of ['Flows', 'Topics', 'Packets'] as const) await showPanel(page, name);
    // Two events of the connection, CONNECT and CONNACK besides.
    await page.getByText('300\u202f003 packets').waitFor();
    await awaitState(page, 'connected');
    expect(await page.getByText('300\u202f003 packets').count()).toBeGreaterThan(0);
  });

  it('that sends 200 MB in one message: it is kept whole, and shown a part at a time', async () => {
    const size = 200 * MEBIBYTE;
    await using large = await once(async (socket) => {
      socket.write(CONNACK_4);
      socket.write(publishHead('large/one', size));
      for (let sent = 0; sent < size; sent += MEBIBYTE)
        if (!socket.write(Buffer.alloc(MEBIBYTE, 0x61))) await new Promise((resolve) => socket.once('drain', resolve));
      socket.write(Buffer.concat([publishHead('after/it', 2), Buffer.from('ok')]));
    });
    await connect(large.port);
    await showPanel(page, 'Packets');
    await row('after/it').waitFor();
    await row('large/one').click();
    await page.getByRole('tab', { name: 'Payload', exact: true }).click();
    await page
      .getByText(/of 200\sMiB/)
      .first()
      .waitFor();
    expect(await row('after/it').count()).toBe(1);
    await keepScreenshot(page, 'trouble-large');
  });
});

describe('the publish form', () => {
  it('says what is wrong with a topic and a payload, and sends nothing', async () => {
    await connectTo(page, {
      protocol: 'mqtt',
      host: '127.0.0.1',
      port: broker.port,
      version: '5',
      username: 'me',
      password: 'hunter2',
    });
    await awaitState(page, 'connected');
    const panel = await showPanel(page, 'Publish');
    await panel.getByRole('combobox', { name: 'Topic' }).fill('a/#');
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
    await panel
      .getByText(/wildcard/)
      .first()
      .waitFor();
    await panel.getByRole('combobox', { name: 'Topic' }).fill('a/b');
    await panel
      .getByRole('radio', { name: 'Hex' })
      .or(panel.getByRole('button', { name: 'Hex' }))
      .first()
      .click();
    await panel.locator('.monaco-editor').click();
    await page.keyboard.type('0g');
    await panel.getByText('Not hexadecimal at character 2.').waitFor();
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
    await showPanel(page, 'Packets');
    expect(await row('PUBLISH').count()).toBe(0);
  });
});

describe('saved connections', () => {
  it('keep their password in a vault that a restart locks and the passphrase opens', async () => {
    const form = await fillConnection(page, {
      protocol: 'mqtt',
      host: '127.0.0.1',
      port: broker.port,
      version: '4',
      username: 'me',
      password: 'hunter2',
    });
    await page.getByLabel('Passwords and keys are kept').selectOption('vault');
    await page.getByLabel('Passphrase for the new vault').fill('correct horse');
    await page.getByRole('button', { name: 'Create the vault' }).click();
    await page.getByLabel('Passphrase for the new vault').waitFor({ state: 'detached' });
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('listbox', { name: 'Saved connections' }).getByRole('option').waitFor();
    const stored = readdirSync(app.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(stored.join('\n')).not.toContain('hunter2');

    await app.restart();
    await page.goto(app.url);
    await page.getByRole('button', { name: 'New connection…' }).click();
    await page.getByText('The vault is locked: saved passwords and keys cannot be used.').waitFor();
    await page.getByRole('listbox', { name: 'Saved connections' }).getByRole('option').dblclick();
    await page.getByText('The vault that holds the passwords is locked.').waitFor();
    await page.getByLabel('Passphrase of the vault').fill('wrong');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByText('That is not the vault’s passphrase.').waitFor();
    await keepScreenshot(page, 'trouble-vault');
    await page.getByLabel('Passphrase of the vault').fill('correct horse');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page
      .getByText('The vault is locked: saved passwords and keys cannot be used.')
      .waitFor({ state: 'detached' });
    await page.getByRole('listbox', { name: 'Saved connections' }).getByRole('option').dblclick();
    await awaitState(page, 'connected');
  });

  it('leave as a file without secrets and come back; a damaged file is refused at its line', async () => {
    await page.getByRole('button', { name: 'Open a source' }).click();
    await page.getByRole('menuitem', { name: 'New connection…' }).click();
    await page.getByRole('button', { name: 'Export…' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^All connections/ }).click(),
    ]);
    const path = await download.path();
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('"username": "me"');
    expect(text).not.toContain('hunter2');
    const input = page.locator('input[type=file][accept*=json]');
    await input.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await page.getByText('Imported: 1 added, 1 of them under a new id.').waitFor();
    const broken = Buffer.from(text.replace('"profiles"', 'profiles'));
    await input.setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: broken });
    await page.getByText(/it is not JSON from line 4, column \d+ on/).waitFor();
    expect(await page.getByRole('listbox', { name: 'Saved connections' }).getByRole('option').count()).toBe(2);
  });

  it('that are damaged on disk are kept aside and told, and the others are there', async () => {
    const folder = join(app.data, 'profiles');
    const [first] = readdirSync(folder).filter((name) => name.endsWith('.json'));
    writeFileSync(join(folder, first ?? ''), '{"format": "mqtt-ins');
    await app.restart();
    await page.goto(app.url);
    await page.getByText(/damaged file was kept as/).waitFor();
    await keepScreenshot(page, 'trouble-damaged');
    await page.getByRole('button', { name: 'New connection…' }).click();
    await page.getByRole('listbox', { name: 'Saved connections' }).getByRole('option').waitFor();
    expect(await page.getByRole('listbox', { name: 'Saved connections' }).getByRole('option').count()).toBe(1);
  });
});

it('after all of it nothing went wrong in the app itself', () => {
  expect(app.errors()).toBe('');
  // The restarts cut the page's link.
  expect(opened.problems.filter((problem) => !/WebSocket|request failed|ERR_/.test(problem))).toEqual([]);
});
