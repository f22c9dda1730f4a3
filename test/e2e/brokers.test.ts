/** The page against mosquitto: four transports, two versions, messages both ways at every QoS. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { awaitState, connectTo, rowTexts, showPanel, subscribe } from '../support/browser-acts.ts';
import { keepScreenshot, launchBrowser, openPage, type OpenedPage } from '../support/browser-page.ts';
import { testCertificates, type TestCertificates } from '../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPublish } from '../support/mqtt-peers.ts';

const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;

let app: App;
let browser: Browser;
let broker: Mosquitto;
let certificates: TestCertificates;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  certificates = await testCertificates();
  [app, browser, broker] = await Promise.all([
    startApp(),
    launchBrowser(),
    startMosquitto({
      listeners: PROTOCOLS.map((protocol) => ({ protocol, requireClientCertificate: protocol === 'mqtts' })),
    }),
  ]);
  opened = await openPage(browser, app.url);
  ({ page } = opened);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app?.stop(), broker?.stop()]);
});

const portOf = (protocol: (typeof PROTOCOLS)[number]): number => broker.ports[PROTOCOLS.indexOf(protocol)] ?? 0;

describe.each(PROTOCOLS)('%s', (protocol) => {
  const secure = protocol === 'mqtts' || protocol === 'wss';

  it.each(['4', '5'] as const)('connects with MQTT version %s, subscribes and receives', async (version) => {
    const panel = await connectTo(page, {
      protocol,
      host: 'localhost',
      port: portOf(protocol),
      version,
      ...(secure ? { certificates } : {}),
    });
    await awaitState(page, 'connected');
    const stages = panel.getByRole('region', { name: 'Stages of the attempt' });
    await stages.getByRole('button', { name: /^CONNECT\b/ }).waitFor();
    const names = await stages
      .getByRole('button')
      .evaluateAll((buttons) =>
        buttons.map((button) => button.querySelector('.waterfall-name')?.firstChild?.textContent),
      );
    expect(names.slice(0, 2)).toEqual(['DNS', 'TCP']);
    expect(names.includes('TLS')).toBe(secure);
    expect(names.includes('WebSocket')).toBe(protocol === 'ws' || protocol === 'wss');
    if (secure) expect(await page.getByRole('contentinfo').innerText()).toMatch(/TLS 1\.[23]/);
    const topic = `reach/${protocol}/${version}`;
    await subscribe(page, 'reach/#', 1);
    await page.getByText('reach/#').first().waitFor();
    await showPanel(page, 'Packets');
    const packets = page.getByRole('grid', { name: 'Packets in order of time' });
    await packets.getByRole('row').filter({ hasText: 'SUBACK' }).waitFor();
    await mosquittoPublish(portOf('mqtt'), { topic, payload: 'hello', qos: 1 });
    await packets.getByRole('row').filter({ hasText: 'PUBLISH' }).filter({ hasText: topic }).waitFor();
    const rows = await rowTexts(packets);
    expect(rows.map((row) => row.split(' ').find((word) => /^[A-Z]{4,}$/.test(word))).filter(Boolean)).toEqual([
      'CONNECT',
      'CONNACK',
      'SUBSCRIBE',
      'SUBACK',
      'PUBLISH',
      'PUBACK',
    ]);
    await keepScreenshot(page, `reach-${protocol}-${version}`);
  });
});

describe('messages of every kind', () => {
  it('stand in the tree, the list, the fields and the ladder', async () => {
    await connectTo(page, {
      protocol: 'mqtt',
      host: '127.0.0.1',
      port: portOf('mqtt'),
      version: '5',
      clientId: 'e2e-whole',
    });
    await awaitState(page, 'connected');
    await keepScreenshot(page, 'connection');
    await subscribe(page, 'e2e/#', 2);
    const topics = await showPanel(page, 'Topics');
    for (const qos of [0, 1, 2] as const)
      await mosquittoPublish(portOf('mqtt'), {
        topic: `e2e/line/${qos}`,
        payload: `{"qos":${qos},"text":"温度"}`,
        qos,
        retain: qos === 1,
      });
    const tree = topics.getByRole('treegrid');
    await tree.getByRole('row').filter({ hasText: 'e2e' }).first().waitFor();
    await tree.getByRole('row').filter({ hasText: '{"qos":2' }).waitFor();
    await tree.getByRole('row').filter({ hasText: '{"qos":2' }).click();
    await keepScreenshot(page, 'topics');

    const panel = await showPanel(page, 'Packets');
    const list = panel.getByRole('grid', { name: 'Packets in order of time' });
    await list.getByRole('row').filter({ hasText: 'PUBCOMP' }).waitFor();
    await list.getByRole('row').filter({ hasText: 'PUBLISH' }).filter({ hasText: 'e2e/line/2' }).click();
    const fields = panel.getByRole('tree', { name: 'Fields of the packet' });
    const topicField = fields.getByRole('treeitem').filter({ hasText: 'Topic Name' });
    await topicField.first().click();
    const lit = panel.locator('.hex [data-offset].lit-selected, [data-offset].lit-selected');
    await lit.first().waitFor();
    const offsets = await lit.evaluateAll((cells) => [
      ...new Set(cells.map((cell) => Number(cell.getAttribute('data-offset')))),
    ]);
    const length = 'e2e/line/2'.length;
    expect(offsets.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: length + 2 }, (_, at) => at + 2),
    );
    await panel.locator('[data-offset="0"]').first().hover();
    await fields.locator('[role=treeitem][data-hovered=true]').first().waitFor();
    await keepScreenshot(page, 'packets-fields');
    await panel.getByRole('tab', { name: 'Payload' }).click();
    await panel.getByText('温度').first().waitFor();
    await keepScreenshot(page, 'packets-payload');
  });

  it('show the ladder of a QoS 2 message from the broker', async () => {
    const panel = await showPanel(page, 'Flows');
    const list = panel.getByRole('grid', { name: 'Flows' });
    await list.getByRole('row').filter({ hasText: 'PUBLISH QoS 2' }).filter({ hasText: '←' }).click();
    const steps = panel.getByRole('table', { name: 'Steps' });
    await steps.waitFor();
    const words = await steps.locator('tbody tr').allInnerTexts();
    expect(words.map((text) => /[←→]\s*([A-Z]+)/.exec(text)?.[0].replaceAll(/\s+/g, ' '))).toEqual([
      '← PUBLISH',
      '→ PUBREC',
      '← PUBREL',
      '→ PUBCOMP',
    ]);
    await keepScreenshot(page, 'flows-from-broker');
  });

  it('survive a reload, and a second page sees the same', async () => {
    await page.reload();
    const tab = page.getByRole('tablist', { name: 'Sources' }).getByRole('tab', { selected: true });
    await tab.waitFor();
    const flows = page.getByRole('tabpanel', { name: /^Flows/ }).getByRole('grid', { name: 'Flows' });
    await flows.getByRole('row').filter({ hasText: 'PUBLISH QoS 2' }).first().waitFor();
    expect(await page.getByRole('tablist', { name: 'Sources' }).getByRole('tab').count()).toBe(9);
    const second = await openPage(browser, app.url, { context: opened.context });
    await second.page.getByRole('tablist', { name: 'Sources' }).getByRole('tab').nth(8).click();
    await showPanel(second.page, 'Packets');
    const list = second.page.getByRole('grid', { name: 'Packets in order of time' });
    await list.getByRole('row').filter({ hasText: 'PUBCOMP' }).waitFor();
    await mosquittoPublish(portOf('mqtt'), { topic: 'e2e/both', payload: 'x', qos: 0 });
    await list.getByRole('row').filter({ hasText: 'e2e/both' }).waitFor();
    await showPanel(page, 'Packets');
    await page
      .getByRole('grid', { name: 'Packets in order of time' })
      .getByRole('row')
      .filter({ hasText: 'e2e/both' })
      .waitFor();
    expect(second.problems).toEqual([]);
    await second.page.close();
  });

  it('met nothing wrong', () => {
    expect(opened.problems).toEqual([]);
    expect(app.errors()).toBe('');
  });
});
