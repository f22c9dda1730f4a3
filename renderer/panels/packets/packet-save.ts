/** What can be saved of the packets that are listed: all, those that pass the filter, the selected ones, and the whole session. */

import type { AppModel } from '../../model/app-model.ts';
import type { Command } from '../../model/commands.ts';
import { FORMATS, type SaveFormat } from '../../model/file-saving.ts';
import { combinedFilter } from '../../model/packet-filter.ts';
import type { PacketsModel } from '../../model/packets.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { packetsText as t } from './strings/text.ts';

type Which = 'all' | 'filtered' | 'selected';

export function saveEntries(app: AppModel, model: PacketsModel, credentials: boolean): MenuEntry[] {
  const formats = (which: Which): MenuEntry[] =>
    FORMATS.map((format) => ({
      id: `${which}-${format}`,
      title: t(`save.${format}`),
      onPress: () => void save(app, model, which, format),
    }));
  const filtered = filterOf(model) !== '';
  const chosen = model.choice.count;
  return [
    { id: 'all', title: t('save.all'), items: formats('all') },
    ...(filtered ? [{ id: 'filtered', title: t('save.filtered'), items: formats('filtered') }] : []),
    ...(chosen === 0
      ? []
      : [{ id: 'selected', title: t('save.selected', { count: chosen }), items: formats('selected') }]),
    { separator: true },
    { id: 'session', title: t('save.session'), onPress: () => app.commands.run('app.save-session', '') },
    { separator: true },
    {
      id: 'credentials',
      title: t('save.credentials'),
      chosen: credentials,
      onPress: () => app.saving.credentials.set(!credentials),
    },
  ];
}

/** One for each format, of what the list shows. */
export function saveCommands(app: AppModel, model: PacketsModel): readonly Command[] {
  return FORMATS.map((format) => ({
    id: `packets.save-${format}`,
    title: () => t('command.save', { format: t(`save.${format}`) }),
    panel: 'packets',
    run: () => void save(app, model, 'filtered', format),
  }));
}

function filterOf(model: PacketsModel): string {
  return combinedFilter(model.filter.get(), model.chip.get());
}

export async function save(app: AppModel, model: PacketsModel, which: Which, format: SaveFormat): Promise<void> {
  const { source } = model;
  const name = app.inspector.sources.get().find(({ id }) => id === source)?.name ?? '';
  if (which === 'selected') {
    const ranges = model.choice.ranges.map(([first, last]): [number, number] => [first, last]);
    // One packet may be chosen that the filter hides.
    const filter = model.choice.count === 1 ? '' : model.applied;
    await app.saving.save(name, { format, source, filter, ranges });
    return;
  }
  await app.saving.save(name, { format, source, filter: which === 'filtered' ? filterOf(model) : '' });
}
