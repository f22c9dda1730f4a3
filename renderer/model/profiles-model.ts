/** Saved connections: the list with its folders, the form of the chosen one, and everything that can be done with them. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ListedProfile, Profile, SecretStorage } from '../../shared/contract/profiles.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { AppModel } from './app-model.ts';
import { checkForm, type FormFaults } from './profiles-check.ts';
import { formOf, isMadeClientId, newClientId, newForm, type ProfileForm, type Randomness } from './profiles-form.ts';
import { createStore, derive, type Readable } from './store.ts';

export type ListRow =
  | {
      readonly kind: 'folder';
      readonly path: string;
      readonly depth: number;
      readonly count: number;
      readonly open: boolean;
    }
  | { readonly kind: 'profile'; readonly listed: ListedProfile; readonly depth: number };

const NO_FAULTS: FormFaults = new Map();

const systemRandom: Randomness = { fill: (target) => crypto.getRandomValues(target) };

/** Key of the form that is no saved profile. */
const NEW = '';

export class ProfilesModel {
  readonly #app: AppModel;
  readonly #random: Randomness;
  readonly #selected = createStore<string>(NEW);
  readonly #form;
  /** Edits of forms that are not on screen; nothing that was typed is lost by looking elsewhere. */
  readonly #drafts = new Map<string, ProfileForm>();
  readonly #edited = createStore<ReadonlySet<string>>(new Set());
  readonly #baseline = new Map<string, ProfileForm>();
  readonly #tried = createStore(false);
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  readonly #busy = createStore(false);
  readonly #notice = createStore<{ readonly added: number; readonly renamed: number } | undefined>(undefined);
  readonly #closed = createStore<ReadonlySet<string>>(new Set());
  readonly search = createStore('');
  readonly rows: Readable<readonly ListRow[]>;
  /** What is wrong with the form; empty until a button was pressed in vain. */
  readonly faults: Readable<FormFaults>;

  constructor(app: AppModel, random: Randomness = systemRandom) {
    this.#app = app;
    this.#random = random;
    const first = newForm(random);
    this.#baseline.set(NEW, first);
    this.#form = createStore(first);
    const { profiles } = app.inspector;
    this.rows = derive([profiles, this.search, this.#closed], () =>
      listRows(profiles.get()?.profiles ?? [], this.search.get(), this.#closed.get()),
    );
    this.faults = derive([this.#form, this.#tried], () => {
      if (!this.#tried.get()) return NO_FAULTS;
      const checked = checkForm(this.#form.get());
      return 'faults' in checked ? checked.faults : NO_FAULTS;
    });
  }

  get form(): Readable<ProfileForm> {
    return this.#form;
  }
  /** Id of the profile in the form; empty for a new one. */
  get selected(): Readable<string> {
    return this.#selected;
  }
  get edited(): Readable<ReadonlySet<string>> {
    return this.#edited;
  }
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }
  get busy(): Readable<boolean> {
    return this.#busy;
  }
  /** Outcome of the last import. */
  get notice(): Readable<{ readonly added: number; readonly renamed: number } | undefined> {
    return this.#notice;
  }

  async load(): Promise<void> {
    await this.#ask(() => this.#app.inspector.loadProfiles());
  }

  /** Shows a profile's form, with edits that were left there. */
  select(id: string): void {
    if (id === this.#selected.get()) return;
    this.#keepDraft();
    const listed = this.#listed(id);
    if (id !== NEW && listed === undefined) return;
    const baseline = listed === undefined ? this.#newBaseline() : formOf(listed);
    this.#baseline.set(id, baseline);
    this.#selected.set(id);
    this.#tried.set(false);
    this.#failure.set(undefined);
    this.#form.set(this.#drafts.get(id) ?? baseline);
  }

  /** A form for a new connection; one that was begun before is shown again. */
  startNew(): void {
    this.select(NEW);
  }

  /**
   * The form of a session that was never saved, as a new connection. Secrets have to be typed again, unless the form that it was opened
   * from still stands.
   */
  async startLike(source: SourceId): Promise<void> {
    await this.#ask(async () => {
      const session = await this.#app.inspector.call('sessionProfile', { source });
      this.select(NEW);
      const checked = checkForm(this.#form.get());
      const isSame = !('faults' in checked) && sameButClient(checked.profile, session.profile);
      if (!isSame) this.replace(formOf({ profile: session.profile, secrets: [] }));
    });
  }

  /** Empties the form of the new connection, or takes back what was changed of a saved one. */
  revert(): void {
    const id = this.#selected.get();
    const listed = this.#listed(id);
    const baseline = listed === undefined ? newForm(this.#random) : formOf(listed);
    this.#baseline.set(id, baseline);
    this.#drafts.delete(id);
    this.#tried.set(false);
    this.#failure.set(undefined);
    this.#form.set(baseline);
    this.#markEdited(id, false);
  }

  change(patch: Partial<ProfileForm>): void {
    this.replace({ ...this.#form.get(), ...patch });
  }

  replace(form: ProfileForm): void {
    this.#form.set(form);
    const id = this.#selected.get();
    this.#markEdited(id, !sameForm(form, this.#baseline.get(id)));
  }

  regenerateClientId(): void {
    this.change({ clientId: newClientId(this.#random) });
  }

  toggleFolder(path: string): void {
    const closed = new Set(this.#closed.get());
    if (!closed.delete(path)) closed.add(path);
    this.#closed.set(closed);
  }

  /** Opens a session from what is in the form, saved or not. */
  async connect(): Promise<SourceId | undefined> {
    const checked = this.#check();
    if (checked === undefined) return undefined;
    return this.#ask(async () => {
      const source = await this.#app.inspector.call('openSession', checked);
      this.#freshenClientId(checked.profile.clientId);
      return source.id;
    });
  }

  /** The form of a new connection may open another one: an identifier that we made up serves one client only. */
  #freshenClientId(used: string): void {
    if (this.#selected.get() !== NEW || this.#form.get().clientId !== used || !isMadeClientId(used)) return;
    this.regenerateClientId();
  }

  /** Stores the form. Resolves with the profile's id. */
  async save(): Promise<string | undefined> {
    const checked = this.#check();
    if (checked === undefined) return undefined;
    const from = this.#selected.get();
    return this.#ask(async () => {
      const listed = await this.#app.inspector.call('saveProfile', checked);
      await this.#app.inspector.loadProfiles();
      const { id } = listed.profile;
      this.#drafts.delete(from);
      this.#markEdited(from, false);
      if (from === NEW) this.#baseline.delete(NEW);
      const baseline = formOf(listed);
      this.#baseline.set(id, baseline);
      this.#selected.set(id);
      this.#form.set(baseline);
      this.#tried.set(false);
      return id;
    });
  }

  async saveAndConnect(): Promise<SourceId | undefined> {
    const id = await this.save();
    return id === undefined ? undefined : this.openSaved(id);
  }

  async openSaved(profileId: string): Promise<SourceId | undefined> {
    return this.#ask(async () => (await this.#app.inspector.call('openSavedSession', { profileId })).id);
  }

  async duplicate(id: string): Promise<void> {
    await this.#ask(async () => {
      const copy = await this.#app.inspector.call('duplicateProfile', { id });
      await this.#app.inspector.loadProfiles();
      this.select(copy.profile.id);
    });
  }

  async remove(id: string): Promise<void> {
    await this.#ask(async () => {
      await this.#app.inspector.call('deleteProfile', { id });
      this.#drafts.delete(id);
      this.#markEdited(id, false);
      if (this.#selected.get() === id) {
        this.#selected.set(NEW);
        this.#tried.set(false);
        this.#form.set(this.#drafts.get(NEW) ?? this.#newBaseline());
      }
      await this.#app.inspector.loadProfiles();
    });
  }

  /** The saved profiles in a folder and the folders below it. */
  idsIn(folder: string): readonly string[] {
    const profiles = this.#app.inspector.profiles.get()?.profiles ?? [];
    const isIn = (path: string) => path === folder || path.startsWith(`${folder}/`);
    return profiles.filter(({ profile }) => isIn(cleanFolder(profile.folder))).map(({ profile }) => profile.id);
  }

  /** Some profiles, or all for an empty list, as one text without secrets. */
  async exported(ids: readonly string[]): Promise<string | undefined> {
    return this.#ask(() => this.#app.inspector.call('exportProfiles', { ids: [...ids] }));
  }

  async importText(text: string): Promise<void> {
    this.#notice.set(undefined);
    await this.#ask(async () => {
      this.#notice.set(await this.#app.inspector.call('importProfiles', { text }));
      await this.#app.inspector.loadProfiles();
    });
  }

  async setStorage(storage: SecretStorage, passphrase?: string): Promise<boolean> {
    const done = await this.#ask(async () => {
      await this.#app.inspector.call('setSecretStorage', {
        storage,
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      await this.#app.inspector.loadProfiles();
      return true;
    });
    return done === true;
  }

  async unlock(passphrase: string): Promise<boolean> {
    const done = await this.#ask(async () => {
      await this.#app.inspector.call('unlockVault', { passphrase });
      await this.#app.inspector.loadProfiles();
      return true;
    });
    return done === true;
  }

  dismiss(): void {
    this.#failure.set(undefined);
    this.#notice.set(undefined);
  }

  #check() {
    this.#tried.set(true);
    const checked = checkForm(this.#form.get());
    return 'faults' in checked ? undefined : checked;
  }

  #listed(id: string): ListedProfile | undefined {
    return this.#app.inspector.profiles.get()?.profiles.find(({ profile }) => profile.id === id);
  }

  #newBaseline(): ProfileForm {
    return this.#baseline.get(NEW) ?? newForm(this.#random);
  }

  #keepDraft(): void {
    const id = this.#selected.get();
    if (this.#edited.get().has(id)) this.#drafts.set(id, this.#form.get());
    else this.#drafts.delete(id);
  }

  #markEdited(id: string, edited: boolean): void {
    if (this.#edited.get().has(id) === edited) return;
    const next = new Set(this.#edited.get());
    if (edited) next.add(id);
    else next.delete(id);
    this.#edited.set(next);
  }

  async #ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.#busy.set(true);
    try {
      const answer = await work();
      this.#failure.set(undefined);
      return answer;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      this.#failure.set(error);
      return undefined;
    } finally {
      this.#busy.set(false);
    }
  }
}

/** A form's client identifier is made anew once it was used. */
function sameButClient(one: Profile, other: Profile): boolean {
  return JSON.stringify({ ...one, clientId: '' }) === JSON.stringify({ ...other, clientId: '' });
}

function sameForm(form: ProfileForm, baseline: ProfileForm | undefined): boolean {
  return baseline !== undefined && JSON.stringify(form) === JSON.stringify(baseline);
}

/** Folders before profiles, both by name; a search opens every folder and looks at name, folder, address and client id. */
export function listRows(
  profiles: readonly ListedProfile[],
  search: string,
  closed: ReadonlySet<string>,
): readonly ListRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = profiles.filter(({ profile }) => {
    const text = `${profile.name}\n${profile.folder}\n${profile.protocol}://${profile.host}:${profile.port}\n${profile.clientId}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
  const placed = found.map((listed) => ({ listed, folder: cleanFolder(listed.profile.folder) }));
  const rows: ListRow[] = [];
  const walk = (folder: string, depth: number) => {
    const prefix = folder === '' ? '' : `${folder}/`;
    const below = new Set<string>();
    for (const { folder: at } of placed)
      if (at !== folder && at.startsWith(prefix)) below.add(at.slice(prefix.length).split('/')[0] ?? '');
    for (const name of [...below].toSorted((a, b) => a.localeCompare(b))) {
      const path = `${prefix}${name}`;
      const open = words.length > 0 || !closed.has(path);
      const count = placed.filter(({ folder: at }) => at === path || at.startsWith(`${path}/`)).length;
      rows.push({ kind: 'folder', path, depth, count, open });
      if (open) walk(path, depth + 1);
    }
    const here = placed.filter(({ folder: at }) => at === folder).map(({ listed }) => listed);
    for (const listed of here.toSorted((a, b) => a.profile.name.localeCompare(b.profile.name)))
      rows.push({ kind: 'profile', listed, depth });
  };
  walk('', 0);
  return rows;
}

/** A folder path without empty levels. */
function cleanFolder(path: string): string {
  return path
    .split('/')
    .map((level) => level.trim())
    .filter((level) => level !== '')
    .join('/');
}
