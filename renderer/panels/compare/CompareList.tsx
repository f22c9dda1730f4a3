/** Both sides row by row: what stands on one line answers to each other. */

import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { COMPARED } from '../../../shared/contract/comparison-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { CompareModel, CompareRow } from '../../model/compare-model.ts';
import { formatDelta, formatInteger } from '../../model/format.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { type CompareText, compareText } from './strings/text.ts';

export interface CompareListProps {
  readonly app: AppModel;
  readonly model: CompareModel;
}

export function CompareList({ model }: CompareListProps): ReactNode {
  const t = useText(compareText);
  const record = useModel(model.record);
  const only = useModel(model.only);
  const selected = useModel(model.selected);
  const wanted = useModel(model.wanted);
  useModel(model.revision);
  const list = useRef<VirtualListHandle>(null);
  const setVisible = useCallback((from: number, count: number) => model.setVisible(from, count), [model]);
  const total = record?.state !== 'done' ? 0 : only === 'all' ? record.total : record.differing;
  useEffect(() => {
    if (wanted === undefined || wanted >= total) return undefined;
    // The list may be new, and the row that opens below takes room from it: both are done by the next frame but one.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        list.current?.reveal(wanted, 'centre');
        model.showed();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [model, wanted, total]);
  const at = selected === undefined ? -1 : only === 'all' ? selected.row : model.selectedDifference;
  if (record === undefined) return <EmptyState text={t('empty')} />;
  if (record.state !== 'done') return <EmptyState text={t(`state.${record.state}`)} />;
  return (
    <VirtualList
      key={`${record.comparison}-${only}`}
      handle={list}
      label={t('list')}
      total={total}
      header={<Heads t={t} />}
      selected={at}
      onSelect={(index) => model.select(index)}
      onVisible={setVisible}
      rowClass={(index) => classOf(model.rowAt(index)?.flags ?? 0)}
      renderRow={(index) => {
        const row = model.rowAt(index);
        return row === undefined ? <div className="compare-cells" role="presentation" /> : <Cells t={t} row={row} />;
      }}
      empty={<EmptyState text={t(only === 'differences' ? 'same' : 'nothing')} />}
    />
  );
}

function classOf(flags: number): string {
  if ((flags & COMPARED.onlyA) !== 0) return 'compare-only-a';
  if ((flags & COMPARED.onlyB) !== 0) return 'compare-only-b';
  return flags === 0 ? 'compare-same' : 'compare-changed';
}

function Heads({ t }: { readonly t: CompareText }): ReactNode {
  return (
    <div className="compare-cells" role="presentation">
      {(['a', 'b'] as const).map((side) => (
        <span key={side} className="compare-half" role="presentation">
          <span role="columnheader">{t(`column.${side}`)}</span>
          <span role="columnheader">{t('column.time')}</span>
          <span role="columnheader">{t('column.packet')}</span>
        </span>
      ))}
      <span role="columnheader">{t('column.difference')}</span>
    </div>
  );
}

function Cells({ t, row }: { readonly t: CompareText; readonly row: CompareRow }): ReactNode {
  const { flags } = row;
  const sign = (flags & COMPARED.onlyA) !== 0 ? '−' : (flags & COMPARED.onlyB) !== 0 ? '+' : flags === 0 ? '=' : '≠';
  return (
    <div className="compare-cells" role="presentation">
      <Half seq={row.seqA} time={row.timeA} row={row} />
      <Half seq={row.seqB} time={row.timeB} row={row} />
      <span role="gridcell" className="compare-how ellipsis">
        <b aria-hidden>{sign}</b> {differenceWords(t, row).join(' · ')}
      </span>
    </div>
  );
}

function Half({
  seq,
  time,
  row,
}: {
  readonly seq: number | undefined;
  readonly time: number;
  readonly row: CompareRow;
}): ReactNode {
  if (seq === undefined)
    return (
      <span className="compare-half" role="presentation">
        <span role="gridcell" />
      </span>
    );
  return (
    <span className="compare-half" role="presentation">
      <span role="gridcell" className="number faint">
        {formatInteger(seq + 1)}
      </span>
      <span role="gridcell" className="number quiet">
        {formatDelta(time)}
      </span>
      <span role="gridcell" className="ellipsis">
        {TYPE_NAMES[row.type]} {row.topic}
      </span>
    </span>
  );
}

/** How a row differs; empty where it does not. */
export function differenceWords(t: CompareText, { flags, timeA, timeB }: CompareRow): string[] {
  const has = (bit: number): boolean => (flags & bit) !== 0;
  return [
    ...(has(COMPARED.onlyA) ? [t('how.onlyA')] : []),
    ...(has(COMPARED.onlyB) ? [t('how.onlyB')] : []),
    ...(has(COMPARED.fields) ? [t('how.fields')] : []),
    ...(has(COMPARED.payload) ? [t('how.payload')] : []),
    ...(has(COMPARED.moved) ? [t('how.moved')] : []),
    ...(has(COMPARED.late) ? [t('how.late', { time: formatDelta(timeB - timeA) })] : []),
  ];
}
