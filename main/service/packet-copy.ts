/** A packet of a source as text for the clipboard: its bytes and fields, or a program that does again what it did. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import { programText } from '../../shared/copy-as/copy-as.ts';
import { type CopiedPacket, copyForms, type CopyConnection, type CopyForm } from '../../shared/copy-as/subject.ts';
import { type ConnectPacket, type Packet, PACKET_TYPES, TYPE } from '../../shared/mqtt/packet.ts';
import { toHex } from '../../shared/payload/payload-encoding.ts';
import { decodeText } from '../../shared/payload/payload-text.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import { decodePacket } from '../engine/codec/decode.ts';
import { withoutCredentials } from './mask-credentials.ts';
import { requireRow } from './packet-detail.ts';
import { type LiveSource } from './live-source.ts';
import { LiveSession } from './live-session.ts';
import { packetJson } from './packet-json.ts';
import { topicOf } from './packet-rows.ts';
import { connectPacket } from './session-options.ts';

/** What stands in the place of user name, password and authentication data. */
const MASK = '********';
const utf8 = new TextEncoder();
/** Nobody pastes more; bytes of the packet. */
const LARGEST = 16 * 1024 * 1024;

/**
 * @param credentials whether user name, password and authentication data are written out; stars stand in their place otherwise
 * @returns empty where the packet has no such form
 *
 * Throws `no-such-packet`, and `too-large` for packets over 16 MiB.
 */
export function packetCopy(live: LiveSource, seq: Seq, form: CopyForm, credentials: boolean): string {
  requireRow(live, seq);
  const { capture } = live.recording;
  const size = capture.length(seq);
  if (size > LARGEST) throw new InspectorError('too-large', { what: 'packet', limit: LARGEST, actual: size });
  if ((capture.flags(seq) & (FLAG.event | FLAG.refused)) !== 0) return '';
  const { version } = capture.protocolVersion(capture.connection(seq));
  const direction = capture.direction(seq);
  const whole = capture.bytes(seq);
  const bytes = credentials ? whole : withoutCredentials(whole, version, direction);
  const result = decodePacket(bytes, version, direction);
  const { packet } = result;
  const type = PACKET_TYPES[(whole[0] ?? 0) >> 4] ?? 'reserved';
  if (!copyForms(type, packet === undefined).includes(form)) return '';
  switch (form) {
    case 'hex':
      return toHex(bytes);
    case 'json': {
      const text = packetJson(live.recording, seq, { result, flags: capture.flags(seq) }, seq, true);
      return JSON.stringify(JSON.parse(text), undefined, 2);
    }
    case 'topic':
      return topicOf(live.recording, seq);
    case 'payload':
      return packet?.type === 'publish' ? decodeText(packet.payload).text : '';
    default: {
      if (packet === undefined) return '';
      const copied = copiedPacket(live, seq, packet);
      return copied === undefined ? '' : programText(copied, connectionOf(live, seq, credentials), form);
    }
  }
}

/** The packet with what only its connection knows written out: the topic of an alias. */
function copiedPacket(live: LiveSource, seq: Seq, packet: Packet): CopiedPacket | undefined {
  if (packet.type === 'publish')
    return packet.topic === '' ? { ...packet, topic: topicOf(live.recording, seq) } : packet;
  return packet.type === 'subscribe' || packet.type === 'connect' ? packet : undefined;
}

/** Where the packet's connection goes. A session knows; of others, the CONNECT says what it can. */
function connectionOf(live: LiveSource, seq: Seq, credentials: boolean): CopyConnection {
  const known = live instanceof LiveSession ? sessionConnection(live) : recordedConnection(live, seq);
  return credentials ? known : { ...known, connect: maskedConnect(known.connect) };
}

function maskedConnect(connect: ConnectPacket): ConnectPacket {
  const { properties } = connect;
  return {
    ...connect,
    ...(connect.username === undefined ? {} : { username: MASK }),
    ...(connect.password === undefined ? {} : { password: utf8.encode(MASK) }),
    ...(properties?.authenticationData === undefined
      ? {}
      : { properties: { ...properties, authenticationData: utf8.encode(MASK) } }),
  };
}

function sessionConnection({ profile, secrets }: LiveSession): CopyConnection {
  const { protocol, host, port, websocket, tls } = profile;
  const overWeb = protocol === 'ws' || protocol === 'wss';
  return {
    protocol,
    host,
    port,
    path: overWeb ? (websocket?.path ?? '/mqtt') : '',
    connect: connectPacket(profile, secrets),
    ...(protocol === 'mqtt' || protocol === 'ws'
      ? {}
      : {
          tls: {
            verify: tls?.verify ?? true,
            ownAuthority: Boolean(tls?.ca),
            clientCertificate: Boolean(tls?.cert) || secrets.pfx !== undefined,
            ...(tls?.serverName === undefined ? {} : { serverName: tls.serverName }),
            ...(tls?.alpn === undefined ? {} : { alpn: tls.alpn }),
          },
        }),
  };
}

const ENDPOINT = /^(mqtts?|wss?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?(\/.*)?$/;
const PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;

function recordedConnection(live: LiveSource, seq: Seq): CopyConnection {
  const { endpoint } = live.summary();
  const [, scheme = 'mqtt', host = 'localhost', port, path = ''] = ENDPOINT.exec(endpoint) ?? [];
  const protocol = scheme as keyof typeof PORTS;
  const secure = protocol === 'mqtts' || protocol === 'wss';
  return {
    protocol,
    host: host.replaceAll(/[[\]]/g, ''),
    port: port === undefined ? PORTS[protocol] : Number(port),
    path,
    connect: recordedConnect(live, seq),
    ...(secure ? { tls: { verify: true, ownAuthority: false, clientCertificate: false } } : {}),
  };
}

/** The CONNECT of the packet's connection; a plain one where it is not, or no longer, in the capture. */
function recordedConnect(live: LiveSource, seq: Seq): ConnectPacket {
  const { capture } = live.recording;
  const connection = capture.connection(seq);
  const { version } = capture.protocolVersion(connection);
  for (let at = capture.firstSeq; at <= seq; at++) {
    if (capture.connection(at) !== connection || capture.firstByte(at) >> 4 !== TYPE.connect) continue;
    if ((capture.flags(at) & (FLAG.event | FLAG.refused)) !== 0) continue;
    const { packet } = decodePacket(capture.bytes(at), version, 'client-to-server');
    if (packet?.type === 'connect') return packet;
  }
  return {
    type: 'connect',
    protocolName: version === 3 ? 'MQIsdp' : 'MQTT',
    protocolVersion: version,
    cleanStart: true,
    keepAlive: 60,
    clientId: capture.clientId(connection) ?? '',
  };
}
