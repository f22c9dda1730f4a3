/** Payload bytes as hexadecimal, base64 and source text, for views, copying and commands. */

const HEX = '0123456789abcdef';

/** `68 65 6c`; `separator` stands between bytes. */
export function toHex(bytes: Uint8Array, separator = ' '): string {
  const parts: string[] = [];
  for (const byte of bytes) parts.push(HEX.charAt(byte >> 4) + HEX.charAt(byte & 15));
  return parts.join(separator);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4 with padding, without line breaks. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1];
    const third = bytes[at + 2];
    parts.push(
      BASE64.charAt(first >> 2),
      BASE64.charAt(((first & 3) << 4) | ((second ?? 0) >> 4)),
      second === undefined ? '=' : BASE64.charAt(((second & 15) << 2) | ((third ?? 0) >> 6)),
      third === undefined ? '=' : BASE64.charAt(third & 63),
    );
  }
  return parts.join('');
}

/** One argument of a POSIX shell, in single quotes where it needs any. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The bytes as `printf` writes them: printable ASCII as it is, the rest as octal escapes. */
export function printfArgument(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (const byte of bytes) {
    if (byte === 0x5c) parts.push('\\\\');
    else if (byte === 0x25) parts.push('%%');
    else if (byte >= 0x20 && byte < 0x7f) parts.push(String.fromCharCode(byte));
    else parts.push(`\\${byte.toString(8).padStart(3, '0')}`);
  }
  return shellQuote(parts.join(''));
}
