/** Hands files that the user chose to the service, piece by piece and no faster than it reads them. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { FileRecord } from '../../shared/contract/source-records.ts';
import type { Inspector } from './inspector.ts';

/** Bytes of a piece: large enough that the way there costs little, small enough that a cancel is heard at once. */
const PIECE_BYTES = 1_048_576;
/** Pieces on their way, so that neither end waits for the other. */
const PIECES_AHEAD = 2;

/** The part of a browser's `File` that is needed. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The file went away or cannot be read, as far as the browser tells. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}

/**
 * Opens a source for the file and tells it by `opened`; resolves when nothing more is to be read: at its end, where it is damaged,
 * and where reading was cancelled. Rejects with {@link FileUnreadable} and with what the service refuses.
 */
export async function sendFile(
  inspector: Inspector,
  file: ChosenFile,
  opened: (source: SourceId) => void,
): Promise<void> {
  const { id: source } = await inspector.call('openFile', { name: file.name, size: file.size });
  opened(source);
  const underway: Promise<boolean>[] = [];
  const firstDone = async (): Promise<boolean> => (await underway.shift()) ?? true;
  try {
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      // Pieces follow one another: the order is the file's.
      // oxlint-disable-next-line no-await-in-loop
      const bytes = await readPiece(file, at);
      underway.push(inspector.call('pushFile', { source, bytes }).then(({ goesOn }) => goesOn));
      // oxlint-disable-next-line no-await-in-loop
      if (underway.length >= PIECES_AHEAD && !(await firstDone())) return;
    }
    while (underway.length > 0) {
      // oxlint-disable-next-line no-await-in-loop
      if (!(await firstDone())) return;
    }
    await inspector.call('endFile', { source, cancelled: false });
  } catch (error) {
    // A tab that was closed meanwhile is a way to cancel.
    if (error instanceof InspectorError && error.code === 'no-such-source') return;
    await inspector.call('endFile', { source, cancelled: true }).catch(() => undefined);
    throw error;
  } finally {
    await Promise.allSettled(underway);
  }
}

/**
 * The file of a source when the page was told that its reading is over, which is a moment after {@link sendFile}; undefined where the
 * source was closed first.
 */
export function fileRead(inspector: Inspector, source: SourceId): Promise<FileRecord | undefined> {
  return new Promise((resolve) => {
    let listed = false;
    const look = (): void => {
      const found = inspector.sources.get().find(({ id }) => id === source);
      listed ||= found !== undefined;
      if (!listed || found?.file?.state === 'reading') return;
      watching[Symbol.dispose]();
      resolve(found?.file);
    };
    const watching = inspector.sources.subscribe(look);
    look();
  });
}

async function readPiece(file: ChosenFile, at: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(at, Math.min(at + PIECE_BYTES, file.size)).arrayBuffer());
  } catch (error) {
    throw new FileUnreadable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
