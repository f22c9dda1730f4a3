/** One block of the capture's columns: a fixed number of records, 18 bytes each, plus columns that exist only where a record needs them. */

/** Bits of the flag column. A record without any is a whole packet whose header is in order. */
export const FLAG = {
  /** The fixed or variable header breaks the specification; the bytes are kept as they came. */
  malformed: 1,
  /** The connection ended inside this packet; the bytes are those that came. */
  truncated: 2,
  /** No bytes from the wire: something that happened to the connection, as JSON text. */
  event: 4,
  /** Bytes after a framing error: nobody can tell where the next packet starts. */
  undecodable: 8,
  /** Larger than the stated limit: counted and shown, its bytes were not kept. */
  refused: 16,
  /** The bytes stand in a buffer of their own; the offset column holds its key. */
  ownBuffer: 128,
} as const;

/** Records that are not whole packets are never stored in the columns alone. */
const STORED = FLAG.event | FLAG.undecodable | FLAG.truncated | FLAG.refused | FLAG.ownBuffer;

/** Bytes of the columns that every record has. */
export const RECORD_BYTES = 18;

/** Packets up to this many bytes live in the columns alone: first byte and three more in the offset column. */
export const INLINE_BYTES = 4;

/** Place of a connection in the narrow column that says: look into the wide one. */
const WIDE = 127;

const TWO_32 = 0x1_0000_0000;

/**
 * Records `[baseSeq, baseSeq + length)`. Columns are public: the filter's and the ingest's loops run over them directly.
 * Assumes that rows below `length` never change but for flags and links; `length` shrinks only while a chunk is being taken in.
 */
export class RecordBlock {
  readonly capacity: number;
  baseSeq = 0;
  length = 0;
  /** Wire bytes of all records before this block. */
  bytesBefore = 0;
  /** Bit n is set where a record of packet type n is present; bit 0 stands for records that are no packet, and for the reserved type. */
  typeMask = 0;
  /** Union of all flags in the block. */
  flagMask = 0;
  /** Arena address, key of an own buffer, or the bytes after the first (see {@link isInline}). */
  readonly offset: Uint32Array;
  /** Bytes on the wire, fixed header included. */
  readonly size: Uint32Array;
  /** Topic id; `NO_TOPIC` where the record has none. */
  readonly topic: Uint32Array;
  /** Low 32 bits of microseconds since the block's first record. */
  readonly time: Uint32Array;
  /** First byte of the fixed header; 0 for records that are no packet. */
  readonly first: Uint8Array;
  /** Place in {@link connectionIds} shifted left by one, and the direction (1 is server to client). */
  readonly party: Uint8Array;
  flags: Uint8Array | undefined;
  /** Flow link, -1 where none. */
  flow: Int32Array | undefined;
  /** Who caused the packet, 0 where nobody is named. */
  initiator: Uint16Array | undefined;
  /** The flow column of the block's last life, to be used again. */
  #oldFlow: Int32Array | undefined;
  #timeHigh: Int32Array | undefined;
  #connectionsWide: Uint32Array | undefined;
  readonly #connectionIds: number[] = [];
  #baseTimeUs = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    const columns = new ArrayBuffer(capacity * RECORD_BYTES);
    this.offset = new Uint32Array(columns, 0, capacity);
    this.size = new Uint32Array(columns, capacity * 4, capacity);
    this.topic = new Uint32Array(columns, capacity * 8, capacity);
    this.time = new Uint32Array(columns, capacity * 12, capacity);
    this.first = new Uint8Array(columns, capacity * 16, capacity);
    this.party = new Uint8Array(columns, capacity * 17, capacity);
  }

  /** Makes a used block ready for records from `baseSeq` on; optional columns go. */
  reset(baseSeq: number, bytesBefore: number): void {
    this.baseSeq = baseSeq;
    this.bytesBefore = bytesBefore;
    this.length = 0;
    this.typeMask = 0;
    this.flagMask = 0;
    this.flags = undefined;
    this.#oldFlow = this.flow ?? this.#oldFlow;
    this.flow = undefined;
    this.initiator = undefined;
    this.#timeHigh = undefined;
    this.#connectionsWide = undefined;
    this.#connectionIds.length = 0;
  }

  /** Memory of all columns, in bytes. */
  get memoryBytes(): number {
    const extra =
      (this.flags === undefined ? 0 : 1) +
      (this.flow === undefined ? 0 : 4) +
      (this.initiator === undefined ? 0 : 2) +
      (this.#timeHigh === undefined ? 0 : 4) +
      (this.#connectionsWide === undefined ? 0 : 4);
    return this.capacity * (RECORD_BYTES + extra);
  }

  /** Writes time, connection, direction and initiator of rows `[from, to)`; `from` is the block's length. */
  stamp(from: number, to: number, timeUs: number, connection: number, toClient: number, initiator: number): void {
    if (from === 0) this.#baseTimeUs = timeUs;
    const delta = timeUs - this.#baseTimeUs;
    if (delta < 0 || delta >= TWO_32 || this.#timeHigh !== undefined) {
      this.#timeHigh ??= new Int32Array(this.capacity);
      this.#timeHigh.fill(Math.floor(delta / TWO_32), from, to);
    }
    const party = (this.#place(connection, from, to) << 1) | toClient;
    if (to - from < 32) {
      for (let row = from; row < to; row++) {
        this.time[row] = delta;
        this.party[row] = party;
      }
    } else {
      this.time.fill(delta, from, to);
      this.party.fill(party, from, to);
    }
    if (initiator !== 0) this.initiator ??= new Uint16Array(this.capacity);
    this.initiator?.fill(initiator, from, to);
  }

  #place(connection: number, from: number, to: number): number {
    const ids = this.#connectionIds;
    const last = ids.length - 1;
    if (last >= 0 && ids[last] === connection) return last;
    const known = ids.indexOf(connection);
    if (known >= 0) return known;
    if (ids.length < WIDE) return ids.push(connection) - 1;
    this.#connectionsWide ??= new Uint32Array(this.capacity);
    this.#connectionsWide.fill(connection, from, to);
    return WIDE;
  }

  timeUs(row: number): number {
    const low = this.time[row] ?? 0;
    const high = this.#timeHigh === undefined ? 0 : (this.#timeHigh[row] ?? 0);
    return this.#baseTimeUs + high * TWO_32 + low;
  }

  connection(row: number): number {
    const place = (this.party[row] ?? 0) >> 1;
    if (place === WIDE) return this.#connectionsWide?.[row] ?? 0;
    return this.#connectionIds[place] ?? 0;
  }

  flag(row: number): number {
    return this.flags === undefined ? 0 : (this.flags[row] ?? 0);
  }

  addFlag(row: number, flag: number): void {
    this.flags ??= new Uint8Array(this.capacity);
    this.flags[row] = (this.flags[row] ?? 0) | flag;
    this.flagMask |= flag;
  }

  /** Forgets rows from `row` on; masks stay, they only ever promise too much. */
  takeBack(row: number): void {
    this.flags?.fill(0, row, this.length);
    this.flow?.fill(-1, row, this.length);
    this.length = row;
  }

  link(row: number, flow: number): void {
    this.flow ??= (this.#oldFlow ?? new Int32Array(this.capacity)).fill(-1);
    this.flow[row] = flow;
  }

  /** True where the whole packet stands in the columns: its first byte, and up to three more in the offset column, lowest byte first. */
  isInline(row: number): boolean {
    return (this.size[row] ?? 0) <= INLINE_BYTES && (this.flag(row) & STORED) === 0;
  }
}
