/** Pictures of the Connection panel and the saved connections in both sizes and themes. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { savedProfiles } from '../profiles/saved.ts';
import { fakeSource } from '../support/fake-service.ts';
import { openApp, type OpenedApp, type OpenOptions, picture } from './open-app.tsx';
import { connectedReport, failingReport, takenOverReport } from './reports.ts';

let opened: OpenedApp | undefined;

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

const listProfiles = () => ({
  profiles: savedProfiles,
  secrets: { storage: 'vault', available: ['vault', 'memory'], locked: true, vaultExists: true } as const,
});

async function show(options: OpenOptions): Promise<OpenedApp> {
  opened = await openApp({ handlers: { listProfiles }, ...options });
  return opened;
}

describe('Connection panel', () => {
  it.each(LOOKS)('standing, $theme, $width', async (look) => {
    await show({ panel: 'connection', report: connectedReport, sources: [fakeSource({ profileId: 'p1' })], ...look });
    await expect.element(page.getByRole('region', { name: 'Stages of the attempt' })).toBeVisible();
    await expect.element(page.getByText('set by the broker')).toBeVisible();
    await picture(`connection-standing-${look.theme}-${look.width}`);
    await userEvent.click(page.getByRole('tab', { name: 'Security' }));
    await expect.element(page.getByText('asked for, none sent')).toBeVisible();
    await picture(`connection-security-${look.theme}-${look.width}`);
  });

  it.each(LOOKS.slice(0, 2))('failing, $theme', async (look) => {
    await show({
      panel: 'connection',
      report: failingReport,
      sources: [fakeSource({ name: 'factory-tls', state: 'waiting', demo: false, reconnectAtMs: Date.now() + 8000 })],
      ...look,
    });
    await expect.element(page.getByText(/authority that is not trusted here/)).toBeVisible();
    await expect.element(page.getByText('12 older attempts dropped')).toBeVisible();
    await picture(`connection-failing-${look.theme}`);
  });

  it('taken over, in Chinese', async () => {
    await show({
      panel: 'connection',
      report: takenOverReport,
      language: 'zh-CN',
      theme: 'light',
      sources: [fakeSource({ state: 'failed', profileId: 'p1' })],
    });
    await expect.element(page.getByRole('button', { name: '用新的客户端标识符连接' })).toBeVisible();
    await picture('connection-taken-over-zh');
  });

  it.each(LOOKS.slice(0, 2))('empty, $theme', async (look) => {
    await show({
      panel: 'connection',
      report: { source: 1, state: 'idle', attempts: [], attemptsDropped: 0 },
      sources: [fakeSource({ state: 'idle' })],
      ...look,
    });
    await expect.element(page.getByText('No attempt yet.')).toBeVisible();
    await picture(`connection-empty-${look.theme}`);
  });
});

describe('saved connections', () => {
  it.each(LOOKS)('new and saved, $theme, $width', async (look) => {
    const { app } = await show({ panel: 'profiles', ...look });
    await expect.element(page.getByText('line 2')).toBeVisible();
    await picture(`profiles-new-${look.theme}-${look.width}`);
    app.navigation.go({ to: 'profile', profileId: 'p1' });
    await expect.element(page.getByRole('textbox', { name: 'User name' })).toHaveValue('factory');
    await userEvent.click(page.getByRole('button', { name: /^TLS/ }));
    await userEvent.click(page.getByRole('button', { name: /^Subscriptions/ }));
    await picture(`profiles-saved-${look.theme}-${look.width}`);
  });

  it('failing, in Chinese', async () => {
    await show({ panel: 'profiles', theme: 'light', language: 'zh-CN' });
    await userEvent.click(page.getByRole('button', { name: /^会话/ }));
    await userEvent.fill(page.getByRole('textbox', { name: '保活间隔' }), '99999');
    await userEvent.click(page.getByRole('button', { name: '连接', exact: true }));
    await expect.element(page.getByText('2 个字段需要修改')).toBeVisible();
    await picture('profiles-failing-zh');
  });
});
