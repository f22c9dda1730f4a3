/** What changed between two messages, line by line. */

import { type ReactNode, useMemo, useState } from 'react';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes, formatInteger } from '../../model/format.ts';
import type { ComparedSide, CompareState } from '../../model/topics-compare.ts';
import type { TopicDetail } from '../../model/topics-detail.ts';
import { type DiffFold, type DiffLine, foldUnchanged } from '../../model/topics-diff.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { type TopicsText, topicsText } from './strings/text.ts';
import { messageTime } from './time-text.ts';

/** Lines drawn at most; how many more there are is said. */
const MAX_LINES = 4000;

export interface DifferenceViewProps {
  readonly app: AppModel;
  readonly detail: TopicDetail;
}

export function DifferenceView({ app, detail }: DifferenceViewProps): ReactNode {
  const t = useText(topicsText);
  const state = useModel(detail.difference.state);
  const other = useModel(detail.other);
  const timeFormat = useModelPart(app.inspector.settings, (settings) => settings.timeFormat);
  if (state.step === 'failed') return <EmptyState text={errorWords(state.error).what} />;
  if (state.step === 'first') return <EmptyState text={t('difference.first')} />;
  if (state.step !== 'done') return <EmptyState text={t('value.loading')} />;
  const sideText = (side: ComparedSide) => `#${formatInteger(side.seq + 1)} ${messageTime(side.timeUs, timeFormat)}`;
  const { added, removed } = state.diff;
  return (
    <div className="topics-difference">
      <div className="topics-value-bar">
        <span className="mono ellipsis">
          {sideText(state.before)} → {sideText(state.after)}
        </span>
        <span className="quiet">{other === undefined ? t('difference.previous') : t('difference.other')}</span>
        {other === undefined ? null : (
          <button type="button" className="link" onClick={() => detail.compareWith(undefined)}>
            {t('difference.clear')}
          </button>
        )}
        <span className="grow" />
        <span className="quiet number">
          {t('difference.changes', { added, removed })} · {t.of(`difference.as.${state.as}`)}
        </span>
      </div>
      <Limits t={t} state={state} />
      {added + removed === 0 ? (
        <p className="topics-note">{equalText(t, state)}</p>
      ) : (
        <DiffLines t={t} lines={state.diff.lines} />
      )}
    </div>
  );
}

type Done = Extract<CompareState, { readonly step: 'done' }>;

function isWhole({ before, after }: Done): boolean {
  return before.shown === before.total && after.shown === after.total;
}

function equalText(t: TopicsText, state: Done): string {
  if (!state.identical) return t('difference.equal-json');
  return isWhole(state) ? t('difference.equal') : t('difference.equal-part');
}

function Limits({ t, state }: { readonly t: TopicsText; readonly state: Done }): ReactNode {
  const part = (side: ComparedSide) =>
    side.shown === side.total
      ? formatBytes(side.total)
      : t('preview.cut', { shown: formatBytes(side.shown), total: formatBytes(side.total) });
  return (
    <>
      {isWhole(state) ? null : (
        <p className="topics-note">{t('difference.part', { before: part(state.before), after: part(state.after) })}</p>
      )}
      {state.diff.shortest ? null : <p className="topics-note">{t('difference.long')}</p>}
    </>
  );
}

function DiffLines({ t, lines }: { readonly t: TopicsText; readonly lines: readonly DiffLine[] }): ReactNode {
  const folded = useMemo(() => foldUnchanged(lines), [lines]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const shown = folded.slice(0, MAX_LINES);
  return (
    <div className="topics-diff mono" tabIndex={0} role="document" aria-label={t('difference.label')}>
      {shown.map((part, index) =>
        part.kind === 'fold' && !opened.has(index) ? (
          <Fold key={index} t={t} fold={part} onOpen={() => setOpened(new Set([...opened, index]))} />
        ) : (
          (part.kind === 'fold' ? part.lines : [part]).map((line) => (
            <Line key={`${index} ${line.before ?? ''} ${line.after ?? ''}`} t={t} line={line} />
          ))
        ),
      )}
      {folded.length > MAX_LINES ? (
        <p className="topics-note">{t('difference.cut', { count: folded.length - MAX_LINES })}</p>
      ) : null}
    </div>
  );
}

interface FoldProps {
  readonly t: TopicsText;
  readonly fold: DiffFold;
  readonly onOpen: () => void;
}

function Fold({ t, fold, onOpen }: FoldProps): ReactNode {
  return (
    <button type="button" className="topics-diff-fold" onClick={onOpen}>
      ⋯ {t('difference.fold', { count: fold.lines.length })}
    </button>
  );
}

const SIGN = { same: ' ', removed: '−', added: '+' } as const;

function Line({ t, line }: { readonly t: TopicsText; readonly line: DiffLine }): ReactNode {
  return (
    <div className="topics-diff-line" data-change={line.kind}>
      <span className="topics-diff-number">{line.before ?? ''}</span>
      <span className="topics-diff-number">{line.after ?? ''}</span>
      <span aria-hidden>{SIGN[line.kind]}</span>
      {line.kind === 'same' ? null : <span className="visually-hidden">{t.of(`difference.${line.kind}`)}: </span>}
      <span className="topics-diff-text">{line.text === '' ? '\u200b' : line.text}</span>
    </div>
  );
}
