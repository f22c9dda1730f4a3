/** The frame around the panels: toolbar, tabs, notices, side pane, status bar, palette. */

import { type ReactNode, useEffect, useState } from 'react';
import type { AppModel } from '../model/app-model.ts';
import type { PanelDescriptor } from '../model/panel.ts';
import { disposeAll } from '../model/store.ts';
import { useModel, useModelPart, useText } from '../model/use-store.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { ColourRulesPane } from './ColourRulesPane.tsx';
import { DrawerHost } from './DrawerHost.tsx';
import { FileDrop } from './FileDrop.tsx';
import { bindKeys } from './key-bindings.ts';
import { KeysPane } from './KeysPane.tsx';
import { Notices } from './Notices.tsx';
import { Palette } from './Palette.tsx';
import { PanelHost } from './PanelHost.tsx';
import { SettingsPane } from './SettingsPane.tsx';
import { ShapingPane } from './ShapingPane.tsx';
import { shellCommands } from './shell-commands.ts';
import { ShellModel } from './shell-model.ts';
import './shell.css';
import { StatusBar } from './StatusBar.tsx';
import { shellText } from './strings/text.ts';
import { Toolbar } from './Toolbar.tsx';

export interface ShellProps {
  readonly app: AppModel;
  readonly panels: readonly PanelDescriptor<ReactNode>[];
}

export function Shell({ app, panels }: ShellProps): ReactNode {
  const t = useText(shellText);
  const [shell] = useState(() => new ShellModel(app));
  useEffect(() => {
    const parts = disposeAll([
      app.commands.add(shellCommands(shell, panels)),
      ...panels.map((panel) => app.commands.add(panel.commands?.(app) ?? [])),
      bindKeys(shell),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, shell, panels]);
  const panel = useModel(app.navigation.panel);
  const source = useModel(app.navigation.source);
  const sidePane = useModel(shell.sidePane);
  return (
    <div className="shell">
      <h1 className="visually-hidden">{t('app.title')}</h1>
      <Toolbar shell={shell} />
      <PanelTabs app={app} panels={panels} />
      <Notices shell={shell} />
      <div className="shell-middle">
        <DrawerHost shell={shell} panels={panels}>
          <PanelHost shell={shell} panels={panels} selected={panel} source={source} />
        </DrawerHost>
        {sidePane === 'settings' ? <SettingsPane shell={shell} /> : null}
        {sidePane === 'shaping' ? <ShapingPane shell={shell} /> : null}
        {sidePane === 'colours' ? <ColourRulesPane shell={shell} /> : null}
        {sidePane === 'keys' ? <KeysPane shell={shell} /> : null}
      </div>
      <FileDrop shell={shell} />
      <StatusBar shell={shell} />
      <Palette shell={shell} />
    </div>
  );
}

function PanelTabs({ app, panels }: ShellProps): ReactNode {
  const t = useText(shellText);
  const selected = useModel(app.navigation.panel);
  const source = useModel(app.navigation.source);
  const stats = useModel(app.inspector.statsOf(source ?? -1));
  const waiting = useModelPart(app.inspector.rules, ({ held }) => held.length);
  const listed = panels.filter((panel) => panel.whileOpen !== true || panel.id === selected);
  const items = listed.map((panel) => {
    const badge = panel.waitingBadge?.(waiting) ?? (stats === undefined ? undefined : panel.badge?.(stats));
    return { id: panel.id, title: panel.title(), badge: badge?.text, badgeTone: badge?.tone };
  });
  return (
    <nav className="bar shell-tabs" aria-label={t('panels.label')}>
      <Tabs
        label={t('panels.label')}
        items={items}
        selected={selected}
        onSelect={(id) => app.navigation.showPanel(id)}
        prefix="panel"
      />
    </nav>
  );
}
