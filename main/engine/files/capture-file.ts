/** A capture file of any kind that is known here, as MQTT connections: pcapng, pcap, or plain MQTT bytes. */

import type { FileFault } from '../../../shared/contract/file-fault.ts';
import type { Direction } from '../../../shared/mqtt/packet.ts';
import { type ExportedPdu, ExportedPduReader } from './exported-pdu.ts';
import type { FileFrame, FileReader, FrameMarks } from './file-reader.ts';
import type { Endpoint } from './ip-address.ts';
import { ipPacketOf } from './link-layer.ts';
import { LINKTYPE } from './link-types.ts';
import { type FileCounters, MqttConversation, type MqttSink, type Parties } from './mqtt-conversation.ts';
import { senderOf } from './mqtt-evidence.ts';
import { INTERFACES } from './packet-file-writer.ts';
import { BLOCK } from './pcapng-blocks.ts';
import { isPcap, PcapReader } from './pcap-reader.ts';
import { PcapngReader } from './pcapng-reader.ts';
import { readPacketComments } from './session-marks.ts';
import { tcpSegmentOf } from './tcp-segment.ts';

export type FileKind = 'pcapng' | 'pcap' | 'mqtt';

/** What else was in the file. */
export interface FileFindings extends Readonly<FileCounters> {
  readonly fragments: number;
  /** Frames by link type that is not known here. */
  readonly unknownLinks: ReadonlyMap<number, number>;
  /** Exported PDUs of other protocols. */
  readonly otherPdus: number;
}

const GZIP = 0x8b1f;
const UNKNOWN: Endpoint = { address: '', port: 0 };

/** Microseconds that an ended connection waits for segments that were recorded late. */
const LINGER_US = 200_000;

/** Push the file's bytes in order, then {@link end}. Never throws, whatever the bytes. */
export class CaptureFile {
  readonly #sink: MqttSink;
  /** Oldest end first; one that ended otherwise meanwhile is passed over. */
  readonly #ending: MqttConversation[] = [];
  readonly #conversations = new Map<string, MqttConversation>();
  readonly #counters: FileCounters = { gaps: 0, gapBytes: 0, skippedBytes: 0, otherConnections: 0, tlsConnections: 0 };
  /** Connections of a file of ours, by source and number. */
  readonly #placed = new Map<string, number>();
  /** The connection that bytes went to last, of the frame that is read. */
  #touched = -1;
  readonly #unknownLinks = new Map<number, number>();
  readonly #pdus = new ExportedPduReader();
  #reader: FileReader | undefined;
  #head = new Uint8Array(0);
  #kind: FileKind | undefined;
  #fault: FileFault | undefined;
  #plain = { connection: -1, direction: 'client-to-server' as Direction };
  #fragments = 0;
  #otherPdus = 0;
  #timeUs = 0;
  #timed = false;

  constructor(sink: MqttSink) {
    this.#sink = {
      open: (timeUs, parties, gap, place) => sink.open(timeUs, parties, gap, place),
      data: (connection, direction, bytes, timeUs, initiator) => {
        this.#touched = connection;
        sink.data(connection, direction, bytes, timeUs, initiator);
      },
      close: (connection, timeUs) => sink.close(connection, timeUs),
      event: (connection, json, timeUs) => sink.event?.(connection, json, timeUs),
      comment: (connection, text) => sink.comment?.(connection, text),
      section: (comments) => sink.section?.(comments),
      secrets: (lines) => sink.secrets?.(lines),
    };
  }

  /** Undefined until four bytes came. */
  get kind(): FileKind | undefined {
    return this.#kind;
  }

  /** Why reading stopped; what came before was handed on. */
  get fault(): FileFault | undefined {
    return this.#fault ?? this.#reader?.fault;
  }

  /** Whether packets carry times. */
  get timed(): boolean {
    return this.#timed;
  }

  get findings(): FileFindings {
    return {
      ...this.#counters,
      fragments: this.#fragments,
      unknownLinks: this.#unknownLinks,
      otherPdus: this.#otherPdus,
    };
  }

  /** False after a fault. */
  push(bytes: Uint8Array): boolean {
    if (this.fault !== undefined) return false;
    if (this.#kind !== undefined) return this.#read(bytes);
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    this.#head = head;
    if (head.length < 4) return true;
    return this.#begin(head);
  }

  end(): void {
    if (this.#kind === undefined && this.#fault === undefined) {
      if (this.#head.length === 0) this.#fault = { offset: 0, part: 'file', reason: 'empty' };
      else this.#begin(this.#head);
    }
    this.#reader?.end();
    this.stop();
  }

  /** As {@link end}, where the file goes on and nobody wants to know how. */
  stop(): void {
    for (const conversation of this.#conversations.values()) conversation.end(this.#timeUs);
    this.#conversations.clear();
    for (const connection of this.#placed.values()) this.#sink.close(connection, this.#timeUs);
    this.#placed.clear();
    if (this.#plain.connection >= 0) this.#sink.close(this.#plain.connection, this.#timeUs);
  }

  #begin(head: Uint8Array): boolean {
    const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true);
    if (magic === BLOCK.sectionHeader) {
      this.#kind = 'pcapng';
      this.#reader = new PcapngReader(
        (frame) => this.#frame(frame),
        ({ comments }) => this.#sink.section?.(comments),
        (lines) => this.#sink.secrets?.(lines),
      );
    } else if (isPcap(magic)) {
      this.#kind = 'pcap';
      this.#reader = new PcapReader((frame) => this.#frame(frame));
    } else if ((magic & 0xffff) === GZIP) {
      this.#fault = { offset: 0, part: 'file', reason: 'gzip' };
      return false;
    } else {
      this.#kind = 'mqtt';
      this.#plain = {
        connection: this.#sink.open(0, undefined, undefined, undefined),
        direction: senderOf(head) ?? 'client-to-server',
      };
    }
    return this.#read(head);
  }

  #read(bytes: Uint8Array): boolean {
    if (this.#reader !== undefined) return this.#reader.push(bytes);
    this.#sink.data(this.#plain.connection, this.#plain.direction, bytes, 0, '');
    return true;
  }

  #frame(frame: FileFrame): void {
    const { timeUs, marks } = frame;
    if (timeUs !== undefined) {
      this.#timed = true;
      // Rows stand in the order of the file; a clock that was set back must not make a row older than the one before.
      this.#timeUs = Math.max(this.#timeUs, timeUs);
    }
    this.#touched = -1;
    this.#packet(frame);
    if (marks === undefined || marks.comments.length === 0 || this.#touched < 0) return;
    const { comment } = readPacketComments(marks.comments);
    if (comment !== '') this.#sink.comment?.(this.#touched, comment);
  }

  #packet({ linkType, bytes, marks }: FileFrame): void {
    if (linkType === LINKTYPE.wiresharkUpperPdu) {
      const pdu = this.#pdus.read(bytes);
      if (pdu === undefined || (pdu.protocol !== 'mqtt' && (pdu.protocol !== 'json' || marks?.queue === undefined)))
        this.#otherPdus += 1;
      else if (marks?.queue === undefined) this.#exportedPdu(pdu);
      else this.#placedPdu(pdu, marks, marks.queue);
      return;
    }
    if (linkType === LINKTYPE.raw && marks?.queue !== undefined && this.#placedSegment(bytes, marks, marks.queue))
      return;
    const packet = ipPacketOf(linkType, bytes);
    if (packet === 'unknown-link') this.#unknownLinks.set(linkType, (this.#unknownLinks.get(linkType) ?? 0) + 1);
    else if (packet !== undefined) this.#ipPacket(packet);
  }

  #ipPacket(packet: Uint8Array): void {
    const segment = tcpSegmentOf(packet);
    if (segment === 'fragment') this.#fragments += 1;
    if (segment === undefined || segment === 'fragment') return;
    const key = keyOf(segment.source, segment.destination);
    let conversation = this.#conversations.get(key);
    if (conversation?.isOver(segment) === true) {
      conversation.end(this.#timeUs);
      conversation = undefined;
    }
    conversation ??= this.#makeConversation(key, segment.source, segment.destination);
    const wasEnding = conversation.isEnding;
    conversation.segment(segment, this.#timeUs);
    if (conversation.isEnding && !wasEnding) this.#ending.push(conversation);
    this.#endOld();
  }

  /** Ends conversations both of whose sides have been done for a while. */
  #endOld(): void {
    for (let first = this.#ending[0]; first !== undefined; [first] = this.#ending) {
      if (first.isEnding) {
        if (this.#timeUs - first.endedUs < LINGER_US) return;
        first.end(this.#timeUs);
      }
      this.#ending.shift();
    }
  }

  #placedPdu(
    { protocol, source, destination, sent = true, payload }: ExportedPdu,
    marks: FrameMarks,
    queue: number,
  ): void {
    const known = source !== undefined && destination !== undefined;
    const parties = !known
      ? undefined
      : sent
        ? { client: source, server: destination }
        : { client: destination, server: source };
    const connection = this.#placedConnection(parties, marks, queue);
    if (protocol === 'json') {
      this.#touched = connection;
      this.#sink.event?.(connection, payload, this.#timeUs);
      return;
    }
    const { initiator } = readPacketComments(marks.comments);
    this.#sink.data(connection, sent ? 'client-to-server' : 'server-to-client', payload, this.#timeUs, initiator);
  }

  /** A piece of a packet that was too large for a PDU. False where it is none of ours. */
  #placedSegment(packet: Uint8Array, marks: FrameMarks, queue: number): boolean {
    const segment = tcpSegmentOf(packet);
    if (segment === undefined || segment === 'fragment' || marks.inbound === undefined) return false;
    const { source, destination, payload } = segment;
    const parties = marks.inbound ? { client: destination, server: source } : { client: source, server: destination };
    const connection = this.#placedConnection(parties, marks, queue);
    const { initiator } = readPacketComments(marks.comments);
    const direction = marks.inbound ? 'server-to-client' : 'client-to-server';
    this.#sink.data(connection, direction, payload, this.#timeUs, initiator);
    return true;
  }

  #placedConnection(parties: Parties | undefined, { interfaceId }: FrameMarks, queue: number): number {
    const source = Math.floor(interfaceId / INTERFACES);
    const key = `${source} ${queue}`;
    const known = this.#placed.get(key);
    if (known !== undefined) return known;
    const connection = this.#sink.open(this.#timeUs, parties, undefined, { source, connection: queue });
    this.#placed.set(key, connection);
    return connection;
  }

  #exportedPdu(pdu: ExportedPdu): void {
    const { source = UNKNOWN, destination = { ...UNKNOWN, port: -1 } } = pdu;
    const key = keyOf(source, destination);
    const conversation = this.#conversations.get(key) ?? this.#makeConversation(key, source, destination);
    conversation.packet(source, pdu.payload, pdu.sent, this.#timeUs);
  }

  #makeConversation(key: string, first: Endpoint, second: Endpoint): MqttConversation {
    const conversation = new MqttConversation(this.#sink, this.#counters, first, second);
    this.#conversations.set(key, conversation);
    return conversation;
  }
}

/** The same for both directions. */
function keyOf(first: Endpoint, second: Endpoint): string {
  const a = `${first.address} ${first.port}`;
  const b = `${second.address} ${second.port}`;
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
