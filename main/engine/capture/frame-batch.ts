/** The innermost loop of ingest: finds the packets in a run of bytes and writes what their fixed headers tell into the columns. */

import type { ConnectionState } from './connection-state.ts';
import { packetSize } from './frame-header.ts';
import { INLINE_BYTES, type RecordBlock } from './record-block.ts';

/** Rows that are framed, interned and counted before the next step looks at them: what one step leaves is still in the cache for the next. */
const BATCH_ROWS = 4096;

/**
 * What {@link FrameBatch.scan} found, valid until the next scan; one for each capture, so that nothing is allocated.
 * Entry `i` of the name arrays belongs to row `start + i` of the block.
 */
export class FrameBatch {
  /** Where each row's topic name stands in the bytes; both 0 where a row has none, or is on the list {@link unread}. */
  readonly nameStarts = new Int32Array(BATCH_ROWS);
  readonly nameEnds = new Int32Array(BATCH_ROWS);
  /** Rows of PUBLISH packets that need a closer look for their topic (properties, odd lengths), and where each packet starts. */
  readonly unread = new Int32Array(BATCH_ROWS);
  readonly unreadAt = new Int32Array(BATCH_ROWS);
  unreadCount = 0;
  /** Rows that are not a plain QoS 0 PUBLISH, in order. */
  readonly attention = new Int32Array(BATCH_ROWS);
  attentionCount = 0;
  /** First row and the row after the last. */
  start = 0;
  end = 0;
  typeMask = 0;
  /** Rows that are PUBLISH packets. */
  messages = 0;
  /** Position after the last byte that a record will point to; unchanged where none does. */
  keptEnd = 0;
  /** The bytes at the position that {@link scan} answered are no whole packet. */
  finished = false;

  /**
   * Writes first byte, size and offset of the packets in `[from, to)` into free rows of `block`, as many as fit a batch, and answers
   * where it stopped. `base` turns positions into addresses; `ownKey` is not 0 where `bytes` is one packet's own buffer.
   */
  scan(
    block: RecordBlock,
    bytes: Uint8Array,
    from: number,
    to: number,
    base: number,
    ownKey: number,
    connection: ConnectionState,
  ): number {
    const { nameStarts, nameEnds, attention } = this;
    const { offset, size, first } = block;
    const { version } = connection;
    const unsure = connection.versionOrigin === 'unknown' || connection.versionOrigin === 'guessed';
    const simple = version !== undefined && connection.versionOrigin !== 'unknown';
    const withProperties = version === 5;
    const start = block.length;
    const end = Math.min(block.capacity, start + BATCH_ROWS);
    let { keptEnd } = this;
    let unreadCount = 0;
    let attentionCount = 0;
    let typeMask = 0;
    let messages = 0;
    let finished = false;
    let row = start;
    let at = from;
    while (row < end) {
      if (at + 2 > to) {
        finished = true;
        break;
      }
      const firstByte = bytes[at] ?? 0;
      const second = bytes[at + 1] ?? 0;
      let body = at + 2;
      let total = 2 + second;
      if (second >= 0x80) {
        const third = at + 2 < to ? (bytes[at + 2] ?? 0) : 0;
        if (third > 0 && third < 0x80) {
          body = at + 3;
          total = 3 + (second & 0x7f) + (third << 7);
        } else {
          body = 0;
          total = packetSize(bytes, at, to);
        }
      }
      if (total < 0 || total > to - at) {
        finished = true;
        break;
      }
      const packetAt = at;
      at += total;
      first[row] = firstByte;
      size[row] = total;
      typeMask |= 1 << (firstByte >> 4);
      if (total > INLINE_BYTES) {
        offset[row] = ownKey === 0 ? base | packetAt : ownKey;
        keptEnd = at;
      } else {
        offset[row] =
          second |
          (total > 2 ? (bytes[packetAt + 2] ?? 0) << 8 : 0) |
          (total > 3 ? (bytes[packetAt + 3] ?? 0) << 16 : 0);
      }
      let nameStart = 0;
      let nameEnd = 0;
      if ((firstByte & 0xf0) === 0x30) {
        messages++;
        if (simple && body > 0 && total > INLINE_BYTES) {
          const nameAt = body + 2;
          const nameTo = nameAt + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0));
          const rest = (firstByte & 0x06) === 0 ? nameTo : nameTo + 2;
          if (nameTo > nameAt && (withProperties ? rest < at && bytes[rest] === 0 : rest <= at)) {
            nameStart = nameAt;
            nameEnd = nameTo;
          }
        }
        if (nameEnd === 0) {
          this.unread[unreadCount] = row;
          this.unreadAt[unreadCount++] = packetAt;
        }
      }
      nameStarts[row - start] = nameStart;
      nameEnds[row - start] = nameEnd;
      if ((firstByte & 0xfe) !== 0x30) {
        attention[attentionCount++] = row;
        // What follows a CONNECT, or any hint at an unknown version, is read in its light.
        const type = firstByte >> 4;
        if (type === 1 || (unsure && type !== 3 && (total > INLINE_BYTES || type < 4 || type > 7))) {
          row++;
          break;
        }
      }
      row++;
    }
    this.keptEnd = keptEnd;
    this.unreadCount = unreadCount;
    this.attentionCount = attentionCount;
    this.typeMask = typeMask;
    this.messages = messages;
    this.finished = finished;
    this.start = start;
    this.end = row;
    return at;
  }
}
