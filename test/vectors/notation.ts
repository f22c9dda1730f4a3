/** The notation of the byte vectors: hexadecimal digits in groups of any size, and printable text between single quotes. */

/** Bytes of e.g. `30 08 0003 'a/b' 'hey'`. Throws a SyntaxError on anything else. */
export function bytesOf(notation: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const [token, text, hex] of notation.matchAll(/'([^']*)'|([0-9a-f]+)|\S/gi)) {
    if (text !== undefined) bytes.push(...new TextEncoder().encode(text));
    else if (hex !== undefined && hex.length % 2 === 0) bytes.push(...Buffer.from(hex, 'hex'));
    else throw new SyntaxError(`no byte notation: ${token}`);
  }
  return Uint8Array.from(bytes);
}

/** The first byte and a whole body, given as notation; the Remaining Length between them is filled in. */
export function framed(first: string, body: string): string {
  return `${first} ${lengthOf(body)} ${body}`;
}

/** `body` with its own length in front, as a Variable Byte Integer of one or two bytes. */
export function counted(body: string): string {
  return `${lengthOf(body)} ${body}`;
}

function lengthOf(body: string): string {
  const { length } = bytesOf(body);
  const bytes = length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)];
  return Buffer.from(bytes).toString('hex');
}

/** The other way, for messages of failed tests. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
