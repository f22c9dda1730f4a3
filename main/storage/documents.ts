/** Small JSON documents that the page keeps on the host: publish history, filter history, layout. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Shelf } from './shelf.ts';

const FOLDER = 'documents';

function checkJson(text: string): string {
  JSON.parse(text);
  return text;
}

export class DocumentStore {
  readonly #shelf: Shelf;
  /** Documents read or written since start; null where there is none. */
  readonly #texts = new Map<string, string | null>();

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** The document's JSON text, or null. `name` is one that the contract's schema admits. */
  async read(name: string): Promise<string | null> {
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const text = (await this.#shelf.load(`${FOLDER}/${name}.json`, checkJson)) ?? null;
    // A write that came in while the file was read is newer.
    const written = this.#texts.get(name);
    if (written !== undefined) return written;
    this.#texts.set(name, text);
    return text;
  }

  /** Throws `invalid-input` where the text is not JSON. */
  async write(name: string, text: string): Promise<void> {
    try {
      checkJson(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new InspectorError('invalid-input', { procedure: 'writeDocument', issues: [{ path: 'text', message }] });
    }
    this.#texts.set(name, text);
    await this.#shelf.put(`${FOLDER}/${name}.json`, text);
  }
}
