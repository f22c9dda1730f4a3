/** The byte vectors in every direction: decoded, encoded, mirrored, mapped, and fed to the splitter a byte at a time. */

import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { encodedLength, encodePacket, writePacket } from '../../main/engine/codec/encode.ts';
import { fieldMap } from '../../main/engine/codec/fields.ts';
import { INCOMPLETE, scanFrame } from '../../main/engine/codec/frame.ts';
import { MALFORMED_VECTORS } from '../vectors/malformed.ts';
import { bytesOf, hexOf } from '../vectors/notation.ts';
import { PACKET_VECTORS } from '../vectors/packets.ts';
import { coverageFaults, faultyFields } from './coverage.ts';

const legal = PACKET_VECTORS.flatMap((vector) =>
  vector.versions.map((version) => ({ ...vector, version, title: `${vector.name} (level ${version})` })),
);

describe.each(legal)('$title', ({ bytes, packet, version, direction, canonical }) => {
  const frame = bytesOf(bytes);
  const shortest = canonical === undefined ? frame : bytesOf(canonical);

  it('decodes', () => {
    expect(decodePacket(frame, version, direction)).toEqual({ packet });
    expect(decodePacket(frame, version)).toEqual({ packet });
  });

  it('encodes to its shortest form', () => {
    expect(hexOf(encodePacket(packet, version))).toBe(hexOf(shortest));
    expect(encodedLength(packet, version)).toBe(shortest.length);
    const shared = new Uint8Array(shortest.length + 7).fill(0xee);
    expect(writePacket(shared, 3, packet, version)).toBe(3 + shortest.length);
    expect(hexOf(shared)).toBe(`eeeeee${hexOf(shortest)}eeeeeeee`);
    expect(writePacket(new Uint8Array(shortest.length), 1, packet, version)).toBe(-1);
  });

  it('mirrors', () => {
    const decoded = decodePacket(frame, version, direction).packet ?? { type: 'pingreq' };
    expect(hexOf(encodePacket(decoded, version))).toBe(hexOf(shortest));
  });

  it('has a field for every bit and a fault in none', () => {
    const fields = fieldMap(frame, version, direction);
    expect(coverageFaults(frame, fields)).toEqual([]);
    expect(faultyFields(fields)).toEqual([]);
  });

  it('is whole with its last byte and not before', () => {
    const stream = new Uint8Array([0x99, ...frame, 0xe0, 0x00]);
    for (let end = 1; end <= Math.min(frame.length, 300); end += 1) expect(scanFrame(stream, 1, end)).toBe(INCOMPLETE);
    expect(scanFrame(stream, 1, frame.length)).toBe(INCOMPLETE);
    expect(scanFrame(stream, 1, 1 + frame.length)).toBe(frame.length);
    expect(scanFrame(stream, 1, stream.length)).toBe(frame.length);
  });
});

describe.each(MALFORMED_VECTORS)('malformed: $name (level $version)', ({ bytes, version, direction, rule, offset }) => {
  const frame = bytesOf(bytes);

  it('is refused with its statement', () => {
    const { malformed } = decodePacket(frame, version, direction);
    expect(malformed).toMatchObject(offset === undefined ? { rule } : { rule, offset });
  });

  it('has a field for every bit, and one with the fault', () => {
    const fields = fieldMap(frame, version, direction);
    expect(coverageFaults(frame, fields)).toEqual([]);
    expect(faultyFields(fields).map((field) => field.malformed?.rule)).toContain(rule);
  });
});

it('has as many rows as the codec has rules', () => {
  expect(legal.length).toBeGreaterThan(200);
  expect(MALFORMED_VECTORS.length).toBeGreaterThan(400);
});
