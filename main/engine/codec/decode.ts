/** Makes a packet of one frame: every type, version and direction, with everything the specification lets a receiver object to. */

import {
  type Direction,
  type Malformed,
  PACKET_TYPES,
  type Packet,
  type PacketType,
  type PartialPacket,
  type ProtocolVersion,
} from '../../../shared/mqtt/packet.ts';
import { mayTravel } from '../../../shared/mqtt/version.ts';
import { decodeAuth, decodeConnack, decodeConnect, decodeDisconnect } from './decode-connect.ts';
import { decodeAck, decodePublish } from './decode-publish.ts';
import { decodeSuback, decodeSubscribe, decodeUnsuback, decodeUnsubscribe } from './decode-subscribe.ts';
import { FieldTrace } from './field-trace.ts';
import { partialPacket } from './partial.ts';
import { FrameReader } from './reader.ts';

/** Either the packet, or what is wrong with the bytes and what could be read in spite of it. */
export type DecodeResult =
  | { readonly packet: Packet; readonly malformed?: never }
  | { readonly packet?: never; readonly malformed: Malformed; readonly partial: PartialPacket };

/**
 * Decodes one whole packet, fixed header included.
 *
 * Never throws and never reads outside `frame`, whatever its bytes; a frame that is shorter or longer than its Remaining Length says is
 * malformed. Byte fields of the packet are views into `frame` and valid as long as its bytes are.
 * @param version of the connection; a CONNECT brings its own.
 * @param direction adds the rules that hold for one side only.
 */
export function decodePacket(frame: Uint8Array, version: ProtocolVersion, direction?: Direction): DecodeResult {
  const reader = new FrameReader(frame, version, direction, undefined);
  const packet = readPacket(reader);
  if (packet !== undefined && reader.fault === undefined) return { packet };
  return malformedResult(frame, version, direction);
}

/** Walks a second time, with a recorder: the decoder keeps no account of how far it came. */
function malformedResult(frame: Uint8Array, version: ProtocolVersion, direction: Direction | undefined): DecodeResult {
  const trace = new FieldTrace();
  const reader = new FrameReader(frame, version, direction, trace);
  readPacket(reader);
  const malformed = reader.fault ?? { offset: 0, rule: 'MQTT5 §2.1.2', message: 'This is no control packet.' };
  return { malformed, partial: partialPacket(frame, trace.finish()) };
}

/** The one walk over a frame; what it cannot read it leaves empty and notes in the reader. */
export function readPacket(r: FrameReader): Packet | undefined {
  r.begin('fixedHeader');
  const type = readFirstByte(r);
  const announced = readRemainingLength(r);
  r.close();
  if (r.stopped) return undefined;
  const from = r.position;
  const outer = r.enter(announced);
  if (type === 'reserved') r.rest('unread');
  const packet = type === 'reserved' ? undefined : READ_BODY[type](r);
  r.expectEnd('MQTT5 §2.1.4', 'There are bytes after the last field.');
  r.leave(from, announced, outer);
  r.expectEnd('MQTT5 §2.1.4', 'There are bytes beyond what the Remaining Length spans.');
  return packet;
}

/** What the low half of the first byte must be; PUBLISH uses it. Statement numbers where the type has its own. */
const RESERVED_FLAGS = {
  connect: [0, 'MQTT-2.1.3-1'],
  connack: [0, 'MQTT-2.1.3-1'],
  puback: [0, 'MQTT-2.1.3-1'],
  pubrec: [0, 'MQTT-2.1.3-1'],
  pubrel: [2, 'MQTT-3.6.1-1'],
  pubcomp: [0, 'MQTT-2.1.3-1'],
  subscribe: [2, 'MQTT-3.8.1-1'],
  suback: [0, 'MQTT-2.1.3-1'],
  unsubscribe: [2, 'MQTT-3.10.1-1'],
  unsuback: [0, 'MQTT-2.1.3-1'],
  pingreq: [0, 'MQTT-2.1.3-1'],
  pingresp: [0, 'MQTT-2.1.3-1'],
  disconnect: [0, 'MQTT-3.14.1-1'],
  auth: [0, 'MQTT-3.15.1-1'],
} as const satisfies Record<Exclude<PacketType, 'publish'>, readonly [flags: number, rule: string]>;

const DUP = 0x08;

/** Reads type and flags. */
function readFirstByte(r: FrameReader): PacketType | 'reserved' {
  const first = r.flags('packetType');
  const type = PACKET_TYPES[first >> 4] ?? 'reserved';
  if (r.stopped) return type;
  if (r.trace !== undefined) traceFirstByte(r, type, first & 0x0f);
  if (type === 'reserved') r.violate('MQTT5 §2.1.2', 'Packet type 0 is reserved.', 0, 'packetType');
  else checkFirstByte(r, type, first & 0x0f);
  return type;
}

/**
 * @mqtt MQTT-2.1.3-1
 * @mqtt MQTT-3.6.1-1
 * @mqtt MQTT-3.8.1-1
 * @mqtt MQTT-3.10.1-1
 * @mqtt MQTT-3.14.1-1
 * @mqtt MQTT-3.15.1-1
 */
function checkFirstByte(r: FrameReader, type: PacketType, flags: number): void {
  if (type !== 'publish') {
    const [expected, rule] = RESERVED_FLAGS[type];
    // MQTT 3.1 §2.1 lets a sender mark these three as re-delivered.
    const significant = r.version === 3 && expected === 2 ? flags & ~DUP : flags;
    if (significant !== expected) {
      const message = `The flags of ${type.toUpperCase()} are ${flags}, they must be ${expected}.`;
      r.violate(rule, message, 0, 'flags');
    }
  }
  if (type === 'auth' && r.version !== 5) {
    r.violate('MQTT3.1.1 §2.2.1', 'Packet type 15 is reserved before MQTT 5.0.', 0, 'packetType');
  } else if (r.direction !== undefined && !mayTravel(type, r.version, r.direction)) {
    const sender = r.direction === 'client-to-server' ? 'client' : 'server';
    r.violate('MQTT5 §2.1.2', `A ${sender} cannot send ${type.toUpperCase()}.`, 0, 'packetType');
  }
}

function traceFirstByte(r: FrameReader, type: PacketType | 'reserved', flags: number): void {
  r.trace?.bits('packetType', 0, 7, 4, (r.frame[0] ?? 0) >> 4);
  if (type === 'publish') {
    r.trace?.bits('dup', 0, 3, 3, (flags & DUP) !== 0);
    r.trace?.bits('qos', 0, 2, 1, (flags >> 1) & 3);
    r.trace?.bits('retain', 0, 0, 0, (flags & 1) !== 0);
  } else {
    r.trace?.bits('flags', 0, 3, 0, flags);
  }
}

function readRemainingLength(r: FrameReader): number {
  const at = r.position;
  const announced = r.variableByte('remainingLength');
  if (announced > r.remaining && !r.stopped) {
    r.violate('MQTT5 §2.1.4', `The Remaining Length is ${announced}, ${r.remaining} bytes follow.`, at);
  }
  return announced;
}

const READ_BODY: { readonly [T in PacketType]: (r: FrameReader) => Packet } = {
  connect: decodeConnect,
  connack: decodeConnack,
  publish: decodePublish,
  puback: (r) => decodeAck(r, 'puback'),
  pubrec: (r) => decodeAck(r, 'pubrec'),
  pubrel: (r) => decodeAck(r, 'pubrel'),
  pubcomp: (r) => decodeAck(r, 'pubcomp'),
  subscribe: decodeSubscribe,
  suback: decodeSuback,
  unsubscribe: decodeUnsubscribe,
  unsuback: decodeUnsuback,
  pingreq: () => ({ type: 'pingreq' }),
  pingresp: () => ({ type: 'pingresp' }),
  disconnect: decodeDisconnect,
  auth: decodeAuth,
};
