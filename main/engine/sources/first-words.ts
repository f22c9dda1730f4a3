/** Tells from the first bytes of a connection what somebody speaks who does not speak MQTT. */

const HTTP = /^(?:GET|POST|PUT|HEAD|OPTIONS|CONNECT|DELETE|PATCH|PRI) |^HTTP\//;

export type Language = 'mqtt' | 'tls' | 'http' | 'text' | 'unknown';

const latin1 = new TextDecoder('latin1');

/** `mqtt` where the bytes begin as a CONNECT does; never certain of more than they show. */
export function firstWords(bytes: Uint8Array): Language {
  if (bytes[0] === 0x10) return 'mqtt';
  if ((bytes[0] === 0x16 || bytes[0] === 0x15) && (bytes[1] ?? 3) === 3) return 'tls';
  const text = latin1.decode(bytes.subarray(0, 16));
  if (HTTP.test(text)) return 'http';
  return /^[\t\n\r\u0020-\u007e]{4,}$/.test(text) ? 'text' : 'unknown';
}
