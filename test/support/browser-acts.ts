/** What a user does in the page, by the names that assistive technology reads. */

import type { Locator, Page } from 'playwright-core';
import type { TestCertificates } from './certificates.ts';

export type PanelName = 'Topics' | 'Packets' | 'Flows' | 'Publish' | 'Connection' | 'Console' | 'Rules';

/** Goes to a panel by its tab and answers the panel's region. */
export async function showPanel(page: Page, name: PanelName): Promise<Locator> {
  await page
    .getByRole('tablist', { name: 'Panels' })
    .getByRole('tab', { name: new RegExp(`^${name}`) })
    .click();
  const panel = page.getByRole('tabpanel', { name: new RegExp(`^${name}`) });
  await panel.waitFor();
  return panel;
}

export interface Endpoint {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  readonly version: '3' | '4' | '5';
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  /** Trusts the test authority and shows the client certificate. */
  readonly certificates?: TestCertificates;
}

/** Fills the form of a new connection. */
export async function fillConnection(page: Page, endpoint: Endpoint): Promise<Locator> {
  await page.getByRole('button', { name: 'Open a source' }).click();
  await page.getByRole('menuitem', { name: 'New connection…' }).click();
  const form = page.getByRole('form', { name: 'New connection' });
  await form.getByLabel('Protocol', { exact: true }).selectOption(endpoint.protocol);
  await form.getByLabel('Host', { exact: true }).fill(endpoint.host);
  await form.getByLabel('Port', { exact: true }).fill(String(endpoint.port));
  await form.getByLabel('MQTT version').selectOption(endpoint.version);
  if (endpoint.clientId !== undefined) await form.getByLabel('Client id', { exact: true }).fill(endpoint.clientId);
  if (endpoint.username !== undefined) await form.getByLabel('User name').fill(endpoint.username);
  if (endpoint.password !== undefined) await form.getByLabel('Password', { exact: true }).fill(endpoint.password);
  if (endpoint.certificates !== undefined) {
    const section = form.getByRole('button', { name: /^TLS/ });
    if ((await section.getAttribute('aria-expanded')) === 'false') await section.click();
    await form.getByLabel('Authorities (CA)').fill(endpoint.certificates.authority.cert);
    await form.getByLabel('Client certificate').fill(endpoint.certificates.client.cert);
    await form.getByLabel('Client key').fill(endpoint.certificates.client.key);
  }
  return form;
}

/** Fills the form, connects, and answers the Connection panel that then shows. */
export async function connectTo(page: Page, endpoint: Endpoint): Promise<Locator> {
  const form = await fillConnection(page, endpoint);
  await form.getByRole('button', { name: 'Connect', exact: true }).click();
  const panel = page.getByRole('tabpanel', { name: /^Connection/ });
  await panel.waitFor();
  return panel;
}

/** Waits for the selected source's state in the status bar. */
export async function awaitState(page: Page, state: string): Promise<void> {
  await page.getByRole('contentinfo').getByRole('status').filter({ hasText: state }).waitFor();
}

/** Subscribes by the bar of the Topics panel; resolves when the server has answered: what is published then is received. */
export async function subscribe(page: Page, topicFilter: string, qos: 0 | 1 | 2): Promise<void> {
  const panel = await showPanel(page, 'Topics');
  await panel.getByLabel('Topic filter to subscribe to').fill(topicFilter);
  await panel.getByLabel('Maximum QoS').selectOption(String(qos));
  await panel.getByRole('button', { name: 'Subscribe', exact: true }).click();
  await panel.locator('.topics-chip:not([data-grant="awaited"])').filter({ hasText: topicFilter }).waitFor();
}

/** Texts of the rows on screen of a grid, cells joined by a space, in the order of their place. */
export async function rowTexts(grid: Locator): Promise<string[]> {
  const rows = await grid.locator('[data-index]').evaluateAll((elements) =>
    elements
      .filter((element): element is HTMLElement => element instanceof HTMLElement)
      .toSorted((left, right) => Number(left.dataset['index']) - Number(right.dataset['index']))
      .map((element) =>
        [...element.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent.trim()).join(' '),
      ),
  );
  return rows;
}

/** Runs a command of the palette by its title, as a user does who waits for what it finds. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+K');
  const palette = page.getByRole('dialog').filter({ has: page.getByRole('listbox') });
  await palette.getByRole('combobox').fill(title);
  await palette.getByRole('option', { name: title }).first().waitFor();
  await page.keyboard.press('Enter');
}
