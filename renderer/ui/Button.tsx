/** Buttons of bars and panes: an icon or words, with a name for screen readers and the keys in the tooltip. */

import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps {
  /** Spoken name and tooltip; also the text where there are no children. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly kind?: 'plain' | 'framed' | 'primary' | 'danger';
  /** A button that stays down: `true` or `false` make it a toggle. */
  readonly pressed?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly onPress: () => void;
  readonly children?: ReactNode;
  readonly className?: string;
  readonly attributes?: ButtonHTMLAttributes<HTMLButtonElement>;
}

export function Button(props: ButtonProps): ReactNode {
  const { label, keys, kind = 'plain', pressed, disabled, onPress, children, className = '' } = props;
  const hasOwnFace = children !== undefined;
  return (
    <button
      type="button"
      className={`button ${kind === 'plain' ? '' : kind} ${className}`}
      aria-label={hasOwnFace ? label : undefined}
      title={hasOwnFace || keys !== undefined ? `${label}${keys === undefined ? '' : ` (${keys})`}` : undefined}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
      {...props.attributes}
    >
      {children ?? label}
    </button>
  );
}
