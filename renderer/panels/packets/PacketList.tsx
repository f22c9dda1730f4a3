/** The list of packets: one memoised line each, so that a frame redraws only lines whose packet changed. */

import { ArrowDownToLine, CirclePause, Hand } from 'lucide-react';
import { type CSSProperties, memo, type ReactNode, type RefObject, useCallback, useEffect, useState } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { Settings } from '../../../shared/contract/settings.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes, formatDelta, formatInteger, formatTime } from '../../model/format.ts';
import { language } from '../../model/language.ts';
import { isFaulty, type PacketRow } from '../../model/packet-rows.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import type { PacketList as PacketListState, PacketsModel } from '../../model/packets.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ContextMenu, type MenuEntry } from '../../ui/Menu.tsx';
import { type RowAttributes, VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { choiceMenu } from './choice-menu.ts';
import { eventWords, failureContext } from './event-words.ts';
import { HandshakeBar } from './HandshakeBar.tsx';
import { InitiatorLink } from './InitiatorLink.tsx';
import { packetMenu } from './packet-menu.ts';
import { copyRows } from './row-copy.ts';
import { detailWords } from './packet-words.ts';
import { packetsText } from './strings/text.ts';

export interface PacketListProps {
  readonly app: AppModel;
  readonly model: PacketsModel;
  readonly handle: RefObject<VirtualListHandle | null>;
  readonly onOpen: () => void;
}

interface OpenMenu {
  readonly row: PacketRow;
  readonly x: number;
  readonly y: number;
}

export function PacketList({ app, model, handle, onOpen }: PacketListProps): ReactNode {
  const t = useText(packetsText);
  const code = useModel(language.code);
  const list = useModel(model.list);
  const following = useModel(model.following);
  const selection = useModel(model.selection);
  const { timeFormat } = useModel(app.inspector.settings);
  const script = useModel(app.inspector.sources).find(({ id }) => id === model.source)?.kind === 'script';
  const waiting = useModel(model.waiting);
  useModel(model.choice.changes);
  const choice = {
    isChosen: (index: number) => {
      const row = model.rowAt(index);
      return row !== undefined && model.choice.has(row.seq);
    },
    onAll: () => void model.chooseAll(),
    onCopy: () => void copyRows(app, model),
    mac: app.mac,
  };
  const [menu, setMenu] = useState<OpenMenu>();
  const setVisible = useCallback((from: number, count: number) => model.setVisible(from, count), [model]);
  const wanted = useModel(model.wantedRow);
  useEffect(() => {
    if (wanted === undefined || wanted >= list.total) return;
    handle.current?.reveal(wanted, 'centre');
    model.showedRow();
  }, [model, handle, wanted, list.total]);
  const rowClass = (index: number): string => {
    const row = model.rowAt(index);
    if (row === undefined) return '';
    if (row.type === 'event')
      return `event-row ${row.detail?.kind === 'event' && row.detail.event.endsWith('failed') ? 'faulty-row' : ''}`;
    return isFaulty(row) ? 'faulty-row' : '';
  };
  const rowColour = (index: number): RowAttributes => ({ 'data-colour': model.rowAt(index)?.mark?.colour });
  return (
    <div
      className="packet-list"
      data-script={script || undefined}
      style={{ '--packet-number': `${numberWidth(list)}px` } as CSSProperties}
      onMouseOver={(event) => showWhole(event.target, model)}
    >
      <VirtualList
        handle={handle}
        label={t('list.label')}
        total={list.total}
        initialRow={model.topRow}
        header={<Heads script={script} />}
        follow={following}
        moved={list.moved}
        onFollow={(on) => model.follow(on)}
        selected={selection?.row ?? -1}
        onSelect={(index, pick) => model.selectRow(index, pick)}
        choice={choice}
        onOpen={onOpen}
        onVisible={setVisible}
        onContextMenu={(index, at) => {
          const row = model.rowAt(index);
          if (row !== undefined) setMenu({ row, ...at });
        }}
        rowClass={rowClass}
        rowAttributes={rowColour}
        renderRow={(index) => {
          const row = model.rowAt(index);
          if (row === undefined) return <LoadingRow index={index} />;
          return (
            <PacketLine
              app={app}
              source={model.source}
              row={row}
              script={script}
              waiting={waiting.has(row.seq)}
              timeFormat={timeFormat}
              origin={timeFormat === 'relative' ? list.originUs : 0}
              code={code}
            />
          );
        }}
        empty={<ListEmpty model={model} />}
      />
      {following || list.total <= model.visibleRows ? null : (
        <button type="button" className="newest" onClick={() => model.follow(true)}>
          <ArrowDownToLine aria-hidden /> {t('list.newest')}
        </button>
      )}
      <ContextMenu
        label={t('menu.label')}
        at={menu}
        entries={menu === undefined ? [] : menuOf(app, model, menu.row)}
        onClose={() => setMenu(undefined)}
      />
    </div>
  );
}

/** Of all that are chosen, where the row is one of several. */
function menuOf(app: AppModel, model: PacketsModel, row: PacketRow): MenuEntry[] {
  const { choice } = model;
  return choice.count > 1 && choice.has(row.seq) ? choiceMenu(app, model) : packetMenu(app, model, row);
}

/** Of a digit in the list's font, pixels. */
const DIGIT_PX = 7.3;
/** As wide as five digits at least, so that the columns seldom move. */
const LEAST_DIGITS = 6;

/** Room for the largest number of the list, pixels. */
function numberWidth({ captured, rows }: PacketListState): number {
  const largest = Math.max(captured, (rows.at(-1)?.seq ?? 0) + 1);
  return Math.ceil(Math.max(LEAST_DIGITS, formatInteger(largest).length) * DIGIT_PX) + 16;
}

/** Bytes from which on the size is shown in units: more digits have no room. */
const LEAST_IN_UNITS = 1_000_000;

/**
 * Gives the text under the pointer as its tooltip where it is cut, and names the rule that colours the row; asked on hover, because a tooltip
 * for each row costs in every frame.
 */
function showWhole(target: EventTarget, model: PacketsModel): void {
  if (!(target instanceof HTMLElement)) return;
  const row = target.closest<HTMLElement>('.list-row');
  if (row === null) return;
  const mark = model.rowAt(Number(row.dataset['index']))?.mark;
  const words = mark === undefined ? '' : packetsText('mark.row', { name: mark.name });
  row.title = words;
  if (!target.matches('.ellipsis, .cell-event')) return;
  const whole = target.scrollWidth > target.clientWidth ? target.textContent : '';
  target.title = [whole, words].filter((part) => part !== '').join('\n');
}

const COLUMNS = ['number', 'time', 'delta', 'direction', 'type', 'qos', 'topic', 'size', 'handshake'] as const;
const SCRIPT_COLUMNS = [...COLUMNS, 'initiator'] as const;
const HELP = { size: 'column.size.help', handshake: 'column.handshake.help' } as const;

function Heads({ script }: { readonly script: boolean }): ReactNode {
  const t = useText(packetsText);
  return (
    <div className="packet-cells" role="presentation">
      {(script ? SCRIPT_COLUMNS : COLUMNS).map((column) => (
        <span
          key={column}
          role="columnheader"
          className={`cell-${column}`}
          title={column === 'size' || column === 'handshake' ? t(HELP[column]) : undefined}
        >
          {column === 'direction' ? (
            <span className="visually-hidden">{t('column.direction')}</span>
          ) : (
            t(`column.${column}`)
          )}
        </span>
      ))}
    </div>
  );
}

function ListEmpty({ model }: { readonly model: PacketsModel }): ReactNode {
  const t = useText(packetsText);
  const { captured, unscanned } = useModel(model.list);
  if (unscanned > 0) return <EmptyState text={t('list.scanning', { count: unscanned })} />;
  if (captured === 0) return <EmptyState text={t('list.empty')} />;
  return (
    <EmptyState text={t('list.no-match')} action={{ label: t('list.show-all'), onPress: () => model.showFilter('') }} />
  );
}

function LoadingRow({ index }: { readonly index: number }): ReactNode {
  return (
    <div className="packet-cells" role="presentation">
      <span role="gridcell" className="cell-number faint">
        {formatInteger(index + 1)}
      </span>
    </div>
  );
}

interface PacketLineProps {
  readonly app: AppModel;
  readonly source: SourceId;
  readonly row: PacketRow;
  /** Its source is a client of a script: packets have initiators. */
  readonly script: boolean;
  /** At a breakpoint, for a user's word. */
  readonly waiting: boolean;
  readonly timeFormat: Settings['timeFormat'];
  readonly origin: number;
  /** Draws again when the language changed. */
  readonly code: string;
}

const PacketLine = memo(function PacketLine(props: PacketLineProps): ReactNode {
  const { app, source, row, script, waiting, timeFormat, origin } = props;
  const t = packetsText;
  const time = formatTime(row.timeUs, timeFormat, origin);
  if (row.type === 'event')
    return (
      <div className="packet-cells" role="presentation">
        <span role="gridcell" className="cell-number">
          {formatInteger(row.seq + 1)}
        </span>
        <span role="gridcell" className="cell-time">
          {time}
        </span>
        <span role="gridcell" className="cell-event">
          {eventWords(row, failureContext(app, source))}
          {row.commented ? <Badge text={t('flag.comment')} /> : null}
          <MarkWords row={row} />
        </span>
      </div>
    );
  const detail = detailWords(row);
  return (
    <div className="packet-cells" role="presentation">
      <span role="gridcell" className="cell-number">
        {formatInteger(row.seq + 1)}
      </span>
      <span role="gridcell" className="cell-time">
        {time}
      </span>
      <span role="gridcell" className="cell-delta">
        {formatDelta(row.deltaUs)}
      </span>
      <span
        role="gridcell"
        className={`cell-direction ${row.up ? 'tone-out' : 'tone-in'}`}
        aria-label={row.up ? t('direction.up') : t('direction.down')}
      >
        {row.up ? '→' : '←'}
      </span>
      <span role="gridcell" className="cell-type">
        {TYPE_NAMES[row.type]}
      </span>
      <span role="gridcell" className={`cell-qos ${row.qos === 1 || row.qos === 2 ? `tone-qos${row.qos}` : ''}`}>
        {row.qos}
      </span>
      <span role="gridcell" className="cell-topic">
        {row.intervened ? (
          <span className="intervened-mark" role="img" aria-label={t('flag.intervened')} title={t('flag.intervened')}>
            <Hand aria-hidden />
          </span>
        ) : null}
        {waiting ? (
          <span className="intervened-mark" role="img" aria-label={t('flag.waiting')} title={t('flag.waiting')}>
            <CirclePause aria-hidden />
          </span>
        ) : null}
        <span className="ellipsis">{detail}</span>
        {row.retain ? <Badge text={t('flag.retain')} /> : null}
        {row.dup ? <Badge text={t('flag.dup')} /> : null}
        {row.truncated ? <Badge text={t('flag.truncated')} tone="warning" /> : null}
        {row.refused ? <Badge text={t('flag.refused')} tone="warning" /> : null}
        {row.commented ? <Badge text={t('flag.comment')} /> : null}
        <MarkWords row={row} />
      </span>
      <span role="gridcell" className="cell-size">
        {row.length < LEAST_IN_UNITS ? formatInteger(row.length) : formatBytes(row.length)}
      </span>
      <span role="gridcell" className="cell-handshake">
        {row.flowStart ? <HandshakeBar row={row} /> : null}
      </span>
      {script ? (
        <span role="gridcell" className="cell-initiator">
          {row.initiator === '' ? null : <InitiatorLink app={app} initiator={row.initiator} reachable={false} />}
        </span>
      ) : null}
    </div>
  );
});

/** The rule that colours the row, for whoever does not see it. */
function MarkWords({ row: { mark } }: { readonly row: PacketRow }): ReactNode {
  return mark === undefined ? null : (
    <span className="visually-hidden">{packetsText('mark.row', { name: mark.name })}</span>
  );
}
