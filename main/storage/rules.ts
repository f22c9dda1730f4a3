/** The rules on disk, as they are while the program runs. */

import * as v from 'valibot';
import { NO_RULES, type RuleBook, RuleBookSchema } from '../../shared/contract/rules.ts';
import { decodeEnvelope, encodeEnvelope, type Format, type Shelf } from './shelf.ts';

const FILE = 'rules.json';

const FORMAT: Format<RuleBook> = {
  name: 'rules',
  version: 1,
  migrations: [],
  parse: (data) => v.parse(RuleBookSchema, data),
};

export class RuleStore {
  readonly #shelf: Shelf;
  #book: RuleBook = NO_RULES;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  async load(): Promise<void> {
    this.#book = (await this.#shelf.load(FILE, (text) => decodeEnvelope(FORMAT, text))) ?? NO_RULES;
  }

  get(): RuleBook {
    return this.#book;
  }

  /** In force at once; resolves once it was tried on disk. */
  async put(book: RuleBook): Promise<void> {
    this.#book = book;
    await this.#shelf.put(FILE, encodeEnvelope(FORMAT, book));
  }
}
