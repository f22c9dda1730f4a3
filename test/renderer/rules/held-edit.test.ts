import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../../main/service/decode-bytes.ts';
import { type HeldEdit, heldEdit, heldVerdict, withPayloadAs } from '../../../renderer/model/held-edit.ts';
import { fakePacket } from '../support/fake-packets.ts';
import { heldPacket } from './example.ts';

const packet = heldPacket();
const { bytes } = fakePacket(packet.seq);
const came = heldEdit(packet, bytes, decodeBytes(bytes, 5));
const utf8 = (text: string) => new TextEncoder().encode(text);
const after = (more: Partial<HeldEdit>) => heldVerdict(came, { ...came, ...more });

describe('what is typed over a packet that waits', () => {
  it('begins with the packet as it came', () => {
    expect(came).toMatchObject({ as: 'fields', topic: 'site/a1/temp', qos: 1, retain: false, payloadAs: 'text' });
    expect(came.payload).toContain('"unit":"°C"');
    expect(heldVerdict(came, came)).toEqual({ changed: false });
  });

  it.each([
    [{ topic: 'a' }, { kind: 'edit', topic: 'a' }],
    [
      { qos: 0, retain: true },
      { kind: 'edit', qos: 0, retain: true },
    ],
    [{ payload: '' }, { kind: 'edit', payload: new Uint8Array() }],
    [
      { payload: 'ca fe', payloadAs: 'hex' },
      { kind: 'edit', payload: Uint8Array.of(0xca, 0xfe) },
    ],
    [{ payload: 'né' }, { kind: 'edit', payload: utf8('né') }],
    [
      { as: 'bytes', bytes: '0xd0 00' },
      { kind: 'bytes', bytes: Uint8Array.of(0xd0, 0) },
    ],
  ] as const)('says only what differs: %j', (more, verdict) => {
    expect(after(more)).toEqual({ changed: true, verdict });
  });

  it('is no change where the same bytes are written otherwise', () => {
    const hex = withPayloadAs(came, 'hex');
    expect(hex?.payload).toMatch(/^7b 22 74/);
    expect(after(hex ?? {})).toEqual({ changed: false });
    expect(after({ as: 'bytes', bytes: came.bytes?.toUpperCase().replaceAll(' ', '') ?? '' })).toEqual({
      changed: false,
    });
  });

  it.each([
    [{ topic: '' }, { field: 'topic' }],
    [{ topic: 'a/#' }, { field: 'topic' }],
    [
      { payloadAs: 'hex', payload: '0' },
      { field: 'payload', reason: 'half-byte' },
    ],
    [
      { as: 'bytes', bytes: 'xy' },
      { field: 'bytes', reason: 'not-hex', at: 0 },
    ],
    [
      { as: 'bytes', bytes: ' ' },
      { field: 'bytes', reason: 'empty' },
    ],
  ] as const)('cannot be used: %j', (more, fault) => expect(after(more)).toMatchObject({ changed: true, fault }));

  it('stays hexadecimal where it is no text', () => {
    const binary: HeldEdit = { ...came, payloadAs: 'hex', payload: 'ff 00' };
    expect(withPayloadAs(binary, 'text')).toBeUndefined();
    expect(withPayloadAs({ ...binary, payload: 'f' }, 'text')).toBeUndefined();
    expect(withPayloadAs({ ...binary, payload: '68 69' }, 'text')).toMatchObject({ payloadAs: 'text', payload: 'hi' });
  });

  it('leaves the payload of a packet that is too large alone', () => {
    const large = heldEdit(packet, bytes, undefined);
    expect(large).toMatchObject({ payload: undefined, bytes: undefined });
    expect(heldVerdict(large, { ...large, topic: 'b' })).toEqual({
      changed: true,
      verdict: { kind: 'edit', topic: 'b' },
    });
  });

  it('is all bytes of other packets', () => {
    const ack = fakePacket(6).bytes;
    const edit = heldEdit(heldPacket({ type: 'puback', topic: 'site/a1/temp' }), ack, decodeBytes(ack, 5));
    expect(edit).toMatchObject({ as: 'bytes', bytes: '40 02 00 01' });
  });
});
