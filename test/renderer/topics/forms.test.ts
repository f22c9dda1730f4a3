/** Payloads in their four forms, and compared in the best of three. */

import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePayloads } from '../../../renderer/model/topics-compare.ts';
import { payloadLines, type PayloadLines } from '../../../renderer/model/topics-lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (lines: PayloadLines): string[] =>
  Array.from({ length: lines.count }, (_, index) => {
    const line = lines.line(index);
    return line.kind === 'text' ? line.text : '';
  });

describe('payload as lines', () => {
  it('picks JSON for objects and arrays, text for text, hex for the rest', () => {
    const formatOf = (payload: Uint8Array) => payloadLines(payload, undefined, false).format;
    expect(formatOf(bytes('{"a":1}'))).toBe('json');
    expect(formatOf(bytes('21.5'))).toBe('text');
    expect(formatOf(bytes('{"a":'))).toBe('text');
    expect(formatOf(Uint8Array.of(0, 255))).toBe('hex');
  });

  it('says where what was asked for cannot be', () => {
    expect(payloadLines(bytes('no'), 'json', false)).toMatchObject({ format: 'text', fallback: true });
    expect(payloadLines(Uint8Array.of(255), 'text', false)).toMatchObject({ format: 'hex', fallback: true });
    expect(payloadLines(bytes('7'), 'json', false)).toMatchObject({ format: 'json', fallback: false });
  });

  it('joins to base64 and hex as Node writes them, whatever the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
        const base64 = payloadLines(payload, 'base64', false);
        expect(texts(base64).join('')).toBe(Buffer.from(payload).toString('base64'));
        expect(base64.copy()).toBe(Buffer.from(payload).toString('base64'));
        expect(payloadLines(payload, 'hex', false).copy().replaceAll(' ', '')).toBe(
          Buffer.from(payload).toString('hex'),
        );
      }),
    );
  });

  it('breaks a line of megabytes, and copies it unbroken', () => {
    const text = 'x'.repeat(10_000);
    const lines = payloadLines(bytes(text), 'text', false);
    expect(texts(lines).map((line) => line.length)).toEqual([4096, 4096, 1808]);
    expect(lines.copy()).toBe(text);
  });

  it('leaves out a character that the loaded part cuts', () => {
    expect(texts(payloadLines(bytes('温度').subarray(0, 5), undefined, true))).toEqual(['温']);
  });
});

describe('comparison', () => {
  it('takes JSON where both are, text where both are, else bytes', () => {
    expect(comparePayloads(bytes('{"a":1}'), bytes('{"a":2}'))).toMatchObject({
      as: 'json',
      diff: { added: 1, removed: 1 },
    });
    expect(comparePayloads(bytes('{"a":1}'), bytes('gone'))).toMatchObject({ as: 'text' });
    expect(comparePayloads(bytes('{"a":1}'), Uint8Array.of(255))).toMatchObject({ as: 'hex' });
  });

  it('sees a change of spelling that a JSON parser would not', () => {
    expect(comparePayloads(bytes('[1.0]'), bytes('[1.00]')).diff).toMatchObject({ added: 1, removed: 1 });
    expect(comparePayloads(bytes('[1]'), bytes('[ 1 ]')).diff).toMatchObject({ added: 0, removed: 0 });
  });
});
