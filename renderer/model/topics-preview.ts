/** Tells JSON, text and binary payloads apart from their first bytes, for the one-line value column. */

export type PayloadKind = 'empty' | 'json' | 'text' | 'binary';

export interface PayloadPreview {
  readonly kind: PayloadKind;
  /** One line: control characters of text as spaces, binary as hex pairs. */
  readonly text: string;
  /** Bytes that {@link text} shows. */
  readonly shown: number;
  /** Bytes of the whole payload. */
  readonly total: number;
}

const JSON_START = /^\s*(?:[[{"]|-?\d|true\b|false\b|null\b)/;
/** Control characters of C0 and C1; tab, line feed, carriage return and escape do occur in text. */
const CONTROL = /\p{Cc}/gu;
const IN_TEXT = '\t\n\r\u001b';

/**
 * @param head the first bytes of the payload
 * @param total length of the whole payload in bytes; where it is more than `head` has, a character cut at the end is left out
 */
export function previewPayload(head: Uint8Array, total: number): PayloadPreview {
  if (total === 0) return { kind: 'empty', text: '', shown: 0, total };
  const text = decodeText(head, head.length < total);
  if (text === undefined) return { kind: 'binary', text: toHex(head), shown: head.length, total };
  const kind = isJson(text, head.length >= total) ? 'json' : 'text';
  return { kind, text: text.replaceAll(/\s+/g, ' ').trim(), shown: head.length, total };
}

/**
 * Text of UTF-8 bytes, undefined where they are no text.
 * @param cut true where more bytes follow, so that an unfinished character at the end is no fault
 */
export function decodeText(bytes: Uint8Array, cut = false): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
    return text.match(CONTROL)?.some((letter) => !IN_TEXT.includes(letter)) === true ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Whole text is parsed; of cut text only the first token is looked at, and a bare word or number is not called JSON. */
function isJson(text: string, whole: boolean): boolean {
  if (!whole) return /^\s*[[{]/.test(text);
  if (!JSON_START.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += `${hex === '' ? '' : ' '}${byte.toString(16).padStart(2, '0')}`;
  return hex;
}
