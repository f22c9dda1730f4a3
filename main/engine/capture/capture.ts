/** The packet store of one source: raw bytes in an arena, one row of columns for each packet, in the order of arrival. */

import type { Direction, Malformed, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { NO_TOPIC, type TopicTable } from '../topics/topic-table.ts';
import { Arena } from './arena.ts';
import type { CaptureObserver, FrameSink, TopicActivity } from './capture-observer.ts';
import { ConnectionState, type StreamState, type VersionOrigin } from './connection-state.ts';
import {
  ALIAS_UNKNOWN,
  ALIAS_ZERO,
  BAD_REMAINING_LENGTH,
  firstByteFault,
  INCOMPLETE,
  INVALID,
  LENGTH_NOT_MINIMAL,
  PACKET_ID_MISSING,
  PACKET_ID_ZERO,
  PROPERTIES_BROKEN,
  packetSize,
  TOPIC_EMPTY,
  TOPIC_TOO_LONG,
  topicNameFault,
  variableHeaderAt,
} from './frame-header.ts';
import { BROKEN, NO_ALIAS, topicAlias } from './publish-properties.ts';
import { FLAG, INLINE_BYTES, RECORD_BYTES, RecordBlock } from './record-block.ts';
import { connectVersion, guessFromPublish, versionEvidence } from './version-guess.ts';

export type ConnectionId = number;

export interface CaptureOptions {
  /** Memory for bytes and columns together; oldest records go when it is used up. Default 1 GiB; the arena's addresses end at 4 GiB. */
  readonly byteBudget?: number;
  /** A power of two from 1 KiB to 64 MiB. Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Records in a block of columns, a power of two. Default 65 536; tests take fewer. */
  readonly recordsPerBlock?: number;
  /** Larger packets are refused: recorded without their bytes. Default: any legal packet that the budget can hold. */
  readonly maxPacketBytes?: number;
  readonly topics: TopicTable;
  readonly activity?: TopicActivity;
  readonly observer?: CaptureObserver;
}

/** Something that happened to a connection, worded by the page. */
export interface CaptureEvent {
  readonly kind: string;
  readonly data: unknown;
}

/** Packets and wire bytes since the capture began, by direction; index 0 is client to server, 1 server to client. */
export interface CaptureTotals {
  readonly packets: Float64Array;
  readonly messages: Float64Array;
  readonly bytes: Float64Array;
}

const MIB = 1024 * 1024;
export const DEFAULT_BYTE_BUDGET = 1024 * MIB;
export const DEFAULT_SEGMENT_BYTES = 16 * MIB;
const DEFAULT_RECORDS_PER_BLOCK = 65_536;
/** Fixed header of five bytes and the largest Remaining Length. */
const LARGEST_PACKET = 268_435_460;
/** Rows that are framed, interned and written before the next step looks at them: their columns stay in the cache. */
const BATCH = 4096;
/** A segment's last bytes below this are not worth a read. */
const SMALLEST_PIECE = 64;
/** A packet of its own buffer starts with this much and doubles as bytes arrive. */
const FIRST_OWN_BYTES = 65_536;

/**
 * Assumptions that keep the indexes right: rows are only added at the end and only dropped at the front; a row's bytes lie in the segment
 * that was current when the row was written, or in a buffer of its own; sequence numbers are never reused.
 */
export class Capture {
  readonly topics: TopicTable;
  readonly maxPacketBytes: number;
  readonly byteBudget: number;
  readonly totals: CaptureTotals = {
    packets: new Float64Array(2),
    messages: new Float64Array(2),
    bytes: new Float64Array(2),
  };
  readonly #activity: TopicActivity | undefined;
  readonly #observer: CaptureObserver | undefined;
  readonly #arena: Arena;
  readonly #recordsPerBlock: number;
  /** Packets larger than this get a buffer of their own, so that a segment's end never wastes more than an eighth. */
  readonly #largestInArena: number;
  /** Oldest first; the last is being filled. */
  readonly #blocks: RecordBlock[] = [];
  #spareBlock: RecordBlock | undefined;
  #optionalColumnBytes = 0;
  #firstBlock = 0;
  #firstSeq = 0;
  #nextSeq = 0;
  #bytesRecorded = 0;
  #evictedBytes = 0;
  #refused = 0;
  readonly #connections: ConnectionState[] = [];
  /** Streams whose partial packet lies in the arena. */
  readonly #reserved = new Set<StreamState>();
  /** Buffers of their own by key, oldest first. */
  readonly #own = new Map<number, { readonly seq: number; readonly bytes: Uint8Array }>();
  #ownBytes = 0;
  #nextOwnKey = 1;
  #initiator = 0;
  #busy = false;
  #topicsChecked = 0;
  readonly #badTopics = new Map<number, Malformed>();
  readonly #attention = new Int32Array(BATCH);
  readonly #faults = new Map<number, Malformed>();
  /** End of the last byte that the arena has to keep of what was just framed. */
  #keptEnd = 0;
  readonly #encoder = new TextEncoder();

  /** Throws a RangeError where sizes contradict each other: a budget holds at least four segments and two blocks. */
  constructor(options: CaptureOptions) {
    const segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    const recordsPerBlock = options.recordsPerBlock ?? DEFAULT_RECORDS_PER_BLOCK;
    const byteBudget = options.byteBudget ?? DEFAULT_BYTE_BUDGET;
    if (!isPowerOfTwo(segmentBytes) || segmentBytes < 1024 || segmentBytes > 64 * MIB)
      throw new RangeError('segmentBytes is a power of two from 1 KiB to 64 MiB');
    if (!isPowerOfTwo(recordsPerBlock)) throw new RangeError('recordsPerBlock is a power of two');
    const least = 4 * segmentBytes + 2 * recordsPerBlock * RECORD_BYTES;
    if (byteBudget < least) throw new RangeError(`byteBudget is at least ${least}`);
    this.byteBudget = byteBudget;
    this.topics = options.topics;
    this.#activity = options.activity;
    this.#observer = options.observer;
    this.#recordsPerBlock = recordsPerBlock;
    this.#largestInArena = segmentBytes >> 3;
    this.#arena = new Arena(segmentBytes, byteBudget);
    const room = byteBudget - 2 * segmentBytes - 2 * recordsPerBlock * RECORD_BYTES;
    this.maxPacketBytes = Math.min(options.maxPacketBytes ?? LARGEST_PACKET, LARGEST_PACKET, room);
  }

  /** Sequence number of the oldest record that is still here. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  /** Sequence number that the next record will get. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Records that are here now. */
  get recordCount(): number {
    return this.#nextSeq - this.#firstSeq;
  }

  /** Records that the byte budget has pushed out, and their wire bytes. */
  get evicted(): { readonly packets: number; readonly bytes: number } {
    return { packets: this.#firstSeq, bytes: this.#evictedBytes };
  }

  /** Packets recorded without their bytes because of {@link maxPacketBytes}. */
  get refused(): number {
    return this.#refused;
  }

  /** Memory that records take: live segments, own buffers and columns. */
  get bytesUsed(): number {
    return this.#arena.liveBytes + this.#ownBytes + this.#columnBytes;
  }

  /** Memory of the columns alone. */
  get columnBytes(): number {
    return this.#columnBytes;
  }

  get #columnBytes(): number {
    return this.#blocks.length * this.#recordsPerBlock * RECORD_BYTES + this.#optionalColumnBytes;
  }

  /** Registers a connection; `protocolVersion` is given where the source knows it, else the CONNECT tells, else it is guessed. */
  openConnection(timeUs: number, protocolVersion?: ProtocolVersion): ConnectionId {
    const id = this.#connections.length;
    this.#connections.push(new ConnectionState(id, timeUs, protocolVersion));
    return id;
  }

  get connectionCount(): number {
    return this.#connections.length;
  }

  /** Version to decode a connection's packets with, 4 where nothing is known yet, and how it is known. */
  protocolVersion(connection: ConnectionId): { readonly version: ProtocolVersion; readonly origin: VersionOrigin } {
    const { version, versionOrigin } = this.#connectionOf(connection);
    return { version: version ?? 4, origin: versionOrigin };
  }

  /** Ends a connection: what had arrived of unfinished packets becomes truncated records. Idempotent. */
  closeConnection(connection: ConnectionId, timeUs: number): void {
    const state = this.#connectionOf(connection);
    if (state.closedUs !== undefined) return;
    this.#enter();
    try {
      state.closedUs = timeUs;
      const from = this.#nextSeq;
      this.#truncate(state.toServer, timeUs);
      this.#truncate(state.toClient, timeUs);
      if (this.#nextSeq > from) this.#observer?.recorded?.(from, this.#nextSeq);
    } finally {
      this.#busy = false;
    }
  }

  /** Who causes the packets that are appended from now on, 1 to 65 535; 0 names nobody. */
  setInitiator(initiator: number): void {
    if (!(initiator >= 0 && initiator <= 0xffff)) throw new RangeError('initiator is 0 to 65535');
    this.#initiator = initiator;
  }

  /**
   * Takes the next bytes of one direction of a connection, which may end anywhere inside a packet. `chunk` is copied.
   * Malformed bytes become records, never errors. Throws where called from inside a {@link FrameSink} or observer.
   */
  append(connection: ConnectionId, direction: Direction, chunk: Uint8Array, timeUs: number, sink?: FrameSink): void {
    const state = this.#connectionOf(connection);
    const stream = direction === 'server-to-client' ? state.toClient : state.toServer;
    this.#enter();
    try {
      const firstNew = this.#nextSeq;
      const end = chunk.length;
      let at = 0;
      while (at < end) {
        if (stream.broken) at = this.#appendUndecodable(stream, chunk, at, timeUs);
        else if (stream.skip > 0) {
          const passed = Math.min(stream.skip, end - at);
          stream.skip -= passed;
          at += passed;
        } else if (stream.partial !== undefined)
          at = this.#continuePartial(stream, stream.partial, chunk, at, timeUs, sink);
        else if (stream.headerLength > 0) at = this.#continueHeader(stream, chunk, at, timeUs, sink);
        else at = this.#appendPiece(stream, chunk, at, timeUs, sink);
      }
      const { bytes } = this.totals;
      bytes[stream.toClient] = (bytes[stream.toClient] ?? 0) + end;
      if (this.#nextSeq > firstNew) this.#observer?.recorded?.(firstNew, this.#nextSeq);
    } finally {
      this.#busy = false;
    }
  }

  /** Records something that is no packet. Returns its sequence number; {@link eventAt} reads it back. */
  appendEvent(connection: ConnectionId, timeUs: number, event: CaptureEvent): number {
    const { toServer } = this.#connectionOf(connection);
    this.#enter();
    try {
      const seq = this.#record(toServer, this.#encoder.encode(JSON.stringify(event)), FLAG.event, 0, timeUs);
      this.#observer?.recorded?.(seq, seq + 1);
      return seq;
    } finally {
      this.#busy = false;
    }
  }

  /** The event at `seq`, undefined where the record is no event. */
  eventAt(seq: number): CaptureEvent | undefined {
    if ((this.flags(seq) & FLAG.event) === 0) return undefined;
    const event: CaptureEvent = JSON.parse(decoder.decode(this.bytes(seq)));
    return event;
  }

  /** True where the record exists and was not evicted. */
  has(seq: number): boolean {
    return seq >= this.#firstSeq && seq < this.#nextSeq;
  }

  /** The block that holds `seq`; the record's row in it is `seq - block.baseSeq`. Throws a RangeError where {@link has} is false. */
  blockOf(seq: number): RecordBlock {
    const block = this.#blocks[Math.floor(seq / this.#recordsPerBlock) - this.#firstBlock];
    if (block === undefined || !this.has(seq)) throw new RangeError(`no record ${seq}`);
    return block;
  }

  get recordsPerBlock(): number {
    return this.#recordsPerBlock;
  }

  /** First byte of the fixed header: type in the high nibble. 0 for records that are no packet. */
  firstByte(seq: number): number {
    const block = this.blockOf(seq);
    return block.first[seq - block.baseSeq] ?? 0;
  }

  /** Bytes on the wire, fixed header included; of an event, bytes of its JSON. */
  length(seq: number): number {
    const block = this.blockOf(seq);
    return block.size[seq - block.baseSeq] ?? 0;
  }

  /** Topic of a PUBLISH, aliases resolved; `NO_TOPIC` elsewhere. */
  topicId(seq: number): number {
    const block = this.blockOf(seq);
    return block.topic[seq - block.baseSeq] ?? 0;
  }

  /** Microseconds since the Unix epoch at which the record's last byte arrived. */
  timeUs(seq: number): number {
    const block = this.blockOf(seq);
    return block.timeUs(seq - block.baseSeq);
  }

  connection(seq: number): ConnectionId {
    const block = this.blockOf(seq);
    return block.connection(seq - block.baseSeq);
  }

  direction(seq: number): Direction {
    const block = this.blockOf(seq);
    return ((block.party[seq - block.baseSeq] ?? 0) & 1) === 1 ? 'server-to-client' : 'client-to-server';
  }

  /** Bits of {@link FLAG}. */
  flags(seq: number): number {
    const block = this.blockOf(seq);
    return block.flag(seq - block.baseSeq) & ~FLAG.ownBuffer;
  }

  /** Who caused the packet, 0 where nobody is named. */
  initiator(seq: number): number {
    const block = this.blockOf(seq);
    return block.initiator === undefined ? 0 : (block.initiator[seq - block.baseSeq] ?? 0);
  }

  /** Flow that the packet belongs to, -1 where none was set. */
  flow(seq: number): number {
    const block = this.blockOf(seq);
    return block.flow === undefined ? -1 : (block.flow[seq - block.baseSeq] ?? 0);
  }

  /** Links a record to a flow. Allowed at any time, also from a sink. */
  setFlow(seq: number, flow: number): void {
    const block = this.blockOf(seq);
    const before = block.memoryBytes;
    block.link(seq - block.baseSeq, flow);
    this.#optionalColumnBytes += block.memoryBytes - before;
  }

  /** Marks a record whose body a decoder found to be malformed. Allowed at any time, also from a sink. */
  markMalformed(seq: number): void {
    const block = this.blockOf(seq);
    this.#addFlag(block, seq - block.baseSeq, FLAG.malformed);
  }

  /** Packet Identifier, 0 where the packet has none or ends before it. */
  packetId(seq: number): number {
    const block = this.blockOf(seq);
    return this.packetIdOf(block, seq - block.baseSeq);
  }

  /** As {@link packetId}, for a loop that has the block already. */
  packetIdOf(block: RecordBlock, row: number): number {
    const first = block.first[row] ?? 0;
    const type = first >> 4;
    if (type < 3 || type > 11 || (type === 3 && (first & 0x06) === 0)) return 0;
    if (block.isInline(row)) {
      const rest = block.offset[row] ?? 0;
      return (rest & 0xff) < 2 || type === 3 ? 0 : (((rest >>> 8) & 0xff) << 8) | ((rest >>> 16) & 0xff);
    }
    const flag = block.flag(row);
    let bytes: Uint8Array;
    let start = 0;
    if ((flag & (FLAG.ownBuffer | FLAG.refused)) !== 0) bytes = this.bytesOf(block, row);
    else {
      const address = block.offset[row] ?? 0;
      bytes = this.#arena.segmentOf(address)?.bytes ?? NO_BYTES;
      start = this.positionInSegment(address);
    }
    const end = (flag & FLAG.refused) === 0 ? start + (block.size[row] ?? 0) : 0;
    if (end - start < 4) return 0;
    let at = variableHeaderAt(bytes, start);
    if (type === 3) at += 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    return at + 2 > end ? 0 : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }

  /**
   * The record's bytes as they came; of an event, its JSON; of a refused packet, none.
   * Borrowed: valid until the next call that adds records. Must not be written to.
   */
  bytes(seq: number): Uint8Array {
    const block = this.blockOf(seq);
    return this.bytesOf(block, seq - block.baseSeq);
  }

  /** As {@link bytes}, for a loop that has the block already. */
  bytesOf(block: RecordBlock, row: number): Uint8Array {
    const flag = block.flag(row);
    const offset = block.offset[row] ?? 0;
    const size = block.size[row] ?? 0;
    if ((flag & FLAG.refused) !== 0) return NO_BYTES;
    if ((flag & FLAG.ownBuffer) !== 0) return this.#own.get(offset)?.bytes ?? NO_BYTES;
    if (!block.isInline(row)) return this.#arena.view(offset, size);
    const bytes = new Uint8Array(size);
    bytes[0] = block.first[row] ?? 0;
    for (let at = 1; at < size; at++) bytes[at] = (offset >>> (8 * (at - 1))) & 0xff;
    return bytes;
  }

  /** The whole segment that an arena address lies in, for searches over many packets at once. Borrowed as {@link bytes} is. */
  segmentBytesAt(address: number): Uint8Array | undefined {
    return this.#arena.segmentOf(address)?.bytes;
  }

  /** Position of an arena address in its segment. */
  positionInSegment(address: number): number {
    return address & (this.#arena.segmentBytes - 1);
  }

  /** Touches up to `maxBytes` of memory that ingest will need next; for idle time. Returns false where nothing is left to do. */
  touchAhead(maxBytes: number): boolean {
    if (
      this.bytesUsed + this.#arena.spareBytes + this.#arena.segmentBytes > this.byteBudget &&
      this.#arena.spareBytes === 0
    )
      return false;
    return this.#arena.touchAhead(maxBytes);
  }

  #connectionOf(connection: ConnectionId): ConnectionState {
    const state = this.#connections[connection];
    if (state === undefined) throw new RangeError(`no connection ${connection}`);
    return state;
  }

  #enter(): void {
    if (this.#busy) throw new Error('the capture was called back into while it told about a chunk');
    this.#busy = true;
  }

  /** Copies as much of the chunk as the segment holds, frames it, and leaves a last unfinished packet waiting. Returns where to go on. */
  #appendPiece(
    stream: StreamState,
    chunk: Uint8Array,
    at: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): number {
    const arena = this.#arena;
    if (arena.room < SMALLEST_PIECE) this.#openSegment();
    const segment = arena.current;
    if (segment === undefined) throw new Error('no segment is open');
    const from = arena.tail;
    const size = Math.min(chunk.length - at, arena.segmentBytes - from);
    const to = from + size;
    segment.bytes.set(at === 0 && size === chunk.length ? chunk : chunk.subarray(at, at + size), from);
    arena.tail = to;
    const base = segment.slot << arena.segmentShift;
    this.#keptEnd = from;
    const end = this.#frame(stream, segment.bytes, from, to, base, 0, timeUs, sink);
    const next = at + size;
    arena.tail = this.#keptEnd;
    if (end === to) return next;
    const head = segment.bytes.subarray(end, to);
    const total = packetSize(head, 0, head.length);
    if (total === INCOMPLETE) {
      stream.header.set(head);
      stream.headerLength = head.length;
    } else if (total === INVALID) this.#breakStream(stream, head, timeUs, sink);
    else this.#startPartial(stream, head, total, timeUs, sink, end);
    return next;
  }

  /**
   * Keeps `head`, the first bytes of a packet of `total` bytes, until the rest arrives. `place` is where head already stands
   * in the current segment, -1 where it does not.
   */
  #startPartial(
    stream: StreamState,
    head: Uint8Array,
    total: number,
    timeUs: number,
    sink: FrameSink | undefined,
    place: number,
  ): void {
    const arena = this.#arena;
    if (total > this.maxPacketBytes) {
      this.#refuse(stream, head[0] ?? 0, total, total - head.length, timeUs, sink);
      return;
    }
    stream.partialTotal = total;
    stream.partialReceived = head.length;
    if (total > this.#largestInArena) {
      const own = this.#takeOwn(Math.min(total, Math.max(FIRST_OWN_BYTES, head.length)));
      if (own === undefined) {
        this.#refuse(stream, head[0] ?? 0, total, total - head.length, timeUs, sink);
        return;
      }
      own.set(head);
      stream.partial = own;
      stream.partialSlot = -1;
      stream.partialAddress = -1;
      return;
    }
    let from = place;
    if (place < 0 || place + total > arena.segmentBytes) {
      const kept = head.slice();
      if (arena.room < total) this.#openSegment();
      from = arena.tail;
      arena.current?.bytes.set(kept, from);
    }
    const segment = arena.current;
    if (segment === undefined) throw new Error('no segment is open');
    arena.tail = from + total;
    stream.partial = segment.bytes.subarray(from, from + total);
    stream.partialSlot = segment.slot;
    stream.partialAddress = from;
    this.#reserved.add(stream);
  }

  #continueHeader(
    stream: StreamState,
    chunk: Uint8Array,
    at: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): number {
    stream.header[stream.headerLength++] = chunk[at] ?? 0;
    const total = packetSize(stream.header, 0, stream.headerLength);
    if (total === INCOMPLETE) return at + 1;
    const head = stream.header.slice(0, stream.headerLength);
    stream.headerLength = 0;
    if (total === INVALID) this.#breakStream(stream, head, timeUs, sink);
    else {
      this.#startPartial(stream, head, total, timeUs, sink, -1);
      if (total === head.length && stream.partial !== undefined)
        this.#finishPartial(stream, stream.partial, timeUs, sink);
    }
    return at + 1;
  }

  #continuePartial(
    stream: StreamState,
    arrived: Uint8Array,
    chunk: Uint8Array,
    at: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): number {
    const total = stream.partialTotal;
    const received = stream.partialReceived;
    const taken = Math.min(total - received, chunk.length - at);
    let partial = arrived;
    if (received + taken > partial.length) {
      // The old buffer goes as soon as it is copied: the budget is exceeded by it for that moment only.
      this.#ownBytes -= partial.length;
      const grown = this.#takeOwn(Math.min(total, Math.max(received + taken, partial.length * 2)));
      const first = partial[0] ?? 0;
      if (grown === undefined) {
        stream.partial = undefined;
        this.#refuse(stream, first, total, total - received, timeUs, sink);
        return at;
      }
      grown.set(partial.subarray(0, received));
      stream.partial = grown;
      partial = grown;
    }
    partial.set(taken === chunk.length ? chunk : chunk.subarray(at, at + taken), received);
    stream.partialReceived = received + taken;
    if (stream.partialReceived === total) this.#finishPartial(stream, partial, timeUs, sink);
    return at + taken;
  }

  /** Records the packet that has now arrived whole. */
  #finishPartial(stream: StreamState, partial: Uint8Array, timeUs: number, sink: FrameSink | undefined): void {
    const segment = this.#arena.current;
    const inPlace = stream.partialSlot >= 0 && segment !== undefined && segment.slot === stream.partialSlot;
    stream.partial = undefined;
    this.#reserved.delete(stream);
    if (inPlace) {
      const from = stream.partialAddress;
      const base = segment.slot << this.#arena.segmentShift;
      this.#frame(stream, segment.bytes, from, from + stream.partialTotal, base, 0, timeUs, sink);
      return;
    }
    const wasOwn = stream.partialSlot < 0;
    const bytes = wasOwn ? partial : partial.slice();
    if (wasOwn) this.#ownBytes -= bytes.length;
    const key = this.#keepOwn(bytes);
    this.#frame(stream, bytes, 0, bytes.length, 0, key, timeUs, sink);
  }

  /** Ends one direction: unfinished bytes become a truncated record. */
  #truncate(stream: StreamState, timeUs: number): void {
    const { partial } = stream;
    if (stream.headerLength > 0) {
      const head = stream.header.slice(0, stream.headerLength);
      stream.headerLength = 0;
      this.#record(stream, head, FLAG.truncated, head[0] ?? 0, timeUs);
    } else if (partial !== undefined) {
      const bytes = partial.slice(0, stream.partialReceived);
      if (stream.partialSlot < 0) this.#ownBytes -= partial.length;
      this.#reserved.delete(stream);
      stream.partial = undefined;
      this.#record(stream, bytes, FLAG.truncated, bytes[0] ?? 0, timeUs);
    }
    stream.skip = 0;
  }

  /** After a bad Remaining Length: `rest` is the broken packet and all that came with it. */
  #breakStream(stream: StreamState, rest: Uint8Array, timeUs: number, sink: FrameSink | undefined): void {
    stream.broken = true;
    const bytes = rest.slice();
    const head = bytes.subarray(0, this.#largestInArena);
    const seq = this.#record(stream, head, FLAG.malformed | FLAG.undecodable, head[0] ?? 0, timeUs);
    sink?.malformed(seq, BAD_REMAINING_LENGTH);
    for (let at = head.length; at < bytes.length; ) at = this.#appendUndecodable(stream, bytes, at, timeUs);
  }

  #appendUndecodable(stream: StreamState, chunk: Uint8Array, at: number, timeUs: number): number {
    const to = Math.min(chunk.length, at + this.#largestInArena);
    this.#record(stream, chunk.subarray(at, to), FLAG.undecodable, 0, timeUs);
    return to;
  }

  #refuse(
    stream: StreamState,
    first: number,
    total: number,
    toCome: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): void {
    stream.skip = toCome;
    this.#refused++;
    const block = this.#openBlock();
    const row = block.length;
    block.offset[row] = 0;
    const seq = this.#addRow(block, stream, first, total, FLAG.refused, timeUs);
    sink?.refused(seq, first, total);
  }

  /** One record outside the hot path. `bytes` is copied. */
  #record(stream: StreamState, bytes: Uint8Array, flags: number, first: number, timeUs: number): number {
    const arena = this.#arena;
    let flag = flags;
    let offset: number;
    if (bytes.length > this.#largestInArena) {
      this.#makeRoom(bytes.length);
      offset = this.#keepOwn(bytes.slice());
      flag |= FLAG.ownBuffer;
    } else {
      if (arena.room < bytes.length) this.#openSegment();
      const segment = arena.current;
      if (segment === undefined) throw new Error('no segment is open');
      segment.bytes.set(bytes, arena.tail);
      offset = (segment.slot << arena.segmentShift) | arena.tail;
      arena.tail += bytes.length;
    }
    const block = this.#openBlock();
    block.offset[block.length] = offset;
    return this.#addRow(block, stream, first, bytes.length, flag, timeUs);
  }

  #addRow(block: RecordBlock, stream: StreamState, first: number, size: number, flags: number, timeUs: number): number {
    const row = block.length;
    block.size[row] = size;
    block.first[row] = first;
    block.topic[row] = NO_TOPIC;
    block.typeMask |= 1 << (first >> 4);
    this.#stamp(block, row, row + 1, stream, timeUs);
    this.#addFlag(block, row, flags);
    block.length = row + 1;
    this.#bytesRecorded += size;
    const { packets } = this.totals;
    if ((flags & (FLAG.event | FLAG.undecodable)) === 0) packets[stream.toClient] = (packets[stream.toClient] ?? 0) + 1;
    return this.#nextSeq++;
  }

  #addFlag(block: RecordBlock, row: number, flag: number): void {
    if (block.flags === undefined) this.#optionalColumnBytes += this.#recordsPerBlock;
    block.addFlag(row, flag);
  }

  #stamp(block: RecordBlock, from: number, to: number, stream: StreamState, timeUs: number): void {
    const before = block.memoryBytes;
    block.stamp(from, to, timeUs, stream.connection.id, stream.toClient, this.#initiator);
    this.#optionalColumnBytes += block.memoryBytes - before;
  }

  /**
   * The hot path: records every whole packet of `[from, to)` and returns where the first unfinished one starts, or one whose
   * Remaining Length is invalid. `base` turns positions into addresses; `ownKey` is not 0 where `bytes` is one packet's own buffer.
   * Works in batches: frame, intern topics, then report what needs attention.
   */
  #frame(
    stream: StreamState,
    bytes: Uint8Array,
    from: number,
    to: number,
    base: number,
    ownKey: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): number {
    const attention = this.#attention;
    const { connection } = stream;
    let at = from;
    for (;;) {
      const block = this.#openBlock();
      const { offset, size, first } = block;
      const start = block.length;
      const end = Math.min(block.capacity, start + BATCH);
      const batchAt = at;
      const unsure = connection.versionOrigin === 'unknown' || connection.versionOrigin === 'guessed';
      let row = start;
      let typeMask = 0;
      let attentionCount = 0;
      let keptEnd = this.#keptEnd;
      let finished = false;
      while (row < end) {
        if (at + 2 > to) {
          finished = true;
          break;
        }
        const firstByte = bytes[at] ?? 0;
        const second = bytes[at + 1] ?? 0;
        const total = second < 0x80 ? 2 + second : packetSize(bytes, at, to);
        if (total < 0 || total > to - at) {
          finished = true;
          break;
        }
        first[row] = firstByte;
        size[row] = total;
        typeMask |= 1 << (firstByte >> 4);
        if (total > INLINE_BYTES) {
          offset[row] = ownKey === 0 ? base | at : ownKey;
          keptEnd = at + total;
        } else {
          offset[row] =
            second | (total > 2 ? (bytes[at + 2] ?? 0) << 8 : 0) | (total > 3 ? (bytes[at + 3] ?? 0) << 16 : 0);
        }
        at += total;
        if ((firstByte & 0xfe) !== 0x30) {
          attention[attentionCount++] = row;
          // What follows a CONNECT, or any hint at an unknown version, is read in its light.
          if (unsure || firstByte >> 4 === 1) {
            row++;
            break;
          }
        }
        row++;
      }
      this.#keptEnd = keptEnd;
      if (row > start) {
        this.#commit(stream, block, bytes, start, row, batchAt, typeMask, ownKey, attentionCount, timeUs, sink);
      }
      if (finished || at >= to) return at;
    }
  }

  /** Second half of {@link #frame}: rows `[start, end)` are framed and stand in `bytes` from `at` on. */
  #commit(
    stream: StreamState,
    block: RecordBlock,
    bytes: Uint8Array,
    start: number,
    end: number,
    at: number,
    typeMask: number,
    ownKey: number,
    attentionCount: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): void {
    const firstSeq = this.#nextSeq;
    let messages = 0;
    let size = 0;
    if ((typeMask & 0b1000) === 0) {
      block.topic.fill(NO_TOPIC, start, end);
      for (let row = start; row < end; row++) size += block.size[row] ?? 0;
    } else {
      size = this.#internTopics(stream, block, bytes, start, end, at);
      messages = this.#messagesSeen;
    }
    this.#stamp(block, start, end, stream, timeUs);
    if (ownKey !== 0 && (block.size[start] ?? 0) > INLINE_BYTES) this.#addFlag(block, start, FLAG.ownBuffer);
    block.typeMask |= typeMask;
    block.length = end;
    this.#nextSeq = firstSeq + end - start;
    this.#bytesRecorded += size;
    const { totals } = this;
    const side = stream.toClient;
    totals.packets[side] = (totals.packets[side] ?? 0) + end - start;
    totals.messages[side] = (totals.messages[side] ?? 0) + messages;
    if (messages > 0) this.#activity?.noteBatch(block.topic, block.size, block.first, start, end, firstSeq, timeUs);
    let count = attentionCount;
    if (this.#faults.size > 0) count = this.#addFaultsToAttention(block, start, end);
    if (count > 0) this.#report(stream, block, count, firstSeq - start, sink);
    this.#faults.clear();
  }

  #messagesSeen = 0;

  /** Writes the topic column of rows `[start, end)`, whose packets follow each other from `position` on. Returns their bytes. */
  #internTopics(
    stream: StreamState,
    block: RecordBlock,
    bytes: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): number {
    const { topic, size, first } = block;
    const { topics } = this;
    const { connection } = stream;
    let withProperties = connection.version === 5 || connection.versionOrigin === 'unknown';
    let messages = 0;
    let at = position;
    for (let row = start; row < end; row++) {
      const packetAt = at;
      at += size[row] ?? 0;
      const firstByte = first[row] ?? 0;
      if ((firstByte & 0xf0) !== 0x30) {
        topic[row] = NO_TOPIC;
        continue;
      }
      messages++;
      let body = packetAt + 2;
      if ((bytes[packetAt + 1] ?? 0) >= 0x80) {
        body = variableHeaderAt(bytes, packetAt);
        if (bytes[body - 1] === 0 && connection.version === 5) this.#faults.set(row, LENGTH_NOT_MINIMAL);
      }
      const topicAt = body + 2;
      const topicEnd = at >= topicAt ? topicAt + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0)) : at + 1;
      const rest = (firstByte & 0x06) === 0 ? topicEnd : topicEnd + 2;
      if (rest > at) {
        topic[row] = NO_TOPIC;
        this.#faults.set(row, TOPIC_TOO_LONG);
        continue;
      }
      if (withProperties) {
        topic[row] = this.#topicWithProperties(stream, bytes, row, topicAt, topicEnd, rest, at);
        withProperties = connection.version === 5;
        continue;
      }
      if (topicEnd === topicAt) {
        topic[row] = NO_TOPIC;
        this.#faults.set(row, TOPIC_EMPTY);
        continue;
      }
      const id = topics.intern(bytes, topicAt, topicEnd);
      topic[row] = id;
      if (topics.size > this.#topicsChecked) this.#checkTopics();
      if (this.#badTopics.size > 0) this.#checkTopic(row, id);
    }
    this.#messagesSeen = messages;
    return at - position;
  }

  /**
   * Topic of a PUBLISH of 5.0, or of a connection whose version this packet lets us guess.
   * @mqtt MQTT-3.3.2-7
   * @mqtt MQTT-3.3.2-8
   */
  #topicWithProperties(
    stream: StreamState,
    bytes: Uint8Array,
    row: number,
    topicAt: number,
    topicEnd: number,
    rest: number,
    end: number,
  ): number {
    const { connection } = stream;
    const length = topicEnd - topicAt;
    if (connection.versionOrigin === 'unknown') this.#guess(connection, guessFromPublish(bytes, rest, end, length));
    let alias = NO_ALIAS;
    if (connection.version === 5) {
      if (rest >= end) alias = BROKEN;
      else if (bytes[rest] !== 0) alias = topicAlias(bytes, rest, end);
      if (alias === BROKEN && connection.versionOrigin === 'guessed' && length > 0) this.#guess(connection, 4);
      else if (alias === BROKEN) this.#faults.set(row, PROPERTIES_BROKEN);
      else if (alias === 0) this.#faults.set(row, ALIAS_ZERO);
    }
    if (length === 0) {
      const known = alias > 0 ? stream.aliases?.get(alias) : undefined;
      if (known !== undefined) return known;
      if (alias === NO_ALIAS) this.#faults.set(row, TOPIC_EMPTY);
      else if (alias > 0 && connection.sawConnect) this.#faults.set(row, ALIAS_UNKNOWN);
      return NO_TOPIC;
    }
    const id = this.topics.intern(bytes, topicAt, topicEnd);
    if (this.topics.size > this.#topicsChecked) this.#checkTopics();
    if (this.#badTopics.size > 0) this.#checkTopic(row, id);
    if (alias > 0) {
      stream.aliases ??= new Map();
      stream.aliases.set(alias, id);
    }
    return id;
  }

  /** Each topic name is examined once, when it is new: a flood pays nothing for it. */
  #checkTopics(): void {
    const { size } = this.topics;
    for (let id = this.#topicsChecked; id < size; id++) {
      const fault = topicNameFault(this.topics.bytes(id));
      if (fault !== undefined) this.#badTopics.set(id, fault);
    }
    this.#topicsChecked = size;
  }

  #checkTopic(row: number, id: number): void {
    const fault = this.#badTopics.get(id);
    if (fault !== undefined) this.#faults.set(row, fault);
  }

  #guess(connection: ConnectionState, version: ProtocolVersion): void {
    if (connection.version === version) return;
    connection.version = version;
    connection.versionOrigin = 'guessed';
    this.#observer?.versionChanged?.(connection.id);
  }

  /** Makes the attention list anew, with the rows that have faults in their places. Returns its length. */
  #addFaultsToAttention(block: RecordBlock, start: number, end: number): number {
    let count = 0;
    for (let row = start; row < end; row++) {
      if (((block.first[row] ?? 0) & 0xfe) !== 0x30 || this.#faults.has(row)) this.#attention[count++] = row;
    }
    return count;
  }

  /** Third step: tells about the rows on the attention list, in wire order. A row's sequence number is `row + shift`. */
  #report(stream: StreamState, block: RecordBlock, count: number, shift: number, sink: FrameSink | undefined): void {
    const { connection } = stream;
    for (let index = 0; index < count; index++) {
      const row = this.#attention[index] ?? 0;
      const first = block.first[row] ?? 0;
      const type = first >> 4;
      let fault = this.#faults.get(row) ?? firstByteFault(first, connection.version);
      let packetId = 0;
      let reasonCode = 0;
      if (type === 3) {
        if (fault === undefined) {
          packetId = this.packetIdOf(block, row);
          if (packetId === 0) fault = PACKET_ID_ZERO;
        }
      } else if (type >= 4 && type <= 7) {
        const rest = block.offset[row] ?? 0;
        if (block.isInline(row)) {
          if ((rest & 0xff) === 2) packetId = (((rest >>> 8) & 0xff) << 8) | ((rest >>> 16) & 0xff);
          else fault ??= PACKET_ID_MISSING;
        } else {
          const bytes = this.bytesOf(block, row);
          const at = variableHeaderAt(bytes, 0);
          if (at + 2 > bytes.length) fault ??= PACKET_ID_MISSING;
          packetId = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
          reasonCode = bytes[at + 2] ?? 0;
          this.#learn(connection, bytes);
        }
        if (packetId === 0) fault ??= PACKET_ID_ZERO;
      } else {
        const bytes = this.bytesOf(block, row);
        if (type === 1) this.#sawConnect(connection, bytes);
        else this.#learn(connection, bytes);
        if (fault === undefined) {
          sink?.packet(row + shift, bytes);
          continue;
        }
      }
      if (fault !== undefined) {
        this.#addFlag(block, row, FLAG.malformed);
        sink?.malformed(row + shift, fault);
      } else if (type === 3) sink?.publish(row + shift, first, packetId, block.topic[row] ?? 0);
      else sink?.acknowledgement(row + shift, type, packetId, reasonCode);
    }
  }

  #sawConnect(connection: ConnectionState, bytes: Uint8Array): void {
    connection.sawConnect = true;
    const version = connectVersion(bytes);
    if (version === undefined) return;
    const changed = connection.version !== version;
    connection.version = version;
    connection.versionOrigin = 'connect';
    if (changed) this.#observer?.versionChanged?.(connection.id);
  }

  #learn(connection: ConnectionState, bytes: Uint8Array): void {
    if (connection.versionOrigin !== 'unknown' && connection.versionOrigin !== 'guessed') return;
    const version = versionEvidence(bytes);
    if (version !== undefined) this.#guess(connection, version);
  }

  /** The block that takes the next row; a new one where the last is full. */
  #openBlock(): RecordBlock {
    const last = this.#blocks[this.#blocks.length - 1];
    if (last !== undefined && last.length < last.capacity) return last;
    this.#makeRoom(this.#recordsPerBlock * RECORD_BYTES);
    const block = this.#spareBlock ?? new RecordBlock(this.#recordsPerBlock);
    this.#spareBlock = undefined;
    block.reset(this.#nextSeq, this.#bytesRecorded);
    if (this.#blocks.length === 0) this.#firstBlock = this.#nextSeq / this.#recordsPerBlock;
    this.#blocks.push(block);
    return block;
  }

  #openSegment(): void {
    this.#makeRoom(this.#arena.segmentBytes);
    while (!this.#arena.hasFreeSlot && this.#evictOldest());
    this.#arena.open(this.#nextSeq);
  }

  /** Memory for a large packet, counted as used; undefined where the budget has no room even after eviction. */
  #takeOwn(size: number): Uint8Array | undefined {
    this.#makeRoom(size);
    if (this.bytesUsed + size > this.byteBudget) return undefined;
    this.#ownBytes += size;
    return new Uint8Array(size);
  }

  #keepOwn(bytes: Uint8Array): number {
    const key = this.#nextOwnKey++ >>> 0;
    this.#own.set(key, { seq: this.#nextSeq, bytes });
    this.#ownBytes += bytes.length;
    return key;
  }

  /** Evicts until `bytes` more fit the budget, or nothing is left but what is being filled. */
  #makeRoom(bytes: number): void {
    while (this.bytesUsed + bytes > this.byteBudget && this.#evictOldest());
    while (this.bytesUsed + this.#arena.spareBytes + bytes > this.byteBudget + this.#arena.segmentBytes) {
      if (!this.#arena.dropSpare()) break;
    }
  }

  /** Drops the oldest segment, or the oldest block of columns where that reaches less far. False where neither can go. */
  #evictOldest(): boolean {
    const segmentEnd = this.#arena.oldest?.endSeq ?? Number.POSITIVE_INFINITY;
    const [block] = this.#blocks;
    const blockEnd =
      block === undefined || block.length < block.capacity ? Number.POSITIVE_INFINITY : block.baseSeq + block.length;
    const to = Math.min(segmentEnd, blockEnd);
    if (to === Number.POSITIVE_INFINITY) return false;
    if (to > this.#firstSeq) {
      this.#observer?.evicting?.(this.#firstSeq, to);
      this.#evictedBytes = this.#bytesBefore(to);
      this.#firstSeq = to;
    }
    for (let oldest = this.#blocks[0]; oldest !== undefined; [oldest] = this.#blocks) {
      if (oldest.length < oldest.capacity || oldest.baseSeq + oldest.length > to) break;
      this.#blocks.shift();
      this.#firstBlock++;
      this.#optionalColumnBytes -= oldest.memoryBytes - this.#recordsPerBlock * RECORD_BYTES;
      this.#spareBlock = oldest;
    }
    for (
      let segment = this.#arena.oldest;
      segment !== undefined && segment.endSeq <= to;
      segment = this.#arena.oldest
    ) {
      this.#rescuePartials(segment.slot);
      this.#arena.release();
    }
    for (const [key, own] of this.#own) {
      if (own.seq >= to) break;
      this.#own.delete(key);
      this.#ownBytes -= own.bytes.length;
    }
    return true;
  }

  /** Packets that are still arriving leave a segment that goes. */
  #rescuePartials(slot: number): void {
    for (const stream of this.#reserved) {
      if (stream.partialSlot !== slot || stream.partial === undefined) continue;
      const partial = stream.partial.slice();
      stream.partial = partial;
      stream.partialSlot = -1;
      stream.partialAddress = -1;
      this.#ownBytes += partial.length;
      this.#reserved.delete(stream);
    }
  }

  /** Wire bytes of all records before `seq`, which is not evicted yet. */
  #bytesBefore(seq: number): number {
    if (seq >= this.#nextSeq) return this.#bytesRecorded;
    const block = this.blockOf(seq);
    let bytes = block.bytesBefore;
    const rows = seq - block.baseSeq;
    for (let row = 0; row < rows; row++) bytes += block.size[row] ?? 0;
    return bytes;
  }
}

const NO_BYTES = new Uint8Array(0);
const decoder = new TextDecoder();

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && 2 ** Math.round(Math.log2(value)) === value;
}
