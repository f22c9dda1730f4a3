/** The outgoing buffer against a receiver that goes on reading what it was given until it says otherwise. */

import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, OutBuffer } from '../../main/engine/sources/out-buffer.ts';

/** Takes bytes over as a slow network does: the oldest leave first, and only then may their memory change. */
class SlowReceiver {
  readonly #queue: { readonly bytes: Uint8Array; readonly expected: Uint8Array }[] = [];
  readonly arrived: number[] = [];
  /** Pieces that changed before they left. */
  spoiled = 0;

  accept(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#queue.push({ bytes, expected: bytes.slice() });
  }

  send(batches: number): void {
    for (const { bytes, expected } of this.#queue.splice(0, batches)) {
      if (Buffer.compare(bytes, expected) !== 0) this.spoiled += 1;
      for (const byte of bytes) this.arrived.push(byte);
    }
  }

  get unsent(): number {
    return this.#queue.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}

describe('the outgoing buffer', () => {
  it('never writes over bytes that are still read, whatever the sizes', () => {
    const out = new OutBuffer();
    const receiver = new SlowReceiver();
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >>> 8) % below;
    };
    const expected: number[] = [];
    for (let step = 0; step < 1500; step += 1) {
      const bytes = new Uint8Array(random(step % 50 === 0 ? 3 * CHUNK_BYTES : 5000)).fill(step & 255);
      for (const byte of bytes) expected.push(byte);
      const target = out.reserve(bytes.length);
      target.set(bytes, out.position);
      out.commit(out.position + bytes.length);
      if (random(3) === 0) receiver.accept(out.take());
      if (random(4) === 0) receiver.send(random(6));
      if (random(2) === 0) out.noteUnsent(receiver.unsent);
    }
    receiver.accept(out.take());
    receiver.send(Number.POSITIVE_INFINITY);
    expect(receiver.spoiled).toBe(0);
    expect(Buffer.compare(Buffer.from(receiver.arrived), Buffer.from(expected))).toBe(0);
  });

  it('uses memory again once its bytes are out', () => {
    const out = new OutBuffer();
    const buffers = new Set<ArrayBufferLike>();
    for (let round = 0; round < 100; round += 1) {
      out.noteUnsent(0);
      out.append(new Uint8Array(40_000));
      buffers.add(out.take().buffer);
    }
    expect(buffers.size).toBe(1);
  });

  it('leaves what another receiver was given alone after a reset', () => {
    const out = new OutBuffer();
    out.append(new Uint8Array(10).fill(1));
    const given = out.take();
    out.reset();
    out.noteUnsent(0);
    for (let round = 0; round < 10; round += 1) {
      out.append(new Uint8Array(40_000).fill(2));
      out.take();
      out.noteUnsent(0);
    }
    expect(given).toEqual(new Uint8Array(10).fill(1));
  });
});
