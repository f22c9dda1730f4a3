/** Saved connections on disk, one file each, with the names of the secrets they have. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ListedProfile, Profile, SecretChanges } from '../../shared/contract/profiles.ts';
import { bringsCredentials, credentialsOf, withoutCredentials } from './credential-headers.ts';
import { newClientId, newProfileId } from './identifiers.ts';
import { PROFILE_FORMAT, readExport, writeExport } from './profile-text.ts';
import type { SecretStore } from './secrets.ts';
import { decodeEnvelope, encodeEnvelope, type Shelf } from './shelf.ts';

export const PROFILE_FOLDER = 'profiles';

/** Identifiers become file names, also where those know no case. */
const SAFE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const fileOf = (id: string): string => `${PROFILE_FOLDER}/p-${id}.json`;
const FILE = /\/p-([a-z0-9][a-z0-9-]{0,63})\.json$/;

/** What another process saves is taken in by {@link ProfileStore.refresh}; of one profile changed in both the last writer's stays. */
export class ProfileStore {
  readonly #shelf: Shelf;
  readonly #secrets: SecretStore;
  readonly #profiles = new Map<string, Profile>();
  /** What each profile's file holds, as far as is known. */
  readonly #texts = new Map<string, string>();

  constructor(shelf: Shelf, secrets: SecretStore) {
    this.#shelf = shelf;
    this.#secrets = secrets;
  }

  /** Reads what is on the disk, at first and again after another process may have changed it. Resolves with whether anything changed. */
  async refresh(): Promise<boolean> {
    const before = [...this.#texts.keys()].filter((id) => this.#isSettled(id));
    let files: readonly string[];
    try {
      files = await this.#shelf.files.list(PROFILE_FOLDER);
    } catch (error) {
      this.#shelf.failed(PROFILE_FOLDER, error);
      return false;
    }
    const gone = before.filter((id) => !files.includes(fileOf(id)) && this.#isSettled(id));
    for (const id of gone) {
      this.#texts.delete(id);
      this.#profiles.delete(id);
    }
    let changed = gone.length > 0;
    for (const file of files) {
      const id = FILE.exec(file)?.[1];
      if (id !== undefined && (await this.#read(id))) changed = true;
    }
    return changed;
  }

  /** Resolves with whether the file holds something new. What is ours and not saved yet is newer than any file. */
  async #read(id: string): Promise<boolean> {
    if (!this.#isSettled(id)) return false;
    const known = this.#texts.get(id);
    let text = '';
    const profile = await this.#shelf.load(fileOf(id), (read) => {
      text = read;
      return read === known ? undefined : decodeEnvelope(PROFILE_FORMAT, read);
    });
    if (profile === undefined || !this.#isSettled(id) || this.#texts.get(id) !== known) return false;
    this.#texts.set(id, text);
    this.#profiles.set(id, { ...profile, id });
    return true;
  }

  /** Whether nothing of ours waits for the disk. */
  #isSettled(id: string): boolean {
    return !this.#shelf.unsaved.includes(fileOf(id));
  }

  /** By folder and name. */
  list(): readonly ListedProfile[] {
    const order = new Intl.Collator('en', { numeric: true });
    return [...this.#profiles.values()]
      .toSorted((a, b) => order.compare(a.folder, b.folder) || order.compare(a.name, b.name))
      .map((profile) => this.#listed(profile));
  }

  /** Throws `no-such-profile`. */
  get(id: string): Profile {
    const profile = this.#profiles.get(id);
    if (profile === undefined) throw new InspectorError('no-such-profile', { profile: id });
    return profile;
  }

  /**
   * Creates (empty id) or replaces. A created profile whose client identifier is empty or belongs to another profile gets
   * one of its own: two clients with one identifier would throw each other out ([MQTT-3.1.4-3] of 5.0).
   * Throws `vault-locked` before anything is stored, `no-such-profile` for an identifier that was never ours.
   */
  async save(profile: Profile, secrets: SecretChanges = {}): Promise<ListedProfile> {
    if (profile.id !== '' && !SAFE_ID.test(profile.id))
      throw new InspectorError('no-such-profile', { profile: profile.id });
    const changes = await this.#withHeaders(profile, secrets);
    this.#secrets.requireWritable(changes, profile.id);
    const created = profile.id === '';
    const id = created ? newProfileId() : profile.id;
    const clientId = created ? this.#freeClientId(profile.clientId) : profile.clientId;
    const stored: Profile = { ...withoutCredentials(profile), id, clientId };
    await this.#put(stored);
    await this.#secrets.change(id, changes);
    return this.#listed(stored);
  }

  /** Removes the profile and its secrets. Throws `no-such-profile`. */
  async delete(id: string): Promise<void> {
    this.get(id);
    this.#profiles.delete(id);
    this.#texts.delete(id);
    await this.#shelf.put(fileOf(id), null);
    await this.#secrets.remove(id);
  }

  /** A copy with its secrets, an identifier and a client identifier of its own. Throws `no-such-profile`, `vault-locked`. */
  async duplicate(id: string): Promise<ListedProfile> {
    const original = this.get(id);
    const secrets = await this.#secrets.read(id);
    return this.save({ ...original, id: '', name: this.#copyName(original), clientId: newClientId() }, secrets);
  }

  /** Some profiles, or all for an empty list, as one JSON text without secrets. Throws `no-such-profile`. */
  exportText(ids: readonly string[]): string {
    return writeExport(ids.length === 0 ? this.list().map(({ profile }) => profile) : ids.map((id) => this.get(id)));
  }

  /** Adds the profiles of an export, all or none; `renamed` counts those whose identifier was taken. Throws `bad-import`. */
  async importText(text: string): Promise<{ readonly added: number; readonly renamed: number }> {
    const profiles = readExport(text);
    let renamed = 0;
    for (const profile of profiles) {
      const keep = SAFE_ID.test(profile.id) && !this.#profiles.has(profile.id);
      if (!keep && profile.id !== '') renamed += 1;
      const clientId = profile.clientId === '' ? '' : this.#freeClientId(profile.clientId);
      await this.#put({ ...withoutCredentials(profile), id: keep ? profile.id : newProfileId(), clientId });
    }
    return { added: profiles.length, renamed };
  }

  /** Header values that are credentials become a secret; a header left empty keeps the value that is stored. */
  async #withHeaders(profile: Profile, changes: SecretChanges): Promise<SecretChanges> {
    const known = this.#secrets.names(profile.id).includes('websocketHeaders');
    if (changes.websocketHeaders !== undefined || (!known && !bringsCredentials(profile))) return changes;
    const stored = known ? await this.#secrets.read(profile.id) : {};
    return { ...changes, websocketHeaders: credentialsOf(profile, stored.websocketHeaders) };
  }

  async #put(profile: Profile): Promise<void> {
    const text = encodeEnvelope(PROFILE_FORMAT, profile);
    this.#profiles.set(profile.id, profile);
    this.#texts.set(profile.id, text);
    await this.#shelf.put(fileOf(profile.id), text);
  }

  #listed(profile: Profile): ListedProfile {
    return { profile, secrets: this.#secrets.names(profile.id) };
  }

  #freeClientId(wanted: string): string {
    const taken = wanted === '' || [...this.#profiles.values()].some((profile) => profile.clientId === wanted);
    return taken ? newClientId() : wanted;
  }

  /** `name (2)`, `name (3)` …, within the schema's 200 characters. */
  #copyName({ name, folder }: Profile): string {
    const stem = name.replace(/ \(\d+\)$/, '').slice(0, 190);
    const taken = new Set(
      [...this.#profiles.values()].filter((profile) => profile.folder === folder).map((profile) => profile.name),
    );
    let count = 2;
    while (taken.has(`${stem} (${count})`)) count += 1;
    return `${stem} (${count})`;
  }
}
