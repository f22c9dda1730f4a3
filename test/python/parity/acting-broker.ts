/** A broker that acts out what a client asks for by its identifier: refusals, silence, lost connections, the reasons of MQTT 5. */

import { createServer, type Socket } from 'node:net';
import { decodePacket } from '../../../main/engine/codec/decode.ts';
import { encodePacket } from '../../../main/engine/codec/encode.ts';
import { INCOMPLETE, scanFrame } from '../../../main/engine/codec/frame.ts';
import type { ConnectPacket, Packet, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { type Listening, listen } from '../../support/ports.ts';

interface Stage {
  readonly socket: Socket;
  readonly connect: ConnectPacket;
  /** From 1: how often this client has connected. */
  readonly times: number;
  /** Packets after the CONNECT. */
  packets: number;
  send(...packets: readonly Packet[]): void;
}

interface Part {
  /** In place of a CONNACK that accepts. */
  readonly connected?: (stage: Stage) => void;
  /** In place of the usual answer. */
  readonly came?: (stage: Stage, packet: Packet) => void;
}

const accept = (stage: Stage, sessionPresent = false): void =>
  stage.send({ type: 'connack', sessionPresent, reasonCode: 0 });

function refuse(stage: Stage, reasonCode: number): void {
  stage.send({ type: 'connack', sessionPresent: false, reasonCode });
  stage.socket.end();
}

/** What a broker answers that does nothing else. */
function acknowledge(stage: Stage, packet: Packet): void {
  if (packet.type === 'publish' && packet.packetId !== undefined) {
    const type = packet.qos === 1 ? 'puback' : 'pubrec';
    stage.send({ type, packetId: packet.packetId, reasonCode: 0 });
  } else if (packet.type === 'pubrec') stage.send({ type: 'pubrel', packetId: packet.packetId, reasonCode: 0 });
  else if (packet.type === 'pubrel') stage.send({ type: 'pubcomp', packetId: packet.packetId, reasonCode: 0 });
  else if (packet.type === 'subscribe') {
    const reasonCodes = packet.subscriptions.map(({ qos }) => qos);
    stage.send({ type: 'suback', packetId: packet.packetId, reasonCodes });
  } else if (packet.type === 'unsubscribe') {
    const reasonCodes = stage.connect.protocolVersion === 5 ? packet.topicFilters.map(() => 0) : [];
    stage.send({ type: 'unsuback', packetId: packet.packetId, reasonCodes });
  } else if (packet.type === 'pingreq') stage.send({ type: 'pingresp' });
  else if (packet.type === 'disconnect') stage.socket.end();
}

/** Parts by the word that a client identifier begins with; the number behind it is `argument`. */
const PARTS: Readonly<Record<string, (argument: number) => Part>> = {
  /** `refuse-5`: CONNACK with that code. */
  refuse: (code) => ({ connected: (stage) => refuse(stage, code) }),
  /** `unready-3`: refuses with that code once, then accepts. */
  unready: (code) => ({ connected: (stage) => (stage.times === 1 ? refuse(stage, code) : accept(stage)) }),
  /** `old-1`: knows MQTT 3.1 only. */
  old: (code) => ({
    connected: (stage) => (stage.connect.protocolVersion === 3 ? accept(stage) : refuse(stage, code)),
  }),
  /** `leave-1`: ends the connection in place of an answer to the CONNECT. */
  leave: () => ({ connected: ({ socket }) => void socket.end() }),
  /** `mute-1`: takes the CONNECT and says nothing. */
  mute: () => ({ connected: () => undefined, came: () => undefined }),
  /** `silent-1`: accepts and says nothing more. */
  silent: () => ({ came: () => undefined }),
  /** `drop-2`: on the first connection, ends it with the second packet after the CONNECT, unanswered; later ones have no session. */
  drop: (count) => ({ came: (stage, packet) => dropAt(stage, packet, count) }),
  /** `resume-2`: as `drop-2`, with the session kept. */
  resume: (count) => ({
    connected: (stage) => accept(stage, stage.times > 1),
    came: (stage, packet) => dropAt(stage, packet, count),
  }),
  /** `reset-2`: as `drop-2`, by a reset. */
  reset: (count) => ({
    came: (stage, packet) => {
      if (stage.times === 1 && stage.packets === count) stage.socket.resetAndDestroy();
      else acknowledge(stage, packet);
    },
  }),
  /** `halfway-1`: on the first connection, ends it in place of a PUBCOMP; the session is kept. */
  halfway: () => ({
    connected: (stage) => accept(stage, stage.times > 1),
    came: (stage, packet) => {
      if (stage.times === 1 && packet.type === 'pubrel') stage.socket.end();
      else acknowledge(stage, packet);
    },
  }),
  /** `late-150`: acknowledges each packet that many milliseconds late. */
  late: (delayMs) => ({ came: (stage, packet) => void setTimeout(() => acknowledge(stage, packet), delayMs) }),
  /** `twice-1`: every acknowledgement comes twice. */
  twice: () => ({
    came: (stage, packet) => {
      acknowledge(stage, packet);
      acknowledge(stage, packet);
    },
  }),
  /** `odd-1`: answers a SUBSCRIBE with bytes that are no SUBACK of MQTT. */
  odd: () => ({
    came: (stage, packet) => {
      if (packet.type === 'subscribe') stage.socket.write(Buffer.from([0x00, 0x00]));
      else acknowledge(stage, packet);
    },
  }),
  /** `reasons-1`: MQTT 5 with reasons and properties in everything. */
  reasons: () => ({ connected: acceptWithProperties, came: answerWithReasons }),
};

function dropAt(stage: Stage, packet: Packet, count: number): void {
  if (stage.times === 1 && stage.packets === count) stage.socket.end();
  else acknowledge(stage, packet);
}

function acceptWithProperties(stage: Stage): void {
  const properties = {
    assignedClientIdentifier: 'given',
    serverKeepAlive: 30,
    receiveMaximum: 5,
    topicAliasMaximum: 3,
    maximumQoS: 1,
    retainAvailable: 0,
    reasonString: 'welcome',
    userProperties: [
      ['a', '1'],
      ['a', '2'],
    ],
  } as const;
  stage.send({ type: 'connack', sessionPresent: true, reasonCode: 0, properties });
}

function answerWithReasons(stage: Stage, packet: Packet): void {
  const properties = { reasonString: 'because' };
  if (packet.type === 'publish' && packet.packetId !== undefined) {
    const type = packet.qos === 1 ? 'puback' : 'pubrec';
    stage.send({ type, packetId: packet.packetId, reasonCode: 0x10, properties });
  } else if (packet.type === 'subscribe') {
    const reasonCodes = packet.subscriptions.map((_, index) => [0x87, 0x01, 0x8f][index % 3] ?? 0);
    stage.send({ type: 'suback', packetId: packet.packetId, reasonCodes, properties });
  } else if (packet.type === 'unsubscribe') {
    const reasonCodes = packet.topicFilters.map((_, index) => [0x11, 0x00][index % 2] ?? 0);
    stage.send({ type: 'unsuback', packetId: packet.packetId, reasonCodes, properties });
  } else if (packet.type === 'publish' && packet.topic === 'end') {
    stage.send({ type: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'closing' } });
    stage.socket.end();
  } else acknowledge(stage, packet);
}

/** The part named by a client identifier such as `drop-2-any`; an empty identifier is refused as such. */
function partOf(clientId: string): Part {
  if (clientId === '') return { connected: (stage) => refuse(stage, 2) };
  const [word = '', argument = '0'] = clientId.split('-');
  return PARTS[word]?.(Number(argument)) ?? {};
}

export function startActingBroker(): Promise<Listening> {
  const seen = new Map<string, number>();
  return listen(createServer((socket) => serve(socket, seen)));
}

function serve(socket: Socket, seen: Map<string, number>): void {
  let rest: Buffer = Buffer.alloc(0);
  let version: ProtocolVersion = 4;
  let stage: Stage | undefined;
  let part: Part = {};
  const take = (packet: Packet): void => {
    if (packet.type === 'connect') {
      version = packet.protocolVersion;
      const times = (seen.get(packet.clientId) ?? 0) + 1;
      seen.set(packet.clientId, times);
      const send = (...packets: readonly Packet[]): void => {
        for (const one of packets) if (socket.writable) socket.write(encodePacket(one, version));
      };
      part = partOf(packet.clientId);
      stage = { socket, connect: packet, times, packets: 0, send };
      (part.connected ?? accept)(stage);
    } else if (stage !== undefined) {
      stage.packets += 1;
      (part.came ?? acknowledge)(stage, packet);
    }
  };
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (let length = scanFrame(rest, 0, rest.length); length > INCOMPLETE; length = scanFrame(rest, 0, rest.length)) {
      const { packet } = decodePacket(rest.subarray(0, length), version, 'client-to-server');
      rest = rest.subarray(length);
      if (packet !== undefined) take(packet);
    }
  });
}
