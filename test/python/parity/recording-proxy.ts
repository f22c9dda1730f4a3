/** Passes connections on to a broker and keeps what crossed, decoded, in both directions. */

import { connect, createServer, type Socket } from 'node:net';
import { decodePacket } from '../../../main/engine/codec/decode.ts';
import { INCOMPLETE, scanFrame } from '../../../main/engine/codec/frame.ts';
import type { Direction, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { type Listening, listen } from '../../support/ports.ts';
import { packetText } from './packet-text.ts';

/** One connection: the two directions stand apart, since how they interleave is a matter of time. */
export interface Crossed {
  readonly sent: readonly string[];
  readonly received: readonly string[];
}

export interface RecordingProxy extends Listening {
  /** In the order in which clients connected. */
  readonly connections: readonly Crossed[];
}

/** Splits one direction's bytes into packets. */
class Lines {
  readonly lines: string[] = [];
  readonly #direction: Direction;
  readonly #versionOf: () => ProtocolVersion;
  readonly #learn: (version: ProtocolVersion) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(direction: Direction, versionOf: () => ProtocolVersion, learn: (version: ProtocolVersion) => void) {
    this.#direction = direction;
    this.#versionOf = versionOf;
    this.#learn = learn;
  }

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    for (;;) {
      const length = scanFrame(this.#rest, at, this.#rest.length);
      if (length <= INCOMPLETE) break;
      this.lines.push(this.#line(this.#rest.subarray(at, at + length)));
      at += length;
    }
    this.#rest = this.#rest.subarray(at);
  }

  #line(frame: Buffer): string {
    const { packet } = decodePacket(frame, this.#versionOf(), this.#direction);
    if (packet === undefined) return `malformed ${frame.toString('hex')}`;
    if (packet.type === 'connect') this.#learn(packet.protocolVersion);
    return packetText(packet);
  }
}

/** Stands in front of `port` of this machine. Bytes pass unchanged, and so do ends of stream. */
export async function startRecordingProxy(port: number): Promise<RecordingProxy> {
  const connections: Crossed[] = [];
  const server = createServer({ allowHalfOpen: true }, (near) => {
    let version: ProtocolVersion = 4;
    const learn = (found: ProtocolVersion): void => {
      version = found;
    };
    const sent = new Lines('client-to-server', () => version, learn);
    const received = new Lines('server-to-client', () => version, learn);
    connections.push({ sent: sent.lines, received: received.lines });
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    near.setNoDelay(true);
    far.setNoDelay(true);
    pass(near, far, sent);
    pass(far, near, received);
  });
  return { ...(await listen(server)), connections };
}

/** Passes on once all that has arrived is read: writing to a side that has gone destroys its socket, and what it still had to say. */
function pass(from: Socket, to: Socket, lines: Lines): void {
  from.on('data', (bytes: Buffer) => {
    lines.push(bytes);
    setImmediate(() => to.write(bytes));
  });
  from.on('end', () => void setImmediate(() => to.end()));
  from.on('error', () => void setImmediate(() => to.destroy()));
  from.on('close', () => void setImmediate(() => to.destroySoon()));
}
