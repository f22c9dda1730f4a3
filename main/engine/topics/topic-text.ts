/** Topic bytes as text for the eye: UTF-8, with what is not UTF-8 shown as escapes. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Length of the well-formed UTF-8 sequence at `at` (RFC 3629: no surrogates, no overlong forms), 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = 2; next < length; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/**
 * Decodes `bytes`; each byte outside a well-formed sequence becomes `\xNN`. A byte order mark stays.
 * A lossy view: a name that itself contains the characters `\xNN` looks the same as the byte it names.
 */
export function topicText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let text = '';
    let at = 0;
    while (at < bytes.length) {
      let end = at;
      for (let length = sequenceLength(bytes, end); length > 0; length = sequenceLength(bytes, end)) {
        end += length;
        if (end >= bytes.length) break;
      }
      if (end > at) text += strict.decode(bytes.subarray(at, end));
      if (end < bytes.length) text += `\\x${(bytes[end] ?? 0).toString(16).padStart(2, '0')}`;
      at = end + 1;
    }
    return text;
  }
}
