/** Messages with typed arrays as one binary WebSocket frame: a JSON head, then the arrays' bytes, eight-byte aligned. */

import type { Message } from './port.ts';

/**
 * Layout, little-endian as every platform here is: `u32 head length`, the head as UTF-8 JSON, padding to 8,
 * then each array's bytes padded to 8. In the head an array stands as `{"$b":[kind, offset, length]}`,
 * offset in bytes from the start of the body, length in elements.
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

const align = (offset: number): number => (offset + 7) & ~7;

function kindOf(value: unknown): Kind | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  for (const [kind, type] of Object.entries(KINDS)) if (value instanceof type) return kind as Kind;
  throw new TypeError('only Uint8, Uint16, Uint32, Int32, Float32 and Float64 arrays cross the port');
}

/** Encodes `message` into one frame. Throws a TypeError for array types the wire does not carry. */
export function encodeMessage(message: Message): Uint8Array {
  const bulks: { bytes: Uint8Array; offset: number }[] = [];
  let bodyLength = 0;
  const head = JSON.stringify(message, (_key, value: unknown) => {
    const kind = kindOf(value);
    if (kind === undefined) return typeof value === 'number' && !Number.isFinite(value) ? { $n: String(value) } : value;
    const bulk = value as Bulk;
    const offset = bodyLength;
    bulks.push({ bytes: new Uint8Array(bulk.buffer, bulk.byteOffset, bulk.byteLength), offset });
    bodyLength = align(bodyLength + bulk.byteLength);
    return { $b: [kind, offset, bulk.length] };
  });
  const headBytes = new TextEncoder().encode(head ?? 'null');
  const bodyStart = align(4 + headBytes.length);
  const frame = new Uint8Array(bodyStart + bodyLength);
  new DataView(frame.buffer).setUint32(0, headBytes.length, true);
  frame.set(headBytes, 4);
  for (const { bytes, offset } of bulks) frame.set(bytes, bodyStart + offset);
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
  const head = new TextDecoder().decode(frame.subarray(4, 4 + headLength));
  return JSON.parse(head, (_key, value: unknown) => revive(value, frame, bodyStart));
}

function revive(value: unknown, frame: Uint8Array, bodyStart: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$n' in value) return Number(value.$n);
  if (!('$b' in value)) return value;
  const [kind, offset, length] = value.$b as [Kind, number, number];
  const type = KINDS[kind];
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
