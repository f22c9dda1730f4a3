/** The saved connections in a browser: what is typed stays, addresses are spread, secrets go where they should. */

import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { ListedProfile, Profile } from '../../../shared/contract/profiles.ts';
import type { Handlers } from '../../../shared/contract/rpc.ts';
import { openApp, type OpenedApp } from '../connection/open-app.tsx';
import { fakeSource } from '../support/fake-service.ts';
import { saved, savedProfiles } from './saved.ts';

let opened: OpenedApp | undefined;

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

const unlocked = { storage: 'memory', available: ['memory', 'vault'], locked: false, vaultExists: false } as const;

async function show(handlers: Partial<Handlers> = {}): Promise<OpenedApp> {
  opened = await openApp({
    panel: 'profiles',
    handlers: { listProfiles: () => ({ profiles: savedProfiles, secrets: unlocked }), ...handlers },
  });
  await expect.element(page.getByRole('textbox', { name: 'Host' })).toBeVisible();
  return opened;
}

const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });

describe('new connection', () => {
  it('spreads an address over the form and connects without saving', async () => {
    const app = await show();
    await userEvent.fill(field('Host'), 'wss://me:pa%3Ass@broker.example:8084/ws');
    await userEvent.tab();
    await expect.element(field('Host')).toHaveValue('broker.example');
    await expect.element(page.getByRole('combobox', { name: 'Port' })).toHaveValue('8084');
    await expect.element(field('User name')).toHaveValue('me');
    await userEvent.click(button('Connect'));
    await expect.poll(() => app.inputs('openSession').length).toBe(1);
    const input = app.inputs('openSession')[0] as { profile: Profile; secrets: object };
    expect(input.profile).toMatchObject({ protocol: 'wss', host: 'broker.example', port: 8084, subscriptions: [] });
    expect(input.profile.websocket?.path).toBe('/ws');
    expect(input.secrets).toEqual({ password: 'pa:ss' });
    expect(app.inputs('saveProfile')).toEqual([]);
    await expect
      .element(page.getByRole('tab', { name: 'Connection', exact: true }))
      .toHaveAttribute('aria-selected', 'true');
  });

  it('says at the field what is wrong and keeps what was typed', async () => {
    const app = await show();
    await userEvent.fill(page.getByRole('combobox', { name: 'Port' }), '99999');
    await userEvent.click(button('Connect'));
    await expect.element(page.getByText(/This is needed\. Enter a whole number from 1 to/)).toBeVisible();
    expect(app.inputs('openSession')).toEqual([]);
    await userEvent.fill(field('Host'), 'h');
    await expect.element(page.getByText('This is needed.')).not.toBeInTheDocument();
    await expect.element(page.getByRole('combobox', { name: 'Port' })).toHaveValue('99999');
  });

  it('keeps a draft while another profile is looked at', async () => {
    await show();
    await userEvent.fill(field('Host'), 'draft.example');
    await userEvent.click(page.getByText('garage'));
    await expect.element(field('Host')).toHaveValue('localhost');
    await userEvent.click(page.getByRole('button', { name: /^New connection/ }).first());
    await expect.element(field('Host')).toHaveValue('draft.example');
  });

  it('keeps the form where saving fails, and says why', async () => {
    await show({
      saveProfile: () => {
        throw new InspectorError('vault-locked', {});
      },
    });
    await userEvent.fill(field('Host'), 'h');
    await userEvent.click(button('Save'));
    await expect.element(page.getByText(/vault that holds the passwords is locked/)).toBeVisible();
    await expect.element(field('Host')).toHaveValue('h');
  });

  it('saves and connects', async () => {
    let stored: ListedProfile | undefined;
    const app = await show({
      listProfiles: () => ({ profiles: stored === undefined ? [] : [stored], secrets: unlocked }),
      saveProfile: ({ profile }) => {
        stored = { profile: { ...profile, id: 'new' }, secrets: [] };
        return stored;
      },
    });
    await userEvent.fill(field('Host'), 'h');
    await userEvent.click(button('Save and connect'));
    await expect.poll(() => app.inputs('openSavedSession')).toEqual([{ profileId: 'new', connect: true }]);
  });
});

describe('the list', () => {
  it('connects on Enter and asks before it deletes', async () => {
    const app = await show();
    await userEvent.click(page.getByText('cloud'));
    page.getByRole('listbox', { name: 'Saved connections' }).element().focus();
    await userEvent.keyboard('{Delete}');
    await expect.element(page.getByRole('alertdialog')).toBeVisible();
    expect(app.inputs('deleteProfile')).toEqual([]);
    await userEvent.click(page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }));
    await expect.poll(() => app.inputs('deleteProfile')).toEqual([{ id: 'p5' }]);
    await userEvent.click(page.getByText('garage'));
    page.getByRole('listbox', { name: 'Saved connections' }).element().focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => app.inputs('openSavedSession')).toEqual([{ profileId: 'p4', connect: true }]);
  });

  it('exports all, a folder, what the search found, or one', async () => {
    const app = await show({ exportProfiles: () => '{}' });
    const choose = async (name: string) => {
      await userEvent.click(page.getByRole('button', { name: 'Export…' }));
      await userEvent.click(page.getByRole('menuitem', { name }));
    };
    await choose('All connections (5)');
    await userEvent.click(page.getByText('line 2'));
    await choose('Folder “Factory/Hall B” (2)');
    await choose('Only “line 2”');
    await userEvent.fill(page.getByRole('searchbox', { name: 'Search saved connections' }), 'cloud');
    await choose('What the search found (1)');
    await expect
      .poll(() => app.inputs('exportProfiles'))
      .toEqual([{ ids: [] }, { ids: ['p2', 'p3'] }, { ids: ['p2'] }, { ids: ['p5'] }]);
  });

  it('says what is wrong with an import', async () => {
    await show({
      importProfiles: () => {
        throw new InspectorError('bad-import', { reason: 'not-json', line: 1, column: 1 });
      },
    });
    const input = document.querySelector<HTMLInputElement>('input[type=file][accept*=json]');
    if (input === null) throw new Error('no file input');
    await userEvent.upload(input, new File(['x'], 'x.json', { type: 'application/json' }));
    await expect.element(page.getByText(/not JSON from line 1, column 1/)).toBeVisible();
  });

  it('creates a vault only with a passphrase, and unlocks one', async () => {
    const app = await show({ setSecretStorage: () => ({ ...unlocked, storage: 'vault', vaultExists: true }) });
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Passwords and keys are kept' }), 'vault');
    expect(app.inputs('setSecretStorage')).toEqual([]);
    await userEvent.fill(page.getByLabelText('Passphrase for the new vault'), 'short');
    await expect.element(button('Create the vault')).toBeDisabled();
    await userEvent.fill(page.getByLabelText('Passphrase for the new vault'), 'long enough');
    await userEvent.click(button('Create the vault'));
    await expect.poll(() => app.inputs('setSecretStorage')).toEqual([{ storage: 'vault', passphrase: 'long enough' }]);
  });

  it('never shows a stored secret and can remove it', async () => {
    let received: unknown;
    await show({
      saveProfile: (input) => {
        received = input.secrets;
        return saved({});
      },
    });
    await userEvent.click(page.getByText('factory-tls'));
    await expect.element(page.getByLabelText('Password', { exact: true })).toHaveValue('');
    await userEvent.click(button('Remove'));
    await userEvent.click(button('Save'));
    await expect.poll(() => received).toEqual({ password: null });
  });
});

describe('WebSocket headers', () => {
  const headers: [string, string][] = [
    ['Authorization', ''],
    ['X-Line', 'hall b'],
  ];
  const listed = saved({ name: 'gateway', protocol: 'wss', port: 443, websocket: { headers } }, ['websocketHeaders']);

  async function showGateway(): Promise<{ readonly received: Profile[] }> {
    const received: Profile[] = [];
    await show({
      listProfiles: () => ({ profiles: [listed], secrets: unlocked }),
      saveProfile: ({ profile }) => {
        received.push(profile);
        return listed;
      },
    });
    await userEvent.click(page.getByText('gateway'));
    await userEvent.click(page.getByRole('button', { name: /^WebSocket/ }));
    return { received };
  }

  it('say which value is stored, and keep it where it is left empty', async () => {
    const { received } = await showGateway();
    await expect.element(field('Value 1')).toHaveValue('');
    await expect.element(field('Value 1')).toHaveAttribute('placeholder', 'stored, not shown');
    await expect.element(page.getByText(/Leave a stored value empty to keep it/)).toBeVisible();
    await userEvent.click(button('Save'));
    await expect.poll(() => received.map(({ websocket }) => websocket?.headers)).toEqual([headers]);
  });

  it('promise nothing for another name', async () => {
    await showGateway();
    await userEvent.fill(field('Header 1'), 'X-Token');
    await expect.element(field('Value 1')).toHaveAttribute('placeholder', 'Value');
    await expect.element(page.getByText(/Leave a stored value empty/)).not.toBeInTheDocument();
    await userEvent.fill(field('Header 1'), 'AUTHORIZATION');
    await expect.element(field('Value 1')).toHaveAttribute('placeholder', 'stored, not shown');
    await userEvent.fill(field('Value 1'), 'Bearer new');
    await expect.element(page.getByText(/Leave a stored value empty/)).not.toBeInTheDocument();
  });
});

it('opens from the source bar', async () => {
  opened = await openApp({ panel: 'topics', sources: [fakeSource()] });
  await userEvent.click(page.getByRole('button', { name: 'Open a source' }));
  await userEvent.click(page.getByRole('menuitem', { name: 'New connection…' }));
  await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveFocus();
});
