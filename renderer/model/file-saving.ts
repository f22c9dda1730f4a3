/** Writes packets to files of the user's: asks the service for a file piece by piece and hands it to the browser, which keeps it outside the page's memory. */

import type { ProcedureInput } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Actions } from './actions.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

export type SaveFormat = 'pcapng' | 'json' | 'csv';

export const FORMATS = ['pcapng', 'json', 'csv'] as const satisfies readonly SaveFormat[];

const TYPES = { pcapng: 'application/vnd.tcpdump.pcap', json: 'application/json', csv: 'text/csv' } as const;
/** How long the browser may take to begin the download, milliseconds. */
const KEPT_MS = 60_000;

/** A file that is being written. */
export interface RunningSave {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly packets: number;
  /** Rows that stood at the start, whether or not they pass the filter. */
  readonly total: number;
}

/** Takes a finished file; the browser's download outside of tests. */
export type HandOver = (file: Blob, name: string) => void;

export class FileSaving {
  readonly #inspector: Inspector;
  readonly #actions: Actions;
  readonly #handOver: HandOver;
  readonly #running = createStore<readonly RunningSave[]>([]);
  readonly #cancelled = new Set<number>();
  #next = 0;
  /** Whether user names and passwords are written out; until the page is closed, never kept. */
  readonly credentials = createStore(false);
  /** Filters of the sources' packet lists, which a session keeps. */
  readonly filters = new Map<SourceId, string>();

  constructor(inspector: Inspector, actions: Actions, handOver: HandOver = download) {
    this.#inspector = inspector;
    this.#actions = actions;
    this.#handOver = handOver;
  }

  get running(): Readable<readonly RunningSave[]> {
    return this.#running;
  }

  /** Resolves when the file was handed over, was cancelled, or could not be written: the bar says why then. */
  async save(stem: string, input: Omit<ProcedureInput<'startExport'>, 'credentials'>): Promise<void> {
    const format = input.format === 'session' ? 'pcapng' : input.format;
    const name = `${fileStem(stem)}.${format}`;
    await this.#actions.run(async () => {
      const { export: number } = await this.#inspector.call('startExport', {
        ...input,
        credentials: this.credentials.get(),
      });
      const id = this.#next;
      this.#next += 1;
      try {
        const parts = await this.#read(id, name, number);
        if (parts !== undefined) this.#handOver(new Blob(parts, { type: TYPES[format] }), name);
      } finally {
        this.#cancelled.delete(id);
        this.#running.update((running) => running.filter((save) => save.id !== id));
        await this.#inspector.call('endExport', { export: number }).catch(() => undefined);
      }
    });
  }

  cancel(id: number): void {
    this.#cancelled.add(id);
  }

  /** Undefined where it was cancelled. */
  async #read(id: number, name: string, number: number): Promise<Blob[] | undefined> {
    const parts: Blob[] = [];
    let bytes = 0;
    for (;;) {
      if (this.#cancelled.has(id)) return undefined;
      // Pieces follow one another.
      // oxlint-disable-next-line no-await-in-loop
      const piece = await this.#inspector.call('readExport', { export: number });
      // A blob of its own lets the browser put the piece aside.
      if (piece.bytes.length > 0) parts.push(new Blob([piece.bytes.slice()]));
      bytes += piece.bytes.length;
      const { packets, total } = piece;
      const now: RunningSave = { id, name, bytes, packets, total };
      this.#running.update((running) => [...running.filter((save) => save.id !== id), now]);
      if (piece.done) return parts;
    }
  }
}

/** What every system takes for a name. */
function fileStem(text: string): string {
  const stem = text.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/\.(pcapng|pcap|json|csv)$/i, '');
  return stem.replaceAll(/^[-. ]+|[-. ]+$/g, '').slice(0, 100) || 'packets';
}

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
