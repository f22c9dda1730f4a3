/** A byte stream straight on a TCP or TLS socket. */

import type { Clock, TransportFailure } from '../sources/ports.ts';
import { streamFailure, type TlsProgress } from './failures.ts';
import type { Link } from './inlet.ts';
import { Outbox } from './outbox.ts';
import {
  lingerThenDestroy,
  resetWhenFlushed,
  Traffic,
  type ByteStream,
  type ByteStreamEvents,
  type Halves,
} from './stream.ts';

/** Takes over a connected link. `tls` is the handshake's progress where there was one. */
export function openSocketStream(
  link: Link,
  tls: TlsProgress | undefined,
  clock: Clock,
  events: ByteStreamEvents,
  halves: Halves = 'together',
): ByteStream {
  const { socket, inlet } = link;
  const outbox = new Outbox(socket);
  const traffic = new Traffic();
  let failure: unknown;
  let ending = false;
  let finished = false;
  let peerEnded = false;
  let linger: Disposable | undefined;

  const onClose = (): void => {
    linger?.[Symbol.dispose]();
    inlet.read(() => {});
    events.closed(outcome());
  };
  const outcome = (): TransportFailure | undefined => {
    const facts = { ...traffic.facts(), tls: tls !== undefined };
    if (ending) {
      // Whatever happens after the last byte is out no longer concerns the owner.
      if (socket.writableFinished) return undefined;
      return { code: 'write-failed', data: { ...facts, unsentBytes: socket.writableLength + outbox.pendingBytes } };
    }
    failure ??= socket.errored ?? undefined;
    if (failure !== undefined) return streamFailure(failure, tls, facts);
    if (finished && peerEnded && socket.writableFinished) return undefined;
    return { code: 'closed-by-peer', data: facts };
  };

  socket.on('error', (error) => {
    failure ??= error;
  });
  socket.once('end', () => {
    peerEnded = true;
    if (halves === 'apart') {
      events.ended();
      return;
    }
    // The socket answers by closing its own half once everything is flushed; a peer that reads no more may prevent that.
    linger ??= lingerThenDestroy(socket, clock);
  });
  socket.on('drain', () => {
    if (!ending && !finished && (halves === 'apart' || !peerEnded)) events.drained();
  });

  return {
    start() {
      if (socket.closed) {
        process.nextTick(onClose);
        return;
      }
      socket.once('close', onClose);
      inlet.read((bytes) => {
        traffic.received(bytes);
        events.data(bytes);
      });
    },
    write(bytes) {
      traffic.bytesSent += bytes.length;
      if (halves === 'together') return outbox.write(bytes);
      // What is passed on comes as the kernel gave it: gathering more would only keep it back.
      socket.write(bytes);
      return !socket.writableNeedDrain;
    },
    get unsentBytes() {
      return socket.writableLength + outbox.pendingBytes;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end() {
      if (ending) return;
      ending = true;
      // A paused socket would never see the peer's end.
      socket.resume();
      outbox.flush();
      socket.end();
      linger ??= lingerThenDestroy(socket, clock);
    },
    finish() {
      if (finished) return;
      finished = true;
      outbox.flush();
      socket.end();
    },
    reset() {
      outbox.flush();
      resetWhenFlushed(socket, clock);
    },
  };
}
