/** One TCP connection of a capture file: decides whether it speaks MQTT, who is the client, and hands on its bytes. */

import type { Direction } from '../../../shared/mqtt/packet.ts';
import type { Endpoint } from './ip-address.ts';
import { beginsWithConnect, beginsWithTls, looksLikePackets, MQTT_PORT } from './mqtt-evidence.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { TcpStream } from './tcp-stream.ts';
import { beginsWithUpgrade, WebSocketStream } from './web-socket-stream.ts';

/** The two ends of a connection. */
export interface Parties {
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** Bytes that are not in the file, in the midst of a connection. */
export interface Gap {
  /** The connection that was interrupted; its version holds for the one that goes on. */
  readonly after: number;
  readonly direction: Direction;
  readonly bytes: number;
}

/** Which connection of which source the file's writer meant; numbers are the writer's. */
export interface FilePlace {
  readonly source: number;
  readonly connection: number;
}

/** Takes MQTT bytes in order. Connections are numbers of the sink's. */
export interface MqttSink {
  /** `parties` is absent where the file does not tell, `gap` where nothing came before, `place` in files of others. */
  open(timeUs: number, parties: Parties | undefined, gap: Gap | undefined, place: FilePlace | undefined): number;
  /** `bytes` is borrowed: valid until the call returns. `initiator` is what caused them, empty where the file names nobody. */
  data(connection: number, direction: Direction, bytes: Uint8Array, timeUs: number, initiator: string): void;
  close(connection: number, timeUs: number): void;
  /** Something that is no packet happened to a connection; `json` is borrowed. */
  event?(connection: number, json: Uint8Array, timeUs: number): void;
  /** Somebody's words on the packet whose bytes came last. */
  comment?(connection: number, text: string): void;
  /** A section of the file begins with these comments. */
  section?(comments: readonly string[]): void;
  /** The file holds TLS secrets, lines of the NSS Key Log Format. */
  secrets?(lines: readonly string[]): void;
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
  /** Present where the bytes are those of a WebSocket. */
  frames: WebSocketStream | undefined;
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
      frames: undefined,
      stream: new TcpStream({
        data: (bytes) => this.#bytes(this.#sides[index], bytes),
        gap: (count) => this.#gap(this.#sides[index], count),
      }),
    };
    return side;
  }

  #side(endpoint: Endpoint): Side {
    const [first, second] = this.#sides;
    return first.endpoint.port === endpoint.port && first.endpoint.address === endpoint.address ? first : second;
  }

  /** Of the TCP stream. */
  #bytes(side: Side, bytes: Uint8Array): void {
    if (this.#verdict === 'other') return;
    if (side.frames === undefined) {
      this.#data(side, bytes);
      return;
    }
    const outcome = side.frames.push(bytes);
    if (outcome === 'skipped') this.#counters.skippedBytes += bytes.length;
    if (outcome === 'unreadable') this.#isOther();
  }

  #isOther(): void {
    this.#close();
    this.#verdict = 'other';
    this.#counters.otherConnections += 1;
  }

  /** Both sides go on as a WebSocket, from what they have sent so far. */
  #upgrade(client: 0 | 1): void {
    const held = this.#sides.map((side) => side.held);
    for (const [index, side] of this.#sides.entries()) {
      side.held = NOTHING;
      side.frames = new WebSocketStream(index === client, (payload) => this.#data(side, payload));
    }
    for (const [index, side] of this.#sides.entries()) {
      const bytes = held[index] ?? NOTHING;
      if (bytes.length > 0) this.#bytes(side, bytes);
    }
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
    const upgrade = side.frames === undefined ? beginsWithUpgrade(held) : undefined;
    if (upgrade === 'unsure' && !isLast) return;
    if (upgrade === 'client' || upgrade === 'server') {
      this.#upgrade(upgrade === 'client' ? index : index === 0 ? 1 : 0);
      return;
    }
    const evidence = beginsWithConnect(held);
    if (evidence === 'unsure' && !isLast) return;
    const isConnect = evidence === true || (evidence === 'unsure' && held.length >= SURE_ENOUGH);
    const serverIndex = this.#sides.findIndex(({ endpoint }) => endpoint.port === MQTT_PORT);
    if (isConnect) this.#decide(index);
    else if (beginsWithTls(held)) {
      this.#verdict = 'other';
      this.#counters.tlsConnections += 1;
    } else if (serverIndex >= 0 && side.frames === undefined) {
      this.#decide(serverIndex === 0 ? 1 : 0);
      if (!this.#sawSyn) for (const one of this.#sides) one.lost = true;
    } else this.#isOther();
    for (const one of this.#sides) {
      const waiting = one.held;
      one.held = NOTHING;
      if (this.#verdict === 'mqtt' && waiting.length > 0) this.#hand(one, waiting);
    }
  }

  #decide(client: 0 | 1): void {
    this.#verdict = 'mqtt';
    this.#client = client;
    const connection = this.#sink.open(this.#timeUs, this.#parties, undefined, undefined);
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
    this.#sink.data(side.connection, this.#directionOf(side), bytes, this.#timeUs, '');
  }

  #directionOf(side: Side): Direction {
    return side === this.#sides[this.#client] ? 'client-to-server' : 'server-to-client';
  }

  get #parties(): Parties {
    const [first, second] = this.#sides;
    return this.#client === 0
      ? { client: first.endpoint, server: second.endpoint }
      : { client: second.endpoint, server: first.endpoint };
  }

  #gap(side: Side, count: number): void {
    this.#counters.gaps += 1;
    this.#counters.gapBytes += count;
    if (this.#verdict === 'undecided' && side.held.length > 0) this.#judge(side, true);
    side.lost = true;
    side.frames?.lose();
    if (this.#verdict !== 'mqtt') return;
    const before = side.connection;
    const direction = this.#directionOf(side);
    side.connection = this.#sink.open(
      this.#timeUs,
      this.#parties,
      { after: before, direction, bytes: count },
      undefined,
    );
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
