/** IP addresses between bytes and text: dotted quads, and IPv6 as RFC 5952 writes it. */

/** One end of a connection. */
export interface Endpoint {
  /** `192.0.2.1` or `2001:db8::1`, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** The text of 4 or 16 bytes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  const [from, count] = longestZeros(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return count < 2 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + count))}`;
}

function longestZeros(groups: readonly number[]): readonly [from: number, count: number] {
  let best: readonly [number, number] = [0, 0];
  for (let from = 0; from < groups.length; from += 1) {
    let to = from;
    while (groups[to] === 0) to += 1;
    if (to - from > best[1]) best = [from, to - from];
  }
  return best;
}

/** The 4 or 16 bytes of an address; undefined where the text is none. A zone (`fe80::1%eth0`) is passed over. */
export function addressBytes(text: string): Uint8Array | undefined {
  const [bare = ''] = text.split('%');
  if (!bare.includes(':')) return quad(bare);
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  const last = dotted === null ? undefined : quad(dotted[2] ?? '');
  if (dotted !== null && last === undefined) return undefined;
  const plain = last === undefined ? bare : `${dotted?.[1] ?? ''}${pair(last, 0)}:${pair(last, 2)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const parts = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = parts;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    groups.flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

function quad(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

function pair(bytes: Uint8Array, at: number): string {
  return (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16);
}

/** An endpoint of `host:port`, brackets around IPv6 or not; undefined where it is no address with a port. */
export function endpointOf(text: string): Endpoint | undefined {
  const match = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text);
  const [, address = '', port = ''] = match ?? [];
  if (match === null || addressBytes(address) === undefined || Number(port) > 65_535) return undefined;
  return { address, port: Number(port) };
}
