/** Reads an IP packet, version 4 or 6, that carries TCP. */

import { addressText, type Endpoint } from './ip-address.ts';

export interface TcpSegment {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sequence: number;
  /** Undefined without ACK. */
  readonly acknowledgement: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  /** A view; shorter than what was sent where the capture cut packets. */
  readonly payload: Uint8Array;
}

const TCP = 6;
const FRAGMENT = 44;
/** Hop-by-hop options, routing, destination options: 8-byte units after the first. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);
const FLAG = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

/** Undefined for what is no TCP, or too short; `fragment` for a piece of a larger datagram. */
export function tcpSegmentOf(packet: Uint8Array): TcpSegment | 'fragment' | undefined {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  return (packet[0] ?? 0) >> 4 === 4 ? fromIpv4(packet, view) : fromIpv6(packet, view);
}

function fromIpv4(packet: Uint8Array, view: DataView): TcpSegment | 'fragment' | undefined {
  if (packet.length < 20 || packet[9] !== TCP) return undefined;
  const header = ((packet[0] ?? 0) & 0x0f) * 4;
  if ((view.getUint16(6) & 0x3fff) !== 0) return 'fragment';
  // 0 where the network card is to split the packet (segmentation offload).
  const total = view.getUint16(2);
  const end = total === 0 ? packet.length : Math.min(total, packet.length);
  return segment(packet.subarray(header, end), packet.subarray(12, 16), packet.subarray(16, 20));
}

function fromIpv6(packet: Uint8Array, view: DataView): TcpSegment | 'fragment' | undefined {
  if (packet.length < 40) return undefined;
  const length = view.getUint16(4);
  const end = length === 0 ? packet.length : Math.min(40 + length, packet.length);
  let next = packet[6] ?? 0;
  let at = 40;
  while (at + 8 <= end && (EXTENSIONS.has(next) || next === FRAGMENT)) {
    if (next === FRAGMENT && (view.getUint16(at + 2) & 0xfff9) !== 0) return 'fragment';
    const size = next === FRAGMENT ? 8 : ((packet[at + 1] ?? 0) + 1) * 8;
    next = packet[at] ?? 0;
    at += size;
  }
  if (next !== TCP || at > end) return undefined;
  return segment(packet.subarray(at, end), packet.subarray(8, 24), packet.subarray(24, 40));
}

function segment(tcp: Uint8Array, source: Uint8Array, destination: Uint8Array): TcpSegment | undefined {
  if (tcp.length < 20) return undefined;
  const view = new DataView(tcp.buffer, tcp.byteOffset, tcp.byteLength);
  const header = ((tcp[12] ?? 0) >> 4) * 4;
  if (header < 20 || header > tcp.length) return undefined;
  const flags = tcp[13] ?? 0;
  return {
    source: { address: addressText(source), port: view.getUint16(0) },
    destination: { address: addressText(destination), port: view.getUint16(2) },
    sequence: view.getUint32(4),
    acknowledgement: (flags & FLAG.ack) === 0 ? undefined : view.getUint32(8),
    syn: (flags & FLAG.syn) !== 0,
    fin: (flags & FLAG.fin) !== 0,
    rst: (flags & FLAG.rst) !== 0,
    payload: tcp.subarray(header),
  };
}
