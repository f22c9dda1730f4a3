/** A packet sent once more: at once, or from the form that it fills, on its own connection or another one. */

import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { SourceSummary } from '../../../shared/contract/source-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { type Command, keyLabel } from '../../model/commands.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import type { CopiedRow } from './packet-copy.ts';
import { messageOf, subscriptionOf } from './packet-message.ts';
import { packetsText as t } from './strings/text.ts';

const RESEND_KEYS = 'Mod+Enter';
const EDIT_KEYS = 'Alt+Enter';

/** What can be sent again by itself. */
function isResendable({ type, malformed }: Pick<CopiedRow, 'type' | 'malformed'>): boolean {
  return (type === 'publish' || type === 'subscribe') && !malformed;
}

/** The connections that take packets: taps, scripts and files have others who decide. */
function sessionsOf(app: AppModel): readonly SourceSummary[] {
  return app.inspector.sources.get().filter(({ kind }) => kind === 'session');
}

/** What a menu offers for the packet; empty where it cannot be sent again. */
export function resendEntries(app: AppModel, row: CopiedRow): MenuEntry[] {
  if (!isResendable(row)) return [];
  const sessions = sessionsOf(app);
  if (sessions.length === 0) return [{ id: 'resend', title: t('menu.resend.nobody'), disabled: true }];
  const own = sessions.filter(({ id }) => id === row.source);
  const others = sessions.filter(({ id }) => id !== row.source);
  const now = (id: string, title: string, { id: to, state }: SourceSummary): MenuEntry => ({
    id,
    title: state === 'connected' ? title : t('menu.resend.offline', { title }),
    disabled: state !== 'connected',
    onPress: () => void resend(app, row, to),
  });
  const entries: MenuEntry[] = [];
  for (const session of own)
    entries.push(
      { ...now('resend', t('menu.resend'), session), keys: keyLabel(RESEND_KEYS, app.mac) },
      {
        id: 'edit',
        title: t('menu.resend.edit'),
        keys: keyLabel(EDIT_KEYS, app.mac),
        onPress: () => void edit(app, row, session.id),
      },
    );
  if (others.length > 0)
    entries.push(
      {
        id: 'resend-on',
        title: t('menu.resend.on'),
        items: others.map((session) => now(`on-${session.id}`, session.name, session)),
      },
      {
        id: 'edit-on',
        title: t('menu.resend.edit-on'),
        items: others.map(({ id, name }) => ({
          id: `edit-on-${id}`,
          title: name,
          onPress: () => void edit(app, row, id),
        })),
      },
    );
  return entries;
}

/** Keys for the selected packet, on its own connection or, where it has none that sends, the first that is connected. */
export function resendCommands(app: AppModel, selected: () => PacketDetail | undefined): readonly Command[] {
  const target = (): { readonly row: CopiedRow; readonly to: SourceSummary } | undefined => {
    const packet = selected();
    if (packet === undefined) return undefined;
    const row = { ...packet, malformed: packet.malformed !== undefined };
    const sessions = sessionsOf(app);
    const to = sessions.find(({ id }) => id === packet.source) ?? sessions.find(({ state }) => state === 'connected');
    return to === undefined || !isResendable(row) ? undefined : { row, to };
  };
  return [
    {
      id: 'packets.resend',
      title: () => t('command.resend'),
      keys: RESEND_KEYS,
      panel: 'packets',
      enabled: () => target()?.to.state === 'connected',
      run: () => {
        const found = target();
        if (found !== undefined) void resend(app, found.row, found.to.id);
      },
    },
    {
      id: 'packets.edit-resend',
      title: () => t('command.resend.edit'),
      keys: EDIT_KEYS,
      panel: 'packets',
      enabled: () => target() !== undefined,
      run: () => {
        const found = target();
        if (found !== undefined) void edit(app, found.row, found.to.id);
      },
    },
  ];
}

async function resend(app: AppModel, { source, seq }: CopiedRow, to: SourceId): Promise<void> {
  await app.actions.run(() => app.inspector.call('resend', { source, seq, to }));
}

/** Fills the form of the connection; nothing is sent. */
async function edit(app: AppModel, { source, seq }: CopiedRow, to: SourceId): Promise<void> {
  const packet = await app.actions.run(() => app.inspector.call('getPacket', { source, seq }));
  if (packet === undefined) return;
  if (packet.type === 'subscribe') {
    const subscription = subscriptionOf(packet);
    if (subscription !== undefined) app.navigation.go({ to: 'subscribe', source: to, subscription });
    return;
  }
  const message = await app.actions.run(() => messageOf(app, packet));
  if (message !== undefined) app.navigation.go({ to: 'publish', source: to, message });
}
