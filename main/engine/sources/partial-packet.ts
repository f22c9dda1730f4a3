/** The packet at the end of a stream's bytes that has not arrived whole. */

import { announcedLength, INCOMPLETE } from '../codec/frame.ts';

/** Memory that it starts with; it doubles as bytes arrive, so that a header's mere claim costs nothing. */
const FIRST_BYTES = 65_536;
/** Fixed header: the first byte and four of the Remaining Length. */
const MOST_HEADER_BYTES = 5;

/** Collects one packet at a time: {@link begin}, {@link add} until {@link isWhole}, {@link take}. */
export class PartialPacket {
  #bytes: Uint8Array = new Uint8Array(0);
  #arrived = 0;
  /** As {@link announcedLength} answers for what has arrived. */
  #total: number = INCOMPLETE;

  get isEmpty(): boolean {
    return this.#arrived === 0;
  }

  /** Bytes that have arrived. */
  get length(): number {
    return this.#arrived;
  }

  /** The whole length that the header announces; not positive where it is not there, or where none can be. */
  get announced(): number {
    return this.#total;
  }

  get isWhole(): boolean {
    return this.#total > 0 && this.#arrived === this.#total;
  }

  /** `head` are all the bytes there are of a packet; copied. */
  begin(head: Uint8Array): void {
    this.#total = announcedLength(head, 0, head.length);
    const size = this.#total > 0 ? Math.min(this.#total, FIRST_BYTES) : MOST_HEADER_BYTES;
    this.#bytes = new Uint8Array(Math.max(size, head.length));
    this.#bytes.set(head);
    this.#arrived = head.length;
  }

  /** Takes what belongs to the packet of `bytes`, which are borrowed; answers where the next one begins. */
  add(bytes: Uint8Array): number {
    let at = 0;
    while (this.#total === INCOMPLETE && at < bytes.length) {
      this.#bytes[this.#arrived] = bytes[at] ?? 0;
      this.#arrived += 1;
      at += 1;
      this.#total = announcedLength(this.#bytes, 0, this.#arrived);
    }
    if (this.#total <= 0) return at;
    const taken = Math.min(this.#total - this.#arrived, bytes.length - at);
    this.#grow(Math.min(this.#total, Math.max(this.#arrived + taken, 2 * this.#bytes.length)));
    this.#bytes.set(bytes.subarray(at, at + taken), this.#arrived);
    this.#arrived += taken;
    return at + taken;
  }

  /** What has arrived, which is the caller's from now on; the next packet begins. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#arrived);
    this.#bytes = new Uint8Array(0);
    this.#arrived = 0;
    this.#total = INCOMPLETE;
    return bytes;
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return;
    const grown = new Uint8Array(size);
    grown.set(this.#bytes.subarray(0, this.#arrived));
    this.#bytes = grown;
  }
}
