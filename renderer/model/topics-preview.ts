/** The one-line value column: what the first bytes of a payload look like, and how many of it that is. */

import { toHex } from '../../shared/payload/payload-encoding.ts';
import { type PayloadKind, payloadKind } from '../../shared/payload/payload-kind.ts';
import { decodeText, hasControlCharacters } from '../../shared/payload/payload-text.ts';

export interface PayloadPreview {
  readonly kind: PayloadKind;
  /** One line: white space as single blanks, binary as hex pairs. */
  readonly text: string;
  /** Bytes that {@link text} shows. */
  readonly shown: number;
  /** Bytes of the whole payload. */
  readonly total: number;
}

/**
 * @param head the first bytes of the payload
 * @param total length of the whole payload in bytes; where it is more than `head` has, a character cut at the end is left out
 */
export function previewPayload(head: Uint8Array, total: number): PayloadPreview {
  if (total === 0) return { kind: 'empty', text: '', shown: 0, total };
  const cut = head.length < total;
  const kind = payloadKind(head, cut);
  const text = kind === 'binary' ? toHex(head) : decodeText(head, cut).text.replaceAll(/\s+/g, ' ').trim();
  return { kind, text, shown: head.length, total };
}

/**
 * Text of bytes that are nothing but text, undefined where any part is not.
 * @param cut true where more bytes follow, so that an unfinished character at the end is no fault
 */
export function wholeText(bytes: Uint8Array, cut = false): string | undefined {
  const { text, invalid } = decodeText(bytes, cut);
  return invalid > 0 || hasControlCharacters(text) ? undefined : text;
}
