/** What a packet is copied as, and what the programs and commands that come of it are made from. */

import type { ConnectPacket, Packet, PublishPacket, SubscribePacket } from '../mqtt/packet.ts';

/** `payload` is the payload as text; all behind `json` would do again what the packet did. */
export const COPY_FORMS = [
  'topic',
  'payload',
  'hex',
  'json',
  'mosquitto_pub',
  'mosquitto_sub',
  'paho1',
  'paho2',
  'umqtt',
  'quecpython',
  'mqttjs',
] as const;
export type CopyForm = (typeof COPY_FORMS)[number];

/** Forms that are commands and programs. */
export type ProgramForm = Exclude<CopyForm, 'topic' | 'payload' | 'hex' | 'json'>;

const PLAIN: ReadonlySet<CopyForm> = new Set(['hex', 'json']);
const PUBLISH_ONLY: ReadonlySet<CopyForm> = new Set(['topic', 'payload', 'mosquitto_pub']);

/** The forms that a packet of the type can be copied as. */
export function copyForms(type: Packet['type'] | 'reserved', malformed: boolean): readonly CopyForm[] {
  if (type === 'publish' && !malformed) return COPY_FORMS;
  const client = (type === 'subscribe' || type === 'connect') && !malformed;
  return COPY_FORMS.filter((form) => PLAIN.has(form) || (client && !PUBLISH_ONLY.has(form)));
}

/** What can be done again: a message, a subscription, or a connection alone. */
export type CopiedPacket = PublishPacket | SubscribePacket | ConnectPacket;

/** Where a connection went and what it said of itself. */
export interface CopyConnection {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  /** Of a WebSocket, with its first slash; empty otherwise. */
  readonly path: string;
  /** Its credentials are written as they stand here: whoever makes the subject masks them. */
  readonly connect: ConnectPacket;
  /** Present where the connection is encrypted. Files are named in the programs, never written into them. */
  readonly tls?: {
    readonly verify: boolean;
    /** It trusts an authority of its own. */
    readonly ownAuthority: boolean;
    readonly clientCertificate: boolean;
    readonly serverName?: string;
    readonly alpn?: readonly string[];
  };
}

/** Files that programs read where the connection has them. */
export const FILES = { authority: 'ca.pem', certificate: 'client.pem', key: 'client.key' } as const;

/**
 * The client identifier to connect with. A server lets one client of a name in at a time: only who copies a CONNECT wants to be that
 * client; everybody else would cut off the session that is looked at.
 */
export function copiedClientId({ type }: CopiedPacket, { clientId }: ConnectPacket): string {
  return type === 'connect' || clientId === '' ? clientId : `${clientId}-copy`;
}
