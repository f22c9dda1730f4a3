/** The settings on disk: each value falls back to its default by itself, so that one bad entry does not cost the others. */

import * as v from 'valibot';
import { type ColourRule, ColourRuleSchema, MOST_COLOUR_RULES } from '../../shared/contract/colours.ts';
import { DEFAULT_SETTINGS, type Settings, SettingsSchema } from '../../shared/contract/settings.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { decodeEnvelope, encodeEnvelope, type Format, isRecord, type Shelf } from './shelf.ts';

const FILE = 'settings.json';

function parse(data: unknown): Settings {
  if (!isRecord(data)) throw new Error('data is not an object');
  const known: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(SettingsSchema.entries)) {
    const parsed = v.safeParse(schema, data[name]);
    if (parsed.success) known[name] = parsed.output;
  }
  const rules = Array.isArray(data['colourRules']) ? { colourRules: storedRules(data['colourRules']) } : {};
  return v.parse(SettingsSchema, { ...known, ...rules });
}

/** Those of a stored list that can be used; one that is on and whose filter does not read, maybe of a newer version, is kept switched off. */
function storedRules(stored: readonly unknown[]): readonly ColourRule[] {
  const rules = new Map<string, ColourRule>();
  for (const one of stored) {
    const { success, output } = v.safeParse(ColourRuleSchema, one);
    if (!success || rules.has(output.id) || rules.size === MOST_COLOUR_RULES) continue;
    rules.set(output.id, { ...output, enabled: output.enabled && parseFilter(output.filter).errors.length === 0 });
  }
  return [...rules.values()];
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
