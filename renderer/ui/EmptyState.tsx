/** What an empty pane says: one quiet line and what to do about it. */

import type { ReactNode } from 'react';
import { Button } from './Button.tsx';

export interface EmptyStateProps {
  readonly text: string;
  readonly action?: { readonly label: string; readonly onPress: () => void } | undefined;
  readonly children?: ReactNode;
}

export function EmptyState({ text, action, children }: EmptyStateProps): ReactNode {
  return (
    <div className="empty-state">
      <p>{text}</p>
      {children}
      {action === undefined ? null : <Button kind="framed" label={action.label} onPress={action.onPress} />}
    </div>
  );
}
