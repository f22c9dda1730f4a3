/** A JSON value as a tree that opens and closes; long lists are drawn in pieces. */

import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { JsonNode } from '../../../shared/payload/json-tree.ts';
import { useText } from '../../model/use-store.ts';
import { packetsText } from './strings/text.ts';

export interface JsonViewProps {
  readonly label: string;
  readonly root: JsonNode;
}

/** Children that a node shows at first, and that one press adds. */
const PIECE = 200;
/** Depth that is open at first, and children above which a node starts closed. */
const OPEN_DEPTH = 3;
const OPEN_CHILDREN = 100;

interface Line {
  readonly path: string;
  readonly depth: number;
  readonly node: JsonNode;
  readonly open: boolean;
  /** Stands for so many children that are not drawn yet. */
  readonly more?: number;
}

export function JsonView({ label, root }: JsonViewProps): ReactNode {
  const t = useText(packetsText);
  const prefix = useId();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [pieces, setPieces] = useState<ReadonlyMap<string, number>>(new Map());
  const [selected, setSelected] = useState('');
  const lines: Line[] = [];
  const walk = (node: JsonNode, path: string, depth: number) => {
    const opensAtFirst = depth < OPEN_DEPTH && node.children.length <= OPEN_CHILDREN;
    const open = node.children.length > 0 && (opensAtFirst || depth === 0) !== toggled.has(path);
    lines.push({ path, depth, node, open });
    if (!open) return;
    const shown = pieces.get(path) ?? PIECE;
    for (const [index, child] of node.children.slice(0, shown).entries()) walk(child, `${path}.${index}`, depth + 1);
    if (node.children.length > shown)
      lines.push({ path: `${path}.more`, depth: depth + 1, node, open: false, more: node.children.length - shown });
  };
  walk(root, '0', 0);
  const press = ({ path, node, more }: Line) => {
    if (more !== undefined) {
      const parent = path.slice(0, -'.more'.length);
      setPieces(new Map(pieces).set(parent, (pieces.get(parent) ?? PIECE) + PIECE));
    } else if (node.children.length > 0) {
      const next = new Set(toggled);
      if (!next.delete(path)) next.add(path);
      setToggled(next);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.max(
      0,
      lines.findIndex((line) => line.path === selected),
    );
    const line = lines[at];
    const choose = (index: number) => setSelected(lines[Math.max(0, Math.min(lines.length - 1, index))]?.path ?? '');
    if (event.key === 'ArrowDown') choose(at + 1);
    else if (event.key === 'ArrowUp') choose(at - 1);
    else if (event.key === 'Enter' && line !== undefined) press(line);
    else if (event.key === 'ArrowRight' && line !== undefined) {
      if (line.open) choose(at + 1);
      else press(line);
    } else if (event.key === 'ArrowLeft' && line !== undefined) {
      if (line.open) press(line);
      else choose(lines.findLastIndex((other, index) => index < at && other.depth < line.depth));
    } else return;
    event.preventDefault();
  };
  return (
    <div
      className="json"
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={selected === '' ? undefined : `${prefix}-${selected}`}
      onKeyDown={onKeyDown}
    >
      {lines.map((line) => (
        <div
          key={line.path}
          id={`${prefix}-${line.path}`}
          role="treeitem"
          aria-level={line.depth + 1}
          aria-selected={line.path === selected}
          {...(line.node.children.length > 0 && line.more === undefined ? { 'aria-expanded': line.open } : {})}
          className="json-line"
          style={{ paddingLeft: 8 + line.depth * 14 }}
          onClick={() => {
            setSelected(line.path);
            press(line);
          }}
        >
          {line.more === undefined ? (
            <JsonLine line={line} />
          ) : (
            <span className="json-more">{t('payload.json-more', { count: line.more })}</span>
          )}
        </div>
      ))}
    </div>
  );
}

function JsonLine({ line }: { readonly line: Line }): ReactNode {
  const { node, open } = line;
  const isContainer = node.kind === 'object' || node.kind === 'array';
  const brackets = node.kind === 'object' ? '{}' : '[]';
  return (
    <>
      <span className="field-twist" aria-hidden>
        {node.children.length === 0 ? '' : open ? '▾' : '▸'}
      </span>
      {node.key === undefined ? null : (
        <>
          <span className={typeof node.key === 'number' ? 'json-index' : 'json-key'}>{node.key}</span>
          <span className="faint">: </span>
        </>
      )}
      {isContainer ? (
        <span className="faint">
          {open
            ? brackets.charAt(0)
            : node.children.length === 0
              ? brackets
              : packetsText('json.items', { count: node.children.length })}
        </span>
      ) : (
        <span className={`json-${node.kind}`}>{node.raw}</span>
      )}
    </>
  );
}
