/** Reads pcapng files (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces, and the three kinds of packet blocks. */

import type { FileFault, FileFaultReason, FilePart } from '../../../shared/contract/file-fault.ts';
import { ByteQueue } from './byte-queue.ts';
import { type FileFrame, type FileReader, type FileSection, type FrameMarks, LARGEST_BLOCK } from './file-reader.ts';
import {
  BLOCK,
  BLOCK_OVERHEAD,
  BYTE_ORDER_MAGIC,
  ENHANCED_FIELDS,
  OPTION,
  SECRETS_FIELDS,
  TLS_KEY_LOG,
} from './pcapng-blocks.ts';

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly ticksPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

const PARTS: Readonly<Record<number, FilePart>> = {
  [BLOCK.sectionHeader]: 'section-header',
  [BLOCK.interfaceDescription]: 'interface-description',
  [BLOCK.obsoletePacket]: 'packet',
  [BLOCK.simplePacket]: 'simple-packet',
  [BLOCK.enhancedPacket]: 'enhanced-packet',
  [BLOCK.decryptionSecrets]: 'decryption-secrets',
};

/** The lowest two bits of a packet's flags. */
const DIRECTIONS = [undefined, true, false, undefined] as const;

const MICROSECONDS = 1_000_000n;
const SIMPLE_FIELDS = 4;
const INTERFACE_FIELDS = 8;
const SECTION_FIELDS = 16;

const NO_COMMENTS: readonly string[] = [];
const decoder = new TextDecoder();

export class PcapngReader implements FileReader {
  readonly #frame: (frame: FileFrame) => void;
  readonly #section: (section: FileSection) => void;
  readonly #secrets: (lines: readonly string[]) => void;
  readonly #queue = new ByteQueue();
  #interfaces: Interface[] = [];
  #littleEndian = true;
  #fault: FileFault | undefined;

  /** `secrets` is told the lines of TLS key logs that the file holds. */
  constructor(
    frame: (frame: FileFrame) => void,
    section: (section: FileSection) => void = () => undefined,
    secrets: (lines: readonly string[]) => void = () => undefined,
  ) {
    this.#frame = frame;
    this.#section = section;
    this.#secrets = secrets;
  }

  get fault(): FileFault | undefined {
    return this.#fault;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#fault !== undefined) return false;
    this.#queue.push(bytes);
    while (this.#fault === undefined && this.#readBlock());
    return this.#fault === undefined;
  }

  end(): void {
    const { length } = this.#queue;
    if (this.#fault !== undefined || length === 0) return;
    const head = this.#queue.peek(Math.min(length, 8)) ?? new Uint8Array(0);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const type = head.length < 4 ? undefined : view.getUint32(0, this.#littleEndian);
    const whole = head.length < 8 ? {} : { of: view.getUint32(4, this.#littleEndian) };
    this.#fail(type, { reason: 'cut', bytes: length, ...whole });
  }

  /** False where the next block is not whole yet, or broken. */
  #readBlock(): boolean {
    const head = this.#queue.peek(BLOCK_OVERHEAD);
    if (head === undefined) return false;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    // The type of a section header reads the same in both byte orders.
    const isSection = view.getUint32(0, true) === BLOCK.sectionHeader;
    if (isSection && !this.#readByteOrder(view)) return false;
    const type = view.getUint32(0, this.#littleEndian);
    const total = view.getUint32(4, this.#littleEndian);
    if (total < BLOCK_OVERHEAD || total % 4 !== 0 || total > LARGEST_BLOCK) {
      return this.#fail(type, { reason: 'impossible-length', length: total });
    }
    const bytes = this.#queue.peek(total);
    if (bytes === undefined) return false;
    const block = new DataView(bytes.buffer, bytes.byteOffset, total);
    const trailing = block.getUint32(total - 4, this.#littleEndian);
    if (trailing !== total) return this.#fail(type, { reason: 'lengths-differ', before: total, after: trailing });
    const body = new DataView(bytes.buffer, bytes.byteOffset + 8, total - BLOCK_OVERHEAD);
    const isFine = isSection ? this.#readSection(body) : this.#readBody(type, body);
    if (isFine) this.#queue.skip(total);
    return isFine;
  }

  #readByteOrder(view: DataView): boolean {
    const magic = view.getUint32(8, true);
    if (magic === BYTE_ORDER_MAGIC) this.#littleEndian = true;
    else if (view.getUint32(8, false) === BYTE_ORDER_MAGIC) this.#littleEndian = false;
    else return this.#fail(BLOCK.sectionHeader, { reason: 'bad-byte-order' });
    return true;
  }

  #readSection(body: DataView): boolean {
    if (body.byteLength < SECTION_FIELDS) return this.#fail(BLOCK.sectionHeader, { reason: 'too-short' });
    const major = body.getUint16(4, this.#littleEndian);
    if (major !== 1) return this.#fail(BLOCK.sectionHeader, { reason: 'unknown-version', version: major });
    this.#interfaces = [];
    const comments: string[] = [];
    this.#eachOption(body, SECTION_FIELDS, (code, value) => {
      if (code === OPTION.comment) comments.push(decoder.decode(value));
    });
    this.#section({ comments });
    return true;
  }

  #readBody(type: number, body: DataView): boolean {
    switch (type) {
      case BLOCK.interfaceDescription:
        return this.#readInterface(body);
      case BLOCK.enhancedPacket:
        return this.#readEnhanced(type, body, body.byteLength < 4 ? 0 : body.getUint32(0, this.#littleEndian));
      case BLOCK.obsoletePacket:
        return this.#readEnhanced(type, body, body.byteLength < 4 ? 0 : body.getUint16(0, this.#littleEndian));
      case BLOCK.simplePacket:
        return this.#readSimple(body);
      case BLOCK.decryptionSecrets:
        this.#readSecrets(body);
        return true;
      default:
        // Names, statistics and whatever a program invents.
        return true;
    }
  }

  /** Of other kinds than TLS key logs nothing is understood, and nothing lost that was shown. */
  #readSecrets(body: DataView): void {
    if (body.byteLength < SECRETS_FIELDS || body.getUint32(0, this.#littleEndian) !== TLS_KEY_LOG) return;
    const length = Math.min(body.getUint32(4, this.#littleEndian), body.byteLength - SECRETS_FIELDS);
    const text = decoder.decode(new Uint8Array(body.buffer, body.byteOffset + SECRETS_FIELDS, length));
    this.#secrets(text.split(/\r?\n/).filter((line) => /^[A-Z\d_]+ [\da-f]+ [\da-f]+$/i.test(line)));
  }

  #readInterface(body: DataView): boolean {
    const little = this.#littleEndian;
    if (body.byteLength < INTERFACE_FIELDS) {
      return this.#fail(BLOCK.interfaceDescription, { reason: 'too-short' });
    }
    let ticksPerSecond = MICROSECONDS;
    let offsetSeconds = 0n;
    for (let at = INTERFACE_FIELDS; at + 4 <= body.byteLength; ) {
      const code = body.getUint16(at, little);
      const length = body.getUint16(at + 2, little);
      if (code === OPTION.end) break;
      if (at + 4 + length > body.byteLength) {
        return this.#fail(BLOCK.interfaceDescription, { reason: 'long-option', option: code });
      }
      if (code === OPTION.timeResolution && length >= 1) {
        const exponent = body.getUint8(at + 4);
        ticksPerSecond = exponent < 0x80 ? 10n ** BigInt(exponent) : 2n ** BigInt(exponent & 0x7f);
      } else if (code === OPTION.timeOffset && length >= 8) offsetSeconds = body.getBigInt64(at + 4, little);
      at += 4 + ((length + 3) & ~3);
    }
    const snapLength = body.getUint32(4, little);
    this.#interfaces.push({ linkType: body.getUint16(0, little), snapLength, ticksPerSecond, offsetSeconds });
    return true;
  }

  #readEnhanced(type: number, body: DataView, interfaceId: number): boolean {
    const little = this.#littleEndian;
    if (body.byteLength < ENHANCED_FIELDS) return this.#fail(type, { reason: 'too-short' });
    const from = this.#interfaces[interfaceId];
    if (from === undefined) return this.#fail(type, { reason: 'no-such-interface', interfaceId });
    const captured = body.getUint32(12, little);
    if (ENHANCED_FIELDS + captured > body.byteLength) {
      return this.#fail(type, { reason: 'long-packet', length: captured });
    }
    const timeUs = microseconds(body.getUint32(4, little), body.getUint32(8, little), from);
    const bytes = new Uint8Array(body.buffer, body.byteOffset + ENHANCED_FIELDS, captured);
    const marks = this.#readMarks(type, body, interfaceId, ENHANCED_FIELDS + ((captured + 3) & ~3));
    this.#frame({ linkType: from.linkType, timeUs, bytes, marks });
    return true;
  }

  #readMarks(type: number, body: DataView, interfaceId: number, at: number): FrameMarks {
    let queue: number | undefined;
    let inbound: boolean | undefined;
    let comments: string[] | undefined;
    this.#eachOption(body, at, (code, value) => {
      if (code === OPTION.comment) (comments ??= []).push(decoder.decode(value));
      else if (value.length < 4) return;
      else if (code === OPTION.packetFlags) inbound = DIRECTIONS[this.#number(value) & 3];
      else if (code === OPTION.packetQueue && type === BLOCK.enhancedPacket) queue = this.#number(value);
    });
    return { interfaceId, queue, inbound, comments: comments ?? NO_COMMENTS };
  }

  /** Options that reach past the end of their block are passed over: the packet before them is whole. */
  #eachOption(body: DataView, from: number, take: (code: number, value: Uint8Array) => void): void {
    const little = this.#littleEndian;
    for (let at = from; at + 4 <= body.byteLength; ) {
      const code = body.getUint16(at, little);
      const length = body.getUint16(at + 2, little);
      if (code === OPTION.end || at + 4 + length > body.byteLength) return;
      take(code, new Uint8Array(body.buffer, body.byteOffset + at + 4, length));
      at += 4 + ((length + 3) & ~3);
    }
  }

  #number(value: Uint8Array): number {
    return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0, this.#littleEndian);
  }

  #readSimple(body: DataView): boolean {
    const [from] = this.#interfaces;
    if (body.byteLength < SIMPLE_FIELDS) return this.#fail(BLOCK.simplePacket, { reason: 'too-short' });
    if (from === undefined) return this.#fail(BLOCK.simplePacket, { reason: 'no-such-interface', interfaceId: 0 });
    const original = body.getUint32(0, this.#littleEndian);
    const most = from.snapLength === 0 ? original : Math.min(original, from.snapLength);
    const captured = Math.min(most, body.byteLength - SIMPLE_FIELDS);
    const bytes = new Uint8Array(body.buffer, body.byteOffset + SIMPLE_FIELDS, captured);
    this.#frame({ linkType: from.linkType, timeUs: undefined, bytes });
    return true;
  }

  /** `type` is undefined where the file ends before it. */
  #fail(type: number | undefined, reason: FileFaultReason): false {
    const { offset } = this.#queue;
    this.#fault =
      type === undefined
        ? { ...reason, offset, part: 'block-header' }
        : { ...reason, offset, part: PARTS[type] ?? 'other-block', blockType: type };
    return false;
  }
}

function microseconds(high: number, low: number, { ticksPerSecond, offsetSeconds }: Interface): number {
  if (ticksPerSecond === MICROSECONDS && offsetSeconds === 0n) return high * 0x1_0000_0000 + low;
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  return Number((ticks * MICROSECONDS) / ticksPerSecond + offsetSeconds * MICROSECONDS);
}
