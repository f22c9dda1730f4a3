/** Order of topic levels for people: runs of digits by their number, letters without regard to case, bytes as the last word. */

import type { TopicNodes } from './topic-nodes.ts';

const ZERO = 0x30;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 0x39;
const fold = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte);

/** A level's bytes within a view. */
interface Span {
  readonly view: DataView;
  readonly from: number;
  readonly to: number;
}

const spanOf = (nodes: TopicNodes, node: number): Span => {
  const from = nodes.levelOffset(node);
  return { view: nodes.levelView(node), from, to: from + nodes.levelLength(node) };
};

function digitsEnd({ view, to }: Span, from: number): number {
  let at = from;
  while (at < to && isDigit(view.getUint8(at))) at++;
  return at;
}

function significantStart({ view }: Span, from: number, end: number): number {
  let at = from;
  while (at < end && view.getUint8(at) === ZERO) at++;
  return at;
}

/** Compares two levels; 0 only for equal bytes. A total order. */
export function compareLevels(nodes: TopicNodes, left: number, right: number): number {
  const a = spanOf(nodes, left);
  const b = spanOf(nodes, right);
  let atA = a.from;
  let atB = b.from;
  let tie = 0;
  while (atA < a.to && atB < b.to) {
    const byteA = a.view.getUint8(atA);
    const byteB = b.view.getUint8(atB);
    if (!isDigit(byteA) || !isDigit(byteB)) {
      const difference = fold(byteA) - fold(byteB);
      if (difference !== 0) return difference;
      if (tie === 0) tie = byteA - byteB;
      atA++;
      atB++;
      continue;
    }
    const endA = digitsEnd(a, atA);
    const endB = digitsEnd(b, atB);
    const zerosA = significantStart(a, atA, endA);
    const zerosB = significantStart(b, atB, endB);
    if (endA - zerosA !== endB - zerosB) return endA - zerosA - (endB - zerosB);
    for (let index = 0; index < endA - zerosA; index++) {
      const difference = a.view.getUint8(zerosA + index) - b.view.getUint8(zerosB + index);
      if (difference !== 0) return difference;
    }
    if (tie === 0) tie = zerosA - atA - (zerosB - atB);
    atA = endA;
    atB = endB;
  }
  return a.to - atA - (b.to - atB) || tie;
}

/** 64-bit sort keys in two words; equal keys are in no particular order. */
interface Keys {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Below this a comparing sort is faster than making keys. */
const SMALL = 512;

/** Sorts sibling nodes by level, in place. */
export function sortByLevel(nodes: TopicNodes, siblings: Uint32Array): void {
  if (siblings.length <= SMALL) {
    siblings.sort((left, right) => compareLevels(nodes, left, right));
    return;
  }
  const keys = levelKeys(nodes, siblings);
  sortByKeys(siblings, keys);
  for (let from = 0; from < siblings.length; ) {
    let to = from + 1;
    while (to < siblings.length && keys.high[to] === keys.high[from] && keys.low[to] === keys.low[from]) to++;
    if (to - from > 1) siblings.subarray(from, to).sort((left, right) => compareLevels(nodes, left, right));
    from = to;
  }
}

/** Sorts sibling nodes by a number of each, at least 0, in place; equal ones keep their order. */
export function sortByNumber(siblings: Uint32Array, valueOf: (node: number) => number, descending: boolean): void {
  const values = new Float64Array(siblings.length);
  for (let index = 0; index < siblings.length; index++) {
    const value = valueOf(siblings[index] ?? 0);
    // Doubles from 0 up order as their bits do.
    values[index] = value > 0 ? value : 0;
  }
  const bits = new Uint32Array(values.buffer);
  const high = new Uint32Array(siblings.length);
  const low = new Uint32Array(siblings.length);
  const flip = descending ? 0xffff_ffff : 0;
  for (let index = 0; index < siblings.length; index++) {
    low[index] = (bits[index * 2] ?? 0) ^ flip;
    high[index] = (bits[index * 2 + 1] ?? 0) ^ flip;
  }
  sortByKeys(siblings, { high, low });
}

/**
 * Keys that order as {@link compareLevels} does as far as eight bytes reach, after the bytes that all siblings share: a byte is two
 * four-bit digits, a run of decimal digits is `0`, its length and its digits.
 */
function levelKeys(nodes: TopicNodes, siblings: Uint32Array): Keys {
  const shared = sharedPrefix(nodes, siblings);
  const high = new Uint32Array(siblings.length);
  const low = new Uint32Array(siblings.length);
  const digits = new Uint8Array(24);
  for (let index = 0; index < siblings.length; index++) {
    const span = spanOf(nodes, siblings[index] ?? 0);
    digits.fill(0);
    let length = 0;
    for (let at = span.from + shared; at < span.to && length < 16; ) {
      const byte = span.view.getUint8(at);
      if (!isDigit(byte)) {
        digits[length++] = fold(byte) >> 4;
        digits[length++] = fold(byte) & 15;
        at++;
        continue;
      }
      const end = digitsEnd(span, at);
      at = significantStart(span, at, end);
      const count = Math.min(end - at, 255);
      digits[length++] = 3;
      digits[length++] = 0;
      digits[length++] = count >> 4;
      digits[length++] = count & 15;
      while (at < end && length < 16) digits[length++] = span.view.getUint8(at++) & 15;
      at = end;
    }
    let word = 0;
    for (let digit = 0; digit < 8; digit++) word = (word << 4) | (digits[digit] ?? 0);
    high[index] = word;
    word = 0;
    for (let digit = 8; digit < 16; digit++) word = (word << 4) | (digits[digit] ?? 0);
    low[index] = word;
  }
  return { high, low };
}

/** Bytes that all siblings begin with, less the digits they end in. */
function sharedPrefix(nodes: TopicNodes, siblings: Uint32Array): number {
  const first = spanOf(nodes, siblings[0] ?? 0);
  let shared = first.to - first.from;
  for (const sibling of siblings) {
    const span = spanOf(nodes, sibling);
    shared = Math.min(shared, span.to - span.from);
    let at = 0;
    while (at < shared && span.view.getUint8(span.from + at) === first.view.getUint8(first.from + at)) at++;
    shared = at;
    if (shared === 0) return 0;
  }
  while (shared > 0 && isDigit(first.view.getUint8(first.from + shared - 1))) shared--;
  return shared;
}

/** Stable radix sort of `values` and their keys together, 16 bits a pass; passes in which nothing differs are left out. */
function sortByKeys(values: Uint32Array, keys: Keys): void {
  const length = values.length;
  if (length < 2) return;
  let from: Keys & { readonly values: Uint32Array } = { values, high: keys.high, low: keys.low };
  let to: Keys & { readonly values: Uint32Array } = {
    values: new Uint32Array(length),
    high: new Uint32Array(length),
    low: new Uint32Array(length),
  };
  const counts = new Uint32Array(0x1_0000);
  for (let pass = 0; pass < 4; pass++) {
    const words = pass < 2 ? from.low : from.high;
    const shift = (pass & 1) * 16;
    counts.fill(0);
    for (let index = 0; index < length; index++) {
      const digit = ((words[index] ?? 0) >>> shift) & 0xffff;
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    if (counts[((words[0] ?? 0) >>> shift) & 0xffff] === length) continue;
    let sum = 0;
    for (let digit = 0; digit < counts.length; digit++) {
      const count = counts[digit] ?? 0;
      counts[digit] = sum;
      sum += count;
    }
    for (let index = 0; index < length; index++) {
      const digit = ((words[index] ?? 0) >>> shift) & 0xffff;
      const target = counts[digit] ?? 0;
      counts[digit] = target + 1;
      to.values[target] = from.values[index] ?? 0;
      to.high[target] = from.high[index] ?? 0;
      to.low[target] = from.low[index] ?? 0;
    }
    [from, to] = [to, from];
  }
  if (from.values !== values) {
    values.set(from.values);
    keys.high.set(from.high);
    keys.low.set(from.low);
  }
}
