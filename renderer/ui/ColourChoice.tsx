/** One of the named colours: a radio group of swatches, the name of the chosen one beside them. */

import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { COLOURS, type Colour } from '../../shared/contract/colours.ts';

export interface ColourChoiceProps {
  readonly label: string;
  readonly nameOf: (colour: Colour) => string;
  readonly chosen: Colour;
  readonly onChoose: (colour: Colour) => void;
}

export function ColourChoice({ label, nameOf, chosen, onChoose }: ColourChoiceProps): ReactNode {
  const name = useId();
  return (
    <span className="swatches" role="radiogroup" aria-label={label}>
      {COLOURS.map((colour) => (
        <label key={colour} className="swatch" data-colour={colour} title={nameOf(colour)}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            aria-label={nameOf(colour)}
            checked={colour === chosen}
            onChange={() => onChoose(colour)}
          />
          {colour === chosen ? <Check aria-hidden /> : null}
        </label>
      ))}
      <span className="quiet" aria-hidden>
        {nameOf(chosen)}
      </span>
    </span>
  );
}
