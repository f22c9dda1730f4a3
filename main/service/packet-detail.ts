/** One packet for the detail pane: its bytes, the field map over them, and notes on what it does not say itself. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import type { PacketDetail, PacketNote } from '../../shared/contract/packet-records.ts';
import type { ConnackPacket, Packet, ProtocolVersion, QoS } from '../../shared/mqtt/packet.ts';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import { decodePacket } from '../engine/codec/decode.ts';
import { fieldMap } from '../engine/codec/fields.ts';
import { payloadStart } from '../engine/capture/publish-payload.ts';
import type { LiveSource } from './live-source.ts';
import { topicOf } from './packet-rows.ts';
import type { RowColours } from './row-colours.ts';

/** Bytes that come with the detail; the rest is read page by page. */
const DETAIL_BYTES = 65_536;

/** Throws `no-such-packet` where the row is not, or no longer, in the capture. */
export function requireRow(live: LiveSource, seq: Seq): void {
  const { capture } = live.recording;
  if (!capture.has(seq)) throw new InspectorError('no-such-packet', { seq, firstSeq: capture.firstSeq });
}

/** Throws `no-such-packet`. */
export function packetDetail(live: LiveSource, seq: Seq, colours: RowColours): PacketDetail {
  requireRow(live, seq);
  const mark = colours.markOf(seq);
  const { capture, flows } = live.recording;
  const flags = capture.flags(seq);
  const connection = capture.connection(seq);
  const direction = capture.direction(seq);
  const { version, origin } = capture.protocolVersion(connection);
  const header = capture.firstByte(seq);
  const flow = capture.flow(seq);
  const initiator = live.recording.initiator(seq);
  const comment = live.recording.comments.get(seq);
  const interventions = live.recording.interventions.get(seq);
  const base = {
    source: live.id,
    seq,
    timeUs: capture.timeUs(seq),
    direction,
    connection,
    protocolVersion: version,
    versionGuessed: origin === 'guessed' || origin === 'unknown',
    length: capture.length(seq),
    ...(flows.store.has(flow) ? { flow } : {}),
    ...(initiator === '' ? {} : { initiator }),
    ...(comment === undefined ? {} : { comment }),
    ...(interventions === undefined ? {} : { interventions }),
    ...(mark === undefined ? {} : { mark }),
  };
  if ((flags & FLAG.event) !== 0) {
    const event = capture.eventAt(seq);
    return {
      ...base,
      type: 'event',
      bytes: new Uint8Array(0),
      fields: [],
      payloadFrom: 0,
      payloadTo: 0,
      notes: [],
      event: { event: event?.kind ?? '', data: (event?.data ?? {}) as Readonly<Record<string, unknown>> },
    };
  }
  const whole = capture.bytes(seq);
  const bytes = whole.slice(0, DETAIL_BYTES);
  const type = PACKET_TYPES[header >> 4] ?? 'reserved';
  const result = decodePacket(whole, version, direction);
  const isPublish = type === 'publish';
  const topic = topicOf(live.recording, seq);
  const packetId = capture.packetId(seq);
  return {
    ...base,
    type,
    ...(isPublish ? { qos: ((header >> 1) & 3) as QoS, retain: (header & 1) !== 0, dup: (header & 8) !== 0 } : {}),
    ...(topic === '' ? {} : { topic }),
    ...(result.packet?.type === 'publish' && result.packet.topic === '' && topic !== ''
      ? { topicFromAlias: true }
      : {}),
    ...(packetId === 0 ? {} : { packetId }),
    bytes,
    fields: fieldMap(whole, version, direction),
    payloadFrom: isPublish ? payloadStart(whole, version) : 0,
    payloadTo: isPublish ? whole.length : 0,
    ...(result.malformed === undefined ? {} : { malformed: result.malformed }),
    notes: result.packet === undefined ? [] : notesOn(live, seq, result.packet, version),
  };
}

/** Bytes `from`…`to` of a packet, a copy. Throws `no-such-packet`, and `too-large` for more than 4 MiB at once. */
export function readBytes(live: LiveSource, seq: Seq, from: number, to: number): Uint8Array {
  requireRow(live, seq);
  const limit = 4 * 1024 * 1024;
  if (to - from > limit) throw new InspectorError('too-large', { what: 'bytes', limit, actual: to - from });
  return live.recording.capture.bytes(seq).slice(from, to);
}

const note = (code: string, data: PacketNote['data'] = {}): PacketNote => ({ code, data });

function notesOn(live: LiveSource, seq: Seq, packet: Packet, version: ProtocolVersion): readonly PacketNote[] {
  const { capture } = live.recording;
  const inbound = capture.direction(seq) === 'server-to-client';
  switch (packet.type) {
    case 'publish':
      return inbound ? notesOnReceived(live, seq, packet) : notesOnSent(live, seq, packet);
    case 'suback':
      return notesOnSuback(live, seq, packet.reasonCodes);
    case 'connack': {
      const keepAlive = packet.properties?.serverKeepAlive;
      return [
        ...(keepAlive === undefined ? [] : [note('keep-alive-overridden', { seconds: keepAlive })]),
        ...(packet.properties?.assignedClientIdentifier === undefined
          ? []
          : [note('client-id-assigned', { clientId: packet.properties.assignedClientIdentifier })]),
        ...(packet.sessionPresent ? [note('session-resumed')] : notesOnLostSession(live, seq, packet)),
      ];
    }
    case 'disconnect':
      return packet.reasonCode === 0x8e && version === 5 ? [note('taken-over', { clientId: live.clientId })] : [];
    case 'puback':
    case 'pubrec':
      return packet.reasonCode === 0x10 ? [note('no-matching-subscribers')] : [];
    default:
      return [];
  }
}

type Publish = Extract<Packet, { type: 'publish' }>;

function notesOnReceived(live: LiveSource, seq: Seq, packet: Publish): PacketNote[] {
  const notes: PacketNote[] = [];
  if (packet.retain) notes.push(note('retained-from-store'));
  else if (live.recording.topics.stats.isRetained(live.recording.capture.topicId(seq))) {
    notes.push(note('retain-cleared-on-forward'));
  }
  notes.push(...notesOnRepeats(live, seq, packet));
  return notes;
}

function notesOnSent(live: LiveSource, seq: Seq, packet: Publish): PacketNote[] {
  const notes: PacketNote[] = [];
  if (packet.retain && packet.payload.length === 0) notes.push(note('empty-retained-clears'));
  if (packet.qos > 0) notes.push(note('qos-limit-of-subscription', { qos: packet.qos }));
  notes.push(...notesOnRepeats(live, seq, packet));
  return notes;
}

function notesOnRepeats(live: LiveSource, seq: Seq, packet: Publish): PacketNote[] {
  const { capture, flows } = live.recording;
  const flow = capture.flow(seq);
  const notes: PacketNote[] = [];
  if (packet.topic === '') notes.push(note('alias-resolved', { alias: packet.properties?.topicAlias ?? 0 }));
  if (!packet.dup || !flows.store.has(flow)) return notes;
  if (flows.store.firstSeq(flow) === seq) notes.push(note('dup-without-original'));
  else notes.push(note('resent-after-reconnect', { original: flows.store.firstSeq(flow) + 1 }));
  return notes;
}

/** A session was asked for that an earlier connection had, and the server has none: [MQTT-3.2.2-3] of 3.1.1. */
function notesOnLostSession(live: LiveSource, seq: Seq, { reasonCode }: ConnackPacket): readonly PacketNote[] {
  const { capture } = live.recording;
  if (reasonCode !== 0 || capture.connection(seq) === 0) return [];
  const asked = requestOf(live, seq);
  return asked?.type === 'connect' && !asked.cleanStart ? [note('session-discarded')] : [];
}

/** The packet that began the exchange of this one; undefined for itself and where it is gone. */
function requestOf(live: LiveSource, seq: Seq): Packet | undefined {
  const { capture, flows } = live.recording;
  const flow = capture.flow(seq);
  if (!flows.store.has(flow)) return undefined;
  const asked = flows.store.firstSeq(flow);
  if (asked === seq || !capture.has(asked)) return undefined;
  const { version } = capture.protocolVersion(capture.connection(asked));
  return decodePacket(capture.bytes(asked), version, capture.direction(asked)).packet;
}

/** Compares what was granted with the SUBSCRIBE that the SUBACK answers. */
function notesOnSuback(live: LiveSource, seq: Seq, reasonCodes: readonly number[]): PacketNote[] {
  const asked = requestOf(live, seq);
  if (asked?.type !== 'subscribe') return [];
  return asked.subscriptions.flatMap(({ topicFilter, qos }, index) => {
    const granted = reasonCodes[index];
    if (granted === undefined || granted >= 0x80 || granted >= qos) return [];
    return [note('granted-less', { topicFilter, asked: qos, granted })];
  });
}
