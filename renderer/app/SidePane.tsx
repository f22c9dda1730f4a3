/** The pane at the right that settings and keys share. */

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useText } from '../model/use-store.ts';
import { Button } from '../ui/Button.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export interface SidePaneProps {
  readonly shell: ShellModel;
  readonly title: string;
  /** Has nothing in it that takes the keys: they scroll the pane itself. */
  readonly isText?: boolean;
  readonly children: ReactNode;
}

export function SidePane({ shell, title, isText = false, children }: SidePaneProps): ReactNode {
  const t = useText(shellText);
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.focus(), []);
  return (
    <aside ref={pane} className="side-pane" aria-label={title} tabIndex={-1}>
      <div className="bar side-pane-head">
        <h2 className="grow">{title}</h2>
        <Button label={t('close')} keys="Esc" onPress={() => shell.sidePane.set(undefined)}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="side-pane-body" {...(isText ? { tabIndex: 0, role: 'group', 'aria-label': title } : {})}>
        {children}
      </div>
    </aside>
  );
}
