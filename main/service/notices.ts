/** Diagnostics of the host itself that the user has not closed yet. */

import type { Failure } from '../../shared/contract/errors.ts';
import type { Notice } from '../../shared/contract/source-records.ts';

/** Older notices go first once there are more; each is also in the log. */
const KEPT = 20;

export class Notices {
  readonly #changed: () => void;
  #notices: readonly Notice[] = [];
  #nextId = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get all(): readonly Notice[] {
    return this.#notices;
  }

  /** Adds a notice, or brings the same one to the end. */
  add(level: Notice['level'], failure: Failure): void {
    const same = JSON.stringify(failure);
    const others = this.#notices.filter((notice) => JSON.stringify(notice.failure) !== same);
    const notice = { id: this.#nextId, level, failure: failure as Notice['failure'] };
    this.#nextId += 1;
    this.#notices = [...others, notice].slice(-KEPT);
    this.#changed();
  }

  /** Adds a notice in the place of one that said the same with another count. Answers its id. */
  replace(id: number | undefined, level: Notice['level'], failure: Failure): number {
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
    this.add(level, failure);
    return this.#nextId - 1;
  }

  dismiss(id: number): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
    this.#changed();
  }
}
