/** The name of a saved filter, new or changed, with what it stands for below. */

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import type { SavedFilterWords } from './saved-filter-choices.ts';

export interface SavedFilterNameProps {
  readonly words: SavedFilterWords;
  readonly filter: string;
  /** The name so far; absent for a filter that has none yet. */
  readonly name: string | undefined;
  /** Names that are in use. */
  readonly taken: readonly string[];
  readonly longest: number;
  readonly onDone: (name: string) => void;
  readonly onCancel: () => void;
}

export function SavedFilterName(props: SavedFilterNameProps): ReactNode {
  const { words, filter, name: before, taken, longest } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(before ?? filter.slice(0, longest));
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const name = typed.trim();
  const isTaken = name !== before && taken.includes(name);
  const refused = name === '' || (isTaken && before !== undefined);
  const note = isTaken ? (before === undefined ? words.replaces : words.taken) : undefined;
  const done = (): void => {
    if (name === before) props.onCancel();
    else if (!refused) props.onDone(name);
  };
  // No form: the field may stand in one, which Enter must not send.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    done();
  };
  return (
    <div className="saved-form">
      <label htmlFor={id}>{words.name}</label>
      <input
        ref={input}
        id={id}
        className="input"
        value={typed}
        maxLength={longest}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={isTaken && before !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="saved-text mono quiet" title={filter}>
        {filter}
      </p>
      <p id={`${id}-note`} role="status" className={before === undefined ? 'saved-warning' : 'saved-failure'}>
        {note}
      </p>
      <div className="bar-buttons">
        <Button kind="framed" label={words.cancel} onPress={props.onCancel} />
        <Button
          kind="primary"
          label={before === undefined ? words.keep : words.rename}
          disabled={refused}
          onPress={done}
        />
      </div>
    </div>
  );
}
