/** What is kept of one source: its capture with the topics, flows and rates that are maintained beside it. */

import type { Direction, Malformed, Packet, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import type { Intervention } from '../../../shared/contract/rules.ts';
import { Capture, type CaptureEvent, type ConnectionId } from '../capture/capture.ts';
import { type FrameSink, NO_FLOW } from '../capture/capture-observer.ts';
import { payloadStart } from '../capture/publish-payload.ts';
import { FlowTable } from '../capture/flows/flow-table.ts';
import { InitiatorNames } from '../capture/initiator-names.ts';
import { decodePacket } from '../codec/decode.ts';
import { TopicTree } from '../topics/topic-tree.ts';
import type { Random } from './ports.ts';

export interface RecordingOptions {
  /** Bytes of packets and columns. */
  readonly byteBudget: number;
  readonly maxPacketBytes: number;
  readonly random: Random;
  /**
   * Small ones take a fraction of the memory until much has come, and no memory is made ready ahead: for sources that come by the hundred.
   * Default `large`.
   */
  readonly pieces?: 'large' | 'small';
}

/** TLS secrets that are kept: a connection has five, of 200 bytes at most. */
const MOST_KEYS = 10_000;

/** Rows of interventions that are remembered by their order, at least. */
const MOST_NEWEST = 10_000;

/** Memory of a small recording's first packets: bytes of a segment, and rows of a block. */
const SMALL_PIECES = { segmentBytes: 262_144, recordsPerBlock: 4096 } as const;

/** Memory of a large recording whose budget holds few segments of the usual size: what is evicted at once stays a small part of it. */
const MEDIUM_PIECES = { segmentBytes: 1_048_576, recordsPerBlock: 16_384 } as const;
const LEAST_LARGE_BUDGET = 134_217_728;

function sizesOf(pieces: 'large' | 'small', byteBudget: number): typeof SMALL_PIECES | typeof MEDIUM_PIECES | object {
  if (pieces === 'small') return SMALL_PIECES;
  return byteBudget < LEAST_LARGE_BUDGET ? MEDIUM_PIECES : {};
}

/**
 * Who acts on the packets of one direction while they are recorded; a session for what its server sends.
 * Called in wire order, after the flow of each packet is known, never for a QoS 0 PUBLISH but for news of its Topic Alias.
 * Must not record anything itself.
 */
export interface PacketActor {
  /** Before {@link publish}: the packet's alias is zero, unknown, or given to `topic`, which is empty where the packet names none. */
  topicAlias(alias: number, topic: string): void;
  publish(firstByte: number, packetId: number): void;
  acknowledgement(type: number, packetId: number, reasonCode: number): void;
  packet(packet: Packet): void;
  malformed(fault: Malformed): void;
  refused(size: number): void;
}

/** Memory that a frame in which nothing came makes ready for what will come, up to one segment: half a millisecond's work. */
const TOUCHED_BYTES = 524_288;

/** Rows of one recording, with every index over them. Bytes go in by {@link append}, in the order of the wire. */
export class Recording {
  readonly capture: Capture;
  readonly topics: TopicTree;
  readonly flows: FlowTable;
  /** Somebody's words on a packet, by its row; they go where it goes. */
  readonly comments = new Map<number, string>();
  /** What rules and users did to packets, by their rows; as {@link comments}. */
  readonly interventions = new Map<number, readonly Intervention[]>();
  #interventionsMade = 0;
  /** Rows of the last of them, in the order in which they were made. */
  readonly #newestInterventions: number[] = [];
  #malformed = 0;
  #messagesCleared = 0;
  #pausedUs = 0;
  /** {@link Capture.nextSeq} at the last {@link settle}. */
  #settledSeq = -1;
  readonly #touchesAhead: boolean;
  readonly #sink: RecordingSink;
  readonly #initiators = new InitiatorNames();
  #keys: string[] = [];

  constructor({ byteBudget, maxPacketBytes, random, pieces = 'large' }: RecordingOptions) {
    const seed = new Uint32Array(random.fill(new Uint8Array(8)).buffer);
    this.topics = new TopicTree({
      seed: { a: seed[0] ?? 1, b: seed[1] ?? 2 },
      isEmptyPayload: (seq) => this.#payloadIsEmpty(seq),
    });
    this.capture = new Capture({
      byteBudget,
      maxPacketBytes,
      topics: this.topics.table,
      activity: this.topics.stats,
      observer: { evicting: (from, to) => this.#evicting(from, to) },
      ...sizesOf(pieces, byteBudget),
    });
    this.#touchesAhead = pieces === 'large';
    this.flows = new FlowTable();
    this.#sink = new RecordingSink(this, () => {
      this.#malformed += 1;
    });
  }

  /** False while bytes pass without leaving rows. */
  get recording(): boolean {
    return this.capture.keeping;
  }

  /** Off: sessions go on and answer, but no row, topic or flow is kept; on again, an event row says what is missing. */
  setRecording(recording: boolean, nowUs: number): void {
    const { capture } = this;
    if (recording === capture.keeping) return;
    if (!recording) {
      this.#noteOnNewest(nowUs, { kind: 'recording-paused', data: {} });
      this.#pausedUs = nowUs;
      capture.setKeeping(false);
      return;
    }
    capture.setKeeping(true);
    const data = { packets: capture.unkept, pausedUs: nowUs - this.#pausedUs };
    this.#noteOnNewest(nowUs, { kind: 'recording-resumed', data });
  }

  /** Notes what concerns the source as a whole on its newest connection; nothing where it never had one. */
  #noteOnNewest(nowUs: number, event: CaptureEvent): void {
    const newest = this.capture.connectionCount - 1;
    if (newest >= 0) this.note(newest, nowUs, event);
  }

  /** Packets that broke a rule, evicted ones included. */
  get malformed(): number {
    return this.#malformed;
  }

  openConnection(timeUs: number, protocolVersion?: ProtocolVersion): ConnectionId {
    const connection = this.capture.openConnection(timeUs, protocolVersion);
    this.flows.connectionOpened(connection, timeUs);
    return connection;
  }

  /** Unfinished packets become truncated rows; open flows of the connection wait for its successor. Idempotent. */
  closeConnection(connection: ConnectionId, timeUs: number): void {
    this.capture.closeConnection(connection, timeUs);
    this.flows.connectionClosed(connection, timeUs);
  }

  /**
   * Records the next bytes of one direction, copying them, and lets `actor` act on what needs an answer.
   * `initiator` is what caused them, `file.py:12` of a script; empty where nobody is named.
   */
  append(
    connection: ConnectionId,
    direction: Direction,
    bytes: Uint8Array,
    timeUs: number,
    actor?: PacketActor,
    initiator = '',
  ): void {
    this.#sink.begin(connection, direction, timeUs, actor);
    if (initiator !== '') this.capture.setInitiator(this.#initiators.number(initiator));
    this.capture.append(connection, direction, bytes, timeUs, this.#sink);
    if (initiator !== '') this.capture.setInitiator(0);
  }

  /** What caused the packet, empty where nobody is named. */
  initiator(seq: number): string {
    return this.#initiators.text(this.capture.initiator(seq));
  }

  /** The empty text takes the comment away. */
  comment(seq: number, text: string): void {
    if (text === '') this.comments.delete(seq);
    else this.comments.set(seq, text);
  }

  /** Notes what was done to a packet, behind what was done before; nothing where its row has gone. */
  intervene(seq: number, intervention: Intervention): void {
    if (!this.capture.has(seq)) return;
    this.#interventionsMade += 1;
    this.#newestInterventions.push(seq);
    if (this.#newestInterventions.length > 2 * MOST_NEWEST) this.#newestInterventions.splice(0, MOST_NEWEST);
    this.interventions.set(seq, [...(this.interventions.get(seq) ?? []), intervention]);
  }

  /** Grows with every {@link intervene}: rows that are shown are to be read again. */
  get interventionsMade(): number {
    return this.#interventionsMade;
  }

  /** Rows of the interventions since {@link interventionsMade} was `made`; no more than the last ten thousand or so. */
  interventionsSince(made: number): readonly number[] {
    const count = Math.min(this.#interventionsMade - made, this.#newestInterventions.length);
    return count === 0 ? [] : this.#newestInterventions.slice(-count);
  }

  /** Keeps a TLS secret of a connection beside its packets: a line of the NSS Key Log Format. */
  noteKey(line: string): void {
    this.#keys.push(line);
    if (this.#keys.length > MOST_KEYS * 2) this.#keys = this.#keys.slice(-MOST_KEYS);
  }

  /** TLS secrets of the newest connections; none where nobody asked for them. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Records something that happened to a connection and is no packet. Returns its row. */
  note(connection: ConnectionId, timeUs: number, event: CaptureEvent): number {
    return this.capture.appendEvent(connection, timeUs, event);
  }

  /** Brings what is counted per frame up to date; at most sixty times a second. False where work is left for the next call. */
  settle(nowUs: number): boolean {
    const { nextSeq } = this.capture;
    if (nextSeq === this.#settledSeq && this.#touchesAhead) this.capture.touchAhead(TOUCHED_BYTES);
    this.#settledSeq = nextSeq;
    return this.topics.settle(nowUs);
  }

  /** Forgets all rows, topics and finished flows; connections and their handshakes go on. */
  clear(): void {
    this.capture.clear();
    this.topics.clear();
    this.flows.clear();
    this.comments.clear();
    this.interventions.clear();
    this.#malformed = 0;
    this.#messagesCleared = this.messages;
  }

  /** PUBLISH packets since the last clear. */
  get messages(): number {
    const { messages } = this.capture.totals;
    return (messages[0] ?? 0) + (messages[1] ?? 0) - this.#messagesCleared;
  }

  /** The last PUBLISH of a topic, whole: from the capture or, once evicted, from the kept copy. Borrowed until the next append. */
  lastPublish(topic: number): Uint8Array | undefined {
    const seq = this.topics.stats.lastSeqOf(topic);
    if (seq >= 0 && this.capture.has(seq)) return this.capture.bytes(seq);
    return this.topics.pinned.get(topic);
  }

  #payloadIsEmpty(seq: number): boolean {
    if (!this.capture.has(seq)) return false;
    const version = this.capture.protocolVersion(this.capture.connection(seq)).version;
    return payloadStart(this.capture.bytes(seq), version) >= this.capture.length(seq);
  }

  #evicting(fromSeq: number, toSeq: number): void {
    this.topics.stats.eachLastIn(fromSeq, toSeq, (topic, seq) => this.topics.pin(topic, this.capture.bytes(seq)));
    this.flows.evicted(toSeq);
    for (const seq of this.comments.keys()) if (seq < toSeq) this.comments.delete(seq);
    // In the order of rows, but for those of packets that waited: a few may stay until the next time.
    for (const seq of this.interventions.keys()) {
      if (seq >= toSeq) break;
      this.interventions.delete(seq);
    }
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Feeds flows first, then the actor; decodes each packet that needs it once for both. */
class RecordingSink implements FrameSink {
  readonly #recording: Recording;
  readonly #countMalformed: () => void;
  #connection = 0;
  #direction: Direction = 'client-to-server';
  #actor: PacketActor | undefined;

  constructor(recording: Recording, countMalformed: () => void) {
    this.#recording = recording;
    this.#countMalformed = countMalformed;
  }

  begin(connection: number, direction: Direction, timeUs: number, actor: PacketActor | undefined): void {
    this.#connection = connection;
    this.#direction = direction;
    this.#actor = actor;
    this.#recording.flows.begin(connection, direction, timeUs);
  }

  publish(seq: number, firstByte: number, packetId: number, topic: number): number {
    const { recording, flows } = this.#recording;
    const flow = recording ? flows.publish(seq, firstByte, packetId, topic) : NO_FLOW;
    this.#actor?.publish(firstByte, packetId);
    return flow;
  }

  topicAlias(_seq: number, alias: number, name: Uint8Array): void {
    this.#actor?.topicAlias(alias, decoder.decode(name));
  }

  acknowledgement(seq: number, type: number, packetId: number, reasonCode: number): number {
    const { recording, flows } = this.#recording;
    const flow = recording ? flows.acknowledgement(seq, type, packetId, reasonCode) : NO_FLOW;
    this.#actor?.acknowledgement(type, packetId, reasonCode);
    return flow;
  }

  packet(seq: number, bytes: Uint8Array): number {
    const { recording, flows, capture } = this.#recording;
    const { version } = capture.protocolVersion(this.#connection);
    // Kept by the session, and the capture may reuse its memory.
    const result = decodePacket(bytes.slice(), version, this.#direction);
    if (result.malformed !== undefined) {
      capture.markMalformed(seq);
      this.malformed(seq, result.malformed);
      return NO_FLOW;
    }
    this.#noteClient(result.packet);
    const flow = recording ? flows.packet(seq, result.packet) : NO_FLOW;
    this.#actor?.packet(result.packet);
    return flow;
  }

  /** @mqtt MQTT-3.1.3-6 */
  #noteClient(packet: Packet): void {
    const { capture } = this.#recording;
    if (packet.type === 'connect') capture.setClientId(this.#connection, packet.clientId);
    const assigned = packet.type === 'connack' ? packet.properties?.assignedClientIdentifier : undefined;
    if (assigned !== undefined) capture.setClientId(this.#connection, assigned);
  }

  malformed(_seq: number, fault: Malformed): void {
    this.#countMalformed();
    this.#actor?.malformed(fault);
  }

  refused(_seq: number, _firstByte: number, size: number): void {
    this.#actor?.refused(size);
  }
}
