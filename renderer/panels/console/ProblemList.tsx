/** What the language server finds wrong in the scripts: a count, and on demand the list. */

import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useText } from '../../model/use-store.ts';
import type { Problem } from './language/python-language.ts';
import { consoleText } from './strings/text.ts';

const ICONS = { error: CircleAlert, warning: TriangleAlert, information: Info } as const;

export interface ProblemListProps {
  readonly problems: readonly Problem[];
  readonly onOpen: (problem: Problem) => void;
}

export function ProblemList({ problems, onOpen }: ProblemListProps): ReactNode {
  const t = useText(consoleText);
  const [open, setOpen] = useState(false);
  const worst = problems.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
  return (
    <section className="console-problems" aria-label={t('problems')}>
      <button
        type="button"
        className="console-problem-count quiet"
        data-severity={problems.length === 0 ? undefined : worst}
        aria-expanded={open && problems.length > 0}
        disabled={problems.length === 0}
        onClick={() => setOpen(!open)}
      >
        {problems.length === 0 ? null : worst === 'error' ? <CircleAlert aria-hidden /> : <TriangleAlert aria-hidden />}
        {problems.length === 0 ? t('problems.none') : t('problems.count', { count: problems.length })}
      </button>
      {open && problems.length > 0 ? (
        <ul className="console-problem-list">
          {problems.map((problem) => {
            const Icon = ICONS[problem.severity];
            return (
              <li key={`${problem.file}:${problem.line}:${problem.message}`}>
                <button type="button" data-severity={problem.severity} onClick={() => onOpen(problem)}>
                  <Icon aria-label={t(`problem.${problem.severity}`)} />
                  <span className="console-problem-text">{problem.message}</span>
                  <span className="quiet">{t('problems.at', { file: problem.file, line: problem.line })}</span>
                </button>
              </li>
            );
          })}
        </ul>
      ) : null}
    </section>
  );
}
