/** Properties of the codec over packets and frames that nobody wrote. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { checkPacket, encodedLength, encodePacket, encodeProperties } from '../../main/engine/codec/encode.ts';
import { fieldMap } from '../../main/engine/codec/fields.ts';
import { scanFrame } from '../../main/engine/codec/frame.ts';
import { writeAck, writePublish } from '../../main/engine/codec/write-fast.ts';
import { TYPE } from '../../shared/mqtt/packet.ts';
import { legalPacket } from './arbitrary.ts';
import { coverageFaults, faultyFields } from './coverage.ts';
import { checkFrame, fuzzFrames } from './fuzz.ts';

describe('any legal packet', () => {
  it('survives encoding and decoding, is legal, framed and mapped', () => {
    fc.assert(
      fc.property(legalPacket, ({ version, packet }) => {
        const frame = encodePacket(packet, version);
        expect(decodePacket(frame, version)).toEqual({ packet });
        expect(checkPacket(packet, version)).toBeUndefined();
        expect(encodedLength(packet, version)).toBe(frame.length);
        expect(scanFrame(frame, 0, frame.length)).toBe(frame.length);
        const fields = fieldMap(frame, version);
        expect(coverageFaults(frame, fields)).toEqual([]);
        expect(faultyFields(fields)).toEqual([]);
      }),
      { numRuns: 4_000 },
    );
  });

  it('is written by the fast writers as by the encoder', () => {
    const target = new Uint8Array(4_096);
    fc.assert(
      fc.property(legalPacket, fc.integer({ min: 0, max: 9 }), ({ version, packet }, offset) => {
        const frame = encodePacket(packet, version);
        let end = -1;
        if (packet.type === 'publish') {
          const flags = (frame[0] ?? 0) & 0x0f;
          const properties = version === 5 ? encodeProperties(packet.properties) : undefined;
          const topic = new TextEncoder().encode(packet.topic);
          end = writePublish(target, offset, topic, packet.payload, flags, packet.packetId ?? 0, properties);
        } else if (
          packet.type === 'puback' ||
          packet.type === 'pubrec' ||
          packet.type === 'pubrel' ||
          packet.type === 'pubcomp'
        ) {
          fc.pre(packet.properties === undefined);
          end = writeAck(target, offset, TYPE[packet.type], packet.packetId, packet.reasonCode, version);
        } else {
          fc.pre(false);
        }
        expect(target.subarray(offset, end)).toEqual(frame);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('any bytes', () => {
  it('random and mutated frames: no throw, no look beyond the frame, every bit mapped, mirrored where legal', () => {
    const counts = fuzzFrames(20_000, 20_261_120);
    expect(counts.legal).toBeGreaterThan(1_000);
    expect(counts.malformed).toBeGreaterThan(5_000);
    expect(counts.rules).toBeGreaterThan(40);
  });

  it('frames that fast-check shrinks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(3, 4, 5), (frame, version) => {
        expect(() => checkFrame(frame, version, undefined)).not.toThrow();
      }),
      { numRuns: 3_000 },
    );
  });

  it('legal packets cut at every length', () => {
    fc.assert(
      fc.property(legalPacket, ({ version, packet }) => {
        const frame = encodePacket(packet, version);
        for (let length = 0; length < Math.min(frame.length, 120); length += 1) {
          expect(checkFrame(frame.subarray(0, length), version, undefined)).toBeDefined();
        }
      }),
      { numRuns: 100 },
    );
  });
});
