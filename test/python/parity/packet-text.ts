/** One line for a packet that says all of it, for comparing what two clients sent. */

import { createHash } from 'node:crypto';
import type { Packet } from '../../../shared/mqtt/packet.ts';

const LONGEST_TEXT = 60;
/** What paho draws for a client that has no identifier. */
const RANDOM_CLIENT_ID = /^[0-9A-Za-z]{22}$/;
/** What mosquitto gives it. */
const ASSIGNED_CLIENT_ID = /^auto-[0-9A-F-]{36}$/;

/** `publish topic="a" payload="1" qos=1 packetId=3`: every field that is set, nested ones in braces, long bytes by their digest. */
export function packetText(packet: Packet): string {
  return fieldsText(packet).replace(/^type="(\w+)"/, '$1');
}

function fieldsText(fields: object): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => `${name}=${valueText(name, value)}`)
    .join(' ');
}

function valueText(name: string, value: unknown): string {
  if (value instanceof Uint8Array) return bytesText(value);
  if (Array.isArray(value)) return `[${value.map((one) => valueText(name, one)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${fieldsText(value)}}`;
  if (name === 'assignedClientIdentifier' && ASSIGNED_CLIENT_ID.test(String(value))) return '(assigned)';
  if (name === 'clientId' && RANDOM_CLIENT_ID.test(String(value))) return '(random)';
  return JSON.stringify(value);
}

function bytesText(bytes: Uint8Array): string {
  const text = JSON.stringify(Buffer.from(bytes).toString('latin1'));
  if (text.length <= LONGEST_TEXT) return text;
  return `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
}
