/** One TCP connection of a capture file: decides whether it speaks MQTT, who is the client, and hands on its bytes. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import type { Endpoint } from './ip-address.ts';
import { beginsWithConnect, beginsWithTls, looksLikePackets, MQTT_PORT } from './mqtt-evidence.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { TcpStream } from './tcp-stream.ts';

/** Takes MQTT bytes in order. Connections are numbers of the sink's. */
export interface MqttSink {
  /** `after` is the connection whose bytes were interrupted by a gap; its version holds for the new one. */
  open(timeUs: number, after: number | undefined): number;
  /** `bytes` is borrowed: valid until the call returns. */
  data(connection: number, direction: Direction, bytes: Uint8Array, timeUs: number): void;
  close(connection: number, timeUs: number): void;
}

/** What was read but could not be shown. */
export interface FileCounters {
  gaps: number;
  gapBytes: number;
  /** Behind a gap, or in a connection that was joined late, until a packet's beginning was found. */
  skippedBytes: number;
  otherConnections: number;
  tlsConnections: number;
}

type Verdict = 'undecided' | 'mqtt' | 'other';

interface Side {
  readonly endpoint: Endpoint;
  readonly stream: TcpStream;
  held: Uint8Array;
  connection: number;
  /** Nobody knows where the next packet begins. */
  lost: boolean;
}

const NOTHING = new Uint8Array(0);
const NONE = -1;
/** Bytes of a CONNECT that is cut inside its Protocol Name: fixed header and the name's length. */
const SURE_ENOUGH = 4;

/** Sides are 0 and 1, in the order in which their endpoints were seen. */
export class MqttConversation {
  readonly #sink: MqttSink;
  readonly #counters: FileCounters;
  readonly #sides: readonly [Side, Side];
  #verdict: Verdict = 'undecided';
  #client: 0 | 1 = 0;
  #sawSyn = false;
  #timeUs = 0;
  /** Sides that sent FIN, by a bit each; both after a RST. */
  #ended = 0;
  #endedUs = 0;

  constructor(sink: MqttSink, counters: FileCounters, first: Endpoint, second: Endpoint) {
    this.#sink = sink;
    this.#counters = counters;
    this.#sides = [this.#makeSide(0, first), this.#makeSide(1, second)];
  }

  /** Whether a SYN means that the ports are used again. */
  isOver(segment: TcpSegment): boolean {
    return segment.syn && this.#sawSyn && !this.#side(segment.source).stream.beganAt(segment.sequence);
  }

  segment(segment: TcpSegment, timeUs: number): void {
    this.#timeUs = timeUs;
    const side = this.#side(segment.source);
    const other = side === this.#sides[0] ? this.#sides[1] : this.#sides[0];
    if (segment.syn) {
      this.#sawSyn = true;
      side.stream.begin(segment.sequence);
    }
    if (this.#verdict !== 'other') {
      side.stream.segment(segment.syn ? (segment.sequence + 1) >>> 0 : segment.sequence, segment.payload);
      if (segment.acknowledgement !== undefined) other.stream.acknowledged(segment.acknowledgement);
    }
    if (segment.fin) this.#ended |= side === this.#sides[0] ? 1 : 2;
    if (segment.rst) this.#ended = 3;
    this.#endedUs = timeUs;
  }

  /** Both sides are done. What was still on its way may follow for a moment: a recording does not keep the order of two sockets. */
  get isEnding(): boolean {
    return this.#ended === 3;
  }

  /** Microseconds of the last segment of an ending conversation. */
  get endedUs(): number {
    return this.#endedUs;
  }

  /** A packet whole, from an exported PDU. `sent` tells that its source is the client, where the file says so. */
  packet(source: Endpoint, bytes: Uint8Array, sent: boolean | undefined, timeUs: number): void {
    this.#timeUs = timeUs;
    const side = this.#side(source);
    const index = side === this.#sides[0] ? 0 : 1;
    const isConnect = beginsWithConnect(bytes) === true;
    if (isConnect && this.#verdict === 'mqtt') this.#close();
    if (this.#verdict !== 'mqtt' || isConnect) {
      const serverIndex = this.#sides[1].endpoint.port === MQTT_PORT ? 1 : 0;
      const isClient = isConnect || (sent ?? index !== serverIndex);
      this.#decide(isClient ? index : index === 0 ? 1 : 0);
      for (const one of this.#sides) one.lost = false;
    }
    this.#hand(side, bytes);
  }

  /** The connection is over, or the file is. Idempotent until more comes. */
  end(timeUs: number): void {
    this.#timeUs = timeUs;
    this.#ended = 0;
    for (const { stream } of this.#sides) stream.end();
    for (const side of this.#sides) {
      if (this.#verdict === 'undecided' && side.held.length > 0) this.#judge(side, true);
    }
    this.#close();
  }

  #makeSide(index: 0 | 1, endpoint: Endpoint): Side {
    const side: Side = {
      endpoint,
      held: NOTHING,
      connection: NONE,
      lost: false,
      stream: new TcpStream({
        data: (bytes) => this.#data(this.#sides[index], bytes),
        gap: (count) => this.#gap(this.#sides[index], count),
      }),
    };
    return side;
  }

  #side(endpoint: Endpoint): Side {
    const [first, second] = this.#sides;
    return first.endpoint.port === endpoint.port && first.endpoint.address === endpoint.address ? first : second;
  }

  #data(side: Side, bytes: Uint8Array): void {
    if (this.#verdict === 'other') return;
    if (this.#verdict === 'mqtt') {
      this.#hand(side, bytes);
      return;
    }
    side.held = side.held.length === 0 ? bytes.slice() : joined(side.held, bytes);
    this.#judge(side, false);
  }

  /** Decides by what a side has sent first. @param isLast nothing more will come. */
  #judge(side: Side, isLast: boolean): void {
    const { held } = side;
    const index = side === this.#sides[0] ? 0 : 1;
    const evidence = beginsWithConnect(held);
    if (evidence === 'unsure' && !isLast) return;
    const isConnect = evidence === true || (evidence === 'unsure' && held.length >= SURE_ENOUGH);
    const serverIndex = this.#sides.findIndex(({ endpoint }) => endpoint.port === MQTT_PORT);
    if (isConnect) this.#decide(index);
    else if (beginsWithTls(held)) {
      this.#verdict = 'other';
      this.#counters.tlsConnections += 1;
    } else if (serverIndex >= 0) {
      this.#decide(serverIndex === 0 ? 1 : 0);
      if (!this.#sawSyn) for (const one of this.#sides) one.lost = true;
    } else {
      this.#verdict = 'other';
      this.#counters.otherConnections += 1;
    }
    for (const one of this.#sides) {
      const waiting = one.held;
      one.held = NOTHING;
      if (this.#verdict === 'mqtt' && waiting.length > 0) this.#hand(one, waiting);
    }
  }

  #decide(client: 0 | 1): void {
    this.#verdict = 'mqtt';
    this.#client = client;
    const connection = this.#sink.open(this.#timeUs, undefined);
    for (const side of this.#sides) side.connection = connection;
  }

  #hand(side: Side, bytes: Uint8Array): void {
    if (side.lost) {
      if (!looksLikePackets(bytes)) {
        this.#counters.skippedBytes += bytes.length;
        return;
      }
      side.lost = false;
    }
    const direction = side === this.#sides[this.#client] ? 'client-to-server' : 'server-to-client';
    this.#sink.data(side.connection, direction, bytes, this.#timeUs);
  }

  #gap(side: Side, count: number): void {
    this.#counters.gaps += 1;
    this.#counters.gapBytes += count;
    if (this.#verdict === 'undecided' && side.held.length > 0) this.#judge(side, true);
    side.lost = true;
    if (this.#verdict !== 'mqtt') return;
    const before = side.connection;
    side.connection = this.#sink.open(this.#timeUs, before);
    const other = side === this.#sides[0] ? this.#sides[1] : this.#sides[0];
    if (other.connection !== before) this.#sink.close(before, this.#timeUs);
  }

  #close(): void {
    for (const side of this.#sides) {
      if (side.connection !== NONE) this.#sink.close(side.connection, this.#timeUs);
      side.connection = NONE;
    }
    if (this.#verdict === 'mqtt') this.#verdict = 'undecided';
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
