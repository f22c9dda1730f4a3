/** Packets that are read from a file: the source that nobody drives. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { FileRecord } from '../../shared/contract/source-records.ts';
import type { Settings } from '../../shared/contract/settings.ts';
import type { Parties } from '../engine/files/mqtt-conversation.ts';
import type { Clock, Random } from '../engine/sources/ports.ts';
import { FileSource } from '../engine/sources/file-source.ts';
import { type KindFacts, LiveSource } from './live-source.ts';
import type { DescribedSource } from './session-description.ts';

export interface LiveFileOptions {
  readonly id: SourceId;
  readonly name: string;
  readonly reading: Reading;
  /** Of the memory for its packets. */
  readonly pieces: 'large' | 'small';
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly stalledAfterUs: () => number;
  /** The summary changed. */
  readonly changed: () => void;
}

/** What a source knows of the reading that fills it. */
export interface Reading {
  readonly record: FileRecord;
  /** Takes the next bytes of the file; false where no more are wanted. */
  push(bytes: Uint8Array): boolean;
  /** Idempotent. */
  end(state: 'whole' | 'cancelled' | 'interrupted'): void;
  /** A source of it was closed: nobody wants the rest where it was the last. */
  sourceClosed(): void;
}

export class LiveFile extends LiveSource<FileSource> {
  readonly isDemo = false;
  protected override readonly profileId = '';
  readonly reading: Reading;
  #described: DescribedSource | undefined;
  #closed = false;

  constructor({ reading, ...options }: LiveFileOptions) {
    super({ ...options, drive: (recording) => new FileSource(recording) });
    this.reading = reading;
  }

  get packets(): FileSource {
    return this.source;
  }

  override parties(connection: number): Parties {
    const parties = this.source.parties(connection);
    return parties === undefined || parties.server.address === '' ? super.parties(connection) : parties;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** The source was another before it was saved. */
  describe(described: DescribedSource): void {
    this.#described = described;
    this.rename(described.name);
  }

  /** The file brought something, or it is over. */
  progressed(): void {
    if (this.reading.record.state !== 'reading') this.source.close();
    this.noteChange();
  }

  override close(): void {
    super.close();
    this.#closed = true;
    this.reading.sourceClosed();
  }

  protected override kindFacts(): KindFacts {
    const { record } = this.reading;
    const { endpoint = record.name, colour = '', kind } = this.#described ?? {};
    return {
      kind: 'file',
      colour,
      endpoint,
      demo: false,
      file: record,
      ...(kind === undefined ? {} : { savedAs: kind }),
    };
  }
}
