/** Bytes that were typed and not sent: what a server would read in them. */

import type { DecodedBytes } from '../../shared/contract/packet-records.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { decodePacket } from '../engine/codec/decode.ts';
import { fieldMap } from '../engine/codec/fields.ts';
import { scanFrame } from '../engine/codec/frame.ts';
import { payloadStart } from '../engine/capture/publish-payload.ts';

/**
 * The first packet's fields, read as a client's, and how the bytes after it divide. Where no whole packet begins the bytes, all of them are
 * read as one that is cut short. Never throws.
 */
export function decodeBytes(bytes: Uint8Array, version: ProtocolVersion): DecodedBytes {
  const { packets, end } = countPackets(bytes);
  const first = scanFrame(bytes, 0, bytes.length);
  const frame = first > 0 ? bytes.subarray(0, first) : bytes;
  const type = PACKET_TYPES[(frame[0] ?? 0) >> 4] ?? 'reserved';
  const { malformed } = decodePacket(frame, version, 'client-to-server');
  return {
    type,
    protocolVersion: version,
    fields: fieldMap(frame, version, 'client-to-server'),
    length: frame.length,
    payloadFrom: type === 'publish' ? payloadStart(frame, version) : 0,
    payloadTo: type === 'publish' ? frame.length : 0,
    packets,
    rest: bytes.length - end,
    ...(malformed === undefined ? {} : { malformed }),
  };
}

function countPackets(bytes: Uint8Array): { readonly packets: number; readonly end: number } {
  let packets = 0;
  let end = 0;
  for (;;) {
    const length = scanFrame(bytes, end, bytes.length);
    if (length <= 0) return { packets, end };
    packets += 1;
    end += length;
  }
}
