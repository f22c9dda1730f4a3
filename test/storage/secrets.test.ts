/** Secrets: three storages, moving between them, wrong passphrases, tampering, and nothing in clear on the disk. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../../main/storage/open.ts';
import { createVault, DEFAULT_COST, openVault } from '../../main/storage/vault.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { codes, contents, failingDisk, fakeKeychain, profileOf, temporaryDirectory, TEST_COST } from './support.ts';

const SECRETS = { password: 'hunter2-密码', key: '-----BEGIN PRIVATE KEY-----', passphrase: 'p4ss' };
const CLEAR = /hunter2|PRIVATE KEY|p4ss|open sesame|swordfish/;

const open = (directory: string) => openStorage({ directory, scryptCost: TEST_COST });

describe('in memory', () => {
  it('is where they live without keychain or vault, and they reach no file', async () => {
    using directory = temporaryDirectory();
    const { profiles, secrets } = await open(directory.path);
    expect(secrets.status()).toEqual({
      storage: 'memory',
      available: ['vault', 'memory'],
      locked: false,
      vaultExists: false,
    });
    const listed = await profiles.save(profileOf(), SECRETS);
    expect(listed.secrets).toEqual(['password', 'key', 'passphrase']);
    expect(await secrets.read(listed.profile.id)).toEqual(SECRETS);
    expect(JSON.stringify(contents(directory.path))).not.toMatch(CLEAR);
    const again = await open(directory.path);
    expect(again.profiles.list()[0]?.secrets).toEqual([]);
  });

  it('sets, removes and leaves each by itself', async () => {
    const { secrets } = await openStorage();
    await secrets.change('a', SECRETS);
    await secrets.change('a', { password: null, key: 'other' });
    expect(await secrets.read('a')).toEqual({ key: 'other', passphrase: 'p4ss' });
  });
});

describe('in the vault', () => {
  it('are sealed on disk and come back with the passphrase', async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);
    await first.secrets.change('a', { password: 'hunter2' });
    await first.secrets.setStorage('vault', 'open sesame');
    await first.secrets.change('b', SECRETS);
    expect(JSON.stringify(contents(directory.path))).not.toMatch(CLEAR);

    const second = await open(directory.path);
    expect(second.secrets.status()).toMatchObject({ storage: 'vault', locked: true, vaultExists: true });
    expect(second.secrets.names('b')).toEqual(['password', 'key', 'passphrase']);
    await expect(second.secrets.read('b')).rejects.toMatchObject({ code: 'vault-locked', data: { profile: 'b' } });
    await expect(second.secrets.change('b', { password: 'x' })).rejects.toMatchObject({ code: 'vault-locked' });
    await expect(second.secrets.unlock('open sesam')).rejects.toMatchObject({ code: 'vault-wrong-passphrase' });
    expect(await second.secrets.unlock('open sesame')).toMatchObject({ locked: false });
    expect(await second.secrets.read('a')).toEqual({ password: 'hunter2' });
    expect(await second.secrets.read('b')).toEqual(SECRETS);
    second.secrets.lock();
    await expect(second.secrets.read('b')).rejects.toMatchObject({ code: 'vault-locked' });
  });

  it('refuses to save a profile with secrets before anything is stored', async () => {
    using directory = temporaryDirectory();
    await (await open(directory.path)).secrets.setStorage('vault', 'open sesame');
    const { profiles } = await open(directory.path);
    await expect(profiles.save(profileOf(), SECRETS)).rejects.toMatchObject({ code: 'vault-locked' });
    expect(profiles.list()).toEqual([]);
    expect((await profiles.save(profileOf(), {})).secrets).toEqual([]);
  });

  it('are sealed anew under a new passphrase, and the old one opens nothing', async () => {
    using directory = temporaryDirectory();
    const { secrets } = await open(directory.path);
    await secrets.setStorage('vault', 'open sesame');
    await secrets.change('a', SECRETS);
    const before = readFileSync(join(directory.path, 'vault.json'), 'utf8');
    await secrets.setStorage('vault', 'swordfish');
    const after = readFileSync(join(directory.path, 'vault.json'), 'utf8');
    const sealed = (text: string) =>
      [...text.matchAll(/"(?:password|key|passphrase|salt|check)": "(.*?)"/g)].map(([, value]) => value);
    expect(sealed(after).filter((value) => sealed(before).includes(value))).toEqual([]);
    expect(sealed(after)).toHaveLength(5);

    const second = await open(directory.path);
    await expect(second.secrets.unlock('open sesame')).rejects.toMatchObject({ code: 'vault-wrong-passphrase' });
    await second.secrets.unlock('swordfish');
    expect(await second.secrets.read('a')).toEqual(SECRETS);
  });

  it('need a passphrase', async () => {
    using directory = temporaryDirectory();
    const { secrets } = await open(directory.path);
    await expect(secrets.setStorage('vault')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(secrets.setStorage('vault', '')).rejects.toMatchObject({ code: 'invalid-input' });
    expect(secrets.status().vaultExists).toBe(false);
  });

  it('take a passphrase composed or decomposed', async () => {
    const { header } = await createVault('caf\u00e9', TEST_COST);
    expect(await openVault(header, 'cafe\u0301')).toBeDefined();
    expect(await openVault(header, 'cafe')).toBeUndefined();
  });

  it('cost what OWASP asks for', async () => {
    expect(DEFAULT_COST).toEqual({ N: 2 ** 17, r: 8, p: 1 });
    const { header } = await createVault('x', DEFAULT_COST);
    expect(await openVault(header, 'x')).toBeDefined();
  });

  it('tell when one was tampered with or swapped for another', async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);
    await first.secrets.setStorage('vault', 'open sesame');
    await first.secrets.change('a', { password: 'one', key: 'two' });
    const file = join(directory.path, 'vault.json');
    const envelope = JSON.parse(readFileSync(file, 'utf8'));
    const { password, key } = envelope.data.entries.a;
    envelope.data.entries.a = { password: key, key: password };
    writeFileSync(file, JSON.stringify(envelope));
    const second = await open(directory.path);
    await second.secrets.unlock('open sesame');
    await expect(second.secrets.read('a')).rejects.toMatchObject({ code: 'secrets-unavailable' });
  });

  it.each([
    ['a cost beyond all memory', { N: 2 ** 30 }],
    ['another derivation', { name: 'md5' }],
    ['a cost that is no power of two', { N: 5000 }],
  ])('are kept aside when the header asks for %s', async (_why, kdf) => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);
    await first.secrets.setStorage('vault', 'open sesame');
    const file = join(directory.path, 'vault.json');
    const envelope = JSON.parse(readFileSync(file, 'utf8'));
    Object.assign(envelope.data.header.kdf, kdf);
    writeFileSync(file, JSON.stringify(envelope));
    const second = await open(directory.path);
    const failures: Failure[] = [];
    second.onFailure((failure) => failures.push(failure));
    expect(codes(failures)).toEqual(['damaged-file']);
    expect(second.secrets.status()).toMatchObject({ storage: 'memory', vaultExists: false });
    expect(Object.keys(contents(directory.path))).toContain('vault.json.damaged-1');
  });

  it('with a forgotten passphrase are kept aside when the user moves on', async () => {
    using directory = temporaryDirectory();
    await (await open(directory.path)).secrets.setStorage('vault', 'open sesame');
    const { secrets } = await open(directory.path);
    expect(await secrets.setStorage('memory')).toMatchObject({ storage: 'memory', vaultExists: false });
    expect(Object.keys(contents(directory.path))).toContain('vault.json.locked-1');
    expect(await secrets.setStorage('vault', 'swordfish')).toMatchObject({ storage: 'vault', locked: false });
  });

  it('lose none when two processes change them at once', async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);
    await first.secrets.setStorage('vault', 'open sesame');
    const second = await open(directory.path);
    await second.secrets.unlock('open sesame');
    await Promise.all(
      [0, 1, 2, 3].flatMap((count) => [
        first.secrets.change(`first-${count}`, { password: 'one' }),
        second.secrets.change(`second-${count}`, { password: 'two' }),
      ]),
    );
    const third = await open(directory.path);
    await third.secrets.unlock('open sesame');
    for (let count = 0; count < 4; count += 1) {
      expect(await third.secrets.read(`first-${count}`)).toEqual({ password: 'one' });
      expect(await third.secrets.read(`second-${count}`)).toEqual({ password: 'two' });
    }
  });

  it('lock when another process changed the passphrase, and take its file', async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);
    await first.secrets.setStorage('vault', 'open sesame');
    const second = await open(directory.path);
    await second.secrets.unlock('open sesame');
    await second.secrets.setStorage('vault', 'swordfish');
    await expect(first.secrets.change('a', { password: 'x' })).rejects.toMatchObject({ code: 'vault-locked' });
    await first.secrets.unlock('swordfish');
    await first.secrets.change('a', { password: 'x' });
    expect(await first.secrets.read('a')).toEqual({ password: 'x' });
  });

  it('stay in memory on a full disk and are written once there is room', async () => {
    using directory = temporaryDirectory();
    const disk = failingDisk();
    const storage = await openStorage({
      directory: directory.path,
      fileSystem: disk.fileSystem,
      scryptCost: TEST_COST,
    });
    const failures: Failure[] = [];
    storage.onFailure((failure) => failures.push(failure));
    await storage.secrets.setStorage('vault', 'open sesame');
    disk.fail('ENOSPC');
    await storage.secrets.change('a', { password: 'one' });
    await storage.secrets.change('b', { password: 'two' });
    expect(codes(failures)).toEqual(['disk-full']);
    expect(await storage.secrets.read('a')).toEqual({ password: 'one' });
    disk.fail(undefined);
    await storage.close();
    const second = await open(directory.path);
    await second.secrets.unlock('open sesame');
    expect(await second.secrets.read('b')).toEqual({ password: 'two' });
  });

  it('keep the old passphrase where the disk refuses the new one', async () => {
    using directory = temporaryDirectory();
    const disk = failingDisk();
    const { secrets } = await openStorage({
      directory: directory.path,
      fileSystem: disk.fileSystem,
      scryptCost: TEST_COST,
    });
    await secrets.setStorage('vault', 'open sesame');
    await secrets.change('a', SECRETS);
    disk.fail('ENOSPC');
    await expect(secrets.setStorage('vault', 'swordfish')).rejects.toMatchObject({ code: 'disk-failed' });
    disk.fail(undefined);
    await secrets.change('b', { password: 'two' });
    const second = await open(directory.path);
    await second.secrets.unlock('open sesame');
    expect(await second.secrets.read('a')).toEqual(SECRETS);
    expect(await second.secrets.read('b')).toEqual({ password: 'two' });
  });

  it('get a new passphrase although one of them is damaged, and say so', async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);
    await first.secrets.setStorage('vault', 'open sesame');
    await first.secrets.change('a', { password: 'one', key: 'two' });
    const file = join(directory.path, 'vault.json');
    const envelope = JSON.parse(readFileSync(file, 'utf8'));
    envelope.data.entries.a.key = Buffer.alloc(40).toString('base64');
    writeFileSync(file, JSON.stringify(envelope));
    const second = await open(directory.path);
    const failures: Failure[] = [];
    second.onFailure((failure) => failures.push(failure));
    await second.secrets.unlock('open sesame');
    await second.secrets.setStorage('vault', 'swordfish');
    expect(failures).toEqual([{ code: 'damaged-file', data: { file, reason: '1 of its secrets did not open' } }]);
    expect(await second.secrets.read('a')).toEqual({ password: 'one' });
  });

  it('do not exist where nothing is kept', async () => {
    const { secrets } = await openStorage();
    expect(secrets.status().available).toEqual(['memory']);
    await expect(secrets.setStorage('vault', 'x')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    await expect(secrets.unlock('x')).rejects.toMatchObject({ code: 'secrets-unavailable' });
  });
});

describe('in the system keychain', () => {
  it('is where they live by default when there is one', async () => {
    using directory = temporaryDirectory();
    const first = await openStorage({ directory: directory.path, system: fakeKeychain() });
    expect(first.secrets.status()).toMatchObject({ storage: 'system', available: ['system', 'vault', 'memory'] });
    await first.secrets.change('a', SECRETS);
    expect(JSON.stringify(contents(directory.path))).not.toMatch(CLEAR);
    const second = await openStorage({ directory: directory.path, system: fakeKeychain() });
    expect(await second.secrets.read('a')).toEqual(SECRETS);
  });

  it('is not used where it only obscures', async () => {
    using directory = temporaryDirectory();
    const { secrets } = await openStorage({ directory: directory.path, system: fakeKeychain(false) });
    expect(secrets.status().storage).toBe('memory');
  });

  it('hands over to the vault and takes back, leaving nothing behind', async () => {
    using directory = temporaryDirectory();
    const { secrets } = await openStorage({
      directory: directory.path,
      system: fakeKeychain(),
      scryptCost: TEST_COST,
    });
    await secrets.change('a', SECRETS);
    await secrets.setStorage('vault', 'open sesame');
    expect(JSON.parse(contents(directory.path)['secrets.json'] ?? '').data).toEqual({
      header: { storage: 'vault' },
      entries: {},
    });
    expect(await secrets.read('a')).toEqual(SECRETS);
    await secrets.setStorage('system');
    expect(contents(directory.path)['vault.json']).toBeUndefined();
    expect(await secrets.read('a')).toEqual(SECRETS);
    await secrets.setStorage('memory');
    expect(await secrets.read('a')).toEqual(SECRETS);
    expect(JSON.parse(contents(directory.path)['secrets.json'] ?? '').data.entries).toEqual({});
  });

  it('keeps its secrets when a process without keychain chooses another storage', async () => {
    using directory = temporaryDirectory();
    const desktop = await openStorage({ directory: directory.path, system: fakeKeychain() });
    await desktop.secrets.change('a', SECRETS);
    const web = await open(directory.path);
    expect(web.secrets.status().storage).toBe('memory');
    await web.secrets.setStorage('vault', 'open sesame');
    const entries = JSON.parse(contents(directory.path)['secrets.json'] ?? '').data.entries;
    expect(Object.keys(entries)).toEqual(['a']);
  });

  it('takes the first secret on a full disk and writes it later', async () => {
    using directory = temporaryDirectory();
    const disk = failingDisk();
    const first = await openStorage({
      directory: directory.path,
      fileSystem: disk.fileSystem,
      system: fakeKeychain(),
    });
    disk.fail('ENOSPC');
    await first.secrets.change('a', SECRETS);
    expect(await first.secrets.read('a')).toEqual(SECRETS);
    disk.fail(undefined);
    await first.close();
    const second = await openStorage({ directory: directory.path, system: fakeKeychain() });
    expect(await second.secrets.read('a')).toEqual(SECRETS);
  });

  it('says so when the system cannot decrypt any more, without quoting anything', async () => {
    using directory = temporaryDirectory();
    const first = await openStorage({ directory: directory.path, system: fakeKeychain() });
    await first.secrets.change('a', SECRETS);
    const broken = { ...fakeKeychain(), decrypt: () => Promise.reject(new Error('hunter2')) };
    const second = await openStorage({ directory: directory.path, system: broken });
    const error = await second.secrets.read('a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'secrets-unavailable' });
    expect(String(error)).not.toMatch(CLEAR);
  });
});
