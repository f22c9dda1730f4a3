/** A list of any length in rows of one height: only what is on screen exists, up to hundreds of millions of rows. */

import {
  type HTMLAttributes,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { choiceKey, movePick, pressPick, type RowChoice, type RowPick } from './list-picks.ts';
import { laggingHeight, ScrollSpace } from './scroll-space.ts';
import { useRowDrag } from './use-row-drag.ts';

export const ROW_HEIGHT = 22;

const AT_END = -1;

/** Rows stand where they are for so many rows of scrolling: meanwhile what moves is the layer they lie on, and not each of them. */
const ROWS_A_LAYER = 1024;

export interface VirtualListHandle {
  /** Scrolls as little as is needed to show the row; `centre` puts it in the middle where it was out of sight. */
  reveal(index: number, align?: 'nearest' | 'centre'): void;
  focus(): void;
}

export type RowAttributes = HTMLAttributes<HTMLDivElement> & {
  readonly [data: `data-${string}`]: string | number | boolean | undefined;
};

export interface VirtualListProps {
  readonly total: number;
  /** What the list is of, for screen readers. */
  readonly label: string;
  /** `grid` and `treegrid` rows hold cells of role `gridcell`; `listbox` rows hold text. */
  readonly role?: 'grid' | 'treegrid' | 'listbox';
  readonly rowHeight?: number;
  readonly renderRow: (index: number) => ReactNode;
  readonly rowClass?: (index: number) => string;
  readonly rowAttributes?: (index: number) => RowAttributes;
  /** Rows are dragged by the mouse: a press that moved the keys at once would begin no drag. */
  readonly draggable?: boolean;
  /** Column heads: cells of role `columnheader`. */
  readonly header?: ReactNode;
  /** Laid over the empty list. */
  readonly empty?: ReactNode;
  /** Sticks to the newest row; the list asks to change it when the user scrolls away from or back to the end. */
  readonly follow?: boolean;
  readonly onFollow?: (follow: boolean) => void;
  /** Index of the selected row, -1 for none; where several can be, of the one that the keys are at. */
  readonly selected?: number;
  readonly onSelect?: (index: number, pick: RowPick) => void;
  /** Several rows can be chosen, which are the selected ones then; a drag over rows chooses them instead of marking text. */
  readonly choice?: RowChoice;
  /** Enter or a double click. */
  readonly onOpen?: (index: number) => void;
  /** Keys that the list itself does not use. */
  readonly onRowKey?: (event: KeyboardEvent, index: number) => void;
  /** Right click or the menu key, at client coordinates. */
  readonly onContextMenu?: (index: number, at: { readonly x: number; readonly y: number }) => void;
  /** Rows `from`…`from + count - 1` are on screen. */
  readonly onVisible?: (from: number, count: number) => void;
  readonly handle?: Ref<VirtualListHandle>;
  /** Row at the top at first, where the list does not follow. */
  readonly initialRow?: number;
  /** Grows and shrinks with rows that come and go before those on screen, which stay where they are then. */
  readonly moved?: number;
  readonly id?: string;
}

export function VirtualList(props: VirtualListProps): ReactNode {
  const { total, role = 'grid', rowHeight = ROW_HEIGHT, follow = false, selected = -1, moved = 0, choice } = props;
  const ownId = useId();
  const id = props.id ?? ownId;
  const viewport = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLDivElement>(null);
  /** Where the scroll bar is, as far as is known without asking: asking would lay the page out in every frame. */
  const barAt = useRef(0);
  const [height, setHeight] = useState(0);
  /** {@link AT_END} while the list follows, so that it stays where it is when it stops to. */
  const [scrolled, setScrolled] = useState((props.initialRow ?? 0) * rowHeight);
  const [movedBefore, setMovedBefore] = useState(moved);
  if (moved !== movedBefore) {
    setMovedBefore(moved);
    if (!follow && scrolled !== AT_END) setScrolled(Math.max(0, scrolled + (moved - movedBefore) * rowHeight));
  }
  const space = new ScrollSpace(
    total * rowHeight,
    height,
    follow ? laggingHeight(total, rowHeight) : total * rowHeight,
  );
  if (follow && scrolled !== AT_END) setScrolled(AT_END);
  if (!follow && scrolled === AT_END) setScrolled(space.maxOffset);
  const offset = follow || scrolled === AT_END ? space.maxOffset : Math.min(scrolled, space.maxOffset);

  const first = Math.floor(offset / rowHeight);
  const slots = Math.ceil(height / rowHeight) + 1;
  const shown = height === 0 ? 0 : Math.max(0, Math.min(slots, total - first));

  useLayoutEffect(() => {
    const element = viewport.current;
    if (element === null) return undefined;
    const measure = () => setHeight(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  /** The scroll bar follows the offset wherever it was not the scroll bar that moved. */
  useLayoutEffect(() => {
    const element = viewport.current;
    if (element === null || height === 0) return;
    const wanted = space.toScroll(offset);
    if (Math.abs(barAt.current - wanted) <= 1) return;
    element.scrollTop = wanted;
    barAt.current = wanted;
  });

  const { onVisible } = props;
  const visibleCount = Math.max(1, Math.ceil(height / rowHeight));
  useEffect(() => {
    if (height > 0) onVisible?.(first, visibleCount);
  }, [onVisible, first, visibleCount, height]);

  const scrollTo = (target: number) => {
    const next = space.clamp(target);
    const atEnd = next >= space.maxOffset - 1;
    if (follow && !atEnd) props.onFollow?.(false);
    if (!follow && atEnd && space.maxOffset > 0) props.onFollow?.(true);
    setScrolled(next);
  };

  const reveal = (index: number, align: 'nearest' | 'centre' = 'nearest') => {
    const top = index * rowHeight;
    const bottom = top + rowHeight;
    if (top >= offset && bottom <= offset + height) return;
    if (align === 'centre') scrollTo(top - (height - rowHeight) / 2);
    else scrollTo(top < offset ? top : bottom - height);
  };

  useImperativeHandle(props.handle, () => ({ reveal, focus: () => root.current?.focus() }));

  /** A change of the viewport's height moves the scroll bar too, before it was measured: that is not the user. */
  const scrolledByUser = useEffectEvent(({ scrollTop, clientHeight }: HTMLElement) => {
    if (clientHeight !== height || Math.abs(scrollTop - space.toScroll(offset)) <= 1) return;
    flushSync(() => scrollTo(space.toOffset(scrollTop)));
  });
  /** A turn of the wheel must be heard before the next frame pins the list to its end again, and must stay exact where the space is scaled. */
  const turned = useEffectEvent((event: WheelEvent) => {
    if (event.ctrlKey || (!follow && !space.scaled)) return;
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight * 3 : event.deltaY;
    if (follow && pixels >= 0) return;
    event.preventDefault();
    flushSync(() => scrollTo(offset + pixels));
  });
  useEffect(() => {
    const element = viewport.current;
    if (element === null) return undefined;
    const onScroll = () => {
      barAt.current = element.scrollTop;
      scrolledByUser(element);
    };
    const onWheel = (event: WheelEvent) => turned(event);
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, []);

  const select = (index: number, pick: RowPick = 'only') => {
    if (total === 0) return;
    const target = Math.max(0, Math.min(total - 1, index));
    if (follow && target < total - 1) props.onFollow?.(false);
    if (choice !== undefined) getSelection()?.removeAllRanges();
    reveal(target);
    props.onSelect?.(target, pick);
  };

  const press = useRowDrag(viewport, (clientY, pick) => {
    const top = viewport.current?.getBoundingClientRect().top ?? 0;
    const reached = Math.max(0, Math.min(total - 1, Math.floor((offset + clientY - top) / rowHeight)));
    if (reached !== selected) select(reached, pick);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const chosen = choiceKey(choice, event);
    // Text that is marked somewhere is what the user sees going to the clipboard.
    if (chosen === 'copy' && String(getSelection()) !== '') return;
    if (chosen !== undefined) {
      event.preventDefault();
      if (chosen === 'all') choice?.onAll();
      else if (chosen === 'copy') choice?.onCopy();
      else if (selected >= 0) select(selected, 'toggle');
      return;
    }
    const pick = movePick(choice, event);
    if (pick === undefined) {
      props.onRowKey?.(event, selected);
      return;
    }
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const from = selected >= 0 ? selected : follow ? total : first - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: from + 1,
      ArrowUp: selected >= 0 || follow ? from - 1 : first,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: total - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) {
      event.preventDefault();
      select(target, pick);
      if (event.key === 'End') props.onFollow?.(true);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && selected >= 0) {
      event.preventDefault();
      props.onOpen?.(selected);
    } else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && selected >= 0) {
      event.preventDefault();
      const box = viewport.current?.getBoundingClientRect();
      props.onContextMenu?.(selected, {
        x: (box?.left ?? 0) + 40,
        y: (box?.top ?? 0) + (selected + 1) * rowHeight - offset,
      });
    } else props.onRowKey?.(event, selected);
  };

  const rowOf = (event: MouseEvent): number => {
    const row = event.target instanceof Element ? event.target.closest('[data-index]') : null;
    return row instanceof HTMLElement ? Number(row.dataset['index']) : -1;
  };

  const rowRole = role === 'listbox' ? 'option' : 'row';
  const layerTop = (first - (first % ROWS_A_LAYER)) * rowHeight;
  const rows: ReactNode[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const index = first + ((((slot - first) % slots) + slots) % slots);
    if (index >= first + shown) continue;
    rows.push(
      <div
        key={slot}
        id={`${id}-${index}`}
        role={rowRole}
        {...(role === 'listbox'
          ? { 'aria-posinset': index + 1, 'aria-setsize': total }
          : { 'aria-rowindex': index + 1 })}
        aria-selected={choice === undefined ? index === selected : choice.isChosen(index)}
        {...(index === selected ? { 'data-current': '' } : {})}
        data-index={index}
        className={`list-row ${props.rowClass?.(index) ?? ''}`}
        style={{ height: rowHeight, transform: `translateY(${index * rowHeight - layerTop}px)` }}
        {...props.rowAttributes?.(index)}
      >
        {props.renderRow(index)}
      </div>,
    );
  }

  /** Without as much as a row of heads: a list of nothing is none to assistive technology. */
  const isBare = total === 0 && (role === 'listbox' || props.header === undefined);
  const selectedShown = selected >= first && selected < first + shown;
  return (
    <div
      ref={root}
      className="list"
      role={isBare ? 'group' : role}
      aria-label={props.label}
      {...(role === 'listbox' || isBare ? {} : { 'aria-rowcount': total })}
      {...(choice === undefined || isBare ? {} : { 'aria-multiselectable': true })}
      {...(selectedShown ? { 'aria-activedescendant': `${id}-${selected}` } : {})}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onMouseDown={(event) => {
        const index = rowOf(event);
        if (index < 0 || (event.button !== 0 && event.button !== 2)) return;
        const pick = pressPick(choice, event, index);
        select(index, pick);
        if (choice !== undefined && event.button === 0 && pick !== 'pass') press(event, pick);
        if (pick === 'only' || pick === 'pass') return;
        // Shift would mark the text between.
        event.preventDefault();
        root.current?.focus({ preventScroll: true });
      }}
      onDoubleClick={(event) => {
        const index = rowOf(event);
        if (index >= 0) props.onOpen?.(index);
      }}
      onContextMenu={(event) => {
        const index = rowOf(event);
        if (index < 0 || props.onContextMenu === undefined) return;
        event.preventDefault();
        props.onContextMenu(index, { x: event.clientX, y: event.clientY });
      }}
    >
      {props.header === undefined ? null : (
        <div className="list-head" role="rowgroup">
          <div role="row">{props.header}</div>
        </div>
      )}
      <div
        ref={viewport}
        className="list-viewport"
        role={role === 'listbox' || isBare ? 'group' : 'rowgroup'}
        tabIndex={-1}
        onFocus={(event) => {
          // A click focuses what scrolls; the keys and the selection belong to the list.
          if (event.target !== event.currentTarget) return;
          const take = (): void => root.current?.focus({ preventScroll: true });
          if (props.draggable === true) setTimeout(take);
          else take();
        }}
      >
        <div className="list-layer" role="presentation" style={{ transform: `translateY(${layerTop - offset}px)` }}>
          {rows}
        </div>
        <div role="presentation" style={{ height: space.physical }} />
      </div>
      {total === 0 && props.empty !== undefined ? <div className="list-empty">{props.empty}</div> : null}
    </div>
  );
}
