/** Bytes in rows of sixteen, hexadecimal and as characters: any length, with ranges and single bits lit, by mouse and keys. */

import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import './hex-view.css';
import { ScrollSpace } from './scroll-space.ts';

/** Bytes `from`…`to` (exclusive); `bits` narrows a single byte, 7 is the highest. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
  readonly bits?: readonly [high: number, low: number] | undefined;
}

export interface HexViewProps {
  readonly label: string;
  /** What is loaded, from offset 0. */
  readonly bytes: Uint8Array;
  /** Lit strongly: the selected field. */
  readonly selected?: ByteRange | undefined;
  /** Lit while the pointer is over the field. */
  readonly hovered?: ByteRange | undefined;
  /** Where the bytes are broken. */
  readonly fault?: number | undefined;
  /** Byte under the pointer, and the bit where the pointer is over one in the strip of bits. */
  readonly onHover?: (offset: number | undefined, bit?: number) => void;
  /** A byte was chosen by click or keys. */
  readonly onSelect?: (offset: number, bit?: number) => void;
  /** Spoken when the cursor moved to `offset`: the name of its field. */
  readonly describe?: (offset: number) => string;
  /** Pixels; the view takes as much as its rows need up to this. */
  readonly maxHeight?: number;
}

/** Pixels below which a row has eight bytes instead of sixteen. */
const NARROW_PX = 452;
const ROW_HEIGHT = 18;

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
const printable = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');

export function HexView(props: HexViewProps): ReactNode {
  const { bytes, selected, hovered, maxHeight = 400, onHover, onSelect } = props;
  const viewport = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [{ height, columns }, setSize] = useState({ height: 0, columns: 16 });
  /** Bytes marked by dragging or Shift and arrows, for copying. */
  const [marked, setMarked] = useState<{ readonly anchor: number; readonly head: number }>();
  const cursor = marked?.head ?? selected?.from ?? 0;
  const rows = Math.max(1, Math.ceil(bytes.length / columns));
  const space = new ScrollSpace(rows * ROW_HEIGHT, height);

  useLayoutEffect(() => {
    const element = viewport.current;
    if (element === null) return undefined;
    const measure = () => setSize({ height: element.clientHeight, columns: element.clientWidth < NARROW_PX ? 8 : 16 });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const reveal = (offset: number) => {
    const element = viewport.current;
    if (element === null) return;
    const top = Math.floor(offset / columns) * ROW_HEIGHT;
    const at = space.toOffset(element.scrollTop);
    if (top < at) element.scrollTop = space.toScroll(top);
    else if (top + ROW_HEIGHT > at + element.clientHeight)
      element.scrollTop = space.toScroll(top + ROW_HEIGHT - element.clientHeight);
  };

  const selectedFrom = selected?.from;
  const [shown, setShown] = useState({ selectedFrom, bytes });
  if (shown.selectedFrom !== selectedFrom || shown.bytes !== bytes) {
    setShown({ selectedFrom, bytes });
    if (marked !== undefined && marked.head !== selectedFrom && shown.bytes !== bytes) setMarked(undefined);
  }
  const revealSelected = useEffectEvent((offset: number | undefined) => {
    if (offset !== undefined && marked === undefined) reveal(offset);
  });
  useEffect(() => revealSelected(selectedFrom), [selectedFrom]);

  const offsetOf = (target: EventTarget): number | undefined => {
    const cell = target instanceof Element ? target.closest('[data-offset]') : null;
    return cell instanceof HTMLElement ? Number(cell.dataset['offset']) : undefined;
  };

  const move = (to: number, extend: boolean) => {
    const head = Math.max(0, Math.min(bytes.length - 1, to));
    setMarked({ anchor: extend ? (marked?.anchor ?? cursor) : head, head });
    reveal(head);
    if (!extend) onSelect?.(head);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || bytes.length === 0) return;
    const page = Math.max(1, Math.floor(height / ROW_HEIGHT)) * columns;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: cursor + 1,
      ArrowLeft: cursor - 1,
      ArrowDown: cursor + columns,
      ArrowUp: cursor - columns,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: cursor - (cursor % columns),
      End: cursor - (cursor % columns) + columns - 1,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    move(target, event.shiftKey);
  };

  const onCopy = (event: ClipboardEvent) => {
    const range = marked === undefined ? selected : rangeOf(marked);
    if (range === undefined) return;
    event.preventDefault();
    const text = Array.from(bytes.subarray(range.from, range.to), (byte) => hex(byte, 2)).join(' ');
    event.clipboardData.setData('text/plain', text);
  };

  const offset = space.toOffset(scroll);
  const first = Math.floor(offset / ROW_HEIGHT);
  const last = Math.min(rows, first + Math.ceil(height / ROW_HEIGHT) + 1);
  const width = Math.max(2, hex(Math.max(0, bytes.length - 1), 2).length);
  const markedRange = marked === undefined || marked.anchor === marked.head ? undefined : rangeOf(marked);
  const lines: ReactNode[] = [];
  for (let row = first; row < last; row++) {
    lines.push(
      <HexRow
        key={row}
        row={row}
        columns={columns}
        top={row * ROW_HEIGHT - offset}
        width={width}
        bytes={bytes}
        selected={markedRange ?? selected}
        hovered={hovered}
        fault={props.fault}
      />,
    );
  }
  const lit = hovered ?? selected;
  const bitByte = lit !== undefined && lit.to - lit.from === 1 ? lit : { from: cursor, to: cursor + 1 };
  return (
    <div className="hex" onMouseLeave={() => onHover?.(undefined)}>
      <div
        ref={viewport}
        className="hex-viewport"
        style={{ height: Math.min(maxHeight, rows * ROW_HEIGHT) }}
        role="group"
        aria-label={props.label}
        tabIndex={0}
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
        onMouseDown={(event) => {
          const at = offsetOf(event.target);
          if (at !== undefined && event.button === 0) move(at, event.shiftKey);
        }}
        onMouseOver={(event) => {
          const at = offsetOf(event.target);
          onHover?.(at);
          if (at !== undefined && event.buttons === 1 && marked !== undefined)
            setMarked({ anchor: marked.anchor, head: at });
        }}
      >
        <div className="hex-layer">{lines}</div>
        <div style={{ height: space.physical }} />
      </div>
      <BitStrip
        byte={bytes[bitByte.from]}
        offset={bitByte.from}
        bits={'bits' in bitByte ? bitByte.bits : undefined}
        onHover={(bit) => onHover?.(bit === undefined ? undefined : bitByte.from, bit)}
        onSelect={(bit) => onSelect?.(bitByte.from, bit)}
      />
      <span className="visually-hidden" aria-live="polite">
        {marked === undefined
          ? ''
          : `${hex(cursor, 2)}: ${hex(bytes[cursor] ?? 0, 2)} ${props.describe?.(cursor) ?? ''}`}
      </span>
    </div>
  );
}

function rangeOf(marked: { readonly anchor: number; readonly head: number }): ByteRange {
  return { from: Math.min(marked.anchor, marked.head), to: Math.max(marked.anchor, marked.head) + 1 };
}

interface HexRowProps {
  readonly row: number;
  readonly columns: number;
  readonly top: number;
  readonly width: number;
  readonly bytes: Uint8Array;
  readonly selected: ByteRange | undefined;
  readonly hovered: ByteRange | undefined;
  readonly fault: number | undefined;
}

function HexRow({ row, columns, top, width, bytes, selected, hovered, fault }: HexRowProps): ReactNode {
  const start = row * columns;
  const cells = Array.from(bytes.subarray(start, start + columns), (byte, column) => {
    const at = start + column;
    return { byte, at, lit: litClass(at, selected, hovered, fault) };
  });
  return (
    <div className="hex-row" data-columns={columns} style={{ transform: `translateY(${top}px)` }}>
      <span className="hex-offset">{hex(start, width)}</span>
      <span className="hex-bytes">
        {cells.map(({ byte, at, lit }) => (
          <span key={at} data-offset={at} className={lit}>
            {hex(byte, 2)}
          </span>
        ))}
      </span>
      <span className="hex-text" aria-hidden>
        {cells.map(({ byte, at, lit }) => (
          <span key={at} data-offset={at} className={lit}>
            {printable(byte)}
          </span>
        ))}
      </span>
    </div>
  );
}

function litClass(at: number, selected?: ByteRange, hovered?: ByteRange, fault?: number): string {
  const inside = (range: ByteRange | undefined) => range !== undefined && at >= range.from && at < range.to;
  return `${inside(selected) ? 'lit-selected ' : ''}${inside(hovered) ? 'lit-hovered ' : ''}${at === fault ? 'lit-fault' : ''}`;
}

interface BitStripProps {
  readonly byte: number | undefined;
  readonly offset: number;
  readonly bits: readonly [high: number, low: number] | undefined;
  readonly onHover: (bit: number | undefined) => void;
  readonly onSelect: (bit: number) => void;
}

/** The eight bits of one byte, so that fields narrower than a byte can be pointed at. */
function BitStrip({ byte, offset, bits, onHover, onSelect }: BitStripProps): ReactNode {
  if (byte === undefined) return null;
  return (
    <div className="hex-bits" onMouseLeave={() => onHover(undefined)}>
      <span className="hex-offset">
        {hex(offset, 2)}: {hex(byte, 2)}
      </span>
      {[7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (
        <span
          key={bit}
          data-bit={bit}
          className={bits !== undefined && bit <= bits[0] && bit >= bits[1] ? 'lit-selected' : ''}
          onMouseEnter={() => onHover(bit)}
          onMouseDown={() => onSelect(bit)}
        >
          {(byte >> bit) & 1}
        </span>
      ))}
      <span className="hex-offset">{byte}</span>
    </div>
  );
}
