/** Records what a reader reads as the field tree that the hex view shows; the walk itself stays the decoder's. */

import type { Field, Malformed } from '../../../shared/mqtt/packet.ts';

type FieldKind = NonNullable<Field['kind']>;

/** A field while its group is still open. */
interface Draft {
  name: string;
  from: number;
  to: number;
  bits?: readonly [high: number, low: number];
  value?: string | number | boolean;
  kind?: FieldKind;
  children?: Draft[];
  malformed?: Malformed;
}

/** Most fields of one tree. A packet of 256 MB can hold more than memory does; what is beyond becomes one field per group, `omitted`. */
const MAX_FIELDS = 50_000;

/** Assumes that calls come in byte order, that groups nest, and that a fault is reported after the field it concerns was read. */
export class FieldTrace {
  private readonly top: Draft[] = [];
  private readonly open: Draft[] = [];
  private fields = 0;
  /** How many groups were begun since the tree is full. */
  private omittedDepth = 0;
  private readonly faults: { readonly malformed: Malformed; readonly field: string | undefined }[] = [];

  /** Starts a group at byte `from`. */
  begin(name: string, from: number): void {
    if (this.omittedDepth > 0 || this.fields >= MAX_FIELDS) {
      this.omittedDepth += 1;
      return;
    }
    const group: Draft = { name, from, to: from, children: [] };
    this.add(group);
    this.open.push(group);
  }

  /** Ends the innermost group before byte `to`. An empty group disappears. */
  end(to: number, value?: string | number | boolean, kind?: FieldKind): void {
    if (this.omittedDepth > 0) {
      this.omittedDepth -= 1;
      return;
    }
    const group = this.open.pop();
    if (group === undefined) throw new Error('no field group is open');
    group.to = to;
    if (value !== undefined) group.value = value;
    if (kind !== undefined) group.kind = kind;
    if (group.children?.length === 0) {
      delete group.children;
      if (group.from === to) this.siblings().pop();
    }
  }

  /** One field of whole bytes. */
  leaf(name: string, from: number, to: number, value?: string | number | boolean, kind?: FieldKind): void {
    if (this.omittedDepth > 0 || this.fields >= MAX_FIELDS) {
      this.omit(from, to);
      return;
    }
    const field: Draft = { name, from, to };
    if (value !== undefined) field.value = value;
    if (kind !== undefined) field.kind = kind;
    this.add(field);
  }

  /** Bits `high` to `low` of the byte at `at`. */
  bits(name: string, at: number, high: number, low: number, value: number | boolean): void {
    if (this.omittedDepth > 0) this.omit(at, at + 1);
    else this.add({ name, from: at, to: at + 1, bits: [high, low], value, kind: 'flags' });
  }

  /** A field that could not be read; `from` to `to` is what is left of it. */
  broken(name: string, from: number, to: number, malformed: Malformed): void {
    this.add({ name, from, to: from, malformed });
    if (to > from) this.leaf('unread', from, to, undefined, 'bytes');
  }

  /** A violation inside what was read: marks the narrowest field that holds the byte, among bits the one called `field`. */
  fault(malformed: Malformed, field: string | undefined): void {
    this.faults.push({ malformed, field });
  }

  /** The finished tree. */
  finish(): readonly Field[] {
    for (const { malformed, field: name } of this.faults) {
      const field = narrowest(this.top, malformed.offset, name);
      if (field !== undefined) field.malformed ??= malformed;
    }
    return this.top;
  }

  private add(field: Draft): void {
    this.fields += 1;
    this.siblings().push(field);
  }

  /** Bytes `from` to `to` get no field of their own. */
  private omit(from: number, to: number): void {
    const last = this.siblings().at(-1);
    if (last?.name === 'omitted') last.to = to;
    else this.add({ name: 'omitted', from, to, kind: 'bytes' });
  }

  private siblings(): Draft[] {
    return this.open.at(-1)?.children ?? this.top;
  }
}

function narrowest(fields: readonly Draft[], offset: number, name: string | undefined): Draft | undefined {
  const field = fields.find(
    ({ from, to, bits, name: candidate }) =>
      from <= offset && offset < to && (bits === undefined || candidate === name),
  );
  return field?.children === undefined ? field : (narrowest(field.children, offset, name) ?? field);
}
