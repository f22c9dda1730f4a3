/** The tab that many sources of one tap or script share: how many there are, and a menu of them. */

import { ChevronDown } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import { formatInteger } from '../model/format.ts';
import { useText } from '../model/use-store.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import type { ShellModel } from './shell-model.ts';
import { SIGNS, type SourceGroup } from './source-groups.ts';
import { stateKey } from './state-key.ts';
import { shellText } from './strings/text.ts';

/** Sources that the menu lists, the newest. */
const LISTED = 100;

/** The sources of a group, newest first, and what can be done with all of them. */
export function groupMenu(shell: ShellModel, group: SourceGroup, selected: SourceId | undefined): MenuEntry[] {
  const t = shellText;
  const newest = group.sources.toReversed();
  const ended = group.sources.filter(({ state }) => state === 'closed' || state === 'failed');
  const hidden = newest.length - LISTED;
  return [
    ...newest.slice(0, LISTED).map((source) => ({
      id: String(source.id),
      title: `${source.name} · ${t.of(stateKey(source))}`,
      chosen: source.id === selected,
      onPress: () => shell.app.navigation.selectSource(source.id),
    })),
    ...(hidden > 0 ? [{ id: 'hidden', title: t('sources.older', { count: hidden }), disabled: true }] : []),
    { separator: true },
    {
      id: 'close-ended',
      title: t('sources.close-ended', { count: ended.length }),
      disabled: ended.length === 0,
      items: [
        {
          id: 'drop-ended',
          title: t('sources.close-confirm'),
          onPress: () => {
            for (const { id } of ended) void shell.close(id);
          },
        },
      ],
    },
  ];
}

interface GroupTabProps {
  readonly group: SourceGroup;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onOpen: (x: number, y: number) => void;
}

export function GroupTab({ group, onKeyDown, onOpen }: GroupTabProps): ReactNode {
  const t = useText(shellText);
  const { id, kind, name, sources } = group;
  const connected = sources.filter(({ state }) => state === 'connected').length;
  const open = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    onOpen(box.left, box.bottom);
  };
  return (
    <button
      type="button"
      id={id}
      role="tab"
      aria-selected={false}
      aria-haspopup="menu"
      aria-label={t('sources.group', { name, count: sources.length, connected })}
      title={t('sources.group', { name, count: sources.length, connected })}
      className="source-tab source-group"
      tabIndex={-1}
      onClick={(event) => open(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') {
          onKeyDown(event);
          return;
        }
        event.preventDefault();
        open(event.currentTarget);
      }}
    >
      <span className="state-dot" data-state={connected > 0 ? 'connected' : 'closed'} />
      <span aria-hidden>{SIGNS[kind]}</span>
      <span className="ellipsis">{name}</span>
      <span className="source-count">{formatInteger(sources.length)}</span>
      <ChevronDown aria-hidden />
    </button>
  );
}
