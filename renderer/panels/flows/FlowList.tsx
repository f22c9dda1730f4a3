/** One row an exchange. */

import { type ReactNode, type Ref, useCallback, useMemo, useState } from 'react';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { FlowsModel } from '../../model/flows-model.ts';
import { flowText } from '../../model/flow-ladder.ts';
import { type FlowRow, waitingUs } from '../../model/flows-rows.ts';
import { formatDuration, formatInteger, formatTime, type TimeFormat } from '../../model/format.ts';
import { quoteTerm } from '../../model/topics-names.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ContextMenu, type MenuEntry } from '../../ui/Menu.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { StateMark } from './StateMark.tsx';
import { flowsText } from './strings/text.ts';
import { useNowUs } from '../../ui/use-now.ts';

const COLUMNS = [
  'kind',
  'direction',
  'id',
  'topic',
  'state',
  'started',
  'duration',
  'waiting',
  'retries',
  'steps',
] as const;
const RIGHT: ReadonlySet<string> = new Set(['id', 'duration', 'waiting', 'retries', 'steps']);
const TOOLTIP: ReadonlySet<string> = new Set(['waiting', 'retries']);

export interface FlowListProps {
  readonly app: AppModel;
  readonly model: FlowsModel;
  readonly handle: Ref<VirtualListHandle>;
}

export function FlowList({ app, model, handle }: FlowListProps): ReactNode {
  const t = useText(flowsText);
  const push = useModel(model.push);
  const selected = useModel(model.selected);
  const following = useModel(model.following);
  const moved = useModel(model.moved);
  const failure = useModel(model.failure);
  const filter = useModel(model.filter);
  const timeFormat = useModelPart(app.inspector.settings, (settings) => settings.timeFormat);
  const nowUs = useNowUs(250, (push?.gauges.open ?? 0) + (push?.gauges.stalled ?? 0) > 0);
  const [menu, setMenu] = useState<{ readonly row: FlowRow; readonly x: number; readonly y: number }>();
  const onVisible = useCallback((from: number, count: number) => model.setVisible(from, count), [model]);
  const header = useMemo(
    () => (
      <div className="flows-cells flows-head" role="presentation">
        {COLUMNS.map((id) => (
          <span
            key={id}
            role="columnheader"
            className={RIGHT.has(id) ? 'right' : ''}
            title={TOOLTIP.has(id) ? t.of(`column.${id}-tooltip` as 'column.waiting-tooltip') : undefined}
          >
            {id === 'direction' ? (
              <span className="visually-hidden">{t('column.direction')}</span>
            ) : (
              t.of(`column.${id}`)
            )}
          </span>
        ))}
      </div>
    ),
    [t],
  );
  const empty =
    failure !== undefined ? (
      <EmptyState text={errorWords(failure).what} />
    ) : push === undefined ? undefined : filter.trim() === '' || push.all === 0 ? (
      <EmptyState text={t('empty.none')} />
    ) : (
      <EmptyState
        text={t('empty.filtered')}
        action={{ label: t('filter.clear'), onPress: () => void model.setFilter('') }}
      />
    );
  return (
    <div className="flows-list">
      <VirtualList
        handle={handle}
        label={t('list.label')}
        total={push?.total ?? 0}
        selected={selected}
        onSelect={(index) => model.select(index)}
        follow={following}
        moved={moved}
        onFollow={(on) => model.follow(on)}
        onVisible={onVisible}
        onOpen={(index) => {
          model.select(index);
          document.querySelector<HTMLElement>('.flows-ladder [role="button"]')?.focus();
        }}
        onContextMenu={(index, at) => {
          model.select(index);
          const row = model.row(index);
          if (row !== undefined) setMenu({ row, ...at });
        }}
        rowClass={(index) => {
          const state = model.row(index)?.state;
          return state === 'failed' || state === 'protocolError' ? 'flows-failed' : '';
        }}
        header={header}
        empty={empty}
        renderRow={(index) => {
          const row = model.row(index);
          return row === undefined ? (
            <span role="gridcell" />
          ) : (
            <Cells row={row} nowUs={nowUs} timeFormat={timeFormat} />
          );
        }}
      />
      <ContextMenu
        label={t('menu.label')}
        at={menu}
        onClose={() => setMenu(undefined)}
        entries={menu === undefined ? [] : menuEntries(app, model, menu.row)}
      />
    </div>
  );
}

function menuEntries(app: AppModel, model: FlowsModel, row: FlowRow): readonly MenuEntry[] {
  const t = flowsText;
  const { topic } = row;
  const { source } = model;
  const ladder = model.ladder.get();
  const first = ladder.step === 'loaded' && ladder.detail.flow === row.flow ? ladder.detail.steps[0]?.seq : undefined;
  const none = topic === '';
  return [
    {
      id: 'packet',
      title: t('menu.packet'),
      disabled: first === undefined,
      onPress: () => {
        if (first !== undefined) app.navigation.go({ to: 'packet', source, seq: first });
      },
    },
    {
      id: 'packets',
      title: t('menu.packets'),
      disabled: none,
      onPress: () => app.navigation.go({ to: 'packets', source, filter: `topic:${quoteTerm(topic)}` }),
    },
    {
      id: 'topic',
      title: t('menu.topic'),
      disabled: none,
      onPress: () => app.navigation.go({ to: 'topic', source, topic }),
    },
    ...(['a', 'b'] as const).map((side) => ({
      id: `compare-${side}`,
      title: t(`menu.compare.${side}`),
      onPress: () => app.navigation.go({ to: 'compare', source, side, flow: row.flow }),
    })),
    {
      id: 'copy',
      title: t('menu.copy-topic'),
      disabled: none,
      onPress: () => void app.actions.copy(topic),
    },
  ];
}

interface CellsProps {
  readonly row: FlowRow;
  readonly nowUs: number;
  readonly timeFormat: TimeFormat;
}

function Cells({ row, nowUs, timeFormat }: CellsProps): ReactNode {
  const t = flowsText;
  const waited = waitingUs(row, nowUs);
  const qos = row.kind === 'publish1' ? 'tone-qos1' : row.kind === 'publish2' ? 'tone-qos2' : '';
  return (
    <div className="flows-cells" role="presentation">
      <span role="gridcell" className={`flows-clipped ${qos}`}>
        {flowText(`kind.${row.kind}`)}
      </span>
      <span
        role="gridcell"
        className={row.fromClient ? 'tone-out' : 'tone-in'}
        title={row.fromClient ? t('direction.out') : t('direction.in')}
      >
        {row.fromClient ? '→' : '←'}
      </span>
      <span role="gridcell" className="right number faint">
        {row.packetId === 0 ? '' : row.packetId}
      </span>
      <span role="gridcell" className="flows-clipped" title={row.topic}>
        {row.topic}
      </span>
      <span role="gridcell" className="flows-clipped">
        <StateMark state={row.state} awaits={row.awaits} />
      </span>
      <span role="gridcell" className="number">
        {formatTime(row.startUs, timeFormat === 'relative' ? 'clock' : timeFormat, 0)}
      </span>
      <span role="gridcell" className="right number">
        {row.steps > 1 ? formatDuration(row.durationUs) : ''}
      </span>
      <span role="gridcell" className={`right number ${row.state === 'stalled' ? 'tone-warning' : 'quiet'}`}>
        {waited === undefined ? '' : formatDuration(waited)}
      </span>
      <span role="gridcell" className={`right number ${row.retries > 0 ? 'tone-warning' : 'faint'}`}>
        {row.retries > 0 ? formatInteger(row.retries) : ''}
      </span>
      <span role="gridcell" className="right number faint">
        {formatInteger(row.steps)}
      </span>
    </div>
  );
}
