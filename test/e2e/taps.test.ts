/** The tap's wizard in the real page: a device is pointed at it and its packets are seen. */

import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { connectAsync } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { freePort } from '../support/ports.ts';

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
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failure-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
});

const form = () => page.getByRole('form', { name: 'New tap' });
const tap = (port: number) => page.getByRole('region', { name: `Tap :${port}` });

async function openWizard(): Promise<void> {
  await page.getByRole('button', { name: 'Open a source' }).click();
  await page.getByRole('menuitem', { name: 'Tap…' }).click();
  await form().waitFor();
}

/** Fills and starts; answers the region of the tap. */
async function start(port: number, protocol: string) {
  await form().getByLabel('Broker').fill(`mqtt://127.0.0.1:${broker.port}`);
  await form().getByLabel('Devices speak').selectOption(protocol);
  await form().getByLabel('Port', { exact: true }).fill(String(port));
  await form().getByRole('button', { name: 'Start the tap' }).click();
  await tap(port).waitFor();
  return tap(port);
}

/** A picture as it is on screen, RGBA. */
async function pixels(png: Buffer): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const { width, height, data } = await page.evaluate(
    async (bytes) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const drawn = context?.getImageData(0, 0, image.width, image.height).data ?? [];
      return { width: image.width, height: image.height, data: [...drawn] };
    },
    [...png],
  );
  return { width, height, data: Uint8ClampedArray.from(data) };
}

describe('the tap wizard', () => {
  it('says what is missing', async () => {
    await openWizard();
    await keepScreenshot(page, 'tap-empty');
    await form().getByRole('button', { name: 'Start the tap' }).click();
    const fault = page.getByText('An address is needed, such as');
    await fault.waitFor();
    expect(await form().getByLabel('Broker').getAttribute('aria-invalid')).toBe('true');
  });

  it('gives the address to point a device at, and shows who came', async () => {
    const port = await freePort();
    const running = await start(port, 'mqtt');
    await running.getByText(`mqtt://127.0.0.1:${port}`, { exact: true }).waitFor();
    await running.getByText('Nobody has connected yet.').waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'thermostat', reconnectPeriod: 0 });
    await client.subscribeAsync('site/#');
    await client.publishAsync('site/temp', '{"value":21.5}', { qos: 1 });
    await running.getByText('1 device connected').waitFor();
    await keepScreenshot(page, 'tap-running');
    const { violations } = await new AxeBuilder({ page }).include('.taps').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await running.getByRole('button', { name: /^thermostat/ }).click();
    const packets = page.getByRole('grid', { name: 'Packets in order of time' });
    await packets.getByRole('row').filter({ hasText: 'PUBACK' }).waitFor();
    await packets.getByRole('row').filter({ hasText: 'device connected' }).waitFor();
    await keepScreenshot(page, 'tap-packets');
    await client.endAsync();
    await packets
      .getByRole('row')
      .filter({ hasText: /connection 1 closed/ })
      .waitFor();
  });

  it('hands out the authority that devices must trust', async () => {
    await openWizard();
    const port = await freePort();
    const running = await start(port, 'mqtts');
    const download = page.waitForEvent('download');
    await running.getByRole('button', { name: 'Save the authority (CA)…' }).click();
    const ca = readFileSync((await (await download).path()) ?? '', 'utf8');
    expect(ca).toMatch(/^-----BEGIN CERTIFICATE-----/);
    const client = await connectAsync(`mqtts://localhost:${port}`, {
      ca,
      clientId: 'secure-device',
      reconnectPeriod: 0,
    });
    await running.getByRole('button', { name: /^secure-device/ }).waitFor();
    await client.endAsync();
    await expect(connectAsync(`mqtts://localhost:${port}`, { reconnectPeriod: 0 })).rejects.toThrow();
    await running.getByText('The device ended the TLS handshake.').waitFor();
    await keepScreenshot(page, 'tap-tls');
    await running.getByRole('button', { name: /^secure-device/ }).click();
    await page.getByRole('tablist', { name: 'Panels' }).getByRole('tab', { name: 'Connection' }).click();
    await page.getByRole('tab', { name: 'Device', exact: true }).click();
    await page.getByText('It was asked for one and showed none.').waitFor();
    await keepScreenshot(page, 'tap-device');
    const { violations } = await new AxeBuilder({ page }).include('.connection').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await openWizard();
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.waitFor({ state: 'detached' });
  });

  it('says that a port is taken', async () => {
    const { port } = new URL(app.url);
    await form().getByLabel('Devices speak').selectOption('mqtt');
    await form().getByLabel('Port', { exact: true }).fill(port);
    await form().getByRole('button', { name: 'Start the tap' }).click();
    const bar = page.getByRole('alert').filter({ hasText: `Port ${port} is in use by another program.` });
    await bar.waitFor();
    expect(await bar.count()).toBe(1);
  });

  it('has one tab for many devices, with a menu of them', async () => {
    await openWizard();
    const port = await freePort();
    await start(port, 'mqtt');
    const names = ['hall', 'attic', 'cellar', 'porch', 'garage', 'shed'];
    const clients = await Promise.all(
      names.map((clientId) => connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, reconnectPeriod: 0 })),
    );
    const group = page.getByRole('tab', { name: `:${port}: 6 connections, 6 connected` });
    await group.click();
    await page.getByRole('menuitem', { name: 'cellar' }).waitFor();
    await keepScreenshot(page, 'tap-group');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await page.getByRole('menuitem', { name: 'cellar' }).click();
    await page.getByRole('tab', { name: /^cellar, / }).waitFor();
    await Promise.all(clients.map((client) => client.endAsync()));
    await page.getByRole('tab', { name: `:${port}: 6 connections, 0 connected` }).waitFor();
    await openWizard();
    await tap(port).getByRole('button', { name: 'Stop' }).click();
    await tap(port).waitFor({ state: 'detached' });
  });

  it('shows the address that others in the network reach as a code for their camera', async () => {
    const port = await freePort();
    await form().getByLabel('Who can connect').selectOption('network');
    const running = await start(port, 'mqtt');
    const address = (await running.locator('code').first().innerText()).trim();
    await running.getByRole('button', { name: `Show ${address} as a QR code` }).click();
    const code = running.getByRole('img', { name: `QR code of ${address}` });
    const picture = await code.screenshot();
    await keepScreenshot(page, 'tap-qr');
    expect(decodeQR(await pixels(picture))).toBe(address);
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.waitFor({ state: 'detached' });
  });

  it('speaks Chinese, in the light', async () => {
    const other = await openPage(browser, app.url, { locale: 'zh-CN', theme: 'light', width: 1920, height: 1080 });
    await other.page.getByRole('button', { name: '打开来源' }).click();
    await other.page.getByRole('menuitem', { name: '旁路代理…' }).click();
    const running = other.page.getByRole('region', { name: /^旁路代理 :/ });
    await running.getByText('请让设备指向').waitFor();
    const fields = other.page.getByRole('form', { name: '新建旁路代理' });
    await fields.getByLabel('设备使用').selectOption('wss');
    await fields.getByLabel('谁可以连接').selectOption('network');
    await keepScreenshot(other.page, 'tap-zh-light');
    expect(other.problems).toEqual([]);
    await other.context.close();
  });

  it('met no fault of its own', () => {
    expect(opened.problems).toEqual([]);
    expect(app.errors()).toBe('');
  });
});
