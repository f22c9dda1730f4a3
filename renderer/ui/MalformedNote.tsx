/** What is wrong with a packet: in words, as the decoder put it, and by the statement's number. */

import type { ReactNode } from 'react';

export interface MalformedNoteProps {
  readonly what: string;
  /** The decoder's own sentence, always English; absent where it is already in `what`. */
  readonly exact?: string | undefined;
  readonly rule: string;
}

export function MalformedNote({ what, exact, rule }: MalformedNoteProps): ReactNode {
  return (
    <p className="note" data-tone="error">
      {what} <code>{rule}</code>
      {exact === undefined ? null : (
        <>
          <br />
          <span className="quiet" lang="en">
            {exact}
          </span>
        </>
      )}
    </p>
  );
}
