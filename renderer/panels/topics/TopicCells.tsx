/** One row of the tree. */

import { memo, type ReactNode } from 'react';
import { formatBytes, formatInteger } from '../../model/format.ts';
import { visibleLevel } from '../../model/topics-names.ts';
import type { PayloadPreview } from '../../model/topics-preview.ts';
import type { TopicRow } from '../../model/topics-rows.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { type TopicsText, topicsText } from './strings/text.ts';

const INDENT_PX = 14;
const NARROW = '\u202f';

export interface TopicCellsProps {
  readonly row: TopicRow;
  readonly nowUs: number;
  /** Changes each time the row is to light up; 0 for never. */
  readonly flash: number;
  /** The same function at each drawing. */
  readonly onToggle: (row: TopicRow) => void;
}

export const TopicCells = memo(function TopicCells({ row, nowUs, flash, onToggle }: TopicCellsProps): ReactNode {
  const t = topicsText;
  const own = row.lastSeq >= 0;
  return (
    <div className="topics-cells" role="presentation">
      {flash === 0 ? null : <span key={flash} className="topics-flash" aria-hidden />}
      <span role="gridcell" className="topics-name topics-clipped" style={{ paddingLeft: row.depth * INDENT_PX }}>
        {row.hasChildren ? (
          <button
            type="button"
            className="topics-twisty"
            tabIndex={-1}
            aria-label={row.expanded ? t('tree.collapse') : t('tree.expand')}
            onMouseDown={(event) => event.preventDefault()}
            onDoubleClick={(event) => event.stopPropagation()}
            onClick={() => onToggle(row)}
          >
            {row.expanded ? '▾' : '▸'}
          </button>
        ) : (
          <span className="topics-twisty" aria-hidden />
        )}
        <Level t={t} row={row} />
        {row.retained ? <Badge text={t('tree.retained')} tooltip={t('tree.retained-tooltip')} /> : null}
        {row.hasChildren && !row.expanded && row.subtreeTopics > 0 ? (
          <span className="faint topics-below">{t('tree.topics-below', { count: row.subtreeTopics })}</span>
        ) : null}
      </span>
      <span role="gridcell" className="right number topics-clipped">
        {row.hasChildren && row.messages > 0 ? <span className="faint">{formatInteger(row.messages)} / </span> : null}
        <span className={row.messages > 0 ? '' : 'quiet'}>{formatInteger(row.subtreeMessages)}</span>
      </span>
      <span role="gridcell" className="topics-rate number">
        {row.rate > 0 || row.spark.some((value) => value > 0) ? (
          <>
            <Sparkline values={row.spark} width={48} height={14} />
            <span className="right">{rateText(row.rate)}</span>
          </>
        ) : null}
      </span>
      <span role="gridcell" className="topics-value topics-clipped">
        {row.preview === undefined ? null : <Preview t={t} preview={row.preview} />}
      </span>
      <span role="gridcell" className={own && row.qos > 0 ? `tone-qos${row.qos}` : ''}>
        {own ? row.qos : ''}
      </span>
      <span role="gridcell" className="right number faint">
        {own ? formatBytes(row.payloadLength) : ''}
      </span>
      <span role="gridcell" className="right number faint">
        {own ? formatBytes(row.bytes) : ''}
      </span>
      <span role="gridcell" className="right number faint">
        {row.lastTimeUs > 0 ? ageText(nowUs - row.lastTimeUs) : ''}
      </span>
    </div>
  );
});

function Level({ t, row }: { readonly t: TopicsText; readonly row: TopicRow }): ReactNode {
  const quiet = row.isTopic ? '' : 'quiet';
  if (row.level === '')
    return (
      <span className={`topics-empty-level ${quiet}`} title={t('tree.empty-level-tooltip')}>
        {t('tree.empty-level')}
      </span>
    );
  return (
    <span className={`topics-level ${quiet} ${row.matched ? 'topics-matched' : ''}`} title={row.topic}>
      {visibleLevel(row.level)}
    </span>
  );
}

function Preview({ t, preview }: { readonly t: TopicsText; readonly preview: PayloadPreview }): ReactNode {
  return (
    <>
      <span className="topics-kind">{t.of(`kind.${preview.kind}`)}</span>
      <span className="ellipsis">{preview.text}</span>
      {preview.shown < preview.total ? (
        <span className="faint topics-cut">
          {t('preview.cut', { shown: preview.shown, total: formatBytes(preview.total) })}
        </span>
      ) : null}
    </>
  );
}

/** One decimal below ten, so that a slow topic does not read as silent. */
export function rateText(rate: number): string {
  if (rate <= 0) return '0';
  if (rate < 0.1) return '<0.1';
  return rate < 10 ? rate.toFixed(1) : formatInteger(Math.round(rate));
}

/** In whole units and only the largest: the row is drawn once a second, and the exact time stands beside the value. */
export function ageText(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1_000_000));
  if (seconds < 60) return `${seconds}${NARROW}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NARROW}min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}${NARROW}h`;
  return `${formatInteger(Math.floor(seconds / 86_400))}${NARROW}d`;
}
