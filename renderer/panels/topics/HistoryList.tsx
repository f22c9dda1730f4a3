/** The messages of the topic: pick one to see it, mark another to compare with it. */

import { ArrowDownToLine } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Seq } from '../../../shared/contract/identifiers.ts';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes, formatDelta, formatInteger } from '../../model/format.ts';
import type { TopicDetail } from '../../model/topics-detail.ts';
import type { HistoryRow } from '../../model/topics-history.ts';
import type { PayloadPreview } from '../../model/topics-preview.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { type TopicsText, topicsText } from './strings/text.ts';
import { messageTime } from './time-text.ts';

export interface HistoryListProps {
  readonly app: AppModel;
  readonly detail: TopicDetail;
}

export function HistoryList({ app, detail }: HistoryListProps): ReactNode {
  const t = useText(topicsText);
  const { history } = detail;
  const push = useModel(history.push);
  const following = useModel(history.following);
  const previews = useModel(history.previews);
  const failure = useModel(history.failure);
  const picked = useModel(detail.picked);
  const newest = useModel(detail.newest);
  const other = useModel(detail.other);
  const timeFormat = useModelPart(app.inspector.settings, (settings) => settings.timeFormat);
  /** Where the keys are, before the row there has arrived. */
  const [cursor, setCursor] = useState(-1);
  const onVisible = useCallback((from: number, count: number) => history.setVisible(from, count), [history]);
  useEffect(() => {
    const visible = history.show();
    return () => visible[Symbol.dispose]();
  }, [history]);
  const shown = picked ?? newest;
  const total = push?.total ?? 0;
  const rowShown = shown === undefined ? -1 : history.rowOf(shown);
  const select = (index: number) => {
    setCursor(index);
    const seq = history.row(index)?.seq;
    if (seq !== undefined) detail.pick(index === total - 1 && seq === newest ? undefined : seq);
  };
  return (
    <div className="topics-history" data-history="">
      <div className="topics-history-head">
        <h2>{t('history.title')}</h2>
        <span className="quiet number">
          {push === undefined || push.unscanned > 0 ? t('history.counting') : t('history.count', { count: total })}
        </span>
        <span className="grow" />
        <span className="faint ellipsis">{t('history.hint')}</span>
        <Button
          label={t('history.follow')}
          pressed={following}
          onPress={() => {
            history.follow(!following);
            if (!following) detail.pick(undefined);
          }}
        >
          <ArrowDownToLine aria-hidden />
        </Button>
      </div>
      <div className="topics-history-list">
        <VirtualList
          label={t('history.label')}
          total={total}
          selected={rowShown >= 0 ? rowShown : cursor}
          onSelect={select}
          follow={following}
          onFollow={(on) => history.follow(on)}
          onVisible={onVisible}
          onOpen={(index) => {
            const seq = history.row(index)?.seq;
            if (seq !== undefined) app.navigation.go({ to: 'packet', source: app.navigation.source.get() ?? 0, seq });
          }}
          onRowKey={(event, index) => {
            if (event.key !== ' ') return;
            event.preventDefault();
            const seq = history.row(index)?.seq;
            if (seq !== undefined) detail.compareWith(seq);
          }}
          header={
            <div className="topics-history-cells" role="presentation">
              <span role="columnheader" aria-label={t('history.compare')}>
                ⇄
              </span>
              <span role="columnheader">#</span>
              <span role="columnheader">{t('history.time')}</span>
              <span role="columnheader">{t('history.since')}</span>
              <span role="columnheader">{t('history.value')}</span>
              <span role="columnheader" className="right">
                {t('history.size')}
              </span>
            </div>
          }
          empty={
            failure === undefined ? (
              push === undefined ? undefined : (
                <EmptyState text={push.unscanned > 0 ? t('history.counting') : t('history.empty')} />
              )
            ) : (
              <EmptyState text={errorWords(failure).what} />
            )
          }
          renderRow={(index) => {
            const row = history.row(index);
            if (row === undefined) return null;
            return (
              <HistoryCells
                t={t}
                row={row}
                time={messageTime(row.timeUs, timeFormat)}
                preview={previews.get(row.seq)}
                compared={other === row.seq}
                onCompare={(seq) => detail.compareWith(seq)}
              />
            );
          }}
        />
      </div>
    </div>
  );
}

interface HistoryCellsProps {
  readonly t: TopicsText;
  readonly row: HistoryRow;
  readonly time: string;
  /** Null where the packet is gone, undefined until it was looked at. */
  readonly preview: PayloadPreview | null | undefined;
  readonly compared: boolean;
  readonly onCompare: (seq: Seq) => void;
}

function HistoryCells({ t, row, time, preview, compared, onCompare }: HistoryCellsProps): ReactNode {
  return (
    <div className="topics-history-cells" role="presentation">
      <span role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t('history.compare')}
          title={t('history.compare')}
          checked={compared}
          onMouseDown={(event) => event.stopPropagation()}
          onChange={() => onCompare(row.seq)}
        />
      </span>
      <span role="gridcell" className="faint number">
        {formatInteger(row.seq + 1)}
      </span>
      <span role="gridcell" className="number">
        <span
          className={row.fromClient ? 'tone-out' : 'tone-in'}
          title={row.fromClient ? t('detail.out') : t('detail.in')}
        >
          {row.fromClient ? '→' : '←'}
        </span>{' '}
        {time}
      </span>
      <span role="gridcell" className="faint number">
        {formatDelta(row.sinceUs)}
      </span>
      <span role="gridcell" className="topics-value">
        {row.qos > 0 ? <span className={`tone-qos${row.qos}`}>q{row.qos}</span> : null}
        {row.retain ? <Badge text={t('detail.retained')} /> : null}
        {row.dup ? <Badge text={t('detail.dup')} tone="warning" /> : null}
        <span className={preview === null ? 'faint' : 'ellipsis'}>
          {preview === null ? t('history.gone') : (preview?.text ?? '')}
        </span>
        {preview === null || preview === undefined || preview.shown >= preview.total ? null : (
          <span className="faint topics-cut">
            {t('preview.cut', { shown: preview.shown, total: formatBytes(preview.total) })}
          </span>
        )}
      </span>
      <span role="gridcell" className="right number faint">
        {formatBytes(row.length)}
      </span>
    </div>
  );
}
