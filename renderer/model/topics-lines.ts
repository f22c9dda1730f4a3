/** A payload as numbered lines in one of four forms, made line by line so that a large one costs only what is looked at. */

import { toBase64, toHex } from '../../shared/payload/payload-encoding.ts';
import { type JsonToken, jsonLines } from './topics-json.ts';
import { wholeText } from './topics-preview.ts';

export const VALUE_FORMATS = ['json', 'text', 'hex', 'base64'] as const;
export type ValueFormat = (typeof VALUE_FORMATS)[number];

export interface PayloadLines {
  readonly format: ValueFormat;
  /** True where the bytes are not what was asked for and another form stands in. */
  readonly fallback: boolean;
  readonly count: number;
  readonly line: (index: number) => PayloadLine;
  /** All of it, for copying: text and JSON as they came, hex and base64 as shown. */
  readonly copy: () => string;
}

export type PayloadLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly depth: number; readonly tokens: readonly JsonToken[] }
  | { readonly kind: 'hex'; readonly offset: string; readonly hex: string; readonly ascii: string };

const HEX_BYTES = 16;
/** Bytes of a line of 76 characters, as RFC 2045 wraps base64. */
const BASE64_BYTES = 57;
/** A longer line of text is broken, so that one line never holds megabytes. */
const MAX_LINE = 4096;

/**
 * @param wanted undefined takes JSON where it is JSON, text where it is text, else hex
 * @param cut true where more bytes follow that were not loaded; cut JSON is shown as text
 */
export function payloadLines(bytes: Uint8Array, wanted: ValueFormat | undefined, cut: boolean): PayloadLines {
  if (wanted === 'hex') return hexLines(bytes, false);
  if (wanted === 'base64') return base64Lines(bytes);
  const text = wholeText(bytes, cut);
  if (text === undefined) return hexLines(bytes, wanted !== undefined);
  const json = wanted === 'text' || cut ? undefined : jsonLines(text);
  if (json !== undefined && (wanted === 'json' || !isScalar(text)))
    return {
      format: 'json',
      fallback: false,
      count: json.length,
      line: (index) => ({ kind: 'json', depth: json[index]?.depth ?? 0, tokens: json[index]?.tokens ?? [] }),
      copy: () => text,
    };
  const lines = text.split('\n').flatMap(brokenAt);
  return {
    format: 'text',
    fallback: wanted === 'json',
    count: lines.length,
    line: (index) => ({ kind: 'text', text: lines[index] ?? '' }),
    copy: () => text,
  };
}

/** A bare number or word is JSON too, but nobody calls it so; its number can still be picked for the chart. */
function isScalar(text: string): boolean {
  return !/^\s*[[{]/.test(text);
}

function brokenAt(line: string): string | string[] {
  if (line.length <= MAX_LINE) return line;
  const parts: string[] = [];
  for (let from = 0; from < line.length; from += MAX_LINE) parts.push(line.slice(from, from + MAX_LINE));
  return parts;
}

function hexLines(bytes: Uint8Array, fallback: boolean): PayloadLines {
  const width = Math.max(4, Math.max(0, bytes.length - 1).toString(16).length);
  const line = (index: number): PayloadLine => {
    const from = index * HEX_BYTES;
    const part = bytes.subarray(from, from + HEX_BYTES);
    const hex = toHex(part).padEnd(HEX_BYTES * 3 - 1);
    return {
      kind: 'hex',
      offset: from.toString(16).padStart(width, '0'),
      hex: `${hex.slice(0, 24)} ${hex.slice(24)}`,
      ascii: Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
    };
  };
  return { format: 'hex', fallback, count: Math.ceil(bytes.length / HEX_BYTES), line, copy: () => toHex(bytes) };
}

function base64Lines(bytes: Uint8Array): PayloadLines {
  const line = (index: number): PayloadLine => ({
    kind: 'text',
    text: toBase64(bytes.subarray(index * BASE64_BYTES, (index + 1) * BASE64_BYTES)),
  });
  const count = Math.ceil(bytes.length / BASE64_BYTES);
  const copy = (): string => toBase64(bytes);
  return { format: 'base64', fallback: false, count, line, copy };
}
