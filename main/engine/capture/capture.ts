/** The packet store of one source: raw bytes in an arena, one row of columns for each packet, in the order of arrival. */

import type { Direction, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { NO_TOPIC, type TopicTable } from '../topics/topic-table.ts';
import { type FrameSink, NO_FLOW, type TopicActivity } from './capture-observer.ts';
import { ConnectionState, type StreamState, type VersionOrigin } from './connection-state.ts';
import { FrameBatch } from './frame-batch.ts';
import {
  BAD_REMAINING_LENGTH,
  firstByteFault,
  INCOMPLETE,
  INVALID,
  PACKET_ID_MISSING,
  PACKET_ID_ZERO,
  PACKET_ID_ZERO_OF_SERVER,
  packetSize,
  variableHeaderAt,
} from './frame-header.ts';
import { FLAG, INLINE_BYTES, RECORD_BYTES, type RecordBlock } from './record-block.ts';
import { type ConnectionId, RecordStore, type RecordStoreOptions } from './record-store.ts';
import { TopicResolver } from './topic-resolver.ts';
import { connectVersion, versionEvidence } from './version-guess.ts';

export type { ConnectionId } from './record-store.ts';

export interface CaptureOptions extends RecordStoreOptions {
  /** Larger packets are refused: recorded without their bytes. Default: any legal packet that the budget can hold. */
  readonly maxPacketBytes?: number;
  readonly topics: TopicTable;
  readonly activity?: TopicActivity;
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

/** Fixed header of five bytes and the largest Remaining Length. */
const LARGEST_PACKET = 268_435_460;
/** A segment's last bytes below this are not worth a read. */
const SMALLEST_PIECE = 64;
/** A packet of its own buffer starts with this much and doubles as bytes arrive. */
const FIRST_OWN_BYTES = 65_536;

/** Takes bytes in, splits them into packets, and writes a record for each. Reading is {@link RecordStore}'s part. */
export class Capture extends RecordStore {
  readonly topics: TopicTable;
  readonly maxPacketBytes: number;
  readonly totals: CaptureTotals = {
    packets: new Float64Array(2),
    messages: new Float64Array(2),
    bytes: new Float64Array(2),
  };
  readonly #activity: TopicActivity | undefined;
  /** Packets larger than this get a buffer of their own, so that a segment's end never wastes more than an eighth. */
  readonly #largestInArena: number;
  readonly #resolver: TopicResolver;
  #refused = 0;
  readonly #connections: ConnectionState[] = [];
  /** Streams whose partial packet lies in the arena. */
  readonly #reserved = new Set<StreamState>();
  #busy = false;
  readonly #batch = new FrameBatch();
  #keeping = true;
  #unkept = 0;
  /** Where the arena goes back to while nothing is kept. */
  #unkeptFrom = 0;
  readonly #encoder = new TextEncoder();

  /** Throws a RangeError where sizes contradict each other. */
  constructor(options: CaptureOptions) {
    super(options);
    const { segmentBytes } = this.arena;
    this.topics = options.topics;
    this.#activity = options.activity;
    this.#resolver = new TopicResolver(options.topics, options.observer);
    this.#largestInArena = segmentBytes >> 3;
    const room = this.byteBudget - 2 * segmentBytes - 2 * this.recordsPerBlock * RECORD_BYTES;
    this.maxPacketBytes = Math.min(options.maxPacketBytes ?? LARGEST_PACKET, LARGEST_PACKET, room);
  }

  /** Packets recorded without their bytes because of {@link maxPacketBytes}. */
  get refused(): number {
    return this.#refused;
  }

  /** Registers a connection; `protocolVersion` is given where the source knows it, else the CONNECT tells, else it is guessed. */
  openConnection(timeUs: number, protocolVersion?: ProtocolVersion): ConnectionId {
    const id = this.#connections.length;
    this.#connections.push(new ConnectionState(id, timeUs, protocolVersion));
    return id;
  }

  /**
   * Off: packets are framed and reported to the sink as ever, under sequence numbers that are taken back at once, and leave no record;
   * events still do. {@link totals} go on counting.
   */
  setKeeping(keeping: boolean): void {
    this.#keeping = keeping;
    if (!keeping) this.#unkept = 0;
  }

  get keeping(): boolean {
    return this.#keeping;
  }

  /** Packets that passed without a record since keeping was last switched off. */
  get unkept(): number {
    return this.#unkept;
  }

  get connectionCount(): number {
    return this.#connections.length;
  }

  /** Version to decode a connection's packets with, 4 where nothing is known yet, and how it is known. */
  protocolVersion(connection: ConnectionId): { readonly version: ProtocolVersion; readonly origin: VersionOrigin } {
    const { version, versionOrigin } = this.#connectionOf(connection);
    return { version: version ?? 4, origin: versionOrigin };
  }

  /** Client Identifier of a connection; undefined before it is known. */
  clientId(connection: ConnectionId): string | undefined {
    return this.#connectionOf(connection).clientId;
  }

  /** Allowed at any time, also from a sink. */
  setClientId(connection: ConnectionId, clientId: string): void {
    this.#connectionOf(connection).clientId = clientId;
  }

  /** Ends a connection: what had arrived of unfinished packets becomes truncated records. Idempotent. */
  closeConnection(connection: ConnectionId, timeUs: number): void {
    const state = this.#connectionOf(connection);
    if (state.closedUs !== undefined) return;
    this.#enter();
    try {
      state.closedUs = timeUs;
      const from = this.next;
      this.#truncate(state.toServer, timeUs);
      this.#truncate(state.toClient, timeUs);
      if (this.next > from) this.observer?.recorded?.(from, this.next);
    } finally {
      this.#busy = false;
    }
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
      const firstNew = this.next;
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
      if (this.next > firstNew) this.observer?.recorded?.(firstNew, this.next);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Bytes still to come of the packet that is arriving in that direction: 0 between two packets, -1 where its header does not tell yet,
   * infinite where no packet boundary can be found any more.
   */
  unfinished(connection: ConnectionId, direction: Direction): number {
    const state = this.#connectionOf(connection);
    const stream = direction === 'server-to-client' ? state.toClient : state.toServer;
    if (stream.broken) return Number.POSITIVE_INFINITY;
    if (stream.headerLength > 0) return -1;
    return stream.partial === undefined ? stream.skip : stream.partialTotal - stream.partialReceived;
  }

  /** Records something that is no packet. Returns its sequence number; {@link eventAt} reads it back. */
  appendEvent(connection: ConnectionId, timeUs: number, event: CaptureEvent): number {
    const { toServer } = this.#connectionOf(connection);
    this.#enter();
    try {
      const seq = this.#record(toServer, this.#encoder.encode(JSON.stringify(event)), FLAG.event, 0, timeUs);
      this.observer?.recorded?.(seq, seq + 1);
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
    const arena = this.arena;
    if (arena.room < SMALLEST_PIECE) this.openSegment();
    const segment = arena.current;
    if (segment === undefined) throw new Error('no segment is open');
    const from = arena.tail;
    const size = Math.min(chunk.length - at, arena.segmentBytes - from);
    const to = from + size;
    segment.bytes.set(at === 0 && size === chunk.length ? chunk : chunk.subarray(at, at + size), from);
    arena.tail = to;
    const base = segment.slot << arena.segmentShift;
    this.#batch.keptEnd = from;
    this.#unkeptFrom = from;
    const end = this.#frame(stream, segment.bytes, from, to, base, 0, timeUs, sink);
    const next = at + size;
    arena.tail = this.#batch.keptEnd;
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
    const arena = this.arena;
    if (total > this.maxPacketBytes) {
      this.#refuse(stream, head[0] ?? 0, total, total - head.length, timeUs, sink);
      return;
    }
    stream.partialTotal = total;
    stream.partialReceived = head.length;
    if (total > this.#largestInArena) {
      const own = this.takeOwn(Math.min(total, Math.max(FIRST_OWN_BYTES, head.length)));
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
      if (arena.room < total) this.openSegment();
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
      this.ownBytes -= partial.length;
      const grown = this.takeOwn(Math.min(total, Math.max(received + taken, partial.length * 2)));
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
    const segment = this.arena.current;
    const inPlace = stream.partialSlot >= 0 && segment !== undefined && segment.slot === stream.partialSlot;
    stream.partial = undefined;
    this.#reserved.delete(stream);
    if (inPlace) {
      const from = stream.partialAddress;
      const base = segment.slot << this.arena.segmentShift;
      this.#frame(stream, segment.bytes, from, from + stream.partialTotal, base, 0, timeUs, sink);
      return;
    }
    const wasOwn = stream.partialSlot < 0;
    const bytes = wasOwn ? partial : partial.slice();
    if (wasOwn) this.ownBytes -= bytes.length;
    const key = this.keepOwn(bytes);
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
      if (stream.partialSlot < 0) this.ownBytes -= partial.length;
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
    const block = this.openBlock();
    const row = block.length;
    block.offset[row] = 0;
    const seq = this.#addRow(block, stream, first, total, FLAG.refused, timeUs);
    sink?.refused(seq, first, total);
  }

  /** One record outside the hot path. `bytes` is copied. */
  #record(stream: StreamState, bytes: Uint8Array, flags: number, first: number, timeUs: number): number {
    const arena = this.arena;
    let flag = flags;
    let offset: number;
    if (bytes.length > this.#largestInArena) {
      this.makeRoom(bytes.length);
      offset = this.keepOwn(bytes.slice());
      flag |= FLAG.ownBuffer;
    } else {
      if (arena.room < bytes.length) this.openSegment();
      const segment = arena.current;
      if (segment === undefined) throw new Error('no segment is open');
      segment.bytes.set(bytes, arena.tail);
      offset = (segment.slot << arena.segmentShift) | arena.tail;
      arena.tail += bytes.length;
    }
    const block = this.openBlock();
    block.offset[block.length] = offset;
    return this.#addRow(block, stream, first, bytes.length, flag, timeUs);
  }

  #addRow(block: RecordBlock, stream: StreamState, first: number, size: number, flags: number, timeUs: number): number {
    const row = block.length;
    block.size[row] = size;
    block.first[row] = first;
    block.topic[row] = NO_TOPIC;
    block.typeMask |= 1 << (first >> 4);
    this.stamp(block, row, row + 1, stream, timeUs);
    this.addFlag(block, row, flags);
    block.length = row + 1;
    this.bytesRecorded += size;
    const { packets } = this.totals;
    if ((flags & (FLAG.event | FLAG.undecodable)) === 0) packets[stream.toClient] = (packets[stream.toClient] ?? 0) + 1;
    return this.next++;
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
    const batch = this.#batch;
    let at = from;
    do {
      const block = this.openBlock();
      const next = batch.scan(block, bytes, at, to, base, ownKey, stream.connection);
      if (batch.end > batch.start) this.#commit(stream, block, bytes, next - at, ownKey, timeUs, sink);
      at = next;
    } while (!batch.finished && at < to);
    return at;
  }

  /** Second half of {@link #frame}: the rows of {@link #batch}, `size` bytes together, are framed and stand in `bytes`. */
  #commit(
    stream: StreamState,
    block: RecordBlock,
    bytes: Uint8Array,
    size: number,
    ownKey: number,
    timeUs: number,
    sink: FrameSink | undefined,
  ): void {
    const batch = this.#batch;
    const { start, end, messages } = batch;
    const firstSeq = this.next;
    if (messages === 0) block.topic.fill(NO_TOPIC, start, end);
    else this.#resolver.resolve(stream, block, bytes, batch);
    this.stamp(block, start, end, stream, timeUs);
    if (ownKey !== 0 && (block.size[start] ?? 0) > INLINE_BYTES) this.addFlag(block, start, FLAG.ownBuffer);
    block.typeMask |= batch.typeMask;
    block.length = end;
    this.next = firstSeq + end - start;
    this.bytesRecorded += size;
    const { totals } = this;
    const side = stream.toClient;
    totals.packets[side] = (totals.packets[side] ?? 0) + end - start;
    totals.messages[side] = (totals.messages[side] ?? 0) + messages;
    if (messages > 0 && this.#keeping)
      this.#activity?.noteBatch(block.topic, block.size, block.first, start, end, firstSeq, timeUs);
    const { faults, aliases } = this.#resolver;
    if (faults.size > 0 || aliases.size > 0) this.#addToAttention(block);
    if (batch.attentionCount > 0) this.#report(stream, block, bytes, firstSeq - start, sink);
    if (faults.size > 0) faults.clear();
    if (aliases.size > 0) aliases.clear();
    if (this.#keeping) return;
    this.#unkept += end - start;
    this.takeBack(block, start);
    batch.keptEnd = this.#unkeptFrom;
  }

  /** Makes the attention list anew, with the rows that have faults or news of an alias in their places. */
  #addToAttention(block: RecordBlock): void {
    const batch = this.#batch;
    const { faults, aliases } = this.#resolver;
    let count = 0;
    for (let row = batch.start; row < batch.end; row++) {
      if (((block.first[row] ?? 0) & 0xfe) !== 0x30 || faults.has(row) || aliases.has(row))
        batch.attention[count++] = row;
    }
    batch.attentionCount = count;
  }

  /** Third step: tells about the rows on the attention list, in wire order. A row's sequence number is `row + shift`. */
  #report(
    stream: StreamState,
    block: RecordBlock,
    bytes: Uint8Array,
    shift: number,
    sink: FrameSink | undefined,
  ): void {
    const { connection } = stream;
    const { attention, attentionCount, nameEnds, start } = this.#batch;
    const { faults, aliases } = this.#resolver;
    const hasNews = faults.size > 0 || aliases.size > 0;
    for (let index = 0; index < attentionCount; index++) {
      const row = attention[index] ?? 0;
      const first = block.first[row] ?? 0;
      const type = first >> 4;
      let fault = (hasNews ? faults.get(row) : undefined) ?? firstByteFault(first, connection.version);
      let packetId = 0;
      let reasonCode = 0;
      let flow = NO_FLOW;
      if (type === 3) {
        const alias = hasNews ? aliases.get(row) : undefined;
        if (alias !== undefined) {
          sink?.topicAlias?.(row + shift, alias, publishName(this.bytesOf(block, row)));
          if (fault === undefined && (first & 0x06) === 0) continue;
        }
        if (fault === undefined) {
          const nameEnd = nameEnds[row - start] ?? 0;
          if (nameEnd > 0) packetId = ((bytes[nameEnd] ?? 0) << 8) | (bytes[nameEnd + 1] ?? 0);
          else packetId = this.packetIdOf(block, row);
          if (packetId === 0) fault = stream.toClient === 1 ? PACKET_ID_ZERO_OF_SERVER : PACKET_ID_ZERO;
        }
      } else if (type >= 4 && type <= 7) {
        const rest = block.offset[row] ?? 0;
        if (block.isInline(row)) {
          if ((rest & 0xff) === 2) packetId = (((rest >>> 8) & 0xff) << 8) | ((rest >>> 16) & 0xff);
          else fault ??= PACKET_ID_MISSING;
        } else {
          const packet = this.bytesOf(block, row);
          const at = variableHeaderAt(packet, 0);
          if (at + 2 > packet.length) fault ??= PACKET_ID_MISSING;
          packetId = ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0);
          reasonCode = packet[at + 2] ?? 0;
          this.#learn(connection, packet);
        }
        if (packetId === 0) fault ??= PACKET_ID_ZERO;
      } else {
        const packet = this.bytesOf(block, row);
        if (type !== 1) this.#learn(connection, packet);
        // A server's CONNECT is a mistake that decides nothing.
        else if (stream.toClient === 0) this.#sawConnect(connection, packet);
        if (fault === undefined) flow = sink?.packet(row + shift, packet) ?? NO_FLOW;
      }
      if (fault !== undefined) {
        this.addFlag(block, row, FLAG.malformed);
        sink?.malformed(row + shift, fault);
      } else if (type === 3) flow = sink?.publish(row + shift, first, packetId, block.topic[row] ?? 0) ?? NO_FLOW;
      else if (type >= 4 && type <= 7) flow = sink?.acknowledgement(row + shift, type, packetId, reasonCode) ?? NO_FLOW;
      if (flow !== NO_FLOW) this.link(block, row, flow);
    }
  }

  #sawConnect(connection: ConnectionState, bytes: Uint8Array): void {
    connection.sawConnect = true;
    const version = connectVersion(bytes);
    if (version === undefined) return;
    const changed = connection.version !== version;
    connection.version = version;
    connection.versionOrigin = 'connect';
    if (changed) this.observer?.versionChanged?.(connection.id);
  }

  #learn(connection: ConnectionState, bytes: Uint8Array): void {
    if (connection.versionOrigin !== 'unknown' && connection.versionOrigin !== 'guessed') return;
    const version = versionEvidence(bytes);
    if (version !== undefined) this.#resolver.guess(connection, version);
  }

  /** Packets that are still arriving leave a segment that goes. */
  protected override segmentLeaves(slot: number): void {
    for (const stream of this.#reserved) {
      if (stream.partialSlot !== slot || stream.partial === undefined) continue;
      const partial = stream.partial.slice();
      stream.partial = partial;
      stream.partialSlot = -1;
      stream.partialAddress = -1;
      this.ownBytes += partial.length;
      this.#reserved.delete(stream);
    }
  }
}

const decoder = new TextDecoder();

/** The topic name of a PUBLISH whose header is in order. */
function publishName(packet: Uint8Array): Uint8Array {
  const at = variableHeaderAt(packet, 0);
  return packet.subarray(at + 2, at + 2 + (((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0)));
}
