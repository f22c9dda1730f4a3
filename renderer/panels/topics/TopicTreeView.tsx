/** The tree itself: a grid whose rows come and go under the cursor, with the keys of a file tree. */

import { type ReactNode, type Ref, useCallback, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { TopicSort } from '../../../shared/contract/topic-records.ts';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import type { TopicRow } from '../../model/topics-rows.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { ContextMenu } from '../../ui/Menu.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { topicsText } from './strings/text.ts';
import { TopicCells } from './TopicCells.tsx';
import { topicMenu } from './topic-menu.ts';
import { TreeEmpty } from './TreeEmpty.tsx';
import { useNowUs } from '../../ui/use-now.ts';

export interface TreeHandle {
  /** Scrolls to the cursor and takes the focus. */
  showCursor(): void;
}

export interface TopicTreeViewProps {
  readonly app: AppModel;
  readonly model: TopicsModel;
  readonly handle: Ref<TreeHandle>;
  /** Enter: go to the history of the topic. */
  readonly onHistory: () => void;
  readonly onSubscribe: () => void;
}

interface Column {
  readonly id: 'topic' | 'messages' | 'rate' | 'value' | 'qos' | 'size' | 'bytes' | 'age';
  readonly sort?: TopicSort;
  readonly right?: boolean;
  readonly tooltip?: boolean;
}

const COLUMNS: readonly Column[] = [
  { id: 'topic', sort: 'name' },
  { id: 'messages', sort: 'messages', right: true, tooltip: true },
  { id: 'rate', sort: 'rate', right: true, tooltip: true },
  { id: 'value' },
  { id: 'qos' },
  { id: 'size', right: true, tooltip: true },
  { id: 'bytes', sort: 'bytes', right: true, tooltip: true },
  { id: 'age', sort: 'time', right: true, tooltip: true },
];

export function TopicTreeView({ app, model, handle, onHistory, onSubscribe }: TopicTreeViewProps): ReactNode {
  const t = useText(topicsText);
  const { tree } = model;
  const push = useModel(tree.push);
  const cursor = useModel(tree.cursor);
  const failure = useModel(tree.failure);
  const flashes = useModelPart(app.inspector.settings, (settings) => settings.flashOnChange);
  const nowUs = useNowUs(1000);
  const list = useRef<VirtualListHandle>(null);
  const [menuAt, setMenuAt] = useState<{ readonly x: number; readonly y: number }>();
  const onToggle = useCallback((row: TopicRow) => tree.setExpanded(row.node, !row.expanded), [tree]);
  const onVisible = useCallback((from: number, count: number) => tree.setVisible(from, count), [tree]);

  const target = useModel(tree.target);
  const reached = useRef(target);
  useEffect(() => {
    if (target === undefined || target === reached.current) return;
    reached.current = target;
    list.current?.reveal(target.index);
  }, [target]);

  useImperativeHandle(handle, () => ({
    showCursor() {
      const index = tree.cursor.get()?.index;
      if (index !== undefined) list.current?.reveal(index, 'centre');
      list.current?.focus();
    },
  }));

  const openMenu = (index: number, at: { readonly x: number; readonly y: number }) => {
    tree.moveTo(index);
    setMenuAt(at);
  };
  const menuRow = menuAt === undefined || cursor === undefined ? undefined : tree.row(cursor.index);
  const searching = push?.searching === true;

  return (
    <div className="topics-tree">
      {failure === undefined ? null : (
        <div className="notice" role="alert" data-level="error">
          {errorWords(failure).what}
        </div>
      )}
      <VirtualList
        handle={list}
        role="treegrid"
        label={t('tree.label')}
        total={push?.total ?? 0}
        selected={
          cursor === undefined || (cursor.node !== undefined && tree.cursorRow() === undefined) ? -1 : cursor.index
        }
        onSelect={(index) => tree.moveTo(index)}
        onOpen={(index) => {
          const row = tree.row(index);
          if (row?.isTopic === true) onHistory();
          else if (row?.hasChildren === true) tree.setExpanded(row.node, !row.expanded);
        }}
        onRowKey={(event) => {
          if (event.altKey || event.ctrlKey || event.metaKey || !tree.press(event.key)) return;
          event.preventDefault();
        }}
        onContextMenu={openMenu}
        onVisible={onVisible}
        rowClass={(index) => (tree.row(index)?.system === true ? 'topics-system' : '')}
        rowAttributes={(index) => rowAttributes(tree.row(index))}
        header={<Header model={model} />}
        empty={
          push === undefined ? undefined : (
            <TreeEmpty app={app} model={model} searching={searching} onSubscribe={onSubscribe} />
          )
        }
        renderRow={(index) => {
          const row = tree.row(index);
          if (row === undefined) return <span role="gridcell" />;
          return (
            <TopicCells
              key={row.node}
              row={row}
              nowUs={nowUs}
              flash={flashes ? model.flash.turn(row.node) : 0}
              onToggle={onToggle}
            />
          );
        }}
      />
      <ContextMenu
        label={t('menu.label')}
        at={menuAt}
        onClose={() => setMenuAt(undefined)}
        entries={menuRow === undefined ? [] : topicMenu({ app, model, row: menuRow, onHistory })}
      />
    </div>
  );
}

function rowAttributes(row: TopicRow | undefined): Readonly<Record<string, number | boolean>> {
  if (row === undefined) return {};
  return { 'aria-level': row.depth + 1, ...(row.hasChildren ? { 'aria-expanded': row.expanded } : {}) };
}

function Header({ model }: { readonly model: TopicsModel }): ReactNode {
  const t = useText(topicsText);
  const { sort, descending } = useModel(model.tree.options);
  return (
    <div className="topics-cells topics-head" role="presentation">
      {COLUMNS.map((column) => {
        const title = t.of(`column.${column.id}`);
        const tooltip =
          column.tooltip === true ? t.of(`column.${column.id}-tooltip` as 'column.age-tooltip') : undefined;
        const by = column.sort;
        const className = column.right === true ? 'right' : '';
        if (by === undefined)
          return (
            <span key={column.id} role="columnheader" className={className} title={tooltip}>
              {title}
            </span>
          );
        const active = sort === by;
        return (
          <span
            key={column.id}
            role="columnheader"
            className={className}
            aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}
          >
            <button type="button" className="topics-sort" title={tooltip} onClick={() => model.tree.sortBy(by)}>
              {title}
              <span aria-hidden className="topics-sort-mark">
                {active ? (descending ? '▾' : '▴') : ''}
              </span>
            </button>
          </span>
        );
      })}
    </div>
  );
}
