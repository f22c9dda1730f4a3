/** The editor's files as tabs, with what can be done to each. */

import { Ellipsis, Plus, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import type { ConsoleFiles, NameFault } from '../../model/console-files.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { MenuButton, type MenuEntry } from '../../ui/Menu.tsx';
import { saveText } from '../../ui/save-text.ts';
import { consoleText } from './strings/text.ts';

export interface FileTabsProps {
  readonly files: ConsoleFiles;
  readonly onNew: () => void;
  /** Files of the user's disk were chosen. */
  readonly onOpen: (chosen: readonly File[]) => void;
}

export function FileTabs({ files, onNew, onOpen }: FileTabsProps): ReactNode {
  const t = useText(consoleText);
  const all = useModel(files.files);
  const selected = useModel(files.selected);
  const [closed] = useModel(files.closed);
  const [renaming, setRenaming] = useState<string>();
  const chooser = useRef<HTMLInputElement>(null);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'F2') setRenaming(selected);
    if (event.key === 'Delete') files.close(selected);
    if (by === 0 || renaming !== undefined) return;
    event.preventDefault();
    files.step(by);
    event.currentTarget.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  };
  const entries: readonly MenuEntry[] = [
    { id: 'new', title: t('files.new'), onPress: onNew },
    { id: 'open', title: t('files.open'), onPress: () => chooser.current?.click() },
    ...(closed === undefined
      ? []
      : [{ id: 'reopen', title: t('files.reopen', { name: closed.name }), onPress: () => files.reopen() }]),
    ...(selected === ''
      ? []
      : [
          { separator: true as const },
          { id: 'rename', title: t('files.rename'), keys: 'F2', onPress: () => setRenaming(selected) },
          { id: 'duplicate', title: t('files.duplicate'), onPress: () => files.duplicate(selected) },
          {
            id: 'save',
            title: t('files.save'),
            onPress: () =>
              saveText(selected.slice(selected.lastIndexOf('/') + 1), files.find(selected)?.text ?? '', 'text/plain'),
          },
          { id: 'left', title: t('files.left'), onPress: () => files.move(selected, -1) },
          { id: 'right', title: t('files.right'), onPress: () => files.move(selected, 1) },
          { id: 'close', title: t('files.close', { name: selected }), onPress: () => files.close(selected) },
        ]),
  ];
  return (
    <div className="console-files">
      <div className="tabs" role="tablist" aria-label={t('files.label')} onKeyDown={onKeyDown}>
        {all.map((file) =>
          file.name === renaming ? (
            <NameField key={file.name} files={files} name={file.name} onDone={() => setRenaming(undefined)} />
          ) : (
            <span key={file.name} className="console-file" data-selected={file.name === selected || undefined}>
              <button
                type="button"
                role="tab"
                className="tab"
                aria-selected={file.name === selected}
                tabIndex={file.name === selected ? 0 : -1}
                onClick={() => files.select(file.name)}
                onDoubleClick={() => setRenaming(file.name)}
                onAuxClick={(event) => {
                  if (event.button === 1) files.close(file.name);
                }}
              >
                {file.name}
              </button>
              <Button
                label={t('files.close', { name: file.name })}
                className="console-file-close"
                attributes={{ tabIndex: -1 }}
                onPress={() => files.close(file.name)}
              >
                <X aria-hidden />
              </Button>
            </span>
          ),
        )}
      </div>
      <Button label={t('files.new')} onPress={onNew}>
        <Plus aria-hidden />
      </Button>
      <MenuButton label={t('files.menu')} entries={entries}>
        <Ellipsis aria-hidden />
      </MenuButton>
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        accept=".py,.txt,.json,.pem,.crt,.key,text/*"
        aria-label={t('files.open')}
        onChange={(event) => {
          onOpen([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </div>
  );
}

interface NameFieldProps {
  readonly files: ConsoleFiles;
  readonly name: string;
  readonly onDone: () => void;
}

function NameField({ files, name, onDone }: NameFieldProps): ReactNode {
  const t = useText(consoleText);
  const [fault, setFault] = useState<NameFault>();
  const finish = (wished: string) => {
    const found = files.rename(name, wished.trim());
    setFault(found);
    if (found === undefined) onDone();
  };
  return (
    <span className="console-name">
      <input
        className="input mono"
        aria-label={t('files.name')}
        aria-invalid={fault !== undefined}
        title={fault === undefined ? undefined : t(`name.${fault}`)}
        defaultValue={name}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user asked to rename
        autoFocus
        onFocus={(event) => event.target.setSelectionRange(0, Math.max(0, name.lastIndexOf('.')))}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') finish(event.currentTarget.value);
          if (event.key === 'Escape') {
            event.preventDefault();
            onDone();
          }
        }}
        onBlur={onDone}
      />
      {fault === undefined ? null : (
        <span className="console-name-fault" role="alert">
          {t(`name.${fault}`)}
        </span>
      )}
    </span>
  );
}
