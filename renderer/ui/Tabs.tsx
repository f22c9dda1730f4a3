/** A row of tabs that arrow keys walk; the panels below belong to the caller. */

import type { KeyboardEvent, ReactNode } from 'react';

export interface TabItem {
  readonly id: string;
  readonly title: string;
  readonly badge?: string | undefined;
  readonly badgeTone?: 'warning' | 'error' | undefined;
  readonly tooltip?: string | undefined;
}

export interface TabsProps {
  readonly label: string;
  readonly items: readonly TabItem[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** Id prefix: a tab is `prefix-tab-id`, its panel should be `prefix-panel-id`. */
  readonly prefix: string;
}

export function Tabs({ label, items, selected, onSelect, prefix }: TabsProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = items.findIndex((item) => item.id === selected);
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % items.length,
      ArrowLeft: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    const target = items[moves[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    onSelect(target.id);
    event.currentTarget.querySelector<HTMLElement>(`#${CSS.escape(`${prefix}-tab-${target.id}`)}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.id}
          id={`${prefix}-tab-${item.id}`}
          type="button"
          role="tab"
          className="tab"
          title={item.tooltip}
          aria-selected={item.id === selected}
          aria-controls={item.id === selected ? `${prefix}-panel-${item.id}` : undefined}
          tabIndex={item.id === selected ? 0 : -1}
          onClick={() => onSelect(item.id)}
        >
          {item.title}
          {item.badge === undefined ? null : (
            <span className="tab-badge" data-tone={item.badgeTone}>
              {item.badge}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
