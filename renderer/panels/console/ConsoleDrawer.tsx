/** The console below any other panel: what runs, and the prompt. */

import { ChevronDown } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { DrawerProps } from '../../model/panel.ts';
import { useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import './console.css';
import { consoleOf } from './models.ts';
import { terminalOf } from './run-terminal.ts';
import { consoleText } from './strings/text.ts';
import { TerminalPane } from './TerminalPane.tsx';

export function Drawer({ app, onClose }: DrawerProps): ReactNode {
  const t = useText(consoleText);
  const model = consoleOf(app);
  useEffect(() => {
    // Without the host's answer the prompt only lacks its history.
    void model.load().catch(() => undefined);
    const run = model.ensureRun();
    const focus = setTimeout(() => terminalOf(run).focus(), 0);
    return () => clearTimeout(focus);
  }, [model]);
  return (
    <section className="console-drawer" aria-label={t('drawer.label')}>
      <TerminalPane model={model} onLeave={onClose}>
        <Button label={t('drawer.close')} keys="Esc" onPress={onClose}>
          <ChevronDown aria-hidden />
        </Button>
      </TerminalPane>
    </section>
  );
}
