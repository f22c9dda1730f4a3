/** Payload bytes as text: what is no UTF-8 is replaced, counted and said. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const tolerant = new TextDecoder('utf-8', { ignoreBOM: true });

export interface DecodedText {
  readonly text: string;
  /** Places where the bytes are no UTF-8; each stands as U+FFFD in the text. */
  readonly invalid: number;
}

/**
 * Never throws.
 * @param cut true where `bytes` is only the beginning: a character that the cut splits is left out and not counted.
 */
export function decodeText(bytes: Uint8Array, cut = false): DecodedText {
  const whole = cut ? bytes.subarray(0, wholeCharacters(bytes)) : bytes;
  try {
    return { text: strict.decode(whole), invalid: 0 };
  } catch {
    const text = tolerant.decode(whole);
    return { text, invalid: Math.max(1, count(text, '\ufffd')) };
  }
}

/** Length without a character at the end whose last bytes are missing. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** True where the text has control characters that no text holds (tab, line feed, carriage return and escape are fine). */
export function hasControlCharacters(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 9 && unit !== 10 && unit !== 13 && unit !== 27) return true;
    if (unit === 0x7f) return true;
  }
  return false;
}
