/** An endless capture made up from row numbers: every row can be asked for without any other having been made. */

import { decodePacket } from '../../../main/engine/codec/decode.ts';
import { encodePacket } from '../../../main/engine/codec/encode.ts';
import { fieldMap } from '../../../main/engine/codec/fields.ts';
import type { ColourRule } from '../../../shared/contract/colours.ts';
import type { FlowDetail } from '../../../shared/contract/flow-records.ts';
import type { PacketDetail, PacketDetailLine, PacketRows } from '../../../shared/contract/packet-records.ts';
import { ROW_FLAG } from '../../../shared/contract/packet-records.ts';
import { type Direction, PACKET_TYPES, type Packet, type PacketType } from '../../../shared/mqtt/packet.ts';

export const START_US = 1_795_176_247_101_220;
const STEP_US = [
  19, 21, 3739, 4581, 1919, 51, 1871, 6602, 15, 63_751, 6233, 1187, 8809, 2118, 1500, 800, 700, 650, 900, 4000,
];
const PERIOD = STEP_US.length;
const PERIOD_US = STEP_US.reduce((sum, step) => sum + step, 0);
/** Rows before the pattern begins: opened, CONNECT, CONNACK, SUBSCRIBE, SUBACK. */
const PROLOGUE = 5;

const text = new TextEncoder();

export interface FakePacket {
  readonly direction: Direction;
  readonly packet?: Packet;
  readonly bytes: Uint8Array;
  readonly topic: string;
  readonly packetId: number;
  readonly flow: number;
  readonly flowStart: boolean;
  readonly flowDurationUs: number;
  /** As in FLOW_STATES. */
  readonly flowState: number;
  readonly detail: PacketDetailLine;
  readonly flags: number;
  readonly connection: number;
}

const UP = 'client-to-server';
const DOWN = 'server-to-client';

export function fakeTime(seq: number): number {
  if (seq < PROLOGUE) return START_US + seq * 730;
  const at = seq - PROLOGUE;
  let us = START_US + PROLOGUE * 730 + Math.floor(at / PERIOD) * PERIOD_US;
  for (let phase = 0; phase < at % PERIOD; phase++) us += STEP_US[phase] ?? 0;
  return us;
}

function row(direction: Direction, packet: Packet, more: Partial<FakePacket> = {}): FakePacket {
  return {
    direction,
    packet,
    bytes: encodePacket(packet, 5),
    topic: packet.type === 'publish' ? packet.topic : '',
    packetId: 'packetId' in packet ? (packet.packetId ?? 0) : 0,
    flow: -1,
    flowStart: false,
    flowDurationUs: Number.NaN,
    flowState: 255,
    detail: null,
    flags: packet.type === 'publish' ? (packet.dup ? ROW_FLAG.dup : 0) | (packet.retain ? ROW_FLAG.retain : 0) : 0,
    connection: 1,
    ...more,
  };
}

function event(name: string, data: Record<string, unknown>): FakePacket {
  return {
    direction: UP,
    bytes: new Uint8Array(),
    topic: '',
    packetId: 0,
    flow: -1,
    flowStart: false,
    flowDurationUs: Number.NaN,
    flowState: 255,
    detail: { kind: 'event', event: name, data },
    flags: ROW_FLAG.event,
    connection: 1,
  };
}

function prologue(seq: number): FakePacket {
  if (seq === 0) return event('connection-opened', { remoteAddress: '192.0.2.10:8883' });
  if (seq === 1)
    return row(
      UP,
      {
        type: 'connect',
        protocolName: 'MQTT',
        protocolVersion: 5,
        cleanStart: false,
        keepAlive: 60,
        clientId: 'inspector-7f3a',
        username: 'factory',
        will: { topic: 'site/inspector/state', payload: text.encode('offline'), qos: 1, retain: true },
        properties: { sessionExpiryInterval: 3600, receiveMaximum: 20, userProperties: [['app', 'inspector']] },
      },
      {
        flow: 0,
        flowStart: true,
        flowDurationUs: 730,
        flowState: 1,
        detail: {
          kind: 'connect',
          clientId: 'inspector-7f3a',
          protocolVersion: 5,
          keepAlive: 60,
          cleanStart: false,
          username: true,
          will: true,
        },
      },
    );
  if (seq === 2)
    return row(
      DOWN,
      {
        type: 'connack',
        sessionPresent: true,
        reasonCode: 0,
        properties: { receiveMaximum: 20, topicAliasMaximum: 10 },
      },
      { flow: 0, flowState: 1, detail: { kind: 'connack', reasonCode: 0, sessionPresent: true, protocolVersion: 5 } },
    );
  if (seq === 3)
    return row(
      UP,
      {
        type: 'subscribe',
        packetId: 1,
        subscriptions: [
          { topicFilter: 'site/#', qos: 2 },
          { topicFilter: '$SYS/#', qos: 0 },
        ],
      },
      {
        flow: 1,
        flowStart: true,
        flowDurationUs: 730,
        flowState: 1,
        detail: { kind: 'subscribe', filters: ['site/#', '$SYS/#'], total: 2 },
      },
    );
  return row(
    DOWN,
    { type: 'suback', packetId: 1, reasonCodes: [2, 0] },
    { flow: 1, flowState: 1, detail: { kind: 'suback', reasonCodes: [2, 0], total: 2 } },
  );
}

interface PublishOptions {
  readonly qos: 0 | 1 | 2;
  readonly payload?: string | Uint8Array;
  readonly id?: number;
  readonly retain?: boolean;
  readonly dup?: boolean;
}

function publish(topic: string, options: PublishOptions): Packet {
  const payload = options.payload ?? `{"t":21.5}`;
  return {
    type: 'publish',
    dup: options.dup ?? false,
    qos: options.qos,
    retain: options.retain ?? false,
    topic,
    ...(options.qos === 0 ? {} : { packetId: options.id ?? 1 }),
    properties: options.qos === 2 ? { contentType: 'json', userProperties: [['unit', '°C']] } : {},
    payload: typeof payload === 'string' ? text.encode(payload) : payload,
  };
}

/** Row `seq` of the made-up capture. */
export function fakePacket(seq: number): FakePacket {
  if (seq < PROLOGUE) return prologue(seq);
  const round = Math.floor((seq - PROLOGUE) / PERIOD);
  const phase = (seq - PROLOGUE) % PERIOD;
  const flow = 2 + round * 5;
  const id = (round * 4) % 65_530;
  const json = JSON.stringify({ t: 20 + (round % 70) / 10, unit: '°C', seq, ok: round % 3 !== 0 });
  switch (phase) {
    case 0:
      return row(DOWN, publish('site/a1/temp', { qos: 1, id: id + 1, payload: json }), {
        flow,
        flowStart: true,
        flowDurationUs: 19,
        flowState: 1,
      });
    case 1:
      return row(
        UP,
        { type: 'puback', packetId: id + 1, reasonCode: 0 },
        { flow, flowState: 1, topic: 'site/a1/temp' },
      );
    case 2:
      return row(DOWN, publish('site/a1/door/state', { qos: 0, retain: true, payload: 'open' }));
    case 3:
      return row(UP, publish('site/b2/temp', { qos: 2, id: id + 2 }), {
        flow: flow + 1,
        flowStart: true,
        flowDurationUs: 3841,
        flowState: 1,
      });
    case 4:
      return row(
        DOWN,
        { type: 'pubrec', packetId: id + 2, reasonCode: 0 },
        { flow: flow + 1, flowState: 1, topic: 'site/b2/temp' },
      );
    case 5:
      return row(
        UP,
        { type: 'pubrel', packetId: id + 2, reasonCode: 0 },
        { flow: flow + 1, flowState: 1, topic: 'site/b2/temp' },
      );
    case 6:
      return row(
        DOWN,
        { type: 'pubcomp', packetId: id + 2, reasonCode: 0 },
        { flow: flow + 1, flowState: 1, topic: 'site/b2/temp' },
      );
    case 7:
      return row(DOWN, publish('site/c3/数据/温度', { qos: 1, id: id + 3, payload: `温度 ${20 + (round % 9)} °C` }), {
        flow: flow + 2,
        flowStart: true,
        flowDurationUs: 15,
        flowState: 1,
      });
    case 8:
      return row(
        UP,
        { type: 'puback', packetId: id + 3, reasonCode: 0 },
        { flow: flow + 2, flowState: 1, topic: 'site/c3/数据/温度' },
      );
    case 9:
      return row(UP, publish('actuator/7/set', { qos: 2, id: id + 4, dup: true }), {
        flow: flow + 3,
        flowStart: true,
        flowDurationUs: 64_000,
        flowState: round % 4 === 0 ? 5 : 1,
      });
    case 10:
      return row(UP, { type: 'pingreq' }, { flow: flow + 4, flowStart: true, flowDurationUs: 1187, flowState: 1 });
    case 11:
      return row(
        DOWN,
        { type: 'pingresp' },
        { flow: flow + 4, flowState: 1, detail: { kind: 'pingresp', rttUs: 1187 } },
      );
    case 12:
      return round % 5 === 0 ? malformed() : row(DOWN, publish('site/a2/hum', { qos: 0, payload: json }));
    case 13:
      return row(DOWN, publish('$SYS/broker/messages/received', { qos: 0, payload: String(seq) }));
    case 19:
      return row(
        DOWN,
        publish('site/cam/frame', {
          qos: 0,
          payload: Uint8Array.from({ length: 180 }, (_, at) => (at * 37 + seq) & 255),
        }),
      );
    default:
      return row(DOWN, publish(`site/a${phase}/temp`, { qos: 0, payload: json }));
  }
}

function malformed(): FakePacket {
  const bytes = encodePacket(publish('site/a9/bad', { qos: 1, id: 9, payload: 'x' }), 5);
  bytes[0] = (bytes[0] ?? 0) | 0x06;
  const decoded = decodePacket(bytes, 5, DOWN);
  const fault = decoded.malformed ?? { rule: 'MQTT-3.3.1-4', message: 'Both QoS bits are set.', offset: 0 };
  return {
    ...event('', {}),
    direction: DOWN,
    bytes,
    flags: ROW_FLAG.malformed,
    detail: { kind: 'malformed', ...fault },
  };
}

export function fakeType(packet: FakePacket): PacketType | 'event' {
  if (packet.packet !== undefined) return packet.packet.type;
  return (packet.flags & ROW_FLAG.event) !== 0 ? 'event' : 'publish';
}

/** Rows `seqs` as the contract's columns. */
export function fakeRows(
  first: number,
  seqs: readonly number[],
  previous: number | undefined,
  rules: readonly ColourRule[] = [],
): PacketRows {
  const active = rules.filter(({ enabled }) => enabled);
  const tests = active.map(({ filter }) => (filter.trim() === '' ? () => false : fakeFilter(filter)));
  const packets = seqs.map(fakePacket);
  const numbers = (of: (packet: FakePacket, seq: number) => number) =>
    packets.map((packet, index) => of(packet, seqs[index] ?? 0));
  return {
    first,
    seq: Float64Array.from(seqs),
    timeUs: Float64Array.from(seqs, fakeTime),
    previousTimeUs: previous === undefined ? Number.NaN : fakeTime(previous),
    direction: Uint8Array.from(numbers((packet) => (packet.direction === UP ? 0 : 1))),
    header: Uint8Array.from(numbers((packet) => packet.bytes[0] ?? 0)),
    flags: Uint16Array.from(numbers((packet) => packet.flags)),
    length: Uint32Array.from(numbers((packet) => packet.bytes.length)),
    packetId: Uint16Array.from(numbers((packet) => packet.packetId)),
    connection: Uint32Array.from(numbers((packet) => packet.connection)),
    flow: Float64Array.from(numbers((packet) => packet.flow)),
    flowDurationUs: Float64Array.from(numbers((packet) => packet.flowDurationUs)),
    flowState: Uint8Array.from(numbers((packet) => packet.flowState)),
    flowStart: Uint8Array.from(numbers((packet) => (packet.flowStart ? 1 : 0))),
    topic: packets.map((packet) => packet.topic),
    detail: packets.map((packet) => packet.detail),
    initiator: packets.map((packet) => (packet.direction === UP && fakeType(packet) === 'publish' ? 'main.py:12' : '')),
    colour: Uint8Array.from(seqs, (seq) => tests.findIndex((test) => test(seq)) + 1),
    marks: active.map(({ id, name, filter, colour }) => ({ rule: id, name: name || filter, colour })),
  };
}

export function fakeDetail(source: number, seq: number, rules: readonly ColourRule[] = []): PacketDetail {
  const made = fakePacket(seq);
  const { colour, marks } = fakeRows(0, [seq], undefined, rules);
  const mark = marks[(colour[0] ?? 0) - 1];
  const type = fakeType(made);
  const { packet } = made;
  const payloadLength = packet?.type === 'publish' ? packet.payload.length : 0;
  return {
    source,
    seq,
    timeUs: fakeTime(seq),
    direction: made.direction,
    connection: made.connection,
    protocolVersion: 5,
    versionGuessed: false,
    type,
    ...(packet?.type === 'publish'
      ? { qos: packet.qos, retain: packet.retain, dup: packet.dup, topic: packet.topic }
      : {}),
    ...(made.packetId === 0 ? {} : { packetId: made.packetId }),
    length: made.bytes.length,
    bytes: made.bytes.slice(0, 65_536),
    fields: made.bytes.length === 0 ? [] : fieldMap(made.bytes, 5, made.direction),
    payloadFrom: made.bytes.length - payloadLength,
    payloadTo: made.bytes.length,
    ...(made.detail?.kind === 'malformed' ? { malformed: made.detail } : {}),
    ...(made.flow < 0 ? {} : { flow: made.flow }),
    ...(mark === undefined ? {} : { mark }),
    ...(made.direction === UP && type === 'publish' ? { initiator: 'main.py:12' } : {}),
    notes:
      packet?.type === 'publish' && packet.qos === 2 ? [{ code: 'qos-limit-of-subscription', data: { qos: 2 } }] : [],
    ...(made.detail?.kind === 'event' ? { event: made.detail } : {}),
  };
}

/** The flow of the row `seq`, its steps found by looking around. */
export function fakeFlow(source: number, flow: number): FlowDetail {
  const near = flow < 2 ? 0 : PROLOGUE + Math.floor((flow - 2) / 5) * PERIOD;
  const seqs = Array.from({ length: PERIOD + PROLOGUE }, (_, at) => near + at).filter(
    (seq) => fakePacket(seq).flow === flow,
  );
  const first = fakePacket(seqs[0] ?? 0);
  const from = fakeTime(seqs[0] ?? 0);
  const stalled = first.flowState === 5;
  const kind =
    first.packet?.type === 'publish' ? (first.packet.qos === 2 ? 'publish2' : 'publish1') : first.packet?.type;
  return {
    source,
    flow,
    kind:
      kind === 'pingreq'
        ? 'ping'
        : kind === 'connect' || kind === 'subscribe' || kind === 'publish2'
          ? kind
          : 'publish1',
    state: stalled ? 'stalled' : 'complete',
    direction: first.direction,
    packetId: first.packetId,
    topic: first.topic,
    startUs: from,
    durationUs: fakeTime(seqs.at(-1) ?? 0) - from,
    retries: 0,
    ...(stalled ? { awaits: 'pubrec' as const } : {}),
    steps: seqs.map((seq) => {
      const made = fakePacket(seq);
      return {
        seq,
        timeUs: fakeTime(seq),
        direction: made.direction,
        type: PACKET_TYPES[(made.bytes[0] ?? 0) >> 4] as PacketType,
        dup: (made.flags & ROW_FLAG.dup) !== 0,
        reasonCode: 0,
        connection: 1,
        stored: true,
      };
    }),
  };
}

/** A stand-in for the filter language: words `type:a,b`, `topic:part`, `is:error`; anything else is looked for in the topic. */
export function fakeFilter(filter: string): (seq: number) => boolean {
  const tests = filter
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word): ((packet: FakePacket) => boolean) => {
      if (word.startsWith('type:')) {
        const types = word.slice(5).split(',');
        return (packet) => types.includes(fakeType(packet));
      }
      if (word === 'is:error') return (packet) => (packet.flags & ROW_FLAG.malformed) !== 0;
      const part = word.replace(/^topic:/, '').replaceAll('"', '');
      return (packet) => packet.topic.includes(part);
    });
  return (seq) => {
    const packet = fakePacket(seq);
    return tests.every((test) => test(packet));
  };
}
