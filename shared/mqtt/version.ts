/** Names of the protocol versions, and which packets each direction may carry. */

import type { Direction, PacketType, ProtocolVersion } from './packet.ts';

const NAMES = { 3: 'MQTT 3.1', 4: 'MQTT 3.1.1', 5: 'MQTT 5.0' } as const satisfies Record<ProtocolVersion, string>;

/** How people call the version with this Protocol Level, e.g. `MQTT 3.1.1`. */
export function versionName(version: ProtocolVersion): string {
  return NAMES[version];
}

/** Narrows a Protocol Level byte to the versions that are decoded here. */
export function isProtocolVersion(level: number): level is ProtocolVersion {
  return level === 3 || level === 4 || level === 5;
}

/** The Protocol Name that goes with the level, [MQTT-3.1.2-1] and MQTT 3.1 §3.1. */
export function protocolNameOf(version: ProtocolVersion): 'MQIsdp' | 'MQTT' {
  return version === 3 ? 'MQIsdp' : 'MQTT';
}

/** Which side may send each type, MQTT 5.0 table 2-1. DISCONNECT of a server and AUTH are new in 5.0. */
const SENDERS = {
  connect: 'client-to-server',
  connack: 'server-to-client',
  publish: 'both',
  puback: 'both',
  pubrec: 'both',
  pubrel: 'both',
  pubcomp: 'both',
  subscribe: 'client-to-server',
  suback: 'server-to-client',
  unsubscribe: 'client-to-server',
  unsuback: 'server-to-client',
  pingreq: 'client-to-server',
  pingresp: 'server-to-client',
  disconnect: 'both',
  auth: 'both',
} as const satisfies Record<PacketType, Direction | 'both'>;

/** Whether `version` lets a packet of `type` travel in `direction`. */
export function mayTravel(type: PacketType, version: ProtocolVersion, direction: Direction): boolean {
  if (version !== 5 && type === 'auth') return false;
  if (version !== 5 && type === 'disconnect') return direction === 'client-to-server';
  const sender = SENDERS[type];
  return sender === 'both' || sender === direction;
}
