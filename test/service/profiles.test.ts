/** Profiles, secrets, settings and documents through the contract, on a real disk. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { failingDisk } from '../storage/support.ts';
import { plainProfile, startService } from './drive-page.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mqtt-inspector-service-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const everything = (): string =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

describe('profiles', () => {
  it('are saved, listed to every page, copied, exported without secrets, deleted and imported', async () => {
    await using started = await startService({ directory });
    using page = started.attach();
    using other = started.attach();
    const saved = await page.call('saveProfile', {
      profile: plainProfile(1883, { name: 'plant', folder: 'a/b', username: 'me' }),
      secrets: { password: 'hunter2' },
    });
    expect(saved.profile.id).not.toBe('');
    expect(saved.secrets).toEqual(['password']);
    const told = await other.until('told', () => other.frames.findLast(({ profiles }) => profiles)?.profiles);
    expect(told.profiles.map(({ profile }) => profile.name)).toEqual(['plant']);
    const copy = await page.call('duplicateProfile', { id: saved.profile.id });
    expect(copy.profile.id).not.toBe(saved.profile.id);
    expect(copy.profile.clientId).not.toBe(saved.profile.clientId);
    const text = await page.call('exportProfiles', { ids: [saved.profile.id] });
    expect(text).toContain('plant');
    expect(text).not.toContain('hunter2');
    await page.call('deleteProfile', { id: copy.profile.id });
    expect(await page.failure('deleteProfile', { id: copy.profile.id })).toMatchObject({ code: 'no-such-profile' });
    expect(await page.call('importProfiles', { text })).toEqual({ added: 1, renamed: 1 });
    expect((await page.call('listProfiles', {})).profiles).toHaveLength(2);
    expect(await page.failure('importProfiles', { text: '{"no": "profiles"}' })).toMatchObject({ code: 'bad-import' });
    expect(await page.failure('openSavedSession', { profileId: 'nobody' })).toMatchObject({ code: 'no-such-profile' });
    expect(everything()).not.toContain('hunter2');
  });

  it('that another process saves with its secrets reach every page', async () => {
    await using broker = await startMosquitto({ users: { me: 'hunter2' } });
    await using started = await startService({ directory });
    using page = started.attach();
    await page.call('setSecretStorage', { storage: 'vault', passphrase: 'a long one' });
    await using elsewhere = await startService({ directory });
    using theirs = elsewhere.attach();
    await theirs.call('unlockVault', { passphrase: 'a long one' });
    const { profile } = await theirs.call('saveProfile', {
      profile: plainProfile(broker.port, { name: 'from elsewhere', username: 'me', protocolVersion: 4 }),
      secrets: { password: 'hunter2' },
    });
    await page.until('told', () =>
      page.frames.some(({ profiles }) => profiles?.profiles.some((listed) => listed.profile.id === profile.id)),
    );
    const listed = (await page.call('listProfiles', {})).profiles.find((one) => one.profile.id === profile.id);
    expect(listed?.secrets).toEqual(['password']);
    await page.call('openSavedSession', { profileId: profile.id });
    await page.until('connected', () => page.sources.some(({ state }) => state === 'connected'));
  });

  it('of a session that was never saved can be asked for and used again by any page, without its secrets being told', async () => {
    await using broker = await startMosquitto({ users: { me: 'hunter2' } });
    await using started = await startService({ directory });
    using page = started.attach();
    const profile = plainProfile(broker.port, { username: 'me', protocolVersion: 4, clientId: 'taken' });
    const first = await page.call('openSession', { profile, secrets: { password: 'hunter2' } });
    await page.until('connected', () => page.sources.find(({ id, state }) => id === first.id && state === 'connected'));
    using other = started.attach();
    const told = await other.call('sessionProfile', { source: first.id });
    expect(told).toMatchObject({ profile: { id: '', clientId: 'taken', username: 'me' }, secrets: ['password'] });
    expect(JSON.stringify(told)).not.toContain('hunter2');
    const second = await other.call('reopenSession', { source: first.id });
    await other.until('both', () => other.sources.filter(({ state }) => state === 'connected').length === 2);
    expect((await other.call('sessionProfile', { source: second.id })).profile.clientId).not.toBe('taken');
    expect(everything()).not.toContain('hunter2');
  });

  it('bring their secrets to the broker, from a vault after a restart', async () => {
    await using broker = await startMosquitto({ users: { me: 'hunter2' } });
    let id = '';
    {
      await using started = await startService({ directory });
      using page = started.attach();
      const status = await page.call('setSecretStorage', { storage: 'vault', passphrase: 'a long one' });
      expect(status).toMatchObject({ storage: 'vault', locked: false, vaultExists: true });
      const profile = plainProfile(broker.port, { username: 'me', protocolVersion: 4 });
      const saved = await page.call('saveProfile', { profile, secrets: { password: 'hunter2' } });
      id = saved.profile.id;
    }
    expect(everything()).not.toContain('hunter2');
    await using started = await startService({ directory });
    using page = started.attach();
    expect((await page.call('listProfiles', {})).secrets).toMatchObject({ storage: 'vault', locked: true });
    expect(await page.failure('openSavedSession', { profileId: id })).toMatchObject({ code: 'vault-locked' });
    expect(await page.failure('unlockVault', { passphrase: 'wrong' })).toMatchObject({
      code: 'vault-wrong-passphrase',
    });
    await page.call('unlockVault', { passphrase: 'a long one' });
    const { id: source } = await page.call('openSavedSession', { profileId: id });
    await page.until('connected', () => page.sources.find((each) => each.id === source)?.state === 'connected');
    const detail = await page.call('getPacket', { source, seq: 1 });
    expect(detail.type).toBe('connect');
  });

  it('typed secrets serve one session and are not stored', async () => {
    await using broker = await startMosquitto({ users: { me: 'hunter2' } });
    await using started = await startService({ directory });
    using page = started.attach();
    const profile = plainProfile(broker.port, { username: 'me' });
    const wrong = await page.call('openSession', { profile, secrets: { password: 'nope' } });
    const failed = await page.until('refused', () =>
      page.sources.find(({ id, state }) => id === wrong.id && state === 'failed'),
    );
    expect(failed.failure).toMatchObject({ stage: 'connect', code: 'connack', data: { reasonCode: 0x87 } });
    const right = await page.call('openSession', { profile, secrets: { password: 'hunter2' } });
    await page.until('connected', () => page.sources.find(({ id, state }) => id === right.id && state === 'connected'));
    const { view } = await page.call('openConnectionView', { source: wrong.id });
    const push = await page.until('the report', () => page.view('connection', view));
    expect(push.report.attempts.at(-1)?.stages.at(-1)).toMatchObject({ name: 'connect', failed: true });
    expect(everything()).not.toContain('hunter2');
  });
});

describe('settings and documents', () => {
  it('are told to every page and survive a restart', async () => {
    {
      await using started = await startService({ directory });
      using page = started.attach();
      using other = started.attach();
      await page.call('setSettings', { theme: 'light', demoAtStart: false });
      const settings = await other.until('told', () => other.frames.findLast((frame) => frame.settings)?.settings);
      expect(settings.theme).toBe('light');
      expect(await page.failure('setSettings', { byteBudget: 3 })).toMatchObject({ code: 'invalid-input' });
      await page.call('writeDocument', { name: 'history', text: '[1]' });
      expect(await page.failure('writeDocument', { name: '../up', text: '1' })).toMatchObject({
        code: 'invalid-input',
      });
      expect(await page.failure('writeDocument', { name: 'broken', text: '{' })).toMatchObject({
        code: 'invalid-input',
      });
    }
    await using started = await startService({ directory });
    await started.service.openStartSources();
    using page = started.attach();
    const hello = await page.call('hello', {});
    expect(hello.settings).toMatchObject({ theme: 'light', demoAtStart: false });
    expect(hello.sources).toEqual([]);
    expect(await page.call('readDocument', { name: 'history' })).toBe('[1]');
    expect(await page.call('readDocument', { name: 'nothing' })).toBeNull();
  });
});

describe('a full disk', () => {
  it('is told to every page; what was changed is in force, and written once there is room', async () => {
    const disk = failingDisk();
    await using started = await startService({ directory, fileSystem: disk.fileSystem });
    using page = started.attach();
    await page.call('setSettings', { theme: 'dark' });
    disk.fail('ENOSPC');
    expect(await page.call('setSettings', { theme: 'light' })).toMatchObject({ theme: 'light' });
    const saved = await page.call('saveProfile', { profile: plainProfile(1883, { name: 'plant' }) });
    const notices = await page.until('told', () => page.frames.findLast((frame) => frame.notices)?.notices);
    expect(notices.map(({ failure }) => failure.code)).toContain('disk-full');
    expect((await page.call('listProfiles', {})).profiles.map(({ profile }) => profile.id)).toEqual([saved.profile.id]);
    expect(everything()).not.toContain('plant');
    disk.fail(undefined);
    await page.call('setSettings', { theme: 'system' });
    expect(everything()).toContain('plant');
  });
});

describe('damaged files', () => {
  it('are kept aside and told; what is whole stays', async () => {
    {
      await using started = await startService({ directory });
      using page = started.attach();
      for (const name of ['whole', 'broken']) await page.call('saveProfile', { profile: plainProfile(1883, { name }) });
      await page.call('setSettings', { theme: 'dark' });
    }
    const files = readdirSync(join(directory, 'profiles'));
    const broken =
      files.find((name) => readFileSync(join(directory, 'profiles', name), 'utf8').includes('"broken"')) ?? '';
    writeFileSync(join(directory, 'profiles', broken), '{"format": "mqtt-ins');
    writeFileSync(join(directory, 'settings.json'), 'not json');
    await using started = await startService({ directory });
    using page = started.attach();
    const { notices, settings } = await page.call('hello', {});
    expect(notices.map(({ failure }) => failure.code)).toEqual(['damaged-file', 'damaged-file']);
    expect(settings.theme).toBe('system');
    const { profiles } = await page.call('listProfiles', {});
    expect(profiles.map(({ profile }) => profile.name)).toEqual(['whole']);
    expect(readdirSync(join(directory, 'profiles')).some((name) => name.includes('damaged'))).toBe(true);
    await page.call('dismissNotice', { id: notices[0]?.id ?? -1 });
    await page.until('one left', () => page.frames.findLast((frame) => frame.notices)?.notices?.length === 1);
  });
});
