/** A stand-in broker that floods whoever subscribes with prebuilt PUBLISH packets and measures how fast the peer takes them. */

import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { endWithParent } from './children.ts';

export interface Flood {
  readonly payloadBytes: number;
  readonly topics: number;
  readonly qos: 0 | 1 | 2;
  /** Unacknowledged QoS 1 and 2 packets at most. */
  readonly window: number;
  /** The measurement begins after so long, and after the peer took so many bytes. */
  readonly warmUpMs: number;
  readonly warmUpBytes: number;
  readonly measureMs: number;
  /** Messages a second; 0 for as fast as the peer takes them. */
  readonly pace: number;
}

export interface FloodResult {
  readonly messages: number;
  readonly seconds: number;
  /** Taken since the peer subscribed, warm-up included. */
  readonly total: number;
}

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const LARGEST_WRITE = 1 << 20;
const SMALLEST_WRITE = 1 << 14;
/** Longest warm-up, whatever the peer took. */
const PATIENCE_MS = 8000;
/** Bytes that may wait in this process for a peer that falls behind a paced flood. */
const PACED_BACKLOG = 1 << 22;
const CATCH_UP_SECONDS = 0.05;

interface Packets {
  readonly bytes: Buffer;
  readonly packetBytes: number;
  readonly count: number;
}

/** Packets of one size, so that a packet's number gives its offset. */
function buildPackets(flood: Flood): Packets {
  const count = flood.qos === 0 ? Math.max(flood.topics, 10_000) : 60_000;
  const topicBytes = 'bench/000000/value'.length;
  const remaining = 2 + topicBytes + (flood.qos > 0 ? 2 : 0) + flood.payloadBytes;
  const lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : 3;
  const packetBytes = 1 + lengthBytes + remaining;
  const bytes = Buffer.alloc(packetBytes * count, 0x78);
  for (let index = 0; index < count; index += 1) {
    let at = index * packetBytes;
    bytes[at++] = 0x30 | (flood.qos << 1);
    for (let rest = remaining, left = lengthBytes; left > 0; left -= 1, rest >>>= 7) {
      bytes[at++] = left > 1 ? (rest & 127) | 128 : rest;
    }
    at = bytes.writeUInt16BE(topicBytes, at);
    at += bytes.write(`bench/${String(index % flood.topics).padStart(6, '0')}/value`, at);
    if (flood.qos > 0) bytes.writeUInt16BE(index + 1, at);
  }
  return { bytes, packetBytes, count };
}

/**
 * Bytes that the kernel holds between the two ends: sent and not acknowledged, received and not read. What the kernel took
 * is not what the peer took: its buffers grow to megabytes while a slow peer is measured. 0 where the system does not tell.
 */
function bytesUnderWay(own: number, peer: number): number {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const sending = `:${hex(own)} 0100007F:${hex(peer)} `;
  const receiving = `:${hex(peer)} 0100007F:${hex(own)} `;
  try {
    let bytes = 0;
    for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
      const queues = /[0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8}) /.exec(line);
      if (line.includes(sending)) bytes += Number.parseInt(queues?.[1] ?? '0', 16);
      else if (line.includes(receiving)) bytes += Number.parseInt(queues?.[2] ?? '0', 16);
    }
    return bytes;
  } catch {
    return 0;
  }
}

interface FlooderEvents {
  started(): void;
  done(result: FloodResult): void;
}

/** One connection: answers CONNECT and SUBSCRIBE, then floods. */
class Flooder {
  readonly #socket: Socket;
  readonly #flood: Flood;
  readonly #packets: Packets;
  readonly #events: FlooderEvents;
  #flooding = false;
  #next = 0;
  #sent = 0;
  #accepted = 0;
  #settled = 0;
  #carry = Buffer.alloc(0);
  #floodingSince = 0;
  #lastDueAt = 0;
  #owed = 0;
  #startedAt = 0;
  #startedCount = 0;
  #writeBytes = SMALLEST_WRITE;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, flood: Flood, packets: Packets, events: FlooderEvents) {
    this.#socket = socket;
    this.#flood = flood;
    this.#packets = packets;
    this.#events = events;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => clearInterval(this.#timer));
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    const releases = this.#flood.qos === 2 ? Buffer.allocUnsafe(bytes.length) : this.#carry;
    let released = 0;
    let at = 0;
    while (bytes.length - at >= 2) {
      const length = bytes[at + 1] as number;
      if (bytes.length - at < 2 + length) break;
      const type = (bytes[at] as number) >> 4;
      if (type === 4 || type === 7) this.#settled += 1;
      else if (type === 5) {
        releases[released++] = 0x62;
        releases[released++] = 2;
        releases[released++] = bytes[at + 2] as number;
        releases[released++] = bytes[at + 3] as number;
      } else if (type === 1) this.#socket.write(CONNACK);
      else if (type === 8) this.#subscribed(bytes.subarray(at + 2, at + 4));
      else if (type === 12) this.#socket.write(Buffer.from([0xd0, 0]));
      at += 2 + length;
    }
    if (released > 0) this.#socket.write(releases.subarray(0, released));
    this.#carry = Buffer.from(bytes.subarray(at));
    if (this.#flooding && this.#flood.qos > 0 && this.#flood.pace === 0) this.#send();
  }

  #subscribed(identifier: Buffer): void {
    this.#socket.write(Buffer.from([0x90, 3, identifier[0] as number, identifier[1] as number, this.#flood.qos]));
    if (this.#flooding) return;
    this.#flooding = true;
    this.#floodingSince = performance.now();
    this.#lastDueAt = this.#floodingSince;
    if (this.#flood.pace > 0) this.#timer = setInterval(() => this.#sendDue(), 1);
    else this.#send();
    const { warmUpMs } = this.#flood;
    setTimeout(() => this.#startWhenWarm(), warmUpMs);
  }

  #startWhenWarm(): void {
    const taken = this.#taken();
    const waited = performance.now() - this.#floodingSince;
    if (taken * this.#packets.packetBytes < this.#flood.warmUpBytes && waited < PATIENCE_MS) {
      setTimeout(() => this.#startWhenWarm(), 50);
      return;
    }
    this.#startedAt = performance.now();
    this.#startedCount = taken;
    this.#events.started();
    setTimeout(() => this.#finish(), this.#flood.measureMs);
  }

  /** Messages the peer took: acknowledged ones, or at QoS 0 those that it read from the kernel. */
  #taken(): number {
    if (this.#flood.qos > 0) return this.#settled;
    const { localPort, remotePort } = this.#socket;
    return this.#accepted - bytesUnderWay(localPort ?? 0, remotePort ?? 0) / this.#packets.packetBytes;
  }

  #send(): void {
    const { packetBytes, count } = this.#packets;
    const perWrite = Math.max(1, Math.floor((this.#flood.qos === 0 ? this.#writeBytes : LARGEST_WRITE) / packetBytes));
    for (;;) {
      const room = this.#flood.qos === 0 ? perWrite : this.#flood.window - (this.#sent - this.#settled);
      const some = Math.min(perWrite, room, count - this.#next);
      if (some <= 0 || this.#socket.destroyed || !this.#flooding) return;
      const begun = performance.now();
      this.#write(some, () => {
        if (this.#flood.qos > 0) return;
        // Writes of two milliseconds: large enough to cost nothing, small enough to count a slow peer finely.
        const took = performance.now() - begun;
        if (took < 1) this.#writeBytes = Math.min(LARGEST_WRITE, this.#writeBytes * 2);
        else if (took > 4) this.#writeBytes = Math.max(SMALLEST_WRITE, this.#writeBytes >> 1);
        // Not at once: a write that the kernel takes whole calls back without a turn of the event loop, and timers would starve.
        setImmediate(() => this.#send());
      });
      if (this.#flood.qos === 0) return;
    }
  }

  /** Keeps to the pace; of what a stall or a slow peer held back, at most {@link CATCH_UP_SECONDS} follow at once. */
  #sendDue(): void {
    const { packetBytes, count } = this.#packets;
    const now = performance.now();
    const seconds = Math.min((now - this.#lastDueAt) / 1000, CATCH_UP_SECONDS);
    this.#lastDueAt = now;
    this.#owed = Math.min(this.#owed + seconds * this.#flood.pace, CATCH_UP_SECONDS * this.#flood.pace);
    let due = Math.floor(this.#owed);
    if (this.#flood.qos > 0) due = Math.min(due, this.#flood.window - (this.#sent - this.#settled));
    due = Math.min(due, Math.floor((PACED_BACKLOG - this.#socket.writableLength) / packetBytes));
    while (due > 0 && !this.#socket.destroyed) {
      const some = Math.min(due, count - this.#next);
      this.#write(some, () => undefined);
      due -= some;
      this.#owed -= some;
    }
  }

  #write(some: number, written: () => void): void {
    const { bytes, packetBytes, count } = this.#packets;
    const from = this.#next * packetBytes;
    this.#next = (this.#next + some) % count;
    this.#sent += some;
    this.#socket.write(bytes.subarray(from, from + some * packetBytes), () => {
      this.#accepted += some;
      written();
    });
  }

  #finish(): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const total = this.#taken();
    this.#flooding = false;
    clearInterval(this.#timer);
    this.#events.done({ messages: total - this.#startedCount, seconds, total });
  }
}

if (import.meta.main) {
  endWithParent();
  const flood = JSON.parse(process.argv[2] ?? '{}') as Flood;
  const packets = buildPackets(flood);
  const events: FlooderEvents = {
    started: () => process.send?.({ started: true }),
    done: (result) => process.send?.({ result }),
  };
  const server = createServer((socket) => new Flooder(socket, flood, packets, events));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
  });
}
