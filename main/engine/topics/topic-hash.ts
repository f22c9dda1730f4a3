/** The seeded hash of topic bytes: two multiply-rotate lanes over 32-bit loads. */

/** Two seeds of 32 bits, drawn once per process so that a peer cannot aim at one bucket. */
export interface HashSeed {
  readonly a: number;
  /** Made odd before use: it multiplies. */
  readonly b: number;
}

/**
 * Hashes bytes `from`…`to` of `view`; answers a signed 32-bit number: V8 keeps it out of the heap.
 * Words enter the lanes by seeded multipliers, so collisions found under one seed do not hold under another.
 */
export function hashBytes(view: DataView, from: number, to: number, seed: HashSeed): number {
  const multiplier = seed.b | 1;
  let left = seed.a ^ (to - from);
  let right = Math.imul(multiplier, 0x9e3779b1) ^ left;
  let at = from;
  for (const last = to - 8; at <= last; at += 8) {
    const low = left ^ view.getInt32(at, true);
    const high = right ^ view.getInt32(at + 4, true);
    left = Math.imul((low << 13) | (low >>> 19), multiplier) + right;
    right = Math.imul((high << 17) | (high >>> 15), 0x85ebca6b) ^ left;
  }
  if (at + 4 <= to) {
    const low = left ^ view.getInt32(at, true);
    left = Math.imul((low << 13) | (low >>> 19), multiplier) + right;
    at += 4;
  }
  if (at < to) {
    if (to - from >= 4) right ^= view.getInt32(to - 4, true);
    else for (; at < to; at++) right = (right << 8) ^ view.getUint8(at);
  }
  right = Math.imul((right << 17) | (right >>> 15), multiplier);
  let mixed = left ^ ((right << 16) | (right >>> 16));
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Whether `length` bytes at `leftAt` of one view equal those at `rightAt` of another. */
export function equalBytes(left: DataView, leftAt: number, right: DataView, rightAt: number, length: number): boolean {
  let at = 0;
  for (const last = length - 4; at <= last; at += 4) {
    if (left.getInt32(leftAt + at, true) !== right.getInt32(rightAt + at, true)) return false;
  }
  if (at < length && length >= 4)
    return left.getInt32(leftAt + length - 4, true) === right.getInt32(rightAt + length - 4, true);
  for (; at < length; at++) if (left.getUint8(leftAt + at) !== right.getUint8(rightAt + at)) return false;
  return true;
}
