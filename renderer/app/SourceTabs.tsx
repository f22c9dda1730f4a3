/** One tab for each source, or for many of one tap or script: state, name, and by menu, drag or keys: rename, reorder, connect, close. */

import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { SourceSummary } from '../../shared/contract/source-records.ts';
import { useModel, useText } from '../model/use-store.ts';
import { ConfirmPopover } from '../ui/ConfirmPopover.tsx';
import { ContextMenu, type MenuEntry } from '../ui/Menu.tsx';
import type { ShellModel } from './shell-model.ts';
import { GroupTab, groupMenu } from './SourceGroupTab.tsx';
import { SIGNS, type SourceGroup, tabItems } from './source-groups.ts';
import { stateKey } from './state-key.ts';
import { shellText } from './strings/text.ts';

const DRAG_TYPE = 'application/x-mqtt-source';

export function SourceTabs({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const sources = useModel(inspector.sources);
  const selected = useModel(navigation.source);
  const closing = useModel(shell.closing);
  const items = tabItems(sources, selected);
  const [menu, setMenu] = useState<{
    readonly of: SourceSummary | SourceGroup;
    readonly x: number;
    readonly y: number;
  }>();
  const [dropAt, setDropAt] = useState<number>();
  const closingSource = sources.find((source) => source.id === closing);
  const drop = (event: DragEvent, to: number) => {
    const dragged = Number(event.dataTransfer.getData(DRAG_TYPE));
    setDropAt(undefined);
    if (sources.some((source) => source.id === dragged)) void shell.call('moveSource', { source: dragged, to });
  };
  /** Goes to the tab beside; a group is only looked at. Answers whether the key was for that. */
  const goBeside = (event: KeyboardEvent<HTMLElement>, at: number): boolean => {
    const back = event.key === 'ArrowLeft';
    if (!back && event.key !== 'ArrowRight') return false;
    event.preventDefault();
    const next = items[(at + (back ? -1 : 1) + items.length) % items.length];
    if (next === undefined) return true;
    if ('source' in next) navigation.selectSource(next.source.id);
    document.querySelector<HTMLElement>(`#${'source' in next ? `source-${next.source.id}` : next.group.id}`)?.focus();
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, source: SourceSummary, at: number) => {
    if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      event.preventDefault();
      shell.move(source.id, event.key === 'ArrowLeft' ? -1 : 1);
    } else if (goBeside(event, at)) return;
    else if (event.key === 'F2') shell.renaming.set(source.id);
    else if (event.key === 'Delete') shell.requestClose(source.id);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      setMenu({ of: source, x: box.left, y: box.bottom });
    }
  };
  return (
    <div className="source-tabs" role="tablist" aria-label={t('sources.label')}>
      {items.map((item, at) => {
        if ('group' in item) {
          const { group } = item;
          return (
            <GroupTab
              key={group.id}
              group={group}
              onKeyDown={(event) => void goBeside(event, at)}
              onOpen={(x, y) => setMenu({ of: group, x, y })}
            />
          );
        }
        const { source } = item;
        const index = sources.indexOf(source);
        return (
          <SourceTab
            key={source.id}
            shell={shell}
            source={source}
            selected={source.id === selected}
            dropTarget={dropAt === index}
            onKeyDown={(event) => onKeyDown(event, source, at)}
            onMenu={(x, y) => setMenu({ of: source, x, y })}
            onDragOver={() => setDropAt(index)}
            onDragLeave={() => setDropAt(undefined)}
            onDrop={(event) => drop(event, index)}
          />
        );
      })}
      <ContextMenu
        label={t('sources.menu', { name: menu?.of.name ?? '' })}
        at={menu}
        entries={
          menu === undefined
            ? []
            : 'sources' in menu.of
              ? groupMenu(shell, menu.of, selected)
              : sourceMenu(shell, menu.of, sources)
        }
        onClose={() => setMenu(undefined)}
      />
      {closingSource === undefined ? null : (
        <ConfirmPopover
          anchor={`source-${closingSource.id}`}
          question={t('sources.close-question', {
            name: closingSource.name,
            count: inspector.statsOf(closingSource.id).get()?.packets ?? 0,
          })}
          confirm={t('sources.close-confirm')}
          cancel={t('cancel')}
          onConfirm={() => void shell.close(closingSource.id)}
          onCancel={() => shell.closing.set(undefined)}
        />
      )}
    </div>
  );
}

function sourceMenu(shell: ShellModel, source: SourceSummary, sources: readonly SourceSummary[]): MenuEntry[] {
  const t = shellText;
  const at = sources.findIndex((candidate) => candidate.id === source.id);
  const up = source.state === 'connected' || source.state === 'connecting' || source.state === 'waiting';
  const session: MenuEntry[] =
    source.kind === 'session'
      ? [
          up
            ? {
                id: 'disconnect',
                title: t('sources.disconnect'),
                onPress: () => void shell.call('disconnect', { source: source.id }),
              }
            : {
                id: 'connect',
                title: t('sources.connect'),
                onPress: () => void shell.call('connect', { source: source.id }),
              },
          { separator: true },
        ]
      : [];
  return [
    ...session,
    { id: 'rename', title: t('sources.rename'), keys: 'F2', onPress: () => shell.renaming.set(source.id) },
    {
      id: 'left',
      title: t('sources.move-left'),
      keys: 'Alt+←',
      disabled: at === 0,
      onPress: () => shell.move(source.id, -1),
    },
    {
      id: 'right',
      title: t('sources.move-right'),
      keys: 'Alt+→',
      disabled: at === sources.length - 1,
      onPress: () => shell.move(source.id, 1),
    },
    { separator: true },
    {
      id: 'replay',
      title: t('sources.replay'),
      onPress: () => shell.app.navigation.go({ to: 'replay', source: source.id }),
    },
    {
      id: 'compare',
      title: t('sources.compare'),
      onPress: () => shell.app.navigation.go({ to: 'compare', source: source.id, side: 'a' }),
    },
    { separator: true },
    { id: 'close', title: t('sources.close'), keys: 'Del', onPress: () => shell.requestClose(source.id) },
  ];
}

interface SourceTabProps {
  readonly shell: ShellModel;
  readonly source: SourceSummary;
  readonly selected: boolean;
  readonly dropTarget: boolean;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onMenu: (x: number, y: number) => void;
  readonly onDragOver: () => void;
  readonly onDragLeave: () => void;
  readonly onDrop: (event: DragEvent) => void;
}

function SourceTab(props: SourceTabProps): ReactNode {
  const { shell, source, selected } = props;
  const t = useText(shellText);
  const tab = useRef<HTMLButtonElement>(null);
  const renaming = useModel(shell.renaming) === source.id;
  useEffect(() => {
    if (selected) tab.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);
  if (renaming) return <NameField shell={shell} source={source} />;
  const state = t.of(stateKey(source));
  return (
    <button
      ref={tab}
      type="button"
      id={`source-${source.id}`}
      role="tab"
      aria-selected={selected}
      aria-label={`${source.name}, ${t.of(`kind.${source.kind}`)}, ${state}`}
      title={t('sources.tooltip', { endpoint: source.endpoint, state })}
      className={`source-tab ${props.dropTarget ? 'drop-target' : ''}`}
      data-colour={source.colour === '' ? undefined : source.colour}
      tabIndex={selected ? 0 : -1}
      draggable
      onClick={() => shell.app.navigation.selectSource(source.id)}
      onDoubleClick={() => shell.renaming.set(source.id)}
      onAuxClick={(event) => {
        if (event.button === 1) shell.requestClose(source.id);
      }}
      onKeyDown={props.onKeyDown}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu(event.clientX, event.clientY);
      }}
      onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, String(source.id))}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
        event.preventDefault();
        props.onDragOver();
      }}
      onDragLeave={props.onDragLeave}
      onDrop={props.onDrop}
    >
      <span className="state-dot" data-state={source.state} />
      {SIGNS[source.kind] === '' ? null : <span aria-hidden>{SIGNS[source.kind]}</span>}
      <span className="ellipsis">{source.name}</span>
    </button>
  );
}

function NameField({ shell, source }: { readonly shell: ShellModel; readonly source: SourceSummary }): ReactNode {
  const t = useText(shellText);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const finish = (name: string) => {
    if (shell.renaming.get() !== source.id) return;
    shell.renaming.set(undefined);
    const trimmed = name.trim();
    if (trimmed !== '' && trimmed !== source.name)
      void shell.call('renameSource', { source: source.id, name: trimmed });
  };
  return (
    <input
      ref={field}
      className="input source-name"
      aria-label={t('sources.name')}
      defaultValue={source.name}
      maxLength={200}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') {
          event.stopPropagation();
          shell.renaming.set(undefined);
        }
      }}
    />
  );
}
