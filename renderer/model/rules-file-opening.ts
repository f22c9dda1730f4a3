/** A file of rules that the user chose: its rules are taken at once, or after a word on what becomes of those that are there. */

import {
  appendRules,
  type Book,
  readBook,
  type RulesFile,
  type RulesFileFault,
} from '../../shared/contract/rules-file.ts';
import type { Actions } from './actions.ts';
import { newRuleId } from './rule-id.ts';
import { createStore, type Readable } from './store.ts';

export interface RulesFileOptions<B extends Book> {
  readonly file: RulesFile<B>;
  readonly actions: Actions;
  /** Those that are there. */
  readonly current: () => B;
  readonly take: (book: B) => void;
}

export class RulesFileOpening<B extends Book> {
  readonly #options: RulesFileOptions<B>;
  readonly #opened = createStore<B | undefined>(undefined);
  readonly #fault = createStore<RulesFileFault | undefined>(undefined);

  constructor(options: RulesFileOptions<B>) {
    this.#options = options;
  }

  /** Rules of a file that wait for a word on what becomes of those that are there. */
  get opened(): Readable<B | undefined> {
    return this.#opened;
  }
  /** Why the last file could not be used. */
  get fault(): Readable<RulesFileFault | undefined> {
    return this.#fault;
  }

  /** Takes the rules, or asks first where there are others: {@link opened}. */
  async open(file: { readonly name: string; text(): Promise<string> }): Promise<void> {
    const { actions, current, take } = this.#options;
    let text: string;
    try {
      text = await file.text();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      actions.fail({ code: 'file-unreadable', data: { name: file.name, reason } });
      return;
    }
    const read = readBook(this.#options.file, text, newRuleId);
    this.#opened.set(undefined);
    this.#fault.set('fault' in read ? read.fault : undefined);
    if ('fault' in read) return;
    if (current().rules.length === 0) take(read.book);
    else this.#opened.set(read.book);
  }

  answer(how: 'replace' | 'append' | 'cancel'): void {
    const { file, current, take } = this.#options;
    const opened = this.#opened.get();
    this.#opened.set(undefined);
    if (opened === undefined || how === 'cancel') return;
    const joined = how === 'replace' ? { book: opened } : appendRules(file, current(), opened.rules);
    if ('fault' in joined) this.#fault.set(joined.fault);
    else take(joined.book);
  }

  dismissFault(): void {
    this.#fault.set(undefined);
  }
}
