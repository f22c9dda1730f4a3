/** Reads a number that stands behind a name in JSON text, without parsing the text. */

const QUOTE = 0x22;
const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
/** Decimal digits whose value a double holds exactly. */
const MOST_DIGITS = 15;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
/** What may follow a value: `,`, `}`, `]` or white space. */
const endsValue = (byte: number): boolean => byte === 0x2c || byte === 0x7d || byte === 0x5d || isSpace(byte);

/**
 * The bytes `[at, at + length)` are a name. Where it is a member's, in quotes, and its value a plain decimal number, that number, as
 * `JSON.parse` reads it; NaN for everything else, also for what may be a number in another notation.
 */
export function numberBehind(bytes: Uint8Array, at: number, length: number, to: number): number {
  let next = at + length;
  if (bytes[at - 1] !== QUOTE || bytes[next] !== QUOTE) return Number.NaN;
  next += 1;
  while (isSpace(bytes[next] ?? 0)) next += 1;
  if (bytes[next] !== COLON) return Number.NaN;
  next += 1;
  while (isSpace(bytes[next] ?? 0)) next += 1;
  return plainNumber(bytes, next, to);
}

function plainNumber(bytes: Uint8Array, from: number, to: number): number {
  const negative = bytes[from] === MINUS;
  let at = negative ? from + 1 : from;
  const first = at;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === POINT && point < 0 && at > first) point = at;
    else if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30);
      digits += 1;
    } else break;
  }
  const hasFraction = point >= 0;
  const fraction = hasFraction ? at - point - 1 : 0;
  const leadingZero = bytes[first] === 0x30 && digits - fraction > 1;
  if (digits === 0 || digits > MOST_DIGITS || (hasFraction && fraction === 0) || leadingZero) return Number.NaN;
  if (at >= to || !endsValue(bytes[at] ?? 0)) return Number.NaN;
  // Both are exact, so that their quotient is the double nearest to what is written.
  const size = hasFraction ? value / 10 ** fraction : value;
  return negative ? -size : size;
}
