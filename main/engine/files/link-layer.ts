/** Finds the IP packet inside a frame of a link layer. */

import { LINKTYPE } from './link-types.ts';

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
/** 802.1Q, 802.1ad, and what was used before it. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);

/**
 * The IP packet, a view; undefined where the frame carries something else; `unknown-link` where the link type is not known here.
 */
export function ipPacketOf(linkType: number, frame: Uint8Array): Uint8Array | 'unknown-link' | undefined {
  switch (linkType) {
    case LINKTYPE.ethernet:
      return behindEthertype(frame, 12);
    case LINKTYPE.linuxSll:
      return behindEthertype(frame, 14);
    case LINKTYPE.linuxSll2:
      return isIp(uint16(frame, 0)) ? frame.subarray(20) : undefined;
    case LINKTYPE.null:
    case LINKTYPE.loop:
      // The address family's number and byte order are the capturing system's; the IP version says enough.
      return plausibleIp(frame.subarray(4));
    case LINKTYPE.raw:
    case LINKTYPE.rawBsd:
    case LINKTYPE.rawOpenBsd:
    case LINKTYPE.ipv4:
    case LINKTYPE.ipv6:
      return plausibleIp(frame);
    default:
      return 'unknown-link';
  }
}

function behindEthertype(frame: Uint8Array, from: number): Uint8Array | undefined {
  let at = from;
  while (VLAN_TAGS.has(uint16(frame, at))) at += 4;
  return isIp(uint16(frame, at)) ? frame.subarray(at + 2) : undefined;
}

function isIp(ethertype: number): boolean {
  return ethertype === ETHERTYPE.ipv4 || ethertype === ETHERTYPE.ipv6;
}

function plausibleIp(bytes: Uint8Array): Uint8Array | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  return version === 4 || version === 6 ? bytes : undefined;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
