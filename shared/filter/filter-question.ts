/** Tells a filter from a text that is looked for as it is. */

import { isField, PAYLOAD_HEAD, PROPERTY_HEAD } from './filter-fields.ts';
import { tokenize } from './filter-tokens.ts';

/** Whether the text asks for a field of the filter language by `name:`; `a:b` of other names is only a text, and so are Wireshark's terms. */
export function asksForFields(text: string): boolean {
  return tokenize(text).tokens.some((token) => {
    if (token.kind !== 'field') return false;
    const name = token.name.text.toLowerCase();
    return isField(name) || name.startsWith(PAYLOAD_HEAD) || name.startsWith(PROPERTY_HEAD);
  });
}
