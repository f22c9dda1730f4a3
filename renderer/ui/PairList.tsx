/** A list of names with values that grows by itself: User Properties, headers. Names may repeat and order counts. */

import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';

export type Pair = readonly [name: string, value: string];

export interface PairListProps {
  readonly label: string;
  readonly nameLabel: string;
  readonly valueLabel: string;
  readonly addLabel: string;
  readonly removeLabel: string;
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
  /** What an empty value of that name stands for; the value's label where there is nothing to say. */
  readonly emptyValue?: (name: string) => string | undefined;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
}

export function PairList(props: PairListProps): ReactNode {
  const { pairs, onChange } = props;
  const note = props.fault ?? props.hint;
  const change = (index: number, pair: Pair) => onChange(pairs.with(index, pair));
  return (
    <div className="field-row field-row-top" role="group" aria-label={props.label}>
      <span>{props.label}</span>
      <span className="field-stack">
        {pairs.map((pair, index) => (
          <span key={index} className="pair">
            <input
              className="input mono"
              aria-label={`${props.nameLabel} ${index + 1}`}
              placeholder={props.nameLabel}
              value={pair[0]}
              spellCheck={false}
              onChange={(event) => change(index, [event.target.value, pair[1]])}
            />
            <input
              className="input mono"
              aria-label={`${props.valueLabel} ${index + 1}`}
              placeholder={props.emptyValue?.(pair[0]) ?? props.valueLabel}
              value={pair[1]}
              spellCheck={false}
              onChange={(event) => change(index, [pair[0], event.target.value])}
            />
            <Button label={`${props.removeLabel} ${index + 1}`} onPress={() => onChange(pairs.toSpliced(index, 1))}>
              <X aria-hidden />
            </Button>
          </span>
        ))}
        <span>
          <Button label={props.addLabel} onPress={() => onChange([...pairs, ['', '']])}>
            <Plus aria-hidden />
            {props.addLabel}
          </Button>
        </span>
      </span>
      {note === undefined ? null : (
        <span className={`field-hint ${props.fault === undefined ? '' : 'field-error'}`}>{note}</span>
      )}
    </div>
  );
}
