/** Finding a short text in many bytes. */

/** What {@link FindAllBytes} answers where more occurrences are there than places for them. */
export const TOO_MANY = -1;

/**
 * Writes the positions of all occurrences that start at or after `from` and end at or before `to` to `hits`, ascending, and answers how many;
 * {@link TOO_MANY} where they do not fit.
 */
export type FindAllBytes = (bytes: Uint8Array, from: number, to: number, hits: Int32Array) => number;

/** Position of the first occurrence that starts at or after `from` and ends at or before `to`; -1 where there is none. */
export type FindBytes = (bytes: Uint8Array, from: number, to: number) => number;

/**
 * Makes a finder for one needle, which is not empty. Horspool's search: steps by up to the needle's length, and is no slower than Node's native
 * one on whole segments and faster on ranges of a packet's size.
 */
export function byteSearch(needle: Uint8Array): FindBytes {
  const size = needle.length;
  const last = size - 1;
  const lastByte = needle[last] ?? 0;
  if (size === 1) {
    return (bytes, from, to) => {
      for (let at = from; at < to; at++) if (bytes[at] === lastByte) return at;
      return -1;
    };
  }
  const shift = new Uint8Array(256).fill(Math.min(size, 255));
  for (let at = 0; at < last; at++) shift[needle[at] ?? 0] = Math.min(last - at, 255);
  return (bytes, from, to) => {
    let end = from + last;
    while (end < to) {
      const byte = bytes[end] ?? 0;
      if (byte === lastByte) {
        let at = 0;
        const start = end - last;
        while (at < last && bytes[start + at] === needle[at]) at++;
        if (at === last) return start;
      }
      end += shift[byte] ?? 1;
    }
    return -1;
  };
}

/** Shorter needles step too little to gain from {@link allOccurrences}'s way. */
const WORD_BYTES = 4;

/**
 * Makes a finder for all occurrences of one needle, which is not empty, in ranges much longer than a packet. Sunday's search in four parts
 * of the range at once: each step waits for two reads, which those of the other parts fill, and a needle's last four bytes are compared as
 * one word, so that branches seldom go another way than before.
 */
export function allOccurrences(needle: Uint8Array): FindAllBytes {
  const size = needle.length;
  const last = size - 1;
  const findFirst = byteSearch(needle);
  if (size < WORD_BYTES) {
    return (bytes, from, to, hits) => {
      let count = 0;
      for (let at = findFirst(bytes, from, to); at >= 0; at = findFirst(bytes, at + 1, to)) {
        if (count === hits.length) return TOO_MANY;
        hits[count++] = at;
      }
      return count;
    };
  }
  const tail = new DataView(needle.buffer, needle.byteOffset).getInt32(size - WORD_BYTES, true);
  const tailAt = 1 - WORD_BYTES;
  /** How far to go on, by the byte after the place that was looked at. */
  const shift = new Uint8Array(256).fill(Math.min(size + 1, 255));
  for (let at = 0; at < size; at++) shift[needle[at] ?? 0] = Math.min(size - at, 255);
  return (bytes, from, to, hits) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let count = 0;
    const note = (end: number): void => {
      if (findFirst(bytes, end - last, end + 1) < 0) return;
      if (count < hits.length) hits[count] = end - last;
      count++;
    };
    // Positions are those of a needle's last byte; the very last one has no byte after it and is looked at alone.
    const finish = to - 1;
    const part = Math.max(0, (finish - from - last) >> 2);
    let a = from + last;
    let b = a + part;
    let c = b + part;
    let d = c + part;
    const [aTo, bTo, cTo] = [b, c, d];
    while (a < aTo && b < bTo && c < cTo && d < finish) {
      if (view.getInt32(a + tailAt, true) === tail) note(a);
      if (view.getInt32(b + tailAt, true) === tail) note(b);
      if (view.getInt32(c + tailAt, true) === tail) note(c);
      if (view.getInt32(d + tailAt, true) === tail) note(d);
      a += shift[bytes[a + 1] ?? 0] ?? 1;
      b += shift[bytes[b + 1] ?? 0] ?? 1;
      c += shift[bytes[c + 1] ?? 0] ?? 1;
      d += shift[bytes[d + 1] ?? 0] ?? 1;
    }
    const goOn = (begin: number, end: number): void => {
      for (let at = begin; at < end; at += shift[bytes[at + 1] ?? 0] ?? 1)
        if (view.getInt32(at + tailAt, true) === tail) note(at);
    };
    goOn(a, aTo);
    goOn(b, bTo);
    goOn(c, cTo);
    goOn(d, finish);
    if (finish >= from + last) note(finish);
    if (count > hits.length) return TOO_MANY;
    if (count > 1) hits.subarray(0, count).sort();
    return count;
  };
}
