/** Pictures of the Publish panel in both sizes and themes: empty, filled, failing. */

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { MessageDraft } from '../../../renderer/model/navigation.ts';
import { InspectorError } from '../../../shared/contract/errors.ts';
import { openApp, type OpenedApp, type OpenOptions, picture } from '../connection/open-app.tsx';
import { fakeSource } from '../support/fake-service.ts';

let opened: OpenedApp | undefined;

// The first load has Vite prepare the editor's modules, which takes longer than a test may.
beforeAll(() => import('../../../renderer/panels/publish/monaco.ts'), 60_000);

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

const LOOKS = [
  { width: 1280, height: 800, theme: 'dark' },
  { width: 1280, height: 800, theme: 'light' },
  { width: 1920, height: 1080, theme: 'dark' },
  { width: 1920, height: 1080, theme: 'light' },
] as const;

async function show(options: Omit<OpenOptions, 'panel'>): Promise<OpenedApp> {
  opened = await openApp({ ...options, panel: 'publish' });
  await expect.poll(() => document.querySelector('.publish-editor[data-loaded]'), { timeout: 15_000 }).not.toBeNull();
  return opened;
}

const message: MessageDraft = {
  topic: 'actuator/7/set',
  payload: new TextEncoder().encode('{\n  "target": 21.5,\n  "unit": "°C",\n  "on": true,\n  "by": [1, 2.50, null]\n}'),
  qos: 2 as const,
  retain: true,
  properties: { contentType: 'application/json', userProperties: [['app', 'inspector']] },
};

describe('Publish panel', () => {
  it.each(LOOKS)('filled and sent, $theme, $width', async (look) => {
    const { app } = await show({ ...look, handlers: { publish: () => ({ outcome: 'sent', packetId: 4711 }) } });
    app.navigation.go({ to: 'publish', source: 1, message });
    await userEvent.click(page.getByRole('button', { name: /^MQTT 5 properties/ }));
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    await expect.element(page.getByText(/as packet id 4711/)).toBeVisible();
    app.navigation.go({
      to: 'publish',
      source: 1,
      message: { topic: 'site/cam', payload: Uint8Array.of(0, 255, 128, 7), qos: 1, retain: false },
    });
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    app.navigation.go({ to: 'publish', source: 1, message });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await picture(`publish-filled-${look.theme}-${look.width}`);
  });

  it('empty', async () => {
    await show({});
    await expect.element(page.getByText('What you send is listed here.')).toBeVisible();
    await picture('publish-empty-dark');
  });

  it.each(LOOKS.slice(0, 2))('failing, $theme', async (look) => {
    await show({
      ...look,
      sources: [fakeSource({ state: 'failed' })],
      handlers: {
        connect: () => {
          throw new InspectorError('wrong-state', { source: 1, state: 'failed', needs: 'idle' });
        },
      },
    });
    await userEvent.click(page.getByRole('radio', { name: 'JSON' }));
    await userEvent.fill(page.getByRole('combobox', { name: 'Topic' }), 'site/#');
    opened?.app.commands.run('publish.send', 'publish');
    await userEvent.click(document.querySelector('.publish-monaco .view-lines') ?? document.body);
    await userEvent.keyboard('{{"a": 1,, "b"}');
    await userEvent.click(page.getByRole('button', { name: 'Connect' }));
    await expect.element(page.getByText(/Not JSON at line 1, column 9/)).toBeVisible();
    await picture(`publish-failing-${look.theme}`);
  });

  it('raw bytes, in Chinese', async () => {
    await show({ language: 'zh-CN', theme: 'light' });
    await userEvent.click(page.getByRole('radio', { name: '原始字节' }));
    await userEvent.fill(page.getByRole('textbox', { name: '完整报文的十六进制' }), 'c0 00');
    await expect.element(page.getByText(/^2 字节/).first()).toBeVisible();
    await picture('publish-raw-zh');
  });
});
