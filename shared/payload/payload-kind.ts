/** What a payload looks like from its bytes: the view that is shown first. */

import { parseJson } from './json-tree.ts';
import { decodeText, hasControlCharacters } from './payload-text.ts';

export type PayloadKind = 'empty' | 'json' | 'text' | 'binary';

/** Bytes that are looked at; a longer payload is judged by its beginning. */
const SAMPLE = 65_536;

/** @param cut true where `bytes` is only the beginning of the payload */
export function payloadKind(bytes: Uint8Array, cut = false): PayloadKind {
  if (bytes.length === 0) return 'empty';
  const sample = bytes.subarray(0, SAMPLE);
  const shortened = cut || bytes.length > SAMPLE;
  const { text, invalid } = decodeText(sample, shortened);
  if (invalid > 0 || hasControlCharacters(text)) return 'binary';
  if (!/^[\s\ufeff]*[[{]/.test(text)) return 'text';
  const { fault } = parseJson(text);
  return fault === undefined || (shortened && fault.at >= text.length) ? 'json' : 'text';
}
