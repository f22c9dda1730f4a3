/** Bytes that are no legal packet, each with the statement it breaks and where: written by hand from the specifications. */

import type { Direction, ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { HOLDER_BYTES, PROPERTY_HOLDERS, PROPERTY_SAMPLES } from './properties.ts';

export interface MalformedVector {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly direction?: Direction;
  /** See notation.ts. */
  readonly bytes: string;
  readonly rule: string;
  /** Offset of the first fault; absent where a row is one of many that only differ in bytes before it. */
  readonly offset?: number;
}

type Row = readonly [
  name: string,
  version: ProtocolVersion,
  bytes: string,
  rule: string,
  offset: number,
  direction?: Direction,
];

const UP = 'client-to-server';
const DOWN = 'server-to-client';

const FRAME: readonly Row[] = [
  ['no byte', 4, '', 'MQTT5 §2.1.4', 0],
  ['type 0', 5, '00 00', 'MQTT5 §2.1.2', 0],
  ['type 0 with a body', 4, '0f 02 0000', 'MQTT5 §2.1.2', 0],
  ['AUTH before 5.0', 4, 'f0 00', 'MQTT3.1.1 §2.2.1', 0],
  ['AUTH in 3.1', 3, 'f0 00', 'MQTT3.1.1 §2.2.1', 0],
  ['no Remaining Length', 5, 'c0', 'MQTT5 §2.1.4', 1],
  ['half a Remaining Length', 5, '30 80', 'MQTT5 §2.1.4', 1],
  ['Remaining Length of five bytes', 5, '30 ff ff ff ff 01', 'MQTT5 §1.5.5', 1],
  ['Remaining Length of four bytes that goes on', 4, '30 80 80 80 80', 'MQTT5 §1.5.5', 1],
  ['Remaining Length with a byte too many', 5, "30 8900 0003 'a/b' 00 'hey'", 'MQTT-1.5.5-1', 1],
  ['fewer bytes than the Remaining Length', 4, "30 09 0003 'a/b' 'hey'", 'MQTT5 §2.1.4', 1],
  ['more bytes than the Remaining Length', 4, "30 07 0003 'a/b' 'hey'", 'MQTT5 §2.1.4', 9],
  ['PINGREQ with a body', 4, 'c0 01 00', 'MQTT5 §2.1.4', 2],
  ['PINGRESP with a body', 5, 'd0 02 0000', 'MQTT5 §2.1.4', 2],
  ['flags of CONNECT', 4, "11 0f 0004 'MQTT' 04 02 003c 0003 'zen'", 'MQTT-2.1.3-1', 0],
  ['flags of CONNACK', 5, '2f 03 00 00 00', 'MQTT-2.1.3-1', 0],
  ['flags of PUBACK', 4, '42 02 0001', 'MQTT-2.1.3-1', 0],
  ['flags of PUBREC', 4, '58 02 0001', 'MQTT-2.1.3-1', 0],
  ['flags of PUBREL', 4, '60 02 0001', 'MQTT-3.6.1-1', 0],
  ['flags of PUBREL with DUP', 5, '6a 02 0001', 'MQTT-3.6.1-1', 0],
  ['flags of PUBCOMP', 5, '71 02 0001', 'MQTT-2.1.3-1', 0],
  ['flags of SUBSCRIBE', 4, "80 08 000a 0003 'a/b' 01", 'MQTT-3.8.1-1', 0],
  ['flags of SUBACK', 4, '94 03 000a 00', 'MQTT-2.1.3-1', 0],
  ['flags of UNSUBSCRIBE', 4, "a3 07 000b 0003 'a/b'", 'MQTT-3.10.1-1', 0],
  ['flags of UNSUBACK', 4, 'b1 02 000b', 'MQTT-2.1.3-1', 0],
  ['flags of PINGREQ', 4, 'c1 00', 'MQTT-2.1.3-1', 0],
  ['flags of PINGRESP', 5, 'd8 00', 'MQTT-2.1.3-1', 0],
  ['flags of DISCONNECT', 4, 'e1 00', 'MQTT-3.14.1-1', 0],
  ['flags of AUTH', 5, 'f1 00', 'MQTT-3.15.1-1', 0],
  ['CONNECT from a server', 4, "10 0f 0004 'MQTT' 04 02 003c 0003 'zen'", 'MQTT5 §2.1.2', 0, DOWN],
  ['CONNACK from a client', 5, '20 03 00 00 00', 'MQTT5 §2.1.2', 0, UP],
  ['SUBSCRIBE from a server', 4, "82 08 000a 0003 'a/b' 01", 'MQTT5 §2.1.2', 0, DOWN],
  ['SUBACK from a client', 4, '90 03 000a 00', 'MQTT5 §2.1.2', 0, UP],
  ['UNSUBSCRIBE from a server', 4, "a2 07 000b 0003 'a/b'", 'MQTT5 §2.1.2', 0, DOWN],
  ['UNSUBACK from a client', 4, 'b0 02 000b', 'MQTT5 §2.1.2', 0, UP],
  ['PINGREQ from a server', 4, 'c0 00', 'MQTT5 §2.1.2', 0, DOWN],
  ['PINGRESP from a client', 4, 'd0 00', 'MQTT5 §2.1.2', 0, UP],
  ['DISCONNECT from a server before 5.0', 4, 'e0 00', 'MQTT5 §2.1.2', 0, DOWN],
];

const TEXT: readonly Row[] = [
  ['U+0000 in a topic', 4, "30 05 0003 'a' 00 'b'", 'MQTT-1.5.4-2', 5],
  ['a surrogate in a topic', 4, '30 05 0003 eda080', 'MQTT-1.5.4-1', 4],
  ['an overlong slash', 5, '30 05 0002 c0af 00', 'MQTT-1.5.4-1', 4],
  ['an overlong null', 4, '30 04 0002 c080', 'MQTT-1.5.4-1', 4],
  ['a lone continuation byte', 4, "30 04 0002 'a' bf", 'MQTT-1.5.4-1', 5],
  ['a cut sequence at the end', 4, '30 04 0002 e298', 'MQTT-1.5.4-1', 4],
  ['a code point above U+10FFFF', 4, '30 06 0004 f4908080', 'MQTT-1.5.4-1', 4],
  ['a byte that UTF-8 never uses', 4, "30 05 0003 'a' ff 'b'", 'MQTT-1.5.4-1', 5],
  ['an overlong sequence of three', 4, '30 05 0003 e08080', 'MQTT-1.5.4-1', 4],
  ['an overlong sequence of four', 4, '30 06 0004 f0808080', 'MQTT-1.5.4-1', 4],
  ['a sequence with a wrong third byte', 4, "30 05 0003 e298 'x'", 'MQTT-1.5.4-1', 4],
  ['ill-formed client identifier', 4, "10 0d 0004 'MQTT' 04 02 003c 0001 80", 'MQTT-1.5.4-1', 14],
  ['ill-formed user name', 4, "10 10 0004 'MQTT' 04 82 003c 0001 'z' 0001 ff", 'MQTT-1.5.4-1', 17],
  ['ill-formed topic filter', 4, '82 06 000a 0001 ff 00', 'MQTT-1.5.4-1', 6],
  ['ill-formed user property name', 5, "30 0b 0001 't' 07 26 0001 fe 0001 'v'", 'MQTT-1.5.4-1', 9],
  ['ill-formed user property value', 5, "30 0b 0001 't' 07 26 0001 'k' 0001 fe", 'MQTT-1.5.4-1', 12],
  ['U+0000 in a reason string', 5, '40 08 0001 10 04 1f 0001 00', 'MQTT-1.5.4-2', 9],
];

const CONNECT: readonly Row[] = [
  ['protocol name', 4, "10 0f 0004 'MQTX' 04 02 003c 0003 'zen'", 'MQTT-3.1.2-1', 2],
  ['protocol name of 3.1 with the level of 3.1.1', 4, "10 11 0006 'MQIsdp' 04 02 003c 0003 'zen'", 'MQTT-3.1.2-1', 2],
  ['protocol name of 3.1.1 with the level of 3.1', 4, "10 0f 0004 'MQTT' 03 02 003c 0003 'zen'", 'MQTT-3.1.2-1', 2],
  ['protocol level', 4, "10 0f 0004 'MQTT' 06 02 003c 0003 'zen'", 'MQTT-3.1.2-2', 9],
  ['protocol level of a bridge', 4, "10 0f 0004 'MQTT' 84 02 003c 0003 'zen'", 'MQTT-3.1.2-2', 8],
  ['nothing but a protocol name', 4, "10 06 0004 'MQTT'", 'MQTT5 §2.1.4', 8],
  ['reserved connect flag', 4, "10 0f 0004 'MQTT' 04 03 003c 0003 'zen'", 'MQTT-3.1.2-3', 9],
  ['will QoS without will', 4, "10 0f 0004 'MQTT' 04 0a 003c 0003 'zen'", 'MQTT-3.1.2-13', 9],
  ['will QoS 3', 4, "10 15 0004 'MQTT' 04 1e 003c 0003 'zen' 0001 'w' 0001 'x'", 'MQTT-3.1.2-14', 9],
  ['will retain without will', 5, "10 10 0004 'MQTT' 05 22 003c 00 0003 'zen'", 'MQTT-3.1.2-15', 9],
  [
    'password without user name before 5.0',
    4,
    "10 13 0004 'MQTT' 04 42 003c 0003 'zen' 0002 'pw'",
    'MQTT-3.1.2-22 (3.1.1)',
    9,
  ],
  ['no client identifier', 4, "10 0a 0004 'MQTT' 04 02 003c", 'MQTT-3.1.3-3', 12],
  ['half a client identifier', 4, "10 0e 0004 'MQTT' 04 02 003c 0003 'ze'", 'MQTT5 §2.1.4', 12],
  ['no will topic', 4, "10 0f 0004 'MQTT' 04 06 003c 0003 'zen'", 'MQTT-3.1.2-9', 17],
  ['no will payload', 4, "10 12 0004 'MQTT' 04 06 003c 0003 'zen' 0001 'w'", 'MQTT-3.1.2-9', 20],
  ['empty will topic', 4, "10 13 0004 'MQTT' 04 06 003c 0003 'zen' 0000 0000", 'MQTT-4.7.3-1', 17],
  ['wildcard in a will topic', 4, "10 14 0004 'MQTT' 04 06 003c 0003 'zen' 0001 '#' 0000", 'MQTT-4.7.0-1', 17],
  ['no user name', 4, "10 0f 0004 'MQTT' 04 82 003c 0003 'zen'", 'MQTT-3.1.2-19', 17],
  ['no password', 4, "10 12 0004 'MQTT' 04 c2 003c 0003 'zen' 0001 'u'", 'MQTT-3.1.2-21', 20],
  ['a user name without its flag', 4, "10 12 0004 'MQTT' 04 02 003c 0003 'zen' 0001 'u'", 'MQTT-3.1.2-18', 17],
  ['a password without its flag', 4, "10 15 0004 'MQTT' 04 82 003c 0003 'zen' 0001 'u' 0001 'p'", 'MQTT-3.1.2-20', 20],
  ['more than the payload', 4, "10 16 0004 'MQTT' 04 c2 003c 0003 'zen' 0001 'u' 0001 'p' 00", 'MQTT-3.1.3-1', 23],
  ['no properties in 5.0', 5, "10 0a 0004 'MQTT' 05 02 003c", 'MQTT-2.2.2-1', 12],
];

const CONNACK: readonly Row[] = [
  ['reserved acknowledge flag', 4, '20 02 02 00', 'MQTT-3.2.2-1', 2],
  ['session present in a refusal', 4, '20 02 01 05', 'MQTT-3.2.2-6', 2],
  ['session present in a refusal of 5.0', 5, '20 03 01 87 00', 'MQTT-3.2.2-6', 2],
  ['session present in 3.1', 3, '20 02 01 00', 'MQTT3.1 §3.2', 2],
  ['return code 6', 4, '20 02 00 06', 'MQTT-3.2.2-8', 3],
  ['reason code of 3.1.1 in 5.0', 5, '20 03 00 05 00', 'MQTT-3.2.2-8', 3],
  ['reason code of another type', 5, '20 03 00 8b 00', 'MQTT-3.2.2-8', 3],
  ['no reason code', 4, '20 01 00', 'MQTT5 §2.1.4', 3],
  ['no properties in 5.0', 5, '20 02 00 00', 'MQTT-2.2.2-1', 4],
  ['more than the code before 5.0', 4, '20 03 00 00 00', 'MQTT5 §3.2.3', 4],
  ['payload', 5, '20 04 00 00 00 ff', 'MQTT5 §3.2.3', 5],
];

const PUBLISH: readonly Row[] = [
  ['QoS 3', 4, "36 0a 0003 'a/b' 0007 'hey'", 'MQTT-3.3.1-4', 0],
  ['QoS 3 in 5.0', 5, "36 0b 0003 'a/b' 0007 00 'hey'", 'MQTT-3.3.1-4', 0],
  ['DUP at QoS 0', 4, "38 08 0003 'a/b' 'hey'", 'MQTT-3.3.1-2', 0],
  ['# in the topic', 4, "30 08 0003 'a/#' 'hey'", 'MQTT-3.3.2-2', 2],
  ['+ in the topic', 5, "30 09 0003 '+/b' 00 'hey'", 'MQTT-3.3.2-2', 2],
  ['empty topic', 4, "30 05 0000 'hey'", 'MQTT-4.7.3-1', 2],
  ['empty topic without alias', 5, "30 06 0000 00 'hey'", 'MQTT-4.7.3-1', 2],
  ['packet identifier 0 from a client', 4, "32 07 0003 'a/b' 0000", 'MQTT-2.2.1-3', 7, UP],
  ['packet identifier 0 from a server', 4, "34 07 0003 'a/b' 0000", 'MQTT-2.2.1-4', 7, DOWN],
  ['no packet identifier', 4, "32 05 0003 'a/b'", 'MQTT5 §2.1.4', 7],
  ['topic longer than the packet', 4, "30 05 0004 'a/b'", 'MQTT5 §2.1.4', 2],
  ['no topic', 4, '30 00', 'MQTT5 §2.1.4', 2],
  ['no properties in 5.0', 5, "30 05 0003 'a/b'", 'MQTT-2.2.2-1', 7],
  ['properties longer than the packet', 5, "30 08 0003 'a/b' 05 23 00", 'MQTT5 §2.2.2.1', 7],
  ['property length with a byte too many', 5, "30 0a 0003 'a/b' 8300 23 0001", 'MQTT-1.5.5-1', 7],
  ['property cut by the property length', 5, "30 08 0003 'a/b' 02 23 00", 'MQTT5 §2.1.4', 9],
  ['property that is not defined', 5, "30 09 0003 'a/b' 02 7e 00 00", 'MQTT5 §2.2.2.2', 8],
  ['topic alias 0', 5, "30 09 0003 'a/b' 03 23 0000", 'MQTT-3.3.2-8', 9],
  ['payload format 2', 5, "30 08 0003 'a/b' 02 01 02", 'MQTT5 §3.3.2.3.2', 9],
  ['subscription identifier 0', 5, "30 08 0003 'a/b' 02 0b 00", 'MQTT5 §3.8.2.1.2', 9],
  ['subscription identifier with a byte too many', 5, "30 09 0003 'a/b' 03 0b 8100", 'MQTT-1.5.5-1', 9],
  ['subscription identifier of five bytes', 5, "30 0c 0003 'a/b' 06 0b ffffffff01", 'MQTT5 §1.5.5', 9],
  ['subscription identifier from a client', 5, "30 08 0003 'a/b' 02 0b 01", 'MQTT-3.3.4-6', 7, UP],
  ['wildcard in the response topic', 5, "30 0a 0003 'a/b' 04 08 0001 '#'", 'MQTT-3.3.2-14', 9],
  ['empty response topic', 5, "30 09 0003 'a/b' 03 08 0000", 'MQTT-4.7.3-1', 9],
];

const ACKS: readonly Row[] = [
  ['PUBACK without identifier', 4, '40 00', 'MQTT5 §2.1.4', 2],
  ['PUBACK with half an identifier', 4, '40 01 00', 'MQTT5 §2.1.4', 2],
  ['PUBACK of identifier 0', 4, '40 02 0000', 'MQTT-2.2.1-5', 2],
  ['PUBREC of identifier 0', 5, '50 02 0000', 'MQTT-2.2.1-5', 2],
  ['PUBREL of identifier 0', 4, '62 02 0000', 'MQTT-2.2.1-5', 2],
  ['PUBCOMP of identifier 0', 4, '70 02 0000', 'MQTT-2.2.1-5', 2],
  ['PUBACK with a code before 5.0', 4, '40 03 0001 00', 'MQTT5 §3.4.3', 4],
  ['PUBACK with a code of another type', 5, '40 03 0001 92', 'MQTT-3.4.2-1', 4],
  ['PUBREC with a code of another type', 5, '50 03 0001 92', 'MQTT-3.5.2-1', 4],
  ['PUBREL with a code of another type', 5, '62 03 0001 10', 'MQTT-3.6.2-1', 4],
  ['PUBCOMP with a code of another type', 5, '70 03 0001 80', 'MQTT-3.7.2-1', 4],
  ['PUBACK with more than its properties', 5, '40 05 0001 00 00 00', 'MQTT5 §3.4.3', 6],
];

const SUBSCRIBE: readonly Row[] = [
  ['SUBSCRIBE of identifier 0', 4, "82 08 0000 0003 'a/b' 01", 'MQTT-2.2.1-3', 2],
  ['SUBSCRIBE without filters', 4, '82 02 000a', 'MQTT-3.8.3-2', 4],
  ['SUBSCRIBE without filters in 5.0', 5, '82 03 000a 00', 'MQTT-3.8.3-2', 5],
  ['SUBSCRIBE without options', 4, "82 07 000a 0003 'a/b'", 'MQTT5 §2.1.4', 9],
  ['reserved option of 3.1.1', 4, "82 08 000a 0003 'a/b' 04", 'MQTT-3.8.3-5', 9],
  ['reserved option of 5.0', 5, "82 09 000a 00 0003 'a/b' 40", 'MQTT-3.8.3-5', 10],
  ['QoS 3 in the options', 4, "82 08 000a 0003 'a/b' 03", 'MQTT5 §3.8.3.1', 9],
  ['Retain Handling 3', 5, "82 09 000a 00 0003 'a/b' 30", 'MQTT5 §3.8.3.1', 10],
  ['No Local on a shared subscription', 5, "82 10 000a 00 000a '$share/g/t' 04", 'MQTT-3.8.3-4', 17],
  ['empty filter', 4, '82 05 000a 0000 00', 'MQTT-4.7.3-1', 4],
  ['# that is not last', 4, "82 08 000a 0003 '#/b' 00", 'MQTT-4.7.1-1', 4],
  ['# beside other characters', 4, "82 07 000a 0002 'a#' 00", 'MQTT-4.7.1-1', 4],
  ['+ beside other characters', 4, "82 08 000a 0003 'a+/' 00", 'MQTT-4.7.1-2', 4],
  ['empty share name', 5, "82 0f 000a 00 0009 '$share//t' 00", 'MQTT-4.8.2-1', 5],
  ['wildcard in the share name', 5, "82 10 000a 00 000a '$share/+/t' 00", 'MQTT-4.8.2-2', 5],
  ['share name without filter', 5, "82 0e 000a 00 0008 '$share/g' 00", 'MQTT-4.8.2-2', 5],
  ['share name with an empty filter', 5, "82 0f 000a 00 0009 '$share/g/' 00", 'MQTT-4.8.2-2', 5],
  ['subscription identifier 0', 5, "82 0b 000a 02 0b 00 0003 'a/b' 00", 'MQTT5 §3.8.2.1.2', 6],
  ['two subscription identifiers', 5, "82 0d 000a 04 0b 01 0b 02 0003 'a/b' 00", 'MQTT5 §3.8.2.1.2', 7],
  ['SUBACK of identifier 0', 4, '90 03 0000 00', 'MQTT-2.2.1-6', 2],
  ['SUBACK without codes', 4, '90 02 000a', 'MQTT-3.8.4-6', 4],
  ['SUBACK with code 3', 4, '90 03 000a 03', 'MQTT-3.9.3-2', 4],
  ['SUBACK of 3.1 with a failure', 3, '90 03 000a 80', 'MQTT-3.9.3-2', 4],
  ['SUBACK with a code of another type', 5, '90 05 000a 00 00 11', 'MQTT-3.9.3-2', 6],
  ['UNSUBSCRIBE of identifier 0', 4, "a2 07 0000 0003 'a/b'", 'MQTT-2.2.1-3', 2],
  ['UNSUBSCRIBE without filters', 4, 'a2 02 000b', 'MQTT-3.10.3-2', 4],
  ['UNSUBSCRIBE of an empty filter', 5, 'a2 05 000b 00 0000', 'MQTT-4.7.3-1', 5],
  ['UNSUBACK of identifier 0', 4, 'b0 02 0000', 'MQTT-2.2.1-6', 2],
  ['UNSUBACK with codes before 5.0', 4, 'b0 03 000b 00', 'MQTT3.1.1 §3.11.3', 4],
  ['UNSUBACK without codes', 5, 'b0 03 000b 00', 'MQTT5 §3.11.3', 5],
  ['UNSUBACK with a code of another type', 5, 'b0 04 000b 00 01', 'MQTT-3.11.3-2', 5],
];

const END: readonly Row[] = [
  ['DISCONNECT with a code before 5.0', 4, 'e0 01 00', 'MQTT5 §3.14.3', 2],
  ['DISCONNECT with a code of another type', 5, 'e0 01 01', 'MQTT-3.14.2-1', 2],
  ['DISCONNECT with a client code from a server', 5, 'e0 01 04', 'MQTT-3.14.2-1', 2, DOWN],
  ['DISCONNECT with a server code from a client', 5, 'e0 01 8e', 'MQTT-3.14.2-1', 2, UP],
  ['DISCONNECT with an expiry from a server', 5, 'e0 07 80 05 11 00000001', 'MQTT-3.14.2-2', 3, DOWN],
  ['DISCONNECT with a reference from a client', 5, "e0 06 80 04 1c 0001 'x'", 'MQTT5 §3.14.2.2.5', 3, UP],
  ['DISCONNECT with more than its properties', 5, 'e0 03 00 00 00', 'MQTT5 §3.14.3', 4],
  ['AUTH with a code of another type', 5, 'f0 02 01 00', 'MQTT-3.15.2-1', 2],
  ['AUTH of success from a client', 5, 'f0 02 00 00', 'MQTT-3.15.2-1', 2, UP],
  ['AUTH again from a server', 5, "f0 06 19 04 15 0001 'm'", 'MQTT-3.15.2-1', 2, DOWN],
  ['AUTH without properties', 5, 'f0 01 18', 'MQTT-2.2.2-1', 3],
  ['AUTH without method', 5, 'f0 02 18 00', 'MQTT5 §3.15.2.2.2', 2],
  ['AUTH with data and no method', 5, 'f0 06 00 04 16 0001 00', 'MQTT5 §3.1.2.11.10', 3],
  ['AUTH with more than its properties', 5, 'f0 03 00 00 00', 'MQTT5 §3.15.3', 4],
];

/** Values outside a property's range, each in a packet that may carry it. */
const RANGES: readonly (readonly [holder: (typeof PROPERTY_HOLDERS)[number], bytes: string, rule: string])[] = [
  ['connect', '21 0000', 'MQTT5 §3.1.2.11.3'],
  ['connack', '21 0000', 'MQTT5 §3.1.2.11.3'],
  ['connect', '27 00000000', 'MQTT5 §3.1.2.11.4'],
  ['connect', '17 02', 'MQTT5 §3.1.2.11.7'],
  ['connect', '19 02', 'MQTT5 §3.1.2.11.6'],
  ['will', '01 02', 'MQTT5 §3.3.2.3.2'],
  ['connack', '24 02', 'MQTT5 §3.2.2.3.4'],
  ['connack', '25 02', 'MQTT5 §3.2.2.3.5'],
  ['connack', '28 ff', 'MQTT5 §3.2.2.3.11'],
  ['connack', '29 02', 'MQTT5 §3.2.2.3.12'],
  ['connack', '2a 02', 'MQTT5 §3.2.2.3.13'],
  ['connect', '16 0001 00', 'MQTT5 §3.1.2.11.10'],
];

/** Sections of MQTT 5.0 that forbid a second occurrence. */
const SECTIONS: Readonly<Record<string, string>> = {
  payloadFormatIndicator: '3.3.2.3.2',
  messageExpiryInterval: '3.3.2.3.3',
  contentType: '3.3.2.3.9',
  responseTopic: '3.3.2.3.5',
  correlationData: '3.3.2.3.6',
  sessionExpiryInterval: '3.1.2.11.2',
  assignedClientIdentifier: '3.2.2.3.7',
  serverKeepAlive: '3.2.2.3.14',
  authenticationMethod: '3.1.2.11.9',
  requestProblemInformation: '3.1.2.11.7',
  willDelayInterval: '3.1.3.2.2',
  requestResponseInformation: '3.1.2.11.6',
  responseInformation: '3.2.2.3.15',
  serverReference: '3.2.2.3.16',
  reasonString: '3.2.2.3.9',
  receiveMaximum: '3.1.2.11.3',
  topicAliasMaximum: '3.1.2.11.5',
  topicAlias: '3.3.2.3.4',
  maximumQoS: '3.2.2.3.4',
  retainAvailable: '3.2.2.3.5',
  maximumPacketSize: '3.1.2.11.4',
  wildcardSubscriptionAvailable: '3.2.2.3.11',
  subscriptionIdentifiersAvailable: '3.2.2.3.12',
  sharedSubscriptionAvailable: '3.2.2.3.13',
};

const REPEATABLE = ['userProperties', 'subscriptionIdentifiers'];

export const MALFORMED_VECTORS: readonly MalformedVector[] = [
  ...[FRAME, TEXT, CONNECT, CONNACK, PUBLISH, ACKS, SUBSCRIBE, END]
    .flat()
    .map(([name, version, bytes, rule, offset, direction]) => ({
      name,
      version,
      bytes,
      rule,
      offset,
      ...(direction === undefined ? undefined : { direction }),
    })),
  ...RANGES.map(
    ([holder, bytes, rule]): MalformedVector => ({
      name: `property ${bytes} in ${holder}`,
      version: 5,
      bytes: HOLDER_BYTES[holder](bytes),
      rule,
    }),
  ),
  ...PROPERTY_SAMPLES.flatMap(({ name, bytes, holders }) =>
    PROPERTY_HOLDERS.filter((holder) => !holders.includes(holder)).map(
      (holder): MalformedVector => ({
        name: `${name} in ${holder}`,
        version: 5,
        bytes: HOLDER_BYTES[holder](bytes),
        rule: 'MQTT5 §2.2.2.2',
      }),
    ),
  ),
  ...PROPERTY_SAMPLES.filter(({ name }) => !REPEATABLE.includes(name)).flatMap(({ name, bytes, holders }) =>
    PROPERTY_HOLDERS.filter((holder) => holders.includes(holder)).map(
      (holder): MalformedVector => ({
        name: `${name} twice in ${holder}`,
        version: 5,
        bytes: HOLDER_BYTES[holder](`${bytes} ${bytes}`),
        rule: name === 'authenticationData' ? 'MQTT5 §3.1.2.11.9' : `MQTT5 §${SECTIONS[name]}`,
      }),
    ),
  ),
];
