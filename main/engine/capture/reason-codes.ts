/** Whether a packet reports a failure: by its Reason Code, or its Return Code before 5.0. */

import { type ProtocolVersion, TYPE } from '../../../shared/mqtt/packet.ts';
import { variableHeaderAt } from './frame-header.ts';
import { propertiesEnd } from './publish-properties.ts';

const bit = (...types: number[]): number => types.reduce((mask, type) => mask | (1 << type), 0);

/** Types that carry reason codes: CONNACK, the four acknowledgements, SUBACK, UNSUBACK, DISCONNECT, AUTH. */
export const TYPES_WITH_REASON = bit(2, 4, 5, 6, 7, 9, 11, 14, 15);

/** From 0x80 on a reason code is a failure (MQTT 5.0 §2.4); in a CONNACK before 5.0 every code but 0 is. */
const FAILURE = 0x80;

/** True where `packet`, a whole one of a type in {@link TYPES_WITH_REASON}, reports a failure. */
export function reportsFailure(packet: Uint8Array, version: ProtocolVersion): boolean {
  const least = (packet[0] ?? 0) >> 4 === TYPE.connack ? 1 : FAILURE;
  return someReasonCode(packet, version, (code) => code >= least);
}

/**
 * Whether some reason code of `packet` passes; one that an acknowledgement, DISCONNECT or AUTH of 5.0 leaves out is 0
 * (MQTT 5.0 §3.4.2.1, §3.14.2.1, §3.15.2.1).
 */
export function someReasonCode(
  packet: Uint8Array,
  version: ProtocolVersion,
  passes: (code: number) => boolean,
): boolean {
  const at = variableHeaderAt(packet, 0);
  const end = packet.length;
  switch ((packet[0] ?? 0) >> 4) {
    case TYPE.connack:
      return passes(packet[at + 1] ?? 0);
    case TYPE.puback:
    case TYPE.pubrec:
    case TYPE.pubrel:
    case TYPE.pubcomp:
      return version === 5 && passes(packet[at + 2] ?? 0);
    case TYPE.suback:
    case TYPE.unsuback: {
      const codes = version === 5 && at + 2 < end ? propertiesEnd(packet, at + 2) : at + 2;
      return packet.subarray(codes, end).some(passes);
    }
    case TYPE.disconnect:
    case TYPE.auth:
      return version === 5 && passes(packet[at] ?? 0);
    default:
      return false;
  }
}
