/** One tab for each source: state, name, and by menu, drag or keys: rename, reorder, connect, close. */

import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { SourceSummary } from '../../shared/contract/records.ts';
import { useModel, useText } from '../model/use-store.ts';
import { ConfirmPopover } from '../ui/ConfirmPopover.tsx';
import { ContextMenu, type MenuEntry } from '../ui/Menu.tsx';
import type { ShellModel } from './shell-model.ts';
import { stateKey } from './state-key.ts';
import { shellText } from './strings/text.ts';

/** Kinds other than sessions carry a sign before their name. */
const SIGNS = { session: '', tap: '⇄', file: '▤', script: '>_' } as const satisfies Record<
  SourceSummary['kind'],
  string
>;

const DRAG_TYPE = 'application/x-mqtt-source';

export function SourceTabs({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { inspector, navigation } = shell.app;
  const sources = useModel(inspector.sources);
  const selected = useModel(navigation.source);
  const closing = useModel(shell.closing);
  const [menu, setMenu] = useState<{ readonly source: SourceSummary; readonly x: number; readonly y: number }>();
  const [dropAt, setDropAt] = useState<number>();
  const closingSource = sources.find((source) => source.id === closing);
  const drop = (event: DragEvent, to: number) => {
    const dragged = Number(event.dataTransfer.getData(DRAG_TYPE));
    setDropAt(undefined);
    if (sources.some((source) => source.id === dragged)) void shell.call('moveSource', { source: dragged, to });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, source: SourceSummary, index: number) => {
    const back = event.key === 'ArrowLeft';
    if (back || event.key === 'ArrowRight') {
      event.preventDefault();
      if (event.altKey) {
        shell.move(source.id, back ? -1 : 1);
        return;
      }
      const next = sources[(index + (back ? -1 : 1) + sources.length) % sources.length];
      if (next === undefined) return;
      navigation.selectSource(next.id);
      document.querySelector<HTMLElement>(`#source-${next.id}`)?.focus();
    } else if (event.key === 'F2') shell.renaming.set(source.id);
    else if (event.key === 'Delete') shell.requestClose(source.id);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      setMenu({ source, x: box.left, y: box.bottom });
    }
  };
  return (
    <div className="source-tabs" role="tablist" aria-label={t('sources.label')}>
      {sources.map((source, index) => (
        <SourceTab
          key={source.id}
          shell={shell}
          source={source}
          selected={source.id === selected}
          dropTarget={dropAt === index}
          onKeyDown={(event) => onKeyDown(event, source, index)}
          onMenu={(x, y) => setMenu({ source, x, y })}
          onDragOver={() => setDropAt(index)}
          onDragLeave={() => setDropAt(undefined)}
          onDrop={(event) => drop(event, index)}
        />
      ))}
      <ContextMenu
        label={t('sources.menu', { name: menu?.source.name ?? '' })}
        at={menu}
        entries={menu === undefined ? [] : sourceMenu(shell, menu.source, sources)}
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
