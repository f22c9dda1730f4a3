/** Text and bytes as literals of the languages that packets are copied as; any of them reads back as exactly the same bytes. */

import { printfArgument, shellQuote, toBase64 } from '../payload/payload-encoding.ts';
import { decodeText } from '../payload/payload-text.ts';

/** What does not show, or turns the writing direction round: escaped where the language allows. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;
/** Control characters that no text holds. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

/** The bytes as text where they are UTF-8 that can be read; undefined otherwise. */
export function readableText(bytes: Uint8Array): string | undefined {
  const { text, invalid } = decodeText(bytes);
  return invalid > 0 || CONTROL.test(text) ? undefined : text;
}

/** A string of Python, MicroPython and JavaScript, in double quotes. */
export function textLiteral(text: string): string {
  return JSON.stringify(text).replaceAll(HIDDEN, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `b"…"`, printable ASCII as it is. */
export function pythonBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) parts.push('\\', String.fromCharCode(byte));
    else if (byte >= 0x20 && byte < 0x7f) parts.push(String.fromCharCode(byte));
    else parts.push(`\\x${byte.toString(16).padStart(2, '0')}`);
  }
  return `b"${parts.join('')}"`;
}

/** A string where the bytes are text, else bytes: for libraries that encode strings themselves. */
export function pythonValue(bytes: Uint8Array): string {
  const text = readableText(bytes);
  return text === undefined ? pythonBytes(bytes) : textLiteral(text);
}

const utf8 = new TextEncoder();

/** Always bytes, but readable: MicroPython's clients count characters where they should count bytes. */
export function microPythonValue(value: Uint8Array | string): string {
  const bytes = typeof value === 'string' ? utf8.encode(value) : value;
  const text = readableText(bytes);
  const ascii = text === undefined || bytes.length === text.length;
  return ascii ? pythonBytes(bytes) : `${textLiteral(text)}.encode()`;
}

/** A string where the bytes are text, else a Buffer of Node. */
export function nodeValue(bytes: Uint8Array): string {
  const text = readableText(bytes);
  return text === undefined ? `Buffer.from("${toBase64(bytes)}", "base64")` : textLiteral(text);
}

/** A Buffer of Node, for where nothing else is taken. */
export function nodeBuffer(bytes: Uint8Array): string {
  const text = readableText(bytes);
  return text === undefined ? nodeValue(bytes) : `Buffer.from(${textLiteral(text)})`;
}

/** `True` and `False`. */
export function pythonBoolean(value: boolean): string {
  return value ? 'True' : 'False';
}

/**
 * One argument of a POSIX shell. Undefined where none can carry the bytes: an argument holds no NUL, and what a command prints
 * loses the line feeds at its end.
 */
export function shellArgument(value: Uint8Array | string): string | undefined {
  const bytes = typeof value === 'string' ? utf8.encode(value) : value;
  const text = readableText(bytes);
  if (text !== undefined) return shellQuote(text);
  if (bytes.includes(0) || bytes.at(-1) === 0x0a) return undefined;
  return `"$(printf ${printfArgument(bytes)})"`;
}
