/** Damage, full disks, crashes half way and other processes: what is stored survives them or says so. */

import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiskFiles } from '../../main/storage/disk-files.ts';
import { openStorage } from '../../main/storage/open.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { DEFAULT_SETTINGS } from '../../shared/contract/settings.ts';
import { codes, contents, failingDisk, profileOf, temporaryDirectory } from './support.ts';

describe('a data directory', () => {
  it('keeps settings, profiles, documents and rules over a restart', async () => {
    using directory = temporaryDirectory();
    const first = await openStorage({ directory: directory.path });
    await first.settings.patch({ theme: 'light', byteBudget: 16_777_216 });
    const saved = await first.profiles.save(
      profileOf({ will: { topic: 'gone', payload: new Uint8Array([0, 255, 7]), qos: 1, retain: true } }),
    );
    await first.documents.write('layout', '{"panes":[1,2]}');
    const action = { kind: 'rewrite', payload: { as: 'hex', text: '00 ff' }, qos: 1 } as const;
    const book = {
      keepAlive: false,
      rules: [{ id: 'a', name: 'α', enabled: true, filter: 'topic:x', every: 3, action }],
    };
    await first.rules.put(book);
    expect(await first.close()).toEqual([]);

    const second = await openStorage({ directory: directory.path });
    expect(second.settings.get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'light', byteBudget: 16_777_216 });
    expect(second.profiles.list()).toEqual([saved]);
    expect(second.profiles.get(saved.profile.id).will?.payload).toEqual(new Uint8Array([0, 255, 7]));
    expect(await second.documents.read('layout')).toBe('{"panes":[1,2]}');
    expect(await second.documents.read('unknown')).toBeNull();
    expect(second.rules.get()).toEqual(book);
  });

  it('is closed to other users of the machine', async () => {
    using directory = temporaryDirectory();
    const inner = join(directory.path, 'data');
    const storage = await openStorage({ directory: inner });
    await storage.settings.patch({ theme: 'dark' });
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    expect(statSync(join(inner, 'settings.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['cut off', '{"format":"mqtt-inspector/settings","ver'],
    ['empty', ''],
    ['another kind', '{"format":"mqtt-inspector/profile","version":1,"data":{}}'],
    ['not an object', '[1,2]'],
    ['newer', '{"format":"mqtt-inspector/settings","version":99,"data":{}}'],
    ['no data', '{"format":"mqtt-inspector/settings","version":1}'],
  ])('keeps a settings file aside that is %s, and goes on with defaults', async (_why, text) => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'settings.json');
    writeFileSync(file, text);
    const storage = await openStorage({ directory: directory.path });
    const failures: Failure[] = [];
    storage.onFailure((failure) => failures.push(failure));
    expect(failures).toEqual([
      { code: 'damaged-file', data: { file, reason: expect.any(String), keptAs: `${file}.damaged-1` } },
    ]);
    expect(contents(directory.path)).toEqual({ 'settings.json.damaged-1': text });
    expect(storage.settings.get()).toEqual(DEFAULT_SETTINGS);
    await storage.settings.patch({ theme: 'dark' });
    expect(contents(directory.path)['settings.json.damaged-1']).toBe(text);
  });

  it('numbers what it keeps aside', async () => {
    using directory = temporaryDirectory();
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(join(directory.path, 'settings.json'), text);
      await openStorage({ directory: directory.path });
    }
    expect(contents(directory.path)).toEqual({
      'settings.json.damaged-1': 'one',
      'settings.json.damaged-2': 'two',
      'settings.json.damaged-3': 'three',
    });
  });

  it('takes the default for a bad setting and keeps the good ones', async () => {
    using directory = temporaryDirectory();
    const data = { theme: 'light', language: 'klingon', stalledAfterMs: 'soon', flashOnChange: false };
    writeFileSync(
      join(directory.path, 'settings.json'),
      JSON.stringify({ format: 'mqtt-inspector/settings', version: 1, data }),
    );
    const { settings } = await openStorage({ directory: directory.path });
    expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'light', flashOnChange: false });
  });

  it('keeps the colour rules that can be read, switched off where their filter cannot', async () => {
    using directory = temporaryDirectory();
    const rule = { id: 'a', name: 'acks', filter: 'type:puback', colour: 'teal', enabled: true };
    const newer = { ...rule, id: 'b', filter: 'wavelength:>5 (' };
    const colourRules = [rule, 'zap', { ...rule, id: 'c', colour: 'mauve' }, newer, { ...rule, name: 'twice' }];
    const write = (data: object): void =>
      writeFileSync(
        join(directory.path, 'settings.json'),
        JSON.stringify({ format: 'mqtt-inspector/settings', version: 1, data }),
      );
    write({ theme: 'light', colourRules });
    const { settings } = await openStorage({ directory: directory.path });
    expect(settings.get()).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'light',
      colourRules: [rule, { ...newer, enabled: false }],
    });
    write({ theme: 'light', colourRules: Array.from({ length: 60 }, (_, index) => ({ ...rule, id: `${index}` })) });
    const many = await openStorage({ directory: directory.path });
    expect(many.settings.get().colourRules).toHaveLength(50);
    write({ theme: 'light', colourRules: { 0: rule } });
    const damaged = await openStorage({ directory: directory.path });
    expect(damaged.settings.get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'light' });
  });

  it('loses one damaged profile and not the others', async () => {
    using directory = temporaryDirectory();
    const first = await openStorage({ directory: directory.path });
    const good = await first.profiles.save(profileOf({ name: 'good' }));
    const bad = await first.profiles.save(profileOf({ name: 'bad' }));
    writeFileSync(join(directory.path, 'profiles', `p-${bad.profile.id}.json`), 'zap');
    const second = await openStorage({ directory: directory.path });
    expect(second.profiles.list()).toEqual([good]);
    expect(readdirSync(join(directory.path, 'profiles'))).toContain(`p-${bad.profile.id}.json.damaged-1`);
  });

  it('keeps a damaged document aside', async () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'documents'));
    writeFileSync(join(directory.path, 'documents', 'history.json'), '{"a":');
    const storage = await openStorage({ directory: directory.path });
    const failures: Failure[] = [];
    storage.onFailure((failure) => failures.push(failure));
    expect(await storage.documents.read('history')).toBeNull();
    expect(codes(failures)).toEqual(['damaged-file']);
  });

  it('refuses a document that is not JSON', async () => {
    const storage = await openStorage();
    await expect(storage.documents.write('layout', '{oops')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('never overwrites a file that it could neither read nor keep aside', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'settings.json');
    mkdirSync(file);
    const { fileSystem } = failingDisk();
    const stuck = {
      ...fileSystem,
      rename: async () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      },
    };
    const storage = await openStorage({ directory: directory.path, fileSystem: stuck });
    const failures: Failure[] = [];
    storage.onFailure((failure) => failures.push(failure));
    expect(failures).toEqual([{ code: 'damaged-file', data: { file, reason: 'EISDIR' } }]);
    await storage.settings.patch({ theme: 'dark' });
    expect(storage.settings.get().theme).toBe('dark');
    expect(statSync(file).isDirectory()).toBe(true);
    expect(codes(failures)).toEqual(['damaged-file']);
  });
});

describe('a disk that fails', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'disk-failed'],
  ])(
    'answers %s with %s once, stays in force in memory, and is caught up with the next change',
    async (code, failure) => {
      using directory = temporaryDirectory();
      const disk = failingDisk();
      const storage = await openStorage({ directory: directory.path, fileSystem: disk.fileSystem });
      const failures: Failure[] = [];
      storage.onFailure((met) => failures.push(met));
      await storage.settings.patch({ theme: 'dark' });
      const before = contents(directory.path);

      disk.fail(code);
      await storage.settings.patch({ theme: 'light' });
      await storage.settings.patch({ language: 'en' });
      const saved = await storage.profiles.save(profileOf());
      expect(codes(failures)).toEqual([failure, failure]);
      expect(storage.settings.get().theme).toBe('light');
      expect(storage.profiles.list()).toEqual([saved]);
      // The old file is whole and nothing half-written stays.
      expect(contents(directory.path)).toEqual(before);

      disk.fail(undefined);
      await storage.documents.write('layout', '{}');
      const second = await openStorage({ directory: directory.path });
      expect(second.settings.get()).toMatchObject({ theme: 'light', language: 'en' });
      expect(second.profiles.list()).toEqual([saved]);
    },
  );

  it('tries again at close and says what is still unsaved', async () => {
    using directory = temporaryDirectory();
    const disk = failingDisk();
    const storage = await openStorage({ directory: directory.path, fileSystem: disk.fileSystem });
    disk.fail('ENOSPC');
    await storage.settings.patch({ theme: 'light' });
    expect(await storage.close()).toEqual([join(directory.path, 'settings.json')]);
    disk.fail(undefined);
    expect(await storage.close()).toEqual([]);
    expect(existsSync(join(directory.path, 'settings.json'))).toBe(true);
  });

  it('works where the directory cannot be made', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'file');
    writeFileSync(file, '');
    const storage = await openStorage({ directory: join(file, 'below') });
    const failures: Failure[] = [];
    storage.onFailure((failure) => failures.push(failure));
    const saved = await storage.profiles.save(profileOf());
    expect(storage.profiles.list()).toEqual([saved]);
    expect(codes(failures)).toContain('disk-failed');
  });
});

describe('atomic replacement', () => {
  it('shows a reader one of the texts whole, never a mixture or nothing', async () => {
    using directory = temporaryDirectory();
    const files = new DiskFiles(directory.path);
    const texts = ['a'.repeat(200_000), 'b'.repeat(150_000)];
    await files.write('x.json', texts[0] ?? '');
    const progress = { writing: true, reads: 0 };
    const writer = (async () => {
      for (let turn = 0; turn < 60; turn += 1) await files.write('x.json', texts[turn % 2] ?? '');
      progress.writing = false;
    })();
    while (progress.writing) {
      expect(texts).toContain(await files.read('x.json'));
      progress.reads += 1;
    }
    await writer;
    expect(progress.reads).toBeGreaterThan(1);
    expect(readdirSync(directory.path)).toEqual(['x.json']);
  });

  it('sweeps what a process left that died long ago, and not what one writes now', async () => {
    using directory = temporaryDirectory();
    const old = join(directory.path, 'settings.json.aa.tmp');
    const fresh = join(directory.path, 'settings.json.bb.tmp');
    writeFileSync(old, 'x');
    writeFileSync(fresh, 'x');
    utimesSync(old, new Date(0), new Date(0));
    await openStorage({ directory: directory.path });
    expect(existsSync(old)).toBe(false);
    expect(existsSync(fresh)).toBe(true);
  });

  it('takes over an abandoned lock', async () => {
    using directory = temporaryDirectory();
    const lock = join(directory.path, 'lock');
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    expect(await new DiskFiles(directory.path).exclusively(async () => 'in')).toBe('in');
    expect(existsSync(lock)).toBe(false);
  });
});
