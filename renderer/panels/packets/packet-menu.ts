/** What a right click on a packet offers. */

import type { PacketType } from '../../../shared/mqtt/packet.ts';
import type { AppModel } from '../../model/app-model.ts';
import { colourRulesOf, showColourRule } from '../../model/colour-rules.ts';
import { filterWord } from '../../model/packet-filter.ts';
import type { PacketRow } from '../../model/packet-rows.ts';
import type { PacketsModel } from '../../model/packets.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { copyEntries } from './packet-copy.ts';
import { resendEntries } from './packet-resend.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import { rowsEntry } from './row-copy.ts';
import { packetsText as t } from './strings/text.ts';

export function packetMenu(app: AppModel, model: PacketsModel, row: PacketRow): MenuEntry[] {
  const { source } = model;
  const { flow, topic } = row;
  const entries: MenuEntry[] = [];
  const copies = copyEntries(app, { source, seq: row.seq, type: row.type, malformed: row.malformed });
  const forms: readonly MenuEntry[] = copies.length > 0 && !row.refused ? [{ separator: true }, ...copies] : [];
  entries.push({ id: 'copy', title: t('menu.copy'), items: [rowsEntry(app, model), ...forms] });
  entries.push(...resendEntries(app, { source, seq: row.seq, type: row.type, malformed: row.malformed }));
  entries.push({
    id: 'replay',
    title: t('menu.replay'),
    items: [
      {
        id: 'replay-from',
        title: t('menu.replay.from'),
        onPress: () => app.navigation.go({ to: 'replay', source, filter: model.applied, fromSeq: row.seq }),
      },
      {
        id: 'replay-all',
        title: t('menu.replay.all'),
        onPress: () => app.navigation.go({ to: 'replay', source, filter: model.applied }),
      },
    ],
  });
  if (flow !== undefined)
    entries.push({
      id: 'flow',
      title: t('menu.show-flow'),
      onPress: () => app.navigation.go({ to: 'flow', source, flow }),
    });
  if (topic !== '')
    entries.push({
      id: 'topic',
      title: t('menu.show-topic'),
      onPress: () => app.navigation.go({ to: 'topic', source, topic }),
    });
  entries.push({ separator: true });
  if (row.type !== 'event' && row.type !== 'reserved') entries.push(...ruleEntries(app, row), { separator: true });
  entries.push({ id: 'filter', title: t('menu.filter'), items: filterEntries(model, row) });
  if (row.type !== 'event' && row.type !== 'reserved') entries.push(colourEntry(app, row.type, row.topic));
  if (row.type !== 'event' && row.type !== 'reserved')
    entries.push({
      id: 'exclude',
      title: t('menu.exclude-type', { type: TYPE_NAMES[row.type] }),
      onPress: () => model.showFilter(`${model.filter.get()} -type:${row.type}`.trim()),
    });
  return entries;
}

/** Finds packets of the same type and topic. */
function likeFilter({ type, topic }: Pick<PacketRow, 'type' | 'topic'>): string {
  return type === 'publish' && topic !== '' ? `type:publish topic:${filterWord(topic)}` : `type:${type}`;
}

function colourEntry(app: AppModel, type: PacketType, topic: string): MenuEntry {
  const rules = colourRulesOf(app);
  const name = type === 'publish' ? `${TYPE_NAMES[type]} ${topic}`.trim().slice(0, MOST_NAME_CHARS) : TYPE_NAMES[type];
  return {
    id: 'colour',
    title: t('menu.colour'),
    disabled: rules.full,
    onPress: () => {
      rules.add({ name, filter: likeFilter({ type, topic }) });
      showColourRule(app);
    },
  };
}

/** Of a rule. */
const MOST_NAME_CHARS = 200;

/** Rules for packets of the same type and topic. */
function ruleEntries(app: AppModel, row: PacketRow): MenuEntry[] {
  const filter = likeFilter(row);
  return (['pause', 'drop'] as const).map((action) => ({
    id: action,
    title: t(`menu.rule.${action}`),
    onPress: () => app.navigation.go({ to: 'rule', filter, action }),
  }));
}

function filterEntries(model: PacketsModel, row: PacketRow): MenuEntry[] {
  const show = (filter: string) => () => model.showFilter(filter);
  const entries: MenuEntry[] = [];
  if (row.topic !== '')
    entries.push({
      id: 'by-topic',
      title: t('menu.filter.topic', { topic: row.topic }),
      onPress: show(`topic:${filterWord(row.topic)}`),
    });
  if (row.type !== 'event' && row.type !== 'reserved')
    entries.push({
      id: 'by-type',
      title: t('menu.filter.type', { type: TYPE_NAMES[row.type] }),
      onPress: show(`type:${row.type}`),
    });
  if (row.packetId !== 0)
    entries.push({
      id: 'by-id',
      title: t('menu.filter.id', { id: String(row.packetId) }),
      onPress: show(`id:${row.packetId}`),
    });
  entries.push({
    id: 'by-connection',
    title: t('menu.filter.connection', { connection: row.connection + 1 }),
    onPress: show(`conn:${row.connection + 1}`),
  });
  return entries;
}
