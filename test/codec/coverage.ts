/** Which bits of a frame the leaves of its field tree cover, and how often. */

import type { Field } from '../../shared/mqtt/packet.ts';

/** Problems in words; empty where every bit is covered once, in order, and children stay inside their parents. */
export function coverageFaults(frame: Uint8Array, fields: readonly Field[]): string[] {
  const faults: string[] = [];
  const counts = new Uint8Array(frame.length * 8);
  const visit = (field: Field, from: number, to: number): void => {
    if (field.from < from || field.to > to || field.from > field.to) {
      faults.push(`${field.name} ${field.from}-${field.to} lies outside ${from}-${to}`);
      return;
    }
    if (field.children !== undefined) {
      for (const child of field.children) visit(child, field.from, field.to);
      return;
    }
    const [high, low] = field.bits ?? [7, 0];
    if (field.bits !== undefined && field.to !== field.from + 1) faults.push(`${field.name} narrows more than a byte`);
    for (let at = field.from; at < field.to; at += 1) {
      for (let bit = low; bit <= high; bit += 1) counts[at * 8 + bit] = (counts[at * 8 + bit] ?? 0) + 1;
    }
  };
  for (const field of fields) visit(field, 0, frame.length);
  counts.forEach((count, index) => {
    if (count !== 1) faults.push(`bit ${index % 8} of byte ${Math.floor(index / 8)} is covered ${count} times`);
  });
  return faults;
}

/** All leaves, in order. */
export function leavesOf(fields: readonly Field[]): readonly Field[] {
  return fields.flatMap((field) => (field.children === undefined ? [field] : leavesOf(field.children)));
}

/** All fields that carry a fault, groups too. */
export function faultyFields(fields: readonly Field[]): readonly Field[] {
  return fields.flatMap((field) => [
    ...(field.malformed === undefined ? [] : [field]),
    ...faultyFields(field.children ?? []),
  ]);
}
