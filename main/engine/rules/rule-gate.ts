/** The gate of one connection: sends each packet through the rules that it meets, and keeps both sides' exchanges whole. */

import {
  type AckPacket,
  type Direction,
  type Packet,
  type ProtocolVersion,
  type QoS,
  TYPE,
} from '../../../shared/mqtt/packet.ts';
import { decodePacket } from '../codec/decode.ts';
import { encodePacket } from '../codec/encode.ts';
import type { GateEnds, PacketGate } from '../sources/gate-ports.ts';
import { Acknowledgements, type OwnAck } from './acknowledgements.ts';
import { answerTo } from './answers.ts';
import { readPublish } from './change-packet.ts';
import { LostAliases } from './lost-aliases.ts';
import type { PacketBlock } from './packet-block.ts';
import { isPing, PacketLane, type Waiting } from './packet-lane.ts';
import { type PacketFacts, type PacketSurroundings, RuledPacket } from './ruled-packet.ts';
import { RuleFinder } from './rule-finder.ts';

export interface RuleGateOptions extends PacketSurroundings {
  /** Larger packets are not for rules. */
  readonly largestBytes: number;
}

const DIRECTIONS = ['client-to-server', 'server-to-client'] as const;

export class RuleGate implements PacketGate {
  readonly #options: RuleGateOptions;
  readonly #ends: GateEnds;
  readonly #lanes: Readonly<Record<Direction, PacketLane>>;
  readonly #lost: Readonly<Record<Direction, LostAliases>> = {
    'client-to-server': new LostAliases(),
    'server-to-client': new LostAliases(),
  };
  readonly #acknowledgements = new Acknowledgements();
  readonly #finder: RuleFinder;
  /** Something went through it, and may have left something to do: asked with every piece of a flood, so not looked up each time. */
  #engaged = false;
  #ended = false;

  constructor(options: RuleGateOptions, ends: GateEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#finder = new RuleFinder(options.rules, options.recording, options.sourceName);
    this.#lanes = {
      'client-to-server': this.#makeLane('client-to-server'),
      'server-to-client': this.#makeLane('server-to-client'),
    };
  }

  get isOpen(): boolean {
    if (this.#options.rules.enabled.length > 0) return false;
    if (!this.#engaged) return true;
    this.#engaged =
      !this.#acknowledgements.isEmpty ||
      DIRECTIONS.some((direction) => !this.#lanes[direction].isIdle || !this.#lost[direction].isEmpty);
    return !this.#engaged;
  }

  get heldBytes(): number {
    return DIRECTIONS.reduce((sum, direction) => sum + this.#lanes[direction].heldBytes, 0);
  }

  take(direction: Direction, bytes: Uint8Array, timeUs: number): void {
    this.#engaged = true;
    this.#lanes[direction].take(bytes, timeUs);
  }

  whenPassed(direction: Direction, then: () => void): void {
    const lane = this.#lanes[direction];
    lane.flushPartial(this.#options.clock.nowUs());
    lane.whenIdle(then);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const direction of DIRECTIONS) this.#lanes[direction].end();
  }

  #makeLane(direction: Direction): PacketLane {
    const { recording, connection, rules } = this.#options;
    return new PacketLane({
      capture: recording.capture,
      connection,
      direction,
      largestBytes: this.#options.largestBytes,
      keepAlive: () => rules.keepAlive,
      record: (bytes, timeUs) => this.#ends.record(direction, bytes, timeUs, false),
      pass: (bytes) => this.#ends.pass(direction, bytes, false),
      packets: (packets, timeUs) => this.#packets(direction, packets, timeUs),
      stopSender: (stopped) => {
        this.#ends.stopSender(direction, stopped);
        rules.heldChanged();
      },
    });
  }

  /** Those that no rule meets are taken together. */
  #packets(direction: Direction, packets: PacketBlock, arrivedUs: number): readonly Waiting[] {
    const { recording, rules } = this.#options;
    const first = recording.capture.nextSeq;
    this.#ends.record(direction, packets.bytes, arrivedUs, true);
    // Without rows, because recording is off, there is nothing to find rules by.
    const to = recording.capture.nextSeq;
    const found = this.#finder.find(first, to, (seq) => packets.packet(seq - first));
    const seqOf = (index: number): number => (first + index < to ? first + index : -1);
    const waiting: Waiting[] = [];
    let from = 0;
    for (let index = 0; index <= packets.count; index += 1) {
      const isEnd = index === packets.count;
      const steps = isEnd ? undefined : found.get(first + index);
      if (!isEnd && steps === undefined && !isPing(packets.firstByte(index))) continue;
      if (index > from) waiting.push(this.#run(direction, packets.slice(from, index), seqOf(from), arrivedUs));
      if (!isEnd) {
        const bytes = packets.packet(index);
        waiting.push(this.#ruled({ direction, bytes, seq: seqOf(index), arrivedUs, steps: steps ?? [] }));
      }
      from = index + 1;
    }
    rules.heldChanged();
    return waiting;
  }

  /** Packets that nothing is done to, `first` being the row of the first of them. */
  #run(direction: Direction, packets: PacketBlock, first: number, arrivedUs: number): Waiting {
    const { bytes, count } = packets;
    const each = (act: (packet: RuledPacket) => void): void => {
      for (let index = 0; index < count; index += 1) {
        const seq = first < 0 ? -1 : first + index;
        act(this.#ruled({ direction, bytes: packets.packet(index), seq, arrivedUs, steps: [] }));
      }
    };
    return {
      bytes,
      packets: count,
      isPing: false,
      turn: () => {
        if (this.#acknowledgements.isEmpty && this.#lost[direction].isEmpty) this.#ends.pass(direction, bytes, true);
        else each((packet) => this.#deliver(packet));
        return true;
      },
      lost: () => each((packet) => packet.lost()),
    };
  }

  #ruled(facts: Omit<PacketFacts, 'version'>): RuledPacket {
    const { direction } = facts;
    return new RuledPacket(
      {
        ...this.#options,
        lane: this.#lanes[direction],
        deliver: (packet) => this.#deliver(packet),
        notPassed: (packet) => this.#lost[direction].withheld(packet.bytes, this.#version),
        freeIdentifier: () => this.#acknowledgements.freeIdentifier(direction),
        answer: (packet, reasonCode) => this.#answer(packet, reasonCode),
        close: (how) => this.#ends.close(how),
      },
      { ...facts, version: this.#version },
    );
  }

  get #version(): ProtocolVersion {
    const { recording, connection } = this.#options;
    return recording.capture.protocolVersion(connection).version;
  }

  #deliver(packet: RuledPacket): void {
    const { direction } = packet;
    const type = (packet.bytes[0] ?? 0) >> 4;
    if (type >= TYPE.puback && type <= TYPE.pubcomp && !this.#acknowledgements.isEmpty) {
      const { packet: ack } = decodePacket(packet.passing, this.#version, direction);
      const own = isAck(ack) ? this.#acknowledgements.swallow(direction, ack) : undefined;
      if (own !== undefined) {
        packet.note({ what: 'acknowledges-rewrite', rule: '' });
        for (const each of own) this.#sendOwn(each.direction, each.packet, packet.seq, '');
        return;
      }
    }
    let own: readonly OwnAck[] = [];
    let { passing } = packet;
    if (type === TYPE.publish) {
      own = this.#changedAcknowledgements(packet);
      passing = this.#lost[direction].passing(packet.bytes, passing, this.#version, () => this.#topicOf(packet.seq));
    }
    for (let count = 0; count <= packet.copies && !this.#ended; count += 1) {
      this.#ends.pass(direction, count === 0 ? passing : passing.slice(), true);
    }
    for (const each of own) this.#sendOwn(each.direction, each.packet, packet.seq, packet.lastRule);
  }

  /** What its sender is to be told where the packet passes in another QoS than it came in. */
  #changedAcknowledgements({ bytes, passing, direction }: RuledPacket): readonly OwnAck[] {
    const [from, to] = [qosOf(bytes), qosOf(passing)];
    if (from === to || from === undefined || to === undefined) return [];
    const sent = readPublish(bytes, this.#version)?.packetId ?? 0;
    const passed = readPublish(passing, this.#version)?.packetId ?? 0;
    return this.#acknowledgements.changed(direction, from, to, sent, passed);
  }

  #topicOf(seq: number): string {
    const { capture, topics } = this.#options.recording;
    return seq < 0 || !capture.has(seq) ? '' : topics.table.text(capture.topicId(seq));
  }

  #answer(packet: RuledPacket, reasonCode: number): void {
    const { direction, bytes, version, seq } = packet;
    const asked = decodePacket(bytes, version, direction).packet;
    const answer = asked === undefined ? undefined : answerTo(asked, version, reasonCode);
    if (answer === undefined) return;
    if (answer.type === 'pubrec' && answer.reasonCode < 0x80)
      this.#acknowledgements.answered(direction, answer.packetId);
    this.#sendOwn(opposite(direction), answer, seq, packet.lastRule);
  }

  /** Sends a packet of the inspector's own, as if the other side had. */
  #sendOwn(direction: Direction, packet: Packet, cause: number, rule: string): void {
    const { clock, recording } = this.#options;
    const bytes = encodePacket(packet, this.#version);
    this.#lanes[direction].insert({
      bytes,
      packets: 1,
      isPing: isPing(bytes[0] ?? 0),
      lost: () => undefined,
      turn: () => {
        const nowUs = clock.nowUs();
        const { nextSeq } = recording.capture;
        this.#ends.record(direction, bytes, nowUs, true);
        const caused = cause < 0 ? {} : { cause };
        recording.intervene(nextSeq, { what: 'sent-in-stead', rule, atUs: nowUs, ...caused });
        this.#ends.pass(direction, bytes, true);
        return true;
      },
    });
  }
}

const opposite = (direction: Direction): Direction =>
  direction === 'client-to-server' ? 'server-to-client' : 'client-to-server';

function isAck(packet: Packet | undefined): packet is AckPacket {
  const type = packet?.type;
  return type === 'puback' || type === 'pubrec' || type === 'pubrel' || type === 'pubcomp';
}

/** Of a PUBLISH; undefined for other packets and for the QoS that there is none of. */
function qosOf(bytes: Uint8Array): QoS | undefined {
  const [first = 0] = bytes;
  const qos = (first >> 1) & 3;
  return first >> 4 === TYPE.publish && qos < 3 ? (qos as QoS) : undefined;
}
