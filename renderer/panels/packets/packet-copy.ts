/** A packet on the clipboard: its topic, its payload, its bytes, as JSON, or as the program that would do the same again. */

import type { Seq, SourceId } from '../../../shared/contract/identifiers.ts';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import { type CopyForm, copyForms } from '../../../shared/copy-as/subject.ts';
import type { AppModel } from '../../model/app-model.ts';
import { createStore } from '../../model/store.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { packetsText as t } from './strings/text.ts';

/** Of the packet that is copied. */
export interface CopiedRow {
  readonly source: SourceId;
  readonly seq: Seq;
  readonly type: PacketDetail['type'];
  readonly malformed: boolean;
}

/** Whether user names and passwords are written out; until the page is closed, never kept. */
export const writesCredentials = createStore(false);

/** Forms before which the menu draws a line. */
const GROUPS: ReadonlySet<CopyForm> = new Set(['hex', 'mosquitto_pub', 'mosquitto_sub', 'paho1', 'umqtt', 'mqttjs']);

/** What a packet can be copied as; empty for rows that are no packet. */
export function copyEntries(
  app: AppModel,
  { source, seq, type, malformed }: CopiedRow,
  credentials = writesCredentials.get(),
): MenuEntry[] {
  if (type === 'event') return [];
  const forms = copyForms(type, malformed);
  const entries: MenuEntry[] = [];
  for (const form of forms) {
    const before = forms[forms.indexOf(form) - 1];
    if (before !== undefined && GROUPS.has(form) && before !== 'mosquitto_pub') entries.push({ separator: true });
    entries.push({
      id: form,
      title: t(`menu.copy.${form}`),
      onPress: () => void copy(app, source, seq, form, credentials),
    });
  }
  if (type === 'connect' || forms.includes('paho1')) {
    const chosen = credentials;
    const onPress = () => writesCredentials.set(!chosen);
    entries.push({ separator: true }, { id: 'credentials', title: t('menu.copy.credentials'), chosen, onPress });
  }
  return entries;
}

async function copy(app: AppModel, source: SourceId, seq: Seq, form: CopyForm, credentials: boolean): Promise<void> {
  const copied = await app.actions.run(() => app.inspector.call('copyPacket', { source, seq, form, credentials }));
  if (copied !== undefined) await app.actions.copy(copied.text);
}
