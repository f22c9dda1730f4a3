/** The menu of saved filters in a filter's field: keeps the filter of the moment under a name, and applies, renames and deletes those that are kept. */

import { Bookmark, BookmarkPlus, Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { SavedFilterName } from './SavedFilterName.tsx';
import { VirtualList, type VirtualListHandle } from './VirtualList.tsx';
import type { SavedFilterChoices, SavedFilterEntry, SavedFilterWords } from './saved-filter-choices.ts';
import './saved-filters.css';

export interface SavedFiltersProps {
  readonly choices: SavedFilterChoices;
  /** The filter of the moment, and whether it can be kept. */
  readonly text: string;
  readonly savable: boolean;
  readonly isOpen: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onApply: (filter: string) => void;
  /** The keys go back to the field. */
  readonly onLeave: () => void;
}

export function SavedFilters(props: SavedFiltersProps): ReactNode {
  const { isOpen, onOpenChange, choices } = props;
  const root = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const leave = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) onOpenChange(false);
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
    };
  }, [isOpen, onOpenChange]);
  return (
    <span ref={root} className="saved-filters">
      <Button
        label={choices.words.title}
        keys="Alt+↑"
        className="filter-button"
        attributes={{ 'aria-haspopup': 'dialog', 'aria-expanded': isOpen }}
        onPress={() => onOpenChange(!isOpen)}
      >
        <Bookmark aria-hidden />
      </Button>
      {isOpen ? <SavedMenu {...props} /> : null}
    </span>
  );
}

/** Two lines. */
const ROW = 40;
const MOST_ROWS = 7;
/** Pixels to the window's edge. */
const EDGE = 8;

/** What the menu shows: its list, or the name of a new filter (without `of`) or of one that is kept. */
type Face = { readonly kind: 'list' } | { readonly kind: 'name'; readonly of?: string };

function SavedMenu({ choices, text, savable, onApply, onLeave }: SavedFiltersProps): ReactNode {
  const { entries, words } = choices;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualListHandle>(null);
  const [face, setFace] = useState<Face>({ kind: 'list' });
  const [chosen, setChosen] = useState(() => entries.find(({ filter }) => filter === text.trim())?.name);
  const [removed, setRemoved] = useState<SavedFilterEntry>();
  /** Somebody did something: where the keys are is no longer the menu's to say. */
  const touched = useRef(false);
  const index = entries.findIndex(({ name }) => name === chosen);
  const opened = useRef(choices.onOpen);
  useEffect(() => opened.current(), []);

  const faceKind = face.kind;
  const isEmpty = entries.length === 0;
  useEffect(() => {
    if (faceKind !== 'list') return;
    // What had the keys may be gone: a form that was closed, a filter that was deleted.
    const inside = box.current?.contains(document.activeElement) === true && document.activeElement !== box.current;
    if (inside && touched.current) return;
    if (isEmpty) (box.current?.querySelector<HTMLElement>('button:not(:disabled)') ?? box.current)?.focus();
    else list.current?.focus();
  }, [faceKind, isEmpty]);

  useLayoutEffect(() => {
    const menu = box.current;
    const field = menu?.closest('.filter') ?? undefined;
    if (menu === null || field === undefined) return undefined;
    const place = (event?: Event): void => {
      if (event === undefined || !(event.target instanceof Element) || event.target.contains(field)) hang(menu, field);
    };
    place();
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
    };
  });

  const remove = (entry: SavedFilterEntry): void => {
    const at = entries.indexOf(entry);
    setChosen((entries[at + 1] ?? entries[at - 1])?.name);
    setRemoved(entry);
    choices.onRemove(entry.name);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    touched.current = true;
    if (event.key === 'Escape') {
      event.preventDefault();
      if (face.kind === 'name') setFace({ kind: 'list' });
      else onLeave();
    }
    // The keys of lists and forms around the field are not meant.
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  };
  const onRowKey = (event: KeyboardEvent, at: number): void => {
    const entry = entries[at];
    if (entry === undefined) return;
    if (event.key === 'F2') setFace({ kind: 'name', of: entry.name });
    else if (event.key === 'Delete') remove(entry);
    else return;
    event.preventDefault();
  };
  const named = face.kind === 'name' ? face.of : undefined;
  return (
    <div
      ref={box}
      className="saved-menu popover"
      role="dialog"
      aria-label={words.title}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onPointerDown={() => {
        touched.current = true;
      }}
    >
      {face.kind === 'name' ? (
        <SavedFilterName
          words={words}
          filter={named === undefined ? text.trim() : (entries.find(({ name }) => name === named)?.filter ?? '')}
          name={named}
          taken={entries.map(({ name }) => name)}
          longest={choices.longestName}
          onCancel={() => setFace({ kind: 'list' })}
          onDone={(name) => {
            if (named === undefined) choices.onSave(name, text);
            else choices.onRename(named, name);
            setChosen(name);
            setRemoved(undefined);
            setFace({ kind: 'list' });
          }}
        />
      ) : (
        <>
          <Button
            label={words.save}
            className="saved-save"
            disabled={!savable}
            onPress={() => setFace({ kind: 'name' })}
          >
            <BookmarkPlus aria-hidden />
            {words.save}
          </Button>
          {isEmpty ? (
            <p className="saved-none quiet">{words.none}</p>
          ) : (
            <div className="saved-list" style={{ height: Math.min(entries.length, MOST_ROWS) * ROW }}>
              <VirtualList
                handle={list}
                total={entries.length}
                rowHeight={ROW}
                label={words.title}
                selected={index}
                onSelect={(at) => setChosen(entries[at]?.name)}
                onOpen={(at) => onApply(entries[at]?.filter ?? '')}
                onRowKey={onRowKey}
                renderRow={(at) => {
                  const entry = entries[at];
                  if (entry === undefined) return null;
                  return (
                    <SavedRow
                      entry={entry}
                      words={words}
                      onApply={() => onApply(entry.filter)}
                      onRename={() => setFace({ kind: 'name', of: entry.name })}
                      onRemove={() => remove(entry)}
                    />
                  );
                }}
              />
            </div>
          )}
          <div role="status" className="saved-status">
            {choices.failure === undefined ? null : <p className="saved-failure">{choices.failure}</p>}
            {removed === undefined ? null : (
              <p>
                <span className="saved-removed">{words.removed(removed.name)}</span>
                <Button
                  label={words.undo}
                  kind="framed"
                  onPress={() => {
                    choices.onSave(removed.name, removed.filter);
                    setChosen(removed.name);
                    setRemoved(undefined);
                    list.current?.focus();
                  }}
                />
              </p>
            )}
          </div>
          {isEmpty ? null : <p className="saved-keys quiet">{words.keys}</p>}
        </>
      )}
    </div>
  );
}

/** Hangs the menu below the field, at its right end, inside of the window and outside of whatever the field scrolls in. */
function hang(menu: HTMLElement, field: Element): void {
  const below = field.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(below.left, below.right - width), window.innerWidth - width - EDGE);
  const top = Math.min(below.bottom + 3, window.innerHeight - height - EDGE);
  menu.style.left = `${Math.max(EDGE, left)}px`;
  menu.style.top = `${Math.max(EDGE, top)}px`;
}

interface SavedRowProps {
  readonly entry: SavedFilterEntry;
  readonly words: SavedFilterWords;
  readonly onApply: () => void;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}

/** The buttons are for the mouse: the list has keys for both. */
function SavedRow({ entry, words, onApply, onRename, onRemove }: SavedRowProps): ReactNode {
  const byMouse = { tabIndex: -1, onDoubleClick: (event: { stopPropagation(): void }) => event.stopPropagation() };
  return (
    <>
      <div role="gridcell" className="saved-cell" title={entry.filter} onClick={onApply}>
        <span className="saved-name">{entry.name}</span>
        {entry.note === undefined ? null : <span className="saved-note quiet">{entry.note}</span>}
        <span className="saved-text mono quiet">{entry.filter}</span>
      </div>
      <div role="gridcell" className="saved-buttons">
        <Button label={`${words.rename}: ${entry.name}`} attributes={byMouse} onPress={onRename}>
          <Pencil aria-hidden />
        </Button>
        <Button label={`${words.remove}: ${entry.name}`} attributes={byMouse} onPress={onRemove}>
          <Trash2 aria-hidden />
        </Button>
      </div>
    </>
  );
}
