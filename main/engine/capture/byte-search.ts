/** Finding a short text in many bytes: what a host may lend, and a pure way for where it lends nothing. */

/** Position of the first occurrence that starts at or after `from` and ends at or before `to`; -1 where there is none. */
export type FindBytes = (bytes: Uint8Array, from: number, to: number) => number;

/** Makes a finder for one needle, which is not empty. A host with a native search (Node's `Buffer.indexOf`) is several times faster. */
export type ByteSearch = (needle: Uint8Array) => FindBytes;

/** Horspool's search: steps by up to the needle's length, and beats a native call on ranges of a packet's size. */
export const pureByteSearch: ByteSearch = (needle) => {
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
};
