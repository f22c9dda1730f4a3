/** Bytes that are typed to be sent: the first packet's fields, how many packets there are, and what is left over. */

import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../main/service/decode-bytes.ts';
import type { Field } from '../../shared/mqtt/packet.ts';

const publish = new Uint8Array(
  generate(
    { cmd: 'publish', topic: 'a/b', payload: 'hello', qos: 1, messageId: 7, retain: false, dup: false },
    { protocolVersion: 5 },
  ),
);
const PINGREQ = [0xc0, 0x00];

function named(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : named(field.children ?? [], name);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('decodeBytes', () => {
  it('reads the first packet and counts the others', () => {
    const decoded = decodeBytes(Uint8Array.from([...publish, ...PINGREQ, ...PINGREQ, 0x30]), 5);
    expect(decoded).toMatchObject({ type: 'publish', length: publish.length, packets: 3, rest: 1 });
    expect(decoded.malformed).toBeUndefined();
    expect(named(decoded.fields, 'topicName')?.value).toBe('a/b');
    expect(named(decoded.fields, 'packetIdentifier')?.value).toBe(7);
    expect(new TextDecoder().decode(publish.subarray(decoded.payloadFrom, decoded.payloadTo))).toBe('hello');
  });

  it('reads what is there of a packet that is cut short', () => {
    const decoded = decodeBytes(publish.subarray(0, 6), 5);
    expect(decoded).toMatchObject({ packets: 0, rest: 6, length: 6, malformed: { rule: 'MQTT5 §2.1.4' } });
  });

  it('reads by the version it is given', () => {
    const published = decodeBytes(publish, 4);
    expect(published.payloadTo - published.payloadFrom).toBe('\0hello'.length);
  });

  it('says what a client may not send, and what nobody can frame', () => {
    expect(decodeBytes(Uint8Array.of(0xd0, 0), 5).malformed).toMatchObject({ rule: 'MQTT5 §2.1.2' });
    const unframeable = decodeBytes(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01), 5);
    expect(unframeable).toMatchObject({ packets: 0, rest: 6, malformed: { rule: 'MQTT5 §1.5.5' } });
  });

  it('takes any bytes', () => {
    for (let first = 0; first < 256; first += 1)
      for (const rest of [[], [0], [2, 0, 0], [0xff]])
        expect(decodeBytes(Uint8Array.of(first, ...rest), 3).fields.length).toBeGreaterThan(0);
  });
});
