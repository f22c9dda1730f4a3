/** Writes the blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian. */

export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Option codes; a code means something else in each block type. */
export const OPTION = {
  end: 0,
  userApplication: 4,
  interfaceName: 2,
  timeResolution: 9,
  timeOffset: 14,
  packetFlags: 2,
} as const;

/** Block type, both total lengths. */
export const BLOCK_OVERHEAD = 12;
/** Fields of an Enhanced Packet Block before the packet. */
export const ENHANCED_FIELDS = 20;

const MICROSECONDS = 6;
const TWO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export type OptionValue = readonly [code: number, value: Uint8Array];

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** A block around `fields`, `data` and `options`, both padded to four bytes. */
function block(type: number, fields: Uint8Array, data: Uint8Array, options: readonly OptionValue[]): Uint8Array {
  const optionBytes = options.reduce((sum, [, value]) => sum + 4 + padded(value.length), options.length === 0 ? 0 : 4);
  const total = BLOCK_OVERHEAD + fields.length + padded(data.length) + optionBytes;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  bytes.set(fields, 8);
  bytes.set(data, 8 + fields.length);
  let at = 8 + fields.length + padded(data.length);
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint32(total - 4, total, true);
  return bytes;
}

const NOTHING = new Uint8Array(0);

/** Opens a section of unknown length; `application` is the program that wrote it. */
export function sectionHeaderBlock(application: string): Uint8Array {
  const fields = new Uint8Array(16);
  const view = new DataView(fields.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setUint32(8, 0xffff_ffff, true);
  view.setUint32(12, 0xffff_ffff, true);
  return block(BLOCK.sectionHeader, fields, NOTHING, [[OPTION.userApplication, encoder.encode(application)]]);
}

/** An interface without a snapshot limit whose packets carry microseconds. */
export function interfaceDescriptionBlock(linkType: number, name: string): Uint8Array {
  const fields = new Uint8Array(8);
  new DataView(fields.buffer).setUint16(0, linkType, true);
  return block(BLOCK.interfaceDescription, fields, NOTHING, [
    [OPTION.interfaceName, encoder.encode(name)],
    [OPTION.timeResolution, Uint8Array.of(MICROSECONDS)],
  ]);
}

/** One packet. `timeUs` is microseconds since the Unix epoch; `inbound` is seen from the capturing side. */
export function enhancedPacketBlock(
  interfaceId: number,
  timeUs: number,
  inbound: boolean,
  data: Uint8Array,
): Uint8Array {
  const fields = new Uint8Array(ENHANCED_FIELDS);
  const view = new DataView(fields.buffer);
  const time = Math.floor(timeUs);
  view.setUint32(0, interfaceId, true);
  view.setUint32(4, Math.floor(time / TWO_32), true);
  view.setUint32(8, time % TWO_32, true);
  view.setUint32(12, data.length, true);
  view.setUint32(16, data.length, true);
  return block(BLOCK.enhancedPacket, fields, data, [[OPTION.packetFlags, Uint8Array.of(inbound ? 1 : 2, 0, 0, 0)]]);
}
