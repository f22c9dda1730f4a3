/** The settings on disk: each value falls back to its default by itself, so that one bad entry does not cost the others. */

import * as v from 'valibot';
import { DEFAULT_SETTINGS, type Settings, SettingsSchema } from '../../shared/contract/settings.ts';
import { decodeEnvelope, encodeEnvelope, type Format, isRecord, type Shelf } from './shelf.ts';

const FILE = 'settings.json';

function parse(data: unknown): Settings {
  if (!isRecord(data)) throw new Error('data is not an object');
  const known: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(SettingsSchema.entries)) {
    const parsed = v.safeParse(schema, data[name]);
    if (parsed.success) known[name] = parsed.output;
  }
  return v.parse(SettingsSchema, known);
}

const FORMAT: Format<Settings> = { name: 'settings', version: 1, migrations: [], parse };

export class SettingsStore {
  readonly #shelf: Shelf;
  #settings: Settings = DEFAULT_SETTINGS;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  async load(): Promise<void> {
    this.#settings = (await this.#shelf.load(FILE, (text) => decodeEnvelope(FORMAT, text))) ?? DEFAULT_SETTINGS;
  }

  get(): Settings {
    return this.#settings;
  }

  /** Resolves with all settings once the change was tried on disk; in force at once. Members that are undefined stay. */
  async patch(changes: { readonly [N in keyof Settings]?: Settings[N] | undefined }): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    this.#settings = v.parse(SettingsSchema, { ...this.#settings, ...given });
    await this.#shelf.put(FILE, encodeEnvelope(FORMAT, this.#settings));
    return this.#settings;
  }
}
