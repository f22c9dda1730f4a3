/** Reads what opens and ends a connection: CONNECT, CONNACK, DISCONNECT and AUTH. */

import type {
  AuthPacket,
  ConnackPacket,
  ConnectPacket,
  DisconnectPacket,
  Properties,
  Will,
} from '../../../shared/mqtt/packet.ts';
import { isReasonCodeLegal, type ReasonCodeType } from '../../../shared/mqtt/reason-codes.ts';
import { isProtocolVersion, protocolNameOf, versionName } from '../../../shared/mqtt/version.ts';
import { readProperties } from './decode-properties.ts';
import { qosOf } from './flags.ts';
import type { FrameReader } from './reader.ts';

/** Bits of the Connect Flags, MQTT 5.0 §3.1.2.3. */
const RESERVED = 0x01;
const CLEAN_START = 0x02;
const WILL = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

/** Mosquitto's bridges mark their Protocol Level with bit 7 (`try_private`); the packet is the plain version's otherwise. */
const BRIDGE = 0x80;

/** Which statement makes a sender use a code from the packet's table. */
const REASON_CODE_RULES = {
  connack: 'MQTT-3.2.2-8',
  puback: 'MQTT-3.4.2-1',
  pubrec: 'MQTT-3.5.2-1',
  pubrel: 'MQTT-3.6.2-1',
  pubcomp: 'MQTT-3.7.2-1',
  suback: 'MQTT-3.9.3-2',
  unsuback: 'MQTT-3.11.3-2',
  disconnect: 'MQTT-3.14.2-1',
  auth: 'MQTT-3.15.2-1',
} as const satisfies Record<ReasonCodeType, string>;

/**
 * Reads a Reason Code, or a return code of 3.1 and 3.1.1, and checks that the packet may carry it.
 * @mqtt MQTT-3.2.2-8
 * @mqtt MQTT-3.4.2-1
 * @mqtt MQTT-3.5.2-1
 * @mqtt MQTT-3.6.2-1
 * @mqtt MQTT-3.7.2-1
 * @mqtt MQTT-3.9.3-2
 * @mqtt MQTT-3.11.3-2
 * @mqtt MQTT-3.14.2-1
 * @mqtt MQTT-3.15.2-1
 */
export function readReasonCode(r: FrameReader, type: ReasonCodeType): number {
  const at = r.position;
  const code = r.byte('reasonCode', 'reasonCode');
  if (!r.stopped && !isReasonCodeLegal(type, r.version, code, r.direction)) {
    const message = `0x${code.toString(16).padStart(2, '0')} is no reason code that ${type.toUpperCase()} may carry here.`;
    r.violate(REASON_CODE_RULES[type], message, at);
  }
  return code;
}

/**
 * @mqtt MQTT-3.1.2-18
 * @mqtt MQTT-3.1.2-19
 * @mqtt MQTT-3.1.2-20
 * @mqtt MQTT-3.1.2-21
 * @mqtt MQTT-3.1.3-1
 * @mqtt MQTT-3.1.3-3
 * @mqtt MQTT-3.1.3-4
 * @mqtt MQTT-3.1.3-10
 */
export function decodeConnect(r: FrameReader): ConnectPacket {
  r.begin('variableHeader');
  const protocolName = readProtocol(r);
  const flags = readConnectFlags(r);
  const keepAlive = r.twoByte('keepAlive');
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'connect') : undefined;
  r.close();

  r.begin('payload');
  if (r.remaining === 0) r.stop('clientIdentifier', 'MQTT-3.1.3-3', 'The Client Identifier is missing.');
  const clientId = r.text('clientIdentifier');
  const will = (flags & WILL) === 0 || r.stopped ? undefined : readWill(r, flags);
  const username = (flags & USER_NAME) === 0 ? undefined : readUsername(r);
  let password: Uint8Array | undefined;
  if ((flags & PASSWORD) !== 0 && !(r.version === 3 && r.remaining === 0)) {
    if (r.remaining === 0) r.stop('password', 'MQTT-3.1.2-21', 'The Password Flag is set and there is no Password.');
    password = r.binary('password');
  }
  r.expectEnd(
    (flags & USER_NAME) === 0 ? 'MQTT-3.1.2-18' : (flags & PASSWORD) === 0 ? 'MQTT-3.1.2-20' : 'MQTT-3.1.3-1',
    'There are bytes after the last field that the Connect Flags announce.',
  );
  r.close();
  return {
    type: 'connect',
    protocolName,
    protocolVersion: r.version,
    cleanStart: (flags & CLEAN_START) !== 0,
    keepAlive,
    clientId,
    ...(will === undefined ? undefined : { will }),
    ...(username === undefined ? undefined : { username }),
    ...(password === undefined ? undefined : { password }),
    ...(properties === undefined ? undefined : { properties }),
  };
}

/**
 * Reads Protocol Name and Protocol Level and sets the reader's version by the latter.
 * @mqtt MQTT-3.1.2-1
 * @mqtt MQTT-3.1.2-2
 */
function readProtocol(r: FrameReader): string {
  const nameAt = r.position;
  const protocolName = r.text('protocolName');
  const levelAt = r.position;
  const marked = r.byte('protocolVersion');
  if (r.stopped) return protocolName;
  const level = marked & ~BRIDGE;
  if (!isProtocolVersion(level)) {
    if (protocolName !== 'MQTT' && protocolName !== 'MQIsdp') {
      r.violate('MQTT-3.1.2-1', `The Protocol Name is ${JSON.stringify(protocolName)}.`, nameAt);
    }
    r.stop('connectFlags', 'MQTT-3.1.2-2', `Protocol Level ${marked} is none that is known; how it goes on is not.`);
    return protocolName;
  }
  r.version = level;
  if (protocolName !== protocolNameOf(level)) {
    const message = `The Protocol Name of ${versionName(level)} is not ${JSON.stringify(protocolName)}.`;
    r.violate('MQTT-3.1.2-1', message, nameAt);
  }
  if (marked !== level) {
    const message = `Protocol Level ${marked} is ${versionName(level)} with a bridge's private bit.`;
    r.violate('MQTT-3.1.2-2', message, levelAt);
  }
  return protocolName;
}

/**
 * @mqtt MQTT-3.1.2-3
 * @mqtt MQTT-3.1.2-11
 * @mqtt MQTT-3.1.2-13
 * @mqtt MQTT-3.1.2-14
 * @mqtt MQTT-3.1.2-15
 */
function readConnectFlags(r: FrameReader): number {
  const at = r.position;
  const flags = r.flags('connectFlags');
  if (r.stopped) return 0;
  const willQoS = (flags >> 3) & 3;
  if (r.trace !== undefined) {
    r.trace.begin('connectFlags', at);
    r.trace.bits('userNameFlag', at, 7, 7, (flags & USER_NAME) !== 0);
    r.trace.bits('passwordFlag', at, 6, 6, (flags & PASSWORD) !== 0);
    r.trace.bits('willRetain', at, 5, 5, (flags & WILL_RETAIN) !== 0);
    r.trace.bits('willQoS', at, 4, 3, willQoS);
    r.trace.bits('willFlag', at, 2, 2, (flags & WILL) !== 0);
    r.trace.bits(r.version === 5 ? 'cleanStart' : 'cleanSession', at, 1, 1, (flags & CLEAN_START) !== 0);
    r.trace.bits('reserved', at, 0, 0, (flags & RESERVED) !== 0);
    r.trace.end(at + 1, flags, 'flags');
  }
  if ((flags & RESERVED) !== 0) {
    r.violate('MQTT-3.1.2-3', 'The reserved bit of the Connect Flags is set.', at, 'reserved');
  }
  if ((flags & WILL) === 0) {
    if (willQoS !== 0) r.violate('MQTT-3.1.2-13', 'There is a Will QoS and no Will.', at, 'willQoS');
    if ((flags & WILL_RETAIN) !== 0) r.violate('MQTT-3.1.2-15', 'There is Will Retain and no Will.', at, 'willRetain');
  } else if (willQoS === 3) {
    r.violate('MQTT-3.1.2-14', 'The Will QoS is 3.', at, 'willQoS');
  }
  if (r.version !== 5 && (flags & USER_NAME) === 0 && (flags & PASSWORD) !== 0) {
    const message = 'Before MQTT 5.0 there is no Password without a User Name.';
    r.violate('MQTT-3.1.2-22 (3.1.1)', message, at, 'passwordFlag');
  }
  return flags;
}

/**
 * @mqtt MQTT-3.1.2-9
 * @mqtt MQTT-3.1.3-9
 */
function readWill(r: FrameReader, flags: number): Will {
  r.begin('will');
  const properties: Properties | undefined = r.version === 5 ? readProperties(r, 'will') : undefined;
  if (r.remaining === 0) r.stop('willTopic', 'MQTT-3.1.2-9', 'The Will Flag is set and there is no Will Topic.');
  const topicAt = r.position;
  const topic = r.topicName('willTopic', 'MQTT-4.7.0-1');
  if (topic === '' && !r.stopped) r.violate('MQTT-4.7.3-1', 'The Will Topic is empty.', topicAt);
  if (r.remaining === 0) r.stop('willPayload', 'MQTT-3.1.2-9', 'The Will Flag is set and there is no Will Payload.');
  const payload = r.binary('willPayload');
  r.close();
  return {
    topic,
    payload,
    qos: qosOf(flags >> 3),
    retain: (flags & WILL_RETAIN) !== 0,
    ...(properties === undefined ? undefined : { properties }),
  };
}

/** In 3.1 the Remaining Length takes precedence over the flag: the name may be missing. */
function readUsername(r: FrameReader): string | undefined {
  if (r.remaining === 0) {
    if (r.version === 3 && !r.stopped) return undefined;
    r.stop('userName', 'MQTT-3.1.2-19', 'The User Name Flag is set and there is no User Name.');
  }
  return r.text('userName');
}

/**
 * @mqtt MQTT-3.2.2-1
 * @mqtt MQTT-3.2.2-6
 */
export function decodeConnack(r: FrameReader): ConnackPacket {
  r.begin('variableHeader');
  const at = r.position;
  const flags = r.flags('connectAcknowledgeFlags');
  const sessionPresent = (flags & 1) !== 0;
  if (!r.stopped) {
    if (r.trace !== undefined) {
      r.trace.begin('connectAcknowledgeFlags', at);
      r.trace.bits('reserved', at, 7, 1, flags >> 1);
      r.trace.bits(r.version === 3 ? 'reserved' : 'sessionPresent', at, 0, 0, sessionPresent);
      r.trace.end(at + 1, flags, 'flags');
    }
    if (flags > 1) r.violate('MQTT-3.2.2-1', 'A reserved bit of the acknowledge flags is set.', at, 'reserved');
    if (r.version === 3 && sessionPresent) {
      r.violate('MQTT3.1 §3.2', 'MQTT 3.1 has no Session Present flag.', at, 'reserved');
    }
  }
  const reasonCode = readReasonCode(r, 'connack');
  if (sessionPresent && reasonCode !== 0 && !r.stopped) {
    r.violate('MQTT-3.2.2-6', 'Session Present is set in a refusal.', at, 'sessionPresent');
  }
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'connack') : undefined;
  r.close();
  r.expectEnd('MQTT5 §3.2.3', 'A CONNACK has no payload.');
  return { type: 'connack', sessionPresent, reasonCode, ...(properties === undefined ? undefined : { properties }) };
}

/** The short form, a Remaining Length of 0, means Normal disconnection; with one byte there are no properties. */
export function decodeDisconnect(r: FrameReader): DisconnectPacket {
  r.begin('variableHeader');
  const reasonCode = r.version === 5 && r.remaining > 0 ? readReasonCode(r, 'disconnect') : 0;
  const properties = r.version === 5 && r.remaining > 0 ? readProperties(r, 'disconnect') : undefined;
  r.close();
  r.expectEnd('MQTT5 §3.14.3', 'There are bytes after what a DISCONNECT of this version has.');
  return { type: 'disconnect', reasonCode, ...(properties === undefined ? undefined : { properties }) };
}

/** The short form, a Remaining Length of 0, means Success without properties. */
export function decodeAuth(r: FrameReader): AuthPacket {
  r.begin('variableHeader');
  const at = r.position;
  const short = r.remaining === 0;
  const reasonCode = short ? 0 : readReasonCode(r, 'auth');
  const properties = short || r.stopped ? undefined : readProperties(r, 'auth');
  if (reasonCode !== 0 && properties?.authenticationMethod === undefined && !r.stopped) {
    r.violate('MQTT5 §3.15.2.2.2', 'An AUTH needs its Authentication Method.', at);
  }
  r.close();
  r.expectEnd('MQTT5 §3.15.3', 'An AUTH has no payload.');
  return { type: 'auth', reasonCode, ...(properties === undefined ? undefined : { properties }) };
}
