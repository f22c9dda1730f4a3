/** Messages with typed arrays as one binary WebSocket frame: a JSON head, then the arrays' bytes, eight-byte aligned. */

import type { Message } from './port.ts';

/**
 * Layout, little-endian as every platform here is: `u32 head length`, the head as UTF-8 JSON, padding to 8,
 * then each array's bytes padded to 8. The head is `[message, arrays, odd numbers]`, where the message has `0` in place of what JSON cannot
 * say. An array is `[kind, offset, length, …path]`, offset in bytes from the start of the body, length in elements; a number that is not
 * finite is `["NaN", …path]`. Lists beside the message, and not marks inside it, cost neither side a look at every value as text.
 */
const KINDS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type Kind = keyof typeof KINDS;
type Bulk = InstanceType<(typeof KINDS)[Kind]>;
type Key = string | number;
type ArrayPlace = readonly [kind: Kind, offset: number, length: number, ...path: Key[]];
type NumberPlace = readonly [number: string, ...path: Key[]];

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };
const align = (offset: number): number => (offset + 7) & ~7;

/** Throws a TypeError for array types the wire does not carry. */
function kindOf(bulk: ArrayBufferView): Kind {
  for (const [kind, type] of Object.entries(KINDS)) if (bulk instanceof type) return kind as Kind;
  throw new TypeError('only Uint8, Uint16, Uint32, Int32, Float32 and Float64 arrays cross the port');
}

/** Takes out of one message what JSON cannot say. Objects on the way to such a value are copied, all others stay as they are. */
class Packer {
  readonly arrays: ArrayPlace[] = [];
  readonly numbers: NumberPlace[] = [];
  readonly bodies: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  bodyLength = 0;
  readonly #path: Key[] = [];

  pack(value: unknown): unknown {
    if (typeof value === 'number') return Number.isFinite(value) ? value : this.#takeNumber(value);
    if (typeof value !== 'object' || value === null) return value;
    if (ArrayBuffer.isView(value)) return this.#takeArray(value);
    return Array.isArray(value) ? this.#packList(value) : this.#packObject(value as Record<string, unknown>);
  }

  #packList(list: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length; index += 1) {
      const value = list[index];
      if (typeof value === 'string') continue;
      const packed = this.#packAt(index, value);
      if (packed === value) continue;
      copy ??= [...list];
      copy[index] = packed;
    }
    return copy ?? list;
  }

  #packObject(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (typeof value === 'string') continue;
      const packed = this.#packAt(key, value);
      if (packed === value) continue;
      copy ??= { ...object };
      copy[key] = packed;
    }
    return copy ?? object;
  }

  #packAt(key: Key, value: unknown): unknown {
    this.#path.push(key);
    const packed = this.pack(value);
    this.#path.pop();
    return packed;
  }

  #takeNumber(value: number): number {
    this.numbers.push([String(value), ...this.#path]);
    return 0;
  }

  #takeArray(bulk: ArrayBufferView): number {
    const { length } = bulk as Bulk;
    this.arrays.push([kindOf(bulk), this.bodyLength, length, ...this.#path]);
    this.bodies.push({
      bytes: new Uint8Array(bulk.buffer, bulk.byteOffset, bulk.byteLength),
      offset: this.bodyLength,
    });
    this.bodyLength = align(this.bodyLength + bulk.byteLength);
    return 0;
  }
}

/** Encodes `message` into one frame. Throws a TypeError for array types the wire does not carry. */
export function encodeMessage(message: Message): Uint8Array {
  const packer = new Packer();
  const packed = packer.pack(message);
  const head = utf8.encoder.encode(JSON.stringify([packed, packer.arrays, packer.numbers]));
  const bodyStart = align(4 + head.length);
  const frame = new Uint8Array(bodyStart + packer.bodyLength);
  new DataView(frame.buffer).setUint32(0, head.length, true);
  frame.set(head, 4);
  for (const { bytes, offset } of packer.bodies) frame.set(bytes, bodyStart + offset);
  return frame;
}

/**
 * Decodes one frame; arrays are views into `frame` where its alignment allows, copies otherwise.
 * Throws a RangeError or SyntaxError on bytes that {@link encodeMessage} did not make; the caller closes the port then.
 */
export function decodeMessage(frame: Uint8Array): Message {
  if (frame.length < 4) throw new RangeError('frame shorter than its head length');
  const headLength = new DataView(frame.buffer, frame.byteOffset, 4).getUint32(0, true);
  const bodyStart = align(4 + headLength);
  if (4 + headLength > frame.length) throw new RangeError('head longer than the frame');
  const head: unknown = JSON.parse(utf8.decoder.decode(frame.subarray(4, 4 + headLength)));
  if (!Array.isArray(head) || !isListOfPlaces(head[1]) || !isListOfPlaces(head[2])) throw new RangeError('bad head');
  // What stands at the top has an empty path: the root is a member of the head as well.
  for (const place of head[1]) put(head, place, 3, readArray(place, frame, bodyStart));
  for (const place of head[2]) put(head, place, 1, Number(place[0]));
  return head[0];
}

function isListOfPlaces(value: unknown): value is readonly (readonly unknown[])[] {
  return Array.isArray(value) && value.every(Array.isArray);
}

/** Sets the value at the path that begins at `from` in `place`. Throws a RangeError where no such member was sent. */
function put(head: unknown[], place: readonly unknown[], from: number, value: unknown): void {
  let holder: unknown = head;
  let key: unknown = 0;
  for (let at = from; at < place.length; at += 1) {
    holder = member(holder, key)[String(key)];
    key = place[at];
  }
  member(holder, key)[String(key)] = value;
}

/** `holder`, if it has a member `key` of its own: what is inherited must be out of a peer's reach. */
function member(holder: unknown, key: unknown): Record<string, unknown> {
  if (typeof holder !== 'object' || holder === null || ArrayBuffer.isView(holder) || key === '__proto__')
    throw new RangeError('no such place');
  const names = Array.isArray(holder) ? typeof key === 'number' : typeof key === 'string';
  if (!names || !Object.hasOwn(holder, key as Key)) throw new RangeError('no such place');
  return holder as Record<string, unknown>;
}

function readArray(place: readonly unknown[], frame: Uint8Array, bodyStart: number): Bulk {
  const [kind, offset, length] = place as unknown as ArrayPlace;
  const type = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (type === undefined || !Number.isInteger(offset) || !Number.isInteger(length))
    throw new RangeError('bad array in head');
  const from = bodyStart + offset;
  const to = from + length * type.BYTES_PER_ELEMENT;
  if (offset < 0 || length < 0 || to > frame.length) throw new RangeError('array outside the frame');
  const at = frame.byteOffset + from;
  if (at % type.BYTES_PER_ELEMENT === 0) return new type(frame.buffer as ArrayBuffer, at, length);
  // A Node Buffer's own slice does not copy.
  return new type(Uint8Array.prototype.slice.call(frame, from, to).buffer, 0, length);
}
