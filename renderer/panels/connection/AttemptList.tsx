/** The attempts that are kept, newest first; the waterfall shows the chosen one. */

import type { ReactNode } from 'react';
import type { ConnectionAttempt } from '../../../shared/contract/connection-records.ts';
import type { ConnectionModel } from '../../model/connection-model.ts';
import { formatDuration, formatTime } from '../../model/format.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { connectionText } from './strings/text.ts';

export function AttemptList({ model }: { readonly model: ConnectionModel }): ReactNode {
  const t = useText(connectionText);
  const report = useModel(model.report);
  const shown = useModel(model.attempt);
  const attempts = (report?.attempts ?? []).toReversed();
  const dropped = report?.attemptsDropped ?? 0;
  if (attempts.length < 2 && dropped === 0) return null;
  return (
    <div className="connection-attempts" role="listbox" aria-label={t('attempts.label')} tabIndex={-1}>
      {attempts.map((attempt, index) => (
        <button
          key={attempt.connection}
          type="button"
          role="option"
          className="connection-attempt"
          aria-selected={attempt.connection === shown?.connection}
          onClick={() => model.choose(index === 0 ? undefined : attempt.connection)}
        >
          <span className="faint number">{attempt.connection + 1}</span>
          <span className="mono">{formatTime(attempt.startUs, 'clock', 0).slice(0, 12)}</span>
          <span className={`ellipsis ${attempt.failure === undefined ? 'quiet' : 'tone-error'}`}>
            {outcome(attempt, t)}
          </span>
        </button>
      ))}
      {dropped === 0 ? null : (
        <span className="connection-dropped quiet">{t('attempts.dropped', { count: dropped })}</span>
      )}
    </div>
  );
}

function outcome(attempt: ConnectionAttempt, t: typeof connectionText): string {
  const lasted = attempt.endUs === undefined ? '' : ` · ${formatDuration(attempt.endUs - attempt.startUs)}`;
  if (attempt.failure !== undefined) return `${attempt.failure.code}${lasted}`;
  if (attempt.endUs !== undefined) return `${t('attempt.ended')}${lasted}`;
  const connect = attempt.stages.find((stage) => stage.name === 'connect');
  return connect?.endUs !== undefined && !connect.failed ? t('attempt.ok') : t('attempt.running');
}
