/** The way from a field's place in the tree to its bytes, and from a byte or bit back to its field. */

import type { Field } from '../../shared/mqtt/packet.ts';
import type { ByteRange } from './HexView.tsx';

/** The field of that id, as a range for the bytes. */
export function fieldById(fields: readonly Field[], id: string): ByteRange | undefined {
  let list = fields;
  let found: Field | undefined;
  for (const step of id.split('.')) {
    found = list[Number(step)];
    list = found?.children ?? [];
  }
  return found;
}

/** Id of the narrowest field that holds the byte, or the bit of it; of several bit fields in a byte without a bit, the byte's group. */
export function fieldAt(fields: readonly Field[], offset: number, bit?: number, prefix = ''): string | undefined {
  for (const [index, field] of fields.entries()) {
    if (offset < field.from || offset >= field.to) continue;
    if (field.bits !== undefined && bit !== undefined && (bit > field.bits[0] || bit < field.bits[1])) continue;
    const id = `${prefix}${index}`;
    return fieldAt(field.children ?? [], offset, bit, `${id}.`) ?? id;
  }
  return undefined;
}
