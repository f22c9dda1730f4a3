/** What a right click offers where several packets are chosen: all of them copied, saved, or replayed. */

import type { CopyForm } from '../../../shared/copy-as/subject.ts';
import type { AppModel } from '../../model/app-model.ts';
import { FORMATS } from '../../model/file-saving.ts';
import type { PacketsModel } from '../../model/packets.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { writesCredentials } from './packet-copy.ts';
import { save } from './packet-save.ts';
import { rowsEntry } from './row-copy.ts';
import { packetsText as t } from './strings/text.ts';

/** More are for a file. */
export const MOST_COPIED = 1000;

/** Forms that can stand one below the other. */
const FORMS = ['topic', 'payload', 'hex', 'json', 'mosquitto_pub'] as const satisfies readonly CopyForm[];

export function choiceMenu(app: AppModel, model: PacketsModel): MenuEntry[] {
  const { count } = model.choice;
  const forms = FORMS.map((form) => ({
    id: form,
    title: t(`menu.copy.${form}`),
    onPress: () => void copy(app, model, form),
  }));
  const copies: readonly MenuEntry[] = [rowsEntry(app, model), { separator: true }, ...forms];
  return [
    count > MOST_COPIED
      ? { id: 'copy', title: t('choice.copy.too-many', { count: MOST_COPIED }), disabled: true }
      : { id: 'copy', title: t('choice.copy', { count }), items: copies },
    {
      id: 'save',
      title: t('choice.save', { count }),
      items: FORMATS.map((format) => ({
        id: `save-${format}`,
        title: t(`save.${format}`),
        onPress: () => void save(app, model, 'selected', format),
      })),
    },
    {
      id: 'replay',
      title: t('choice.replay', { count }),
      onPress: () => {
        const { source, applied, choice } = model;
        app.navigation.go({ to: 'replay', source, filter: applied, chosen: { ranges: choice.ranges, count } });
      },
    },
  ];
}

/** In their order; what has no such form is left out. */
async function copy(app: AppModel, model: PacketsModel, form: (typeof FORMS)[number]): Promise<void> {
  const { source } = model;
  const credentials = writesCredentials.get();
  const texts = await app.actions.run(async () => {
    const rows = await model.chosenRows(MOST_COPIED);
    const packets = rows.filter(({ type, refused }) => type !== 'event' && !refused);
    const copied = await Promise.all(
      packets.map(({ seq }) => app.inspector.call('copyPacket', { source, seq, form, credentials })),
    );
    return copied.map(({ text }) => text).filter((text) => text !== '');
  });
  if (texts === undefined) return;
  await app.actions.copy(form === 'json' ? `[\n${texts.join(',\n')}\n]` : texts.join('\n'));
}
