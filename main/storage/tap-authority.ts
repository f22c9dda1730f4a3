/** The authority that signs the certificates of taps: made once, so that a device is told to trust it once. */

import { decodeEnvelope, encodeEnvelope, type Format, isRecord, type Shelf } from './shelf.ts';

/** PEM. */
export interface AuthorityCredentials {
  readonly cert: string;
  readonly key: string;
}

const FILE = 'tap-authority.json';

const FORMAT: Format<AuthorityCredentials> = {
  name: 'tap-authority',
  version: 1,
  migrations: [],
  parse(data) {
    if (isRecord(data)) {
      const { cert, key } = data;
      if (typeof cert === 'string' && typeof key === 'string') return { cert, key };
    }
    throw new Error('no certificate and key');
  },
};

/** The key lies in a file that only its owner may read, as an SSH key does: whoever reads it can pose as any server to those devices. */
export class TapAuthorityStore {
  readonly #shelf: Shelf;
  #known: Promise<AuthorityCredentials> | undefined;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** What is stored, else what `make` makes. */
  get(make: () => Promise<AuthorityCredentials>): Promise<AuthorityCredentials> {
    this.#known ??= this.#load(make);
    return this.#known;
  }

  async #load(make: () => Promise<AuthorityCredentials>): Promise<AuthorityCredentials> {
    const read = (): Promise<AuthorityCredentials | undefined> =>
      this.#shelf.load(FILE, (text) => decodeEnvelope(FORMAT, text));
    return (
      (await read()) ??
      this.#shelf.files.exclusively(async () => {
        // Another process may have made one meanwhile.
        const stored = await read();
        if (stored !== undefined) return stored;
        const made = await make();
        await this.#shelf.put(FILE, encodeEnvelope(FORMAT, made));
        return made;
      })
    );
  }
}
