/** The command palette: every command by name, found by letters in order. */

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type Command, keyLabel } from '../model/commands.ts';
import { useModel, useText } from '../model/use-store.ts';
import { rankCommands } from './palette-ranking.ts';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export function Palette({ shell }: { readonly shell: ShellModel }): ReactNode {
  return useModel(shell.paletteOpen) ? <OpenPalette shell={shell} /> : null;
}

function OpenPalette({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { commands, navigation, inspector, mac } = shell.app;
  const panel = useModel(navigation.panel);
  const sources = useModel(inspector.sources);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const cameFrom = useRef<Element | null>(document.activeElement);
  const listing = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const origin = cameFrom.current;
    return () => {
      if (origin instanceof HTMLElement) origin.focus();
    };
  }, []);
  const sourceCommands: Command[] = sources.map((source) => ({
    id: `app.source.${source.id}`,
    title: () => t('command.source', { name: source.name }),
    run: () => navigation.selectSource(source.id),
  }));
  const own = commands.available(panel).filter((command) => command.id !== 'app.palette');
  const found = rankCommands([...own, ...sourceCommands], text);
  const at = Math.min(active, found.length - 1);
  const close = () => shell.paletteOpen.set(false);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    close();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % found.length,
      ArrowUp: (at - 1 + found.length) % found.length,
      PageDown: Math.min(found.length - 1, at + 10),
      PageUp: Math.max(0, at - 10),
    };
    const target = moves[event.key];
    if (target !== undefined && found.length > 0) {
      event.preventDefault();
      setActive(target);
      listing.current?.children[target]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[at]);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div
      className="palette-backdrop"
      role="presentation"
      onMouseDown={(event) => event.target === event.currentTarget && close()}
    >
      <div className="palette popover" role="dialog" aria-label={t('palette.label')} aria-modal="true">
        <input
          className="input palette-input"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[at] === undefined ? undefined : `palette-${at}`}
          aria-label={t('palette.label')}
          placeholder={t('palette.placeholder')}
          value={text}
          autoFocus
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        <div ref={listing} id="palette-list" className="palette-list" role="listbox" aria-label={t('palette.label')}>
          {found.map((command, index) => (
            <div
              key={command.id}
              id={`palette-${index}`}
              className="menu-item"
              role="option"
              aria-selected={index === at}
              data-active={index === at}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => run(command)}
            >
              {command.title()}
              {command.keys === undefined ? null : <kbd className="menu-keys">{keyLabel(command.keys, mac)}</kbd>}
            </div>
          ))}
        </div>
        {found.length === 0 ? <p className="palette-none">{t('palette.none', { text })}</p> : null}
      </div>
    </div>
  );
}
