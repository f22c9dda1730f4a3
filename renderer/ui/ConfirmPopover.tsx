/** Asks before something that cannot be undone, right below what it concerns. */

import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './Button.tsx';

export interface ConfirmPopoverProps {
  /** Id of the element that the question hangs below. */
  readonly anchor: string;
  readonly question: string;
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function ConfirmPopover(props: ConfirmPopoverProps): ReactNode {
  const { anchor, question, onCancel } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const below = document.getElementById(anchor)?.getBoundingClientRect();
    element.style.left = `${below?.left ?? 8}px`;
    element.style.top = `${(below?.bottom ?? 34) + 4}px`;
    element.querySelector('button')?.focus();
  }, [anchor]);
  return (
    <div
      ref={box}
      className="popover confirm-popover"
      role="alertdialog"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <p>{question}</p>
      <div className="bar-buttons">
        <Button kind="framed" label={props.cancel} onPress={onCancel} />
        <Button kind="framed" className="danger" label={props.confirm} onPress={props.onConfirm} />
      </div>
    </div>
  );
}
