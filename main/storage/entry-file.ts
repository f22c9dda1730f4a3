/** One file of encrypted entries per profile and secret, changed under the lock so that two processes lose none of each other's. */

import * as v from 'valibot';
import { SECRET_NAMES, type SecretName } from '../../shared/contract/profiles.ts';
import { decodeEnvelope, encodeEnvelope, type Format, type Shelf } from './shelf.ts';

/** Sealed texts by profile id and secret name. */
export type Entries = Readonly<Record<string, Readonly<Partial<Record<SecretName, string>>>>>;

/** Sealed text sets, null removes. */
export type EntryChanges = Readonly<Partial<Record<SecretName, string | null>>>;

interface Content<H> {
  readonly header: H;
  readonly entries: Entries;
}

const EntriesSchema = v.record(v.string(), v.record(v.picklist(SECRET_NAMES), v.string()));

function apply(entries: Entries, id: string, changes: EntryChanges): Entries {
  const merged: Partial<Record<SecretName, string>> = { ...entries[id] };
  for (const name of SECRET_NAMES) {
    const change = changes[name];
    if (change === null) delete merged[name];
    else if (change !== undefined) merged[name] = change;
  }
  const { [id]: _replaced, ...others } = entries;
  return Object.keys(merged).length === 0 ? others : { ...others, [id]: merged };
}

/**
 * Changes take effect in memory at once. What the disk refused is kept as an overlay and written with the next change.
 * A change is merged into what is on disk at that moment, unless another process changed the header (the passphrase):
 * then its file is taken over and our unsaved changes, sealed by the old key, are dropped.
 */
export class EntryFile<H> {
  readonly #shelf: Shelf;
  readonly #name: string;
  readonly #format: Format<Content<H>>;
  #content: Content<H> | undefined;
  #unsaved: { readonly id: string; readonly changes: EntryChanges }[] = [];
  #tail: Promise<unknown> = Promise.resolve();

  constructor(shelf: Shelf, name: string, formatName: string, headerSchema: v.GenericSchema<unknown, H>) {
    this.#shelf = shelf;
    this.#name = name;
    const schema = v.object({ header: headerSchema, entries: EntriesSchema });
    this.#format = {
      name: formatName,
      version: 1,
      migrations: [],
      parse(data) {
        const parsed = v.safeParse(schema, data);
        if (parsed.success) return parsed.output;
        throw new Error(`${v.getDotPath(parsed.issues[0]) ?? 'data'}: ${parsed.issues[0].message}`);
      },
    };
  }

  async load(): Promise<void> {
    this.#content = await this.#shelf.load(this.#name, (text) => decodeEnvelope(this.#format, text));
  }

  get header(): H | undefined {
    return this.#content?.header;
  }

  get entries(): Entries {
    return this.#content?.entries ?? {};
  }

  get unsaved(): boolean {
    return this.#unsaved.length > 0;
  }

  /** Full path, for messages. */
  get path(): string {
    return this.#shelf.files.path(this.#name);
  }

  /** Gives a file that does not exist yet its header; written with the first change. */
  begin(header: H): void {
    this.#content ??= { header, entries: {} };
  }

  /** Replaces everything; resolves with whether it is on disk. Where it is not, everything is as before. */
  async replace(header: H, entries: Entries): Promise<boolean> {
    const [content, unsaved] = [this.#content, this.#unsaved];
    this.#content = { header, entries };
    this.#unsaved = [];
    const written = await this.#inTurn(async () => {
      await this.#shelf.files.exclusively(() => this.#write());
    });
    if (!written) [this.#content, this.#unsaved] = [content, unsaved];
    return written;
  }

  /** Changes one profile's entries; the file must exist or have begun. */
  change(id: string, changes: EntryChanges): Promise<boolean> {
    if (this.#content === undefined) throw new Error(`${this.#name} has no header yet`);
    this.#content = { ...this.#content, entries: apply(this.#content.entries, id, changes) };
    this.#unsaved.push({ id, changes });
    return this.flush();
  }

  /** Takes in what another process wrote. What is ours and not saved yet is merged when it is. */
  refresh(): Promise<boolean> {
    const before = this.#content;
    return this.#inTurn(async () => {
      const text = await this.#shelf.files.read(this.#name);
      if (text === undefined || this.unsaved || this.#content !== before) return;
      try {
        this.#content = decodeEnvelope(this.#format, text);
      } catch {
        // Damage is kept aside and told by the next change, or at the next start.
      }
    });
  }

  /** Tries what the disk has refused so far. */
  flush(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#unsaved.length === 0) return;
      await this.#shelf.files.exclusively(async () => {
        await this.#mergeDisk();
        await this.#write();
      });
    });
  }

  /** Removes the file, or keeps it aside as `.<why>-<n>`. */
  async discard(why?: string): Promise<void> {
    this.#content = undefined;
    this.#unsaved = [];
    await this.#inTurn(async () => {
      if (why === undefined) await this.#shelf.files.remove(this.#name);
      else await this.#shelf.files.keepAside(this.#name, why);
    });
  }

  async #mergeDisk(): Promise<void> {
    const content = this.#content;
    if (content === undefined) return;
    const text = await this.#shelf.files.read(this.#name);
    if (text === undefined) return;
    let disk: Content<H>;
    try {
      disk = decodeEnvelope(this.#format, text);
    } catch (error) {
      await this.#shelf.setAside(this.#name, error instanceof Error ? error.message : String(error));
      return;
    }
    if (JSON.stringify(disk.header) === JSON.stringify(content.header)) {
      const merged = this.#unsaved.reduce((entries, { id, changes }) => apply(entries, id, changes), disk.entries);
      this.#content = { header: content.header, entries: merged };
    } else {
      this.#content = disk;
      this.#unsaved = [];
    }
  }

  async #write(): Promise<void> {
    const written = this.#unsaved.length;
    const content = this.#content;
    if (content === undefined) return;
    await this.#shelf.files.write(this.#name, encodeEnvelope(this.#format, content));
    this.#unsaved.splice(0, written);
  }

  #inTurn(task: () => Promise<void>): Promise<boolean> {
    const turn = this.#tail.then(async () => {
      try {
        await task();
        this.#shelf.succeeded(this.#name);
        return true;
      } catch (error) {
        this.#shelf.failed(this.#name, error);
        return false;
      }
    });
    this.#tail = turn;
    return turn;
  }
}
