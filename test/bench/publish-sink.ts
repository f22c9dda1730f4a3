/** A stand-in broker that takes PUBLISH packets of one size, acknowledges them at QoS 1, and measures their rate. Argument: JSON. */

import { createServer, type Socket } from 'node:net';
import { endWithParent } from './children.ts';

export interface Sink {
  readonly qos: 0 | 1;
  readonly packetBytes: number;
  readonly warmUpMs: number;
  /** Measuring begins once that many bytes have come as well, so that a capture of that budget evicts and uses its memory again. */
  readonly warmUpBytes: number;
  readonly measureMs: number;
}

export interface SinkResult {
  readonly messages: number;
  readonly seconds: number;
}

const WARMTH_POLL_MS = 20;

endWithParent();
const sink = JSON.parse(process.argv[2] ?? '{}') as Sink;
let messages = 0;

/** At QoS 0 bytes are only counted: a parser would be slower than the publisher. */
function take(socket: Socket): void {
  let carry = Buffer.alloc(0);
  let publishing = false;
  let bytes = 0;
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    if (publishing && sink.qos === 0) {
      bytes += chunk.length;
      messages = bytes / sink.packetBytes;
      return;
    }
    const all = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    let at = 0;
    if (!publishing) {
      const length = 2 + (all[1] ?? 0);
      if (all.length < 2 || all.length < length) {
        carry = Buffer.from(all);
        return;
      }
      socket.write(Buffer.from([0x20, 2, 0, 0]));
      at = length;
      publishing = true;
      setTimeout(startWhenWarm, sink.warmUpMs);
    }
    if (sink.qos === 0) {
      bytes += all.length - at;
      return;
    }
    const answers = Buffer.allocUnsafe(Math.floor((all.length - at) / sink.packetBytes) * 4);
    let answered = 0;
    for (; all.length - at >= sink.packetBytes; at += sink.packetBytes) {
      const identifier = at + 4 + (all[at + 3] ?? 0);
      answers[answered++] = 0x40;
      answers[answered++] = 2;
      answers[answered++] = all[identifier] ?? 0;
      answers[answered++] = all[identifier + 1] ?? 0;
      messages += 1;
    }
    if (answered > 0) socket.write(answers);
    carry = Buffer.from(all.subarray(at));
  });
}

function startWhenWarm(): void {
  if (messages * sink.packetBytes < sink.warmUpBytes) {
    setTimeout(startWhenWarm, WARMTH_POLL_MS);
    return;
  }
  const from = performance.now();
  const before = messages;
  process.send?.({ started: true });
  setTimeout(() => {
    const result: SinkResult = { messages: messages - before, seconds: (performance.now() - from) / 1000 };
    process.send?.({ result });
  }, sink.measureMs);
}

const server = createServer(take);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
