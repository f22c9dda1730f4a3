/** The replays of this service: how far each is, what went wrong, and its buttons. */

import { Pause, Play, Square, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ReplayRecord } from '../../../shared/contract/replay-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { failureWords } from '../../model/error-text.ts';
import { formatDuration, formatInteger } from '../../model/format.ts';
import type { ReplayModel } from '../../model/replay-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { replayText } from './strings/text.ts';

export interface ReplayListProps {
  readonly app: AppModel;
  readonly model: ReplayModel;
}

export function ReplayList({ app, model }: ReplayListProps): ReactNode {
  const t = useText(replayText);
  const replays = useModel(app.inspector.replays);
  if (replays.length === 0) return <EmptyState text={t('list.none')} />;
  return (
    <div className="replay-list">
      <h2>{t('list.title')}</h2>
      {replays.toReversed().map((record) => (
        <OneReplay key={record.replay} app={app} model={model} record={record} />
      ))}
    </div>
  );
}

/** Lateness below this is the timers', milliseconds. */
const LATE_MS = 250;

function OneReplay({ app, model, record }: ReplayListProps & { readonly record: ReplayRecord }): ReactNode {
  const t = useText(replayText);
  const { state, sent, refused, missed, total, rounds, roundsWanted, leftMs, behindMs, lastFailure, nextSeq } = record;
  const isOver = state === 'done' || state === 'stopped';
  const all = total * Math.max(1, roundsWanted);
  const done = sent + refused + missed;
  const facts = [
    t(`state.${state}`),
    roundsWanted === 0 ? t('sent.endless', { sent, rounds }) : t('sent', { sent, count: all }),
    ...(roundsWanted > 1 && !isOver ? [t('round', { round: rounds + 1, of: roundsWanted })] : []),
    ...(leftMs === undefined || isOver ? [] : [t('left', { duration: formatDuration(leftMs * 1000) })]),
    ...(behindMs > LATE_MS && !isOver ? [t('behind', { duration: formatDuration(behindMs * 1000) })] : []),
    ...(refused > 0 ? [t('refused', { count: refused })] : []),
    ...(missed > 0 ? [t('missed', { count: missed })] : []),
  ];
  const label = t('replay.label', { from: record.fromName, to: record.toName });
  return (
    <section className="replay-one" aria-label={label} data-state={state}>
      <header>
        <h3 className="ellipsis grow" title={label}>
          {label}
        </h3>
        <span className="quiet">{record.speed === 0 ? t('speed.fastest') : `${record.speed} ×`}</span>
        {state === 'running' ? (
          <Button label={t('pause')} onPress={() => model.pause(record)}>
            <Pause aria-hidden />
          </Button>
        ) : null}
        {state === 'paused' || state === 'interrupted' ? (
          <Button label={t('resume')} onPress={() => model.resume(record)}>
            <Play aria-hidden />
          </Button>
        ) : null}
        <Button label={isOver ? t('remove') : t('stop')} onPress={() => model.stop(record)}>
          {isOver ? <X aria-hidden /> : <Square aria-hidden />}
        </Button>
      </header>
      <progress
        aria-label={t('progress')}
        max={Math.max(1, roundsWanted === 0 ? total : all)}
        {...(state === 'preparing' ? {} : { value: roundsWanted === 0 ? done - rounds * total : done })}
      />
      <p role="status">{facts.join(' · ')}</p>
      {state === 'interrupted' ? (
        <p className="tone-warning">
          {nextSeq === undefined ? t('interrupted') : t('interrupted.at', { packet: formatInteger(nextSeq + 1) })}
        </p>
      ) : null}
      {lastFailure === undefined ? null : <p className="tone-error">{failureWords(lastFailure).what}</p>}
      {nextSeq === undefined || isOver || state === 'running' ? null : (
        <button
          type="button"
          className="link"
          onClick={() => app.navigation.go({ to: 'packet', source: record.from, seq: nextSeq })}
        >
          {t('show-next', { packet: formatInteger(nextSeq + 1) })}
        </button>
      )}
    </section>
  );
}
