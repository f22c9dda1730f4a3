/**
 * Writes MQTT packets as a pcapng file that Wireshark opens: exported PDUs, and very large packets as TCP segments.
 *
 * Each source is an interface of its own, or two with that for its segments, and the connections of a source are the interface's
 * queues: two connections that share their addresses, or have none that are known, stay apart. What happened to a connection and is
 * no packet is an exported PDU for the JSON dissector. All of it is plain pcapng; {@link file://./session-marks.ts} reads it again.
 */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import { exportedPduTags, type PduProtocol } from './exported-pdu.ts';
import type { Endpoint } from './ip-address.ts';
import { ipSegment, SEGMENT_BYTES } from './ip-segments.ts';
import { LINKTYPE } from './link-types.ts';
import type { Parties } from './mqtt-conversation.ts';
import {
  decryptionSecretsBlock,
  enhancedPacketBlock,
  interfaceDescriptionBlock,
  type PacketMarks,
  sectionHeaderBlock,
} from './pcapng-blocks.ts';

/** Wireshark takes a file with a larger record for damaged. */
const LARGEST_RECORD = 262_144;
/** Interfaces of one source. */
export const INTERFACES = 2;

/** The interface of a source's packets, and of its large ones. */
const PDU_INTERFACE = 0;
const SEGMENT_INTERFACE = 1;

/** Where a packet belongs, in files of more than one connection. */
export interface PacketPlace {
  /** Number of the source in the order of {@link PacketFileWriter.header}; default 0. */
  readonly source?: number;
  readonly connection: number;
  readonly comments?: readonly string[];
}

export interface WrittenSource {
  readonly name: string;
}

/** Makes the bytes of a file piece by piece; each piece is a whole number of blocks. */
export class PacketFileWriter {
  /** Next TCP sequence numbers by direction of each connection that had a large packet. */
  readonly #sequences = new Map<string, number>();
  /** Of connections whose parties are told by the same object each time. */
  readonly #tags = new WeakMap<Parties, { readonly sent: Uint8Array; readonly received: Uint8Array }>();

  /** Begins the file; nothing precedes it. `keys` are {@link secrets} of the connections that the packets came through. */
  header(
    application: string,
    sources: readonly WrittenSource[] = [{ name: 'mqtt' }],
    comments: readonly string[] = [],
    keys: readonly string[] = [],
  ): Uint8Array {
    return joined([
      sectionHeaderBlock(application, comments),
      ...sources.flatMap(({ name }) => [
        interfaceDescriptionBlock(LINKTYPE.wiresharkUpperPdu, name),
        interfaceDescriptionBlock(LINKTYPE.raw, name, 'packets too large for one record, as TCP'),
      ]),
      ...(keys.length === 0 ? [] : [this.secrets(keys)]),
    ]);
  }

  /** The record, or records, of one packet. */
  packet(parties: Parties, direction: Direction, timeUs: number, bytes: Uint8Array, place?: PacketPlace): Uint8Array {
    const sent = direction === 'client-to-server';
    const source = sent ? parties.client : parties.server;
    const destination = sent ? parties.server : parties.client;
    const tags = this.#tagsOf(parties, sent);
    if (tags.length + bytes.length <= LARGEST_RECORD) return pdu(tags, bytes, sent, timeUs, place);
    const there = key(source, destination, place);
    const back = this.#sequences.get(key(destination, source, place)) ?? 1;
    let sequence = this.#sequences.get(there) ?? 1;
    const blocks: Uint8Array[] = [];
    const interfaceId = interfaceOf(place) + SEGMENT_INTERFACE;
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      const piece = bytes.subarray(at, at + SEGMENT_BYTES);
      const segment = ipSegment(source, destination, sequence, back, piece);
      const isLast = at + SEGMENT_BYTES >= bytes.length;
      blocks.push(enhancedPacketBlock(interfaceId, timeUs, !sent, [segment], marksOf(place, isLast)));
      sequence = (sequence + piece.length) >>> 0;
    }
    this.#sequences.set(there, sequence);
    return joined(blocks);
  }

  #tagsOf(parties: Parties, sent: boolean): Uint8Array {
    const { client, server } = parties;
    let known = this.#tags.get(parties);
    if (known === undefined) {
      known = { sent: exportedPduTags(client, server, true), received: exportedPduTags(server, client, false) };
      this.#tags.set(parties, known);
    }
    return sent ? known.sent : known.received;
  }

  /** The record of TLS secrets, with which somebody's recording of the encrypted bytes of the same connections can be read. */
  secrets(lines: readonly string[]): Uint8Array {
    return decryptionSecretsBlock(lines);
  }

  /** The record of something that happened to a connection; `json` is its text. */
  event(parties: Parties, timeUs: number, json: Uint8Array, place: PacketPlace): Uint8Array {
    const protocol: PduProtocol = 'json';
    return pdu(exportedPduTags(parties.client, parties.server, true, protocol), json, true, timeUs, place);
  }
}

function pdu(
  tags: Uint8Array,
  bytes: Uint8Array,
  sent: boolean,
  timeUs: number,
  place: PacketPlace | undefined,
): Uint8Array {
  return enhancedPacketBlock(interfaceOf(place) + PDU_INTERFACE, timeUs, !sent, [tags, bytes], marksOf(place, true));
}

function interfaceOf(place: PacketPlace | undefined): number {
  return (place?.source ?? 0) * INTERFACES;
}

/** @param withComments false for the pieces of a packet before its last */
function marksOf(place: PacketPlace | undefined, withComments: boolean): PacketMarks {
  if (place === undefined) return {};
  const { connection, comments = [] } = place;
  return { queue: connection, ...(withComments ? { comments } : {}) };
}

function key(source: Endpoint, destination: Endpoint, place: PacketPlace | undefined): string {
  const where = place === undefined ? '' : `${place.source ?? 0} ${place.connection} `;
  return `${where}${source.address} ${source.port} ${destination.address} ${destination.port}`;
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
