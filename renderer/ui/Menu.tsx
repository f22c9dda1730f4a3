/** Menus: one that a button opens, and one that opens at a point (right click, menu key). */

import { type ReactNode, useRef } from 'react';
import {
  Button as AriaButton,
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Popover,
  Separator,
  SubmenuTrigger,
} from 'react-aria-components';

export type MenuEntry =
  | { readonly separator: true }
  | {
      readonly id: string;
      readonly title: string;
      readonly keys?: string | undefined;
      readonly disabled?: boolean;
      /** Drawn with a mark; for choices. */
      readonly chosen?: boolean;
      readonly onPress?: () => void;
      readonly items?: readonly MenuEntry[];
    };

interface EntriesProps {
  readonly entries: readonly MenuEntry[];
  readonly label: string;
  readonly onClose?: () => void;
  /** Takes the keys as it opens; a menu of a button is given them by the button. */
  readonly takesKeys?: boolean;
}

function Entries({ entries, label, onClose, takesKeys = false }: EntriesProps): ReactNode {
  return (
    <AriaMenu
      className="menu"
      aria-label={label}
      {...(takesKeys ? { autoFocus: true } : {})}
      {...(onClose === undefined ? {} : { onClose })}
    >
      {entries.map((entry, index) => {
        if ('separator' in entry) return <Separator key={`separator-${index}`} className="menu-separator" />;
        const item = (
          <MenuItem
            key={entry.id}
            id={entry.id}
            className="menu-item"
            textValue={entry.title}
            isDisabled={entry.disabled ?? false}
            {...(entry.onPress === undefined ? {} : { onAction: entry.onPress })}
          >
            {entry.chosen === undefined ? null : (
              <span className="menu-mark" aria-hidden>
                {entry.chosen ? '✓' : ''}
              </span>
            )}
            {entry.title}
            {entry.chosen === true ? <span className="visually-hidden"> ✓</span> : null}
            {entry.keys === undefined ? null : <span className="menu-keys">{entry.keys}</span>}
            {entry.items === undefined ? null : (
              <span className="menu-keys" aria-hidden>
                ▸
              </span>
            )}
          </MenuItem>
        );
        if (entry.items === undefined) return item;
        return (
          <SubmenuTrigger key={entry.id}>
            {item}
            <Popover aria-label={entry.title}>
              <Entries entries={entry.items} label={entry.title} {...(onClose === undefined ? {} : { onClose })} />
            </Popover>
          </SubmenuTrigger>
        );
      })}
    </AriaMenu>
  );
}

export interface MenuButtonProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly children: ReactNode;
  readonly className?: string;
  readonly disabled?: boolean;
}

export function MenuButton({ label, entries, children, className = '', disabled = false }: MenuButtonProps): ReactNode {
  return (
    <MenuTrigger>
      <AriaButton className={`button ${className}`} aria-label={label} isDisabled={disabled}>
        {children}
      </AriaButton>
      <Popover aria-label={label}>
        <Entries entries={entries} label={label} />
      </Popover>
    </MenuTrigger>
  );
}

export interface ContextMenuProps {
  readonly label: string;
  /** Client coordinates; undefined is closed. */
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}

export function ContextMenu({ label, at, entries, onClose }: ContextMenuProps): ReactNode {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} aria-hidden style={{ position: 'fixed', left: at?.x ?? 0, top: at?.y ?? 0 }} />
      <Popover
        aria-label={label}
        triggerRef={anchor}
        isOpen={at !== undefined}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        placement="bottom start"
      >
        <Entries entries={entries} label={label} onClose={onClose} takesKeys />
      </Popover>
    </>
  );
}
