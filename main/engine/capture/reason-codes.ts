/** Whether a packet reports a failure: by its Reason Code, or its Return Code before 5.0. */

import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { variableHeaderAt } from './frame-header.ts';
import { propertiesEnd } from './publish-properties.ts';

const bit = (...types: number[]): number => types.reduce((mask, type) => mask | (1 << type), 0);

/** Types that carry reason codes: CONNACK, the four acknowledgements, SUBACK, UNSUBACK, DISCONNECT, AUTH. */
export const TYPES_WITH_REASON = bit(2, 4, 5, 6, 7, 9, 11, 14, 15);

/** From 0x80 on a reason code is a failure (MQTT 5.0 §2.4); in a CONNACK before 5.0 every code but 0 is. */
const FAILURE = 0x80;

/** True where `packet`, a whole one of a type in {@link TYPES_WITH_REASON}, reports a failure. */
export function reportsFailure(packet: Uint8Array, version: ProtocolVersion): boolean {
  const at = variableHeaderAt(packet, 0);
  const end = packet.length;
  switch ((packet[0] ?? 0) >> 4) {
    case 2:
      return (packet[at + 1] ?? 0) !== 0;
    case 4:
    case 5:
    case 6:
    case 7:
      return (packet[at + 2] ?? 0) >= FAILURE;
    case 9:
    case 11: {
      const codes = version === 5 && at + 2 < end ? propertiesEnd(packet, at + 2) : at + 2;
      return packet.subarray(codes, end).some((code) => code >= FAILURE);
    }
    case 14:
    case 15:
      return (packet[at] ?? 0) >= FAILURE;
    default:
      return false;
  }
}
