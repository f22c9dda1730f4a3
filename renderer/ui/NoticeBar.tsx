/** A bar across a panel or the page: something that happened, what to do about it, and a way to close it. */

import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';

interface NoticeAction {
  readonly label: string;
  readonly onPress: () => void;
}

export interface NoticeBarProps {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly hint?: string | undefined;
  readonly action?: NoticeAction | undefined;
  /** Without it the bar stays for as long as what it says is true. */
  readonly dismiss?: NoticeAction | undefined;
}

const ICONS = { info: Info, warning: TriangleAlert, error: CircleAlert } as const;

export function NoticeBar({ level, text, hint, action, dismiss }: NoticeBarProps): ReactNode {
  const Icon = ICONS[level];
  return (
    <div className="notice" data-level={level} role={level === 'error' ? 'alert' : 'status'}>
      <Icon aria-hidden />
      <span className="grow">
        {text} {hint === undefined ? null : <span className="quiet">{hint}</span>}
      </span>
      {action === undefined ? null : <Button kind="framed" label={action.label} onPress={action.onPress} />}
      {dismiss === undefined ? null : (
        <Button label={dismiss.label} onPress={dismiss.onPress}>
          <X aria-hidden />
        </Button>
      )}
    </div>
  );
}
