/** Files that are being written: how far each is, and a way to stop. */

import type { ReactNode } from 'react';
import { formatBytes, formatInteger } from '../model/format.ts';
import { useModel, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export function SaveBars({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { saving } = shell.app;
  return useModel(saving.running).map(({ id, name, bytes, packets, total }) => (
    <div key={id} className="notice file-progress" role="status">
      <progress value={packets} max={Math.max(1, total)} aria-label={t('save.writing', { name })} />
      <span className="grow">
        {t('save.progress', { name, packets: formatInteger(packets), bytes: formatBytes(bytes) })}
      </span>
      <Button kind="framed" label={t('file.cancel')} onPress={() => saving.cancel(id)} />
    </div>
  ));
}
