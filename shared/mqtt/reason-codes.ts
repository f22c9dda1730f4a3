/** Reason codes of MQTT 5.0 and Connect Return codes of 3.1 and 3.1.1: their names, and who may send which in what packet. */

import type { Direction, PacketType, ProtocolVersion } from './packet.ts';

/** Packet types that carry a reason code in 5.0. */
export const REASON_CODE_TYPES = [
  'connack',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'suback',
  'unsuback',
  'disconnect',
  'auth',
] as const satisfies readonly PacketType[];

export type ReasonCodeType = (typeof REASON_CODE_TYPES)[number];

/** One meaning of one code; a code may mean different things in different packets. */
export interface ReasonCode {
  readonly code: number;
  /** The specification's own spelling. */
  readonly name: string;
  readonly types: readonly ReasonCodeType[];
  /** Narrower than {@link types} for DISCONNECT and AUTH: the only side that may send it there. */
  readonly onlyFrom?: Direction;
}

const CLIENT = 'client-to-server';
const SERVER = 'server-to-client';

/** MQTT 5.0 table 2-6, with the senders of tables 3-10 and 3-11. */
export const REASON_CODES: readonly ReasonCode[] = [
  { code: 0x00, name: 'Success', types: ['connack', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback'] },
  { code: 0x00, name: 'Success', types: ['auth'], onlyFrom: SERVER },
  { code: 0x00, name: 'Normal disconnection', types: ['disconnect'], onlyFrom: CLIENT },
  { code: 0x00, name: 'Granted QoS 0', types: ['suback'] },
  { code: 0x01, name: 'Granted QoS 1', types: ['suback'] },
  { code: 0x02, name: 'Granted QoS 2', types: ['suback'] },
  { code: 0x04, name: 'Disconnect with Will Message', types: ['disconnect'], onlyFrom: CLIENT },
  { code: 0x10, name: 'No matching subscribers', types: ['puback', 'pubrec'] },
  { code: 0x11, name: 'No subscription existed', types: ['unsuback'] },
  { code: 0x18, name: 'Continue authentication', types: ['auth'] },
  { code: 0x19, name: 'Re-authenticate', types: ['auth'], onlyFrom: CLIENT },
  {
    code: 0x80,
    name: 'Unspecified error',
    types: ['connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'],
  },
  { code: 0x81, name: 'Malformed Packet', types: ['connack', 'disconnect'] },
  { code: 0x82, name: 'Protocol Error', types: ['connack', 'disconnect'] },
  {
    code: 0x83,
    name: 'Implementation specific error',
    types: ['connack', 'puback', 'pubrec', 'suback', 'unsuback', 'disconnect'],
  },
  { code: 0x84, name: 'Unsupported Protocol Version', types: ['connack'] },
  { code: 0x85, name: 'Client Identifier not valid', types: ['connack'] },
  { code: 0x86, name: 'Bad User Name or Password', types: ['connack'] },
  { code: 0x87, name: 'Not authorized', types: ['connack', 'puback', 'pubrec', 'suback', 'unsuback'] },
  { code: 0x87, name: 'Not authorized', types: ['disconnect'], onlyFrom: SERVER },
  { code: 0x88, name: 'Server unavailable', types: ['connack'] },
  { code: 0x89, name: 'Server busy', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0x8a, name: 'Banned', types: ['connack'] },
  { code: 0x8b, name: 'Server shutting down', types: ['disconnect'], onlyFrom: SERVER },
  { code: 0x8c, name: 'Bad authentication method', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0x8d, name: 'Keep Alive timeout', types: ['disconnect'], onlyFrom: SERVER },
  { code: 0x8e, name: 'Session taken over', types: ['disconnect'], onlyFrom: SERVER },
  { code: 0x8f, name: 'Topic Filter invalid', types: ['suback', 'unsuback', 'disconnect'], onlyFrom: SERVER },
  { code: 0x90, name: 'Topic Name invalid', types: ['connack', 'puback', 'pubrec', 'disconnect'] },
  { code: 0x91, name: 'Packet Identifier in use', types: ['puback', 'pubrec', 'suback', 'unsuback'] },
  { code: 0x92, name: 'Packet Identifier not found', types: ['pubrel', 'pubcomp'] },
  { code: 0x93, name: 'Receive Maximum exceeded', types: ['disconnect'] },
  { code: 0x94, name: 'Topic Alias invalid', types: ['disconnect'] },
  { code: 0x95, name: 'Packet too large', types: ['connack', 'disconnect'] },
  { code: 0x96, name: 'Message rate too high', types: ['disconnect'] },
  { code: 0x97, name: 'Quota exceeded', types: ['connack', 'puback', 'pubrec', 'suback', 'disconnect'] },
  { code: 0x98, name: 'Administrative action', types: ['disconnect'] },
  { code: 0x99, name: 'Payload format invalid', types: ['connack', 'puback', 'pubrec', 'disconnect'] },
  { code: 0x9a, name: 'Retain not supported', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0x9b, name: 'QoS not supported', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0x9c, name: 'Use another server', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0x9d, name: 'Server moved', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0x9e, name: 'Shared Subscriptions not supported', types: ['suback', 'disconnect'], onlyFrom: SERVER },
  { code: 0x9f, name: 'Connection rate exceeded', types: ['connack', 'disconnect'], onlyFrom: SERVER },
  { code: 0xa0, name: 'Maximum connect time', types: ['disconnect'], onlyFrom: SERVER },
  { code: 0xa1, name: 'Subscription Identifiers not supported', types: ['suback', 'disconnect'], onlyFrom: SERVER },
  { code: 0xa2, name: 'Wildcard Subscriptions not supported', types: ['suback', 'disconnect'], onlyFrom: SERVER },
];

/** Connect Return codes of MQTT 3.1.1 table 3.1 (3.1 has the same); the index is the code. */
export const CONNECT_RETURN_CODES = [
  'Connection accepted',
  'Unacceptable protocol version',
  'Identifier rejected',
  'Server unavailable',
  'Bad user name or password',
  'Not authorized',
] as const;

/** SUBACK return codes of MQTT 3.1.1 §3.9.3; 3.1 knows the first three. */
const SUBACK_RETURN_CODES: ReadonlyMap<number, string> = new Map([
  [0x00, 'Granted QoS 0'],
  [0x01, 'Granted QoS 1'],
  [0x02, 'Granted QoS 2'],
  [0x80, 'Failure'],
]);

const rowsByType = new Map(
  REASON_CODE_TYPES.map((type) => [
    type as PacketType,
    new Map(REASON_CODES.filter((row) => row.types.includes(type)).map((row) => [row.code, row])),
  ]),
);

/** The codes that a packet of `type` may carry in 5.0, ascending. */
export function reasonCodesOf(type: ReasonCodeType): readonly ReasonCode[] {
  return [...(rowsByType.get(type)?.values() ?? [])];
}

/**
 * What `code` means in a packet of `type` under `version`, in the specification's words;
 * undefined where that packet has no such code.
 */
export function reasonCodeName(type: PacketType, version: ProtocolVersion, code: number): string | undefined {
  if (version === 5) return rowsByType.get(type)?.get(code)?.name;
  if (type === 'connack') return CONNECT_RETURN_CODES[code];
  if (type === 'suback') return version === 3 && code === 0x80 ? undefined : SUBACK_RETURN_CODES.get(code);
  return undefined;
}

/** The same as one lower-case hyphenated word, e.g. `packet-identifier-not-found`; hexadecimal where it has no name. */
export function reasonCodeSlug(type: PacketType, version: ProtocolVersion, code: number): string {
  const name = reasonCodeName(type, version, code);
  if (name === undefined) return `0x${code.toString(16).padStart(2, '0')}`;
  return name.toLowerCase().replaceAll(' ', '-');
}

/** Whether `version` lets a packet of `type` carry `code`, when sent in `direction` where that is known. */
export function isReasonCodeLegal(
  type: PacketType,
  version: ProtocolVersion,
  code: number,
  direction?: Direction,
): boolean {
  if (version !== 5) return reasonCodeName(type, version, code) !== undefined;
  const row = rowsByType.get(type)?.get(code);
  if (row === undefined) return false;
  return direction === undefined || row.onlyFrom === undefined || row.onlyFrom === direction;
}

/** Whether `code` says that the operation failed: 0x80 and above in 5.0 and in SUBACK, anything but 0 in an older CONNACK. */
export function isReasonCodeError(type: PacketType, version: ProtocolVersion, code: number): boolean {
  return type === 'connack' && version !== 5 ? code !== 0 : code >= 0x80;
}
