/** Agreement with mqtt-packet, both ways, on every packet that both can express. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import type { Packet } from '../../shared/mqtt/packet.ts';
import { bytesOf } from '../vectors/notation.ts';
import { PACKET_VECTORS } from '../vectors/packets.ts';
import { legalPacket, type VersionedPacket } from './arbitrary.ts';
import { peerDecode, peerEncode } from './mqtt-packet-peer.ts';

/** Rows of the vectors that the peer refuses to read although the specification allows them. */
const PEER_REFUSES_TO_READ = [
  'CONNECT of 3.1 that announces names and has none',
  'SUBSCRIBE of 3.1, sent again',
  // MQTT 5.0 table 2-6 lists the code for DISCONNECT, table 3-10 does not.
  'DISCONNECT of 5.0 with 0x8c',
  'AUTH of success',
];

/** Why the peer cannot read a legal packet of ours, or undefined. */
function unreadable({ version, packet }: VersionedPacket): string | undefined {
  if (packet.type === 'auth' && packet.reasonCode === 0 && packet.properties === undefined) return 'short AUTH';
  if (packet.type === 'disconnect' && packet.reasonCode === 0x8c) return 'table 3-10';
  return version === 5 ? reordered(packet) : undefined;
}

/** Why the peer cannot write a legal packet of ours, or undefined. */
function unwritable({ version, packet }: VersionedPacket): string | undefined {
  if (packet.type === 'connect') {
    if (packet.password !== undefined && packet.username === undefined) return 'password without user name';
    if (packet.clientId === '' && (!packet.cleanStart || version === 3)) return 'empty client identifier';
  }
  return version === 5 ? reordered(packet) : undefined;
}

/** The peer keeps user properties in an object: those of one name come together, and names like numbers come first. */
function reordered(packet: Packet): string | undefined {
  const holders = [packet, ...(packet.type === 'connect' && packet.will !== undefined ? [packet.will] : [])];
  for (const holder of holders) {
    const names = ('properties' in holder ? holder.properties?.userProperties : undefined)?.map(([name]) => name) ?? [];
    if (new Set(names).size < names.length || names.some((name) => /^\d+$|^__/.test(name))) return 'order';
  }
  return undefined;
}

const vectors = PACKET_VECTORS.flatMap((vector) => vector.versions.map((version) => ({ ...vector, version })));

describe('the peer reads the vectors as we do', () => {
  it.each(vectors.filter(({ name }) => !PEER_REFUSES_TO_READ.includes(name)))(
    '$name (level $version)',
    ({ bytes, packet, version }) => {
      expect(peerDecode(bytesOf(bytes), version)).toEqual([packet]);
    },
  );
});

describe('the peer writes the vectors as we do', () => {
  it.each(vectors.filter((vector) => unwritable(vector) === undefined))(
    '$name (level $version)',
    ({ packet, version }) => {
      expect(decodePacket(peerEncode(packet, version), version)).toEqual({ packet });
    },
  );
});

it.each(vectors.filter(({ name }) => PEER_REFUSES_TO_READ.includes(name)))(
  'the peer still refuses $name',
  ({ bytes, version }) => {
    expect(() => peerDecode(bytesOf(bytes), version)).toThrow(/^(Cannot parse|Invalid)/);
  },
);

it('the peer reads what we write', () => {
  fc.assert(
    fc.property(legalPacket, ({ version, packet }) => {
      fc.pre(unreadable({ version, packet }) === undefined);
      expect(peerDecode(encodePacket(packet, version), version)).toEqual([packet]);
    }),
    { numRuns: 2_000 },
  );
});

it('we read what the peer writes', () => {
  fc.assert(
    fc.property(legalPacket, ({ version, packet }) => {
      fc.pre(unwritable({ version, packet }) === undefined);
      expect(decodePacket(peerEncode(packet, version), version)).toEqual({ packet });
    }),
    { numRuns: 2_000 },
  );
});
