/** The records of a capture and their bytes: room for new ones, reading by sequence number, and what goes when the budget is used up. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import { Arena } from './arena.ts';
import type { CaptureObserver } from './capture-observer.ts';
import type { StreamState } from './connection-state.ts';
import { variableHeaderAt } from './frame-header.ts';
import { FLAG, RECORD_BYTES, RecordBlock } from './record-block.ts';

export type ConnectionId = number;

/** Sizes of a store; see each for its default. */
export interface RecordStoreOptions {
  /** Memory for bytes and columns together; oldest records go when it is used up. Default 1 GiB; the arena's addresses end at 4 GiB. */
  readonly byteBudget?: number;
  /** A power of two from 1 KiB to 64 MiB. Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Records in a block of columns, a power of two. Default 65 536; tests take fewer. */
  readonly recordsPerBlock?: number;
  readonly observer?: CaptureObserver;
}

const MIB = 1024 * 1024;
const DEFAULT_BYTE_BUDGET = 1024 * MIB;
const DEFAULT_SEGMENT_BYTES = 16 * MIB;
const DEFAULT_RECORDS_PER_BLOCK = 65_536;
/** Columns of an evicted segment that are kept for what comes: allocating them again would bring the garbage collector. */
const SPARE_BLOCKS = 4;

/**
 * Assumptions that keep the indexes right: rows are only added at the end and only dropped at the front; a row's bytes lie in the segment
 * that was current when the row was written, or in a buffer of its own; sequence numbers are never reused.
 */
export abstract class RecordStore {
  readonly byteBudget: number;
  readonly recordsPerBlock: number;
  protected readonly arena: Arena;
  protected readonly observer: CaptureObserver | undefined;
  /** Sequence number of the next record. */
  protected next = 0;
  /** Wire bytes of all records ever written. */
  protected bytesRecorded = 0;
  /** Memory of large packets, those that are still arriving included. */
  protected ownBytes = 0;
  /** Oldest first; the last is being filled. */
  readonly #blocks: RecordBlock[] = [];
  /** Blocks to be used again. */
  readonly #spareBlocks: RecordBlock[] = [];
  #optionalColumnBytes = 0;
  readonly #blockShift: number;
  /** Sequence number that the first block begins with. */
  #blocksFrom = 0;
  #firstSeq = 0;
  #evictedBytes = 0;
  /** What {@link clear} took: neither here nor evicted. */
  #cleared = { packets: 0, bytes: 0 };
  /** Buffers of their own by key, oldest first. */
  readonly #own = new Map<number, { readonly seq: number; readonly bytes: Uint8Array }>();
  #nextOwnKey = 1;
  #initiator = 0;

  /** Throws a RangeError where sizes contradict each other: a budget holds at least four segments and two blocks. */
  constructor(options: RecordStoreOptions) {
    const segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    const recordsPerBlock = options.recordsPerBlock ?? DEFAULT_RECORDS_PER_BLOCK;
    const byteBudget = options.byteBudget ?? DEFAULT_BYTE_BUDGET;
    if (!isPowerOfTwo(segmentBytes) || segmentBytes < 1024 || segmentBytes > 64 * MIB)
      throw new RangeError('segmentBytes is a power of two from 1 KiB to 64 MiB');
    if (!isPowerOfTwo(recordsPerBlock)) throw new RangeError('recordsPerBlock is a power of two');
    const least = 4 * segmentBytes + 2 * recordsPerBlock * RECORD_BYTES;
    if (!(byteBudget >= least)) throw new RangeError(`byteBudget is at least ${least}`);
    this.byteBudget = byteBudget;
    this.recordsPerBlock = recordsPerBlock;
    this.#blockShift = 31 - Math.clz32(recordsPerBlock);
    this.observer = options.observer;
    this.arena = new Arena(segmentBytes, byteBudget);
  }

  /** The segment of this slot goes when the call returns: packets that are still arriving in it have to leave. */
  protected abstract segmentLeaves(slot: number): void;

  /** Sequence number of the oldest record that is still here. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  /** Sequence number that the next record will get. */
  get nextSeq(): number {
    return this.next;
  }

  /** Records that are here now. */
  get recordCount(): number {
    return this.next - this.#firstSeq;
  }

  /** Records that the byte budget has pushed out since the last {@link clear}, and their wire bytes. */
  get evicted(): { readonly packets: number; readonly bytes: number } {
    const { packets, bytes } = this.#cleared;
    return { packets: this.#firstSeq - packets, bytes: this.#evictedBytes - bytes };
  }

  /** Forgets all records; sequence numbers go on. Packets that are still arriving are kept. */
  clear(): void {
    while (this.#evict(false));
    for (const own of this.#own.values()) this.ownBytes -= own.bytes.length;
    this.#own.clear();
    this.#firstSeq = this.next;
    this.#evictedBytes = this.bytesRecorded;
    this.#cleared = { packets: this.next, bytes: this.bytesRecorded };
  }

  /** Memory that records take: live segments, own buffers and columns. */
  get bytesUsed(): number {
    return this.arena.liveBytes + this.ownBytes + this.#columnBytes;
  }

  /** Bytes of the records that are here: what they were on the wire, and their columns. Below {@link bytesUsed}, which counts memory that is set aside. */
  get bytesKept(): number {
    return this.bytesRecorded - this.#evictedBytes + this.recordCount * RECORD_BYTES;
  }

  /** Memory of the columns alone. */
  get columnBytes(): number {
    return this.#columnBytes;
  }

  get #columnBytes(): number {
    return this.#blocks.length * this.recordsPerBlock * RECORD_BYTES + this.#optionalColumnBytes;
  }

  /** Who causes the packets that are appended from now on, 1 to 65 535; 0 names nobody. */
  setInitiator(initiator: number): void {
    if (!(initiator >= 0 && initiator <= 0xffff)) throw new RangeError('initiator is 0 to 65535');
    this.#initiator = initiator;
  }

  /** True where the record exists and was not evicted. */
  has(seq: number): boolean {
    return seq >= this.#firstSeq && seq < this.next;
  }

  /** The block that holds `seq`; the record's row in it is `seq - block.baseSeq`. Throws a RangeError where {@link has} is false. */
  blockOf(seq: number): RecordBlock {
    const block = this.#blocks[(seq - this.#blocksFrom) >>> this.#blockShift];
    if (block === undefined || !this.has(seq)) throw new RangeError(`no record ${seq}`);
    return block;
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

  /** Marks a record whose body a decoder found to be malformed. Allowed at any time, also from a sink. */
  markMalformed(seq: number): void {
    const block = this.blockOf(seq);
    this.addFlag(block, seq - block.baseSeq, FLAG.malformed);
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
      bytes = this.arena.segmentOf(address)?.bytes ?? NO_BYTES;
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
    if (!block.isInline(row)) return this.arena.view(offset, size);
    const bytes = new Uint8Array(size);
    bytes[0] = block.first[row] ?? 0;
    for (let at = 1; at < size; at++) bytes[at] = (offset >>> (8 * (at - 1))) & 0xff;
    return bytes;
  }

  /** The whole segment that an arena address lies in, for searches over many packets at once. Borrowed as {@link bytes} is. */
  segmentBytesAt(address: number): Uint8Array | undefined {
    return this.arena.segmentOf(address)?.bytes;
  }

  /** Position of an arena address in its segment. */
  positionInSegment(address: number): number {
    return address & (this.arena.segmentBytes - 1);
  }

  /** Touches up to `maxBytes` of memory that ingest will need next; for idle time. Returns false where nothing is left to do. */
  touchAhead(maxBytes: number): boolean {
    if (
      this.bytesUsed + this.arena.spareBytes + this.arena.segmentBytes > this.byteBudget &&
      this.arena.spareBytes === 0
    )
      return false;
    return this.arena.touchAhead(maxBytes);
  }

  protected addFlag(block: RecordBlock, row: number, flag: number): void {
    if (block.flags === undefined) this.#optionalColumnBytes += this.recordsPerBlock;
    block.addFlag(row, flag);
  }

  /** Links a record to a flow. */
  protected link(block: RecordBlock, row: number, flow: number): void {
    if (block.flow === undefined) this.#optionalColumnBytes += this.recordsPerBlock * Int32Array.BYTES_PER_ELEMENT;
    block.link(row, flow);
  }

  protected stamp(block: RecordBlock, from: number, to: number, stream: StreamState, timeUs: number): void {
    const before = block.memoryBytes;
    block.stamp(from, to, timeUs, stream.connection.id, stream.toClient, this.#initiator);
    this.#optionalColumnBytes += block.memoryBytes - before;
  }

  /** The block that takes the next row; a new one where the last is full. */
  protected openBlock(): RecordBlock {
    const last = this.#blocks[this.#blocks.length - 1];
    if (last !== undefined && last.length < last.capacity) return last;
    this.makeRoom(this.recordsPerBlock * RECORD_BYTES);
    const block = this.#spareBlocks.pop() ?? new RecordBlock(this.recordsPerBlock);
    block.reset(this.next, this.bytesRecorded);
    if (this.#blocks.length === 0) this.#blocksFrom = this.next;
    this.#blocks.push(block);
    return block;
  }

  protected openSegment(): void {
    this.makeRoom(this.arena.segmentBytes);
    while (!this.arena.hasFreeSlot && this.#evictOldest());
    this.arena.open(this.next);
  }

  /** Memory for a large packet, counted as used; undefined where the budget has no room even after eviction. */
  protected takeOwn(size: number): Uint8Array | undefined {
    this.makeRoom(size);
    if (this.bytesUsed + size > this.byteBudget) return undefined;
    this.ownBytes += size;
    return new Uint8Array(size);
  }

  protected keepOwn(bytes: Uint8Array): number {
    const key = this.#nextOwnKey++ >>> 0;
    this.#own.set(key, { seq: this.next, bytes });
    this.ownBytes += bytes.length;
    return key;
  }

  /** Evicts until `bytes` more fit the budget, or nothing is left but what is being filled. */
  protected makeRoom(bytes: number): void {
    while (this.bytesUsed + bytes > this.byteBudget && this.#evictOldest());
    while (this.bytesUsed + this.arena.spareBytes + bytes > this.byteBudget + this.arena.segmentBytes) {
      if (!this.arena.dropSpare()) break;
    }
  }

  /** Takes the last rows of a block back, from `row` on, as if they had never been written. Their bytes are the caller's to reuse. */
  protected takeBack(block: RecordBlock, row: number): void {
    for (let each = row; each < block.length; each++) {
      if ((block.flag(each) & FLAG.ownBuffer) !== 0) this.#dropOwn(block.offset[each] ?? 0);
      this.bytesRecorded -= block.size[each] ?? 0;
    }
    this.next -= block.length - row;
    block.takeBack(row);
  }

  #dropOwn(key: number): void {
    this.ownBytes -= this.#own.get(key)?.bytes.length ?? 0;
    this.#own.delete(key);
  }

  /** Drops the oldest segment, or the oldest block of columns where that reaches less far. False where neither can go. */
  #evictOldest(): boolean {
    return this.#evict(true);
  }

  #evict(tells: boolean): boolean {
    const segmentEnd = this.arena.oldest?.endSeq ?? Number.POSITIVE_INFINITY;
    const [block] = this.#blocks;
    const blockEnd =
      block === undefined || block.length < block.capacity ? Number.POSITIVE_INFINITY : block.baseSeq + block.length;
    const to = Math.min(segmentEnd, blockEnd);
    if (to === Number.POSITIVE_INFINITY) return false;
    if (to > this.#firstSeq) {
      if (tells) this.observer?.evicting?.(this.#firstSeq, to);
      this.#evictedBytes = this.#bytesBefore(to);
      this.#firstSeq = to;
    }
    for (let oldest = this.#blocks[0]; oldest !== undefined; [oldest] = this.#blocks) {
      if (oldest.length < oldest.capacity || oldest.baseSeq + oldest.length > to) break;
      this.#blocks.shift();
      this.#blocksFrom += this.recordsPerBlock;
      this.#optionalColumnBytes -= oldest.memoryBytes - this.recordsPerBlock * RECORD_BYTES;
      if (this.#spareBlocks.length < SPARE_BLOCKS) this.#spareBlocks.push(oldest);
    }
    for (let segment = this.arena.oldest; segment !== undefined && segment.endSeq <= to; segment = this.arena.oldest) {
      this.segmentLeaves(segment.slot);
      this.arena.release();
    }
    for (const [key, own] of this.#own) {
      if (own.seq >= to) break;
      this.#own.delete(key);
      this.ownBytes -= own.bytes.length;
    }
    return true;
  }

  /** Wire bytes of all records before `seq`, which is not evicted yet. */
  #bytesBefore(seq: number): number {
    if (seq >= this.next) return this.bytesRecorded;
    const block = this.blockOf(seq);
    let bytes = block.bytesBefore;
    const rows = seq - block.baseSeq;
    for (let row = 0; row < rows; row++) bytes += block.size[row] ?? 0;
    return bytes;
  }
}

const NO_BYTES = new Uint8Array(0);

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && 2 ** Math.round(Math.log2(value)) === value;
}
