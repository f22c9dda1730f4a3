/** Which packet of one capture answers to which of another: by kind and topic, then by content and order. Pure, n·log n. */

/** One side's packets in their order, as columns of the same length. */
export interface AlignedColumns {
  /** What kind of packet it is, on which topic: only packets with the same number answer to each other. */
  readonly key: Uint32Array;
  /** Of the content: packets with the same hash are taken to be the same message. */
  readonly hash: Uint32Array;
}

/** Packets between two chances to stop, less one; a power of two less one. */
const STEP = 4095;

/** Partner in the other side, -1 for none; `moved` where pairs cross, the fewest that explain the rest. */
export interface Alignment {
  readonly partnerOfA: Int32Array;
  readonly partnerOfB: Int32Array;
  /** One for each packet of A. */
  readonly moved: Uint8Array;
}

/**
 * Within one key: what begins and ends alike answers to each other; of the rest, the k-th packet with a content answers to the k-th with the
 * same content, as far as that keeps their order; a content that either side has once answers to itself wherever it stands; what stands between
 * two pairs in order is paired in its order, and what is left over has no partner. Yields between pieces of work, so that the caller can stop.
 */
export function* align(a: AlignedColumns, b: AlignedColumns, keys: number): Generator<void, Alignment> {
  const partnerOfA = new Int32Array(a.key.length).fill(-1);
  const partnerOfB = new Int32Array(b.key.length).fill(-1);
  const inA = grouped(a.key, keys);
  const inB = grouped(b.key, keys);
  yield;
  for (let key = 0; key < keys; key += 1) {
    const ofA = inA.places.subarray(inA.starts[key], inA.starts[key + 1]);
    const ofB = inB.places.subarray(inB.starts[key], inB.starts[key + 1]);
    if (ofA.length > 0 && ofB.length > 0) yield* alignGroup({ a, b, ofA, ofB, partnerOfA, partnerOfB });
    if ((key & 63) === 0) yield;
  }
  const moved = new Uint8Array(a.key.length).fill(1);
  const paired = pairedPlaces(partnerOfA);
  const rise = yield* longestRise(paired.length, (index) => partnerOfA[paired[index] ?? 0] ?? 0);
  for (const index of rise) moved[paired[index] ?? 0] = 0;
  for (let place = 0; place < moved.length; place += 1) if ((partnerOfA[place] ?? -1) < 0) moved[place] = 0;
  return { partnerOfA, partnerOfB, moved };
}

/** Places in order for each key: `places[starts[k] … starts[k + 1]]`. */
function grouped(key: Uint32Array, keys: number): { readonly starts: Uint32Array; readonly places: Uint32Array } {
  const starts = new Uint32Array(keys + 1);
  for (const value of key) starts[value + 1] = (starts[value + 1] ?? 0) + 1;
  for (let at = 1; at <= keys; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const next = starts.slice();
  const places = new Uint32Array(key.length);
  for (let place = 0; place < key.length; place += 1) {
    const value = key[place] ?? 0;
    const at = next[value] ?? 0;
    places[at] = place;
    next[value] = at + 1;
  }
  return { starts, places };
}

interface Group {
  readonly a: AlignedColumns;
  readonly b: AlignedColumns;
  /** Places of the key's packets in each side. */
  readonly ofA: Uint32Array;
  readonly ofB: Uint32Array;
  readonly partnerOfA: Int32Array;
  readonly partnerOfB: Int32Array;
}

function* alignGroup(group: Group): Generator<void, void> {
  const { a, b, ofA, ofB } = group;
  const hashA = (index: number): number => a.hash[ofA[index] ?? 0] ?? 0;
  const hashB = (index: number): number => b.hash[ofB[index] ?? 0] ?? 0;
  let start = 0;
  let endA = ofA.length;
  let endB = ofB.length;
  while (start < endA && start < endB && hashA(start) === hashB(start)) {
    pair(group, start, start);
    start += 1;
  }
  while (endA > start && endB > start && hashA(endA - 1) === hashB(endB - 1)) {
    endA -= 1;
    endB -= 1;
    pair(group, endA, endB);
  }
  let lastA = start;
  let lastB = start;
  const { inA, inB, kept, crossing } = yield* anchors(start, endA, endB, hashA, hashB);
  for (const candidate of crossing) pair(group, inA[candidate] ?? 0, inB[candidate] ?? 0);
  for (const candidate of kept) {
    const indexA = inA[candidate] ?? 0;
    const indexB = inB[candidate] ?? 0;
    pairInOrder(group, lastA, indexA, lastB, indexB);
    pair(group, indexA, indexB);
    lastA = indexA + 1;
    lastB = indexB + 1;
  }
  pairInOrder(group, lastA, endA, lastB, endB);
}

/** Pairs of equal content, by their place in both columns. */
interface Anchors {
  readonly inA: Uint32Array;
  readonly inB: Uint32Array;
  /** As many as can be so that the order is the same on both sides. */
  readonly kept: Int32Array;
  /** Those of the others whose content either side has once: the same message, arrived in another order. */
  readonly crossing: readonly number[];
}

function* anchors(
  start: number,
  endA: number,
  endB: number,
  hashA: (index: number) => number,
  hashB: (index: number) => number,
): Generator<void, Anchors> {
  const waiting = new Map<number, number[]>();
  for (let index = endB - 1; index >= start; index -= 1) {
    const known = waiting.get(hashB(index));
    if (known === undefined) waiting.set(hashB(index), [index]);
    else known.push(index);
    if ((index & STEP) === STEP) yield;
  }
  const inA = new Uint32Array(Math.max(0, Math.min(endA, endB) - start));
  const inB = new Uint32Array(inA.length);
  let count = 0;
  for (let index = start; index < endA; index += 1) {
    const found = waiting.get(hashA(index))?.pop();
    if (found === undefined) continue;
    inA[count] = index;
    inB[count] = found;
    count += 1;
    if ((index & STEP) === STEP) yield;
  }
  const kept = yield* longestRise(count, (index) => inB[index] ?? 0);
  if (kept.length === count) return { inA, inB, kept, crossing: [] };
  const onceInA = yield* once(start, endA, hashA);
  const onceInB = yield* once(start, endB, hashB);
  const crossing: number[] = [];
  for (let candidate = 0, next = 0; candidate < count; candidate += 1) {
    const hash = hashA(inA[candidate] ?? 0);
    if (kept[next] === candidate) next += 1;
    else if (onceInA.has(hash) && onceInB.has(hash)) crossing.push(candidate);
    if ((candidate & STEP) === STEP) yield;
  }
  return { inA, inB, kept, crossing };
}

/** Contents that occur once in a range. */
function* once(start: number, end: number, hash: (index: number) => number): Generator<void, ReadonlySet<number>> {
  const found = new Set<number>();
  const again = new Set<number>();
  for (let index = start; index < end; index += 1) {
    const value = hash(index);
    if (found.has(value)) again.add(value);
    else found.add(value);
    if ((index & STEP) === STEP) yield;
  }
  for (const value of again) found.delete(value);
  return found;
}

function pair({ ofA, ofB, partnerOfA, partnerOfB }: Group, indexA: number, indexB: number): void {
  const placeA = ofA[indexA] ?? 0;
  const placeB = ofB[indexB] ?? 0;
  partnerOfA[placeA] = placeB;
  partnerOfB[placeB] = placeA;
}

/** Passes over those that have a partner already. */
function pairInOrder(group: Group, fromA: number, toA: number, fromB: number, toB: number): void {
  const { ofA, ofB, partnerOfA, partnerOfB } = group;
  const isPaired = (partners: Int32Array, places: Uint32Array, index: number): boolean =>
    (partners[places[index] ?? 0] ?? -1) >= 0;
  let atB = fromB;
  for (let atA = fromA; atA < toA; atA += 1) {
    if (isPaired(partnerOfA, ofA, atA)) continue;
    while (atB < toB && isPaired(partnerOfB, ofB, atB)) atB += 1;
    if (atB >= toB) return;
    pair(group, atA, atB);
    atB += 1;
  }
}

function pairedPlaces(partnerOfA: Int32Array): Uint32Array {
  let count = 0;
  for (const partner of partnerOfA) if (partner >= 0) count += 1;
  const places = new Uint32Array(count);
  let next = 0;
  for (let place = 0; place < partnerOfA.length; place += 1) {
    if ((partnerOfA[place] ?? -1) < 0) continue;
    places[next] = place;
    next += 1;
  }
  return places;
}

/** Indexes below `count` of a longest subsequence whose values rise strictly; values are distinct. */
function* longestRise(count: number, value: (index: number) => number): Generator<void, Int32Array> {
  const before = new Int32Array(count);
  /** Index of the smallest last value of a rise of each length less one. */
  const tails = new Int32Array(count);
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    const wanted = value(index);
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value(tails[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
    if (low === length) length += 1;
    if ((index & STEP) === STEP) yield;
  }
  const found = new Int32Array(length);
  let at = length === 0 ? -1 : (tails[length - 1] ?? -1);
  for (let place = length - 1; place >= 0; place -= 1) {
    found[place] = at;
    at = before[at] ?? -1;
  }
  return found;
}
