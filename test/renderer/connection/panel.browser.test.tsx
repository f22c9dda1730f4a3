/** The Connection panel in a browser: buttons by state, attempts, the challenge, and a client id that was taken. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { ConnectionReport } from '../../../shared/contract/connection-records.ts';
import { savedProfiles } from '../profiles/saved.ts';
import { fakeSource } from '../support/fake-service.ts';
import { openApp, type OpenedApp, type OpenOptions } from './open-app.tsx';
import { connectedReport, failingReport, takenOverReport } from './reports.ts';

let opened: OpenedApp | undefined;

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

const memory = { storage: 'memory', available: ['memory'], locked: false, vaultExists: false } as const;

async function show(report: ConnectionReport, more: Partial<OpenOptions> = {}): Promise<OpenedApp> {
  opened = await openApp({
    panel: 'connection',
    report,
    handlers: { listProfiles: () => ({ profiles: savedProfiles, secrets: memory }) },
    ...more,
  });
  return opened;
}

const button = (name: string | RegExp) => page.getByRole('button', { name });

describe('Connection panel', () => {
  it('disconnects in order and cuts without DISCONNECT', async () => {
    const handlers = { disconnect: () => undefined };
    const app = await show(connectedReport, { handlers });
    await userEvent.click(button(/^Cut$/));
    await userEvent.click(button('Disconnect'));
    await expect
      .poll(() => app.inputs('disconnect'))
      .toMatchObject([
        { source: 1, abort: true },
        { source: 1, abort: false },
      ]);
  });

  it('offers to connect what is not connected', async () => {
    const app = await show(connectedReport, { sources: [fakeSource({ state: 'closed' })] });
    await userEvent.click(button('Connect'));
    await expect.poll(() => app.inputs('connect')).toEqual([{ source: 1 }]);
  });

  it('counts down to the next attempt and can be hurried', async () => {
    const sources = [fakeSource({ state: 'waiting', reconnectAtMs: Date.now() + 5000 })];
    const app = await show(failingReport, { sources });
    await expect.element(page.getByText(/Next attempt in [45] s/)).toBeVisible();
    await userEvent.click(button('Connect now'));
    await expect.poll(() => app.inputs('connect')).toEqual([{ source: 1 }]);
  });

  it('shows an earlier attempt with its own failure', async () => {
    await show(connectedReport);
    await userEvent.click(page.getByRole('option', { name: /tls-unknown-ca/ }));
    await expect.element(page.getByText(/not trusted here: CN=Example Issuing CA 2/)).toBeVisible();
    await userEvent.click(page.getByRole('tab', { name: 'Security' }));
    await expect.element(page.getByText(/Verification failed \(UNABLE_TO_VERIFY/)).toBeVisible();
  });

  it('opens a stage to its facts', async () => {
    await show(connectedReport);
    await userEvent.click(button(/^TCP /));
    await expect.element(page.getByText('localAddress').or(page.getByText('tried'))).toBeVisible();
  });

  it('explains refused and lowered subscriptions', async () => {
    await show(connectedReport);
    await expect.element(page.getByText('lower than asked')).toBeVisible();
    await expect.element(page.getByText(/permissions \(ACL\)/)).toBeVisible();
  });

  it('connects under a new client id after a take-over, whoever opened the session', async () => {
    const app = await show(takenOverReport, { sources: [fakeSource({ state: 'failed' })] });
    await userEvent.click(button('Connect with a new client id'));
    await expect.poll(() => app.inputs('reopenSession')).toEqual([{ source: 1 }]);
    await expect.poll(() => app.app.navigation.source.get()).toBe(2);
  });

  it('shows the settings of a session that was never saved', async () => {
    const [saved] = savedProfiles;
    if (saved === undefined) throw new Error('no profile');
    const profile = { ...saved.profile, id: '', host: 'elsewhere.example' };
    await show(connectedReport, {
      sources: [fakeSource()],
      handlers: { sessionProfile: () => ({ profile, secrets: ['password'] }) },
    });
    await userEvent.click(page.getByRole('button', { name: 'Settings' }).last());
    await expect
      .element(page.getByRole('form', { name: 'New connection' }).getByLabelText('Host'))
      .toHaveValue('elsewhere.example');
  });

  it('says how many messages may be under way, not what the broker would take', async () => {
    await show(connectedReport, { stats: { inFlight: 2, inFlightLimit: 12 } });
    await expect.element(page.getByText('2 of 12', { exact: true })).toBeVisible();
  });

  it('says nothing of what the broker allows before it accepted once', async () => {
    await show({ ...connectedReport, state: 'failed', attempts: failingReport.attempts });
    await expect.element(page.getByText('Delivery', { exact: true })).toBeVisible();
    await expect.element(page.getByText('What the broker allows')).not.toBeInTheDocument();
    await expect.element(page.getByText('Session present')).not.toBeInTheDocument();
  });

  it('answers a challenge', async () => {
    const challenge = { method: 'SCRAM-SHA-256', data: new TextEncoder().encode('r=abc'), reasonCode: 0x18 };
    const app = await show({ ...connectedReport, challenge });
    await expect.element(page.getByText('r=abc')).toBeVisible();
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Answer as' }), 'hex');
    await userEvent.fill(page.getByRole('textbox', { name: 'Answer' }), '0a f');
    await expect.element(button('Send the answer')).toBeDisabled();
    await userEvent.fill(page.getByRole('textbox', { name: 'Answer' }), '0a ff');
    await userEvent.click(button('Send the answer'));
    await expect
      .poll(() => app.inputs('authenticate'))
      .toEqual([{ source: 1, reasonCode: 0x18, data: Uint8Array.of(10, 255) }]);
  });
});
