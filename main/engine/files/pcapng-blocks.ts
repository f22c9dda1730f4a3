/** Writes the blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian. */

export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
  decryptionSecrets: 10,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Option codes; a code means something else in each block type. */
export const OPTION = {
  end: 0,
  comment: 1,
  userApplication: 4,
  interfaceName: 2,
  timeResolution: 9,
  timeOffset: 14,
  interfaceDescription: 3,
  packetFlags: 2,
  packetQueue: 6,
} as const;

/** Block type, both total lengths. */
export const BLOCK_OVERHEAD = 12;
/** Fields of an Enhanced Packet Block before the packet. */
export const ENHANCED_FIELDS = 20;

const MICROSECONDS = 6;
const TWO_32 = 0x1_0000_0000;
/** Block type and first total length. */
const FIELDS_AT = 8;
const SECTION_FIELDS = 16;
const INTERFACE_FIELDS = 8;
const encoder = new TextEncoder();

export type OptionValue = readonly [code: number, value: Uint8Array];

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** A block of `fields`, which `write` fills in from an offset, of `data` in its parts, and `options`, both padded to four bytes. */
function block(
  type: number,
  fields: { readonly length: number; readonly write: (view: DataView, at: number) => void },
  data: readonly Uint8Array[],
  options: readonly OptionValue[],
): Uint8Array {
  let optionBytes = options.length === 0 ? 0 : 4;
  for (const [, value] of options) optionBytes += 4 + padded(value.length);
  const total = BLOCK_OVERHEAD + fields.length + padded(lengthOf(data)) + optionBytes;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  fields.write(view, FIELDS_AT);
  let at = FIELDS_AT + fields.length;
  for (const part of data) {
    bytes.set(part, at);
    at += part.length;
  }
  at = padded(at);
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint32(total - 4, total, true);
  return bytes;
}

function lengthOf(data: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of data) length += part.length;
  return length;
}

/** Opens a section of unknown length; `application` is the program that wrote it. */
export function sectionHeaderBlock(application: string, comments: readonly string[] = []): Uint8Array {
  const write = (view: DataView, at: number): void => {
    view.setUint32(at, BYTE_ORDER_MAGIC, true);
    view.setUint16(at + 4, 1, true);
    view.setUint32(at + 8, 0xffff_ffff, true);
    view.setUint32(at + 12, 0xffff_ffff, true);
  };
  return block(
    BLOCK.sectionHeader,
    { length: SECTION_FIELDS, write },
    [],
    [
      ...comments.map((comment) => [OPTION.comment, optionText(comment)] as const),
      [OPTION.userApplication, encoder.encode(application)],
    ],
  );
}

/** `TLSK`: lines of a TLS key log. */
export const TLS_KEY_LOG = 0x544c534b;
export const SECRETS_FIELDS = 8;

/** The secrets of TLS connections, as lines of the NSS Key Log Format. */
export function decryptionSecretsBlock(lines: readonly string[]): Uint8Array {
  const secrets = encoder.encode(lines.map((line) => `${line}\n`).join(''));
  const write = (view: DataView, at: number): void => {
    view.setUint32(at, TLS_KEY_LOG, true);
    view.setUint32(at + 4, secrets.length, true);
  };
  return block(BLOCK.decryptionSecrets, { length: SECRETS_FIELDS, write }, [secrets], []);
}

/** An interface without a snapshot limit whose packets carry microseconds. */
export function interfaceDescriptionBlock(linkType: number, name: string, description = ''): Uint8Array {
  const write = (view: DataView, at: number): void => view.setUint16(at, linkType, true);
  return block(
    BLOCK.interfaceDescription,
    { length: INTERFACE_FIELDS, write },
    [],
    [
      [OPTION.interfaceName, encoder.encode(name)],
      ...(description === '' ? [] : [[OPTION.interfaceDescription, encoder.encode(description)] as const]),
      [OPTION.timeResolution, Uint8Array.of(MICROSECONDS)],
    ],
  );
}

/** What may stand beside a packet. */
export interface PacketMarks {
  /** Number of the queue that it came through, below 2^32. */
  readonly queue?: number;
  readonly comments?: readonly string[];
}

/** Bytes that an option holds at most; a comment is cut there, between two characters. */
const MOST_OPTION_BYTES = 0xffff;

const INBOUND = Uint8Array.of(1, 0, 0, 0);
const OUTBOUND = Uint8Array.of(2, 0, 0, 0);

/** One packet, `data` in its parts. `timeUs` is microseconds since the Unix epoch; `inbound` is seen from the capturing side. */
export function enhancedPacketBlock(
  interfaceId: number,
  timeUs: number,
  inbound: boolean,
  data: readonly Uint8Array[],
  { queue, comments = [] }: PacketMarks = {},
): Uint8Array {
  const time = Math.floor(timeUs);
  const write = (view: DataView, at: number): void => {
    const length = lengthOf(data);
    view.setUint32(at, interfaceId, true);
    view.setUint32(at + 4, Math.floor(time / TWO_32), true);
    view.setUint32(at + 8, time % TWO_32, true);
    view.setUint32(at + 12, length, true);
    view.setUint32(at + 16, length, true);
  };
  return block(BLOCK.enhancedPacket, { length: ENHANCED_FIELDS, write }, data, [
    ...comments.map((comment) => [OPTION.comment, optionText(comment)] as const),
    [OPTION.packetFlags, inbound ? INBOUND : OUTBOUND],
    ...(queue === undefined ? [] : [[OPTION.packetQueue, number32(queue)] as const]),
  ]);
}

function optionText(text: string): Uint8Array {
  const bytes = new Uint8Array(MOST_OPTION_BYTES);
  return bytes.subarray(0, encoder.encodeInto(text, bytes).written);
}

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
