/** The packets of a recording that grows, in order, once each: those that pass a filter, and a tally of all. */

import type { Filter } from '../../shared/filter/filter-ast.ts';
import { PACKET_TYPES, type PacketType, TYPE } from '../../shared/mqtt/packet.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import { PacketView } from '../engine/capture/packet-view.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { decodeRow, type DecodedRow, packetJson } from './packet-json.ts';
import { packetLine } from './packet-line.ts';

/** Packets of one type by direction. */
export interface TypeTally {
  readonly type: PacketType | 'reserved' | 'undecodable';
  readonly toServer: number;
  readonly toClient: number;
}

/** A packet that passed the filter. Valid until more is recorded. */
export interface HeadlessRow {
  /** Row in the capture. */
  readonly seq: number;
  /** Number among the packets, from 0. */
  readonly index: number;
  /** Number among the PUBLISH packets that the server sent, from 1; 0 for everything else. */
  readonly receivedMessage: number;
}

const UNDECODABLE = 16;
/** Wire bytes of matching packets after which a step ends: what is made of them stands in memory at once. */
const STEP_BYTES = 4 * 1024 * 1024;

/** Reads on where it stopped last; what was evicted in between is counted in {@link missed}. */
export class HeadlessRows {
  readonly recording: Recording;
  readonly #view: PacketView;
  readonly #isTimed: () => boolean;
  readonly #counts = [new Float64Array(UNDECODABLE + 1), new Float64Array(UNDECODABLE + 1)] as const;
  #next = 0;
  #index = 0;
  #missed = 0;
  #malformed = 0;
  #bytes = 0;
  #matched = 0;
  #received = 0;

  /** @param timed answers false while the packets' times mean nothing. */
  constructor(recording: Recording, filter: Filter, timed: () => boolean) {
    this.recording = recording;
    this.#view = new PacketView(recording.capture, filter, {
      flows: recording.flows.store,
      initiator: (seq) => recording.initiator(seq),
      intervened: (seq) => recording.interventions.has(seq),
    });
    this.#isTimed = timed;
  }

  /** Rows that the byte budget pushed out before they were read. */
  get missed(): number {
    return this.#missed;
  }

  /** Among the packets read so far, matching or not. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Packets read so far, matching or not. */
  get packets(): number {
    return this.#index;
  }

  get matched(): number {
    return this.#matched;
  }

  /** Wire bytes of the packets read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether rows wait that were not read. */
  get behind(): boolean {
    return this.#next < this.recording.capture.nextSeq;
  }

  /** Packets read so far by type, in the order of the types' numbers; types that did not occur are left out. */
  tally(): readonly TypeTally[] {
    const names = [...PACKET_TYPES, 'undecodable'] as const;
    return names
      .map((type, index) => ({ type, toServer: this.#counts[0][index] ?? 0, toClient: this.#counts[1][index] ?? 0 }))
      .filter(({ toServer, toClient }) => toServer + toClient > 0);
  }

  /** Looks at up to `limit` rows, fewer where they are large, and returns those that pass the filter. */
  take(limit: number): readonly HeadlessRow[] {
    const { capture } = this.recording;
    this.#view.advance(() => false);
    const { firstSeq } = capture;
    if (firstSeq > this.#next) {
      this.#missed += firstSeq - this.#next;
      this.#index += firstSeq - this.#next;
      this.#next = firstSeq;
    }
    const end = Math.min(capture.nextSeq, this.#next + limit);
    const matches = this.#view.rows(this.#view.indexOf(this.#next), this.#view.indexOf(end));
    const rows: HeadlessRow[] = [];
    let place = 0;
    let seq = this.#next;
    for (let bytes = 0; seq < end && bytes < STEP_BYTES; seq += 1) {
      const isMatch = matches[place] === seq;
      if (isMatch) {
        place += 1;
        bytes += capture.length(seq);
      }
      const flags = capture.flags(seq);
      if ((flags & FLAG.event) !== 0) continue;
      const side = capture.direction(seq) === 'client-to-server' ? 0 : 1;
      const first = capture.firstByte(seq) >> 4;
      this.#count(side, (flags & FLAG.undecodable) !== 0 ? UNDECODABLE : first);
      if ((flags & FLAG.malformed) !== 0) this.#malformed += 1;
      this.#bytes += capture.length(seq);
      const isReceived = first === TYPE.publish && side === 1;
      if (isReceived) this.#received += 1;
      if (isMatch) rows.push({ seq, index: this.#index, receivedMessage: isReceived ? this.#received : 0 });
      this.#index += 1;
    }
    this.#matched += rows.length;
    this.#next = seq;
    return rows;
  }

  /** The row as {@link packetJson} writes it. */
  json({ seq, index }: HeadlessRow): string {
    return packetJson(this.recording, seq, this.#decode(seq), index, this.#isTimed());
  }

  /** The row as {@link packetLine} writes it. */
  line({ seq }: HeadlessRow): string {
    return packetLine(this.recording, seq, this.#decode(seq), this.#isTimed());
  }

  #decode(seq: number): DecodedRow {
    return decodeRow(this.recording, seq);
  }

  #count(side: 0 | 1, type: number): void {
    const counts = this.#counts[side];
    counts[type] = (counts[type] ?? 0) + 1;
  }
}
