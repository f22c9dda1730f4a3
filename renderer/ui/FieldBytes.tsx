/** Fields and bytes of one packet: pointing at either lights both, down to single bits. */

import { type ReactNode, useState } from 'react';
import type { Field } from '../../shared/mqtt/packet.ts';
import { type FieldItem, FieldTree } from './FieldTree.tsx';
import { fieldAt, fieldById } from './field-places.ts';
import { type ByteRange, HexView } from './HexView.tsx';

export interface FieldBytesProps {
  readonly fieldsLabel: string;
  readonly bytesLabel: string;
  readonly fields: readonly Field[];
  /** The same fields in words; an item's id is its place in the tree, `0.2.1`. */
  readonly items: readonly FieldItem[];
  readonly bytes: Uint8Array;
  /** Where the bytes are broken. */
  readonly fault?: number | undefined;
  /** Stands below the bytes. */
  readonly children?: ReactNode;
}

/** Pixels: thirteen rows. */
const BYTES_HEIGHT = 234;

export function FieldBytes(props: FieldBytesProps): ReactNode {
  const { fields, items } = props;
  const [selected, setSelected] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const range = (id: string | undefined): ByteRange | undefined =>
    id === undefined ? undefined : fieldById(fields, id);
  const idAt = (offset: number | undefined, bit?: number) =>
    offset === undefined ? undefined : fieldAt(fields, offset, bit);
  return (
    <>
      <FieldTree
        label={props.fieldsLabel}
        items={items}
        selected={selected}
        hovered={hovered}
        onSelect={setSelected}
        onHover={setHovered}
      />
      <div className="field-bytes">
        <HexView
          label={props.bytesLabel}
          bytes={props.bytes}
          selected={range(selected)}
          hovered={range(hovered)}
          fault={props.fault}
          onHover={(offset, bit) => setHovered(idAt(offset, bit))}
          onSelect={(offset, bit) => setSelected(idAt(offset, bit))}
          describe={(offset) => items.find((item) => item.id === idAt(offset))?.name ?? ''}
          maxHeight={BYTES_HEIGHT}
        />
        {props.children}
      </div>
    </>
  );
}
