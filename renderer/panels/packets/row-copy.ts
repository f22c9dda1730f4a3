/** Chosen rows on the clipboard as the list shows them: a line each, its cells parted by tabs, as tables take them. */

import type { Settings } from '../../../shared/contract/settings.ts';
import type { AppModel } from '../../model/app-model.ts';
import { keyLabel } from '../../model/commands.ts';
import type { FailureContext } from '../../model/connection-failure.ts';
import { formatDelta, formatTime } from '../../model/format.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import type { PacketRow } from '../../model/packet-rows.ts';
import type { PacketsModel } from '../../model/packets.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { eventWords, failureContext } from './event-words.ts';
import { detailWords, handshakeWords } from './packet-words.ts';
import { packetsText as t } from './strings/text.ts';

/** As many as the service reads at once; more are for a file. */
const MOST_ROWS_COPIED = 10_000;

interface LineOptions {
  readonly timeFormat: Settings['timeFormat'];
  /** What a relative time counts from. */
  readonly originUs: number;
  /** Packets have initiators. */
  readonly script: boolean;
  readonly context: FailureContext;
}

/** One row; numbers and times without the spaces that group their digits. */
function rowLine(row: PacketRow, { timeFormat, originUs, script, context }: LineOptions): string {
  const before = [String(row.seq + 1), formatTime(row.timeUs, timeFormat, originUs).replaceAll(THIN, '')];
  const cells =
    row.type === 'event'
      ? [...before, '', '', '', '', [eventWords(row, context), ...flagWords(row)].join(' '), '', '']
      : [
          ...before,
          formatDelta(row.deltaUs),
          row.up ? '→' : '←',
          TYPE_NAMES[row.type],
          row.qos === undefined ? '' : String(row.qos),
          [detailWords(row), ...flagWords(row)].join(' '),
          String(row.length),
          row.flowStart ? handshakeWords(row) : '',
        ];
  return [...cells, ...(script ? [row.initiator] : [])].map(cellText).join('\t');
}

/** Narrow no-break space, which a table takes for part of a word. */
const THIN = '\u202f';

/** Topics and reasons may have tabs and line ends in them. */
function cellText(words: string): string {
  return words.replaceAll(/[\t\r\n\u202f]/g, ' ');
}

function flagWords(row: PacketRow): readonly string[] {
  const flags = [
    row.retain ? t('flag.retain') : '',
    row.dup ? t('flag.dup') : '',
    row.truncated ? t('flag.truncated') : '',
    row.refused ? t('flag.refused') : '',
    row.commented ? t('flag.comment') : '',
  ];
  return flags.filter((flag) => flag !== '').map((flag) => `[${flag}]`);
}

/** What the menus of rows offer first. */
export function rowsEntry(app: AppModel, model: PacketsModel): MenuEntry {
  return {
    id: 'rows',
    title: t('menu.copy.rows'),
    keys: keyLabel('Mod+C', app.mac),
    onPress: () => void copyRows(app, model),
  };
}

export async function copyRows(app: AppModel, model: PacketsModel): Promise<void> {
  const { count } = model.choice;
  if (count === 0) return;
  if (count > MOST_ROWS_COPIED) {
    app.actions.fail({ code: 'too-many-copied', data: { count: MOST_ROWS_COPIED } });
    return;
  }
  const rows = await app.actions.run(() => model.chosenRows(MOST_ROWS_COPIED));
  if (rows === undefined) return;
  const options: LineOptions = {
    timeFormat: app.inspector.settings.get().timeFormat,
    originUs: model.list.get().originUs,
    script: app.inspector.sources.get().find(({ id }) => id === model.source)?.kind === 'script',
    context: failureContext(app, model.source),
  };
  await app.actions.copy(rows.map((row) => rowLine(row, options)).join('\n'));
}
