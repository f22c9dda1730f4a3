/** Profiles: identifiers of their own, copies, and exports that carry no secret and locate a fault. */

import { describe, expect, it } from 'vitest';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withCredentials } from '../../main/storage/credential-headers.ts';
import { openStorage } from '../../main/storage/open.ts';
import { InspectorError } from '../../shared/contract/errors.ts';
import { profileOf, temporaryDirectory } from './support.ts';

const OWN_CLIENT_ID = /^mqtt-inspector-[a-z2-7]{8}$/;

/** Everything that stands on the disk below a directory. */
async function textsIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n');
}

describe('a new profile', () => {
  it('gets a client identifier of its own', async () => {
    const { profiles } = await openStorage();
    const ids = new Set<string>();
    for (let count = 0; count < 20; count += 1) {
      const { profile } = await profiles.save(profileOf());
      expect(profile.clientId).toMatch(OWN_CLIENT_ID);
      ids.add(profile.clientId);
    }
    expect(ids.size).toBe(20);
  });

  it('keeps the one it was given, unless another profile has it', async () => {
    const { profiles } = await openStorage();
    expect((await profiles.save(profileOf({ clientId: 'lamp' }))).profile.clientId).toBe('lamp');
    expect((await profiles.save(profileOf({ clientId: 'lamp' }))).profile.clientId).toMatch(OWN_CLIENT_ID);
  });

  it('may be changed to let the broker assign one', async () => {
    const { profiles } = await openStorage();
    const { profile } = await profiles.save(profileOf());
    expect((await profiles.save({ ...profile, clientId: '' })).profile.clientId).toBe('');
  });

  it.each(['../../etc/passwd', 'A', 'con/aux', '.', 'ä'])('may not have the identifier %s', async (id) => {
    const { profiles } = await openStorage();
    await expect(profiles.save(profileOf({ id }))).rejects.toMatchObject({ code: 'no-such-profile' });
  });
});

describe('profiles', () => {
  it('are listed by folder and name', async () => {
    const { profiles } = await openStorage();
    for (const [folder, name] of [
      ['b', 'x'],
      ['', 'line 10'],
      ['', 'line 9'],
      ['a', 'z'],
    ] as const)
      await profiles.save(profileOf({ folder, name }));
    expect(profiles.list().map(({ profile }) => `${profile.folder}/${profile.name}`)).toEqual([
      '/line 9',
      '/line 10',
      'a/z',
      'b/x',
    ]);
  });

  it('are copied with their secrets under another client identifier', async () => {
    const { profiles, secrets } = await openStorage();
    const original = await profiles.save(profileOf({ clientId: 'lamp' }), { password: 'hunter2' });
    const copy = await profiles.duplicate(original.profile.id);
    expect(copy.profile).toMatchObject({ name: 'factory (2)', host: 'broker.example' });
    expect(copy.profile.id).not.toBe(original.profile.id);
    expect(copy.profile.clientId).toMatch(OWN_CLIENT_ID);
    expect(await secrets.read(copy.profile.id)).toEqual({ password: 'hunter2' });
    expect((await profiles.duplicate(copy.profile.id)).profile.name).toBe('factory (3)');
  });

  it('keep credentials in headers as secrets, and give them back to who connects', async () => {
    using directory = temporaryDirectory();
    const { profiles, secrets } = await openStorage({ directory: directory.path });
    const headers: [string, string][] = [
      ['Authorization', 'Bearer s3cr3t'],
      ['X-Api-Key', 'k3y'],
      ['X-Site', 'north'],
    ];
    const websocket = { path: '/mqtt', subprotocol: 'mqtt', headers };
    const saved = await profiles.save(profileOf({ protocol: 'ws', websocket }));
    expect(saved.secrets).toContain('websocketHeaders');
    expect(saved.profile.websocket?.headers).toEqual([
      ['Authorization', ''],
      ['X-Api-Key', ''],
      ['X-Site', 'north'],
    ]);
    expect(await textsIn(directory.path)).not.toMatch(/s3cr3t|k3y/);
    const renamed = await profiles.save({ ...saved.profile, name: 'renamed' });
    const stored = await secrets.read(renamed.profile.id);
    expect(withCredentials(renamed.profile, stored.websocketHeaders).websocket?.headers).toEqual(headers);
    const without = await profiles.save({ ...renamed.profile, websocket: { ...websocket, headers: [] } });
    expect(without.secrets).not.toContain('websocketHeaders');
  });

  it('are gone with their secrets when deleted', async () => {
    using directory = temporaryDirectory();
    const { profiles, secrets } = await openStorage({ directory: directory.path });
    const { profile } = await profiles.save(profileOf(), { password: 'hunter2' });
    await profiles.delete(profile.id);
    expect(profiles.list()).toEqual([]);
    expect(secrets.names(profile.id)).toEqual([]);
    await expect(profiles.delete(profile.id)).rejects.toMatchObject({ code: 'no-such-profile' });
    expect((await openStorage({ directory: directory.path })).profiles.list()).toEqual([]);
  });

  it('that another process saves, changes and deletes are taken in', async () => {
    using directory = temporaryDirectory();
    const ours = await openStorage({ directory: directory.path });
    const theirs = await openStorage({ directory: directory.path });
    const { profile } = await theirs.profiles.save(profileOf({ name: 'theirs' }));
    const own = await ours.profiles.save(profileOf({ name: 'ours' }));
    expect(await ours.refresh()).toBe(true);
    expect(await ours.refresh()).toBe(false);
    const names = () => ours.profiles.list().map((listed) => listed.profile.name);
    expect(names()).toEqual(['ours', 'theirs']);
    await theirs.profiles.save({ ...profile, name: 'changed' });
    expect(await ours.refresh()).toBe(true);
    expect(names()).toEqual(['changed', 'ours']);
    await theirs.profiles.delete(profile.id);
    expect(await ours.refresh()).toBe(true);
    expect(names()).toEqual(['ours']);
    expect(await theirs.refresh()).toBe(true);
    expect(theirs.profiles.get(own.profile.id).name).toBe('ours');
  });

  it('that we change while we look at the disk stay as we changed them', async () => {
    using directory = temporaryDirectory();
    const storage = await openStorage({ directory: directory.path });
    const { profiles } = storage;
    const { profile } = await profiles.save(profileOf({ name: 'one' }));
    const { profile: doomed } = await profiles.save(profileOf({ name: 'doomed' }));
    const work = [
      storage.refresh(),
      profiles.save({ ...profile, name: 'two' }),
      profiles.save(profileOf({ name: 'new' })),
      profiles.delete(doomed.id),
      storage.refresh(),
    ];
    await Promise.all(work);
    await storage.refresh();
    expect(profiles.list().map((listed) => listed.profile.name)).toEqual(['new', 'two']);
  });

  it('lose none when two processes save at once', async () => {
    using directory = temporaryDirectory();
    const stores = await Promise.all([1, 2].map(() => openStorage({ directory: directory.path })));
    await Promise.all(
      stores.flatMap(({ profiles }, process) =>
        [1, 2, 3].map((count) => profiles.save(profileOf({ name: `${process}-${count}` }))),
      ),
    );
    const { profiles } = await openStorage({ directory: directory.path });
    expect(profiles.list().map(({ profile }) => profile.name)).toEqual(['0-1', '0-2', '0-3', '1-1', '1-2', '1-3']);
  });
});

describe('an export', () => {
  it('comes back whole, without secrets and without credentials in headers', async () => {
    const first = await openStorage();
    await first.profiles.save(
      profileOf({
        name: '工厂',
        folder: 'a/b',
        protocol: 'wss',
        websocket: {
          headers: [
            ['Authorization', 'Bearer s3cr3t'],
            ['X-Line', '7'],
          ],
        },
        will: { topic: 't', payload: new Uint8Array([1, 2]), qos: 2, retain: false },
      }),
      { password: 'hunter2', key: 'PRIVATE' },
    );
    const text = first.profiles.exportText([]);
    expect(text).not.toMatch(/hunter2|PRIVATE|s3cr3t/);

    const second = await openStorage();
    expect(await second.profiles.importText(`\uFEFF${text}`)).toEqual({ added: 1, renamed: 0 });
    const [imported] = second.profiles.list();
    expect(imported).toMatchObject({
      secrets: [],
      profile: {
        name: '工厂',
        folder: 'a/b',
        websocket: {
          headers: [
            ['Authorization', ''],
            ['X-Line', '7'],
          ],
        },
        will: { payload: new Uint8Array([1, 2]) },
      },
    });
  });

  it('gives a new identity to what is there already', async () => {
    const { profiles } = await openStorage();
    const { profile } = await profiles.save(profileOf({ clientId: 'lamp' }));
    expect(await profiles.importText(profiles.exportText([profile.id]))).toEqual({ added: 1, renamed: 1 });
    const all = profiles.list().map((listed) => listed.profile);
    expect(new Set(all.map(({ id }) => id)).size).toBe(2);
    expect(new Set(all.map(({ clientId }) => clientId)).size).toBe(2);
  });

  it.each([
    ['', { reason: 'cut-off' }],
    ['{\n  "format": oops', { reason: 'not-json', line: 2, column: 13 }],
    ['{\n\n "a": [1,\n 2 3]}', { reason: 'not-json', line: 4, column: 4 }],
    ['{"a": "b', { reason: 'cut-off' }],
    ['[]', { reason: 'not-an-export' }],
    ['{"format":"other"}', { reason: 'not-an-export' }],
    ['{"format":"mqtt-inspector/profiles"}', { reason: 'no-version' }],
    ['{"format":"mqtt-inspector/profiles","version":2}', { reason: 'newer-version', version: 2, newest: 1 }],
    ['{"format":"mqtt-inspector/profiles","version":1}', { reason: 'no-profiles' }],
    [
      '{"format":"mqtt-inspector/profiles","version":1,"profiles":[7]}',
      { reason: 'bad-member', path: 'profiles[0]', expected: 'Object', received: '7' },
    ],
  ])('that is %j is refused with its fault located', async (text, data) => {
    const { profiles } = await openStorage();
    const error = await profiles.importText(text).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InspectorError);
    expect(error).toMatchObject({ code: 'bad-import', data });
  });

  it('with one bad member adds nothing and names the member', async () => {
    const { profiles } = await openStorage();
    const list = [profileOf({ id: 'a' }), { ...profileOf({ id: 'b' }), port: 99_999 }];
    const text = JSON.stringify({ format: 'mqtt-inspector/profiles', version: 1, profiles: list });
    await expect(profiles.importText(text)).rejects.toMatchObject({
      data: { reason: 'bad-member', path: 'profiles[1].port', expected: '<=65535', received: '99999' },
    });
    expect(profiles.list()).toEqual([]);
  });
});
