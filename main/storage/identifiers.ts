/** Fresh identifiers of profiles and clients. */

import { randomBytes } from 'node:crypto';

/** RFC 4648 base32, lower case: safe in file names on every platform and in MQTT 3.1 client identifiers. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join('');
}

export function newProfileId(): string {
  return randomBase32(16);
}

/** 23 characters, the most that every MQTT 3.1.1 server must take ([MQTT-3.1.3-5]). */
export function newClientId(): string {
  return `mqtt-inspector-${randomBase32(8)}`;
}
