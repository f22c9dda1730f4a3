/** Rules in the real page: devices behind a tap are stopped at a breakpoint, edited, lost and answered, and the page says so everywhere. */

import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { showPanel } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, type OpenedPage, openPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { freePort } from '../support/ports.ts';

let app: App;
let browser: Browser;
let broker: Mosquitto;
let opened: OpenedPage;
let page: Page;
let device: MqttClient;
let subscriber: MqttClient;
const received: { readonly topic: string; readonly text: string }[] = [];

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([startApp(), launchBrowser(), startMosquitto()]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
  const port = await freePort();
  await page.getByRole('button', { name: 'Open a source' }).click();
  await page.getByRole('menuitem', { name: 'Tap…' }).click();
  const form = page.getByRole('form', { name: 'New tap' });
  await form.getByLabel('Broker').fill(`mqtt://127.0.0.1:${broker.port}`);
  await form.getByLabel('Port', { exact: true }).fill(String(port));
  await form.getByRole('button', { name: 'Start the tap' }).click();
  const tap = page.getByRole('region', { name: `Tap :${port}` });
  await tap.waitFor();
  subscriber = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  subscriber.on('message', (topic, payload) => received.push({ topic, text: String(payload) }));
  await subscriber.subscribeAsync('site/#', { qos: 1 });
  device = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'thermostat',
    reconnectPeriod: 0,
    protocolVersion: 5,
    keepalive: 2,
  });
  await tap.getByRole('button', { name: /^thermostat/ }).click();
});
afterAll(async () => {
  device?.end(true);
  subscriber?.end(true);
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const rules = () => page.getByRole('grid', { name: 'Rules in the order in which they are asked' });
const ruleRow = (text: string) => rules().getByRole('row').filter({ hasText: text });
const waiting = () => page.getByRole('grid', { name: 'Waiting packets' }).locator('[data-index]');
const packets = () => page.getByRole('grid', { name: 'Packets in order of time' });
const form = () => page.getByRole('form', { name: /^Rule / });

async function addRule(filter: string, action: string): Promise<void> {
  await showPanel(page, 'Rules');
  await page.getByRole('button', { name: 'Add rule', exact: true }).first().click();
  await form().getByRole('combobox', { name: 'Packets' }).fill(filter);
  await page.keyboard.press('Enter');
  await form().getByLabel('Action').selectOption(action);
}

async function turnOn(): Promise<void> {
  await form().getByRole('checkbox', { name: 'On', exact: true }).check();
}

async function turnAllOff(): Promise<void> {
  await page.getByRole('button', { name: /^Rules: / }).click();
  await page.getByRole('menuitem', { name: 'Turn all off' }).click();
  await page.getByRole('button', { name: 'Rules: none is on' }).waitFor();
}

/** The first row of the list under a filter. */
async function packetRow(filter: string): Promise<Locator> {
  const panel = await showPanel(page, 'Packets');
  await panel.getByRole('combobox', { name: 'Filter packets' }).fill(filter);
  await page.keyboard.press('Enter');
  const row = packets().locator('[data-index="0"]');
  await expect.poll(() => packets().getAttribute('aria-rowcount')).toBe('1');
  return row;
}

async function findings(part: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('rules', () => {
  it('begin with an empty panel that says what they are for', async () => {
    await showPanel(page, 'Rules');
    await page.getByText('No rules yet.').waitFor();
    expect(await findings('.rules')).toEqual([]);
    await keepScreenshot(page, 'rules-empty-dark');
  });

  it('stop a packet, let it be edited, and the subscriber gets the edited one', async () => {
    await addRule('type:publish topic:site/temp', 'pause');
    expect(await ruleRow('type:publish topic:site/temp').getByRole('checkbox').isChecked()).toBe(false);
    await turnOn();
    await showPanel(page, 'Packets');
    const sent = device.publishAsync('site/temp', '{"value":21.5}', { qos: 1 });
    await page.getByText('1 packet waits at a breakpoint.').waitFor();
    await page.getByRole('tab', { name: 'Rules 1' }).waitFor();
    await keepScreenshot(page, 'rules-bar-dark');
    expect(await findings('.shell')).toEqual([]);
    await device.publishAsync('site/behind', 'later', { qos: 0 });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await waiting().filter({ hasText: '1 packet behind it' }).waitFor();
    await expect.poll(() => waiting().first().textContent()).toMatch(/[3-9] s/);
    expect(received).toEqual([]);
    const pane = page.getByRole('region', { name: /^Waiting packet / });
    await pane.getByRole('tree', { name: 'Fields of the waiting packet' }).getByText('site/temp').waitFor();
    await keepScreenshot(page, 'rules-held-dark');
    expect(await findings('.rules')).toEqual([]);
    await pane.getByLabel('Payload', { exact: true }).fill('{"value":99}');
    await page.keyboard.press('F8');
    await sent;
    await expect
      .poll(() => received.splice(0))
      .toEqual([
        { topic: 'site/temp', text: '{"value":99}' },
        { topic: 'site/behind', text: 'later' },
      ]);
    expect(device.connected).toBe(true);
    await page.getByText('No packet waits.').waitFor();
  });

  it('say in the packet list and in the detail what was done', async () => {
    const row = await packetRow('type:publish topic:site/temp');
    await row.getByRole('img', { name: 'A rule, or a word of yours, changed what became of it' }).waitFor();
    await row.click();
    const note = page.getByRole('note', { name: 'What was done to the packet' });
    await note.getByText(/You edited it\. It had waited .* at “type:publish topic:site\/temp”\./).waitFor();
    await note.getByRole('button', { name: /^Sent instead: 28 bytes/ }).click();
    await note.getByRole('group', { name: 'Bytes that were sent instead' }).waitFor();
    await keepScreenshot(page, 'rules-detail-dark');
    expect(await findings('.detail')).toEqual([]);
  });

  it('take the bytes that were typed, and drop by Delete', async () => {
    const second = device.publishAsync('site/temp', 'raw', { qos: 0 });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const pane = page.getByRole('region', { name: /^Waiting packet / });
    await pane.getByRole('radio', { name: 'All bytes' }).click();
    const bytes = pane.getByLabel('The whole packet in hexadecimal');
    expect(await bytes.inputValue()).toBe('30 0f 00 09 73 69 74 65 2f 74 65 6d 70 00 72 61 77');
    await bytes.fill('300e0009736974652f74656d70006f6b');
    await pane.getByText('1 whole packet as typed').waitFor();
    await page.keyboard.press('F8');
    await second;
    await expect.poll(() => received.splice(0)).toEqual([{ topic: 'site/temp', text: 'ok' }]);
    await device.publishAsync('site/temp', 'gone', { qos: 0 });
    await waiting().first().click();
    await page.keyboard.press('Delete');
    await page.getByText('No packet waits.').waitFor();
    await device.publishAsync('site/last', 'here', { qos: 1 });
    await expect.poll(() => received.splice(0)).toEqual([{ topic: 'site/last', text: 'here' }]);
    await turnAllOff();
  });

  it('are made from a packet and lose every packet like it', async () => {
    await (await packetRow('type:publish topic:site/last')).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Drop packets like this' }).click();
    await form().waitFor();
    await page.getByRole('button', { name: 'Rules: 1 rule on' }).waitFor();
    await device.publishAsync('site/last', 'lost', { qos: 0 });
    await device.publishAsync('site/other', 'kept', { qos: 1 });
    await expect.poll(() => received.splice(0)).toEqual([{ topic: 'site/other', text: 'kept' }]);
    const row = ruleRow('type:publish topic:site/last');
    await expect
      .poll(() => row.getByRole('gridcell').allTextContents())
      .toEqual(['', expect.any(String), 'Drop', '1', '1']);
    await turnAllOff();
  });

  it('answer in the broker’s place, and lead to what is answered', async () => {
    await addRule('type:publish topic:site/denied', 'answer');
    await form().getByLabel('Reason code').fill('0x87');
    await page.keyboard.press('Enter');
    await turnOn();
    await expect(device.publishAsync('site/denied', 'no', { qos: 1 })).rejects.toThrow(/Not authorized/);
    await ruleRow('site/denied').filter({ hasText: 'Answer with 0x87 Not authorized' }).waitFor();
    await (await packetRow('type:puback reason:not-authorized')).click();
    const note = page.getByRole('note', { name: 'What was done to the packet' });
    await note.getByText('Sent by the inspector, in answer to packet').waitFor();
    await note.getByRole('button', { name: /^Show packet / }).click();
    await note.getByText(/kept it back, to answer in the other side’s place/).waitFor();
    await turnAllOff();
  });

  it('rewrite, and say at the field what cannot be', async () => {
    await addRule('type:publish topic:site/rewritten', 'rewrite');
    await form().getByLabel('Topic', { exact: true }).fill('site/#');
    await form().getByLabel('Name').click();
    await form().getByText('A topic name is needed, without wildcards.').waitFor();
    await ruleRow('site/rewritten').getByText('not applied').waitFor();
    await keepScreenshot(page, 'rules-form-fault-dark');
    expect(await findings('.rules')).toEqual([]);
    await form().getByLabel('Topic', { exact: true }).fill('site/elsewhere');
    await form().getByLabel('Payload', { exact: true }).selectOption('text');
    await form().getByLabel('New payload').fill('another');
    await form().getByLabel('Name').fill('elsewhere');
    await page.keyboard.press('Enter');
    await ruleRow('elsewhere').getByText('Rewrite topic, payload').waitFor();
    await turnOn();
    await device.publishAsync('site/rewritten', 'this', { qos: 1 });
    await expect.poll(() => received.splice(0)).toEqual([{ topic: 'site/elsewhere', text: 'another' }]);
    await turnAllOff();
  });

  it('are kept in a file and come back from it', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save to file…' }).click();
    const path = (await (await download).path()) ?? '';
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ format: 'mqtt-inspector-rules', version: 1 });
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open file…' }).click();
    await (await chooser).setFiles(path);
    await page.getByText('The file holds 4 rules, 0 of them on. There are rules already.').waitFor();
    await keepScreenshot(page, 'rules-file-dark');
    await page.getByRole('button', { name: 'Append' }).click();
    await expect.poll(() => rules().locator('[data-index]').count()).toBe(8);
    await ruleRow('site/last').last().dragTo(ruleRow('site/temp').first());
    await expect.poll(() => rules().locator('[data-index="0"]').textContent()).toContain('site/last');
    await rules().focus();
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => rules().locator('[data-index="1"]').textContent()).toContain('site/last');
    expect(await rules().locator('[data-index="1"]').getAttribute('aria-selected')).toBe('true');
    const wrong = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open file…' }).click();
    await (await wrong).setFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"rules"') });
    await page.getByText('The file cannot be used: it is not JSON from line 1, column 9 on.').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
  });

  it('are the same in another window, in Chinese and in the light, and outlive a reload', async () => {
    const other = await openPage(browser, app.url, { locale: 'zh-CN', theme: 'light', width: 1920, height: 1080 });
    await other.page.getByRole('tablist', { name: '面板' }).getByRole('tab', { name: '规则' }).click();
    const list = other.page.getByRole('grid', { name: '规则，按询问的顺序排列' });
    await expect.poll(() => list.locator('[data-index]').count()).toBe(8);
    await list.locator('[data-index]').first().click();
    await other.page.getByRole('checkbox', { name: '启用', exact: true }).check();
    await page.getByRole('button', { name: 'Rules: 1 rule on' }).waitFor();
    const sent = device.publishAsync('site/temp', 'Grüße 温度', { qos: 1 });
    await other.page.getByRole('grid', { name: '等待的报文' }).locator('[data-index]').first().click();
    await other.page.getByRole('tree').getByText('site/temp').waitFor();
    await keepScreenshot(other.page, 'rules-held-zh-light');
    const { violations } = await new AxeBuilder({ page: other.page }).include('.rules').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await other.page.getByRole('button', { name: '全部放行' }).first().click();
    await sent;
    await expect.poll(() => received.splice(0)).toEqual([{ topic: 'site/temp', text: 'Grüße 温度' }]);
    expect(other.problems).toEqual([]);
    await other.context.close();
    await page.reload();
    await page.getByRole('button', { name: 'Rules: 1 rule on' }).waitFor();
    await turnAllOff();
  });

  it('say that they do nothing while recording is off', async () => {
    await showPanel(page, 'Rules');
    await ruleRow('elsewhere').first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await page.getByText('Rules do not act on thermostat while recording is off there.').waitFor();
    await keepScreenshot(page, 'rules-not-recorded-dark');
    await device.publishAsync('site/rewritten', 'as it is', { qos: 1 });
    await expect.poll(() => received.splice(0)).toEqual([{ topic: 'site/rewritten', text: 'as it is' }]);
    await page.getByRole('button', { name: 'Record', exact: true }).first().click();
    await turnAllOff();
  });

  it('met no fault of their own', () => {
    expect(opened.problems).toEqual([]);
    expect(app.errors()).toBe('');
  });
});
