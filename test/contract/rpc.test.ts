/** Procedures and frames over the in-process port and over encoded frames: answers, closed errors, bulk arrays. */

import { describe, expect, it } from 'vitest';
import { InspectorError } from '../../shared/contract/errors.ts';
import { createPortPair, type Message } from '../../shared/contract/port.ts';
import { createClient, createServer, type Handlers } from '../../shared/contract/rpc.ts';
import { DEFAULT_SETTINGS } from '../../shared/contract/settings.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/wire.ts';
import type { Frame } from '../../shared/contract/pushes.ts';

/** A handler table that answers two procedures and faults on every other, as the tests need no more. */
function handlersWith(some: Partial<Handlers>): Handlers {
  return new Proxy(some as Handlers, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => {
        throw new Error(`no handler for ${String(name)}`);
      }),
  });
}

function connected(handlers: Partial<Handlers>, clone: (message: Message) => Message, applying?: Promise<void>) {
  const [page, service] = createPortPair(clone);
  const frames: Frame[] = [];
  const acknowledged: number[] = [];
  const faults: unknown[] = [];
  const server = createServer(service, handlersWith(handlers), {
    acknowledged: (frame) => acknowledged.push(frame),
    closed: () => undefined,
    faulted: (_procedure, error) => faults.push(error),
  });
  const client = createClient(
    page,
    (frame) => {
      frames.push(frame);
      return applying;
    },
    () => undefined,
  );
  return { client, server, frames, acknowledged, faults };
}

const carriers: readonly [string, (message: Message) => Message][] = [
  ['structured clone', structuredClone],
  ['encoded frames', (message) => decodeMessage(encodeMessage(message))],
];

describe.each(carriers)('rpc over %s', (_name, clone) => {
  it('answers a procedure with its output', async () => {
    const { client } = connected({ getSettings: () => DEFAULT_SETTINGS }, clone);
    expect(await client.call('getSettings', {})).toEqual(DEFAULT_SETTINGS);
  });

  it('parses input at the door and names the path of what is wrong', async () => {
    const { client } = connected({}, clone);
    const failure = await client.call('setSettings', { byteBudget: 3 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InspectorError);
    expect(failure).toMatchObject({
      code: 'invalid-input',
      data: { procedure: 'setSettings', issues: [{ path: 'byteBudget' }] },
    });
  });

  it('fills defaults before the handler sees the input', async () => {
    const seen: unknown[] = [];
    const { client } = connected({ disconnect: (input) => void seen.push(input) }, clone);
    await client.call('disconnect', { source: 3 });
    expect(seen).toEqual([{ source: 3, reasonCode: 0, abort: false }]);
  });

  it('carries a closed error with its data', async () => {
    const { client } = connected(
      {
        getPacket: () => {
          throw new InspectorError('no-such-packet', { seq: 1, firstSeq: 9 });
        },
      },
      clone,
    );
    await expect(client.call('getPacket', { source: 0, seq: 1 })).rejects.toMatchObject({
      code: 'no-such-packet',
      data: { seq: 1, firstSeq: 9 },
    });
  });

  it('turns a fault of ours into `internal` and reports it', async () => {
    const { client, faults } = connected({}, clone);
    await expect(client.call('connect', { source: 0 })).rejects.toMatchObject({ code: 'internal' });
    expect(faults).toHaveLength(1);
  });

  it('refuses a procedure that is not in the contract, inherited names included', async () => {
    const { client } = connected({}, clone);
    await expect(client.call('toString' as 'getSettings', {})).rejects.toMatchObject({ code: 'unknown-procedure' });
  });

  it('carries payload bytes both ways', async () => {
    const { client } = connected({ readBytes: ({ from, to }) => new Uint8Array([from, to]) }, clone);
    expect(await client.call('readBytes', { source: 0, seq: 0, from: 7, to: 9 })).toEqual(new Uint8Array([7, 9]));
  });

  it('acknowledges a frame once the page has applied it', async () => {
    const { server, frames, acknowledged } = connected({}, clone);
    server.sendFrame({ number: 4, views: [], stats: [] });
    await expect.poll(() => acknowledged).toEqual([4]);
    expect(frames).toEqual([{ number: 4, views: [], stats: [] }]);
  });

  it('acknowledges a frame that takes time to apply once that is over', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { client, server, frames, acknowledged } = connected({ getSettings: () => DEFAULT_SETTINGS }, clone, promise);
    server.sendFrame({ number: 1, views: [], stats: [] });
    await expect.poll(() => frames).toHaveLength(1);
    // An answer there and back: an acknowledgement would have come before it.
    await client.call('getSettings', {});
    expect(acknowledged).toEqual([]);
    resolve();
    await expect.poll(() => acknowledged).toEqual([1]);
  });

  it('rejects what is under way when the port closes', async () => {
    const { client } = connected({ connect: () => new Promise<void>(() => undefined) }, clone);
    const pending = client.call('connect', { source: 0 });
    client.close();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the binary frame', () => {
  it('keeps arrays of each kind, empty ones and non-finite numbers', () => {
    const message = {
      a: new Uint8Array([1, 2, 3]),
      b: [new Float64Array([Number.NaN, 1e300]), new Uint16Array(0)],
      c: { d: new Int32Array([-1]), e: Number.NaN, f: null, g: '数据' },
      h: new Float32Array([0.5]),
      i: new Uint32Array([4_294_967_295]),
    };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('keeps what stands at the top, in lists of lists and under any name', () => {
    for (const message of [
      new Uint8Array([7]),
      Number.NEGATIVE_INFINITY,
      [[[new Uint8Array([1])], 'text', [Number.NaN]]],
      { $b: ['u8', 0, 4], $n: 'NaN', '': new Float32Array([1]), 'a.b': { 0: Number.POSITIVE_INFINITY } },
      null,
    ])
      expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('leaves the message that it encodes as it was', () => {
    const inner = { rate: Number.NaN, bytes: new Uint8Array([1]) };
    const message = { list: [inner], name: 'x' };
    encodeMessage(message);
    expect(message).toEqual({ list: [{ rate: Number.NaN, bytes: new Uint8Array([1]) }], name: 'x' });
    expect(message.list[0]).toBe(inner);
  });

  it.each([
    [{ a: 1 }, ['b']],
    [{ a: 1 }, ['toString']],
    [{ a: {} }, ['a', '__proto__']],
    [[1, 2], ['length']],
    [{ a: 1 }, ['a', 'b']],
    [{ a: 'text' }, ['a', 0]],
    [{ a: 1 }, [{}]],
  ])('refuses to put a value into %j at %j, where none was sent', (message, path) => {
    const head = new TextEncoder().encode(JSON.stringify([message, [], [['NaN', ...path]]]));
    const frame = new Uint8Array(4 + head.length);
    new DataView(frame.buffer).setUint32(0, head.length, true);
    frame.set(head, 4);
    expect(() => decodeMessage(frame)).toThrow(RangeError);
  });

  it.each(['null', '[]', '[0,{},[]]', '[0,[1],[]]', '[0,[["u9",0,0]],[]]', '[0,[["toString",0,0]],[]]'])(
    'refuses the head %s',
    (text) => {
      const head = new TextEncoder().encode(text);
      const frame = new Uint8Array(4 + head.length);
      new DataView(frame.buffer).setUint32(0, head.length, true);
      frame.set(head, 4);
      expect(() => decodeMessage(frame)).toThrow(RangeError);
    },
  );

  it('decodes a frame that stands at an odd offset of a larger buffer', () => {
    const frame = encodeMessage({ values: new Float64Array([1, 2]) });
    const shifted = new Uint8Array(frame.length + 3);
    shifted.set(frame, 3);
    expect(decodeMessage(shifted.subarray(3))).toEqual({ values: new Float64Array([1, 2]) });
  });

  it('refuses arrays that would lie outside the frame', () => {
    const frame = encodeMessage({ values: new Uint8Array([1, 2]) });
    expect(() => decodeMessage(frame.subarray(0, frame.length - 8))).toThrow(RangeError);
    expect(() => decodeMessage(new Uint8Array([255, 255, 0, 0, 1]))).toThrow(RangeError);
  });

  it('refuses an array kind that it does not carry', () => {
    expect(() => encodeMessage({ big: new BigInt64Array(1) })).toThrow(TypeError);
  });
});
