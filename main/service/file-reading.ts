/** A capture file on its way into its sources: takes its bytes in pieces, and says how far it is and what it found. */

import type { FileRecord } from '../../shared/contract/source-records.ts';
import type { CaptureEvent } from '../engine/capture/capture.ts';
import { CaptureFile } from '../engine/files/capture-file.ts';
import { readSessionComments } from '../engine/files/session-marks.ts';
import type { LiveFile, Reading } from './live-file.ts';
import { readDescription, type SessionDescription, versionOf } from './session-description.ts';

export interface FileReadingOptions {
  readonly id: number;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly openSource: (reading: Reading, pieces: 'large' | 'small') => LiveFile;
}

/** One connection of the file, as the source that it belongs to numbers it. */
interface Placed {
  readonly source: LiveFile;
  readonly connection: number;
}

const decoder = new TextDecoder();

/** A plain file fills one source; a saved session opens the others when its description was read, which is at its very beginning. */
export class FileReading implements Reading {
  readonly #options: FileReadingOptions;
  readonly #file: CaptureFile;
  readonly #sources: LiveFile[] = [];
  readonly #connections: Placed[] = [];
  #session: SessionDescription | undefined;
  #read = 0;
  #state: FileRecord['state'] = 'reading';

  constructor(options: FileReadingOptions) {
    this.#options = options;
    this.#file = new CaptureFile({
      open: (timeUs, parties, gap, place) => {
        const before = gap === undefined ? undefined : this.#connections[gap.after];
        const index = this.#session === undefined ? 0 : (place?.source ?? 0);
        const source = before?.source ?? this.#sources[index] ?? this.source;
        const within = gap === undefined ? undefined : { ...gap, after: before?.connection ?? 0 };
        const version = versionOf(this.#session?.sources[index], place?.connection ?? -1);
        const connection = source.packets.openConnection(timeUs, parties, within, version);
        return this.#connections.push({ source, connection }) - 1;
      },
      data: (number, direction, bytes, timeUs, initiator) => {
        const placed = this.#connections[number];
        placed?.source.packets.append(placed.connection, direction, bytes, timeUs, initiator);
      },
      close: (number, timeUs) => {
        const placed = this.#connections[number];
        placed?.source.packets.closeConnection(placed.connection, timeUs);
      },
      event: (number, json, timeUs) => {
        const placed = this.#connections[number];
        const event = readEvent(json);
        if (event !== undefined) placed?.source.packets.note(placed.connection, timeUs, event);
      },
      comment: (number, text) => this.#connections[number]?.source.packets.comment(text),
      section: (comments) => this.#begin(readDescription(readSessionComments(comments) ?? '')),
      secrets: (lines) => {
        for (const line of lines) this.source.recording.noteKey(line);
      },
    });
    this.#sources.push(options.openSource(this, 'large'));
  }

  /** The one that stands from the start. */
  get source(): LiveFile {
    const [first] = this.#sources;
    if (first === undefined) throw new Error('a reading has a source from its start');
    return first;
  }

  get record(): FileRecord {
    const { id, name, size } = this.#options;
    const { kind = '', fault, timed, findings } = this.#file;
    const unknownLinks = [...findings.unknownLinks].map(([linkType, frames]) => ({ linkType, frames }));
    const session = this.#session;
    return {
      id,
      name,
      format: kind,
      size,
      read: this.#read,
      state: this.#state,
      timed,
      ...(session === undefined
        ? {}
        : { session: { sources: this.#sources.map((source) => source.id), view: session.view } }),
      ...(fault === undefined ? {} : { fault }),
      findings: { ...findings, unknownLinks },
    };
  }

  push(bytes: Uint8Array): boolean {
    if (this.#state !== 'reading') return false;
    this.#read += bytes.length;
    if (this.#file.push(bytes)) this.#progressed();
    else this.end('whole');
    return this.#state === 'reading';
  }

  end(state: 'whole' | 'cancelled' | 'interrupted'): void {
    if (this.#state !== 'reading') return;
    // A file that was not read to its end is cut where we stopped, which is no fault of it.
    if (state === 'whole') this.#file.end();
    else this.#file.stop();
    this.#state = this.#file.fault === undefined ? state : 'damaged';
    this.#progressed();
  }

  sourceClosed(): void {
    if (this.#sources.every((source) => source.isClosed)) this.end('cancelled');
  }

  #begin(session: SessionDescription | undefined): void {
    if (session === undefined || this.#session !== undefined || session.sources.length === 0) return;
    this.#session = session;
    for (const [index, described] of session.sources.entries()) {
      const source = this.#sources[index] ?? this.#options.openSource(this, 'small');
      this.#sources[index] = source;
      source.describe(described);
    }
  }

  #progressed(): void {
    for (const source of this.#sources) source.progressed();
  }
}

/** Undefined where the JSON is not of an event that we wrote. */
function readEvent(json: Uint8Array): CaptureEvent | undefined {
  try {
    const event: unknown = JSON.parse(decoder.decode(json));
    if (typeof event !== 'object' || event === null || !('kind' in event) || typeof event.kind !== 'string')
      return undefined;
    const data = 'data' in event && typeof event.data === 'object' ? (event.data ?? {}) : {};
    return { kind: event.kind, data };
  } catch {
    return undefined;
  }
}
