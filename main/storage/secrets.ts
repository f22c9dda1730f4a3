/** Passwords, keys and passphrases: in the system's keychain, in a vault under a passphrase, or in memory; never in clear on disk. */

import * as v from 'valibot';
import { InspectorError } from '../../shared/contract/errors.ts';
import {
  SECRET_NAMES,
  type SecretChanges,
  type SecretName,
  type Secrets,
  type SecretStatus,
  type SecretStorage,
} from '../../shared/contract/profiles.ts';
import { type Entries, EntryFile } from './entry-file.ts';
import type { Shelf } from './shelf.ts';
import {
  createVault,
  DEFAULT_COST,
  openVault,
  type ScryptCost,
  type VaultHeader,
  VaultHeaderSchema,
  type VaultKey,
} from './vault.ts';

/** The operating system's encryption, lent by the host that has it (Electron's safeStorage). */
export interface SystemSecrets {
  /** False where the system would only obscure the texts, e.g. without a keyring on Linux. */
  available(): Promise<boolean>;
  encrypt(text: string): Promise<Uint8Array>;
  /** Rejects where the bytes are damaged or of another user or key. */
  decrypt(bytes: Uint8Array): Promise<string>;
}

type SecretsById = Readonly<Record<string, Secrets>>;

const SystemHeaderSchema = v.object({ storage: v.picklist(['system', 'vault', 'memory']) });
type SystemHeader = v.InferOutput<typeof SystemHeaderSchema>;

function merge(known: Secrets, changes: SecretChanges): Secrets {
  const merged: Partial<Record<SecretName, string>> = { ...known };
  for (const name of SECRET_NAMES) {
    const change = changes[name];
    if (change === null) delete merged[name];
    else if (change !== undefined) merged[name] = change;
  }
  return merged;
}

const VAULT_FILE = 'vault.json';

const label = (id: string, name: SecretName): string => `${id}/${name}`;

/**
 * `secrets.json` holds the user's choice of storage and what the system encrypted; `vault.json` is the vault. Names of
 * the secrets that a profile has stand in clear in both, their values never.
 */
export class SecretStore {
  readonly #shelf: Shelf;
  readonly #system: SystemSecrets | undefined;
  readonly #systemFile: EntryFile<SystemHeader>;
  readonly #vaultFile: EntryFile<VaultHeader>;
  readonly #cost: ScryptCost;
  readonly #persistent: boolean;
  readonly #memory = new Map<string, Secrets>();
  #systemAvailable = false;
  #storage: SecretStorage = 'memory';
  #vaultKey: VaultKey | undefined;

  /** @param persistent false where the files are gone at exit: then there is no vault */
  constructor(shelf: Shelf, system: SystemSecrets | undefined, persistent: boolean, cost: ScryptCost = DEFAULT_COST) {
    this.#shelf = shelf;
    this.#system = system;
    this.#persistent = persistent;
    this.#cost = cost;
    this.#systemFile = new EntryFile(shelf, 'secrets.json', 'secrets', SystemHeaderSchema);
    this.#vaultFile = new EntryFile(shelf, VAULT_FILE, 'vault', VaultHeaderSchema);
  }

  /** The stored choice where it can be had; else the system's keychain, else an existing vault, else memory. */
  async load(): Promise<void> {
    await Promise.all([this.#systemFile.load(), this.#vaultFile.load()]);
    try {
      this.#systemAvailable = (await this.#system?.available()) ?? false;
    } catch {
      this.#systemAvailable = false;
    }
    const { available, vaultExists } = this.status();
    const chosen = this.#systemFile.header?.storage;
    if (chosen !== undefined && available.includes(chosen) && (chosen !== 'vault' || vaultExists))
      this.#storage = chosen;
    else if (this.#systemAvailable) this.#storage = 'system';
    else this.#storage = vaultExists ? 'vault' : 'memory';
  }

  status(): SecretStatus {
    const vaultExists = this.#vaultFile.header !== undefined;
    return {
      storage: this.#storage,
      available: [
        ...(this.#systemAvailable ? ['system' as const] : []),
        ...(this.#persistent ? ['vault' as const] : []),
        'memory',
      ],
      locked: vaultExists && this.#vaultKey === undefined,
      vaultExists,
    };
  }

  /** Which secrets a profile has; also while the vault is locked. */
  names(id: string): readonly SecretName[] {
    const known = this.#storage === 'memory' ? (this.#memory.get(id) ?? {}) : (this.#file().entries[id] ?? {});
    return SECRET_NAMES.filter((name) => known[name] !== undefined);
  }

  /**
   * A profile's secrets in clear, for a connection that is about to open. Throws `vault-locked` where the profile has
   * some and the vault is locked, `secrets-unavailable` where they cannot be decrypted any more.
   */
  async read(id: string): Promise<Secrets> {
    if (this.#storage === 'memory') return this.#memory.get(id) ?? {};
    const clear: Partial<Record<SecretName, string>> = {};
    for (const name of this.names(id)) {
      const sealed = this.#file().entries[id]?.[name];
      if (sealed !== undefined) clear[name] = await this.#open(id, name, sealed);
    }
    return clear;
  }

  /** Throws `vault-locked` where {@link change} with these changes would. */
  requireWritable(changes: SecretChanges, profile?: string): void {
    const any = SECRET_NAMES.some((name) => changes[name] !== undefined && changes[name] !== null);
    if (any && this.#storage === 'vault') this.#key(profile);
  }

  /** Sets and removes secrets of a profile. Throws `vault-locked`; removing needs no passphrase. */
  async change(id: string, changes: SecretChanges): Promise<void> {
    if (SECRET_NAMES.every((name) => changes[name] === undefined)) return;
    this.requireWritable(changes, id);
    if (this.#storage === 'memory') {
      this.#memory.set(id, merge(this.#memory.get(id) ?? {}, changes));
      return;
    }
    const sealed: Partial<Record<SecretName, string | null>> = {};
    for (const name of SECRET_NAMES) {
      const change = changes[name];
      if (change !== undefined) sealed[name] = change === null ? null : await this.#seal(id, name, change);
    }
    if (this.#storage === 'system') this.#systemFile.begin({ storage: 'system' });
    const { header } = this.#vaultFile;
    await this.#file().change(id, sealed);
    // Another process gave the vault a new passphrase: our key opens nothing there.
    if (this.#storage === 'vault' && this.#vaultFile.header !== header) this.#lockIfForeign(header, id);
  }

  async remove(id: string): Promise<void> {
    this.#memory.delete(id);
    const removal = Object.fromEntries(SECRET_NAMES.map((name) => [name, null]));
    for (const file of [this.#systemFile, this.#vaultFile]) {
      if (file.entries[id] !== undefined) await file.change(id, removal);
    }
  }

  /** Opens an existing vault. Throws `vault-wrong-passphrase`, or `secrets-unavailable` where there is no vault. */
  async unlock(passphrase: string): Promise<SecretStatus> {
    const { header } = this.#vaultFile;
    if (header === undefined) throw new InspectorError('secrets-unavailable', { reason: 'no-vault' });
    const key = await openVault(header, passphrase);
    if (key === undefined) throw new InspectorError('vault-wrong-passphrase', {});
    this.#vaultKey = key;
    return this.status();
  }

  /** Forgets the vault's key until the next {@link unlock}. */
  lock(): void {
    this.#vaultKey = undefined;
  }

  /**
   * Chooses where secrets live and takes the present ones along; they are removed from where they were.
   * - `vault` with an open vault and a passphrase gives it the new passphrase: every entry is sealed anew.
   * - `vault` with a locked vault unlocks it (`vault-wrong-passphrase`).
   * - leaving a locked vault keeps its file aside as `vault.json.locked-<n>`, so that a forgotten passphrase ends nothing.
   */
  async setStorage(storage: SecretStorage, passphrase?: string): Promise<SecretStatus> {
    if (!this.status().available.includes(storage))
      throw new InspectorError('secrets-unavailable', { reason: 'storage-not-here', storage });
    if (storage === 'vault') await this.#enterVault(passphrase);
    else await this.#leaveVaultFor(storage);
    this.#storage = storage;
    // What the system encrypted stays where this process cannot decrypt it: the desktop app still can.
    const kept = storage === 'system' || !this.#systemAvailable;
    await this.#systemFile.replace({ storage }, kept ? this.#systemFile.entries : {});
    return this.status();
  }

  /** Takes in what another process changed; a passphrase of its own locks the vault here. */
  async refresh(): Promise<void> {
    const before = this.#vaultFile.header?.check;
    await Promise.all([this.#systemFile.refresh(), this.#vaultFile.refresh()]);
    if (before !== this.#vaultFile.header?.check) this.#vaultKey = undefined;
  }

  /** Tries what the disk refused. */
  async flush(): Promise<void> {
    for (const file of [this.#systemFile, this.#vaultFile]) if (file.unsaved) await file.flush();
  }

  async #enterVault(passphrase: string | undefined): Promise<void> {
    const locked = this.status().locked;
    if (passphrase === undefined && !locked && this.#vaultKey !== undefined && this.#storage === 'vault') return;
    if (passphrase === undefined || passphrase === '') {
      const issues = [{ path: 'passphrase', message: 'a vault needs a passphrase' }];
      throw new InspectorError('invalid-input', { procedure: 'setSecretStorage', issues });
    }
    if (locked) await this.unlock(passphrase);
    // Unlocking alone leaves the file as it is; a new passphrase or secrets from elsewhere seal everything anew.
    if (locked && this.#storage === 'vault') return;
    const stored = this.#readVault();
    const all: SecretsById = this.#storage === 'vault' ? stored : { ...stored, ...(await this.#readAll()) };
    const { header, key } = await createVault(passphrase, this.#cost);
    const entries = await this.#sealAll(all, async (id, name, text) => key.seal(label(id, name), text));
    if (!(await this.#vaultFile.replace(header, entries)))
      throw new InspectorError('disk-failed', { file: this.#vaultFile.path, reason: 'the vault could not be written' });
    this.#vaultKey = key;
    this.#memory.clear();
  }

  async #leaveVaultFor(storage: 'system' | 'memory'): Promise<void> {
    const { locked, vaultExists } = this.status();
    const present = {
      ...(locked ? {} : this.#readVault()),
      ...(this.#storage === 'vault' ? {} : await this.#readAll()),
    };
    if (storage === 'system') {
      const entries = await this.#sealAll(present, (_id, _name, text) => this.#encrypt(text));
      if (!(await this.#systemFile.replace({ storage }, entries)))
        throw new InspectorError('disk-failed', { file: this.#systemFile.path, reason: 'it could not be written' });
      this.#memory.clear();
    } else {
      this.#memory.clear();
      for (const [id, secrets] of Object.entries(present)) this.#memory.set(id, secrets);
    }
    if (vaultExists) await this.#vaultFile.discard(locked ? 'locked' : undefined);
    this.#vaultKey = undefined;
  }

  /** Every secret of the present storage. Throws `secrets-unavailable` where one cannot be read. */
  async #readAll(): Promise<SecretsById> {
    if (this.#storage === 'memory') return Object.fromEntries(this.#memory);
    const all: Record<string, Secrets> = {};
    for (const id of Object.keys(this.#file().entries)) all[id] = await this.read(id);
    return all;
  }

  /** Every secret of the open vault. One that does not open any more is no use to keep: it is left out and reported. */
  #readVault(): SecretsById {
    const all: Record<string, Secrets> = {};
    let damaged = 0;
    for (const [id, entries] of Object.entries(this.#vaultFile.entries)) {
      const clear: Partial<Record<SecretName, string>> = {};
      for (const name of SECRET_NAMES) {
        const sealed = entries[name];
        if (sealed === undefined) continue;
        try {
          clear[name] = this.#key().open(label(id, name), sealed);
        } catch (error) {
          if (error instanceof InspectorError) throw error;
          damaged += 1;
        }
      }
      all[id] = clear;
    }
    if (damaged > 0) this.#shelf.damagedWithin(VAULT_FILE, `${damaged} of its secrets did not open`);
    return all;
  }

  async #sealAll(
    all: SecretsById,
    seal: (id: string, name: SecretName, text: string) => Promise<string>,
  ): Promise<Entries> {
    const entries: Record<string, Partial<Record<SecretName, string>>> = {};
    for (const [id, secrets] of Object.entries(all)) {
      const sealed: Partial<Record<SecretName, string>> = {};
      for (const name of SECRET_NAMES) {
        const text = secrets[name];
        if (text !== undefined) sealed[name] = await seal(id, name, text);
      }
      entries[id] = sealed;
    }
    return entries;
  }

  #file(): EntryFile<SystemHeader> | EntryFile<VaultHeader> {
    return this.#storage === 'vault' ? this.#vaultFile : this.#systemFile;
  }

  #key(profile?: string): VaultKey {
    if (this.#vaultKey !== undefined) return this.#vaultKey;
    throw new InspectorError('vault-locked', profile === undefined ? {} : { profile });
  }

  async #seal(id: string, name: SecretName, text: string): Promise<string> {
    return this.#storage === 'vault' ? this.#key(id).seal(label(id, name), text) : this.#encrypt(text);
  }

  async #open(id: string, name: SecretName, sealed: string): Promise<string> {
    if (this.#storage === 'vault') return this.#openSealed(this.#key(id), id, name, sealed);
    try {
      if (this.#system !== undefined) return await this.#system.decrypt(Buffer.from(sealed, 'base64'));
    } catch {
      // The system's own message may quote the data; the code says enough.
    }
    throw new InspectorError('secrets-unavailable', { reason: 'not-decrypted', secret: name });
  }

  #openSealed(key: VaultKey, id: string, name: SecretName, sealed: string): string {
    try {
      return key.open(label(id, name), sealed);
    } catch {
      throw new InspectorError('secrets-unavailable', { reason: 'damaged', secret: name });
    }
  }

  async #encrypt(text: string): Promise<string> {
    try {
      if (this.#system !== undefined) return Buffer.from(await this.#system.encrypt(text)).toString('base64');
    } catch {
      // As above: no text of a secret may reach a message.
    }
    throw new InspectorError('secrets-unavailable', { reason: 'not-encrypted' });
  }

  #lockIfForeign(before: VaultHeader | undefined, profile: string): void {
    if (before?.check === this.#vaultFile.header?.check) return;
    this.#vaultKey = undefined;
    throw new InspectorError('vault-locked', { profile });
  }
}
