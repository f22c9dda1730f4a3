/** Writes MQTT packets as a pcapng file that Wireshark opens: exported PDUs, and very large packets as TCP segments. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import { exportedPduTags } from './exported-pdu.ts';
import type { Endpoint } from './ip-address.ts';
import { ipSegment, SEGMENT_BYTES } from './ip-segments.ts';
import { LINKTYPE } from './link-types.ts';
import { enhancedPacketBlock, interfaceDescriptionBlock, sectionHeaderBlock } from './pcapng-blocks.ts';

/** Wireshark takes a file with a larger record for damaged. */
const LARGEST_RECORD = 262_144;

const PDU_INTERFACE = 0;
const SEGMENT_INTERFACE = 1;

/** The two ends of a connection. */
export interface Parties {
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** Makes the bytes of a file piece by piece; each piece is a whole number of blocks. */
export class PacketFileWriter {
  /** Next TCP sequence numbers by direction of each connection that had a large packet. */
  readonly #sequences = new Map<string, number>();

  /** Begins the file; nothing precedes it. */
  header(application: string): Uint8Array {
    return joined([
      sectionHeaderBlock(application),
      interfaceDescriptionBlock(LINKTYPE.wiresharkUpperPdu, 'mqtt'),
      interfaceDescriptionBlock(LINKTYPE.raw, 'mqtt packets too large for one record, as TCP'),
    ]);
  }

  /** The record, or records, of one packet. */
  packet(parties: Parties, direction: Direction, timeUs: number, bytes: Uint8Array): Uint8Array {
    const sent = direction === 'client-to-server';
    const source = sent ? parties.client : parties.server;
    const destination = sent ? parties.server : parties.client;
    const tags = exportedPduTags(source, destination, sent);
    if (tags.length + bytes.length <= LARGEST_RECORD) {
      return enhancedPacketBlock(PDU_INTERFACE, timeUs, !sent, joined([tags, bytes]));
    }
    const there = key(source, destination);
    const back = this.#sequences.get(key(destination, source)) ?? 1;
    let sequence = this.#sequences.get(there) ?? 1;
    const blocks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      const piece = bytes.subarray(at, at + SEGMENT_BYTES);
      const segment = ipSegment(source, destination, sequence, back, piece);
      blocks.push(enhancedPacketBlock(SEGMENT_INTERFACE, timeUs, !sent, segment));
      sequence = (sequence + piece.length) >>> 0;
    }
    this.#sequences.set(there, sequence);
    return joined(blocks);
  }
}

function key(source: Endpoint, destination: Endpoint): string {
  return `${source.address} ${source.port} ${destination.address} ${destination.port}`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
