/** Wireshark's exported PDUs (LINKTYPE_WIRESHARK_UPPER_PDU): one packet of a protocol behind tags that say which, from whom, to whom. */

import { addressBytes, addressText, type Endpoint } from './ip-address.ts';

/** Tag numbers of Wireshark's `wsutil/exported_pdu_tlvs.h`. Lengths and values are big-endian. */
const TAG = {
  end: 0,
  dissectorName: 12,
  ipv4Source: 20,
  ipv4Destination: 21,
  ipv6Source: 22,
  ipv6Destination: 23,
  portType: 24,
  sourcePort: 25,
  destinationPort: 26,
  p2pDirection: 35,
} as const;

const PORT_TYPE_TCP = 2;

/** Dissectors that we write packets for: MQTT's, and for what is no packet but happened to a connection, JSON's. */
export type PduProtocol = 'mqtt' | 'json';

export interface ExportedPdu {
  /** Dissector that the writer names, `mqtt` for ours; empty where the tags name none. */
  readonly protocol: string;
  readonly source: Endpoint | undefined;
  readonly destination: Endpoint | undefined;
  /** Sent by the side that captured, where the writer says so. */
  readonly sent: boolean | undefined;
  readonly payload: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The tags for one packet between two endpoints, the payload to follow. */
export function exportedPduTags(
  source: Endpoint,
  destination: Endpoint,
  sent: boolean,
  protocol: PduProtocol = 'mqtt',
): Uint8Array {
  const from = addressBytes(source.address) ?? new Uint8Array(4);
  const to = addressBytes(destination.address) ?? new Uint8Array(4);
  const tags: (readonly [tag: number, value: Uint8Array])[] = [
    [TAG.dissectorName, encoder.encode(protocol)],
    [from.length === 4 ? TAG.ipv4Source : TAG.ipv6Source, from],
    [to.length === 4 ? TAG.ipv4Destination : TAG.ipv6Destination, to],
    [TAG.portType, number32(PORT_TYPE_TCP)],
    [TAG.sourcePort, number32(source.port)],
    [TAG.destinationPort, number32(destination.port)],
    [TAG.p2pDirection, number32(sent ? 0 : 1)],
    [TAG.end, new Uint8Array(0)],
  ];
  const bytes = new Uint8Array(tags.reduce((sum, [, value]) => sum + 4 + value.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [tag, value] of tags) {
    view.setUint16(at, tag);
    view.setUint16(at + 2, value.length);
    bytes.set(value, at + 4);
    at += 4 + value.length;
  }
  return bytes;
}

/** Tags that were read, byte for byte, with what they said. */
interface KnownTags {
  readonly bytes: Uint8Array;
  readonly said: Omit<ExportedPdu, 'payload'>;
}

/** Tags that are remembered: both directions of the connections that speak at a time. */
const MOST_KNOWN = 4;

/** Reads one PDU after another. Most have the tags of one a moment before, which are then not read again. */
export class ExportedPduReader {
  /** Latest first. */
  readonly #known: KnownTags[] = [];

  /** Undefined where the tags run past the end. `payload` is a view into `bytes`. */
  read(bytes: Uint8Array): ExportedPdu | undefined {
    const at = this.#known.findIndex(({ bytes: tags }) => beginsWith(bytes, tags));
    const known = this.#known[at];
    if (known !== undefined) return { ...known.said, payload: bytes.subarray(known.bytes.length) };
    const pdu = readExportedPdu(bytes);
    if (pdu === undefined) return undefined;
    const { payload, ...said } = pdu;
    this.#known.unshift({ bytes: bytes.slice(0, bytes.length - payload.length), said });
    this.#known.length = Math.min(this.#known.length, MOST_KNOWN);
    return pdu;
  }
}

/** Tags end with their end tag: what begins with them has no others. */
function beginsWith(bytes: Uint8Array, tags: Uint8Array): boolean {
  if (bytes.length < tags.length) return false;
  // The ports stand last: from there two connections differ soonest.
  for (let at = tags.length - 1; at >= 0; at -= 1) if (bytes[at] !== tags[at]) return false;
  return true;
}

function readExportedPdu(bytes: Uint8Array): ExportedPdu | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let protocol = '';
  let sent: boolean | undefined;
  const addresses: [string | undefined, string | undefined] = [undefined, undefined];
  const ports: [number | undefined, number | undefined] = [undefined, undefined];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const tag = view.getUint16(at);
    const length = view.getUint16(at + 2);
    const from = at + 4;
    at = from + length;
    if (at > bytes.length) return undefined;
    const value = bytes.subarray(from, at);
    const whole = length === 4 ? view.getUint32(from) : undefined;
    if (tag === TAG.end) {
      return {
        protocol,
        source: endpoint(addresses[0], ports[0]),
        destination: endpoint(addresses[1], ports[1]),
        sent,
        payload: bytes.subarray(at),
      };
    }
    // Values may be padded with zeros to four bytes.
    if (tag === TAG.dissectorName) protocol = decoder.decode(value).replace(/\0+$/, '');
    else if (tag === TAG.ipv4Source || tag === TAG.ipv6Source) addresses[0] = addressText(value);
    else if (tag === TAG.ipv4Destination || tag === TAG.ipv6Destination) addresses[1] = addressText(value);
    else if (tag === TAG.sourcePort) ports[0] = whole;
    else if (tag === TAG.destinationPort) ports[1] = whole;
    else if (tag === TAG.p2pDirection && whole !== undefined) sent = whole === 0;
  }
  return undefined;
}

function endpoint(address: string | undefined, port: number | undefined): Endpoint | undefined {
  return address === undefined || port === undefined ? undefined : { address, port };
}
