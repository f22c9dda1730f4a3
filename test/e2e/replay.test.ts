/** From packets in the real page: copied as a program that runs, sent again, and replayed under other topics. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { awaitState, connectTo, runCommand, showPanel, subscribe } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { listenTo, mosquittoPublish } from '../support/mqtt-peers.ts';

const exec = promisify(execFile);
let app: App;
let browser: Browser;
let broker: Mosquitto;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  [app, browser, broker] = await Promise.all([startApp(), launchBrowser(), startMosquitto()]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
  await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await connectTo(page, { protocol: 'mqtt', host: '127.0.0.1', port: broker.port, version: '5', clientId: 'watcher' });
  await awaitState(page, 'connected');
  await subscribe(page, 'site/#', 1);
  await broker.logged('site/# (QoS 1)');
  await mosquittoPublish(broker.port, { topic: 'site/a', payload: `{"it's": "21.5"}`, qos: 1 });
  await mosquittoPublish(broker.port, { topic: 'site/b', payload: 'two', qos: 1 });
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const row = (text: string) =>
  page.getByRole('grid', { name: 'Packets in order of time' }).getByRole('row').filter({ hasText: text }).first();
const item = (name: string) => page.getByRole('menuitem', { name, exact: true });

describe('a packet', () => {
  it('is copied as a command that sends the same once more', async () => {
    await showPanel(page, 'Packets');
    await row('site/a').click({ button: 'right' });
    await item('Copy as').hover();
    await item('mosquitto_pub command').waitFor();
    await keepScreenshot(page, 'packet-copy-as');
    await item('mosquitto_pub command').click();
    const command = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(command).toMatch(/^mosquitto_pub .*-i watcher-copy/);
    await using listener = await listenTo(broker.port, 'site/a');
    await exec('sh', ['-c', await command()]);
    await expect.poll(() => listener.lines).toEqual([`1 0 site/a {"it's": "21.5"}`]);
  });

  it('is sent again by a key, and from the form it fills', async () => {
    await using listener = await listenTo(broker.port, 'site/b');
    await row('site/b').click();
    await page.locator('.detail-identity').filter({ hasText: 'PUBLISH' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => listener.lines).toEqual(['1 0 site/b two']);
    await page.keyboard.press('Alt+Enter');
    await expect.poll(() => page.getByLabel('Topic', { exact: true }).inputValue()).toBe('site/b');
    await keepScreenshot(page, 'packet-edit-and-resend');
  });
});

describe('a replay', () => {
  it('publishes what the filter shows to other topics, and says how far it is', async () => {
    await using listener = await listenTo(broker.port, 'again/#');
    await showPanel(page, 'Packets');
    await row('site/a').click({ button: 'right' });
    await item('Replay').hover();
    await item('All that the filter shows…').click();
    const form = page.getByRole('form', { name: 'Replay messages' });
    await form.waitFor();
    await keepScreenshot(page, 'replay-form');
    await form.getByLabel('Sent by').selectOption('server-to-client');
    await form.getByRole('button', { name: 'Add a rule' }).click();
    await form.getByLabel('Topic filter, old/# 1').fill('site/#');
    await form.getByLabel('Topic, new/# 1').fill('again/+');
    await form.getByText('The right side has wildcards').waitFor();
    await form.getByLabel('Topic, new/# 1').fill('again/#');
    const mapped = form.getByRole('table', { name: 'Topics and where they go' });
    await mapped.getByText('again/b').waitFor();
    await form.getByLabel('Pace').selectOption('fastest');
    await form.getByLabel('Rounds').fill('20');
    await expect.poll(() => form.getByText(/^\d+ messages in/).textContent()).toMatch(/^4 /);
    await form.getByRole('button', { name: 'Start the replay' }).click();
    const running = page.getByRole('region', { name: /→/ });
    await running.getByText('Done · 80 of 80 sent').waitFor();
    await expect.poll(() => listener.lines.length).toBe(80);
    await keepScreenshot(page, 'replay-done');
    const { violations } = await new AxeBuilder({ page }).include('.replay').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await running.getByRole('button', { name: 'Take off the list' }).click();
    await page.getByText('No replay yet.').waitFor();
  });

  it('is paused, goes on, and is stopped', async () => {
    const form = page.getByRole('form', { name: 'Replay messages' });
    await form.getByLabel('Pace').selectOption('scaled');
    await form.getByLabel('Speed').fill('200');
    await form.getByText('A number from 0.1 to 100.').waitFor();
    await form.getByLabel('Speed').fill('0.1');
    await form.getByLabel('Again and again').check();
    await form.getByRole('button', { name: 'Start the replay' }).click();
    const running = page.getByRole('region', { name: /→/ });
    await running.getByText('Running').waitFor();
    await running.getByRole('button', { name: 'Pause' }).click();
    await running.getByText('Paused').waitFor();
    await running.getByRole('button', { name: 'Go on' }).click();
    await running.getByText('Running').waitFor();
    await keepScreenshot(page, 'replay-running');
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.getByText('Stopped').waitFor();
    expect(opened.problems).toEqual([]);
  });

  it('says where the connection was lost', async () => {
    const form = page.getByRole('form', { name: 'Replay messages' });
    await form.getByRole('button', { name: 'Start the replay' }).click();
    const running = page.getByRole('region', { name: /→/ }).first();
    await running.getByText('Running').waitFor();
    await broker.kill();
    await running.getByText('It stopped before packet').waitFor();
    await form.getByText('The connection does not stand.').waitFor();
    expect(await form.getByRole('button', { name: 'Start the replay' }).isDisabled()).toBe(true);
    await keepScreenshot(page, 'replay-interrupted');
  });

  it('speaks Chinese, in the light', async () => {
    const other = await openPage(browser, app.url, { locale: 'zh-CN', theme: 'light', width: 1920, height: 1080 });
    await other.page.getByRole('button', { name: '打开来源' }).waitFor();
    await runCommand(other.page, '重放消息');
    await other.page.getByRole('form', { name: '重放消息' }).waitFor();
    await other.page.getByText('连接中断').waitFor();
    await keepScreenshot(other.page, 'replay-zh-light');
    expect(other.problems).toEqual([]);
    await other.context.close();
  });
});
