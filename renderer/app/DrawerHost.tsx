/** Stands a panel's drawer below whatever panel is on screen. It loads on first use and stays away from its own panel. */

import { type ReactNode, useEffect, useState } from 'react';
import type { DrawerProps, PanelDescriptor } from '../model/panel.ts';
import { useModel, useText } from '../model/use-store.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import type { ShellModel } from './shell-model.ts';
import { shellText } from './strings/text.ts';

export interface DrawerHostProps {
  readonly shell: ShellModel;
  readonly panels: readonly PanelDescriptor<ReactNode>[];
  /** What the drawer stands below. */
  readonly children: ReactNode;
}

export function DrawerHost({ shell, panels, children }: DrawerHostProps): ReactNode {
  const t = useText(shellText);
  const isOpen = useModel(shell.drawerOpen);
  const panel = useModel(shell.app.navigation.panel);
  const owner = panels.find((candidate) => candidate.drawer !== undefined);
  const shown = isOpen && owner !== undefined && owner.id !== panel;
  const [View, setView] = useState<(props: DrawerProps) => ReactNode>();
  useEffect(() => {
    if (!shown || View !== undefined || owner.drawer === undefined) return;
    owner.drawer().then(
      ({ Drawer }) => setView(() => Drawer),
      (error: unknown) => shell.app.actions.report(error),
    );
  }, [shell, owner, shown, View]);
  return (
    <SplitPane
      name="drawer"
      direction="vertical"
      secondSize={35}
      minFirst={120}
      minSecond={90}
      handleLabel={t('drawer.split')}
      first={<div className="shell-panels">{children}</div>}
      {...(shown && View !== undefined
        ? { second: <View app={shell.app} onClose={() => shell.drawerOpen.set(false)} /> }
        : {})}
    />
  );
}
