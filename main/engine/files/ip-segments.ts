/** Writes a byte stream as IP packets with TCP segments, for readers that refuse large records of other kinds. */

import { addressBytes, type Endpoint } from './ip-address.ts';

/** Bytes of the stream in one segment; with its headers below IPv4's 65 535. */
export const SEGMENT_BYTES = 61_440;

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
const TCP = 6;
const PSH_ACK = 0x18;

/**
 * One raw IP packet holding `payload`, at most {@link SEGMENT_BYTES}, as a segment of the connection from `source` to `destination`.
 * IPv4 where both addresses are, else IPv6. Checksums are 0, as a network card's offload leaves them.
 */
export function ipSegment(
  source: Endpoint,
  destination: Endpoint,
  sequence: number,
  acknowledgement: number,
  payload: Uint8Array,
): Uint8Array {
  const from = addressBytes(source.address) ?? new Uint8Array(4);
  const to = addressBytes(destination.address) ?? new Uint8Array(4);
  const isV4 = from.length === 4 && to.length === 4;
  const header = isV4 ? IPV4_HEADER : IPV6_HEADER;
  const bytes = new Uint8Array(header + TCP_HEADER + payload.length);
  const view = new DataView(bytes.buffer);
  if (isV4) {
    bytes[0] = 0x45;
    view.setUint16(2, bytes.length);
    bytes[8] = 64;
    bytes[9] = TCP;
    bytes.set(from, 12);
    bytes.set(to, 16);
  } else {
    bytes[0] = 0x60;
    view.setUint16(4, bytes.length - header);
    bytes[6] = TCP;
    bytes[7] = 64;
    bytes.set(mapped(from), 8);
    bytes.set(mapped(to), 24);
  }
  view.setUint16(header, source.port);
  view.setUint16(header + 2, destination.port);
  view.setUint32(header + 4, sequence >>> 0);
  view.setUint32(header + 8, acknowledgement >>> 0);
  bytes[header + 12] = (TCP_HEADER / 4) << 4;
  bytes[header + 13] = PSH_ACK;
  view.setUint16(header + 14, 0xffff);
  bytes.set(payload, header + TCP_HEADER);
  return bytes;
}

/** An IPv4 address as IPv6 (RFC 4291 §2.5.5.2). */
function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(address, 12);
  return bytes;
}
