/** Opens everything that outlives a session: settings, profiles, secrets, rules and documents of one data directory. */

import type { Failure } from '../../shared/contract/errors.ts';
import { DiskFiles, type FileSystem } from './disk-files.ts';
import { DocumentStore } from './documents.ts';
import { MemoryFiles } from './files.ts';
import { PROFILE_FOLDER, ProfileStore } from './profiles.ts';
import { RuleStore } from './rules.ts';
import { SecretStore, type SystemSecrets } from './secrets.ts';
import { TapAuthorityStore } from './tap-authority.ts';
import { SettingsStore } from './settings.ts';
import { Shelf } from './shelf.ts';
import type { ScryptCost } from './vault.ts';

/**
 * JSON files rather than a database: there are a handful of kilobytes, a person can read, copy and mend them, damage
 * stays within one profile, and an atomic rename is all the transaction they need.
 */
export interface Storage {
  readonly settings: SettingsStore;
  readonly profiles: ProfileStore;
  readonly secrets: SecretStore;
  readonly documents: DocumentStore;
  readonly tapAuthority: TapAuthorityStore;
  readonly rules: RuleStore;
  /**
   * Calls with every `damaged-file`, `disk-full` and `disk-failed`, also those from before the call (the opening). One
   * listener. The change that met the failure is in force in memory and is written with the next change that succeeds.
   */
  onFailure(listener: (failure: Failure) => void): Disposable;
  /** Takes in what another process changed. Resolves with whether that touched profiles. */
  refresh(): Promise<boolean>;
  /** Calls after a file changed, by whomever: {@link refresh} tells whether it was another process. */
  watch(listener: () => void): Disposable;
  /** Tries once more what the disk refused; answers the full paths of files that are still unsaved. */
  close(): Promise<readonly string[]>;
}

export interface StorageOptions {
  /** Absent: everything is kept in memory and gone at exit. */
  readonly directory?: string;
  readonly system?: SystemSecrets;
  readonly fileSystem?: FileSystem;
  /** For tests: the default takes half a second a passphrase. */
  readonly scryptCost?: ScryptCost;
}

/** Never rejects for what is on the disk: damaged files are kept aside, an unreadable directory leaves the defaults. */
export async function openStorage(options: StorageOptions = {}): Promise<Storage> {
  const { directory } = options;
  const waiting: Failure[] = [];
  let listener = (failure: Failure): void => void waiting.push(failure);
  const disk = directory === undefined ? undefined : new DiskFiles(directory, options.fileSystem);
  const shelf = new Shelf(disk ?? new MemoryFiles(), (failure) => listener(failure));

  const settings = new SettingsStore(shelf);
  const secrets = new SecretStore(shelf, options.system, disk !== undefined, options.scryptCost);
  const profiles = new ProfileStore(shelf, secrets);
  const documents = new DocumentStore(shelf);
  const rules = new RuleStore(shelf);
  await Promise.all([settings.load(), secrets.load(), profiles.refresh(), rules.load()]);
  await disk?.sweep([PROFILE_FOLDER, 'documents']).catch((error: unknown) => shelf.failed('.', error));

  return {
    settings,
    profiles,
    secrets,
    documents,
    tapAuthority: new TapAuthorityStore(shelf),
    rules,
    onFailure(added) {
      listener = added;
      for (const failure of waiting.splice(0)) added(failure);
      return {
        [Symbol.dispose]() {
          listener = (failure) => void waiting.push(failure);
        },
      };
    },
    async refresh() {
      await secrets.refresh();
      return profiles.refresh();
    },
    watch: (changed) => shelf.files.watch(PROFILE_FOLDER, changed),
    async close() {
      await Promise.all([shelf.flush(), secrets.flush()]);
      return shelf.unsaved.map((name) => shelf.files.path(name));
    },
  };
}
