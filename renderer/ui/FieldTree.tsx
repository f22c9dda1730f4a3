/** A packet's fields as a tree: name, value, place in the bytes; hover and selection are the caller's. */

import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import './field-tree.css';

export interface FieldItem {
  /** Unique among all items of the tree. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** Beside the value, quieter: `JSON · 12 B`. */
  readonly note?: string | undefined;
  /** `2–15`, `0.7–4`. */
  readonly range: string;
  readonly tone?: 'error' | undefined;
  readonly children: readonly FieldItem[];
  /** Open before the user touched it. */
  readonly open: boolean;
}

export interface FieldTreeProps {
  readonly label: string;
  readonly items: readonly FieldItem[];
  readonly selected: string | undefined;
  readonly hovered: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onHover: (id: string | undefined) => void;
}

interface Row {
  readonly item: FieldItem;
  readonly depth: number;
  readonly open: boolean;
}

export function FieldTree(props: FieldTreeProps): ReactNode {
  const { items, selected, hovered, onSelect, onHover } = props;
  const prefix = useId();
  /** Items that the user opened or closed against their default. */
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const rows: Row[] = [];
  const walk = (list: readonly FieldItem[], depth: number) => {
    for (const item of list) {
      const holdsSelected = selected !== undefined && item.id !== selected && contains(item, selected);
      const open = item.children.length > 0 && (item.open !== toggled.has(item.id) || holdsSelected);
      rows.push({ item, depth, open });
      if (open) walk(item.children, depth + 1);
    }
  };
  walk(items, 0);
  const toggle = (id: string) => {
    const next = new Set(toggled);
    if (!next.delete(id)) next.add(id);
    setToggled(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex((row) => row.item.id === selected);
    const row = rows[at];
    const choose = (index: number) => {
      event.preventDefault();
      const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
      if (target !== undefined) onSelect(target.item.id);
    };
    if (event.key === 'ArrowDown') choose(at + 1);
    else if (event.key === 'ArrowUp') choose(at <= 0 ? 0 : at - 1);
    else if (event.key === 'Home') choose(0);
    else if (event.key === 'End') choose(rows.length - 1);
    else if (row === undefined) return;
    else if (event.key === 'ArrowRight' || event.key === 'Enter') {
      event.preventDefault();
      if (row.item.children.length > 0 && !row.open) toggle(row.item.id);
      else if (row.open) choose(at + 1);
    } else if (event.key === 'ArrowLeft') {
      event.preventDefault();
      if (row.open) toggle(row.item.id);
      else choose(rows.findLastIndex((candidate, index) => index < at && candidate.depth < row.depth));
    }
  };
  return (
    <div
      className="field-tree"
      role="tree"
      aria-label={props.label}
      tabIndex={0}
      aria-activedescendant={selected === undefined ? undefined : `${prefix}-${selected}`}
      onKeyDown={onKeyDown}
      onMouseLeave={() => onHover(undefined)}
    >
      {rows.map(({ item, depth, open }) => (
        <div
          key={item.id}
          id={`${prefix}-${item.id}`}
          role="treeitem"
          aria-level={depth + 1}
          aria-selected={item.id === selected}
          {...(item.children.length > 0 ? { 'aria-expanded': open } : {})}
          className="field-item"
          data-hovered={item.id === hovered}
          data-tone={item.tone}
          onMouseEnter={() => onHover(item.id)}
          onClick={() => onSelect(item.id)}
          onDoubleClick={() => item.children.length > 0 && toggle(item.id)}
        >
          <span className="field-name" style={{ paddingLeft: depth * 12 }}>
            <span
              className="field-twist"
              aria-hidden
              onClick={(event) => {
                if (item.children.length === 0) return;
                event.stopPropagation();
                toggle(item.id);
              }}
            >
              {item.children.length === 0 ? '' : open ? '▾' : '▸'}
            </span>
            {item.name}
          </span>
          <span className="field-value ellipsis" title={item.value}>
            {item.value}
            {item.note === undefined ? null : <span className="faint"> {item.note}</span>}
          </span>
          <span className="field-range">{item.range}</span>
        </div>
      ))}
    </div>
  );
}

function contains(item: FieldItem, id: string): boolean {
  return item.children.some((child) => child.id === id || contains(child, id));
}
