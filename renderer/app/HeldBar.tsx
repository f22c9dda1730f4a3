/** Says above every panel that packets wait at a breakpoint, and what can be done at once. */

import { CirclePause } from 'lucide-react';
import type { ReactNode } from 'react';
import { keyLabel } from '../model/commands.ts';
import { heldModelOf } from '../model/held-model.ts';
import { useModel, useModelPart, useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

/** The panel that shows the packets themselves. */
const OWN_PANEL = 'rules';

export function HeldBar({ shell }: { readonly shell: ShellModel }): ReactNode {
  const t = useText(shellText);
  const { app } = shell;
  const waiting = useModelPart(app.inspector.rules, ({ held }) => held.length);
  const stopped = useModelPart(app.inspector.rules, ({ held }) => held.some(({ senderStopped }) => senderStopped));
  const panel = useModel(app.navigation.panel);
  if (waiting === 0 || panel === OWN_PANEL) return null;
  return (
    <div className="notice held-bar" data-level="warning" role="status">
      <CirclePause aria-hidden />
      <span className="grow">
        {t('held.waiting', { count: waiting })} {stopped ? <span className="quiet">{t('held.stopped')}</span> : null}
      </span>
      <Button kind="framed" label={t('held.show')} onPress={() => app.navigation.go({ to: 'held' })} />
      <Button
        kind="framed"
        label={t('held.forward-all')}
        keys={keyLabel('Shift+F8', app.mac)}
        onPress={() => void heldModelOf(app).resolveAll('forward')}
      />
    </div>
  );
}
