/** Two-bit fields whose fourth value is illegal. */

import type { QoS } from '../../../shared/mqtt/packet.ts';

/** The QoS in the two low bits of `bits`. The illegal 3, which callers report, reads as 2: like it, it brings a Packet Identifier. */
export function qosOf(bits: number): QoS {
  const value = bits & 3;
  return value === 0 ? 0 : value === 1 ? 1 : 2;
}

/** The Retain Handling in the two low bits of `bits`, MQTT 5.0 §3.8.3.1. The illegal 3, which callers report, reads as 2. */
export function retainHandlingOf(bits: number): 0 | 1 | 2 {
  return qosOf(bits);
}
