/** A tap over real sockets for tests: its sources, what they recorded, and waiting for what shall happen. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { decodePacket } from '../../main/engine/codec/decode.ts';
import type { TransportOptions } from '../../main/engine/sources/ports.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import type { DeviceListener, ListenOptions } from '../../main/engine/sources/tap-ports.ts';
import { TapSource } from '../../main/engine/sources/tap-source.ts';
import { createRelay } from '../../main/engine/transport/create.ts';
import { listenForDevices } from '../../main/engine/transport/listener.ts';
import { systemClock, systemRandom } from '../../main/engine/transport/system.ts';
import { packetLabel } from '../../shared/mqtt/labels.ts';

/** A loaded machine is slow; what does come to pass does not wait for it. */
const PATIENCE_MS = 15_000;

/** Waits for a condition; fails with `story` where it does not come to hold. */
export async function until(what: string, holds: () => boolean, story: () => unknown = () => ''): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > deadline) expect.fail(`${what} did not come to pass\n${JSON.stringify(story(), null, 1)}`);
    // oxlint-disable-next-line no-await-in-loop
    await pause(5);
  }
}

/** One connection of a device through the tap. */
export class Tapped {
  readonly source: TapSource;
  readonly recording: Recording;

  constructor(make: (recording: Recording) => TapSource) {
    this.recording = new Recording({
      byteBudget: 64 * 1024 * 1024,
      maxPacketBytes: 268_435_460,
      random: systemRandom,
      pieces: 'small',
    });
    this.source = make(this.recording);
  }

  /** One line a row: direction and label of a packet, or an event. */
  transcript(): string[] {
    const { capture } = this.recording;
    return Array.from({ length: capture.recordCount }, (_, index) => this.#line(capture.firstSeq + index));
  }

  packets(): string[] {
    return this.transcript().filter((line) => !line.startsWith('*'));
  }

  /** Data of the last event of that kind. */
  event(kind: string): Record<string, unknown> | undefined {
    const { capture } = this.recording;
    for (let seq = capture.nextSeq - 1; seq >= capture.firstSeq; seq -= 1) {
      const event = capture.eventAt(seq);
      if (event?.kind === kind) return event.data as Record<string, unknown>;
    }
    return undefined;
  }

  /** All recorded bytes of a direction. */
  bytes(direction: 'client-to-server' | 'server-to-client'): Buffer {
    const { capture } = this.recording;
    const pieces: Buffer[] = [];
    for (let seq = capture.firstSeq; seq < capture.nextSeq; seq += 1) {
      if (capture.eventAt(seq) === undefined && capture.direction(seq) === direction) {
        pieces.push(Buffer.from(capture.bytes(seq)));
      }
    }
    return Buffer.concat(pieces);
  }

  #line(seq: number): string {
    const { capture } = this.recording;
    const event = capture.eventAt(seq);
    if (event !== undefined) return `* ${event.kind}`;
    const direction = capture.direction(seq);
    const { version } = capture.protocolVersion(capture.connection(seq));
    const { packet, malformed } = decodePacket(capture.bytes(seq), version, direction);
    const arrow = direction === 'client-to-server' ? '→' : '←';
    if (malformed !== undefined) return `${arrow} malformed`;
    return packet === undefined ? `${arrow} ?` : `${arrow} ${packetLabel(packet, version)}`;
  }
}

export interface DrivenTap extends Disposable {
  readonly port: number;
  /** In the order in which devices connected. */
  readonly connections: readonly Tapped[];
  /** Waits for the connection of that number, from 0. */
  connection(index: number): Promise<Tapped>;
}

export async function startTap(
  listen: Partial<ListenOptions>,
  upstream: Partial<TransportOptions> & { readonly port: number },
): Promise<DrivenTap> {
  const connections: Tapped[] = [];
  const listening = await listenForDevices({ protocol: 'mqtt', host: '127.0.0.1', port: 0, ...listen }, (device) => {
    connections.push(
      new Tapped(
        (recording) =>
          new TapSource(
            {
              recording,
              clock: systemClock,
              device,
              connectOn: () =>
                createRelay({ protocol: 'mqtt', host: '127.0.0.1', connectTimeoutMs: 10_000, ...upstream }),
            },
            { changed: () => undefined, ended: () => undefined },
          ),
      ),
    );
  });
  if ('code' in listening) throw new Error(`${listening.code} ${listening.errno}`);
  const listener: DeviceListener = listening;
  return {
    port: listener.port,
    connections,
    async connection(index) {
      await until(`connection ${index}`, () => connections[index] !== undefined);
      const found = connections[index];
      if (found === undefined) throw new Error('it has gone');
      return found;
    },
    [Symbol.dispose]() {
      listener.close();
      for (const { source } of connections) source.close();
    },
  };
}
