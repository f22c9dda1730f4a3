/** Asks before something that cannot be undone, in a bar above what it concerns instead of a dialog over it. */

import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './Button.tsx';

export interface ConfirmBarProps {
  readonly question: string;
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function ConfirmBar({ question, confirm, cancel, onConfirm, onCancel }: ConfirmBarProps): ReactNode {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => bar.current?.querySelector('button')?.focus(), []);
  return (
    <div
      ref={bar}
      className="confirm"
      role="alertdialog"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <span className="grow">{question}</span>
      <Button kind="framed" label={cancel} onPress={onCancel} />
      <Button kind="framed" className="danger" label={confirm} onPress={onConfirm} />
    </div>
  );
}
