/** Splits what a server sends into packets and puts them into columns for a script. */

import { type MalformedPacket, type PacketBatch, ROW_NUMBERS } from '../../../shared/contract/script-link.ts';
import { type Packet, type Properties, type ProtocolVersion, TYPE } from '../../../shared/mqtt/packet.ts';
import { decodePacket } from '../codec/decode.ts';
import { announcedLength, INCOMPLETE, UNFRAMEABLE } from '../codec/frame.ts';
import { PartialPacket } from './partial-packet.ts';

const BAD_LENGTH = {
  rule: 'MQTT5 §1.5.5',
  message: 'The Remaining Length runs on past its fourth byte.',
} as const;

/** Of one connection. Each call of {@link take} answers the packets that its bytes complete. */
export class StreamPackets {
  readonly #version: ProtocolVersion;
  readonly #partial = new PartialPacket();
  #broken = false;
  #rows: number[] = [];
  #others: (Packet | MalformedPacket)[] = [];
  #properties: [number, Properties][] = [];
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(version: ProtocolVersion) {
    this.#version = version;
  }

  /** `bytes` is borrowed; the answer has copies. Undefined where no packet is complete yet. */
  take(bytes: Uint8Array): PacketBatch | undefined {
    let at = this.#partial.isEmpty ? 0 : this.#continuePartial(bytes);
    while (at < bytes.length && !this.#broken) {
      const total = announcedLength(bytes, at, bytes.length);
      if (total === UNFRAMEABLE) this.#break(bytes.subarray(at));
      else if (total === INCOMPLETE || total > bytes.length - at) {
        this.#partial.begin(bytes.subarray(at));
        break;
      } else {
        this.#packet(bytes.subarray(at, at + total));
        at += total;
      }
    }
    return this.#batch();
  }

  /** Adds to the packet that is still arriving and answers where the next one begins. */
  #continuePartial(bytes: Uint8Array): number {
    const partial = this.#partial;
    const at = partial.add(bytes);
    if (partial.announced === UNFRAMEABLE) this.#break(partial.take());
    else if (partial.isWhole) this.#packet(partial.take());
    return at;
  }

  #break(rest: Uint8Array): void {
    this.#broken = true;
    this.#other({ type: 'malformed', bytes: rest.slice(), ...BAD_LENGTH, undecodable: true });
  }

  #packet(frame: Uint8Array): void {
    const first = frame[0] ?? 0;
    const type = first >> 4;
    if (type === TYPE.publish && this.#plainPublish(frame, first)) return;
    if (type >= TYPE.puback && type <= TYPE.pubcomp && frame.length === 4) {
      const packetId = ((frame[2] ?? 0) << 8) | (frame[3] ?? 0);
      const flags = type === TYPE.pubrel ? 2 : 0;
      if (packetId !== 0 && (first & 15) === flags) {
        this.#row(first, packetId);
        return;
      }
    }
    // Kept by the script's side, and the caller may reuse its memory.
    const bytes = frame.slice();
    const { packet, malformed } = decodePacket(bytes, this.#version, 'server-to-client');
    if (malformed !== undefined) {
      const { rule, message } = malformed;
      this.#other({ type: 'malformed', bytes, rule, message, undecodable: false });
    } else if (packet.type === 'publish') {
      const topic = topicBytes(bytes);
      if (packet.properties !== undefined) this.#properties.push([this.#rows.length / ROW_NUMBERS, packet.properties]);
      this.#piece(topic, packet.payload);
      this.#row(first, packet.packetId ?? 0, topic.length, packet.payload.length);
    } else this.#other(packet);
  }

  /** A PUBLISH without properties whose layout adds up; false for any other. Its topic is not looked at: that is the script's affair. */
  #plainPublish(frame: Uint8Array, first: number): boolean {
    const qos = (first >> 1) & 3;
    if (qos === 3) return false;
    const topicAt = headerLength(frame) + 2;
    const topicTo = topicAt + (((frame[topicAt - 2] ?? 0) << 8) | (frame[topicAt - 1] ?? 0));
    let at = qos === 0 ? topicTo : topicTo + 2;
    const packetId = qos === 0 ? 0 : ((frame[topicTo] ?? 0) << 8) | (frame[topicTo + 1] ?? 0);
    if (this.#version === 5) {
      if (frame[at] !== 0) return false;
      at += 1;
    }
    if (at > frame.length || topicTo === topicAt || (qos > 0 && packetId === 0)) return false;
    this.#piece(frame.subarray(topicAt, topicTo), frame.subarray(at));
    this.#row(first, packetId, topicTo - topicAt, frame.length - at);
    return true;
  }

  #piece(topic: Uint8Array, payload: Uint8Array): void {
    this.#pieces.push(topic, payload);
  }

  #row(header: number, packetId: number, topicLength = 0, payloadLength = 0): void {
    const topicEnd = this.#length + topicLength;
    this.#length = topicEnd + payloadLength;
    this.#rows.push(header, packetId, topicEnd, this.#length, 0);
  }

  #other(packet: Packet | MalformedPacket): void {
    this.#others.push(packet);
    this.#row(0, 0);
  }

  #batch(): PacketBatch | undefined {
    if (this.#rows.length === 0) return undefined;
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const batch: PacketBatch = {
      rows: Uint32Array.from(this.#rows),
      bytes,
      others: this.#others,
      properties: this.#properties,
      initiators: [''],
    };
    this.#rows = [];
    this.#others = [];
    this.#properties = [];
    this.#pieces = [];
    this.#length = 0;
    return batch;
  }
}

function headerLength(frame: Uint8Array): number {
  let at = 1;
  while ((frame[at] ?? 0) >= 0x80) at += 1;
  return at + 1;
}

/** The topic of a PUBLISH that the decoder accepted, as it came. */
function topicBytes(frame: Uint8Array): Uint8Array {
  const at = headerLength(frame);
  return frame.subarray(at + 2, at + 2 + (((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0)));
}
