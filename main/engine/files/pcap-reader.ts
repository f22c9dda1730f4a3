/** Reads classic pcap files: either byte order, microseconds or nanoseconds. */

import type { FileFault, FileFaultReason } from '../../../shared/contract/file-fault.ts';
import { ByteQueue } from './byte-queue.ts';
import { type FileFrame, type FileReader, LARGEST_BLOCK } from './file-reader.ts';

/** Magic numbers as a little-endian reader sees them. */
const MAGICS: Readonly<Record<number, { readonly little: boolean; readonly ticksPerUs: number }>> = {
  0xa1b2c3d4: { little: true, ticksPerUs: 1 },
  0xd4c3b2a1: { little: false, ticksPerUs: 1 },
  0xa1b23c4d: { little: true, ticksPerUs: 1000 },
  0x4d3cb2a1: { little: false, ticksPerUs: 1000 },
};

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** The upper bits of the link type field say whether a frame check sequence is there, and how long. */
const LINK_TYPE_BITS = 0x03ff_ffff;

/** Whether a file that begins with these four bytes, read little-endian, is a pcap file. */
export function isPcap(magic: number): boolean {
  return Object.hasOwn(MAGICS, magic);
}

export class PcapReader implements FileReader {
  readonly #frame: (frame: FileFrame) => void;
  readonly #queue = new ByteQueue();
  #header: { readonly little: boolean; readonly ticksPerUs: number; readonly linkType: number } | undefined;
  #fault: FileFault | undefined;

  constructor(frame: (frame: FileFrame) => void) {
    this.#frame = frame;
  }

  get fault(): FileFault | undefined {
    return this.#fault;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#fault !== undefined) return false;
    this.#queue.push(bytes);
    if (this.#header === undefined && !this.#readHeader()) return this.#fault === undefined;
    while (this.#fault === undefined && this.#readRecord());
    return this.#fault === undefined;
  }

  end(): void {
    const { length } = this.#queue;
    if (this.#fault !== undefined || length === 0) return;
    const part = this.#header === undefined ? 'pcap-header' : 'pcap-record';
    this.#fail(part, { reason: 'cut', bytes: length });
  }

  #readHeader(): boolean {
    const head = this.#queue.peek(FILE_HEADER);
    if (head === undefined) return false;
    const view = new DataView(head.buffer, head.byteOffset, FILE_HEADER);
    const magic = MAGICS[view.getUint32(0, true)];
    if (magic === undefined) return this.#fail('pcap-header', { reason: 'bad-magic' });
    this.#header = { ...magic, linkType: view.getUint32(20, magic.little) & LINK_TYPE_BITS };
    this.#queue.skip(FILE_HEADER);
    return true;
  }

  #readRecord(): boolean {
    const head = this.#queue.peek(RECORD_HEADER);
    if (head === undefined || this.#header === undefined) return false;
    const { little, ticksPerUs, linkType } = this.#header;
    const view = new DataView(head.buffer, head.byteOffset, RECORD_HEADER);
    const captured = view.getUint32(8, little);
    if (captured > LARGEST_BLOCK) return this.#fail('pcap-record', { reason: 'impossible-length', length: captured });
    const record = this.#queue.peek(RECORD_HEADER + captured);
    if (record === undefined) return false;
    const timeUs = view.getUint32(0, little) * 1_000_000 + Math.floor(view.getUint32(4, little) / ticksPerUs);
    this.#frame({ linkType, timeUs, bytes: record.subarray(RECORD_HEADER) });
    this.#queue.skip(RECORD_HEADER + captured);
    return true;
  }

  #fail(part: 'pcap-header' | 'pcap-record', reason: FileFaultReason): false {
    this.#fault = { ...reason, offset: this.#queue.offset, part };
    return false;
  }
}
