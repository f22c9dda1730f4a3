/** One of a few, as chips: a radio group whose arrows choose and of which Tab enters one. */

import type { KeyboardEvent, ReactNode } from 'react';

export interface Chip<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** Beside the title: a count. */
  readonly note?: string | undefined;
}

export interface ChipChoiceProps<Id extends string> {
  readonly label: string;
  readonly chips: readonly Chip<Id>[];
  /** None is marked where it is undefined. */
  readonly chosen: Id | undefined;
  readonly onChoose: (id: Id) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function ChipChoice<Id extends string>({ label, chips, chosen, onChoose }: ChipChoiceProps<Id>): ReactNode {
  const at = Math.max(
    0,
    chips.findIndex((chip) => chip.id === chosen),
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = (at + step + chips.length) % chips.length;
    const next = chips[to];
    if (next === undefined) return;
    onChoose(next.id);
    const button = event.currentTarget.children[to];
    if (button instanceof HTMLElement) button.focus();
  };
  return (
    <div className="chips" role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {chips.map((chip, index) => (
        <button
          key={chip.id}
          type="button"
          role="radio"
          className="chip"
          aria-checked={chip.id === chosen}
          tabIndex={index === at ? 0 : -1}
          onClick={() => onChoose(chip.id)}
        >
          {chip.title}
          {chip.note === undefined ? null : <span className="number">{chip.note}</span>}
        </button>
      ))}
    </div>
  );
}
