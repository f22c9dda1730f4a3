/** A section of a form or pane that opens under its title, with a word on what it holds while closed. */

import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';

export interface DisclosureProps {
  readonly title: string;
  /** What is set inside; also shown while closed. */
  readonly summary?: string | undefined;
  readonly tone?: 'error' | 'warning' | undefined;
  /** Opens it, at first or later; the user may close it again. */
  readonly open?: boolean;
  readonly children: ReactNode;
}

export function Disclosure({ title, summary, tone, open: asked = false, children }: DisclosureProps): ReactNode {
  const id = useId();
  const [open, setOpen] = useState(asked);
  const [heard, setHeard] = useState(asked);
  if (asked !== heard) {
    setHeard(asked);
    if (asked) setOpen(true);
  }
  return (
    <section className="disclosure">
      <button
        type="button"
        className="disclosure-head"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
        <span>{title}</span>
        {summary === undefined || summary === '' ? null : (
          <span className={`ellipsis ${tone === undefined ? 'quiet' : `tone-${tone}`}`}>{summary}</span>
        )}
      </button>
      {open ? (
        <div id={id} className="disclosure-body">
          {children}
        </div>
      ) : null}
    </section>
  );
}
