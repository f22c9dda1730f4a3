/** Hexadecimal and base64 as people type them, to bytes; what is wrong is told with its place. */

export type ParsedBytes =
  | { readonly bytes: Uint8Array }
  /** `at` counts UTF-16 units of the text. */
  | { readonly fault: 'not-hex' | 'half-byte' | 'not-base64' | 'bad-length'; readonly at: number };

/** Spaces, line breaks, `:`, `-`, `,` and `0x` between bytes are passed over. Upper and lower case. Never throws. */
export function parseHex(text: string): ParsedBytes {
  const digits: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    if (/[\s:,-]/.test(unit)) continue;
    if (unit === '0' && /x/i.test(text.charAt(at + 1)) && digits.length % 2 === 0) {
      at++;
      continue;
    }
    const value = Number.parseInt(unit, 16);
    if (Number.isNaN(value)) return { fault: 'not-hex', at };
    digits.push(value);
  }
  if (digits.length % 2 === 1) return { fault: 'half-byte', at: text.length };
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = ((digits[at * 2] ?? 0) << 4) | (digits[at * 2 + 1] ?? 0);
  return { bytes };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4 and the URL-safe alphabet of §5, white space passed over, padding optional. Never throws. */
export function parseBase64(text: string): ParsedBytes {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  let characters = 0;
  let padding = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    if (/\s/.test(unit)) continue;
    if (unit === '=') {
      padding++;
      continue;
    }
    const value = ALPHABET.indexOf(unit === '-' ? '+' : unit === '_' ? '/' : unit);
    if (value < 0 || padding > 0) return { fault: 'not-base64', at };
    characters++;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (held >> bits) & 0xff;
  }
  const whole = characters % 4 !== 1 && (padding === 0 || (characters + padding) % 4 === 0);
  return whole && padding <= 2 ? { bytes: bytes.slice(0, length) } : { fault: 'bad-length', at: text.length };
}
