/** A section of a form or pane that opens under its title, with a word on what it holds while closed. */

import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';

export interface DisclosureProps {
  readonly title: string;
  /** What is set inside; also shown while closed. */
  readonly summary?: string | undefined;
  readonly tone?: 'error' | 'warning' | undefined;
  readonly open?: boolean;
  readonly children: ReactNode;
}

export function Disclosure({ title, summary, tone, open: initially = false, children }: DisclosureProps): ReactNode {
  const id = useId();
  const [open, setOpen] = useState(initially);
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
