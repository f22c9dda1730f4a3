/** A small framed word beside a value: `retain`, `dup`, a count. */

import type { ReactNode } from 'react';

export interface BadgeProps {
  readonly text: string;
  readonly tone?: 'warning' | 'error' | 'accent' | undefined;
  readonly tooltip?: string | undefined;
}

export function Badge({ text, tone, tooltip }: BadgeProps): ReactNode {
  return (
    <span className="badge" data-tone={tone} title={tooltip}>
      {text}
    </span>
  );
}
