/** Packets on their way into a file of the user's: pcapng, JSON, CSV, or a whole session; made piece by piece as they are asked for. */

import type { ExportPiece } from '../../shared/contract/source-records.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import type { Parties } from '../engine/files/mqtt-conversation.ts';
import { PacketFileWriter } from '../engine/files/packet-file-writer.ts';
import { packetComments, sessionComments } from '../engine/files/session-marks.ts';
import type { Clock } from '../engine/sources/ports.ts';
import { ExportRows, type RowChoice } from './export-rows.ts';
import { LiveFile } from './live-file.ts';
import type { LiveSource } from './live-source.ts';
import { mayHoldCredentials, withoutCredentials } from './mask-credentials.ts';
import { CSV_HEADER, packetCsv } from './packet-csv.ts';
import { decodeBytesOf, packetJson } from './packet-json.ts';
import type { SessionDescription } from './session-description.ts';

/** A piece is made until it is so long, or took so long. */
const PIECE_BYTES = 1_048_576;
const PIECE_MS = 12;
/** Rows between two looks at the clock. */
const ROWS_BETWEEN = 256;
/** Connections of a source whose version is written down, the newest of them. */
const MOST_VERSIONS = 10_000;

export type ExportFormat = 'pcapng' | 'json' | 'csv' | 'session';

export interface PacketExportOptions {
  readonly format: ExportFormat;
  /** One; a session has all. */
  readonly sources: readonly LiveSource[];
  readonly choice: RowChoice;
  /** Whether user names, passwords, authentication data and TLS secrets that are kept are written out. */
  readonly credentials: boolean;
  /** What the page remembers of itself; of sessions. */
  readonly view: string;
  /** The program, with its version. */
  readonly application: string;
  readonly clock: Clock;
}

const utf8 = new TextEncoder();

/** Call {@link read} until it says `done`, then or earlier {@link close}. */
export class PacketExport {
  readonly #options: PacketExportOptions;
  readonly #rows: readonly ExportRows[];
  readonly #writer = new PacketFileWriter();
  /** Of each source, by connection: looked up once. */
  readonly #parties: readonly Map<number, Parties>[];
  readonly #total: number;
  /** Packets written, and rows looked at. */
  #packets = 0;
  #begun = false;
  #done = false;

  /** Throws `bad-filter`. */
  constructor(options: PacketExportOptions) {
    this.#options = options;
    this.#rows = options.sources.map((live) => new ExportRows(live, options.choice));
    this.#parties = options.sources.map(() => new Map());
    this.#total = this.#rows.reduce((sum, rows) => sum + rows.total, 0);
  }

  /** The next bytes of the file; none while a filter still looks. */
  read(): ExportPiece {
    const { clock } = this.#options;
    const endUs = clock.nowUs() + PIECE_MS * 1000;
    const late = (): boolean => clock.nowUs() >= endUs;
    const pieces: Uint8Array[] = this.#begun ? [] : [this.#head()];
    this.#begun = true;
    if (this.#rows.every((rows) => rows.ready(late))) this.#write(pieces, late);
    return {
      bytes: joined(pieces),
      packets: this.#packets,
      total: this.#total,
      missed: this.#rows.reduce((sum, { missed }) => sum + missed, 0),
      done: this.#done,
    };
  }

  #write(pieces: Uint8Array[], late: () => boolean): void {
    let length = 0;
    let count = 0;
    while (!this.#done) {
      const source = this.#oldest();
      const rows = this.#rows[source];
      const seq = rows?.peek();
      const isEnd = rows === undefined || seq === undefined;
      const piece = isEnd ? this.#tail() : this.#row(rows.live, seq, source);
      this.#done = isEnd;
      rows?.take();
      if (piece !== undefined) pieces.push(piece);
      length += piece?.length ?? 0;
      count += 1;
      if (length >= PIECE_BYTES || (count % ROWS_BETWEEN === 0 && late())) return;
    }
  }

  close(): void {
    for (const rows of this.#rows) rows.close();
  }

  /** The source whose next row is the oldest: a session is written in the order of time. */
  #oldest(): number {
    if (this.#rows.length === 1) return 0;
    let oldest = -1;
    let oldestUs = Number.POSITIVE_INFINITY;
    for (const [index, rows] of this.#rows.entries()) {
      const seq = rows.peek();
      if (seq === undefined) continue;
      const timeUs = rows.live.recording.capture.timeUs(seq);
      if (timeUs >= oldestUs) continue;
      oldest = index;
      oldestUs = timeUs;
    }
    return oldest;
  }

  #head(): Uint8Array {
    const { format, application, sources, credentials } = this.#options;
    const keys = credentials ? sources.flatMap(({ recording }) => recording.keys) : [];
    const names = sources.map((live) => ({ name: live.summary().name }));
    switch (format) {
      case 'pcapng':
        return this.#writer.header(application, names, [], keys);
      case 'session':
        return this.#writer.header(application, names, sessionComments(JSON.stringify(this.#description())), keys);
      case 'json':
        return utf8.encode('[');
      case 'csv':
        return utf8.encode(CSV_HEADER);
    }
  }

  #tail(): Uint8Array {
    return utf8.encode(this.#options.format === 'json' ? '\n]\n' : '');
  }

  #row(live: LiveSource, seq: number, source: number): Uint8Array | undefined {
    const { format } = this.#options;
    const { recording } = live;
    const { capture } = recording;
    const flags = capture.flags(seq);
    const isEvent = (flags & FLAG.event) !== 0;
    if (isEvent && format !== 'session') return undefined;
    const place = { source, connection: capture.connection(seq), comments: this.#comments(live, seq) };
    if (isEvent) {
      return this.#writer.event(this.#partiesOf(live, place), capture.timeUs(seq), capture.bytes(seq), place);
    }
    const bytes = this.#bytes(live, seq);
    const isFile = format === 'pcapng' || format === 'session';
    if (isFile && bytes.length === 0) return undefined;
    this.#packets += 1;
    if (isFile) {
      const parties = this.#partiesOf(live, place);
      return this.#writer.packet(parties, capture.direction(seq), capture.timeUs(seq), bytes, place);
    }
    const timed = !(live instanceof LiveFile) || live.reading.record.timed;
    const row = decodeBytesOf(recording, seq, bytes);
    if (format === 'csv') return utf8.encode(packetCsv(recording, seq, row, timed));
    const comma = this.#packets === 1 ? '\n' : ',\n';
    return utf8.encode(`${comma}${packetJson(recording, seq, row, seq, timed, bytes)}`);
  }

  #partiesOf(
    live: LiveSource,
    { source, connection }: { readonly source: number; readonly connection: number },
  ): Parties {
    const known = this.#parties[source]?.get(connection);
    if (known !== undefined) return known;
    const parties = live.parties(connection);
    this.#parties[source]?.set(connection, parties);
    return parties;
  }

  #comments({ recording }: LiveSource, seq: number): readonly string[] {
    return packetComments(recording.comments.get(seq) ?? '', recording.initiator(seq));
  }

  #bytes({ recording: { capture } }: LiveSource, seq: number): Uint8Array {
    const bytes = capture.bytes(seq);
    if (this.#options.credentials || !mayHoldCredentials(capture.firstByte(seq))) return bytes;
    const { version } = capture.protocolVersion(capture.connection(seq));
    return withoutCredentials(bytes, version, capture.direction(seq));
  }

  #description(): SessionDescription {
    const { sources, view } = this.#options;
    return {
      format: 1,
      sources: sources.map((live) => {
        const { name, kind, savedAs = kind, endpoint, colour } = live.summary();
        return { name, kind: savedAs, endpoint, colour, versions: versionsOf(live) };
      }),
      view,
    };
  }
}

/** Of connections that may have begun before the first packet that is left. */
function versionsOf({ recording: { capture } }: LiveSource): SessionDescription['sources'][number]['versions'] {
  const versions: SessionDescription['sources'][number]['versions'] = [];
  for (let at = Math.max(0, capture.connectionCount - MOST_VERSIONS); at < capture.connectionCount; at += 1) {
    const { version, origin } = capture.protocolVersion(at);
    if (origin !== 'unknown') versions.push([at, version]);
  }
  return versions;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
