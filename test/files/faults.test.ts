/** Every way a capture file can be damaged: the code that is told, and the words for it. */

import { expect, it } from 'vitest';
import { CaptureFile } from '../../main/engine/files/capture-file.ts';
import {
  decryptionSecretsBlock,
  enhancedPacketBlock,
  interfaceDescriptionBlock,
  sectionHeaderBlock,
} from '../../main/engine/files/pcapng-blocks.ts';
import { fileFault } from '../../main/hosts/cli/file-fault-words.ts';
import type { FileFault } from '../../shared/contract/file-fault.ts';

const RAW = 101;
const section = Buffer.from(sectionHeaderBlock('test'));
const described = Buffer.concat([section, interfaceDescriptionBlock(RAW, 'test')]);
const packet = Buffer.from(enhancedPacketBlock(0, 1_000_000, false, [Uint8Array.of(1, 2, 3, 4)]));

/** `bytes` with a little-endian number of 32 bits written over it. */
const withNumber = (bytes: Buffer, at: number, value: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(value, at);
  return changed;
};

/** A block with `fields` as its content. */
const block = (type: number, ...fields: readonly number[]): Buffer => {
  const length = 12 + fields.length * 4;
  const bytes = Buffer.alloc(length);
  for (const [index, value] of [type, length, ...fields, length].entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
};

const pcap = (...numbers: readonly number[]): Buffer => {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  header.writeUInt32LE(RAW, 20);
  const record = Buffer.alloc(numbers.length * 4);
  for (const [index, value] of numbers.entries()) record.writeUInt32LE(value, index * 4);
  return Buffer.concat([header, record]);
};

const offset = described.length;
const enhanced = { offset, part: 'enhanced-packet', blockType: 6 } as const;

const FAULTS: readonly (readonly [bytes: Buffer, fault: FileFault, words: string])[] = [
  [Buffer.alloc(0), { offset: 0, part: 'file', reason: 'empty' }, 'the file is empty'],
  [
    Buffer.of(0x1f, 0x8b, 8, 0),
    { offset: 0, part: 'file', reason: 'gzip' },
    'the file is compressed with gzip; decompress it first',
  ],
  [
    pcap().subarray(0, 20),
    { offset: 0, part: 'pcap-header', reason: 'cut', bytes: 20 },
    'file header: the file ends after 20 bytes',
  ],
  [
    pcap(1, 2, 60, 60, 7),
    { offset: 24, part: 'pcap-record', reason: 'cut', bytes: 20 },
    'packet record: the file ends after 20 bytes',
  ],
  [
    pcap(1, 2, 0xffff_fff0, 60),
    { offset: 24, part: 'pcap-record', reason: 'impossible-length', length: 0xffff_fff0 },
    'packet record: its length of 4294967280 bytes is impossible',
  ],
  [
    withNumber(section, 8, 7),
    { offset: 0, part: 'section-header', blockType: 0x0a0d0d0a, reason: 'bad-byte-order' },
    'Section Header Block: the byte-order magic is wrong',
  ],
  [
    withNumber(section, 12, 2),
    { offset: 0, part: 'section-header', blockType: 0x0a0d0d0a, reason: 'unknown-version', version: 2 },
    'Section Header Block: version 2 of the format is not known',
  ],
  [
    Buffer.concat([section, block(1, RAW)]),
    { offset: section.length, part: 'interface-description', blockType: 1, reason: 'too-short' },
    'Interface Description Block: the block is too short',
  ],
  [
    Buffer.concat([section, block(1, RAW, 0, 0x0040_0009)]),
    { offset: section.length, part: 'interface-description', blockType: 1, reason: 'long-option', option: 9 },
    'Interface Description Block: option 9 reaches past the end of the block',
  ],
  [
    Buffer.concat([described, packet.subarray(0, 30)]),
    { ...enhanced, reason: 'cut', bytes: 30, of: packet.length },
    `Enhanced Packet Block: the file ends after 30 of its ${packet.length} bytes`,
  ],
  [
    Buffer.concat([described, packet.subarray(0, 5)]),
    { ...enhanced, reason: 'cut', bytes: 5 },
    'Enhanced Packet Block: the file ends after 5 bytes',
  ],
  [
    Buffer.concat([described, packet.subarray(0, 3)]),
    { offset, part: 'block-header', reason: 'cut', bytes: 3 },
    'block header: the file ends after 3 bytes',
  ],
  [
    Buffer.concat([described, withNumber(packet, 4, 13)]),
    { ...enhanced, reason: 'impossible-length', length: 13 },
    'Enhanced Packet Block: its length of 13 bytes is impossible',
  ],
  [
    Buffer.concat([described, withNumber(packet, packet.length - 4, 8)]),
    { ...enhanced, reason: 'lengths-differ', before: packet.length, after: 8 },
    `Enhanced Packet Block: the block's two lengths differ: ${packet.length} and 8`,
  ],
  [
    Buffer.concat([described, withNumber(packet, 8, 3)]),
    { ...enhanced, reason: 'no-such-interface', interfaceId: 3 },
    'Enhanced Packet Block: interface 3 was not described',
  ],
  [
    Buffer.concat([described, withNumber(packet, 20, 999)]),
    { ...enhanced, reason: 'long-packet', length: 999 },
    'Enhanced Packet Block: its packet of 999 bytes reaches past the end of the block',
  ],
  [
    Buffer.concat([described, block(2, 0)]),
    { offset, part: 'packet', blockType: 2, reason: 'too-short' },
    'Packet Block: the block is too short',
  ],
  [
    Buffer.concat([section, block(3, 4, 0)]),
    { offset: section.length, part: 'simple-packet', blockType: 3, reason: 'no-such-interface', interfaceId: 0 },
    'Simple Packet Block: interface 0 was not described',
  ],
  [
    Buffer.concat([section, decryptionSecretsBlock(['key']).subarray(0, 16)]),
    { offset: section.length, part: 'decryption-secrets', blockType: 10, reason: 'cut', bytes: 16, of: 24 },
    'Decryption Secrets Block: the file ends after 16 of its 24 bytes',
  ],
  [
    Buffer.concat([described, block(0xbad, 1).subarray(0, 8)]),
    { offset, part: 'other-block', blockType: 0xbad, reason: 'cut', bytes: 8, of: 16 },
    'block of type 0xbad: the file ends after 8 of its 16 bytes',
  ],
];

it.each(FAULTS.map(([bytes, fault, words]) => ({ bytes, fault, words })))('$words', ({ bytes, fault, words }) => {
  const file = new CaptureFile({ open: () => 0, data: () => undefined, close: () => undefined });
  file.push(bytes);
  file.end();
  expect(file.fault).toEqual(fault);
  const place = fault.part === 'file' ? 'trace: ' : `trace is damaged at byte ${fault.offset}, `;
  expect(fileFault('trace', fault)).toBe(`${place}${words}`);
});
