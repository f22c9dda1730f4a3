/** A stand-in broker that floods whoever subscribes with prebuilt PUBLISH packets and measures how fast the peer takes them. */

import { createServer, type Socket } from 'node:net';

export interface Flood {
  readonly payloadBytes: number;
  readonly topics: number;
  readonly qos: 0 | 1 | 2;
  /** Unacknowledged QoS 1 and 2 packets at most. */
  readonly window: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface FloodResult {
  readonly messages: number;
  readonly seconds: number;
  readonly bytes: number;
}

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const WRITE_BYTES = 1 << 20;

/** Packets of one size, so that a packet's number gives its offset. */
function buildPackets(flood: Flood): { bytes: Buffer; packetBytes: number; count: number } {
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

/** One connection: answers CONNECT and SUBSCRIBE, then floods. */
class Flooder {
  readonly #socket: Socket;
  readonly #flood: Flood;
  readonly #packets: ReturnType<typeof buildPackets>;
  readonly #done: (result: FloodResult) => void;
  #flooding = false;
  #next = 0;
  #sent = 0;
  #accepted = 0;
  #settled = 0;
  #carry = Buffer.alloc(0);
  #startedAt = 0;
  #startedCount = 0;

  constructor(
    socket: Socket,
    flood: Flood,
    packets: ReturnType<typeof buildPackets>,
    done: (result: FloodResult) => void,
  ) {
    this.#socket = socket;
    this.#flood = flood;
    this.#packets = packets;
    this.#done = done;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => undefined);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    let at = 0;
    const releases: number[] = [];
    while (bytes.length - at >= 2) {
      const length = bytes[at + 1] as number;
      if (bytes.length - at < 2 + length) break;
      const type = (bytes[at] as number) >> 4;
      if (type === 1) this.#socket.write(CONNACK);
      else if (type === 8) this.#subscribed(bytes.subarray(at + 2, at + 4));
      else if (type === 4 || type === 7) this.#settled += 1;
      else if (type === 5) releases.push(at + 2);
      else if (type === 12) this.#socket.write(Buffer.from([0xd0, 0]));
      at += 2 + length;
    }
    if (releases.length > 0) this.#release(bytes, releases);
    this.#carry = Buffer.from(bytes.subarray(at));
    if (this.#flooding && this.#flood.qos > 0) this.#send();
  }

  #release(bytes: Buffer, identifiers: readonly number[]): void {
    const answer = Buffer.alloc(identifiers.length * 4);
    identifiers.forEach((at, index) => {
      answer[index * 4] = 0x62;
      answer[index * 4 + 1] = 2;
      bytes.copy(answer, index * 4 + 2, at, at + 2);
    });
    this.#socket.write(answer);
  }

  #subscribed(identifier: Buffer): void {
    this.#socket.write(Buffer.from([0x90, 3, identifier[0] as number, identifier[1] as number, this.#flood.qos]));
    this.#flooding = true;
    this.#send();
    setTimeout(() => {
      this.#startedAt = performance.now();
      this.#startedCount = this.#taken();
      setTimeout(() => this.#finish(), this.#flood.measureMs);
    }, this.#flood.warmUpMs);
  }

  /** Messages the peer took: acknowledged ones, or at QoS 0 those that left the kernel's queue of ours. */
  #taken(): number {
    return this.#flood.qos === 0 ? this.#accepted : this.#settled;
  }

  #send(): void {
    const { bytes, packetBytes, count } = this.#packets;
    const perWrite = Math.max(1, Math.floor(WRITE_BYTES / packetBytes));
    for (;;) {
      const room = this.#flood.qos === 0 ? perWrite : this.#flood.window - (this.#sent - this.#settled);
      const some = Math.min(perWrite, room, count - this.#next);
      if (some <= 0 || this.#socket.destroyed) return;
      const from = this.#next * packetBytes;
      this.#next = (this.#next + some) % count;
      this.#sent += some;
      this.#socket.write(bytes.subarray(from, from + some * packetBytes), () => {
        this.#accepted += some;
        if (this.#flood.qos === 0) this.#send();
      });
      if (this.#flood.qos === 0) return;
    }
  }

  #finish(): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const messages = this.#taken() - this.#startedCount;
    this.#flooding = false;
    this.#socket.destroy();
    this.#done({ messages, seconds, bytes: messages * this.#packets.packetBytes });
  }
}

/** Listens on a free loopback port; `result` resolves once the first flooded peer was measured. */
export async function startFloodBroker(
  flood: Flood,
): Promise<{ port: number; result: Promise<FloodResult>; stop(): void }> {
  const packets = buildPackets(flood);
  let settle: (result: FloodResult) => void = () => undefined;
  const result = new Promise<FloodResult>((resolve) => {
    settle = resolve;
  });
  const server = createServer((socket) => new Flooder(socket, flood, packets, settle));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, result, stop: () => void server.close() };
}

if (import.meta.main) {
  const flood = JSON.parse(process.argv[2] ?? '{}') as Flood;
  const { port, result, stop } = await startFloodBroker(flood);
  process.send?.({ port });
  process.send?.({ result: await result });
  stop();
}
