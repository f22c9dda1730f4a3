/** The Publish panel in a browser: send by key, repeat, raw bytes, fill from elsewhere and from the history. */

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { RepeatRecord } from '../../../shared/contract/replay-records.ts';
import { openApp, type OpenedApp, type OpenOptions } from '../connection/open-app.tsx';
import { fakeSource } from '../support/fake-service.ts';

let opened: OpenedApp | undefined;

// The first load has Vite prepare the editor's modules, which takes longer than a test may.
beforeAll(() => import('../../../renderer/panels/publish/monaco.ts'), 60_000);

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

async function show(options: Partial<OpenOptions> = {}): Promise<OpenedApp> {
  opened = await openApp({ panel: 'publish', ...options });
  await expect.poll(() => document.querySelector('.publish-editor[data-loaded]'), { timeout: 10_000 }).not.toBeNull();
  return opened;
}

const topic = () => page.getByRole('combobox', { name: 'Topic' });
const typed = (text: string) => new TextEncoder().encode(text);

async function type(text: string): Promise<void> {
  await userEvent.click(document.querySelector('.publish-monaco .view-lines') ?? document.body);
  await userEvent.keyboard(text);
}

describe('Publish panel', () => {
  it('sends from the editor by key and remembers the message', async () => {
    const app = await show({ handlers: { publish: () => ({ outcome: 'queued', packetId: 0 }) } });
    await userEvent.fill(topic(), 'a/b');
    await type('hello');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect
      .poll(() => app.inputs('publish'))
      .toEqual([{ source: 1, topic: 'a/b', payload: typed('hello'), qos: 0, retain: false }]);
    await expect.element(page.getByText(/Queued for a\/b/)).toBeVisible();
    await expect.poll(() => app.service.documents.get('publish-history')).toContain('"topic":"a/b"');
  });

  it('does not send what MQTT forbids, and sends JSON that is none', async () => {
    const app = await show();
    await userEvent.fill(topic(), 'a/#');
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    await expect.element(page.getByText(/wildcards \+ and # ?\./).or(page.getByText(/MQTT-3\.3\.2-2/))).toBeVisible();
    expect(app.inputs('publish')).toEqual([]);
    await userEvent.fill(topic(), 'a');
    await userEvent.click(page.getByRole('radio', { name: 'JSON' }));
    await type('nope');
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    await expect.poll(() => app.inputs('publish').length).toBe(1);
  });

  it('completes topics', async () => {
    await show();
    await userEvent.fill(topic(), 'site');
    await expect.poll(() => document.querySelector('datalist option[value="site/b2/temp"]')).not.toBeNull();
  });

  it('fills the form from a packet, byte for byte', async () => {
    const app = await show();
    const payload = Uint8Array.of(0, 255, 128);
    app.app.navigation.go({ to: 'publish', source: 1, message: { topic: 'x', payload, qos: 1, retain: true } });
    await expect.element(page.getByRole('radio', { name: 'Hex' })).toBeChecked();
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    await expect.poll(() => app.inputs('publish')).toEqual([{ source: 1, topic: 'x', payload, qos: 1, retain: true }]);
  });

  it('fills the form from the history with Enter', async () => {
    const kept = JSON.stringify([{ name: '', atMs: 1, topic: 'old/topic', payload: 'aGk=', qos: 2, retain: false }]);
    await show({ handlers: { readDocument: ({ name }) => (name === 'publish-history' ? kept : null) } });
    await userEvent.click(page.getByText('old/topic'));
    document.querySelector<HTMLElement>('.publish-side-list .list')?.focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(topic()).toHaveValue('old/topic');
  });

  it('repeats with interval and count, and lists what runs', async () => {
    const running: RepeatRecord = { repeat: 3, source: 1, topic: 'beat', intervalMs: 250, sent: 12, refused: 2 };
    const app = await show({ handlers: { startRepeat: () => running } });
    await userEvent.fill(topic(), 'beat');
    await userEvent.fill(page.getByRole('textbox', { name: 'Interval in milliseconds' }), '0');
    await userEvent.click(page.getByRole('button', { name: 'Repeat', exact: true }));
    await expect.element(page.getByText(/from 1 to 86/)).toBeVisible();
    await userEvent.fill(page.getByRole('textbox', { name: 'Interval in milliseconds' }), '250');
    await userEvent.fill(page.getByRole('textbox', { name: /^How many times/ }), '5');
    await userEvent.click(page.getByRole('button', { name: 'Repeat', exact: true }));
    await expect.poll(() => app.inputs('startRepeat')).toMatchObject([{ topic: 'beat', intervalMs: 250, count: 5 }]);
  });

  it('writes raw bytes', async () => {
    const app = await show();
    await userEvent.click(page.getByRole('radio', { name: 'Raw bytes' }));
    await userEvent.fill(page.getByRole('textbox', { name: /^A whole packet/ }), 'c0 0');
    await userEvent.click(page.getByRole('button', { name: 'Send the bytes' }));
    expect(app.inputs('sendRaw')).toEqual([]);
    await userEvent.fill(page.getByRole('textbox', { name: /^A whole packet/ }), 'c0 00');
    await userEvent.click(page.getByRole('button', { name: 'Send the bytes' }));
    await expect.poll(() => app.inputs('sendRaw')).toEqual([{ source: 1, bytes: Uint8Array.of(0xc0, 0) }]);
  });

  it('reads raw bytes before they are sent', async () => {
    const app = await show();
    await userEvent.click(page.getByRole('radio', { name: 'Raw bytes' }));
    const raw = page.getByRole('textbox', { name: /^A whole packet/ });
    const fields = page.getByRole('tree', { name: 'Fields of the first packet' });
    await userEvent.fill(raw, '30 06 0003 612f62 00 c000 c0');
    await expect.element(fields.getByText('a/b')).toBeVisible();
    await expect
      .element(page.getByText(/^11 bytes · 2 packets · 1 byte is no whole packet · Only the first/))
      .toBeVisible();
    await userEvent.fill(raw, '36 06 0003 612f62 00');
    await expect.element(page.getByText(/both its bits cannot be set/)).toBeVisible();
    await expect.element(page.getByText('Both QoS bits are set.')).toBeVisible();
    await userEvent.fill(raw, '36 x');
    await expect.element(fields).not.toBeInTheDocument();
    expect(app.inputs('sendRaw')).toEqual([]);
  });

  it('says why nothing can be sent, and keeps the message', async () => {
    await show({
      handlers: {
        publish: () => {
          throw new InspectorError('refused', { reason: 'queue-full', limit: 10 });
        },
      },
    });
    await userEvent.fill(topic(), 'a');
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    await expect.element(page.getByText(/queue of messages that wait is full/)).toBeVisible();
    await expect.element(topic()).toHaveValue('a');
  });

  it('offers to connect where the source is not', async () => {
    const app = await show({ sources: [fakeSource({ state: 'closed' })] });
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled();
    await userEvent.click(page.getByRole('button', { name: 'Connect' }));
    await expect.poll(() => app.inputs('connect')).toEqual([{ source: 1 }]);
  });
});
