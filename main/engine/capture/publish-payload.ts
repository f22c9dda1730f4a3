/** Where the payload of a PUBLISH begins. */

import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { variableHeaderAt } from './frame-header.ts';
import { propertiesEnd } from './publish-properties.ts';

/** Offset of the payload in the bytes of one PUBLISH; the packet's end where the header does not add up. Never throws. */
export function payloadStart(bytes: Uint8Array, version: ProtocolVersion): number {
  let at = variableHeaderAt(bytes, 0);
  at += 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  if (((bytes[0] ?? 0) & 0x06) !== 0) at += 2;
  if (version === 5) at = propertiesEnd(bytes, at);
  return Math.min(at, bytes.length);
}
