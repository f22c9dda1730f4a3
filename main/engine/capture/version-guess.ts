/** Guesses the protocol version of a connection whose CONNECT was never seen, from what only one version can say. */

import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { variableHeaderAt } from './frame-header.ts';
import { BROKEN, topicAlias } from './publish-properties.ts';

/**
 * Version that the Protocol Level of a CONNECT names; undefined where it is none that exists.
 * Bit 7 marks a bridge in some brokers' dialect and is passed over.
 */
export function connectVersion(packet: Uint8Array): ProtocolVersion | undefined {
  const at = variableHeaderAt(packet, 0);
  const nameLength = ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0);
  const level = (packet[at + 2 + nameLength] ?? 0) & 0x7f;
  return level === 3 || level === 4 || level === 5 ? level : undefined;
}

/**
 * What a PUBLISH suggests, whose bytes after topic and packet identifier are `[at, to)`: properties, if it is 5.0, else payload.
 * Every PUBLISH of 5.0 has a Property Length there; text payloads of 3.1.1 hardly ever read as valid properties.
 */
export function guessFromPublish(bytes: Uint8Array, at: number, to: number, topicLength: number): ProtocolVersion {
  if (topicLength === 0) return 5;
  return topicAlias(bytes, at, to) === BROKEN ? 4 : 5;
}

/** What a packet other than CONNECT and PUBLISH proves, if anything: 4 stands for 3.1 too. */
export function versionEvidence(packet: Uint8Array): ProtocolVersion | undefined {
  const at = variableHeaderAt(packet, 0);
  const rest = packet.length - at;
  switch ((packet[0] ?? 0) >> 4) {
    case 2:
    case 11:
      return rest === 2 ? 4 : 5;
    case 4:
    case 5:
    case 6:
    case 7:
      return rest > 2 ? 5 : undefined;
    case 8:
      return subscribesWithoutProperties(packet, at + 2) ? 4 : 5;
    case 9:
      return rest === 3 ? 4 : undefined;
    case 14:
      return rest > 0 ? 5 : undefined;
    case 15:
      return 5;
    default:
      return undefined;
  }
}

/** True where the bytes from `at` on are exactly filters with one option byte each, as in 3.1.1. */
function subscribesWithoutProperties(packet: Uint8Array, at: number): boolean {
  let index = at;
  while (index + 2 < packet.length) {
    const length = ((packet[index] ?? 0) << 8) | (packet[index + 1] ?? 0);
    const options = packet[index + 2 + length];
    if (length === 0 || options === undefined || options > 2) return false;
    index += 3 + length;
  }
  return index === packet.length;
}
